//! The staff of a tenant, as forms and filters offer them: an id and a name each, in the order of their names.
use crate::infra::{
    db::{
        Tx,
        cached::Cached,
        ids::UserId,
        json_rows::{JsonRows, json_rows},
        sql::Statement,
    },
    web::{
        errors::Result,
        permissions::{Permission, Permissions, Role},
    },
};
use diesel::{prelude::*, sql_types::Jsonb};

/// No more than this many are offered.
const MOST: usize = 500;
/// And no more are known by name.
const MOST_KNOWN: usize = 10_000;

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

/// Somebody of the staff.
#[derive(Clone, Debug)]
pub struct StaffMember {
    pub id: UserId,
    pub name: String,
    pub permissions: Permissions,
    /// They can sign in.
    pub is_active: bool,
}

impl StaffMember {
    /// Whether they look after customers, or did.
    pub fn is_rep(&self) -> bool {
        self.permissions.has(Permission::CustomerOwn)
    }

    /// Whether they can do anything for a customer that they look after: as [`OWNER_CAN_ACT`].
    pub fn can_act(&self) -> bool {
        self.is_active && self.permissions.has(Permission::CustomerRead)
    }

    /// Whether they see every customer.
    pub fn sees_all(&self) -> bool {
        self.permissions.has(Permission::CustomerAll)
    }

    fn option(&self) -> (String, String) {
        (self.id.to_string(), self.name.clone())
    }
}

/// All of the staff, in the order of their names.
pub struct StaffList(Vec<StaffMember>);

#[derive(QueryableByName)]
struct FoundStaff {
    #[diesel(sql_type = Jsonb)]
    staff: JsonRows<(UserId, String, Vec<String>, bool)>,
}

impl Cached for StaffList {
    fn load(tx: &mut Tx) -> Result<Self> {
        let rows = json_rows(
            "id, name, roles, disabled_at IS NULL",
            &format!("FROM users WHERE {IS_STAFF} ORDER BY name, id LIMIT {MOST_KNOWN}"),
        );
        let found: FoundStaff = Statement::new(&format!("SELECT {rows} AS staff")).get_result(tx.conn)?;
        let known = |(id, name, codes, is_active): (_, _, Vec<String>, _)| {
            // One that only a later version knows is none here.
            let roles: Vec<Role> = codes.iter().filter_map(|code| code.parse().ok()).collect();
            StaffMember { id, name, permissions: Permissions::of_roles(&roles), is_active }
        };
        Ok(Self(found.staff.into_inner().into_iter().map(known).collect()))
    }
}

impl StaffList {
    /// Everybody.
    pub fn all(&self) -> &[StaffMember] {
        &self.0
    }

    /// Somebody by their id.
    pub fn find(&self, id: UserId) -> Option<&StaffMember> {
        self.0.iter().find(|member| member.id == id)
    }

    /// Of those who look after a customer the names of those who can.
    pub fn owners(&self, ids: &[UserId]) -> Vec<&str> {
        let owns = |member: &&StaffMember| ids.contains(&member.id) && member.can_act();
        self.0.iter().filter(owns).map(|member| member.name.as_str()).collect()
    }

    /// Those that a form or filter offers.
    pub fn offered(&self, which: Offered) -> Vec<(String, String)> {
        let is_offered = |member: &&StaffMember| match which {
            Offered::Staff => member.is_active,
            Offered::Reps => member.is_active && member.is_rep(),
            Offered::RepsOfAllTime => member.is_rep(),
            Offered::Everybody => true,
        };
        self.0.iter().filter(is_offered).take(MOST).map(StaffMember::option).collect()
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Jsonb)]
    people: JsonRows<(String, String)>,
}

impl Offered {
    /// As options of a select.
    pub fn options(self, tx: &mut Tx) -> Result<Vec<(String, String)>> {
        let mut options = tx.cached::<StaffList>()?.offered(self);
        if self == Self::Everybody {
            let others = json_rows(
                "id, name",
                &format!(
                    "FROM users WHERE tenant_id = current_tenant() AND customer_id IS NOT NULL ORDER BY name LIMIT {MOST}"
                ),
            );
            let found: Found = Statement::new(&format!("SELECT {others} AS people")).get_result(tx.conn)?;
            options.extend(found.people.into_inner());
            options.truncate(MOST);
        }
        Ok(options)
    }
}
