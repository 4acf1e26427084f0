//! Every route, once: isolation-check walks them, and a test compares them with what is mounted.

/// How a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    Get,
    Post,
    Delete,
}

/// A method and a path. `{customer}` and the like stand for the id of such a thing.
pub type Route = (Method, &'static str);

use Method::{Delete, Get, Post};

/// All of them, but for those of developers (`/styleguide`) and the static files.
pub const ROUTES: &[Route] = &[
    (Get, "/"),
    (Get, "/health/live"),
    (Get, "/health/ready"),
    (Get, "/login"),
    (Post, "/login"),
    (Post, "/login/tenant"),
    (Post, "/logout"),
    (Get, "/account"),
    (Post, "/account"),
    (Post, "/account/password"),
    (Post, "/account/sessions/deletion"),
    (Post, "/account/sessions/{session}/deletion"),
    (Get, "/search"),
    (Get, "/events"),
    (Get, "/live"),
    (Get, "/customer/dashboard"),
    (Get, "/platform/tenants"),
    (Get, "/platform/tenants/{tenant}"),
    (Get, "/platform/events"),
    (Get, "/platform/events/export.{ending}"),
    (Get, "/platform/events/{event}"),
    (Get, "/platform/tasks"),
    (Post, "/platform/tasks"),
    (Get, "/platform/tasks/{task}"),
    (Post, "/platform/tasks/{task}"),
    (Get, "/console/customers"),
    (Post, "/console/customers"),
    (Get, "/console/customers/new"),
    (Post, "/console/customers/bulk"),
    (Post, "/console/customers/bulk/{transaction}/undo"),
    (Get, "/console/customers/export"),
    (Get, "/console/customers/{customer}"),
    (Post, "/console/customers/{customer}"),
    (Get, "/console/customers/{customer}/edit"),
    (Get, "/console/customers/{customer}/export.json"),
    (Get, "/console/customers/{customer}/timeline"),
    (Get, "/console/customers/{customer}/deletion"),
    (Post, "/console/customers/{customer}/deletion"),
    (Post, "/console/customers/{customer}/tags"),
    (Get, "/console/customers/{customer}/contacts"),
    (Post, "/console/customers/{customer}/contacts"),
    (Get, "/console/customers/{customer}/contacts/new"),
    (Post, "/console/customers/{customer}/contacts/{contact}"),
    (Get, "/console/customers/{customer}/contacts/{contact}/edit"),
    (Post, "/console/customers/{customer}/contacts/{contact}/primary"),
    (Get, "/console/customers/{customer}/contacts/{contact}/deletion"),
    (Post, "/console/customers/{customer}/contacts/{contact}/deletion"),
    (Get, "/console/tags"),
    (Post, "/console/tags"),
    (Post, "/console/tags/{tag}"),
    (Get, "/console/tags/{tag}/edit"),
    (Get, "/console/tags/{tag}/deletion"),
    (Post, "/console/tags/{tag}/deletion"),
    (Get, "/console/views"),
    (Post, "/console/views"),
    (Get, "/console/views/new"),
    (Get, "/console/views/{view}"),
    (Post, "/console/views/{view}"),
    (Get, "/console/views/{view}/edit"),
    (Post, "/console/views/{view}/query"),
    (Post, "/console/views/{view}/pin"),
    (Post, "/console/views/{view}/pin/deletion"),
    (Get, "/console/views/{view}/deletion"),
    (Post, "/console/views/{view}/deletion"),
    (Get, "/console/imports"),
    (Get, "/console/imports/new"),
    (Post, "/console/imports/new"),
    (Get, "/console/imports/template.csv"),
    (Get, "/console/imports/{import}"),
    (Get, "/console/imports/{import}/mapping"),
    (Post, "/console/imports/{import}/mapping"),
    (Post, "/console/imports/{import}/check"),
    (Get, "/console/imports/{import}/problems.csv"),
    (Post, "/console/imports/{import}/run"),
    (Get, "/console/imports/{import}/undo"),
    (Post, "/console/imports/{import}/undo"),
    (Get, "/console/statistics"),
    (Get, "/console/statistics/{table}.csv"),
    (Get, "/console/events"),
    (Get, "/console/events/export.{ending}"),
    (Get, "/console/events/{event}"),
    (Get, "/console/tasks"),
    (Post, "/console/tasks"),
    (Get, "/console/tasks/{task}"),
    (Post, "/console/tasks/{task}"),
    (Get, "/api/customer-success-owned-customers"),
    (Post, "/api/customer-success-owned-customers"),
    (Delete, "/api/customer-success-owned-customers"),
    (Get, "/api/customer-success-owned-customers/check"),
    (Get, "/api/customer-success-owned-customers/{assignment}"),
    (Delete, "/api/customer-success-owned-customers/{assignment}"),
];

/// The table whose row a placeholder stands for, and the column that identifies it; `None` for a word that is nobody's.
pub fn meant_by(placeholder: &str) -> Option<(&'static str, &'static str)> {
    Some(match placeholder {
        "customer" => ("customers", "id"),
        "assignment" => ("customer_success_owned_customers", "id"),
        "contact" => ("contacts", "id"),
        "tag" => ("tags", "id"),
        "tenant" => ("tenants", "id"),
        "view" => ("saved_views", "id"),
        "import" => ("imports", "id"),
        "session" => ("sessions", "id"),
        "task" => ("tasks", "id"),
        "event" => ("events", "id"),
        "transaction" => ("events", "transaction_id"),
        _ => return None,
    })
}

/// What stands between braces in a path.
pub fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}
