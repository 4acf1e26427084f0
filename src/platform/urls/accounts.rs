//! Accounts: how somebody comes to one, and those who manage them.
use crate::platform::ids::{CustomerId, UserId};

/// Where an invited person chooses a password.
pub fn invitation() -> String {
    "/invitation".into()
}
/// The same, as a mail links to it.
pub fn invitation_with(token: &str) -> String {
    format!("/invitation?{}", super::pair("token", token))
}
/// Where another password is chosen.
pub fn new_password() -> String {
    "/new-password".into()
}
/// The same, as a mail links to it.
pub fn new_password_with(token: &str) -> String {
    format!("/new-password?{}", super::pair("token", token))
}
/// POST: asks for another address of one's own account.
pub fn account_email() -> String {
    "/account/email".into()
}
/// Where the new address is confirmed.
pub fn new_address() -> String {
    "/new-address".into()
}
/// The same, as a mail links to it.
pub fn new_address_with(token: &str) -> String {
    format!("/new-address?{}", super::pair("token", token))
}
/// Where a link to choose another password is asked for.
pub fn password_forgotten() -> String {
    "/forgotten-password".into()
}
/// What follows.
pub fn password_forgotten_sent() -> String {
    "/forgotten-password/sent".into()
}
/// The sign-in form with an address in it.
pub fn sign_in_as(email: &str) -> String {
    format!("/login?{}", super::pair("email", email))
}

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

/// Where somebody makes their own account.
pub fn register() -> String {
    "/register".into()
}
/// What follows.
pub fn register_sent() -> String {
    "/register/sent".into()
}
/// Where the address is confirmed.
pub fn confirmation() -> String {
    "/confirmation".into()
}
/// The same, as a mail links to it.
pub fn confirmation_with(token: &str) -> String {
    format!("/confirmation?{}", super::pair("token", token))
}
/// Where a mail leads whoever may say that a domain is a customer's.
pub fn domain_verification() -> String {
    "/domain-verification".into()
}
/// Where they learn that it is done.
pub fn domain_verification_done() -> String {
    "/domain-verification/done".into()
}
/// The same, as a mail links to it.
pub fn domain_verification_with(token: &str) -> String {
    format!("/domain-verification?{}", super::pair("token", token))
}
/// Whether people of a customer may register, and with which domains.
pub fn customer_registration(id: &CustomerId) -> String {
    format!("/console/customers/{id}/registration")
}
/// Where it is shown that these domains are the customer's.
pub fn customer_registration_verification(id: &CustomerId) -> String {
    format!("/console/customers/{id}/registration/verification")
}
/// The same for one's own customer.
pub fn team_registration_verification() -> String {
    "/customer/registration/verification".into()
}
/// The same for one's own customer.
pub fn team_registration() -> String {
    "/customer/registration".into()
}

/// The portal users of a customer.
pub fn customer_users(id: &CustomerId) -> String {
    format!("/console/customers/{id}/users")
}
/// The list from a cursor on.
pub fn customer_users_after(id: &CustomerId, cursor: &str) -> String {
    format!("/console/customers/{id}/users?{}", super::pair("after", cursor))
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
