//! Who holds which session, kept in memory (ARCHITECTURE §6): a page that looks finds its reader here, and the first statement of its
//! transaction asks whether that still holds ([`Confirmation`]). Where it does not, the session is looked up anew and the page made again, so
//! that whoever is signed out, moved or given another role is so at the next request, on every server.
use crate::infra::{
    db::Confirmation,
    web::{
        app::Settings,
        auth::Actor,
        errors::{AppError, Result},
        sessions::PgSessions,
        site::Site,
    },
};
use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web::Data,
};
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

/// So many sessions are kept, those that are used.
const MOST: usize = 10_000;
/// For so long. A session goes on by being looked up (`session_resolve`), which notes it once a minute.
const FRESH: Duration = Duration::from_secs(50);

/// What the session middleware keeps besides.
pub type State = HashMap<String, String>;

/// A session as PostgreSQL had it.
#[derive(Clone)]
pub struct Known {
    pub actor: Arc<Actor>,
    pub state: State,
    /// When it was looked up, and when for a person rather than for a page that fetches something by itself.
    at: Instant,
    used_at: Option<Instant>,
}

/// The sessions that this server has looked up, by the hash of their token.
#[derive(Clone)]
pub struct KnownSessions(Arc<Cache<[u8; 32], Known>>);

impl Default for KnownSessions {
    fn default() -> Self {
        Self(Arc::new(Cache::new(MOST)))
    }
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl KnownSessions {
    fn find(&self, token: &[u8], is_used: bool) -> Option<Known> {
        let known = self.0.get(&hash(token))?;
        let at = if is_used { known.used_at? } else { known.at };
        (at.elapsed() < FRESH).then_some(known)
    }

    /// Keeps what was found, but for platform admins inside a tenant: what they do there is logged request by request.
    pub fn keep(&self, token: &[u8], actor: &Arc<Actor>, state: &State, is_used: bool) {
        let (key, now) = (hash(token), Instant::now());
        if actor.is_visiting {
            self.0.remove(&key);
            return;
        }
        let before = || self.0.get(&key).and_then(|known| known.used_at);
        let used_at = if is_used { Some(now) } else { before() };
        self.0.insert(key, Known { actor: actor.clone(), state: state.clone(), at: now, used_at });
    }

    /// Forgets a session.
    pub fn forget(&self, token: &[u8]) {
        self.0.remove(&hash(token));
    }
}

/// What a request knows of its session before it is dispatched.
#[derive(Default)]
struct Current {
    /// It is a person's, so that the session goes on.
    is_used: bool,
    /// It only looks, and may rely on what is in memory.
    may_recall: Cell<bool>,
    found: RefCell<Option<Found>>,
}

struct Found {
    token: Vec<u8>,
    actor: Arc<Actor>,
    is_recalled: bool,
}

tokio::task_local! {
    static CURRENT: Current;
}

/// Whether the request at hand is a person's.
pub fn is_used() -> bool {
    CURRENT.try_with(|current| current.is_used).unwrap_or(true)
}

/// The session of the request at hand from memory, where it may be taken from there.
pub fn recalled(known: &KnownSessions, token: &[u8]) -> Option<State> {
    let may = CURRENT.try_with(|current| current.may_recall.get()).unwrap_or(false);
    let found = may.then(|| known.find(token, is_used())).flatten()?;
    note(token, &found.actor, true);
    Some(found.state)
}

/// Notes who holds the session of the request at hand.
pub fn note(token: &[u8], actor: &Arc<Actor>, is_recalled: bool) {
    let found = Found { token: token.to_vec(), actor: actor.clone(), is_recalled };
    // Outside of a request nobody asks.
    let _ = CURRENT.try_with(|current| current.found.replace(Some(found)));
}

/// Middleware, outside of sessions: what a page asks for by itself (its stream, a refresh, the bell) does not keep a session going. What
/// is typed and kept as a draft does.
pub async fn notice_use(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody + 'static>, Error> {
    let is_draft = |mark: &header::HeaderValue| mark.as_bytes() == b"draft";
    let refreshes = req.headers().get("x-refresh").is_some_and(|mark| !is_draft(mark));
    let is_fetched_by_a_page =
        Site::of(req.request()).is_some_and(|site| site.fetched_by_pages.contains(&req.path()));
    let current = Current {
        is_used: !refreshes && !is_fetched_by_a_page,
        may_recall: Cell::new(matches!(*req.method(), Method::GET | Method::HEAD)),
        found: RefCell::new(None),
    };
    CURRENT.scope(current, next.call(req)).await
}

/// Marks a request whose answer rests on who holds its session.
#[derive(Clone, Copy)]
pub struct Relied;

/// Middleware, inside of sessions: hands over who holds the session, and sees to it that this holds when the answer leaves.
pub async fn identify(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, Error> {
    let found = CURRENT.try_with(|current| current.found.take()).ok().flatten();
    let Some(Found { token, actor, is_recalled }) = found else {
        return Ok(next.call(req).await?.map_into_boxed_body());
    };
    let confirmation = is_recalled.then(|| actor.confirmation());
    give(&req, actor, confirmation.clone());
    let Some(confirmation) = confirmation else {
        return Ok(next.call(req).await?.map_into_boxed_body());
    };
    let store = req.app_data::<Data<Settings>>().map(|settings| settings.sessions.clone());
    let response = next.call(req).await?.map_into_boxed_body();
    let Some(store) = store else { return Ok(response) };
    let error = response.response().error().and_then(|error| error.as_error::<AppError>());
    let relies = response.request().extensions().contains::<Relied>();
    let holds = match error {
        Some(AppError::SessionChanged) => false,
        _ if relies && !confirmation.is_done() => store.confirm(&confirmation).await?,
        _ => true,
    };
    if holds {
        return Ok(response);
    }
    store.known.forget(&token);
    again(response, next, &store, &token).await
}

fn give(req: &ServiceRequest, actor: Arc<Actor>, confirmation: Option<Confirmation>) {
    let mut kept = req.extensions_mut();
    kept.remove::<Arc<Actor>>();
    kept.remove::<Confirmation>();
    kept.insert(actor);
    if let Some(confirmation) = confirmation {
        kept.insert(confirmation);
    }
}

/// Makes the answer again, by who holds the session now.
async fn again(
    response: ServiceResponse,
    next: Next<impl MessageBody + 'static>,
    store: &PgSessions,
    token: &[u8],
) -> std::result::Result<ServiceResponse<BoxBody>, Error> {
    let found = store.resolve(token.to_vec(), is_used()).await.map_err(AppError::internal)?;
    let (request, failed) = response.into_parts();
    drop(failed);
    let mut request = ServiceRequest::from_request(request);
    let url = request.match_info().get_ref().clone();
    // The routes that were gone through are gone through again. Whoever still holds the request would make this panic: then the answer
    // is that the service is busy, and the next request finds nothing in memory.
    if catch_unwind(AssertUnwindSafe(|| request.match_info_mut().set(url))).is_err() {
        tracing::error!("a request whose session has changed can't be made again");
        return Ok(request.error_response(AppError::Unavailable));
    }
    {
        let mut kept = request.extensions_mut();
        kept.remove::<Arc<Actor>>();
        kept.remove::<Confirmation>();
        kept.remove::<Relied>();
        if let Some(known) = found {
            kept.insert(known.0);
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

impl Actor {
    /// What asks PostgreSQL whether they are still as they were found.
    fn confirmation(&self) -> Confirmation {
        Confirmation::new(self.session_id, self.version, self.choices)
    }
}

/// The result of a look-up: who holds the session, and what is kept besides.
pub type Resolved = Result<Option<(Arc<Actor>, State)>, anyhow::Error>;
