//! A sentence carried over a redirect, in a signed cookie that the next page takes away.
use super::shell::Flash;
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    cookie::{Cookie, CookieJar, Key, SameSite, time::Duration},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};

const NAME: &str = "said";

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
    let mut arrived = false;
    if let (Some(key), Some(cookie)) = (&key, req.cookie(NAME)) {
        let mut jar = CookieJar::new();
        jar.add_original(cookie);
        arrived = true;
        let message = jar.signed(key).get(NAME).and_then(|c| serde_json::from_str::<Flash>(c.value()).ok());
        if let Some(message) = message {
            req.extensions_mut().insert(message);
        }
    }
    let mut response = next.call(req).await?;
    let leaving = response.response().extensions().get::<Flash>().cloned();
    let secure = response.request().app_config().secure();
    if let (Some(key), Some(message)) = (&key, leaving) {
        if let Ok(text) = serde_json::to_string(&message) {
            // A semicolon would end the cookie. In JSON it only stands in texts, where it can be written so.
            let text = text.replace(';', "\\u003b");
            let mut jar = CookieJar::new();
            jar.signed_mut(key).add(Cookie::new(NAME, text));
            if let Some(signed) = jar.get(NAME) {
                let mut cookie = signed.clone();
                cookie.set_path("/");
                cookie.set_http_only(true);
                cookie.set_secure(secure);
                cookie.set_same_site(SameSite::Lax);
                cookie.set_max_age(Duration::minutes(2));
                response.response_mut().add_cookie(&cookie)?;
            }
        }
    } else if arrived && is_page(&response) {
        let mut gone = Cookie::new(NAME, "");
        gone.set_path("/");
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
