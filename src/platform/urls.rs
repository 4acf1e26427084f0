//! Every path of the application, in one place: templates and redirects both ask here.
mod accounts;
pub mod calls;
mod files;
mod notices;
mod portal;
mod tenants;
mod tickets;

pub use accounts::*;
pub use files::Files;
pub use notices::{Notices, live_bell, unread as notifications_unread};
pub use portal::*;
pub use tenants::*;
pub use tickets::*;

use super::ids::{
    AssignmentId, CallId, ContactId, CustomerId, ImportId, MailId, SavedViewId, SessionId, TagId, TicketId,
    UserId,
};

/// One part of a query string.
fn pair(name: &str, value: &str) -> String {
    serde_html_form::to_string([(name, value)]).unwrap_or_default()
}

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
pub fn resume() -> &'static str {
    "/resume"
}
pub fn sign_in_tenant() -> String {
    "/login/tenant".into()
}
pub fn sign_out() -> String {
    "/logout".into()
}

/// The pages of background tasks, on the surface where they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tasks {
    Console,
    Platform,
}

impl Tasks {
    pub fn all(self) -> String {
        match self {
            Self::Console => "/console/tasks".into(),
            Self::Platform => "/platform/tasks".into(),
        }
    }
    /// One of the lists; `handler` and `before` may be empty.
    pub fn list(self, list: &str, handler: &str, before: &str) -> String {
        let pairs: Vec<_> = [("list", list), ("handler", handler), ("before", before)]
            .into_iter()
            .filter(|(_, v)| !v.is_empty())
            .collect();
        format!("{}?{}", self.all(), serde_html_form::to_string(pairs).unwrap_or_default())
    }
    pub fn one(self, id: &i64) -> String {
        format!("{}/{id}", self.all())
    }
}

/// What matches, of one kind or (empty) of all.
pub fn search(typed: &str, kind: &str) -> String {
    let pairs: Vec<_> = [("q", typed), ("kind", kind)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
    match pairs.as_slice() {
        [] => "/search".into(),
        pairs => format!("/search?{}", serde_html_form::to_string(pairs).unwrap_or_default()),
    }
}
/// The stream of a list of customers, from a place in the log on.
pub fn live_customers(since: &str) -> String {
    format!("/live?list=customers&{}", pair("since", since))
}
/// The stream of one customer.
pub fn live_customer(id: &CustomerId, since: &str) -> String {
    format!("/live?customer={id}&{}", pair("since", since))
}

/// The pages of the log, on the surface where they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    Console,
    Platform,
}

impl Log {
    pub fn all(self) -> String {
        match self {
            Self::Console => "/console/events".into(),
            Self::Platform => "/platform/events".into(),
        }
    }
    /// Under a query string, which may be empty.
    pub fn with(self, query: &str) -> String {
        if query.is_empty() { self.all() } else { format!("{}?{query}", self.all()) }
    }
    pub fn one(self, id: &i64) -> String {
        format!("{}/{id}", self.all())
    }
    /// As a file: csv or jsonl.
    pub fn export(self, ending: &str, query: &str) -> String {
        let path = format!("{}/export.{ending}", self.all());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}

/// The same for those who come from elsewhere, a mail say: `base` is the public URL.
pub fn absolute(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim_end_matches('/'))
}

pub fn styleguide() -> String {
    "/styleguide".into()
}
pub fn dev_mails() -> String {
    "/dev/mail".into()
}
pub fn dev_mail(id: &MailId) -> String {
    format!("/dev/mail/{id}")
}
pub fn dev_mail_html(id: &MailId) -> String {
    format!("/dev/mail/{id}/html")
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

pub fn customers() -> String {
    "/console/customers".into()
}
/// The list under a query string, which may be empty.
pub fn customers_with(query: &str) -> String {
    if query.is_empty() { customers() } else { format!("/console/customers?{query}") }
}
pub fn customers_tagged(tag: &TagId) -> String {
    format!("/console/customers?tag={tag}")
}
pub fn customers_export(query: &str) -> String {
    if query.is_empty() {
        "/console/customers/export".into()
    } else {
        format!("/console/customers/export?{query}")
    }
}
pub fn customers_bulk() -> String {
    "/console/customers/bulk".into()
}
/// Takes a bulk action back, then shows the list again under a query string, which may be empty.
pub fn customers_bulk_undo(transaction: &i64, query: &str) -> String {
    let path = format!("/console/customers/bulk/{transaction}/undo");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
pub fn customer_new() -> String {
    "/console/customers/new".into()
}
pub fn customer(id: &CustomerId) -> String {
    format!("/console/customers/{id}")
}
pub fn customer_edit(id: &CustomerId) -> String {
    format!("/console/customers/{id}/edit")
}
pub fn customer_deletion(id: &CustomerId) -> String {
    format!("/console/customers/{id}/deletion")
}
/// The form to deactivate it, or what stands; POST the form here.
pub fn customer_deactivation(id: &CustomerId) -> String {
    format!("/console/customers/{id}/deactivation")
}
pub fn customer_reactivation(id: &CustomerId) -> String {
    format!("/console/customers/{id}/reactivation")
}
pub fn customer_return(id: &CustomerId) -> String {
    format!("/console/customers/{id}/return")
}
/// Where the sign-in sends users of a deactivated customer.
pub fn access_ended() -> String {
    "/access-ended".into()
}
pub fn customer_timeline(id: &CustomerId) -> String {
    format!("/console/customers/{id}/timeline")
}
pub fn customer_tags(id: &CustomerId) -> String {
    format!("/console/customers/{id}/tags")
}
pub fn customer_tag_removal(id: &CustomerId, tag: &TagId) -> String {
    format!("/console/customers/{id}/tags/{tag}/deletion")
}
/// Who looks after it: POST somebody to add.
pub fn customer_owners(id: &CustomerId) -> String {
    format!("/console/customers/{id}/owners")
}
pub fn customer_owner_removal(id: &CustomerId, user: &UserId) -> String {
    format!("/console/customers/{id}/owners/{user}/deletion")
}
pub fn customer_json(id: &CustomerId) -> String {
    format!("/console/customers/{id}/export.json")
}
pub fn contacts(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/contacts")
}
pub fn contact_new(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/contacts/new")
}
pub fn contact(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}")
}
pub fn contact_edit(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}/edit")
}
pub fn contact_primary(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}/primary")
}
pub fn contact_deletion(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}/deletion")
}

