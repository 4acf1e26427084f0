//! What of the log is wanted, and reading it.
use super::sentences;
use crate::infra::{
    db::{
        Tx,
        events::{Event, Place, cursor, place},
        schema::events,
    },
    entity::{Entity, Operation},
    web::{access_log, errors::Result, query::Query},
};
use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use diesel::{pg::Pg, prelude::*};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Events of one page.
pub const ROWS: usize = 50;

/// The filters, as they stand in the URL. What means nothing filters nothing, and is said in [`Filter::problems`].
#[derive(Deserialize, Serialize, Default, Clone, Debug, PartialEq)]
#[serde(default)]
pub struct Filter {
    /// A topic, as subscribers name it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// The id of a record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub record: String,
    /// The id of a user; `system` for what nobody did.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// Days in the reader's time zone, both included.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// What was done together.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub together: String,
    /// Where the page goes on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Query for Filter {
    // What else can't be understood stays in its field, and is said beside it.
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "together" => value.parse::<i64>().is_ok(),
            _ => true,
        }
    }

    fn knows_among(name: &str, value: &str, entities: &'static [Entity]) -> bool {
        match name {
            "topic" => Self::topics(entities).iter().any(|(code, _)| code == value),
            _ => Self::knows(name, value),
        }
    }
}

impl Filter {
    /// As a query string, from the beginning of the list.
    pub fn query(&self) -> String {
        serde_html_form::to_string(Self { before: String::new(), ..self.clone() }).unwrap_or_default()
    }

    /// As a query string for what comes after an event.
    pub fn query_after(&self, event: &Event) -> String {
        let before = cursor((event.occurred_at, event.id));
        serde_html_form::to_string(Self { before, ..self.clone() }).unwrap_or_default()
    }

    /// Whether anything is filtered.
    pub fn is_on(&self) -> bool {
        !self.query().is_empty()
    }

    /// Fields that can't be understood, each with what would be right.
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let day = |text: &str| text.is_empty() || text.parse::<NaiveDate>().is_ok();
        let id = |text: &str| text.is_empty() || text.parse::<Uuid>().is_ok();
        let checks = [
            ("record", id(&self.record), "Give the id of a record, as its address has it."),
            ("actor", self.actor == "system" || id(&self.actor), "Choose somebody from the list."),
            ("from", day(&self.from), "Give a day like 2026-03-31."),
            ("to", day(&self.to), "Give a day like 2026-03-31."),
        ];
        checks.into_iter().filter(|(_, good, _)| !good).map(|(name, _, right)| (name, right)).collect()
    }

    /// The topics that can be chosen: code and words.
    pub fn topics(entities: &'static [Entity]) -> Vec<(String, String)> {
        // A document restores customers, what belongs to them, and nothing else.
        let happens = |entity: &Entity, operation: Operation| {
            operation != Operation::Restored
                || entity.customer.is_some() && entity.belonging.only_read.is_none()
        };
        let of = |entity: &'static Entity| {
            Operation::ALL
                .into_iter()
                .filter(move |operation| happens(entity, *operation))
                .map(|operation| format!("{}_{}", entity.topic, operation.topic()))
        };
        entities
            .iter()
            .flat_map(of)
            .map(|topic| (topic.clone(), sentences::topic(entities, &topic)))
            .chain(access_log::TOPICS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())))
            .collect()
    }

    fn apply(
        &self,
        zone: &str,
        after: Option<Place>,
    ) -> events::BoxedQuery<'static, Pg, diesel::dsl::SqlTypeOf<diesel::dsl::AsSelect<Event, Pg>>> {
        let mut query = events::table.select(Event::as_select()).into_boxed();
        if !self.topic.is_empty() {
            query = query.filter(events::topic.eq(self.topic.clone()));
        }
        if let Ok(record) = self.record.parse::<Uuid>() {
            query = query.filter(events::entity_id.eq(record));
        }
        if self.actor == "system" {
            query = query.filter(events::actor_id.is_null());
        } else if let Ok(actor) = self.actor.parse::<Uuid>() {
            query = query.filter(events::actor_id.eq(actor));
        }
        if let Ok(together) = self.together.parse::<i64>() {
            query = query.filter(events::transaction_id.eq(together));
        }
        if let Some(from) = beginning(&self.from, zone, 0) {
            query = query.filter(events::occurred_at.ge(from));
        }
        if let Some(end) = beginning(&self.to, zone, 1) {
            query = query.filter(events::occurred_at.lt(end));
        }
        if let Some((at, id)) = after {
            query = query
                .filter(events::occurred_at.le(at))
                .filter(events::occurred_at.lt(at).or(events::id.lt(id)));
        }
        query.order((events::occurred_at.desc(), events::id.desc()))
    }

    /// A page, and whether there is more.
    pub fn page(&self, tx: &mut Tx, zone: &str) -> Result<(Vec<Event>, bool)> {
        let after = place(&self.before);
        let mut found: Vec<Event> = self.apply(zone, after).limit(ROWS as i64 + 1).load(tx.conn)?;
        let more = found.len() > ROWS;
        found.truncate(ROWS);
        Ok((found, more))
    }

    /// All of it in steps, the newest first; stops at the first error.
    pub fn each(
        &self,
        tx: &mut Tx,
        zone: &str,
        mut take: impl FnMut(&mut Tx, Vec<Event>) -> Result<()>,
    ) -> Result<()> {
        const STEP: usize = 1000;
        let mut after = None;
        loop {
            let found: Vec<Event> = self.apply(zone, after).limit(STEP as i64).load(tx.conn)?;
            let more = found.len() == STEP;
            after = found.last().map(|event| (event.occurred_at, event.id));
            if !found.is_empty() {
                take(tx, found)?;
            }
            if !more {
                return Ok(());
            }
        }
    }
}

