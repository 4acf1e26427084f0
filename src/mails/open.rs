//! `/dev/mail`: the mails that did not leave, because no mail server is configured. Mounted in development only.
use crate::{
    infra::{
        db::ids::MailId,
        services::mail::Kept,
        web::{app::Settings, prelude::*, section::MenuEntry},
    },
    urls,
};
use actix_web::{
    HttpResponse,
    http::header::{self, ContentType},
    web::{self, Data, Path},
};
use askama::Template;

/// A document of its own that may do nothing: its style is in it, and nothing is fetched, run, sent or opened from it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// For `/dev/mail`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/dev/mail", index).public(),
        Route::get("/dev/mail/{id}", show).public(),
        Route::get("/dev/mail/{id}/html", html).public(),
    ]
}

#[derive(Template)]
#[template(path = "mails/index.html")]
struct IndexPage {
    shell: Shell,
    mails: Vec<Kept>,
    leaves: bool,
}

#[derive(Template)]
#[template(path = "mails/show.html")]
struct ShowPage {
    shell: Shell,
    mail: Kept,
}

async fn index(settings: Data<Settings>) -> PageResult {
    let leaves = settings.mailer.leaves();
    let mails = web::block(move || settings.mailer.kept()).await?.map_err(AppError::internal)?;
    IndexPage { shell: shell("Mails"), mails, leaves }.ok()
}

async fn show(id: Path<MailId>, settings: Data<Settings>) -> PageResult {
    let mail = find(id.into_inner(), settings).await?;
    ShowPage { shell: shell(&mail.subject), mail }.ok()
}

async fn html(id: Path<MailId>, settings: Data<Settings>) -> PageResult {
    let mail = find(id.into_inner(), settings).await?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(mail.html))
}

async fn find(id: MailId, settings: Data<Settings>) -> Result<Kept> {
    web::block(move || settings.mailer.find(id)).await?.map_err(AppError::internal)?.ok_or(AppError::NotFound)
}

fn shell(title: &str) -> Shell {
    let entry = |label, url, is_current| MenuEntry { label, icon: "", url, is_current };
    Shell {
        title: title.to_owned(),
        user_name: "Developer".into(),
        tenant_name: "Clientele development".into(),
        nav: vec![entry("Styleguide", urls::styleguide(), false), entry("Mails", urls::dev_mails(), true)],
        is_wide: true,
        home: urls::home(),
        time_zone: "UTC".into(),
        ..Shell::default()
    }
}
