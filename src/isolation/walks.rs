//! Tries through every route, as people of one tenant, with the ids of the other.
use super::{
    Findings,
    catalog::Catalog,
    report_changes,
    routes::{self, Method, ROUTES},
    within::Neighbour,
    worlds::{PASSWORD, SHARED_WORD, World},
};
use crate::infra::{
    db::Db,
    jobs::live::Live,
    services::{dns::Dns, files::Files, mail::Mailer, passwords::Cost},
    web::{
        app::{self, Settings},
        limits::pace::Pace,
        permissions::Role,
        problem::is_for_programs,
        sessions::PgSessions,
    },
};
use actix_http::Request;
use actix_web::{
    body::{MessageBody, to_bytes},
    cookie::{Cookie, Key},
    dev::{Service, ServiceResponse},
    http::{StatusCode, header},
    test,
};
use anyhow::Context;
use diesel::PgConnection;
use std::collections::HashMap;

/// The people who try: what they are called, and the role by which they are known. Nobody has none.
const PEOPLE: &[(&str, &str)] = &[
    ("an admin", "tenant_admin"),
    ("a rep", "customer_success"),
    ("a customer", "customer_admin"),
    ("nobody", ""),
];

/// A request that is to be tried.
struct Try {
    method: Method,
    path: String,
    fields: Vec<(&'static str, String)>,
    /// Whether an id in the path is the other tenant's.
    is_foreign: bool,
}

struct Answer {
    status: StatusCode,
    location: String,
    body: String,
    cookie: Option<Cookie<'static>>,
}

/// Every route as everybody.
pub fn try_all(
    owner: &mut PgConnection,
    db: &Db,
    catalog: &Catalog,
    ours: &World,
    theirs: &World,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let before = theirs.fingerprint(owner, catalog)?;
    actix_web::rt::System::new().block_on(async {
        let app =
            test::init_service(app::build(db.clone(), Live::silent(), settings(db), crate::routes)).await;
        for (who, role) in PEOPLE {
            let mut person = Person { email: ours.email(role), signs_in: !role.is_empty(), cookie: None };
            for attempt in tries(ours, theirs) {
                let answer = person.ask(&app, &attempt).await?;
                let mut wrong = judge(&attempt, &answer, role, Some(theirs));
                if attempt.method == Method::Post && theirs.fingerprint(owner, catalog)? != before {
                    wrong.push_str(" their rows were changed");
                }
                findings.note(
                    &format!("{}, as {who}: {}", attempt.describe(), answer.status.as_u16()),
                    wrong.trim(),
                )?;
            }
        }
        anyhow::Ok(())
    })?;
    report_changes(&before, &theirs.fingerprint(owner, catalog)?, "through the routes", findings)
}

/// Somebody who has nothing to do with a customer of their own tenant.
pub struct Asking {
    pub who: &'static str,
    pub role: Role,
    /// Of another customer, rather than of the staff.
    pub is_neighbour: bool,
}

/// Every route with the ids of what belongs to the first customer of a tenant, as those who have nothing to do with it.
pub fn within(
    owner: &mut PgConnection,
    db: &Db,
    catalog: &Catalog,
    house: &World,
    neighbour: &Neighbour,
    people: &[Asking],
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let before = house.customers_fingerprint(owner, catalog)?;
    let ids = OF_CUSTOMERS.map(|placeholder| meant(placeholder, house));
    actix_web::rt::System::new().block_on(async {
        let app =
            test::init_service(app::build(db.clone(), Live::silent(), settings(db), crate::routes)).await;
        for Asking { who, role, .. } in people {
            let email = neighbour.email(*role).map_or_else(|| house.email(role.code()), str::to_owned);
            let mut person = Person { email, signs_in: true, cookie: None };
            for mut attempt in tries(house, house) {
                attempt.is_foreign = ids.iter().any(|id| attempt.path.contains(id));
                let answer = person.ask(&app, &attempt).await?;
                let mut wrong = judge(&attempt, &answer, role.code(), None);
                // One's own account shows what one was refused.
                let is_plain = !attempt.is_foreign
                    && attempt.fields.is_empty()
                    && !["/account", "/customer/profile"].contains(&attempt.path.as_str());
                if let Some(at) = ids.iter().position(|id| is_plain && answer.body.contains(id)) {
                    let what = OF_CUSTOMERS.get(at).copied().unwrap_or_default();
                    wrong.push_str(&format!(" the answer tells of their {what}"));
                }
                if attempt.method == Method::Post && house.customers_fingerprint(owner, catalog)? != before {
                    wrong.push_str(" their rows were changed");
                }
                findings.note(
                    &format!("{}, as {who}: {}", attempt.describe(), answer.status.as_u16()),
                    wrong.trim(),
                )?;
            }
        }
        anyhow::Ok(())
    })
}

/// What belongs to a customer, as paths name it.
const OF_CUSTOMERS: [&str; 6] = ["customer", "contact", "ticket", "call", "attachment", "assignment"];

fn meant(placeholder: &str, world: &World) -> String {
    routes::meant_by(placeholder).map_or_else(String::new, |(table, column)| world.text(table, column))
}

fn settings(db: &Db) -> Settings {
    Settings {
        key: Key::generate(),
        secure: false,
        session_seconds: 3600,
        cost: Cost::Cheapest,
        proxies: crate::infra::web::client::Proxies::none(),
        development: false,
        assets: std::env::temp_dir(),
        public_url: "http://localhost".into(),
        mailer: Mailer::in_memory(),
        dns: Dns::in_memory(),
        files: Files::in_memory(),
        pace: Pace::of(0),
        sessions: PgSessions::new(db.clone()),
        site: crate::site::SITE,
    }
}

/// Those that end something come last, so that there is something to try with until then.
fn tries(ours: &World, theirs: &World) -> Vec<Try> {
    let mut ordered: Vec<_> = ROUTES.iter().collect();
    ordered.sort_by_key(|(_, path)| path.contains("deletion") || path.ends_with("logout"));
    ordered.sort_by_key(|(method, _)| *method == Method::Delete);
    ordered.into_iter().flat_map(|(method, path)| tries_of(*method, path, ours, theirs)).collect()
}

/// With each choice of whose id stands for each placeholder, ours everywhere included: then theirs are in the form or the query.
fn tries_of(method: Method, path: &str, ours: &World, theirs: &World) -> Vec<Try> {
    let names = routes::placeholders(path);
    let count = names.iter().filter(|name| routes::meant_by(name).is_some()).count();
    let mut tries = vec![];
    let choices = if std::ptr::eq(ours, theirs) { 1 } else { 1_u32 << count };
    for choice in 0..choices {
        let (mut filled, mut place) = (path.to_owned(), 0);
        for name in &names {
            let id = match routes::meant_by(name) {
                Some((table, column)) => {
                    let whose = if choice >> place & 1 == 1 { theirs } else { ours };
                    place += 1;
                    whose.text(table, column)
                }
                None => "months".to_owned(),
            };
            filled = filled.replacen(&format!("{{{name}}}"), &id, 1);
        }
        let forms = match method {
            Method::Get | Method::Delete => vec![vec![], query(theirs)],
            Method::Post => forms(path, theirs),
        };
        let attempt = |fields| Try { method, path: filled.clone(), fields, is_foreign: choice > 0 };
        tries.extend(forms.into_iter().map(attempt));
    }
    tries
}

/// Filters that name what is theirs.
fn query(theirs: &World) -> Vec<(&'static str, String)> {
    vec![
        ("q", SHARED_WORD.into()),
        ("tag", theirs.id("tags")),
        ("company", theirs.id("companies")),
        ("owner", theirs.admin.to_string()),
        ("query", format!("tag={}", theirs.id("tags"))),
        ("userId", theirs.rep.to_string()),
        ("customerId", theirs.id("customers")),
    ]
}

/// Forms filled in well enough to be taken, with ids of theirs wherever a field takes one.
fn forms(path: &str, theirs: &World) -> Vec<Vec<(&'static str, String)>> {
    let form = |further: &[(&'static str, String)]| {
        let mut fields = vec![
            ("id", theirs.id("customers")),
            ("customer_id", theirs.id("customers")),
            ("company_id", theirs.id("companies")),
            ("tag", theirs.id("tags")),
            ("remove", theirs.id("tags")),
            ("user", theirs.admin.to_string()),
            ("tenant_id", theirs.tenant.to_string()),
            ("query", format!("tag={}", theirs.id("tags"))),
            ("name", "Attempt".into()),
            ("first_name", "Attempt".into()),
            ("subject", "Attempt".into()),
            ("body", "Attempt".into()),
            ("copies", theirs.portal.to_string()),
            ("customer_type", "business".into()),
            ("lifecycle_stage", "active".into()),
            ("source", "direct".into()),
            ("colour", "1".into()),
            ("time_zone", "UTC".into()),
            ("version", "1".into()),
            ("anyway", "true".into()),
            ("confirmed", "true".into()),
            ("count", "1".into()),
        ];
        for (name, value) in further {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value.clone()));
        }
        fields
    };
    match path {
        "/console/customers/bulk" => ["tag", "untag", "assign", "unassign", "stage"]
            .into_iter()
            .map(|action| {
                let choice = match action {
                    "assign" | "unassign" => theirs.admin.to_string(),
                    "stage" => "churned".to_owned(),
                    _ => theirs.id("tags"),
                };
                form(&[("action", action.to_owned()), ("choice", choice)])
            })
            .collect(),
        "/console/tickets/bulk" => ["assign", "status", "tag"]
            .into_iter()
            .map(|action| {
                form(&[
                    ("action", action.to_owned()),
                    ("assignee", theirs.admin.to_string()),
                    ("status", "closed".to_owned()),
                    ("tag", theirs.id("tags")),
                ])
            })
            .collect(),
        // In the API a tenant that is not one's own is a mistake by itself; the other fields are tried without it.
        path if is_for_programs(path) => {
            let mut fields = form(&[("user_id", theirs.rep.to_string())]);
            fields.retain(|(name, _)| *name != "tenant_id");
            vec![fields, form(&[])]
        }
        _ => vec![form(&[])],
    }
}

