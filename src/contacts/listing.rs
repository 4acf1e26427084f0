//! The contacts of a customer, described once; [`crate::infra::lists`] runs them.
use super::{entity::CONTACT, model::Contact};
use crate::infra::{
    db::{Tx, schema::contacts},
    lists::{Key, List, ListQuery, Listing, Order, Page},
    web::errors::Result,
};
use diesel::prelude::*;

/// The primary one first, then by name.
pub const OF_CUSTOMER: &Listing = &Listing::new("contacts", Key::uuid("contacts.id")).of(&CONTACT).orders(&[
    Order::by(&[Key::text("contacts.last_name"), Key::text("contacts.first_name")])
        .after_those_of(Key::flag("contacts.is_primary"))
        .index("contacts_by_customer"),
]);

/// The contacts of a customer in the type of a handler.
pub struct OfCustomer;

impl List for OfCustomer {
    const LISTING: &'static Listing = OF_CUSTOMER;
}

/// A page of them.
pub fn find(tx: &mut Tx, query: &ListQuery) -> Result<Page<Contact>> {
    let found = contacts::table
        .select((Contact::as_select(), query.place()))
        .filter(query.condition(tx.scope))
        .order(query.order_by())
        .limit(query.limit())
        .load(tx.conn)?;
    Ok(query.page(found))
}
