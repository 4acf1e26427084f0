//! The paths of accounts.
use crate::infra::{db::ids::SessionId, web::urls::pair};

pub fn home() -> String {
    "/".into()
}
pub fn sign_in() -> String {
    "/login".into()
}
pub fn sign_in_and_return(to: &str) -> String {
    if to.is_empty() || to == "/" { sign_in() } else { format!("/login?{}", pair("return_to", to)) }
}
/// Where a form that was sent without a session is given back.
pub const RESUME: &str = "/resume";
pub fn sign_in_tenant() -> String {
    "/login/tenant".into()
}
pub fn sign_out() -> String {
    "/logout".into()
}
pub fn account() -> String {
    "/account".into()
}
pub fn account_password() -> String {
    "/account/password".into()
}
pub fn account_session_end(id: &SessionId) -> String {
    format!("/account/sessions/{id}/deletion")
}
pub fn account_other_sessions_end() -> String {
    "/account/sessions/deletion".into()
}
/// Where an invited person chooses a password.
pub fn invitation() -> String {
    "/invitation".into()
}
/// The same, as a mail links to it.
pub fn invitation_with(token: &str) -> String {
    format!("/invitation?{}", pair("token", token))
}
/// Where another password is chosen.
pub fn new_password() -> String {
    "/new-password".into()
}
/// The same, as a mail links to it.
pub fn new_password_with(token: &str) -> String {
    format!("/new-password?{}", pair("token", token))
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
    format!("/new-address?{}", pair("token", token))
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
    format!("/login?{}", pair("email", email))
}
/// Own name, password and sessions.
pub fn profile() -> String {
    "/customer/profile".into()
}
