//! What somebody of the staff holds, and giving it to a colleague once they can't act for it any more. Until then it counts as nobody's.
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, UserId},
        sql::{Bind, Statement},
    },
    web::{
        errors::{AppError, Result},
        filters::counted,
        staff::IS_STAFF,
    },
};
use diesel::{prelude::*, sql_types};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// The field that says to whom.
pub const FIELD: &str = "hand_over_to";

/// To whom work goes whose holder can't do it any more; empty: it stays, and counts as unassigned.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct HandOverForm {
    pub hand_over_to: String,
}

/// How much somebody holds that is not over yet.
#[derive(QueryableByName, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    #[diesel(sql_type = sql_types::BigInt)]
    pub tickets: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub calls: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub customers: i64,
}

/// What each owner holds of a customer that is not over; the condition on the assignments `o` follows.
pub const OF_OWNERS: &str = "SELECT o.user_id,
        (SELECT count(*) FROM tickets t WHERE t.tenant_id = o.tenant_id AND t.customer_id = o.customer_id
            AND t.status IN ('open', 'pending') AND t.assignee_id = o.user_id) AS tickets,
        (SELECT count(*) FROM calls k WHERE k.tenant_id = o.tenant_id AND k.customer_id = o.customer_id
            AND k.status IN ('requested', 'scheduled') AND k.assignee_id = o.user_id) AS calls
    FROM customer_success_owned_customers o";

#[derive(QueryableByName)]
struct OfOwner {
    #[diesel(sql_type = sql_types::Uuid)]
    user_id: UserId,
    #[diesel(embed)]
    holding: Holding,
}

#[derive(QueryableByName)]
struct Taker {
    #[diesel(sql_type = sql_types::Uuid)]
    id: UserId,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

impl Holding {
    /// All that somebody holds.
    pub fn of(tx: &mut Tx, user: UserId) -> Result<Self> {
        let mut sql = Statement::new(
            "SELECT (SELECT count(*) FROM tickets t WHERE t.status IN ('open', 'pending') AND t.assignee_id = ",
        );
        sql.bind(Bind::Uuid(user.0))
            .push(") AS tickets, (SELECT count(*) FROM calls k WHERE k.status IN ('requested', 'scheduled') AND k.assignee_id = ")
            .bind(Bind::Uuid(user.0))
            .push(") AS calls, (SELECT count(*) FROM customer_success_owned_customers o WHERE o.user_id = ")
            .bind(Bind::Uuid(user.0))
            .push(") AS customers");
        Ok(sql.get_result(tx.conn)?)
    }

