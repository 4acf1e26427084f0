//! Which methods each path has (RFC 9110, 9): HEAD is GET without the body, OPTIONS tells, and a method that a path has not is answered 405
//! with `Allow`. What the person may not see stays 404.
use crate::infra::{
    db::Audience,
    web::{auth::Actor, errors::AppError},
};
use actix_web::{
    Error, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header::ALLOW},
    middleware::Next,
    web::{Bytes, Data},
};
use std::{
    collections::HashMap,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

/// The paths of the product, segment by segment, with the methods that each has.
#[derive(Default)]
pub struct Paths {
    root: Node,
}

#[derive(Default)]
struct Node {
    methods: Vec<Method>,
    named: HashMap<String, Node>,
    /// Segments with a placeholder: what stands before and after it.
    open: Vec<(String, String, Node)>,
    /// Whether everything below is the same.
    is_folder: bool,
}

impl Paths {
    /// Notes a path, which has this method (among others).
    pub fn add(&mut self, method: Method, path: &str) {
        self.node(path).methods.push(method);
    }

    /// Notes a folder of files.
    pub fn add_folder(&mut self, path: &str) {
        let node = self.node(path);
        node.methods.push(Method::GET);
        node.is_folder = true;
    }

    fn node(&mut self, path: &str) -> &mut Node {
        path.split('/').fold(&mut self.root, Node::below)
    }

    /// The methods of whatever a path leads to; the most literal way counts, as it does for the router. Nothing where there is nothing.
    pub fn methods(&self, path: &str) -> &[Method] {
        let segments: Vec<&str> = path.split('/').collect();
        self.root.find(&segments).map_or(&[], |node| &node.methods)
    }
}

impl Node {
    fn below(&mut self, segment: &str) -> &mut Self {
        let placeholder = segment
            .split_once('{')
            .and_then(|(before, rest)| rest.split_once('}').map(|(_, after)| (before, after)));
        let Some((before, after)) = placeholder else {
            return self.named.entry(segment.to_owned()).or_default();
        };
        let known = self.open.iter().position(|(b, a, _)| (b.as_str(), a.as_str()) == (before, after));
        let at = known.unwrap_or_else(|| {
            self.open.push((before.to_owned(), after.to_owned(), Self::default()));
            self.open.len() - 1
        });
        &mut self.open[at].2
    }

    fn find(&self, segments: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = segments.split_first() else {
            return (!self.methods.is_empty()).then_some(self);
        };
        if self.is_folder {
            return Some(self);
        }
        if let Some(found) = self.named.get(*first).and_then(|node| node.find(rest)) {
            return Some(found);
        }
        let fitting = self.open.iter().filter(|(before, after, _)| {
            first.len() > before.len() + after.len()
                && first.starts_with(before.as_str())
                && first.ends_with(after.as_str())
        });
        // What has more letters of its own is more literal.
        let mut fitting: Vec<_> = fitting.collect();
        fitting.sort_by_key(|(before, after, _)| std::cmp::Reverse(before.len() + after.len()));
        fitting.into_iter().find_map(|(_, _, node)| node.find(rest))
    }
}

/// As `Allow` lists them.
fn allowed(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    if methods.contains(&Method::GET) {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// Middleware: asks for the page in place of its head, and keeps the body back. Outside of everything that makes an answer.
pub async fn head(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if req.method() != Method::HEAD {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    req.head_mut().method = Method::GET;
    let answer = next.call(req).await?;
    Ok(answer.map_body(|_, body| BoxBody::new(Headless(body.size()))))
}

/// As long as the body that it stands for, and empty.
struct Headless(BodySize);

impl MessageBody for Headless {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// Middleware: answers for methods that a path has not. Inside of what knows who asks.
pub async fn known(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let methods = req.app_data::<Data<Paths>>().map_or(&[][..], |paths| paths.methods(req.path()));
    if methods.is_empty() || methods.contains(req.method()) {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let (is_question, allow) = (req.method() == Method::OPTIONS, allowed(methods));
    if methods.contains(&Method::GET) {
        // Whoever does not find the page does not find out either that it is there.
        req.head_mut().method = Method::GET;
        let answer = next.call(req).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(answer.map_into_boxed_body());
        }
        return Ok(answer.into_response(describe(is_question, allow)));
    }
    if is_hidden(&req) {
        return Ok(req.error_response(AppError::NotFound));
    }
    // Not as a response made of an error, which would lose what it was.
    if is_question {
        return Ok(req.into_response(describe(is_question, allow)));
    }
    Ok(req.error_response(AppError::WrongMethod(allow)))
}

fn describe(is_question: bool, allow: String) -> HttpResponse {
    if is_question {
        HttpResponse::NoContent().insert_header((ALLOW, allow)).finish()
    } else {
        HttpResponse::from_error(AppError::WrongMethod(allow))
    }
}

/// Whether a path belongs to a surface that does not exist for who asks.
fn is_hidden(req: &ServiceRequest) -> bool {
    let Some(actor) = Actor::of(req.request()) else { return false };
    match req.path().split('/').nth(1) {
        Some("console") => actor.audience() != Audience::Staff,
        Some("customer") => actor.audience() != Audience::Portal,
        Some("platform") => actor.audience() != Audience::Platform && !actor.is_visiting,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_literal_way_counts() {
        let mut paths = Paths::default();
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/c/{id}"),
            (Method::POST, "/c/{id}"),
            (Method::GET, "/c/new"),
            (Method::GET, "/c/{table}.csv"),
            (Method::GET, "/c/export.{ending}"),
            (Method::POST, "/c/{id}/tags"),
            (Method::DELETE, "/c/new/x"),
        ] {
            paths.add(method, path);
        }
        paths.add_folder("/static");
        for (path, allow) in [
            ("/", "GET, HEAD, OPTIONS"),
            ("/c/1", "GET, POST, HEAD, OPTIONS"),
            ("/c/new", "GET, HEAD, OPTIONS"),
            ("/c/new/tags", "POST, OPTIONS"),
            ("/c/new/x", "DELETE, OPTIONS"),
            ("/c/a.csv", "GET, HEAD, OPTIONS"),
            ("/c/export.json", "GET, HEAD, OPTIONS"),
            ("/static/1f/app.css", "GET, HEAD, OPTIONS"),
        ] {
            assert_eq!(allowed(paths.methods(path)), allow, "{path}");
        }
        for path in ["/c", "/c/", "/c/1/", "/c/1/tags/2", "/d", ""] {
            assert!(paths.methods(path).is_empty(), "{path}");
        }
    }
}
