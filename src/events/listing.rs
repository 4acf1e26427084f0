//! The log as a list, described once; [`crate::infra::lists`] runs it.
use super::sentences;
use crate::infra::{
    db::{
        Scope, Tx,
        events::Event,
        schema::events,
        sql::{Bind, Statement},
    },
    entity::{Entity, Operation},
    lists::{Filter, Key, List, ListQuery, Listing, Narrows, Order, Page, Takes},
    web::{access_log, errors::Result},
};
use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

/// The log, the newest first.
pub const LOG: &Listing = &Listing::new("events", Key::number("events.id"))
    .going_on_by("before")
    .filters(&[
        // A topic, as subscribers name it.
        Filter::new(
            "topic",
            "Topic",
            Takes::Described(|entities, code| topics(entities).iter().any(|(known, _)| known == code)),
            Narrows::Column("events.topic"),
        )
        .single(),
        Filter::new("record", "Record", Takes::Ids("", &[]), Narrows::Column("events.entity_id"))
            .single()
            .corrected("Give the id of a record, as its address has it."),
        // `system` for what nobody did.
        Filter::new(
            "actor",
            "Actor",
            Takes::Ids("users", &[("system", "Clientele itself")]),
            Narrows::By(done_by),
        )
        .single()
        .corrected("Choose somebody from the list."),
        // Days in the reader's time zone, both included.
        Filter::new("from", "From", Takes::Day, Narrows::By(from)).single().corrected(DAY),
        Filter::new("to", "To", Takes::Day, Narrows::By(to)).single().corrected(DAY),
        Filter::new("together", "Done together", Takes::Number, Narrows::Column("events.transaction_id"))
            .single(),
    ])
    .orders(&[Order::by(&[Key::time("events.occurred_at")])
        .descending()
        .in_partitions()
        .index("events_by_time")]);

const DAY: &str = "Give a day like 2026-03-31.";

/// The log in the type of a handler.
pub struct Events;

impl List for Events {
    const LISTING: &'static Listing = LOG;
}

/// The topics that can be chosen: code and words.
pub fn topics(entities: &'static [Entity]) -> Vec<(String, String)> {
    // A document restores customers, what belongs to them, and nothing else.
    let happens = |entity: &Entity, operation: Operation| {
        operation != Operation::Restored || entity.customer.is_some() && entity.belonging.only_read.is_none()
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

fn done_by(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    if query.has("actor", "system") {
        sql.push(" AND events.actor_id IS NULL");
    }
    for id in query.ids_of("actor") {
        sql.push(" AND events.actor_id = ").bind(Bind::Uuid(id));
    }
}

fn from(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    if let Some(from) = beginning(&query.text("from"), &query.zone, 0) {
        sql.push(" AND events.occurred_at >= ").bind(Bind::Time(from));
    }
}

fn to(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    if let Some(end) = beginning(&query.text("to"), &query.zone, 1) {
        sql.push(" AND events.occurred_at < ").bind(Bind::Time(end));
    }
}

/// A page of it.
pub fn page(tx: &mut Tx, query: &ListQuery) -> Result<Page<Event>> {
    let found = find(tx, query, query.size + 1)?;
    Ok(query.page(found))
}

/// So many events from the place on, the newest first, each with its own.
pub fn find(tx: &mut Tx, query: &ListQuery, most: usize) -> Result<Vec<(Event, serde_json::Value)>> {
    Ok(events::table
        .select((Event::as_select(), query.place()))
        .filter(query.condition(tx.scope))
        .order(query.order_by())
        .limit(most as i64)
        .load(tx.conn)?)
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
pub fn event(tx: &mut Tx, id: i64) -> Result<Event> {
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
        let query = LOG.read("record=x&from=yesterday&actor=system").0;
        assert_eq!(query.problems().iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["record", "from"]);
        assert_eq!(query.query(), "record=x&actor=system&from=yesterday");
        let whole = LOG.read("").0;
        assert!(whole.problems().is_empty() && whole.is_whole());
    }

    #[test]
    fn a_page_finds_the_partitions_first() {
        use crate::infra::db::paging;
        let place = paging::cursor(&("2026-07-01T00:00:00Z", 7));
        let (query, _) = LOG.read(&format!("actor=system&before={place}"));
        assert!(!query.is_first());
        let sql = query.ids_of_page(&Scope::nobody()).text();
        assert!(sql.contains("events.occurred_at <= $1::timestamptz AND (events.occurred_at < $2::timestamptz OR events.id < $3::bigint)"), "{sql}");
    }
}
