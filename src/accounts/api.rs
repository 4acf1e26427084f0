//! `POST /api/auth/login`: an email and a password, for a token (S004).
use super::model::{self, Attempt, Candidate, Outcome};
use crate::{
    infra::{
        db::ids::{CustomerId, TenantId, UserId},
        web::{
            api,
            app::Settings,
            client::{self, Address},
            json::Json,
            permissions::Role,
            prelude::*,
            tokens::{self, Tokens},
        },
    },
    values::{Email, text},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data},
};
use serde::{Deserialize, Serialize};

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/auth/login", create).public()]
}

/// What a program sends to sign in.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SignInJson {
    email: Option<String>,
    password: Option<String>,
    /// Which organisation is meant, where several know this email and password.
    tenant_id: Option<String>,
}

/// Credentials that are worth a look.
struct SignIn {
    email: String,
    password: String,
    tenant: String,
}

impl TryFrom<SignInJson> for SignIn {
    type Error = Vec<Refusal>;

    fn try_from(json: SignInJson) -> std::result::Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let bounded = |text: Option<String>, most: usize| {
            text.filter(|text| (1..=most).contains(&text.chars().count()))
        };
        let email = bounded(json.email.map(|email| text::line(&email)), Email::LIMIT);
        let email = checks.keep("email", email.ok_or("Give your email address."));
        let password = checks.keep("password", bounded(json.password, 1000).ok_or("Give your password."));
        checks.finish(|| {
            Some(Self {
                email: email
                    .map(|email| email.parse::<Email>().map_or(email.to_lowercase(), String::from))?,
                password: password?.replace('\0', ""),
                tenant: json.tenant_id.unwrap_or_default(),
            })
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginJson {
    token: String,
    token_type: &'static str,
    /// In seconds.
    expires_in: i32,
    user: UserJson,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserJson {
    id: UserId,
    email: String,
    name: String,
    roles: Vec<Role>,
    tenant_id: Option<TenantId>,
    customer_id: Option<CustomerId>,
}

async fn create(
    req: HttpRequest,
    json: Json<SignInJson>,
    settings: Data<Settings>,
    tokens: Data<Tokens>,
) -> Result<HttpResponse> {
    let SignIn { email, password, tenant } = json.command()?;
    let (address, host) = (Address::of(&req), client::host(&req));
    let agent =
        req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let tokens = tokens.get_ref().clone();
    let attempt = Attempt { email, password, host, address: address.to_string(), browser: None };
    let user = match model::try_sign_in(tokens.db(), &settings, attempt).await? {
        Outcome::Refused => return Err(AppError::NotRecognised),
        Outcome::Wait(seconds) => return Err(AppError::TooMany(seconds)),
        Outcome::Matched(matched) if matched.iter().all(|candidate| candidate.is_closed) => {
            return Err(AppError::Forbidden);
        }
        Outcome::Matched(matched) => one_of(&matched, &tenant)?,
    };
    let (token, user) = web::block(move || tokens.open(user, address, &agent)).await??;
    api::ok(&LoginJson {
        token,
        token_type: "Bearer",
        expires_in: tokens::SECONDS,
        user: UserJson {
            id: user.user_id,
            email: user.email,
            name: user.name,
            roles: user.roles,
            tenant_id: user.tenant_id,
            customer_id: user.customer_id,
        },
    })
}

/// The account that is meant.
fn one_of(matched: &[Candidate], tenant: &str) -> Result<UserId> {
    let is_meant = |candidate: &&Candidate| {
        matched.len() == 1 || candidate.tenant_id.is_some_and(|id| id.to_string() == tenant)
    };
    matched.iter().find(is_meant).map(|candidate| candidate.user_id).ok_or_else(|| {
        let name_of =
            |candidate: &Candidate| Some(format!("{} ({})", candidate.tenant_id?, candidate.tenant_name));
        let known: Vec<String> = matched.iter().filter_map(name_of).collect();
        let wrong = format!("Several organisations know you. Give the id of one: {}.", known.join(", "));
        AppError::refused("tenantId", wrong)
    })
}
