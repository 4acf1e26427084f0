//! A sentence carried over a redirect, in a sealed cookie that the next page takes away.
use crate::infra::web::{
    app::Settings,
    encrypted::{self, Encrypted},
    shell::Flash,
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    cookie::SameSite,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};

impl Encrypted for Flash {
    const NAME: &'static str = "said";
    const MINUTES: i64 = 2;
    /// So that it is not lost where a link in a mail began the way.
    const SAME_SITE: SameSite = SameSite::Lax;
}

/// Leaves a message for [`carry`] to put into the cookie.
pub fn say(response: &mut HttpResponse, message: Flash) {
    response.extensions_mut().insert(message);
}

/// What the page before said, for this one to show.
pub fn carried(req: &HttpRequest) -> Option<Flash> {
    req.extensions().get::<Flash>().cloned()
}

/// Middleware: cookie to request, response to cookie.
pub async fn carry(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody + 'static>, Error> {
    let settings = req.app_data::<Data<Settings>>().cloned();
    let arrived = encrypted::is_brought::<Flash>(req.request());
    if let Some(given) = encrypted::given::<Flash>(req.request()) {
        req.extensions_mut().insert(given.value);
    }
    let mut response = next.call(req).await?;
    let Some(settings) = settings else { return Ok(response) };
    let leaving = response.response().extensions().get::<Flash>().cloned();
    if let Some(message) = leaving {
        encrypted::give(response.response_mut(), &settings, &message)?;
    } else if arrived && is_page(&response) {
        encrypted::take_away::<Flash, _>(response.response_mut(), &settings)?;
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
