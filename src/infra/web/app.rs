//! The actix application: middleware in order, then the surfaces. `serve` and the tests build the same one.
use crate::infra::{
    db::Db,
    jobs::live::Live,
    services::{dns::Dns, files::Files, mail::Mailer, metrics, passwords::Cost},
    web::{
        access_log, assets, body,
        client::Proxies,
        errors, flash, known_sessions,
        limits::{self, pace::Pace},
        methods, same_origin,
        sessions::{self, PgSessions},
        site::Site,
        spans, stash,
        tokens::{self, Tokens},
    },
};
use actix_web::{
    App, Error,
    body::MessageBody,
    cookie::Key,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header,
    middleware::{Compress, DefaultHeaders, from_fn},
    web,
};
use std::path::PathBuf;
use tracing_actix_web::TracingLogger;

/// What the application needs to know of its configuration.
#[derive(Clone)]
pub struct Settings {
    /// Signs and encrypts cookies.
    pub key: Key,
    /// Served over HTTPS, so that cookies are `Secure` and bound to the host.
    pub secure: bool,
    /// Seconds that a session lasts where neither customer nor tenant says otherwise.
    pub session_seconds: i32,
    /// How costly passwords are hashed.
    pub cost: Cost,
    /// The proxies between clients and this server.
    pub proxies: Proxies,
    /// Offers the pages for developers.
    pub development: bool,
    /// Where the bundled assets were written.
    pub assets: PathBuf,
    /// How people reach it: for links in mails.
    pub public_url: String,
    /// Where mails go: the development pages show those that stay here.
    pub mailer: Mailer,
    /// Where uploads lie.
    pub files: Files,
    /// How fast a person may ask.
    pub pace: Pace,
    /// Who is signed in.
    pub sessions: PgSessions,
    /// Where people go, and the menus.
    pub site: Site,
    /// Where the owners of domains are asked for what they say.
    pub dns: Dns,
}

/// The content security policy: nothing but our own files, no inline script or style, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts it together; `routes` mounts the features.
pub fn build(
    db: Db,
    live: Live,
    settings: Settings,
    routes: fn(&mut web::ServiceConfig, &Settings),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(web::Data::new(db.clone()))
        .app_data(web::Data::new(Tokens::new(db.clone())))
        .app_data(web::Data::new(live))
        .app_data(web::Data::new(settings.key.clone()))
        .app_data(web::Data::new(settings.clone()))
        .app_data(web::PayloadConfig::new(limits::OPEN_BODY.size()))
        .wrap(from_fn(body::sized))
        .wrap(from_fn(methods::known))
        .wrap(from_fn(stash::keep))
        .wrap(from_fn(tokens::accept))
        .wrap(from_fn(flash::carry))
        .wrap(from_fn(same_origin::only))
        .wrap(from_fn(access_log::keep))
        .wrap(from_fn(known_sessions::identify))
        .wrap(sessions::middleware(settings.sessions.clone(), settings.key.clone(), settings.secure))
        .wrap(from_fn(known_sessions::notice_use))
        .wrap(from_fn(body::plain))
        .wrap(from_fn(errors::dressed))
        .wrap(headers(settings.secure))
        .wrap(Compress::default())
        .wrap(from_fn(methods::head))
        .wrap(from_fn(body::watch))
        .wrap(from_fn(metrics::measure))
        .wrap(TracingLogger::<spans::WithoutTokens>::new())
        .configure(|cfg| {
            cfg.service(assets::service(&settings.assets)).configure(|cfg| routes(cfg, &settings));
        })
        .default_service(web::to(errors::no_route))
}

fn headers(secure: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add(("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"));
    if secure {
        headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"))
    } else {
        headers
    }
}
