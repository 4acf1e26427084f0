//! The row of an assignment, its queries and its verbs.
use crate::infra::{
    db::{
        Tx,
        ids::{AssignmentId, CustomerId, UserId},
        schema::{customer_success_owned_customers as assignments, customers, users},
        sql::{Bind, Statement},
    },
    web::{
        errors::{AppError, Result},
        permissions::Role,
    },
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

/// This CS rep looks after this customer, with what S000 tells of both.
#[derive(QueryableByName, Clone, Debug)]
pub struct Assignment {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: AssignmentId,
    #[diesel(sql_type = sql_types::Uuid)]
    pub user_id: UserId,
    #[diesel(sql_type = sql_types::Uuid)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub updated_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Text)]
    pub user_name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub user_email: String,
    #[diesel(sql_type = sql_types::Text)]
    pub customer_name: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    pub email_domain: Option<String>,
    #[diesel(sql_type = sql_types::Text)]
    pub lifecycle_stage: String,
}

/// Why a rep could not be assigned, as the API has it.
const NO_REP: &str = "Choose somebody with the role customer_success.";
const DISABLED: &str = "Their account is disabled. Choose somebody else.";
const TAKEN: &str = "They look after this customer already.";

/// Which assignments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    pub id: Option<AssignmentId>,
    pub user: Option<UserId>,
    pub customer: Option<CustomerId>,
    /// The rep and the customer of the last one seen.
    pub after: Option<(UserId, CustomerId)>,
}

impl Assignment {
    /// Up to `most` of them, by rep and customer.
    pub fn list(tx: &mut Tx, which: Which, most: usize) -> Result<Vec<Self>> {
        // The limit comes before the joins: the planner would not hold it to a page otherwise.
        let mut sql = Statement::new(
            "SELECT o.id, o.user_id, o.customer_id, o.created_at, o.updated_at, u.name AS user_name, u.email AS user_email,
                    c.name AS customer_name, c.email_domain, c.lifecycle_stage
             FROM (SELECT * FROM customer_success_owned_customers WHERE true",
        );
        if let Some(id) = which.id {
            sql.push(" AND id = ").bind(Bind::Uuid(id.0));
        }
        if let Some(user) = which.user {
            sql.push(" AND user_id = ").bind(Bind::Uuid(user.0));
        }
        if let Some(customer) = which.customer {
            sql.push(" AND customer_id = ").bind(Bind::Uuid(customer.0));
        }
        if let Some((user, customer)) = which.after {
            sql.push(" AND (user_id, customer_id) > (").bind(Bind::Uuid(user.0)).push(", ");
            sql.bind(Bind::Uuid(customer.0)).push(")");
        }
        sql.push(" ORDER BY user_id, customer_id LIMIT ").bind(Bind::Int(most as i64)).push(
            ") o JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.user_id
             JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id ORDER BY o.user_id, o.customer_id",
        );
        Ok(sql.load(tx.conn)?)
    }

    /// The assignment, where the person at work may see it.
    pub fn find(tx: &mut Tx, id: AssignmentId) -> Result<Self> {
        Self::list(tx, Which { id: Some(id), ..Which::default() }, 1)?.pop().ok_or(AppError::NotFound)
    }

    /// Whether this rep looks after this customer, as far as the person at work may know.
    pub fn exists(tx: &mut Tx, user: UserId, customer: CustomerId) -> Result<bool> {
        Ok(diesel::select(diesel::dsl::exists(pair(user, customer))).get_result(tx.conn)?)
    }

    /// Makes this rep look after this customer.
    ///
    /// # Errors
    /// `NotFound` where either is not to be seen, `Forbidden` for whoever is no admin, `Invalid` for a user who is no rep or can't sign
    /// in, `Conflict` where they look after it already.
    pub fn create(tx: &mut Tx, user: UserId, customer: CustomerId) -> Result<Self> {
        let (roles, disabled): (Vec<Option<String>>, Option<DateTime<Utc>>) = users::table
            .filter(users::id.eq(user))
            .filter(users::customer_id.is_null())
            .select((users::roles, users::disabled_at))
            .first(tx.conn)?;
        // The row stays until the assignment stands, so that it can't be deleted in between.
        let _: CustomerId = customers::table
            .filter(customers::id.eq(customer))
            .select(customers::id)
            .for_key_share()
            .first(tx.conn)?;
        may_manage(tx)?;
        if !roles.iter().flatten().any(|role| role == Role::CustomerSuccess.code()) {
            return Err(AppError::refused("user_id", NO_REP));
        }
        if disabled.is_some() {
            return Err(AppError::refused("user_id", DISABLED));
        }
        let id = AssignmentId::new();
        let made = diesel::insert_into(assignments::table)
            .values((
                assignments::id.eq(id),
                assignments::user_id.eq(user),
                assignments::customer_id.eq(customer),
            ))
            .on_conflict((assignments::tenant_id, assignments::user_id, assignments::customer_id))
            .do_nothing()
            .execute(tx.conn)?;
        if made == 0 { Err(AppError::Conflict(TAKEN.into())) } else { Self::find(tx, id) }
    }

    /// Ends it.
    pub fn delete(tx: &mut Tx, id: AssignmentId) -> Result<()> {
        gone(diesel::delete(assignments::table.filter(assignments::id.eq(id))).execute(tx.conn)?)
    }

    /// Ends that this rep looks after this customer.
    pub fn delete_pair(tx: &mut Tx, user: UserId, customer: CustomerId) -> Result<()> {
        gone(diesel::delete(pair(user, customer)).execute(tx.conn)?)
    }
}

/// A member of staff who looks after customers, or did.
#[derive(HasQuery, Clone, Debug)]
#[diesel(table_name = users)]
pub struct Rep {
    pub id: UserId,
    pub name: String,
    pub email: String,
    #[diesel(select_expression = users::disabled_at.is_not_null())]
    pub is_disabled: bool,
}

impl Rep {
    /// Somebody of the staff.
    pub fn find(tx: &mut Tx, id: UserId) -> Result<Self> {
        Ok(Self::query().filter(users::id.eq(id)).filter(users::customer_id.is_null()).first(tx.conn)?)
    }

    /// Those to whom customers can be given, by name; at most 500.
    pub fn active(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(users::tenant_id.eq(current_tenant()))
            .filter(users::customer_id.is_null())
            .filter(users::roles.contains(vec!["customer_success"]))
            .filter(users::disabled_at.is_null())
            .order((users::name, users::id))
            .limit(500)
            .load(tx.conn)?)
    }
}

type Pair = diesel::dsl::Filter<
    diesel::dsl::Filter<assignments::table, diesel::dsl::Eq<assignments::user_id, UserId>>,
    diesel::dsl::Eq<assignments::customer_id, CustomerId>,
>;

fn pair(user: UserId, customer: CustomerId) -> Pair {
    assignments::table.filter(assignments::user_id.eq(user)).filter(assignments::customer_id.eq(customer))
}

fn gone(rows: usize) -> Result<()> {
    if rows == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn manages_assignments() -> sql_types::Bool;
    fn current_tenant() -> sql_types::Nullable<sql_types::Uuid>;
}

/// Asks the rule that the policies ask, so that whoever may not is told so and does not meet a failure.
fn may_manage(tx: &mut Tx) -> Result<()> {
    if diesel::select(manages_assignments()).get_result(tx.conn)? { Ok(()) } else { Err(AppError::Forbidden) }
}