/// What leaked, or nothing.
fn judge(attempt: &Try, answer: &Answer, role: &str, theirs: Option<&World>) -> String {
    let turned_away = match role {
        // Signed out, or refused for what they are before anything was looked up.
        "" => answer.is_out(),
        // The API refuses a body that names another tenant before anything is looked up.
        _ if answer.body.contains("\"KEY_MISMATCH\"") => true,
        // And so a parameter that it does not know. Each is tried without as well.
        _ if attempt.method != Method::Post
            && !attempt.fields.is_empty()
            && answer.body.contains("\"INVALID\"") =>
        {
            true
        }
        "tenant_admin" => false,
        _ => answer.status == StatusCode::FORBIDDEN,
    };
    let mut wrong = String::new();
    if attempt.is_foreign && answer.status != StatusCode::NOT_FOUND && !turned_away {
        wrong.push_str("not 404");
    }
    if answer.status.is_server_error() {
        wrong.push_str(" it broke");
    }
    if theirs.is_some_and(|theirs| answer.body.contains(&theirs.mark)) {
        wrong.push_str(" the answer tells of theirs");
    }
    wrong
}

impl Answer {
    /// Whether it says that nobody is signed in.
    fn is_out(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
            || self.status == StatusCode::SEE_OTHER && self.location.starts_with("/login")
    }
}

