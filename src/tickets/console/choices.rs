//! What the forms about tickets offer.
use crate::infra::{
    db::{
        Tx,
        ids::SavedReplyId,
        json_rows::{JsonRows, json_rows},
        schema::saved_replies,
        sql::Statement,
    },
    web::{errors::Result, staff::Offered},
};
use diesel::{prelude::*, sql_types};

/// Who may be given tickets, and the tenant's tags: each a value and a name.
pub struct Choices {
    pub staff: Vec<(String, String)>,
    pub tags: Vec<(String, String)>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Jsonb)]
    staff: JsonRows<(String, String)>,
    #[diesel(sql_type = sql_types::Jsonb)]
    tags: JsonRows<(String, String)>,
}

impl Choices {
    /// One statement for both.
    pub fn load(tx: &mut Tx) -> Result<Self> {
        let found: Found = Statement::new(&format!(
            "SELECT {} AS staff, {} AS tags",
            Offered::Staff.rows(),
            json_rows("id, name", "FROM tags ORDER BY name_key LIMIT 500")
        ))
        .get_result(tx.conn)?;
        Ok(Self { staff: found.staff.into_inner(), tags: found.tags.into_inner() })
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
