//! What changed nothing: reads, exports, refusals and failed sign-ins (see `infra::web::access_log`).
use crate::infra::db::events::Event;

/// The icon and the sentence of an event of the operation `access`.
pub fn describe(event: &Event) -> (&'static str, String) {
    let (reason, path, from) = (event.text("reason"), event.text("path"), event.text("address"));
    let from = if from.is_empty() { String::new() } else { format!(" from {from}") };
    match event.topic.as_str() {
        "SIGN_IN_FAILED" => {
            let account = match (event.actor_id, event.text("name")) {
                (Some(_), _) => String::new(),
                (None, name) if name.is_empty() => " to an unknown account".to_owned(),
                (None, name) => format!(" to the account of {name}"),
            };
            ("shield", format!("failed to sign in{account}{from}: {reason}"))
        }
        "ACCESS_REFUSED" => {
            ("shield", format!("was refused {} {path}{from}: {reason}", event.text("method")))
        }
        "EXPORTED" => ("download", format!("exported {path}")),
        "ATTACHMENT_READ" => ("download", format!("opened the file {path}")),
        _ => ("eye", format!("read {path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_access_is_a_sentence() {
        let mut event = Event {
            id: 1,
            topic: "SIGN_IN_FAILED".into(),
            entity: "user".into(),
            entity_id: uuid::Uuid::nil(),
            customer_id: None,
            request_id: None,
            transaction_id: 1,
            actor_id: None,
            operation: "access".into(),
            before: None,
            after: Some(json!({ "name": "Ada", "reason": "wrong password", "address": "192.0.2.7" })),
            changed: vec![],
            occurred_at: chrono::DateTime::UNIX_EPOCH,
        };
        assert_eq!(
            describe(&event).1,
            "failed to sign in to the account of Ada from 192.0.2.7: wrong password"
        );
        event.after = Some(json!({ "reason": "unknown account" }));
        assert_eq!(describe(&event).1, "failed to sign in to an unknown account: unknown account");
        event.topic = "ACCESS_REFUSED".into();
        event.after =
            Some(json!({ "method": "GET", "path": "/console/settings", "reason": "no permission" }));
        assert_eq!(describe(&event).1, "was refused GET /console/settings: no permission");
    }
}
