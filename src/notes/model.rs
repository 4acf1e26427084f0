//! The row and its queries.
use super::entity::NOTE;
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CustomerId, UserId, id},
            schema::notes,
        },
        lists::{Key, List, ListQuery, Listing, Order, Page},
        web::errors::{AppError, Result},
    },
    values::bounded::bounded_text,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

id!(
    /// What somebody wrote down about a customer.
    NoteId,
);

bounded_text! {
    /// What a note says.
    NoteBody: lines 20_000, empty "Enter a text of 1 to 20,000 characters.", long "Enter a text of 1 to 20,000 characters.";
}

/// A note as it is to be.
#[derive(Clone, Debug)]
pub struct WriteNote {
    pub body: NoteBody,
    pub is_pinned: bool,
}

/// A note on a customer.
#[derive(HasQuery, Clone, Debug)]
pub struct Note {
    pub id: NoteId,
    pub customer_id: CustomerId,
    pub body: String,
    pub is_pinned: bool,
    pub author_name: String,
    /// When its text was last changed.
    pub edited_at: Option<DateTime<Utc>>,
    pub updated_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub version: i32,
}

/// The notes of a customer: the pinned ones first, then the latest first.
pub const OF_CUSTOMER: &Listing = &Listing::new("notes", Key::uuid("notes.id")).of(&NOTE).orders(&[
    Order::by(&[Key::flag("notes.is_pinned"), Key::time("notes.created_at")])
        .descending()
        .index("notes_by_customer"),
]);

/// The notes of a customer in the type of a handler.
pub struct OfCustomer;

impl List for OfCustomer {
    const LISTING: &'static Listing = OF_CUSTOMER;
}

impl Note {
    /// A page of them.
    pub fn page(tx: &mut Tx, query: &ListQuery) -> Result<Page<Self>> {
        let found = notes::table
            .select((Self::as_select(), query.place()))
            .filter(query.condition(tx.scope))
            .order(query.order_by())
            .limit(query.limit())
            .load(tx.conn)?;
        Ok(query.page(found))
    }

    /// One of a customer that the user at work may see.
    pub fn find(tx: &mut Tx, customer: CustomerId, id: NoteId) -> Result<Self> {
        let one = Self::query().filter(notes::customer_id.eq(customer)).filter(notes::id.eq(id));
        Ok(one.first(tx.conn)?)
    }

    /// Adds one. `NotFound` where the user at work may not see the customer.
    pub fn create(tx: &mut Tx, customer: CustomerId, author: &str, command: &WriteNote) -> Result<()> {
        tx.must_see(customer)?;
        diesel::insert_into(notes::table)
            .values((
                notes::id.eq(NoteId::new()),
                notes::customer_id.eq(customer),
                notes::author_name.eq(author),
                notes::body.eq(&command.body),
                notes::is_pinned.eq(command.is_pinned),
            ))
            .execute(tx.conn)?;
        Ok(())
    }

    /// Saves over the version that the form was made from.
    ///
    /// # Errors
    /// `Changed` where another stands.
    pub fn update(&self, tx: &mut Tx, version: i32, command: &WriteNote) -> Result<()> {
        let known = notes::table.filter(notes::id.eq(self.id)).filter(notes::version.eq(version));
        let edited_at = (self.body != command.body.as_str()).then_some(diesel::dsl::now);
        let changes = (
            notes::body.eq(&command.body),
            notes::is_pinned.eq(command.is_pinned),
            edited_at.map(|now| notes::edited_at.eq(now)),
        );
        match diesel::update(known).set(changes).execute(tx.conn)? {
            0 => Err(AppError::outdated()),
            _ => Ok(()),
        }
    }

    /// Puts it before the others, or back among them.
    pub fn pin(tx: &mut Tx, customer: CustomerId, id: NoteId, is_pinned: bool) -> Result<()> {
        let one = notes::table.filter(notes::customer_id.eq(customer)).filter(notes::id.eq(id));
        match diesel::update(one).set(notes::is_pinned.eq(is_pinned)).execute(tx.conn)? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }

    /// Deletes it.
    pub fn delete(tx: &mut Tx, customer: CustomerId, id: NoteId) -> Result<()> {
        let one = notes::table.filter(notes::customer_id.eq(customer)).filter(notes::id.eq(id));
        match diesel::delete(one).execute(tx.conn)? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }
}
