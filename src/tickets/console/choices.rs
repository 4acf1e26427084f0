//! What the forms about tickets offer.
use crate::infra::{
    db::{Tx, ids::SavedReplyId, schema::saved_replies, sql::Statement},
    web::{
        errors::Result,
        staff::{Offered, split},
    },
};
use diesel::{prelude::*, sql_types};

/// Who may be given tickets, and the tenant's tags: each a value and a name.
pub struct Choices {
    pub staff: Vec<(String, String)>,
    pub tags: Vec<(String, String)>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    staff: Vec<String>,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    tags: Vec<String>,
}

impl Choices {
    /// One statement for both.
    pub fn load(tx: &mut Tx) -> Result<Self> {
        let found: Found = Statement::new(&format!(
            "SELECT {} AS staff, ARRAY(SELECT id || ' ' || name FROM tags ORDER BY name_key LIMIT 500) AS tags",
            Offered::Staff.array()
        ))
        .get_result(tx.conn)?;
        Ok(Self { staff: split(found.staff), tags: split(found.tags) })
    }
}

/// The saved replies of the tenant: id and name.
pub fn saved_replies(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    let found: Vec<(SavedReplyId, String)> = saved_replies::table
        .select((saved_replies::id, saved_replies::name))
        .order(saved_replies::name_key)
        .limit(500)
        .load(tx.conn)?;
    Ok(found.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}
