//! Tokens of the API: signed claims of a session, for programs that keep no cookie. They are short, and refused at once when the session
//! ends, the account is disabled or a claim changes.
use crate::infra::{
    db::{
        Confirmation, Db,
        ids::{CustomerId, SessionId, TenantId, UserId},
    },
    web::{
        auth::Actor,
        client::Address,
        errors::{AppError, Result},
        permissions::Role,
        problem::is_for_programs,
    },
};
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};
use diesel::{
    prelude::*,
    sql_types::{Integer, Text, Uuid},
};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::ErrorKind,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use signature::{Signer, Verifier};
use std::sync::{Arc, OnceLock};

/// How long a token is good for, in seconds.
pub const SECONDS: i32 = 15 * 60;

/// Who gives the tokens.
const ISSUER: &str = "clientele";
/// What they are for: whatever is signed for something else is no token of the API.
const AUDIENCE: &str = "clientele-api";

#[diesel::declare_sql_function]
extern "SQL" {
    fn token_key() -> Binary;
    fn token_open(for_user: Uuid, from_address: Text, from_agent: Text, seconds: Integer) -> Nullable<Jsonb>;
    fn token_resolve(session: Uuid, for_user: Uuid, claims: Integer) -> Nullable<Jsonb>;
}

/// What a token says (S004).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// The user.
    pub sub: UserId,
    /// The session that it belongs to.
    pub sid: SessionId,
    pub tenant: Option<TenantId>,
    pub customer_id: Option<CustomerId>,
    pub roles: Vec<Role>,
    /// How often any claim of the user has changed.
    pub version: i32,
    /// Who gave it, always [`ISSUER`].
    pub iss: String,
    /// What it is for, always [`AUDIENCE`].
    pub aud: String,
    pub iat: i64,
    pub exp: i64,
}

/// Whose session began.
#[derive(Debug, Deserialize)]
pub struct Opened {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub tenant_id: Option<TenantId>,
    pub customer_id: Option<CustomerId>,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
    claims_version: i32,
    /// Seconds since 1970.
    opened_at: i64,
}

/// Gives tokens and reads them. The key is fetched once.
#[derive(Clone)]
pub struct Tokens {
    db: Db,
    key: Arc<OnceLock<Vec<u8>>>,
}

impl Tokens {
    /// With the key of this database.
    pub fn new(db: Db) -> Self {
        Self { db, key: Arc::default() }
    }

    /// The door to the same database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Signs a user in: their token, and who they are. `Forbidden` where they, their customer or their tenant have no access. Works on the thread that it is called on.
    pub fn open(&self, user: UserId, address: Address, agent: &str) -> Result<(String, Opened)> {
        let opened = self.db.at_sign_in().alone(|conn| {
            let opened = token_open(user, address.to_string(), agent, SECONDS);
            diesel::select(opened).get_result::<Option<serde_json::Value>>(conn)
        })?;
        let opened: Opened =
            serde_json::from_value(opened.ok_or(AppError::Forbidden)?).map_err(AppError::internal)?;
        let now = opened.opened_at;
        let claims = Claims {
            sub: opened.user_id,
            sid: opened.session_id,
            tenant: opened.tenant_id,
            customer_id: opened.customer_id,
            roles: opened.roles.clone(),
            version: opened.claims_version,
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            iat: now,
            exp: now + i64::from(SECONDS),
        };
        Ok((sign(self.key()?, &claims)?, opened))
    }

    /// Whose token it is; `SignedOut` for one that is no good, or no longer.
    fn resolve(&self, token: &str) -> Result<Actor> {
        let claims = read(self.key()?, token).ok_or(AppError::SignedOut)?;
        let found = self.db.alone(|conn| {
            let holder = token_resolve(claims.sid, claims.sub, claims.version);
            diesel::select(holder).get_result::<Option<serde_json::Value>>(conn)
        })?;
        Actor::read(&found.ok_or(AppError::SignedOut)?).map_err(AppError::internal)
    }

    fn key(&self) -> Result<&[u8]> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key: Vec<u8> = self.db.at_sign_in().alone(|conn| diesel::select(token_key()).get_result(conn))?;
        Ok(self.key.get_or_init(|| key))
    }
}

