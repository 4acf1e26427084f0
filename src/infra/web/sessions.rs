//! Sessions are rows of PostgreSQL, so that they can be listed, ended one by one, and end at once when an account does. The cookie
//! holds a random token; the table only its hash.
use crate::infra::{
    db::{
        Confirmation, Db, Tx,
        ids::{SessionId, UserId},
        schema::sessions,
    },
    web::{
        auth::Actor,
        client::Address,
        errors::{AppError, Result},
        known_sessions::{self, KnownSessions, Resolved, State},
    },
};
use actix_session::{
    Session, SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    HttpRequest,
    cookie::{Key, SameSite, time::Duration},
    http::header,
    web,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz},
};
use serde_json::Value;
use std::sync::Arc;

/// How long people may stay signed in: seconds and words.
pub const LENGTHS: &[(&str, &str)] = &[
    ("3600", "1 hour"),
    ("14400", "4 hours"),
    ("28800", "8 hours"),
    ("43200", "12 hours"),
    ("86400", "1 day"),
    ("604800", "1 week"),
    ("2592000", "30 days"),
];

/// A length in words.
pub fn length_name(seconds: i32) -> String {
    let known = LENGTHS.iter().find(|(code, _)| *code == seconds.to_string());
    known.map_or_else(|| format!("{} minutes", seconds / 60), |(_, name)| (*name).to_owned())
}

const USER: &str = "user_id";
const SECONDS: &str = "seconds";
const ADDRESS: &str = "address";
const AGENT: &str = "agent";

#[diesel::declare_sql_function]
extern "SQL" {
    fn session_resolve(token: Binary, is_used: Bool) -> Nullable<Jsonb>;
    fn session_open(
        token: Binary,
        for_user: diesel::sql_types::Uuid,
        keep: Jsonb,
        address: Text,
        agent: Text,
        seconds: Integer,
    ) -> Text;
    fn session_keep(token: Binary, keep: Jsonb) -> Text;
    fn session_end(token: Binary) -> Text;
    fn session_confirm(
        of_session: diesel::sql_types::Uuid,
        seen: diesel::sql_types::BigInt,
        of_choices: diesel::sql_types::BigInt,
    ) -> Bool;
    fn is_session_open(
        expires_at: Timestamptz,
        last_seen_at: Timestamptz,
        is_browser: Bool,
        of_tenant: Nullable<diesel::sql_types::Uuid>,
    ) -> Bool;
}

/// The [`SessionStore`] on PostgreSQL.
#[derive(Clone)]
pub struct PgSessions {
    db: Db,
    /// Those that it has looked up.
    pub known: KnownSessions,
}

impl PgSessions {
    /// Of this database.
    pub fn new(db: Db) -> Self {
        Self { db, known: KnownSessions::default() }
    }

    /// Who holds the session of a token, by the database; `None` where it is over. `is_used`: a person asks, so that it goes on.
    pub async fn resolve(&self, token: Vec<u8>, is_used: bool) -> Resolved {
        let key = token.clone();
        let found = self
            .run(move |conn| diesel::select(session_resolve(&key, is_used)).get_result::<Option<Value>>(conn))
            .await?;
        let Some(mut found) = found else {
            self.known.forget(&token);
            return Ok(None);
        };
        let kept = found.get_mut("state").map(Value::take).unwrap_or_default();
        let state: State = kept.as_object().map_or_else(State::default, |kept| {
            kept.iter().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
        });
        let actor: Arc<Actor> = Arc::new(Actor::read(&found)?);
        self.known.keep(&token, &actor, &state, is_used);
        Ok(Some((actor, state)))
    }