    /// What each owner of a customer holds of it; those who hold nothing are left out. One statement.
    pub fn of_owners(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(UserId, Self)>> {
        let mut sql = Statement::new(&format!(
            "SELECT *, 0::bigint AS customers FROM ({OF_OWNERS} WHERE o.customer_id = "
        ));
        sql.bind(Bind::Uuid(customer.0)).push(") held WHERE tickets + calls > 0");
        let found: Vec<OfOwner> = sql.load(tx.conn)?;
        Ok(found.into_iter().map(|one| (one.user_id, one.holding)).collect())
    }

    /// Whether that is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// "3 open tickets, 1 call and 2 customers"; empty for nothing.
    pub fn describe(&self) -> String {
        let parts = [
            (self.tickets, "open ticket", "open tickets"),
            (self.calls, "call", "calls"),
            (self.customers, "customer", "customers"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| counted(number, one, many))
            .collect();
        match parts.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            parts => parts.concat(),
        }
    }
}

/// Whether somebody can do anything for a customer.
pub fn can_act(tx: &mut Tx, user: UserId, customer: CustomerId) -> Result<bool> {
    Ok(diesel::select(can_act_for(user, customer)).get_result(tx.conn)?)
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn can_act_for(of_user: sql_types::Uuid, of_customer: sql_types::Uuid) -> sql_types::Bool;
}

/// Who can take over from somebody: id and name.
pub fn takers(tx: &mut Tx, from: UserId) -> Result<Vec<(String, String)>> {
    let mut sql = Statement::new(&format!(
        "SELECT u.id, u.name FROM users u WHERE {IS_STAFF} AND u.disabled_at IS NULL AND u.id <> "
    ));
    sql.bind(Bind::Uuid(from.0)).push(" ORDER BY u.name, u.id LIMIT 500");
    let found: Vec<Taker> = sql.load(tx.conn)?;
    Ok(found.into_iter().map(|taker| (taker.id.to_string(), taker.name)).collect())
}

/// Gives a colleague what somebody holds and can't act for any more, of one customer or of all: as far as the colleague may work on it,
/// and the customers where they look after customers. Returns the colleague's name, and what went over. Whoever is nobody of the staff
/// who can sign in is refused at the field.
pub fn hand_over(
    tx: &mut Tx,
    from: UserId,
    form: &HandOverForm,
    customer: Option<CustomerId>,
) -> Result<Option<(String, Holding)>> {
    if form.hand_over_to.is_empty() {
        return Ok(None);
    }
    let chosen = takers(tx, from)?.into_iter().find(|(id, _)| *id == form.hand_over_to);
    let Some((to, name)) = chosen.and_then(|(id, name)| Some((id.parse::<UserId>().ok()?, name))) else {
        return Err(AppError::refused(FIELD, "Choose a colleague from the list."));
    };
    // First the customers: a rep works on tickets of their own.
    let customers = if customer.is_some() { 0 } else { hand_over_customers(tx, from, to)? };
    let mut counts = [0; 2];
    let work = [
        ("tickets", "assignee_id = ", "", "'open', 'pending'"),
        ("calls", "assignee_name = u.name, assignee_id = ", "FROM users u ", "'requested', 'scheduled'"),
    ];
    for (count, (table, set, with, open)) in counts.iter_mut().zip(work) {
        let mut sql = Statement::new(&format!("UPDATE {table} w SET {set}"));
        sql.bind(Bind::Uuid(to.0))
            .push(&format!(" {with}WHERE w.worker_id IS NULL AND w.status IN ({open}) AND w.assignee_id = "));
        sql.bind(Bind::Uuid(from.0))
            .push(" AND may_work_on(")
            .bind(Bind::Uuid(to.0))
            .push(", w.customer_id)");
        if !with.is_empty() {
            sql.push(" AND u.id = ").bind(Bind::Uuid(to.0));
        }
        if let Some(customer) = customer {
            sql.push(" AND w.customer_id = ").bind(Bind::Uuid(customer.0));
        }
        *count = i64::try_from(sql.execute(tx.conn)?).unwrap_or(i64::MAX);
    }
    let [tickets, calls] = counts;
    Ok(Some((name, Holding { tickets, calls, customers })))
}

fn hand_over_customers(tx: &mut Tx, from: UserId, to: UserId) -> Result<i64> {
    let mut sql = Statement::new(
        "WITH gone AS (DELETE FROM customer_success_owned_customers o WHERE NOT can_act_for(o.user_id, o.customer_id)
             AND EXISTS (SELECT FROM users u WHERE u.roles @> '{customer_success}' AND u.id = ",
    );
    sql.bind(Bind::Uuid(to.0)).push(") AND o.user_id = ").bind(Bind::Uuid(from.0)).push(
        " RETURNING o.customer_id),
         made AS (INSERT INTO customer_success_owned_customers (customer_id, user_id) SELECT customer_id, ",
    );
    sql.bind(Bind::Uuid(to.0)).push(" FROM gone ON CONFLICT DO NOTHING) SELECT 0::bigint AS tickets, 0::bigint AS calls, count(*) AS customers FROM gone");
    Ok(sql.get_result::<Holding>(tx.conn)?.customers)
}

/// What is said of it after the deed; empty where nothing was asked.
pub fn describe(handed: Option<(String, Holding)>, left: Holding, from: &str) -> String {
    let mut text = match handed {
        None => String::new(),
        Some((to, holding)) if holding.is_empty() => format!(" Nothing could be handed over to {to}."),
        Some((to, holding)) => format!(" Handed over to {to}: {}.", holding.describe()),
    };
    if !left.is_empty() {
        text += &format!(" Still with {from}, and counted as unassigned: {}.", left.describe());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_holds_is_told_in_words() {
        let holding = |tickets, calls, customers| Holding { tickets, calls, customers };
        assert_eq!(holding(3, 1, 2).describe(), "3 open tickets, 1 call and 2 customers");
        assert_eq!(holding(1, 0, 2).describe(), "1 open ticket and 2 customers");
        assert_eq!(
            (holding(0, 1, 0).describe(), holding(0, 0, 0).describe()),
            ("1 call".into(), String::new())
        );
        let left = describe(Some(("Grace".into(), holding(2, 0, 0))), holding(0, 0, 5), "Chloe");
        assert_eq!(
            left,
            " Handed over to Grace: 2 open tickets. Still with Chloe, and counted as unassigned: 5 customers."
        );
    }
}
