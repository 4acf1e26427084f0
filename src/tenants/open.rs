//! `/bootstrap`: where a customer uses its bootstrap key, without an account.
use super::{
    form::{OpeningForm, zones},
    opening::OpenTenant,
};
use crate::{
    accounts::{self, Check},
    infra::{
        db::{Db, Scope},
        web::{app::Settings, prelude::*},
    },
    urls,
};
use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::Data,
};
use askama::Template;

/// For the page, which is open to everybody.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/bootstrap", show).public(), Route::post("/bootstrap", create).public()]
}

#[derive(Template)]
#[template(path = "tenants/pages/bootstrap.html")]
struct BootstrapPage {
    title: &'static str,
    trouble: String,
    form: Submitted<OpeningForm>,
    zones: Vec<(String, String)>,
}

fn page(form: Submitted<OpeningForm>) -> BootstrapPage {
    BootstrapPage { title: "Set up your tenant", trouble: String::new(), form, zones: zones() }
}

/// The same for a key that is unknown, used or replaced: which of these it is, is for nobody who only guesses.
const NOT_GOOD: &str = "This key is not good. Check that it is whole; it may have been used or replaced. Ask whoever gave it to you for another.";

/// `GET /bootstrap`
async fn show() -> PageResult {
    let usual = OpeningForm { country: "US".into(), time_zone: "UTC".into(), ..OpeningForm::default() };
    page(Submitted::filled(usual)).ok()
}

/// `POST /bootstrap`
async fn create(
    req: HttpRequest,
    mut form: Submitted<OpeningForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    // Where it is reached is for the platform to set.
    form.values.host = String::new();
    let key = form.values.key.clone();
    if key.is_empty() {
        form.refuse("key", "Enter the bootstrap key.");
    }
    let opening: OpenTenant = match form.command() {
        Ok(opening) => opening,
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            return page(form).refused(why);
        }
    };
    let address = accounts::address(&req);
    let begun = match Check::secret("bootstrap key", &address).begin(&db).await {
        Ok(begun) => begun,
        Err(AppError::TooMany(wait)) => {
            let trouble = AppError::TooMany(wait).to_string();
            let mut response =
                BootstrapPage { trouble, ..page(form) }.with_status(StatusCode::TOO_MANY_REQUESTS)?;
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(wait));
            return Ok(response);
        }
        Err(error) => return Err(error),
    };
    let (base, made) = (settings.public_url.clone(), opening.clone());
    match db.write(Scope::background(None), move |tx| made.make_with_key(tx, &key, &base)).await {
        Ok(Some(_)) => {
            begun.right(&db).await?;
            let text = format!(
                "{} is set up. We have sent a mail to {} with a link to choose a password by.",
                opening.name, opening.admin_email
            );
            see_other_saying(urls::sign_in(), Flash::good(text))
        }
        // The key is good: whose it is has chosen a name that is taken.
        Err(AppError::Invalid(refusals)) => {
            begun.right(&db).await?;
            form.refuse_all(refusals);
            page(form).unprocessable()
        }
        Err(error) => Err(error),
        Ok(None) => {
            begun.wrong(&db).await?;
            page(form.refused("key", NOT_GOOD)).unprocessable()
        }
    }
}
