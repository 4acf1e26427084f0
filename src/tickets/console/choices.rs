//! What the forms about tickets offer.
use crate::{
    infra::{
        db::{Tx, cached::Cached, ids::SavedReplyId, schema::saved_replies},
        web::{
            errors::Result,
            staff::{Offered, StaffList},
        },
    },
    tags::TagList,
};
use diesel::prelude::*;

/// Who may be given tickets, and the tenant's tags: each a value and a name.
pub struct Choices {
    pub staff: Vec<(String, String)>,
    pub tags: Vec<(String, String)>,
}

impl Choices {
    /// From what is kept of the tenant.
    pub fn load(tx: &mut Tx) -> Result<Self> {
        Ok(Self {
            staff: tx.cached::<StaffList>()?.offered(Offered::Staff),
            tags: tx.cached::<TagList>()?.offered(),
        })
    }
}

/// The saved replies of the tenant by name.
pub struct SavedReplyList(Vec<(String, String)>);

impl Cached for SavedReplyList {
    fn load(tx: &mut Tx) -> Result<Self> {
        let found: Vec<(SavedReplyId, String)> = saved_replies::table
            .select((saved_replies::id, saved_replies::name))
            .order(saved_replies::name_key)
            .limit(500)
            .load(tx.conn)?;
        Ok(Self(found.into_iter().map(|(id, name)| (id.to_string(), name)).collect()))
    }
}

impl SavedReplyList {
    /// Id and name of each.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }
}
