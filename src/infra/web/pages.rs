//! How a page becomes a response.
use crate::infra::{
    db::timing::Timing,
    web::{errors::AppError, flash, forms::Refused, limits::Reached, shell::Flash},
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentType},
    },
};
use askama::Template;

/// What a handler of a page returns.
pub type PageResult = Result<HttpResponse, AppError>;

/// Bytes that few pages exceed: a page that grows as it is written is copied several times.
const USUAL: usize = 48 << 10;

/// A struct with a template: a page.
pub trait Page: Template + Sized {
    /// The page.
    fn ok(self) -> PageResult {
        self.with_status(StatusCode::OK)
    }
    /// The form again, with what is wrong with it.
    fn unprocessable(self) -> PageResult {
        self.with_status(StatusCode::UNPROCESSABLE_ENTITY)
    }
    /// The form again, where a limit is reached.
    fn at_limit(self, reached: &Reached) -> PageResult {
        self.ok().map(|page| reached.on(page))
    }
    /// The form again: see [`Submitted::refused_by`](super::forms::Submitted::refused_by).
    fn refused(self, why: Refused) -> PageResult {
        match why {
            Refused::Invalid => self.unprocessable(),
            Refused::Limit(reached) => self.at_limit(&reached),
        }
    }
    /// The page under another status.
    fn with_status(self, status: StatusCode) -> PageResult {
        Ok(HttpResponse::build(status)
            .content_type(ContentType::html())
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .body(Timing::rendering(|| {
                let mut page = String::with_capacity(Self::SIZE_HINT.max(USUAL));
                self.render_into(&mut page).map(|()| page)
            })?))
    }
}
impl<T: Template> Page for T {}

/// After a POST: go there.
pub fn see_other(location: impl Into<String>) -> PageResult {
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location.into())).finish())
}

/// After a POST: go there and say this.
pub fn see_other_saying(location: impl Into<String>, message: Flash) -> PageResult {
    let mut response = HttpResponse::SeeOther().insert_header((header::LOCATION, location.into())).finish();
    flash::say(&mut response, message);
    Ok(response)
}

/// Whether `path` leads to a page of this site, so that it may be redirected to.
pub fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n'])
        && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_site_are_local() {
        assert!(is_local("/console/customers?q=a"));
        for elsewhere in
            ["", "//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nSet-Cookie: x", "console"]
        {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