pub fn views() -> String {
    "/console/views".into()
}
pub fn view_new(query: &str) -> String {
    format!("/console/views/new?{}", pair("query", query))
}
pub fn view_edit(id: &SavedViewId) -> String {
    format!("/console/views/{id}/edit")
}
pub fn view(id: &SavedViewId) -> String {
    format!("/console/views/{id}")
}
pub fn view_pin(id: &SavedViewId) -> String {
    format!("/console/views/{id}/pin")
}
pub fn view_unpin(id: &SavedViewId) -> String {
    format!("/console/views/{id}/pin/deletion")
}
/// What the view selects: POST a new query here.
pub fn view_query(id: &SavedViewId) -> String {
    format!("/console/views/{id}/query")
}
pub fn view_deletion(id: &SavedViewId) -> String {
    format!("/console/views/{id}/deletion")
}

pub fn tags() -> String {
    "/console/tags".into()
}
pub fn tag(id: &TagId) -> String {
    format!("/console/tags/{id}")
}
pub fn tag_edit(id: &TagId) -> String {
    format!("/console/tags/{id}/edit")
}
pub fn tag_deletion(id: &TagId) -> String {
    format!("/console/tags/{id}/deletion")
}

pub fn imports() -> String {
    "/console/imports".into()
}
pub fn import_new() -> String {
    "/console/imports/new".into()
}
pub fn import(id: &ImportId) -> String {
    format!("/console/imports/{id}")
}
pub fn import_mapping(id: &ImportId) -> String {
    format!("/console/imports/{id}/mapping")
}
pub fn import_reading(id: &ImportId) -> String {
    format!("/console/imports/{id}/reading")
}
pub fn import_check(id: &ImportId) -> String {
    format!("/console/imports/{id}/check")
}
pub fn import_problems(id: &ImportId) -> String {
    format!("/console/imports/{id}/problems.csv")
}
pub fn import_run(id: &ImportId) -> String {
    format!("/console/imports/{id}/run")
}
pub fn import_undo(id: &ImportId) -> String {
    format!("/console/imports/{id}/undo")
}
pub fn import_template() -> String {
    "/console/imports/template.csv".into()
}

/// The customers of whoever reads it.
pub fn my_customers() -> String {
    customers_with("owner=%40me")
}
/// The customers of one rep, in one stage or (empty) in any.
pub fn customers_of(user: &UserId, stage: &str) -> String {
    let stage = if stage.is_empty() { String::new() } else { format!("&stage={stage}") };
    customers_with(&format!("owner={user}{stage}"))
}
pub fn customers_without_owner() -> String {
    customers_with("owner=none")
}
pub fn workload() -> String {
    "/console/workload".into()
}
pub fn workload_handover(user: &UserId) -> String {
    format!("/console/workload/{user}/handover")
}
pub fn statistics() -> String {
    "/console/statistics".into()
}
/// Who leaves and why, under a query string, which may be empty.
pub fn reports(query: &str) -> String {
    if query.is_empty() { "/console/reports".into() } else { format!("/console/reports?{query}") }
}
pub fn reports_export(table: &str, query: &str) -> String {
    let path = format!("/console/reports/{table}.csv");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
/// A table of it as CSV, narrowed by a query string, which may be empty.
pub fn statistics_export(table: &str, query: &str) -> String {
    let path = format!("/console/statistics/{table}.csv");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

pub fn api_assignment(id: &AssignmentId) -> String {
    format!("/api/customer-success-owned-customers/{id}")
}