/// The token that a request to the API carries. Then its cookie, if it has one, counts for nothing.
pub fn carried(req: &HttpRequest) -> Option<&str> {
    if !is_for_programs(req.path()) {
        return None;
    }
    let header = req.headers().get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Middleware: finds out who holds the token of a request, and refuses one that nobody does.
pub async fn accept(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(token) = carried(req.request()).map(str::to_owned) else {
        return Ok(next.call(req).await?.map_into_boxed_body());
    };
    let found = match req.app_data::<web::Data<Tokens>>() {
        None => Err(AppError::internal("the application gives no tokens")),
        Some(tokens) => {
            let tokens = tokens.get_ref().clone();
            web::block(move || tokens.resolve(&token)).await.map_err(AppError::from).flatten()
        }
    };
    match found {
        Ok(actor) => {
            // The cookie's session, if there is one, counts for nothing.
            req.extensions_mut().remove::<Confirmation>();
            req.extensions_mut().insert(Arc::new(actor));
            Ok(next.call(req).await?.map_into_boxed_body())
        }
        // As a response, since an error would pass by the middleware that dresses it.
        Err(error) => Ok(req.error_response(error)),
    }
}

fn sign(key: &[u8], claims: &Claims) -> Result<String> {
    ready();
    let header = Header::new(Algorithm::HS256);
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(key)).map_err(AppError::internal)
}

fn read(key: &[u8], token: &str) -> Option<Claims> {
    ready();
    let mut rules = Validation::new(Algorithm::HS256);
    rules.leeway = 0;
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "iss", "aud"]);
    jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(key), &rules).ok().map(|data| data.claims)
}

/// HMAC-SHA-256 is all that we sign with, so that is all the cryptography that the library gets.
fn ready() {
    static HMAC_ONLY: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| match (algorithm, key.family()) {
            (Algorithm::HS256, AlgorithmFamily::Hmac) => Ok(Box::new(Hs256::new(key.as_bytes())?)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        verifier_factory: |algorithm, key| match (algorithm, key.family()) {
            (Algorithm::HS256, AlgorithmFamily::Hmac) => Ok(Box::new(Hs256::new(key.try_get_as_bytes()?)?)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // Somebody else in this process may have been first; there is but one provider to install.
        HMAC_ONLY.install_default().ok();
    });
}

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(secret: &[u8]) -> jsonwebtoken::errors::Result<Self> {
        Hmac::new_from_slice(secret).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let computed = self.0.clone().chain_update(message);
        computed.verify_slice(signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2001 and 2286.
    const PAST: i64 = 1_000_000_000;
    const FUTURE: i64 = 9_999_999_999;

    fn claims(exp: i64) -> Claims {
        Claims {
            sub: UserId::new(),
            sid: SessionId::new(),
            tenant: Some(TenantId::new()),
            customer_id: Some(CustomerId::new()),
            roles: vec![Role::CustomerUser],
            version: 3,
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            iat: 0,
            exp,
        }
    }

    const KEY: &[u8] = &[7; 32];

    #[test]
    fn what_was_signed_is_read_back_with_the_same_key_only() {
        let claimed = claims(FUTURE);
        let token = sign(KEY, &claimed).unwrap();
        assert_eq!(read(KEY, &token), Some(claimed));
        assert_eq!(read(&[8; 32], &token), None);
        let (body, signature) = token.rsplit_once('.').unwrap();
        let head = body.split('.').next().unwrap();
        assert_eq!(read(KEY, &format!("{head}.e30.{signature}")), None, "other claims");
        // {"alg":"none"}
        let claims = body.split('.').nth(1).unwrap();
        for unsigned in
            [format!("eyJhbGciOiJub25lIn0.{claims}."), format!("eyJhbGciOiJub25lIn0.{claims}.{signature}")]
        {
            assert_eq!(read(KEY, &unsigned), None, "unsigned");
        }
        for nonsense in ["", ".", "..", "a.b.c", "\u{1F600}"] {
            assert_eq!(read(KEY, nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_was_signed_for_something_else_is_no_token() {
        let mut of_another = claims(FUTURE);
        of_another.aud = "clientele-search".into();
        assert_eq!(read(KEY, &sign(KEY, &of_another).unwrap()), None);
        let mut by_another = claims(FUTURE);
        by_another.iss = "globex".into();
        assert_eq!(read(KEY, &sign(KEY, &by_another).unwrap()), None);
    }

    #[test]
    fn a_token_is_over_when_it_says_so() {
        let token = sign(KEY, &claims(PAST)).unwrap();
        assert_eq!(read(KEY, &token), None);
    }
}
