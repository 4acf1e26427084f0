//! The row of a deactivation, and the two verbs: deactivate and reactivate.
use super::reasons::Reason;
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CustomerId, DeactivationId, UserId},
            schema::{api_keys, contacts, customers, deactivations, tenants, users},
        },
        web::errors::{AppError, Result},
    },
    values::{Stage, bounded::bounded_text},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, BigInt, Date, Text, Timestamptz, Uuid},
};

/// A customer's access is, or was, switched off.
#[derive(HasQuery, Clone, Debug)]
pub struct Deactivation {
    pub id: DeactivationId,
    pub customer_id: CustomerId,
    pub grace_ends_at: DateTime<Utc>,
    pub reason: Reason,
    pub explanation: String,
    pub likelihood: Option<i16>,
    pub context: String,
    pub requested_by: String,
    pub asked_at: Option<DateTime<Utc>>,
    pub asked_by: Option<UserId>,
    pub asked_words: String,
    pub reactivated_at: Option<DateTime<Utc>>,
    pub churned_at: Option<DateTime<Utc>>,
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
}

bounded_text! {
    /// What a customer said when it left, or what staff know of it.
    Explanation: lines 4_000, long "Keep it to 4,000 characters.";
    /// Who at the customer wanted it.
    RequestedBy: line 200, long "Keep the name to 200 characters.";
}

/// Why a customer leaves, and until when it may come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deactivate {
    /// The last day on which it can be taken back, in the tenant's time zone.
    pub last_day: NaiveDate,
    pub reason: Reason,
    pub explanation: Explanation,
    /// How likely they are to come back, from 0 to 10.
    pub likelihood: Option<i16>,
    pub context: Explanation,
    pub requested_by: RequestedBy,
}

/// The admins of the customer $1 who can sign in when they may, neither disabled nor only invited: they are told of its access.
pub(super) const ADMINS: &str = "users u WHERE u.customer_id = $1 AND u.roles @> '{customer_admin}' AND u.disabled_at IS NULL AND u.is_set_up
    ORDER BY u.name LIMIT 100";

/// What stops with a customer's access.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    #[diesel(sql_type = BigInt)]
    pub users: i64,
    #[diesel(sql_type = BigInt)]
    pub sessions: i64,
    #[diesel(sql_type = BigInt)]
    pub keys: i64,
    /// Tickets that are open or pending: they are closed when the grace period ends. Up to 1,000.
    #[diesel(sql_type = BigInt)]
    pub tickets: i64,
    /// Who gets a mail about it: the names of the customer's admins, at most 100.
    #[diesel(sql_type = Array<Text>)]
    pub recipients: Vec<String>,
}

/// The day from which the days are counted on which a grace period may end.
#[derive(QueryableByName, Clone, Copy, Debug)]
pub struct Days {
    #[diesel(sql_type = Date)]
    pub today: NaiveDate,
}

/// How many days a grace period lasts, unless told otherwise.
pub const USUAL_DAYS: u64 = 30;
/// How many it lasts at most.
pub const MOST_DAYS: u64 = 366;

impl Days {
    /// As the tenant's clock says.
    pub fn of_tenant(tx: &mut Tx) -> Result<Self> {
        Ok(diesel::sql_query(
            "SELECT (now() AT TIME ZONE time_zone)::date AS today FROM tenants WHERE id = current_tenant()",
        )
        .get_result(tx.conn)?)
    }
}

impl Impact {
    /// Counts it.
    pub fn of(tx: &mut Tx, customer: CustomerId) -> Result<Self> {
        Ok(diesel::sql_query(format!(
            "SELECT a.users, a.sessions, (SELECT count(*) FROM api_keys k WHERE k.customer_id = $1 AND k.revoked_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > now())) AS keys,
                (SELECT count(*) FROM (SELECT FROM tickets t WHERE t.customer_id = $1 AND t.status IN ('open', 'pending') LIMIT 1000) x) AS tickets,
                ARRAY(SELECT u.name FROM {ADMINS}) AS recipients
             FROM count_access($1) a",
        ))
        .bind::<Uuid, _>(customer)
        .get_result(tx.conn)?)
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn end_access_of_disabled(of_customer: Uuid) -> Integer;
    fn current_member() -> Nullable<Uuid>;
}

impl Deactivation {
    /// The one that stands: not taken back, whether or not its grace period is over.
    pub fn standing(tx: &mut Tx, customer: CustomerId) -> Result<Option<Self>> {
        let query = Self::query().filter(deactivations::customer_id.eq(customer));
        Ok(query.filter(deactivations::reactivated_at.is_null()).first(tx.conn).optional()?)
    }

