//! What happened to a customer or to one record, in sentences: who did what, when, from what to what.
pub mod accesses;
mod names;

pub use names::Names;

use super::{
    differences,
    sentences::{self, Place},
};
use crate::{
    infra::{
        db::{
            self, Audience, Tx,
            events::{self, Event},
            ids::CustomerId,
        },
        web::{errors::Result, permissions::Permission},
    },
    urls::Log,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// One line of a timeline.
pub struct Entry {
    pub id: i64,
    pub icon: &'static str,
    pub actor: String,
    pub sentence: String,
    pub changes: Vec<(String, String, String)>,
    pub at: DateTime<Utc>,
    /// Left out where the page shows the record as it goes on.
    pub is_routine: bool,
}

impl Entry {
    fn of(event: &Event, names: &Names, place: Place) -> Self {
        let (icon, sentence) = sentences::describe(event, names, place);
        let is_listed = event.operation == "update" && names.lists_changes(event);
        let changes = if is_listed { differences::listed(event, names) } else { vec![] };
        let (actor, is_routine) = (names.actor(event), sentences::is_routine(event, names));
        Self { id: event.id, icon, actor, sentence, changes, at: event.occurred_at, is_routine }
    }
}

/// The latest entries of a customer, older than `before`. `is_new`: it was made in this month or the last. A query for each kind of thing that they name, however many there are.
pub fn of(
    tx: &mut Tx,
    customer: CustomerId,
    is_new: bool,
    before: Option<events::Place>,
    most: i64,
) -> Result<Vec<Entry>> {
    let events = Event::of_customer(tx, customer, is_new, before, most)?;
    let names = Names::of(tx, &events)?;
    Ok(events.iter().map(|event| Entry::of(event, &names, Place::Customer)).collect())
}

/// Entries that the page of a record shows.
const ENTRIES: usize = 20;

/// What happened to one record, for the record's own page: the latest of it, as far as the user at work may see it. The policies of
/// the log decide.
pub struct History {
    pub entries: Vec<Entry>,
    /// Where the log tells all of it; empty for those who don't read the log.
    pub all: String,
    pub now: DateTime<Utc>,
}

impl History {
    /// For templates, which would move the field.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What happened to a record that is there since a time.
    pub fn since(tx: &mut Tx, entities: &[&str], id: Uuid, made: DateTime<Utc>) -> Result<Vec<Entry>> {
        let events = Event::of_record(tx, entities, id, Some(made), ENTRIES as i64)?;
        let names = Names::of(tx, &events)?;
        Ok(events.iter().map(|event| Entry::of(event, &names, Place::Record)).collect())
    }

    /// Of the record with this id, described by what the log calls such records.
    pub fn of(tx: &mut Tx, entities: &[&str], id: Uuid) -> Result<Self> {
        let events = Event::of_record(tx, entities, id, None, ENTRIES as i64)?;
        let names = Names::of(tx, &events)?;
        let now = db::now(tx)?;
        let reads_log = tx.scope.may(Permission::EventRead);
        let log = if tx.scope.audience == Audience::Platform { Log::Platform } else { Log::Console };
        let all = if reads_log { log.with(&format!("record={id}")) } else { String::new() };
        let entries = events.iter().map(|event| Entry::of(event, &names, Place::Record)).collect();
        Ok(Self { entries, all, now })
    }
}
