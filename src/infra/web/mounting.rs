//! Routes, mounted, with the check of who may use them. HEAD, OPTIONS and methods that a path has not are answered by [`super::methods`].
use super::{
    auth::Actor,
    errors::{self, AppError, Result},
    known_sessions::Relied,
    methods::Paths,
    routes::{Access, Route, Surface},
};
use crate::infra::db::Audience;
use actix_web::{
    HttpMessage, HttpRequest, Resource, Scope,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::{self, Data, ServiceConfig},
};
use std::collections::BTreeMap;

/// A segment of paths: the routes that end there, and the segments that follow. `{` sorts after every letter, so `new` is tried
/// before `{ticket}`.
#[derive(Default)]
struct Node {
    routes: Vec<(Option<Audience>, Route)>,
    children: BTreeMap<String, Node>,
}

/// Mounts all surfaces as a tree of scopes: actix tries one sibling after the other, and a pattern with a parameter is a regular
/// expression, so that a flat list of 250 paths takes as long as reading a row.
pub fn mount(cfg: &mut ServiceConfig, surfaces: Vec<Surface>) {
    let mut paths = Paths::default();
    paths.add_folder("/static");
    let mut root = Node::default();
    for surface in surfaces {
        for (method, path) in surface.paths() {
            paths.add(method.clone(), &path);
        }
        for route in surface.routes {
            let path = format!("{}{}", surface.prefix, route.path);
            let segments = path.split('/').skip(1);
            let node =
                segments.fold(&mut root, |node, name| node.children.entry(format!("/{name}")).or_default());
            node.routes.push((surface.audience, route));
        }
    }
    cfg.app_data(Data::new(paths));
    for (segment, node) in root.children {
        if node.children.is_empty() {
            cfg.service(resource(&segment, node.routes));
        } else {
            cfg.service(scope(&segment, node));
        }
    }
}

fn scope(segment: &str, node: Node) -> Scope {
    let scope = web::scope(segment).default_service(web::to(errors::no_route));
    let scope = if node.routes.is_empty() { scope } else { scope.service(resource("", node.routes)) };
    node.children.into_iter().fold(scope, |parent, (segment, node)| {
        if node.children.is_empty() {
            parent.service(resource(&segment, node.routes))
        } else {
            parent.service(self::scope(&segment, node))
        }
    })
}

/// One path.
fn resource(path: &str, routes: Vec<(Option<Audience>, Route)>) -> Resource {
    let resource = web::resource(path).default_service(web::to(errors::no_route));
    routes.into_iter().fold(resource, |resource, (audience, Route { access, handler, .. })| {
        resource.route(handler.wrap(from_fn(move |req, next| check(audience, access, req, next))))
    })
}

async fn check<B: MessageBody + 'static>(
    audience: Option<Audience>,
    access: Access,
    req: ServiceRequest,
    next: Next<B>,
) -> actix_web::Result<ServiceResponse<EitherBody<B>>> {
    match decide(audience, access, req.request()) {
        Ok(()) => {
            if access != Access::Public {
                req.extensions_mut().insert(Relied);
            }
            Ok(next.call(req).await?.map_into_left_body())
        }
        Err(error) => {
            req.extensions_mut().insert(Relied);
            Ok(req.error_response(error).map_into_right_body())
        }
    }
}

/// 404 before 403: for another audience the surface does not exist.
fn decide(audience: Option<Audience>, access: Access, req: &HttpRequest) -> Result<()> {
    if access == Access::Public {
        return Ok(());
    }
    let actor = Actor::of(req).ok_or(AppError::SignedOut)?;
    let is_for_them = match audience {
        // Inside of a tenant they are still of the platform.
        Some(Audience::Platform) => actor.audience() == Audience::Platform || actor.is_visiting,
        Some(audience) => actor.audience() == audience,
        None => true,
    };
    match access {
        _ if !is_for_them => Err(AppError::NotFound),
        Access::Needs(permission) if !actor.may(permission) => Err(AppError::Forbidden),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn a_literal_segment_goes_before_a_parameter() {
        let paths = [
            "/",
            "/tickets",
            "/tickets/{ticket}",
            "/tickets/new",
            "/tickets/export.{ending}",
            "/tickets/{ticket}/files",
        ];
        let pattern = async |req: HttpRequest| req.match_pattern();
        let routes = || paths.map(|path| Route::get(path, pattern).public()).into();
        let surfaces = || vec![Surface::new("", None, [routes()])];
        let app = test::init_service(App::new().configure(|cfg| mount(cfg, surfaces()))).await;
        for (uri, path) in
            ["/", "/tickets", "/tickets/7", "/tickets/new", "/tickets/export.csv", "/tickets/7/files"]
                .iter()
                .zip(paths)
        {
            let body = test::call_and_read_body(&app, test::TestRequest::with_uri(uri).to_request()).await;
            assert_eq!(body, path);
        }
    }

    #[actix_web::test]
    async fn nothing_but_what_is_public_is_served_to_the_signed_out() {
        let req = test::TestRequest::default().to_http_request();
        assert!(decide(None, Access::Public, &req).is_ok());
        for access in [Access::AnyUser, Access::Needs(super::super::permissions::Permission::TicketRead)] {
            assert!(matches!(decide(Some(Audience::Staff), access, &req), Err(AppError::SignedOut)));
        }
    }
}
