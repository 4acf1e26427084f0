//! A sentence carried over a redirect, in a signed cookie that the next page takes away.
use super::{app::Settings, shell::Flash};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    cookie::{Cookie, CookieJar, Key, SameSite, time::Duration},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};

/// How long it waits for the next page, in seconds; the signed text says when that is over.
const SECONDS: u64 = 120;

#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    flash: Flash,
    /// In seconds since 1970.
    until: u64,
}

fn name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-said" } else { "said" }
}

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

/// Leaves a message for [`carry`] to put into the cookie.
pub fn say(response: &mut HttpResponse, message: Flash) {
    response.extensions_mut().insert(message);
}

/// What the page before said, for this one to show.
pub fn said(req: &HttpRequest) -> Option<Flash> {
    req.extensions().get::<Flash>().cloned()
}

/// Middleware: cookie to request, response to cookie.
pub async fn carry(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody + 'static>, Error> {
    let key = req.app_data::<web::Data<Key>>().cloned();
    let is_secure = req.app_data::<web::Data<Settings>>().is_some_and(|settings| settings.secure);
    let name = name(is_secure);
    let mut arrived = false;
    if let (Some(key), Some(cookie)) = (&key, req.cookie(name)) {
        let mut jar = CookieJar::new();
        jar.add_original(cookie);
        arrived = true;
        let kept = jar.signed(key).get(name).and_then(|c| serde_json::from_str::<Kept>(c.value()).ok());
        if let Some(kept) = kept.filter(|kept| kept.until > now()) {
            req.extensions_mut().insert(kept.flash);
        }
    }
    let mut response = next.call(req).await?;
    let leaving = response.response().extensions().get::<Flash>().cloned();
    if let (Some(key), Some(flash)) = (&key, leaving) {
        if let Ok(text) = serde_json::to_string(&Kept { flash, until: now() + SECONDS }) {
            // A semicolon would end the cookie. In JSON it only stands in texts, where it can be written so.
            let text = text.replace(';', "\\u003b");
            let mut jar = CookieJar::new();
            jar.signed_mut(key).add(Cookie::new(name, text));
            if let Some(signed) = jar.get(name) {
                let mut cookie = signed.clone();
                cookie.set_path("/");
                cookie.set_http_only(true);
                cookie.set_secure(is_secure);
                cookie.set_same_site(SameSite::Lax);
                cookie.set_max_age(Duration::seconds(SECONDS as i64));
                response.response_mut().add_cookie(&cookie)?;
            }
        }
    } else if arrived && is_page(&response) {
        let mut gone = Cookie::new(name, "");
        gone.set_path("/");
        gone.set_secure(is_secure);
        gone.make_removal();
        response.response_mut().add_cookie(&gone)?;
    }
    Ok(response)
}

fn is_page<B>(response: &ServiceResponse<B>) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("text/html"))
}
