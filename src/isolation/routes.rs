//! Every route, as the isolation check and the tests of the whole walk them.
use crate::infra::web::routes::Surface;
use actix_web::http;
use std::sync::LazyLock;

/// How a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    Get,
    Post,
    Delete,
}

/// A method and a path. `{customer}` and the like stand for the id of such a thing.
pub type Route = (Method, &'static str);

/// All of them, but for those of developers and the static files.
pub static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| walk(crate::surfaces()));

/// The pages of developers.
pub static DEVELOPERS: LazyLock<Vec<Route>> = LazyLock::new(|| walk(crate::for_developers()));

/// For as long as the program runs, which makes each list once.
fn walk(surfaces: Vec<Surface>) -> Vec<Route> {
    let routes = surfaces.iter().flat_map(Surface::paths);
    routes
        .map(|(method, path)| {
            let method = match *method {
                http::Method::GET => Method::Get,
                http::Method::DELETE => Method::Delete,
                _ => Method::Post,
            };
            (method, &*path.leak())
        })
        .collect()
}

/// The table whose row a placeholder stands for, and the column that identifies it; `None` for a word that is nobody's.
pub fn meant_by(placeholder: &str) -> Option<(&'static str, &'static str)> {
    Some(match placeholder {
        "customer" => ("customers", "id"),
        "assignment" => ("customer_success_owned_customers", "id"),
        "contact" => ("contacts", "id"),
        "ticket" => ("tickets", "id"),
        "call" => ("calls", "id"),
        "tag" => ("tags", "id"),
        "tenant" => ("tenants", "id"),
        "user" | "account" => ("users", "id"),
        "reply" => ("saved_replies", "id"),
        "view" => ("saved_views", "id"),
        "import" => ("imports", "id"),
        "attachment" => ("attachments", "id"),
        "notification" => ("notifications", "id"),
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