/// The beginning of a day in a zone, so many days later; `None` for what is no day.
fn beginning(day: &str, zone: &str, later: u64) -> Option<DateTime<Utc>> {
    let day = day.parse::<NaiveDate>().ok()?.checked_add_days(chrono::Days::new(later))?;
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    // A day may begin at one where the clocks are put forward at midnight.
    (0..4).find_map(|hour| {
        match zone.from_local_datetime(&day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?)) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
            LocalResult::None => None,
        }
    })
}

/// One event by its number; `NotFound` where the person at work may not see it.
pub fn find(tx: &mut Tx, id: i64) -> Result<Event> {
    Ok(events::table.select(Event::as_select()).filter(events::id.eq(id)).first(tx.conn)?)
}

/// The others of the same transaction, in order; the first 50.
pub fn together(tx: &mut Tx, event: &Event) -> Result<Vec<Event>> {
    Ok(events::table
        .select(Event::as_select())
        .filter(events::transaction_id.eq(event.transaction_id))
        .filter(events::id.ne(event.id))
        .order(events::id)
        .limit(50)
        .load(tx.conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_by_the_readers_clock() {
        assert_eq!(
            beginning("2026-07-01", "Europe/Dublin", 0).unwrap().to_rfc3339(),
            "2026-06-30T23:00:00+00:00"
        );
        assert_eq!(beginning("2026-07-01", "nowhere", 1).unwrap().to_rfc3339(), "2026-07-02T00:00:00+00:00");
        // Midnight does not exist on this day in Beirut.
        assert_eq!(
            beginning("2025-03-30", "Asia/Beirut", 0).unwrap().to_rfc3339(),
            "2025-03-29T22:00:00+00:00"
        );
        assert_eq!(beginning("31.3.", "UTC", 0), None);
    }

    #[test]
    fn what_can_not_be_understood_is_said() {
        let filter = Filter {
            record: "x".into(),
            from: "yesterday".into(),
            actor: "system".into(),
            ..Filter::default()
        };
        assert_eq!(filter.problems().iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["record", "from"]);
        assert!(Filter::default().problems().is_empty() && !Filter::default().is_on());
    }
}
