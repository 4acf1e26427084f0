//! The row and its queries.
use crate::infra::{
    db::{Tx, ids::SavedReplyId, schema::saved_replies},
    web::errors::{AppError, Result},
};
use diesel::prelude::*;

/// A text under a name.
#[derive(HasQuery, Clone, Debug)]
#[diesel(table_name = saved_replies)]
pub struct SavedReply {
    pub id: SavedReplyId,
    pub name: String,
    pub body: String,
    pub version: i32,
}

/// What the form says where a name is taken.
const TAKEN: &str = "Another saved reply has this name.";
/// And where somebody saved first.
const OUTDATED: &str =
    "Somebody changed this reply while you did. Open it again in another tab to compare, then save here.";

impl SavedReply {
    /// All of the tenant, by name; the first 500.
    pub fn all(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Self::query().order(saved_replies::name_key).limit(500).load(tx.conn)?)
    }

    pub fn find(tx: &mut Tx, id: SavedReplyId) -> Result<Self> {
        Ok(Self::query().filter(saved_replies::id.eq(id)).first(tx.conn)?)
    }

    /// Adds one. The message is for the field `name`.
    pub fn create(tx: &mut Tx, name: &str, body: &str) -> Result<Result<(), &'static str>> {
        let made = diesel::insert_into(saved_replies::table)
            .values((saved_replies::name.eq(name), saved_replies::body.eq(body)))
            .execute(tx.conn);
        refused(made)
    }

    /// Saves over this version. The message is for the field `name`.
    pub fn update(
        tx: &mut Tx,
        id: SavedReplyId,
        version: i32,
        name: &str,
        body: &str,
    ) -> Result<Result<(), &'static str>> {
        Self::find(tx, id)?;
        let known =
            saved_replies::table.filter(saved_replies::id.eq(id)).filter(saved_replies::version.eq(version));
        match diesel::update(known)
            .set((saved_replies::name.eq(name), saved_replies::body.eq(body)))
            .execute(tx.conn)
        {
            Ok(0) => Ok(Err(OUTDATED)),
            outcome => refused(outcome),
        }
    }

    /// Removes it.
    pub fn delete(tx: &mut Tx, id: SavedReplyId) -> Result<Self> {
        let reply = Self::find(tx, id)?;
        diesel::delete(saved_replies::table.filter(saved_replies::id.eq(id))).execute(tx.conn)?;
        Ok(reply)
    }
}

fn refused(outcome: QueryResult<usize>) -> Result<Result<(), &'static str>> {
    match outcome {
        Ok(_) => Ok(Ok(())),
        Err(error) => match AppError::constraint(&error) {
            Some("saved_replies_name_taken") => Ok(Err(TAKEN)),
            _ => Err(error.into()),
        },
    }
}
