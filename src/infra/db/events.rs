//! Reading the log. It is written by triggers (see the migration `events`), never from here.
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, UserId},
        paging,
        schema::events,
        sql::{Fragment, Statement},
    },
    jobs::Task,
    web::errors::{AppError, Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{prelude::*, sql_types::Bool};
use serde_json::Value;
use uuid::Uuid;

/// A place in the log, which is read newest first: when something happened, and its number among what happened then.
pub type Place = (DateTime<Utc>, i64);

/// The condition that leaves out the months to come, and what lies in no month.
const UNTIL_NOW: &str = "events.occurred_at < now() + interval '1 day'";
/// And those before the last one.
pub const RECENT: &str = "events.occurred_at >= date_trunc('month', now(), 'UTC') - interval '1 month' AND events.occurred_at < now() + interval '1 day'";

/// What [`RECENT`] takes in at least: the shortest month, but for a day for clocks that differ.
pub const RECENT_AT_LEAST: TimeDelta = TimeDelta::days(27);

/// A change of one record.
#[derive(HasQuery, Clone, Debug)]
pub struct Event {
    pub id: i64,
    pub topic: String,
    pub entity: String,
    pub entity_id: Uuid,
    /// The customer on whose timeline it stands, if any.
    pub customer_id: Option<Uuid>,
    pub actor_id: Option<UserId>,
    pub operation: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub changed: Vec<Option<String>>,
    pub request_id: Option<String>,
    /// What was done together shares it.
    pub transaction_id: i64,
    pub occurred_at: DateTime<Utc>,
}

impl Event {
    /// What happened to a customer and what belongs to it, the latest first, older than `before`.
    ///
    /// The latest is looked for in this month and the one before, and only where that is not enough in all of the log: to open every month of it
    /// costs more than the rest of a page. `is_new`: nothing happened before.
    pub fn of_customer(
        tx: &mut Tx,
        customer: CustomerId,
        is_new: bool,
        before: Option<Place>,
        most: i64,
    ) -> Result<Vec<Self>> {
        let all = || Self::query().filter(events::customer_id.eq(customer.0)).into_boxed();
        let latest = (events::occurred_at.desc(), events::id.desc());
        let query = match before {
            // The first condition finds the partitions, the second the place among what happened at the same moment.
            Some((at, id)) => all()
                .filter(events::occurred_at.le(at))
                .filter(events::occurred_at.lt(at).or(events::id.lt(id))),
            None => {
                let recent = all().filter(condition(RECENT)).order(latest).limit(most);
                let found: Vec<Self> = recent.load(tx.conn)?;
                if found.len() as i64 >= most || is_new {
                    return Ok(found);
                }
                all()
            }
        };
        Ok(query.order(latest).limit(most).load(tx.conn)?)
    }

    /// What happened to one record, which the log calls by one of these kinds; the latest first. `made`: nothing of it happened before.
    pub fn of_record(
        tx: &mut Tx,
        entities: &[&str],
        id: Uuid,
        made: Option<DateTime<Utc>>,
        most: i64,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query()
            .filter(events::entity_id.eq(id))
            .filter(events::entity.eq_any(entities))
            .order((events::occurred_at.desc(), events::id.desc()))
            .limit(most)
            .into_boxed();
        if let Some(made) = made {
            let earliest = made - TimeDelta::seconds(1);
            query = query.filter(events::occurred_at.ge(earliest)).filter(condition(UNTIL_NOW));
        }
        Ok(query.load(tx.conn)?)
    }

    /// What a task is about; `None` where the log does not show it any more.
    pub fn behind(tx: &mut Tx, task: &Task) -> Result<Option<Self>> {
        let (Some(id), Some(at)) = (task.event_id, task.event_at) else {
            return Err(AppError::internal("a task without an event"));
        };
        let found = Self::query().filter(events::id.eq(id)).filter(events::occurred_at.eq(at));
        Ok(found.first(tx.conn).optional()?)
    }

    /// A field of the record as it was after the change, or before it where it is gone.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.after.as_ref().or(self.before.as_ref()).and_then(|doc| doc.get(name))
    }

    /// A field as text; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        self.field(name).map(plain).unwrap_or_default()
    }
}

/// A condition in SQL. Diesel's own way for it has the whole statement planned anew each time, which takes 20 ms for a log of some years.
fn condition(sql: &str) -> Fragment<Bool> {
    Fragment::new(Statement::new(sql))
}

/// A place as a text for a URL.
pub fn cursor((at, id): Place) -> String {
    paging::cursor(&(at.timestamp_micros(), id))
}

/// Reads such a text back; `None` for anything else.
pub fn place(cursor: &str) -> Option<Place> {
    /// The end of the year 9999: PostgreSQL knows later times, but not as late as the type allows.
    const LATEST: i64 = 253_402_300_799_999_999;
    let (micros, id) = paging::keys::<(i64, i64)>(cursor)?;
    (0..=LATEST).contains(&micros).then(|| DateTime::from_timestamp_micros(micros))?.map(|at| (at, id))
}

/// A value of a record as people read it, where nothing more is known of its field.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_and_no_other() {
        let at = DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap();
        assert_eq!(place(&cursor((at, 7))), Some((at, 7)));
        for wrong in
            ["", "7", &paging::cursor(&(i64::MAX, 7)), &paging::cursor(&(-1, 7)), &paging::cursor(&("x", 7))]
        {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
