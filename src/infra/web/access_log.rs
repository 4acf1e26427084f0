//! What changes nothing and still has to be known (OWASP ASVS 16.3): failed sign-ins, refusals, exports, files that were read, and what
//! platform admins read inside a tenant. It goes into the one log as events of the operation `access`.
//!
//! A middleware looks at every answer, so that no page can forget it: an answer with a `Content-Disposition` is a file that leaves, an error
//! says what was refused. The entry is committed before the answer goes out. Refusals are bounded for each person or address, so that nobody
//! fills the log by asking for what is not theirs: what is over is counted in the next entry.
use crate::infra::{
    db::{Db, Scope, Tx, ids::UserId},
    web::{
        auth::{Actor, Visiting},
        client::Address,
        errors::{AppError, Result},
        limits, tokens,
    },
};
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web,
};
use diesel::{prelude::*, sql_types};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};
use tracing_actix_web::RequestId;
use uuid::Uuid;

/// The topics of accesses: code, and what people call one.
pub const TOPICS: [(&str, &str); 5] = [
    ("SIGN_IN_FAILED", "Failed sign-in"),
    ("ACCESS_REFUSED", "Access refused"),
    ("EXPORTED", "Export"),
    ("ATTACHMENT_READ", "File opened"),
    ("TENANT_READ", "Page read by a platform admin"),
];

/// Refusals that are written for one person or address in [`WINDOW`].
const MOST: u32 = limits::REFUSALS_LOGGED.most as u32;
const WINDOW: Duration = Duration::from_secs(limits::REFUSALS_LOGGED.within);
/// Persons and addresses that are remembered at once; beyond it, those whose window is over are forgotten, else all.
const REMEMBERED: usize = 10_000;

/// The refusals of one person or address in the present window.
struct Counted {
    since: Instant,
    written: u32,
    /// Since the last that was written.
    unwritten: u32,
}

static REFUSALS: Mutex<Option<HashMap<String, Counted>>> = Mutex::new(None);

#[diesel::declare_sql_function]
extern "SQL" {
    fn log_access(
        of_topic: sql_types::Text,
        of_entity: sql_types::Text,
        of_id: sql_types::Uuid,
        detail: sql_types::Jsonb,
    ) -> sql_types::Text;
    fn log_failed_sign_in(
        for_email: sql_types::Text,
        on_host: sql_types::Text,
        for_user: sql_types::Nullable<sql_types::Uuid>,
        detail: sql_types::Jsonb,
    ) -> sql_types::Text;
}

/// Writes that a check of a secret failed: for an email address on a host, for an account, or for nobody that is known; why, from where.
pub fn sign_in_failed(
    tx: &mut Tx,
    email_on_host: Option<(&str, &str)>,
    user: Option<UserId>,
    reason: &str,
    address: &str,
) -> Result<()> {
    let detail = json!({ "reason": reason, "address": address });
    let (email, host) = email_on_host.unwrap_or_default();
    diesel::select(log_failed_sign_in(email, host, user, &detail)).execute(tx.conn)?;
    Ok(())
}

/// An access that is to be written.
struct Access {
    topic: &'static str,
    entity: &'static str,
    id: Uuid,
    detail: Value,
}

/// Middleware, inside sessions: writes what an answer gives away or refuses, before it goes out.
pub async fn keep(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody + 'static>, Error> {
    let response = next.call(req).await?;
    let found = access(&response);
    if let Some(access) = found {
        let req = response.request();
        let written = write(req, access).await;
        // What can't be written is not given away. A refusal stays one.
        if let Err(error) = written {
            tracing::error!(?error, "an access could not be written to the log");
            if response.status().is_success() {
                let failed = req.clone();
                drop(response);
                return Ok(ServiceResponse::from_err(AppError::Unavailable, failed).map_into_boxed_body());
            }
        }
    }
    Ok(response.map_into_boxed_body())
}

async fn write(req: &HttpRequest, access: Access) -> Result<()> {
    let Some(db) = req.app_data::<web::Data<Db>>() else { return Ok(()) };
    let scope = match Actor::of(req) {
        Some(actor) => actor.scope(req),
        None => Scope { request_id: req.extensions().get::<RequestId>().map(|id| **id), ..Scope::nobody() },
    };
    db.write(scope, move |tx| {
        diesel::select(log_access(access.topic, access.entity, access.id, &access.detail))
            .execute(tx.conn)?;
        Ok(())
    })
    .await
}

/// What an answer means for the log, if anything.
fn access(response: &ServiceResponse<impl MessageBody>) -> Option<Access> {
    let (req, status) = (response.request(), response.status());
    if status.is_success() && response.headers().contains_key(header::CONTENT_DISPOSITION) {
        return file(req, &*Actor::of(req)?);
    }
    if let Some(error) = response.response().error() {
        let reason = refusal(req, error.as_error::<AppError>()?)?;
        let actor = Actor::of(req).filter(|_| status != StatusCode::UNAUTHORIZED);
        if actor.is_none() && (status == StatusCode::NOT_FOUND || !Address::of(req).is_known()) {
            return None;
        }
        return refused(req, actor.as_deref(), reason);
    }
    let Visiting(tenant) = req.extensions().get::<Visiting>().copied()?;
    (status.is_success() && of_tenant(req.path())).then(|| Access {
        topic: "TENANT_READ",
        entity: "tenant",
        id: tenant.0,
        detail: detail(req, None),
    })
}

