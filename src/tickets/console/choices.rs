//! What the forms about tickets offer.
use crate::platform::{db::Tx, errors::Result, ids::SavedReplyId, schema::saved_replies, sql::Statement};
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
        let found: Found = Statement::new(
            "SELECT ARRAY(SELECT id || ' ' || name FROM users WHERE customer_id IS NULL AND disabled_at IS NULL ORDER BY name LIMIT 500) AS staff, \
             ARRAY(SELECT id || ' ' || name FROM tags ORDER BY name_key LIMIT 500) AS tags",
        )
        .get_result(tx.conn)?;
        let split = |rows: Vec<String>| {
            rows.iter()
                .filter_map(|row| row.split_once(' '))
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .collect()
        };
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
