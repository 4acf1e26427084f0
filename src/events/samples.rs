//! Events for unit tests.
use super::timeline::Names;
use crate::infra::db::events::Event;
use serde_json::Value;

/// What the log would have of such a change; `Null` for no record.
pub fn event(entity: &str, operation: &str, before: Value, after: Value, changed: &[&str]) -> Event {
    Event {
        id: 1,
        topic: String::new(),
        entity: entity.into(),
        entity_id: uuid::Uuid::nil(),
        customer_id: None,
        actor_id: None,
        operation: operation.into(),
        before: (!before.is_null()).then_some(before),
        after: (!after.is_null()).then_some(after),
        changed: changed.iter().map(|field| Some((*field).to_owned())).collect(),
        request_id: None,
        transaction_id: 1,
        occurred_at: chrono::DateTime::UNIX_EPOCH,
    }
}

/// Names of nothing, but with every description.
pub fn names() -> Names {
    Names::none(crate::ENTITIES)
}
