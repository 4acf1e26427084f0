//! Tasks as rows to look at. What they do is in `infra::jobs`.
use crate::{
    infra::{
        db::{
            Tx, paging,
            sql::{Bind, Statement},
        },
        web::errors::{AppError, Result},
    },
    routing::HANDLERS,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid},
};
use serde_json::Value;

/// Tasks of one page.
const ROWS: usize = 50;

/// The lists that tasks are in: code, name, condition.
pub const LISTS: [(&str, &str, &str); 6] = [
    ("failed", "Failed", "t.state = 'queued' AND t.attempts > 0"),
    ("dead", "Dead", "t.state = 'dead'"),
    ("queued", "Queued", "t.state = 'queued' AND t.attempts = 0"),
    ("running", "Running", "t.state = 'running'"),
    ("done", "Done", "t.state = 'done'"),
    ("discarded", "Discarded", "t.state = 'discarded'"),
];

/// A task and the event that it follows from.
#[derive(QueryableByName, Clone, Debug)]
pub struct Shown {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub tenant: Option<String>,
    #[diesel(sql_type = Text)]
    pub handler: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub topic: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub entity_id: Option<uuid::Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_for: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = SmallInt)]
    pub attempts: i16,
    #[diesel(sql_type = SmallInt)]
    pub tries: i16,
    #[diesel(sql_type = Timestamptz)]
    pub run_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub decided_by: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub started_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
}

const COLUMNS: &str = "t.id, n.name AS tenant, t.handler, t.topic, t.entity_id, t.due_for, t.state, t.attempts, t.tries, t.run_at, t.error,
     u.name AS decided_by, t.created_at, t.started_at, t.finished_at, now() AS now";
const JOINS: &str = "LEFT JOIN tenants n ON n.id = t.tenant_id LEFT JOIN users u ON u.id = t.decided_by";

impl Shown {
    /// What it does, in words; its name where this version does not know it.
    pub fn purpose(&self) -> String {
        purpose(&self.handler)
    }

