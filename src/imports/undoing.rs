//! Taking back a whole import from the log: what its transaction made goes, what it changed becomes what it was. Whatever somebody
//! has worked on since is left alone.
use super::{
    model::{Import, Outcome, json},
    state::ImportState,
};
use crate::{
    customers::entity::CUSTOMER,
    infra::{
        db::{
            Tx,
            ids::{CustomerId, ImportId},
            schema::imports,
        },
        web::errors::{AppError, Result},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{BigInt, Bool, Text, Uuid},
};
use serde::{Deserialize, Serialize};

/// How long an import can be taken back.
pub const DAYS: i64 = 30;
/// Customers that are named, of those left alone.
const NAMED: i64 = 20;

/// What an undo takes back, or took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Undone {
    /// Customers that the import made and nobody touched: they go.
    pub deleted: i64,
    /// Customers that it changed: they become what they were.
    pub restored: i64,
    /// Customers that somebody has changed since.
    pub left: i64,
    /// The first of those, by name.
    pub named: Vec<(CustomerId, String)>,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    deleted: i64,
    #[diesel(sql_type = BigInt)]
    restored: i64,
    #[diesel(sql_type = BigInt)]
    left_alone: i64,
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = Uuid)]
    id: CustomerId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The customers of a transaction that are still there: made or changed by it, and touched since or not. It began after `since`.
fn touched(transaction: i64, since: DateTime<Utc>) -> String {
    // A day before, since clocks may be set back: what was touched later is in that partition of the log or a later one.
    let since = (since - TimeDelta::days(1)).to_rfc3339();
    // The headquarters that a new business gets in the background is nobody's work.
    format!(
        "SELECT e.entity_id AS id, e.operation = 'insert' AS made, c.name, c.name_key,
            CASE e.operation WHEN 'insert' THEN EXISTS (SELECT FROM events later WHERE later.customer_id = e.entity_id AND later.id > e.id AND later.occurred_at >= '{since}' AND later.transaction_id <> {transaction}
                    AND NOT (later.entity = 'location' AND later.actor_id IS NULL))
                 ELSE c.version <> (e.after->>'version')::integer END AS touched
        FROM events e JOIN customers c ON c.id = e.entity_id
        WHERE e.transaction_id = {transaction} AND e.entity = 'customer' AND e.operation <> 'delete'"
    )
}

impl Import {
    /// Until when it can be taken back, where it can.
    pub fn undo_until(&self) -> Option<DateTime<Utc>> {
        (self.state == ImportState::Done)
            .then_some(self.finished_at?.checked_add_signed(TimeDelta::days(DAYS)))
            .flatten()
    }

    /// What taking it back would do.
    pub fn preview_undo(&self, tx: &mut Tx) -> Result<Undone> {
        let Some(transaction) = self.transaction_id else { return Ok(Undone::default()) };
        patience(tx)?;
        summary(tx, &format!("({})", touched(transaction, self.created_at)))
    }

    /// Takes it back.
    pub fn undo(tx: &mut Tx, id: ImportId) -> Result<Undone> {
        patience(tx)?;
        let (transaction, since) = claim(tx, id)?;
        // Whoever is changing one of them comes first, and is then seen to have changed it.
        diesel::sql_query(LOCK).bind::<BigInt, _>(transaction).execute(tx.conn)?;
        tx.conn.batch_execute(&format!(
            "CREATE TEMP TABLE undo_customers ON COMMIT DROP AS {}; CREATE INDEX ON undo_customers (id); ANALYZE undo_customers",
            touched(transaction, since)
        ))?;
        let undone = summary(tx, "undo_customers")?;
        tx.conn.batch_execute(DELETE_CUSTOMERS)?;
        let restore_customers = restore_customers();
        for sql in [
            restore_customers.as_str(),
            DELETE_CONTACTS,
            UNMAKE_CONTACTS,
            RESTORE_CONTACTS,
            DELETE_TAGGINGS,
            DELETE_TAGS,
        ] {
            diesel::sql_query(sql).bind::<BigInt, _>(transaction).execute(tx.conn).map_err(refused)?;
        }
        let outcome = Outcome { undone: Some(undone.clone()), ..Import::find(tx, id)?.outcome() };
        diesel::update(imports::table.filter(imports::id.eq(id)))
            .set(imports::outcome.eq(json(&outcome)))
            .execute(tx.conn)?;
        Ok(undone)
    }
}

/// Nobody else can take it back from here on.
fn claim(tx: &mut Tx, id: ImportId) -> Result<(i64, DateTime<Utc>)> {
    let fresh = diesel::dsl::sql::<Bool>("finished_at > now() - interval '30 days'");
    let done =
        imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(ImportState::Done)).filter(fresh);
    let claimed: Option<(Option<i64>, DateTime<Utc>)> = diesel::update(done)
        .set((imports::state.eq(ImportState::Undone), imports::undone_at.eq(diesel::dsl::now)))
        .returning((imports::transaction_id, imports::created_at))
        .get_result(tx.conn)
        .optional()?;
    match claimed {
        Some((Some(transaction), since)) => Ok((transaction, since)),
        _ => {
            Import::find(tx, id)?;
            Err(AppError::Conflict(
                "This import can't be taken back: it was already, or it is too long ago.".into(),
            ))
        }
    }
}

