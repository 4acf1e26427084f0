//! The page that users of a deactivated customer meet when they sign in.
use super::notice::{Notice, Turned};
use crate::{
    infra::{
        db::{Db, ids::UserId},
        web::{encrypted, prelude::*},
    },
    urls,
};
use actix_web::{HttpRequest, http::StatusCode, web::Data};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// For the page, which is open to everybody and shows itself to those whom the sign-in sent.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/access-ended", show).public(), Route::post("/access-ended", ask).public()]
}

/// What a customer_admin says when they ask for their customer's return.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct AskForm {
    #[validate(length(max = 1000, message = "Keep it to 1,000 characters."))]
    pub words: String,
}

#[derive(Template)]
#[template(path = "lifecycle/open/access_ended.html")]
struct AccessEndedPage {
    title: String,
    notice: Notice,
    form: Submitted<AskForm>,
}

/// Whom the sign-in turned away, and why, as it is now.
async fn turned(req: &HttpRequest, db: &Db) -> Result<Option<(UserId, Notice)>> {
    let Some(given) = encrypted::given::<Turned>(req) else { return Ok(None) };
    let user = given.value.account.user;
    Ok(Notice::for_turned(db, given.value).await?.map(|notice| (user, notice)))
}

fn page(notice: Notice, form: Submitted<AskForm>) -> AccessEndedPage {
    AccessEndedPage { title: format!("{} has no access at the moment", notice.customer_name), notice, form }
}

/// `GET /access-ended`
async fn show(req: HttpRequest, db: Data<Db>) -> PageResult {
    match turned(&req, &db).await? {
        Some((_, notice)) => page(notice, Submitted::blank()).with_status(StatusCode::FORBIDDEN),
        None => see_other(urls::sign_in()),
    }
}

/// `POST /access-ended`
async fn ask(req: HttpRequest, db: Data<Db>, form: Submitted<AskForm>) -> PageResult {
    let Some((user, notice)) = turned(&req, &db).await? else { return see_other(urls::sign_in()) };
    if form.has_errors() {
        return page(notice, form).unprocessable();
    }
    if notice.may_ask() {
        notice.ask(&db, user, form.values.words).await?;
    }
    see_other(urls::access_ended())
}