    /// Which of [`LISTS`] it is in.
    pub fn list(&self) -> &'static str {
        let code = if self.state == "queued" && self.attempts > 0 { "failed" } else { &self.state };
        LISTS.iter().find(|(known, ..)| *known == code).map_or("queued", |(code, ..)| code)
    }

    /// What gave rise to it: "Customer created".
    pub fn cause(&self) -> String {
        let Some(topic) = &self.topic else { return "The clock".into() };
        let mut words = topic.to_lowercase().replace('_', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    /// Whether a person may have it run again, or give it up.
    pub fn may_retry(&self) -> bool {
        matches!(self.state.as_str(), "queued" | "dead" | "discarded")
    }
    pub fn may_discard(&self) -> bool {
        matches!(self.state.as_str(), "queued" | "dead")
    }

    /// The beginning of why it failed.
    pub fn brief_error(&self) -> String {
        let line = self.error.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
        let brief: String = line.chars().take(100).collect();
        if brief.len() < line.len() { format!("{brief}…") } else { brief }
    }

    /// One task; `NotFound` where the person at work may not see it.
    pub fn find(tx: &mut Tx, id: i64) -> Result<Self> {
        let mut sql = Statement::new(&format!("SELECT {COLUMNS} FROM tasks t {JOINS} WHERE t.id = "));
        Ok(sql.bind(Bind::Int(id)).clone().get_result(tx.conn)?)
    }

    /// The event that it follows from, as JSON; null where a clock asked.
    pub fn payload(tx: &mut Tx, id: i64) -> Result<Value> {
        #[derive(QueryableByName)]
        struct Payload {
            #[diesel(sql_type = Jsonb)]
            payload: Value,
        }
        let mut sql = Statement::new(
            "SELECT jsonb_build_object('topic', e.topic, 'entity', e.entity, 'entity_id', e.entity_id, 'changed', e.changed, 'before', e.before, 'after', e.after) AS payload
             FROM tasks t JOIN events e ON e.id = t.event_id AND e.occurred_at = t.event_at WHERE t.id = ",
        );
        let found: Option<Payload> = sql.bind(Bind::Int(id)).clone().get_result(tx.conn).optional()?;
        Ok(found.map_or(Value::Null, |found| found.payload))
    }
}

/// What a handler does, in words.
pub fn purpose(handler: &str) -> String {
    HANDLERS.iter().find(|known| known.name == handler).map_or(handler, |known| known.purpose).to_owned()
}

/// A page of one of the lists and where it goes on.
pub struct Page {
    pub rows: Vec<Shown>,
    pub next: Option<i64>,
    /// How many tasks are in each list but "done", counted no further than 1,000.
    pub counts: Vec<(&'static str, i64)>,
}

/// The tasks of a list, the newest first, older than `before`. An unknown list is the first that has something to say.
pub fn page(tx: &mut Tx, list: &str, handler: &str, before: Option<i64>) -> Result<Page> {
    let condition =
        LISTS.iter().find(|(code, ..)| *code == list).map_or("false", |(_, _, condition)| condition);
    let mut sql = Statement::new(&format!("SELECT {COLUMNS} FROM (SELECT * FROM tasks t WHERE {condition}"));
    if !handler.is_empty() {
        sql.push(" AND t.handler = ").bind(Bind::Text(handler.to_owned()));
    }
    if let Some(before) = before {
        sql.push(" AND t.id < ").bind(Bind::Int(before));
    }
    sql.push(&format!(" ORDER BY t.id DESC LIMIT {}) t {JOINS} ORDER BY t.id DESC", ROWS + 1));
    let mut rows: Vec<Shown> = sql.load(tx.conn)?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    Ok(Page { next: rows.last().map(|row| row.id).filter(|_| more), rows, counts: counts(tx)? })
}

fn counts(tx: &mut Tx) -> Result<Vec<(&'static str, i64)>> {
    #[derive(QueryableByName)]
    struct Counts {
        #[diesel(sql_type = Array<BigInt>)]
        counts: Vec<i64>,
    }
    let unfinished = || LISTS.iter().filter(|(code, ..)| *code != "done");
    let each: Vec<String> = unfinished()
        .map(|(.., condition)| {
            format!("(SELECT count(*) FROM (SELECT FROM tasks t WHERE {condition} LIMIT 1000) x)")
        })
        .collect();
    let found: Counts =
        sql_query(format!("SELECT ARRAY[{}] AS counts", each.join(", "))).get_result(tx.conn)?;
    Ok(unfinished().map(|(code, ..)| *code).zip(found.counts).collect())
}

/// What a person decides about tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run it now, with all its tries before it.
    Retry,
    /// Never run it.
    Discard,
}

impl Decision {
    fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::Retry => (
                "state = 'queued', attempts = 0, run_at = clock_timestamp(), finished_at = NULL",
                "t.state IN ('queued', 'dead', 'discarded')",
            ),
            Self::Discard => {
                ("state = 'discarded', finished_at = clock_timestamp()", "t.state IN ('queued', 'dead')")
            }
        }
    }
}

/// Decides about one; `Conflict` where it runs or is done meanwhile, so that there is nothing to decide.
pub fn decide(tx: &mut Tx, id: i64, decision: Decision) -> Result<()> {
    let (set, condition) = decision.sql();
    let done = sql_query(format!(
        "UPDATE tasks t SET {set}, decided_by = current_actor() WHERE t.id = $1 AND {condition}"
    ))
    .bind::<BigInt, _>(id)
    .execute(tx.conn)?;
    wake(tx)?;
    match done {
        0 => Err(AppError::Changed("The task has gone on meanwhile: it runs, or is done.".into())),
        _ => Ok(()),
    }
}

/// Decides about all that have failed, or died, of a handler or of every one. Returns how many.
pub fn decide_all(tx: &mut Tx, list: &str, handler: &str, decision: Decision) -> Result<usize> {
    let condition = match list {
        "failed" | "dead" => LISTS.iter().find(|(code, ..)| *code == list).map_or("false", |(.., c)| c),
        _ => {
            return Err(AppError::BadRequest(
                "Only failed and dead tasks can be retried or discarded together.".into(),
            ));
        }
    };
    let set = decision.sql().0;
    let done = sql_query(format!(
        "UPDATE tasks t SET {set}, decided_by = current_actor() WHERE {condition} AND ($1 = '' OR t.handler = $1)"
    ))
    .bind::<Text, _>(handler)
    .execute(tx.conn)?;
    wake(tx)?;
    Ok(done)
}

fn wake(tx: &mut Tx) -> Result<()> {
    sql_query("SELECT pg_notify('tasks', '')").execute(tx.conn)?;
    Ok(())
}

/// The place where the next page begins, from the URL.
pub fn cursor(text: &str) -> Option<i64> {
    paging::keys(text)
}
