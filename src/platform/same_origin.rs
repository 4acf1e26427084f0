//! Refuses what another site makes a browser send. `SameSite=Lax` keeps the cookie back; this refuses the request itself.
use super::{errors::AppError, tokens};
use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
};

/// Middleware for every surface: a request that could change something has to come from this very origin.
pub async fn only(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // No site can make a browser send a token, and beside one the cookie counts for nothing.
    if is_safe(req.method()) || tokens::carried(req.request()).is_some() || is_ours(req.request()) {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    // As a response, since an error would pass by the middleware that dresses it.
    Ok(req.error_response(AppError::CrossSite))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers say where a request comes from in `Sec-Fetch-Site`; older ones in `Origin`. Programs that say neither carry no cookie
/// that a site could abuse.
fn is_ours(req: &HttpRequest) -> bool {
    let text = |name: header::HeaderName| {
        req.headers().get(name).map(|v| v.to_str().unwrap_or("unreadable").to_owned())
    };
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site.as_str(), "same-origin" | "none");
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = req.connection_info().host().to_owned();
            origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(&host))
        }
    }
}
