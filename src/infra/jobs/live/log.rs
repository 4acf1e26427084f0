//! What the hub asks the database.
use super::cursor::Cursor;
use crate::infra::{
    db::{
        Db, Plan, Scope,
        ids::{ClientId, CustomerId, SessionId, TenantId, UserId},
    },
    web::errors::{AppError, Result},
};
use actix_web::cookie::Key;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[diesel::declare_sql_function]
extern "SQL" {
    fn live_changes(since: Nullable<Text>, watched: Array<diesel::sql_types::Uuid>) -> Jsonb;
    fn live_sessions(ids: Array<diesel::sql_types::Uuid>) -> Jsonb;
    fn live_for(
        people: diesel::sql_types::Jsonb,
        of_customers: Array<diesel::sql_types::Uuid>,
        event_ids: Array<BigInt>,
        earliest: Timestamptz,
        record_ids: Array<diesel::sql_types::Uuid>,
        transactions: Array<BigInt>,
    ) -> Jsonb;
}

/// A change of a customer, or of what belongs to one.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Change {
    pub id: i64,
    pub at: DateTime<Utc>,
    #[serde(skip_serializing)]
    pub tenant: TenantId,
    pub customer: CustomerId,
    pub entity: String,
    pub entity_id: Uuid,
    pub topic: String,
    pub operation: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// Whether the portal shows what has changed.
    #[serde(skip_serializing)]
    pub is_shown: bool,
}

/// A change as the portal hears of it: neither which fields nor who, since they may name what it does not show, and no number of the
/// log, which counts what everybody does.
#[derive(Debug, Serialize)]
pub struct ShownChange<'a> {
    at: DateTime<Utc>,
    customer: CustomerId,
    entity: &'a str,
    entity_id: Uuid,
    topic: &'a str,
    operation: &'a str,
}

impl<'a> From<&'a Change> for ShownChange<'a> {
    fn from(change: &'a Change) -> Self {
        Self {
            at: change.at,
            customer: change.customer,
            entity: &change.entity,
            entity_id: change.entity_id,
            topic: &change.topic,
            operation: &change.operation,
        }
    }
}

/// One of the watched customers in a transaction of too many changes.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Touched {
    pub tenant: TenantId,
    /// Whether anything of it is a change that the portal shows.
    pub is_shown: bool,
}

/// What was committed between two places in the log, of every tenant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Batch {
    cursor: String,
    /// The place that was read from is too long ago, or not of this database.
    pub lost: bool,
    pub changes: Vec<Change>,
    /// Transactions of too many changes to tell one by one.
    pub many: HashMap<TenantId, Vec<i64>>,
    /// Those of the watched customers that such a transaction touches.
    pub touched: HashMap<CustomerId, Touched>,
    /// Sessions that have ended.
    pub sessions: HashSet<SessionId>,
    /// Users whom there is something new to tell.
    pub notified: HashSet<UserId>,
    /// Users who are not any more what they were.
    pub users: HashSet<UserId>,
}

impl Batch {
    /// The place that it was read up to.
    pub fn cursor(&self, key: &Key) -> Result<Cursor> {
        Cursor::new(&self.cursor, key).ok_or_else(|| AppError::internal("live_changes told no place"))
    }
}

/// What a look at the log asks.
#[derive(Default)]
pub struct Question {
    /// Where the hub stands.
    pub since: Option<Cursor>,
    /// Where those stand who want to go on from somewhere else.
    pub resumed: HashSet<Cursor>,
    pub watched: Vec<Uuid>,
    /// Sessions to be looked at.
    pub sessions: Vec<Uuid>,
}

/// All of it as of one moment, so that nobody hears anything twice or not at all.
pub struct Found {
    pub batch: Batch,
    pub resumed: HashMap<Cursor, Batch>,
    /// The sessions that go on, each with the version of its user's claims.
    pub sessions: HashMap<SessionId, i32>,
}

/// Looks at the log.
pub fn look(db: &Db, question: &Question) -> Result<Found> {
    db.snapshot_blocking(&Scope::background(None), Plan::Auto, |tx| {
        let mut read = |since: Option<&Cursor>| -> Result<Batch> {
            let found: Value = diesel::select(live_changes(since.map(Cursor::place), &question.watched))
                .get_result(tx.conn)?;
            parsed(found)
        };
        let batch = read(question.since.as_ref())?;
        let mut resumed = HashMap::new();
        for cursor in &question.resumed {
            let changed = match &question.since {
                Some(since) if since == cursor => batch.clone(),
                _ => read(Some(cursor))?,
            };
            resumed.insert(cursor.clone(), changed);
        }
        let sessions = match question.sessions.is_empty() {
            true => HashMap::new(),
            false => parsed(diesel::select(live_sessions(&question.sessions)).get_result(tx.conn)?)?,
        };
        Ok(Found { batch, resumed, sessions })
    })
}

/// What the policies show somebody of a batch.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Visible {
    pub events: HashSet<i64>,
    pub records: HashSet<Uuid>,
    /// Whether one of many changes is of a customer of theirs.
    pub concerns: bool,
}

/// Somebody who has pages open, and does not see all.
#[derive(Debug, Serialize)]
pub struct Person {
    pub id: UserId,
    pub audience: &'static str,
    pub customer: Option<CustomerId>,
    pub client: Option<ClientId>,
    /// By their codes.
    pub permissions: String,
    /// Whether one of the pages is a list.
    pub lists: bool,
}

/// What is asked about a batch for the people of one tenant.
#[derive(Debug, Default)]
pub struct Matter {
    /// Of which customers it is.
    pub customers: Vec<Uuid>,
    pub events: Vec<i64>,
    /// None of the events is older.
    pub earliest: DateTime<Utc>,
    pub records: Vec<Uuid>,
    pub transactions: Vec<i64>,
}

/// What the policies show each of the people: one statement for all of them.
pub fn visible(
    db: &Db,
    tenant: TenantId,
    people: &[Person],
    matter: &Matter,
) -> Result<HashMap<UserId, Visible>> {
    let people = serde_json::to_value(people).map_err(AppError::internal)?;
    let found: Value = db.read_blocking(&Scope::system(tenant), |tx| {
        let Matter { customers, events, earliest, records, transactions } = matter;
        Ok(diesel::select(live_for(people, customers, events, *earliest, records, transactions))
            .get_result(tx.conn)?)
    })?;
    parsed(found)
}

fn parsed<T: DeserializeOwned>(found: Value) -> Result<T> {
    serde_json::from_value(found).map_err(AppError::internal)
}
