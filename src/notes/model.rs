//! The row and its queries.
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, UserId, id},
        schema::notes,
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

id!(
    /// What somebody wrote down about a customer.
    NoteId,
);

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

/// Where a page of notes goes on.
pub type After = (bool, DateTime<Utc>, NoteId);

impl Note {
    /// Those of a customer, the pinned ones first, then the latest first.
    pub fn of_customer(
        tx: &mut Tx,
        customer: CustomerId,
        after: Option<After>,
        most: i64,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query().filter(notes::customer_id.eq(customer)).into_boxed();
        if let Some((is_pinned, at, id)) = after {
            let later = notes::created_at.lt(at).or(notes::created_at.eq(at).and(notes::id.lt(id)));
            query =
                query.filter(notes::is_pinned.lt(is_pinned).or(notes::is_pinned.eq(is_pinned).and(later)));
        }
        let order = (notes::is_pinned.desc(), notes::created_at.desc(), notes::id.desc());
        Ok(query.order(order).limit(most).load(tx.conn)?)
    }

    /// One of a customer that the user at work may see.
    pub fn find(tx: &mut Tx, customer: CustomerId, id: NoteId) -> Result<Self> {
        let one = Self::query().filter(notes::customer_id.eq(customer)).filter(notes::id.eq(id));
        Ok(one.first(tx.conn)?)
    }

    /// Adds one. `NotFound` where the user at work may not see the customer.
    pub fn create(
        tx: &mut Tx,
        customer: CustomerId,
        author: &str,
        body: &str,
        is_pinned: bool,
    ) -> Result<()> {
        tx.must_see(customer)?;
        diesel::insert_into(notes::table)
            .values((
                notes::id.eq(NoteId::new()),
                notes::customer_id.eq(customer),
                notes::author_name.eq(author),
                notes::body.eq(body),
                notes::is_pinned.eq(is_pinned),
            ))
            .execute(tx.conn)?;
        Ok(())
    }

    /// Saves over the version that the form was made from; answers with what stands where that is another.
    pub fn update(&self, tx: &mut Tx, version: i32, body: &str, is_pinned: bool) -> Result<Option<Self>> {
        let known = notes::table.filter(notes::id.eq(self.id)).filter(notes::version.eq(version));
        let edited_at = (self.body != body).then_some(diesel::dsl::now);
        let changes = (
            notes::body.eq(body),
            notes::is_pinned.eq(is_pinned),
            edited_at.map(|now| notes::edited_at.eq(now)),
        );
        match diesel::update(known).set(changes).execute(tx.conn)? {
            0 => Self::find(tx, self.customer_id, self.id).map(Some),
            _ => Ok(None),
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
