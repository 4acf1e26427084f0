//! Refuses what another site makes a browser send. `SameSite=Lax` keeps the cookie back; this refuses the request itself.
use crate::infra::web::{app::Settings, client, errors::AppError, tokens};
use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header, uri::Authority},
    middleware::Next,
    web::Data,
};
use url::Url;

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

/// Whether an origin is that of the installation, scheme and port too, or of the host that was asked for under the scheme by which the
/// installation is reached: a tenant's own host, or `localhost` where the setting says `127.0.0.1`.
fn is_own_origin(origin: &str, public_url: &str, host: Option<&Authority>) -> bool {
    let (Ok(origin), Ok(public)) = (Url::parse(origin), Url::parse(public_url)) else { return false };
    let here = host.and_then(|host| Url::parse(&format!("{}://{host}", public.scheme())).ok());
    // An origin that is opaque ("null") is equal to no other.
    origin.origin() == public.origin() || here.is_some_and(|here| origin.origin() == here.origin())
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
            let Some(settings) = req.app_data::<Data<Settings>>() else { return false };
            is_own_origin(&origin, &settings.public_url, client::authority(req).as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_origin;

    #[test]
    fn scheme_host_and_port_are_compared() {
        let home = "http://127.0.0.1:8080";
        for (origin, public, host, is_own) in [
            ("http://127.0.0.1:8080", home, "127.0.0.1:8080", true),
            ("http://localhost:8080", home, "localhost:8080", true),
            ("http://localhost:3000", home, "localhost:8080", false),
            ("https://localhost:8080", home, "localhost:8080", false),
            ("http://evil.test", home, "127.0.0.1:8080", false),
            ("https://crm.test", "https://crm.test", "10.0.0.5:8080", true),
            ("https://crm.test", "https://crm.test/", "crm.test:443", true),
            ("http://crm.test", "https://crm.test", "crm.test", false),
            ("https://portal.acme.test", "https://crm.test", "Portal.acme.test", true),
            ("https://portal.acme.test.evil.test", "https://crm.test", "portal.acme.test", false),
            ("https://portal.acme.test:444", "https://crm.test", "portal.acme.test", false),
            ("null", "https://crm.test", "crm.test", false),
            ("unreadable", "https://crm.test", "crm.test", false),
        ] {
            assert_eq!(is_own_origin(origin, public, host.parse().ok().as_ref()), is_own, "{origin} {host}");
        }
    }
}
