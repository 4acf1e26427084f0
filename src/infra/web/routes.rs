//! Routes as data: what is mounted, checked, answered for other methods, measured and walked by tests is one list.
use super::permissions::Permission;
use crate::infra::db::Audience;
use actix_web::{FromRequest, Handler, Responder, http::Method, web};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Signed out as well.
    Public,
    /// Whoever the surface is for.
    AnyUser,
    /// Of these, who has the permission. The others get 403.
    Needs(Permission),
}

/// A method and a path within a surface, with its handler. `{ticket}` and the like stand for the id of such a thing.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub(super) handler: actix_web::Route,
}

/// A route before it is decided who may use it. A list of [`Route`] can't hold it, so the decision can't be forgotten.
pub struct Unchecked(Route);

impl Route {
    /// HEAD is answered by it, too.
    pub fn get<F, Args>(path: &'static str, handler: F) -> Unchecked
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        Self::unchecked(Method::GET, path, web::get().to(handler))
    }

    pub fn post<F, Args>(path: &'static str, handler: F) -> Unchecked
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        Self::unchecked(Method::POST, path, web::post().to(handler))
    }

    pub fn delete<F, Args>(path: &'static str, handler: F) -> Unchecked
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        Self::unchecked(Method::DELETE, path, web::delete().to(handler))
    }

    fn unchecked(method: Method, path: &'static str, handler: actix_web::Route) -> Unchecked {
        Unchecked(Self { method, path, access: Access::Public, handler })
    }
}

impl Unchecked {
    /// For whoever has the permission.
    pub fn needs(self, permission: Permission) -> Route {
        Route { access: Access::Needs(permission), ..self.0 }
    }

    /// For everybody whom the surface is for.
    pub fn any_user(self) -> Route {
        Route { access: Access::AnyUser, ..self.0 }
    }

    /// Signed out as well. Who is signed in is looked at by the handler, if at all.
    pub fn public(self) -> Route {
        self.0
    }
}

/// The routes for one audience, under one prefix.
pub struct Surface {
    /// What all of its paths begin with: `/console`; empty for the root.
    pub prefix: &'static str,
    /// For whom it is there: the others get 404. `None`: whoever is signed in.
    pub audience: Option<Audience>,
    pub routes: Vec<Route>,
}

impl Surface {
    pub fn new(
        prefix: &'static str,
        audience: impl Into<Option<Audience>>,
        features: impl IntoIterator<Item = Vec<Route>>,
    ) -> Self {
        Self { prefix, audience: audience.into(), routes: features.into_iter().flatten().collect() }
    }

    /// Its routes as they are called: method and whole path.
    pub fn paths(&self) -> impl Iterator<Item = (&Method, String)> {
        self.routes.iter().map(|route| (&route.method, format!("{}{}", self.prefix, route.path)))
    }
}
