//! The staff of a tenant, as forms and filters offer them: an id and a name each, in the order of their names.
use crate::infra::{
    db::{
        Tx,
        json_rows::{JsonRows, json_rows},
        sql::Statement,
    },
    web::errors::Result,
};
use diesel::{prelude::*, sql_types::Jsonb};

/// No more than this many are offered.
const MOST: usize = 500;

/// The condition, on `users`, that somebody is of the staff. It names the tenant, though the policies of `users` do too: they are
/// alternatives to each other, and so no index of theirs knows staff from the many portal users.
pub const IS_STAFF: &str = "tenant_id = current_tenant() AND customer_id IS NULL";

/// The condition, on an assignment as `o`, that whoever looks after the customer by it can: their account is in use, and they have a role
/// by which they see it. The others count as nobody. They are few, and found once.
pub const OWNER_CAN_ACT: &str = "o.user_id <> ALL (ARRAY(SELECT gone.id FROM users gone WHERE gone.tenant_id = current_tenant() AND gone.customer_id IS NULL
    AND (gone.disabled_at IS NOT NULL OR NOT gone.roles && '{tenant_admin,agent,customer_success}')))";

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// All who can sign in.
    Staff,
    /// CS reps who can sign in.
    Reps,
    /// CS reps, also those whose access has ended.
    RepsOfAllTime,
    /// The staff, and then portal users, whether they can sign in or not.
    Everybody,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Jsonb)]
    people: JsonRows<(String, String)>,
}

impl Offered {
    /// As an expression of SQL for rows of an id and a name (see [`json_rows`]).
    pub fn rows(self) -> String {
        let some = |which: &str| {
            json_rows("id, name", &format!("FROM users WHERE {which} ORDER BY name LIMIT {MOST}"))
        };
        let staff = |which: &str| some(&format!("{IS_STAFF}{which}"));
        match self {
            Self::Staff => staff(" AND disabled_at IS NULL"),
            Self::Reps => staff(" AND roles @> '{customer_success}' AND disabled_at IS NULL"),
            Self::RepsOfAllTime => staff(" AND roles @> '{customer_success}'"),
            Self::Everybody => {
                let others = some("tenant_id = current_tenant() AND customer_id IS NOT NULL");
                format!("{} || {others}", staff(""))
            }
        }
    }

    /// As options of a select.
    pub fn options(self, tx: &mut Tx) -> Result<Vec<(String, String)>> {
        let found: Found =
            Statement::new(&format!("SELECT {} AS people", self.rows())).get_result(tx.conn)?;
        let mut options = found.people.into_inner();
        options.truncate(MOST);
        Ok(options)
    }
}