impl Try {
    fn describe(&self) -> String {
        let method = match self.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        };
        let with = match self.fields.iter().find(|(name, _)| *name == "action") {
            Some((_, action)) => format!(" to {action} theirs"),
            None if self.fields.is_empty() => String::new(),
            None => " with their ids".to_owned(),
        };
        format!("{method} {}{with}", self.path)
    }
}

/// Somebody with a browser of their own.
struct Person {
    email: String,
    signs_in: bool,
    cookie: Option<Cookie<'static>>,
}

impl Person {
    /// Sends it, signed in. An earlier try may have ended the session.
    async fn ask<S, B>(&mut self, app: &S, attempt: &Try) -> anyhow::Result<Answer>
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        for again in [false, true] {
            if self.signs_in && self.cookie.is_none() {
                self.sign_in(app).await?;
            }
            let answer = send(app, attempt, self.cookie.clone()).await?;
            if !(self.signs_in && answer.is_out()) || again {
                return Ok(answer);
            }
            self.cookie = None;
        }
        anyhow::bail!("{} could not stay signed in", self.email)
    }

    async fn sign_in<S, B>(&mut self, app: &S) -> anyhow::Result<()>
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let fields = vec![("email", self.email.clone()), ("password", PASSWORD.to_owned())];
        let form = Try { method: Method::Post, path: "/login".into(), fields, is_foreign: false };
        let answer = send(app, &form, None).await?;
        self.cookie = answer.cookie;
        self.cookie
            .as_ref()
            .with_context(|| format!("{} could not sign in: {}", self.email, answer.status))?;
        Ok(())
    }
}

async fn send<S, B>(app: &S, attempt: &Try, cookie: Option<Cookie<'static>>) -> anyhow::Result<Answer>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let encoded = serde_html_form::to_string(&attempt.fields)?;
    let with_query = format!("{}?{encoded}", attempt.path);
    let mut request = match attempt.method {
        Method::Get => test::TestRequest::get().uri(&with_query),
        Method::Delete => test::TestRequest::delete().uri(&with_query),
        Method::Post if is_for_programs(&attempt.path) => test::TestRequest::post()
            .uri(&attempt.path)
            .set_json(attempt.fields.iter().cloned().collect::<HashMap<_, _>>()),
        Method::Post => test::TestRequest::post()
            .uri(&attempt.path)
            .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .set_payload(encoded),
    };
    if let Some(cookie) = cookie {
        request = request.cookie(cookie);
    }
    let response = match app.call(request.to_request()).await {
        Ok(response) => response,
        Err(error) => anyhow::bail!("{}: {error}", attempt.describe()),
    };
    let status = response.status();
    let location =
        response.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let cookie = response.response().cookies().find(|c| c.name() == "clientele").map(Cookie::into_owned);
    let body = to_bytes(response.into_body()).await.map_err(|error| anyhow::anyhow!("{}", error.into()))?;
    Ok(Answer { status, location, body: String::from_utf8_lossy(&body).into_owned(), cookie })
}