    /// Switches the customer's access off: what they said is recorded, sessions end, keys expire, tokens are outdated, and the log tells
    /// `CUSTOMER_DEACTIVATED`. Clients' provisioned accounts follow here once there are clients.
    pub fn begin(tx: &mut Tx, customer: CustomerId, command: &Deactivate) -> Result<Self> {
        tx.must_see(customer)?;
        let id = DeactivationId::new();
        let zone = tenants::table
            .filter(sql::<diesel::sql_types::Bool>("id = current_tenant()"))
            .select(tenants::time_zone)
            .first::<String>(tx.conn)?;
        let end = sql::<Timestamptz>("((")
            .bind::<Date, _>(command.last_day)
            .sql(" + 1)::timestamp AT TIME ZONE ")
            .bind::<Text, _>(zone)
            .sql(")");
        let made = diesel::insert_into(deactivations::table)
            .values((
                deactivations::id.eq(id),
                deactivations::customer_id.eq(customer),
                deactivations::grace_ends_at.eq(end),
                deactivations::reason.eq(command.reason),
                deactivations::explanation.eq(&command.explanation),
                deactivations::likelihood.eq(command.likelihood),
                deactivations::context.eq(&command.context),
                deactivations::requested_by.eq(&command.requested_by),
            ))
            .execute(tx.conn);
        if let Err(error) = made {
            return Err(match AppError::constraint(&error) {
                Some("deactivations_one_standing") => {
                    AppError::Conflict("This customer is deactivated already.".into())
                }
                _ => error.into(),
            });
        }
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set(customers::is_disabled.eq(true))
            .execute(tx.conn)?;
        let good = api_keys::table
            .filter(api_keys::customer_id.eq(customer))
            .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(diesel::dsl::now)));
        diesel::update(good).set(api_keys::expires_at.eq(diesel::dsl::now)).execute(tx.conn)?;
        diesel::select(end_access_of_disabled(customer)).execute(tx.conn)?;
        Self::find(tx, id)
    }

    /// Switches it on again, within the grace period. Keys stay expired: new ones are issued.
    pub fn reactivate(tx: &mut Tx, customer: CustomerId) -> Result<Self> {
        let otherwise = "The grace period is over, so this can't just be undone. Staff can bring the customer back on the page of its deactivation, where they choose its stage.";
        let id = Self::end(tx, customer, false, otherwise)?;
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set(customers::is_disabled.eq(false))
            .execute(tx.conn)?;
        Self::find(tx, id)
    }

    /// Switches it on again after the grace period, in this stage. Keys stay expired, and tickets that the end of the period closed stay closed.
    pub fn restore(tx: &mut Tx, customer: CustomerId, stage: Stage) -> Result<Self> {
        let otherwise = "The grace period is not over: reactivate the customer.";
        let id = Self::end(tx, customer, true, otherwise)?;
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set((customers::is_disabled.eq(false), customers::lifecycle_stage.eq(stage)))
            .execute(tx.conn)?;
        Self::find(tx, id)
    }

    /// Ends the deactivation that stands, if its grace period is over or is not, as wanted; `otherwise` says why not.
    fn end(tx: &mut Tx, customer: CustomerId, is_over: bool, otherwise: &str) -> Result<DeactivationId> {
        tx.must_see(customer)?;
        let over =
            deactivations::churned_at.is_not_null().or(deactivations::grace_ends_at.le(diesel::dsl::now));
        let standing = deactivations::table
            .filter(deactivations::customer_id.eq(customer))
            .filter(deactivations::reactivated_at.is_null())
            .filter(over.eq(is_over));
        let ended: Option<DeactivationId> = diesel::update(standing)
            .set((
                deactivations::reactivated_at.eq(diesel::dsl::now),
                deactivations::reactivated_by.eq(current_member()),
            ))
            .returning(deactivations::id)
            .get_result(tx.conn)
            .optional()?;
        if let Some(id) = ended {
            return Ok(id);
        }
        let stands = Self::standing(tx, customer)?.is_some();
        Err(AppError::Conflict(if stands { otherwise } else { "This customer is not deactivated." }.into()))
    }

    /// One of a customer that the person at work may see.
    pub fn find(tx: &mut Tx, id: DeactivationId) -> Result<Self> {
        Ok(Self::query().filter(deactivations::id.eq(id)).first(tx.conn)?)
    }

    /// Whether it can still be taken back.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.reactivated_at.is_none() && self.churned_at.is_none() && self.grace_ends_at > now
    }

    /// Days until the grace period ends, begun ones included.
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        ((self.grace_ends_at - now).num_seconds().max(0) + 86_399) / 86_400
    }
}

/// Who at the customer may have asked: its contacts, by name, at most 100.
pub fn people(tx: &mut Tx, customer: CustomerId) -> Result<Vec<String>> {
    let found: Vec<(String, String)> = contacts::table
        .filter(contacts::customer_id.eq(customer))
        .select((contacts::first_name, contacts::last_name))
        .order((contacts::is_primary.desc(), contacts::first_name, contacts::last_name))
        .limit(100)
        .load(tx.conn)?;
    Ok(found.into_iter().map(|(first, last)| format!("{first} {last}").trim().to_owned()).collect())
}

/// The name of a user, empty where they are gone.
pub fn user_name(tx: &mut Tx, id: Option<UserId>) -> Result<String> {
    let Some(id) = id else { return Ok(String::new()) };
    let found = users::table.filter(users::id.eq(id)).select(users::name).first(tx.conn).optional()?;
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_begun_day_is_a_day_left() {
        let now = DateTime::UNIX_EPOCH;
        let one = |left: TimeDelta| Deactivation {
            id: DeactivationId::new(),
            customer_id: CustomerId::new(),
            grace_ends_at: now + left,
            reason: Reason::Price,
            explanation: String::new(),
            likelihood: None,
            context: String::new(),
            requested_by: String::new(),
            asked_at: None,
            asked_by: None,
            asked_words: String::new(),
            reactivated_at: None,
            churned_at: None,
            created_by: None,
            created_at: now,
        };
        assert_eq!(one(TimeDelta::hours(49)).days_left(now), 3);
        assert_eq!(one(TimeDelta::hours(48)).days_left(now), 2);
        assert_eq!(one(TimeDelta::seconds(1)).days_left(now), 1);
        assert_eq!(one(TimeDelta::seconds(-1)).days_left(now), 0);
        assert!(!one(TimeDelta::zero()).is_open(now));
    }
}
