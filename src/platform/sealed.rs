//! A value that travels with a browser for a few minutes, which nobody but this server can read or make.
use super::{
    app::Settings,
    errors::{AppError, Result},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, CookieJar, Key, SameSite, time::Duration},
    web::Data,
};
use serde::{Serialize, de::DeserializeOwned};

/// Gives it to the browser, for this path and so many minutes.
pub fn give(
    response: &mut HttpResponse,
    settings: &Settings,
    name: &'static str,
    path: String,
    minutes: i64,
    value: &impl Serialize,
) -> Result<()> {
    let mut jar = CookieJar::new();
    let text = serde_json::to_string(value).map_err(AppError::internal)?;
    jar.private_mut(&settings.key).add(Cookie::new(name, text));
    if let Some(cookie) = jar.get(name) {
        let mut cookie = cookie.clone();
        cookie.set_path(path);
        cookie.set_http_only(true);
        cookie.set_secure(settings.secure);
        cookie.set_same_site(SameSite::Strict);
        cookie.set_max_age(Duration::minutes(minutes));
        response.add_cookie(&cookie).map_err(AppError::internal)?;
    }
    Ok(())
}

/// What the browser was given, if it is ours and still there.
pub fn given<T: DeserializeOwned>(req: &HttpRequest, name: &str) -> Option<T> {
    let key = req.app_data::<Data<Key>>()?;
    let mut jar = CookieJar::new();
    jar.add_original(req.cookie(name)?);
    let cookie = jar.private(key).get(name)?;
    serde_json::from_str(cookie.value()).ok()
}
