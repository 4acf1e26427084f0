//! Notifications of staff.
use super::{
    model::Side,
    pages::{self, ChoicesForm, Further, Listed, Offered},
};
use crate::{
    infra::{
        db::ids::NotificationId,
        web::{
            auth::Staff,
            forms::{Asked, Submitted},
            pages::{Page, PageResult, see_other_saying},
            permissions::Anything,
            shell::{Section, Shell},
        },
    },
    urls::Notices,
};
use actix_web::web::{self, Path, ServiceConfig, get, post};
use askama::Template;

/// The surface.
const HERE: Notices = Notices::Console;

/// Mounts them under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/notifications")
            .route("", get().to(index))
            .route("/read", post().to(read_all))
            .route("/choices", get().to(choices))
            .route("/choices", post().to(choose))
            .route("/{notification}/read", post().to(read_one)),
    );
}

#[derive(Template)]
#[template(path = "notifications/index_console.html")]
struct IndexPage {
    shell: Shell,
    body: Listed,
}

#[derive(Template)]
#[template(path = "notifications/choices_console.html")]
struct ChoicesPage {
    shell: Shell,
    body: Offered,
}

async fn index(staff: Staff<Anything>, asked: Asked<Further>) -> PageResult {
    let shell = staff.shell(Section::Notifications, "Notifications");
    let body = pages::listed(&staff, shell, HERE, &asked.0).await?;
    IndexPage { shell: body.shell.clone(), body }.ok()
}

async fn read_all(staff: Staff<Anything>) -> PageResult {
    let said = pages::read_all(&staff).await?;
    see_other_saying(HERE.all(), said)
}

async fn read_one(staff: Staff<Anything>, id: Path<NotificationId>) -> PageResult {
    let said = pages::read_one(&staff, id.into_inner()).await?;
    see_other_saying(HERE.all(), said)
}

async fn choices(staff: Staff<Anything>) -> PageResult {
    let shell = staff.shell(Section::Notifications, "What you are told");
    let body = pages::offered(&staff, shell, HERE, Side::Staff).await?;
    ChoicesPage { shell: body.shell.clone(), body }.ok()
}

async fn choose(staff: Staff<Anything>, form: Submitted<ChoicesForm>) -> PageResult {
    let said = pages::choose(&staff, Side::Staff, form.values).await?;
    see_other_saying(HERE.choices(), said)
}
