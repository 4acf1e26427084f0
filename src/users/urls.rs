//! The paths of users.
use crate::infra::{
    db::ids::{CustomerId, UserId},
    web::urls::pair,
};

/// Everybody who signs in.
pub fn users() -> String {
    "/console/users".into()
}
/// The list under a query string, which may be empty.
pub fn users_with(query: &str) -> String {
    if query.is_empty() { users() } else { format!("/console/users?{query}") }
}
pub fn user_new() -> String {
    "/console/users/new".into()
}
/// The form to invite a portal user of this customer.
pub fn user_new_of(customer: &CustomerId) -> String {
    format!("/console/users/new?customer={customer}")
}

/// A user's pages, on the surface where they are managed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    Console,
    Team,
}

impl People {
    pub fn all(self) -> String {
        match self {
            Self::Console => users(),
            Self::Team => team(),
        }
    }
    pub fn one(self, id: &UserId) -> String {
        format!("{}/{id}", self.all())
    }
    /// POST: sends the invitation again.
    pub fn invitation(self, id: &UserId) -> String {
        format!("{}/{id}/invitation", self.all())
    }
    /// POST: the invitation is withdrawn.
    pub fn withdrawal(self, id: &UserId) -> String {
        format!("{}/{id}/invitation/deletion", self.all())
    }
    /// POST: nobody signs in with it any more.
    pub fn disabling(self, id: &UserId) -> String {
        format!("{}/{id}/disabling", self.all())
    }
    /// POST: and now they do again.
    pub fn enabling(self, id: &UserId) -> String {
        format!("{}/{id}/enabling", self.all())
    }
    /// POST: signs them out everywhere.
    pub fn sessions_end(self, id: &UserId) -> String {
        format!("{}/{id}/sessions/deletion", self.all())
    }
}
/// The portal users of a customer.
pub fn customer_users(id: &CustomerId) -> String {
    format!("/console/customers/{id}/users")
}
/// The list from a cursor on.
pub fn customer_users_after(id: &CustomerId, cursor: &str) -> String {
    format!("/console/customers/{id}/users?{}", pair("after", cursor))
}
/// The portal users of one's own customer.
pub fn team() -> String {
    "/customer/team".into()
}
/// The list under a query string, which may be empty.
pub fn team_with(query: &str) -> String {
    if query.is_empty() { team() } else { format!("/customer/team?{query}") }
}
pub fn team_new() -> String {
    "/customer/team/new".into()
}