/// Whether a platform admin sees a tenant's data there.
fn of_tenant(path: &str) -> bool {
    ["/console", "/api", "/search", "/notifications", "/live"].iter().any(|surface| {
        path.strip_prefix(surface).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// A file that leaves. One's own calendar entry is none.
fn file(req: &HttpRequest, actor: &Actor) -> Option<Access> {
    let path = req.path();
    if path.ends_with("/calendar.ics") {
        return None;
    }
    let id = record(path);
    Some(match id {
        Some(id) if path.contains("/attachments/") => {
            Access { topic: "ATTACHMENT_READ", entity: "attachment", id, detail: detail(req, None) }
        }
        Some(id) if path.contains("/customers/") => {
            Access { topic: "EXPORTED", entity: "customer", id, detail: detail(req, None) }
        }
        _ => Access {
            topic: "EXPORTED",
            entity: "export",
            id: actor.tenant_id.map_or(Uuid::nil(), |id| id.0),
            detail: detail(req, None),
        },
    })
}

/// Why an error is worth knowing of; nothing where somebody mistyped an address or a field.
fn refusal(req: &HttpRequest, error: &AppError) -> Option<&'static str> {
    match error {
        AppError::Forbidden => Some("no permission"),
        AppError::CrossSite => Some("request from another site"),
        AppError::KeyMismatch => Some("named another organisation"),
        AppError::TooMany(_) => Some("too many attempts"),
        AppError::Limit(reached) => reached.wait.map(|_| "limit reached"),
        AppError::SignedOut if tokens::carried(req).is_some() => Some("invalid token"),
        AppError::NotFound if record(req.path()).is_some() => Some("no such record for them"),
        _ => None,
    }
}

fn refused(req: &HttpRequest, actor: Option<&Actor>, reason: &'static str) -> Option<Access> {
    let who = actor.map_or_else(|| Address::of(req).counted_as(), |actor| actor.user_id.to_string());
    let before = accept(&who)?;
    let mut detail = detail(req, Some(reason));
    if before > 0 {
        detail["unwritten_before"] = before.into();
    }
    // It stands with the account. The record that was asked for may be another tenant's: only the path names it.
    let id = actor.map_or(Uuid::nil(), |actor| actor.user_id.0);
    Some(Access { topic: "ACCESS_REFUSED", entity: "user", id, detail })
}

/// Counts a refusal of somebody: how many of theirs went unwritten since the last that was written; nothing where this one does too.
pub fn accept(who: &str) -> Option<u32> {
    admit_at(who, Instant::now())
}

fn admit_at(who: &str, now: Instant) -> Option<u32> {
    let mut guard = REFUSALS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let known = guard.get_or_insert_default();
    if known.len() >= REMEMBERED {
        known.retain(|_, counted| now.duration_since(counted.since) < WINDOW);
        if known.len() >= REMEMBERED {
            known.clear();
        }
    }
    let counted = known.entry(who.to_owned()).or_insert(Counted { since: now, written: 0, unwritten: 0 });
    if now.duration_since(counted.since) >= WINDOW {
        (counted.since, counted.written) = (now, 0);
    }
    if counted.written >= MOST {
        counted.unwritten += 1;
        return None;
    }
    counted.written += 1;
    Some(std::mem::take(&mut counted.unwritten))
}

/// From where, and what was asked. No values of a query but those of lists: a mailed link's token is a secret.
fn detail(req: &HttpRequest, reason: Option<&str>) -> Value {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let query = if of_tenant(req.path()) { cut(req.query_string(), 500) } else { String::new() };
    json!({
        "method": req.method().as_str(),
        "path": cut(req.path(), 300),
        "query": (!query.is_empty()).then_some(query),
        "reason": reason,
        "address": Address::of(req).to_string(),
    })
}

/// The record that a path names: its last id.
fn record(path: &str) -> Option<Uuid> {
    path.rsplit('/').find_map(|part| part.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_refusals_are_written_and_the_rest_is_counted() {
        let begun = Instant::now();
        let written = (0..100).filter(|_| admit_at("mallory", begun).is_some()).count();
        assert_eq!(written, MOST as usize);
        assert_eq!(admit_at("alice", begun), Some(0));
        assert_eq!(admit_at("mallory", begun + WINDOW), Some(40));
        assert_eq!(admit_at("mallory", begun + WINDOW), Some(0));
    }

    #[test]
    fn a_path_names_its_last_record() {
        let id = Uuid::from_u128(7);
        assert_eq!(record(&format!("/console/customers/{id}/export.json")), Some(id));
        assert_eq!(record("/console/customers/export"), None);
    }

    #[test]
    fn only_pages_of_a_tenant_are_its_data() {
        assert!(of_tenant("/console") && of_tenant("/console/customers") && of_tenant("/search"));
        assert!(!of_tenant("/consoles") && !of_tenant("/account") && !of_tenant("/assets/x.css"));
    }
}
