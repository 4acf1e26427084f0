//! The log as a file: exactly what is filtered, the newest first.
use super::{
    listing,
    sentences::{self, Place},
};
use crate::{
    events::timeline::Names,
    infra::{
        db::{Tx, events::Event},
        lists::ListQuery,
        web::{
            csv,
            downloads::Take,
            errors::{AppError, Result},
        },
    },
};
use serde_json::json;

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

impl Format {
    /// By the ending of its name.
    pub fn of(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => csv::CONTENT_TYPE,
            Self::JsonLines => "application/jsonl",
        }
    }
}

const HEADERS: [&str; 13] = [
    "Number",
    "Time (UTC)",
    "Topic",
    "What happened",
    "Actor",
    "Actor id",
    "Record",
    "Record id",
    "Customer id",
    "Changed",
    "Before",
    "After",
    "Request id",
];

/// Writes it in pieces, so that no more than a step of it is ever in memory.
pub fn write(tx: &mut Tx, query: &ListQuery, format: Format, take: Take) -> Result<()> {
    if format == Format::Csv {
        take(csv::begin(HEADERS)?)?;
    }
    query.each(tx, listing::find, |tx, events| {
        let names = Names::of(tx, &events)?;
        take(match format {
            Format::Csv => csv::lines(events.iter().map(|event| row(event, &names)))?,
            Format::JsonLines => json_lines(&events, &names)?,
        })
    })
}

fn row(event: &Event, names: &Names) -> [String; 13] {
    let json = |doc: &Option<serde_json::Value>| doc.as_ref().map_or(String::new(), ToString::to_string);
    let id = |id: Option<uuid::Uuid>| id.map_or(String::new(), |id| id.to_string());
    [
        event.id.to_string(),
        event.occurred_at.format("%Y-%m-%d %H:%M:%S%.6f").to_string(),
        event.topic.clone(),
        sentences::describe(event, names, Place::Log).1,
        names.actor(event),
        id(event.actor_id.map(|id| id.0)),
        event.entity.clone(),
        event.entity_id.to_string(),
        id(event.customer_id),
        event.changed.iter().flatten().cloned().collect::<Vec<_>>().join(", "),
        json(&event.before),
        json(&event.after),
        event.request_id.clone().unwrap_or_default(),
    ]
}

fn json_lines(events: &[Event], names: &Names) -> Result<Vec<u8>> {
    let mut text = Vec::with_capacity(events.len() * 512);
    for event in events {
        let line = json!({
            "id": event.id, "occurred_at": event.occurred_at, "topic": event.topic, "entity": event.entity, "entity_id": event.entity_id,
            "customer_id": event.customer_id, "operation": event.operation, "actor_id": event.actor_id, "actor": names.actor(event),
            "changed": event.changed, "before": event.before, "after": event.after, "request_id": event.request_id,
            "transaction_id": event.transaction_id,
        });
        serde_json::to_writer(&mut text, &line).map_err(AppError::internal)?;
        text.push(b'\n');
    }
    Ok(text)
}