    /// Whether a session is as it was found.
    pub async fn confirm(&self, confirmation: &Confirmation) -> Result<bool> {
        let Confirmation { session, version, choices, .. } = confirmation.clone();
        let db = self.db.clone();
        let answer = web::block(move || {
            db.alone(|conn| {
                diesel::select(session_confirm(session, version, choices)).get_result::<bool>(conn)
            })
        });
        match answer.await? {
            Err(AppError::SessionChanged) => Ok(false),
            Ok(_) => {
                confirmation.note_done();
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl Fn(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, anyhow::Error> {
        let db = self.db.clone();
        Ok(web::block(move || db.alone(work)).await??)
    }

    /// As `run`, by the role that opens and ends sessions.
    async fn run_at_sign_in<T: Send + 'static>(
        &self,
        work: impl Fn(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, anyhow::Error> {
        Self { db: self.db.at_sign_in(), known: self.known.clone() }.run(work).await
    }
}

impl SessionStore for PgSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let token = key.as_ref().as_bytes();
        if let Some(state) = known_sessions::recalled(&self.known, token) {
            return Ok(Some(state));
        }
        let found =
            self.resolve(token.to_vec(), known_sessions::is_used()).await.map_err(LoadError::Other)?;
        Ok(found.map(|(actor, state)| {
            known_sessions::note(token, &actor, false);
            state
        }))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let token = random_token();
        let text = |name: &str| state.get(name).and_then(|v| serde_json::from_str::<String>(v).ok());
        let Some(user) = text(USER).and_then(|id| id.parse::<UserId>().ok()) else {
            return Err(SaveError::Other(anyhow::Error::msg("a session without a user")));
        };
        let seconds = state.get(SECONDS).and_then(|s| s.parse::<i32>().ok()).unwrap_or(43_200);
        let (address, agent) = (text(ADDRESS).unwrap_or_default(), text(AGENT).unwrap_or_default());
        let (key, kept) = (token.clone(), kept(&state));
        self.run_at_sign_in(move |conn| {
            diesel::select(session_open(token.as_bytes(), user, &kept, &address, &agent, seconds))
                .execute(conn)
        })
        .await
        .map_err(SaveError::Other)?;
        key.try_into().map_err(|_| SaveError::Other(anyhow::Error::msg("a token that is no session key")))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let (token, kept) = (key.as_ref().as_bytes().to_vec(), kept(&state));
        self.known.forget(&token);
        self.run_at_sign_in(move |conn| diesel::select(session_keep(&token, &kept)).execute(conn))
            .await
            .map_err(UpdateError::Other)?;
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        // A session goes on by being looked up (`session_resolve`), and never beyond the age that it was given.
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let token = key.as_ref().as_bytes().to_vec();
        self.known.forget(&token);
        self.run_at_sign_in(move |conn| diesel::select(session_end(&token)).execute(conn)).await.map(|_| ())
    }
}

/// What is left to keep when what the store adds by itself is taken away.
fn kept(state: &State) -> Value {
    let ours = [USER, SECONDS, ADDRESS, AGENT];
    state
        .iter()
        .filter(|(k, _)| !ours.contains(&k.as_str()))
        .map(|(k, v)| (k.clone(), Value::from(v.clone())))
        .collect()
}

/// 244 random bits, for what the database keeps only the hash of.
pub(in crate::infra) fn random_token() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// The middleware: a cookie that scripts can't read, that other sites don't send, and that is bound to this host where it can be.
pub fn middleware(store: PgSessions, key: Key, secure: bool) -> SessionMiddleware<PgSessions> {
    let lifecycle = PersistentSession::default()
        .session_ttl(Duration::days(365))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges);
    SessionMiddleware::builder(store, key)
        .cookie_name(if secure { "__Host-clientele".into() } else { "clientele".into() })
        .cookie_secure(secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".into())
        .cookie_content_security(CookieContentSecurity::Private)
        .session_lifecycle(lifecycle)
        .build()
}

/// Signs a user in: a new token, whatever the cookie held before.
pub fn sign_in(session: &Session, req: &HttpRequest, user: UserId, seconds: i32) -> Result<()> {
    let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    session.clear();
    session.renew();
    let keep = |name: &str, value: &str| {
        session.insert(name, value).map_err(crate::infra::web::errors::AppError::internal)
    };
    keep(USER, &user.to_string())?;
    keep(ADDRESS, &Address::of(req).to_string())?;
    keep(AGENT, agent)?;
    session.insert(SECONDS, seconds).map_err(crate::infra::web::errors::AppError::internal)
}

/// A place where somebody is signed in.
#[derive(HasQuery)]
#[diesel(table_name = sessions)]
pub struct ActiveSession {
    pub id: SessionId,
    pub address: String,
    pub agent: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl ActiveSession {
    /// Those of the person at work, the latest used first; at most 50.
    pub fn own(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(is_session_open(
                sessions::expires_at,
                sessions::last_seen_at,
                sessions::is_browser,
                sessions::tenant_id,
            ))
            .order(sessions::last_seen_at.desc())
            .limit(50)
            .load(tx.conn)?)
    }

    /// Ends one of them. The policy lets nobody end another's.
    pub fn end(tx: &mut Tx, id: SessionId) -> Result<()> {
        match diesel::delete(sessions::table.filter(sessions::id.eq(id))).execute(tx.conn)? {
            0 => Err(crate::infra::web::errors::AppError::NotFound),
            _ => Ok(()),
        }
    }

    /// Ends all but one.
    pub fn end_others(tx: &mut Tx, but: SessionId) -> Result<usize> {
        let user = tx.scope.user_id.ok_or(crate::infra::web::errors::AppError::SignedOut)?;
        let others = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::id.ne(but));
        Ok(diesel::delete(others).execute(tx.conn)?)
    }

    /// What they use, in words.
    pub fn device(&self) -> String {
        device_name(&self.agent)
    }
}

/// As [`device`], where it stands alone.
pub fn device_name(agent: &str) -> String {
    let mut words = device(agent);
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The browser and system of a User-Agent in words, as far as they can be told.
pub fn device(agent: &str) -> String {
    let find = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "an unknown device".to_owned(),
    }
}