fn patience(tx: &mut Tx) -> Result<()> {
    Ok(tx.conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'")?)
}

fn summary(tx: &mut Tx, touched: &str) -> Result<Undone> {
    let counts: Counts = diesel::sql_query(format!(
        "SELECT count(*) FILTER (WHERE made AND NOT touched) AS deleted, count(*) FILTER (WHERE NOT made AND NOT touched) AS restored,
                count(*) FILTER (WHERE touched) AS left_alone FROM {touched} AS t"
    ))
    .get_result(tx.conn)?;
    let named: Vec<Left> = match counts.left_alone {
        0 => vec![],
        _ => diesel::sql_query(format!(
            "SELECT id, name FROM {touched} AS t WHERE touched ORDER BY name_key, id LIMIT {NAMED}"
        ))
        .load(tx.conn)?,
    };
    Ok(Undone {
        deleted: counts.deleted,
        restored: counts.restored,
        left: counts.left_alone,
        named: named.into_iter().map(|left| (left.id, left.name)).collect(),
    })
}

/// What was there before the import may be somebody else's by now.
fn refused(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("customers_external_id_taken") => AppError::Conflict(
            "An external id that a customer had before the import belongs to another customer now. Nothing was taken back.".into(),
        ),
        Some("contacts_email_taken") => AppError::Conflict(
            "An email that a contact had before the import belongs to another contact now. Nothing was taken back.".into(),
        ),
        _ => error.into(),
    }
}

const LOCK: &str = "SELECT FROM customers c JOIN events e ON e.entity_id = c.id
    WHERE e.transaction_id = $1 AND e.entity = 'customer' ORDER BY c.id FOR UPDATE OF c";

const DELETE_CUSTOMERS: &str =
    "DELETE FROM customers c USING undo_customers u WHERE c.id = u.id AND u.made AND NOT u.touched";

/// Every field that people fill in, as it was; and that it was churned, which follows from its stage.
fn restore_customers() -> String {
    let fields = CUSTOMER.fields.iter().filter(|field| !field.is_kept && !field.is_reference());
    let set: String = fields.map(|field| format!("{0} = r.{0}, ", field.name)).collect();
    format!(
        "UPDATE customers c SET {set} churned_at = r.churned_at, company_id = (SELECT o.id FROM companies o WHERE o.id = r.company_id)
         FROM events e JOIN undo_customers u ON u.id = e.entity_id AND NOT u.made AND NOT u.touched
         CROSS JOIN LATERAL jsonb_populate_record(NULL::customers, e.before) AS r
         WHERE e.transaction_id = $1 AND e.entity = 'customer' AND e.operation = 'update' AND c.id = e.entity_id"
    )
}

/// Contacts that the import made, at customers that are left; not those of customers that are left alone, nor those changed since.
const DELETE_CONTACTS: &str = "DELETE FROM contacts c USING events e
    WHERE e.transaction_id = $1 AND e.entity = 'contact' AND e.operation = 'insert' AND c.id = e.entity_id AND c.version = (e.after->>'version')::integer
      AND NOT EXISTS (SELECT FROM undo_customers u WHERE u.id = c.customer_id AND u.touched)";

/// First no contact is primary that was not, then those are that were: never two at once.
const UNMAKE_CONTACTS: &str = "UPDATE contacts c SET is_primary = false
    FROM events e CROSS JOIN LATERAL jsonb_populate_record(NULL::contacts, e.before) AS r
    WHERE e.transaction_id = $1 AND e.entity = 'contact' AND e.operation = 'update' AND c.id = e.entity_id AND c.version = (e.after->>'version')::integer
      AND c.is_primary AND NOT r.is_primary AND NOT EXISTS (SELECT FROM undo_customers u WHERE u.id = c.customer_id AND u.touched)";

const RESTORE_CONTACTS: &str = "UPDATE contacts c SET first_name = r.first_name, last_name = r.last_name, email = r.email, phone = r.phone, job_role = r.job_role,
        is_primary = r.is_primary AND NOT EXISTS (SELECT FROM contacts p WHERE p.customer_id = c.customer_id AND p.is_primary AND p.id <> c.id)
    FROM events e CROSS JOIN LATERAL jsonb_populate_record(NULL::contacts, e.before) AS r
    WHERE e.transaction_id = $1 AND e.entity = 'contact' AND e.operation = 'update' AND c.id = e.entity_id
      AND c.version = (e.after->>'version')::integer + CASE WHEN (e.after->>'is_primary')::boolean AND NOT r.is_primary THEN 1 ELSE 0 END
      AND NOT EXISTS (SELECT FROM undo_customers u WHERE u.id = c.customer_id AND u.touched)";

const DELETE_TAGGINGS: &str = "DELETE FROM customer_tags c USING events e
    WHERE e.transaction_id = $1 AND e.entity = 'customer_tag' AND e.operation = 'insert'
      AND c.customer_id = e.customer_id AND c.tag_id = (e.after->>'tag_id')::uuid
      AND NOT EXISTS (SELECT FROM undo_customers u WHERE u.id = c.customer_id AND u.touched)";

/// Tags that the import made and that nobody uses: only where every customer is in sight can that be told.
const DELETE_TAGS: &str = "DELETE FROM tags t USING events e
    WHERE e.transaction_id = $1 AND e.entity = 'tag' AND e.operation = 'insert' AND t.id = e.entity_id AND t.version = 1
      AND (SELECT sees_all_customers()) AND NOT EXISTS (SELECT FROM customer_tags c WHERE c.tag_id = t.id)";
