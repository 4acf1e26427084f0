//! The row and its queries.
use crate::{
    infra::{
        db::{Tx, ids::SavedReplyId, schema::saved_replies},
        web::errors::{AppError, Result},
    },
    values::bounded::bounded_text,
};
use diesel::prelude::*;

bounded_text! {
    /// What a reply is found by.
    ReplyName: line 100,
        empty "Enter a name of 1 to 100 characters.", long "Enter a name of 1 to 100 characters.";
    /// What it says.
    ReplyBody: lines 20_000,
        empty "Enter a text of 1 to 20,000 characters.", long "Enter a text of 1 to 20,000 characters.";
}

/// A reply as it is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveReply {
    pub name: ReplyName,
    pub body: ReplyBody,
}

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

impl SavedReply {
    /// All of the tenant, by name; the first 500.
    pub fn all(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Self::query().order(saved_replies::name_key).limit(500).load(tx.conn)?)
    }

    pub fn find(tx: &mut Tx, id: SavedReplyId) -> Result<Self> {
        Ok(Self::query().filter(saved_replies::id.eq(id)).first(tx.conn)?)
    }

    /// Adds one.
    ///
    /// # Errors
    /// `Invalid` where another has its name.
    pub fn create(tx: &mut Tx, command: &SaveReply) -> Result<()> {
        diesel::insert_into(saved_replies::table)
            .values((saved_replies::name.eq(&command.name), saved_replies::body.eq(&command.body)))
            .execute(tx.conn)
            .map_err(not_saved)?;
        Ok(())
    }

    /// Saves over this version.
    ///
    /// # Errors
    /// `Changed` where another stands; `Invalid` where another reply has its name.
    pub fn update(tx: &mut Tx, id: SavedReplyId, version: i32, command: &SaveReply) -> Result<()> {
        Self::find(tx, id)?;
        let known =
            saved_replies::table.filter(saved_replies::id.eq(id)).filter(saved_replies::version.eq(version));
        let changed = diesel::update(known)
            .set((saved_replies::name.eq(&command.name), saved_replies::body.eq(&command.body)))
            .execute(tx.conn)
            .map_err(not_saved)?;
        if changed == 0 { Err(AppError::outdated()) } else { Ok(()) }
    }

    /// Removes it.
    pub fn delete(tx: &mut Tx, id: SavedReplyId) -> Result<Self> {
        let reply = Self::find(tx, id)?;
        diesel::delete(saved_replies::table.filter(saved_replies::id.eq(id))).execute(tx.conn)?;
        Ok(reply)
    }
}

fn not_saved(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("saved_replies_name_taken") => AppError::refused("name", TAKEN),
        _ => error.into(),
    }
}
