//! Lists of calls, described once; [`crate::infra::lists`] runs them.
use super::{entity::CALL, model::Call, words::CallStatus};
use crate::infra::{
    db::{
        Scope, Tx,
        ids::CustomerId,
        schema::{calls, customers},
        sql::{Bind, Statement},
    },
    lists::{Filter, Key, List, ListQuery, Listing, Narrows, Offered, Order, Page, Shown, Takes},
    web::errors::Result,
};
use diesel::prelude::*;

const DUE: &[Key] = &[Key::time("calls.due_at")];

/// The queue: what is to come with the next first, what is over with the latest first.
pub const QUEUE: &Listing = &Listing::new("calls", Key::uuid("calls.id"))
    .of(&CALL)
    .filters(&[
        Filter::new("status", "Status", Takes::Codes(CallStatus::WORDS), Narrows::Column("calls.status"))
            .single()
            .assumed(CallStatus::Requested.code())
            .shown(Shown::Tabs),
        Filter::new("assignee", "Assignee", Takes::Ids("users", ASSIGNEES), Narrows::By(assigned)).single(),
        Filter::new(
            "customer",
            "Customer",
            Takes::Ids("customers", &[]),
            Narrows::Column("calls.customer_id"),
        )
        .single()
        .shown(Shown::Chip),
    ])
    .orders(&[
        Order::by(DUE)
            .index("calls_by_status")
            .offered(Offered::Where("status", &[CallStatus::Requested.code(), CallStatus::Scheduled.code()])),
        Order::by(DUE).descending().index("calls_by_status"),
    ]);

/// The calls of one customer, the latest first.
pub const OF_CUSTOMER: &Listing = &Listing::new("calls", Key::uuid("calls.id"))
    .of(&CALL)
    .orders(&[Order::by(DUE).descending().index("calls_by_customer")]);

/// As [`OF_CUSTOMER`], as its own people read them.
pub const OWN: &Listing = &OF_CUSTOMER.in_pages_of(25);

/// Who may hold a call besides a colleague.
pub const ASSIGNEES: &[crate::values::kinds::Word] = &[("@me", "Me"), ("nobody", "Nobody")];

/// The queue in the type of a handler.
pub struct Queue;

impl List for Queue {
    const LISTING: &'static Listing = QUEUE;
}

/// The calls of a customer in the type of a handler.
pub struct OfCustomer;

impl List for OfCustomer {
    const LISTING: &'static Listing = OF_CUSTOMER;
}

fn assigned(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    if query.has("assignee", "@me") {
        sql.push(" AND calls.assignee_id = (SELECT current_actor())");
    } else if query.has("assignee", "nobody") {
        sql.push(" AND calls.worker_id IS NULL");
    }
    for id in query.ids_of("assignee") {
        sql.push(" AND calls.assignee_id = ").bind(Bind::Uuid(id));
    }
}

/// A call of the queue.
pub struct Listed {
    pub call: Call,
    pub customer: String,
}

/// A page of the queue, with the customers' names: two queries.
pub fn queue(tx: &mut Tx, query: &ListQuery) -> Result<Page<Listed>> {
    let found = find(tx, query)?;
    let ids: Vec<CustomerId> = found.rows.iter().map(|call| call.customer_id).collect();
    let names: Vec<(CustomerId, String)> = customers::table
        .filter(customers::id.eq_any(ids))
        .select((customers::id, customers::name))
        .load(tx.conn)?;
    let name =
        |id: CustomerId| names.iter().find(|(of, _)| *of == id).map_or("", |(_, name)| name).to_owned();
    Ok(found.map(|call| Listed { customer: name(call.customer_id), call }))
}

/// A page of calls that the person at work may see.
pub fn find(tx: &mut Tx, query: &ListQuery) -> Result<Page<Call>> {
    let found = calls::table
        .select((Call::as_select(), query.place()))
        .filter(query.condition(tx.scope))
        .order(query.order_by())
        .limit(query.limit())
        .load(tx.conn)?;
    Ok(query.page(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_come_has_the_next_first() {
        assert!(!QUEUE.read("").0.order.is_descending);
        assert!(!QUEUE.read("status=scheduled").0.order.is_descending);
        assert!(QUEUE.read("status=completed").0.order.is_descending);
    }

    #[test]
    fn a_tab_stays_in_the_url() {
        assert_eq!(
            QUEUE.read("assignee=nobody").0.query_having("status", "requested"),
            "status=requested&assignee=nobody"
        );
    }
}
