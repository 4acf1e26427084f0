//! Who is asking. An extractor per kind of person: a handler that takes `Staff` can't be reached by a customer, and one that takes
//! `Staff` not by staff who may only read.
use crate::infra::{
    db::{
        Audience, Confirmation, Db, Plan, Scope, Tx,
        ids::{CustomerId, SessionId, TenantId, UserId},
        submissions::{self, Once, Submission},
    },
    jobs::live::Live,
    web::{
        app::Settings,
        errors::{AppError, Result},
        flash,
        known_sessions::Relied,
        permissions::{Permission, Permissions, Role},
        principal::Principal,
        problem::is_for_programs,
        query::{self, Leftover},
        shell::{NotificationBadge, PinnedView, Shell},
        site::Site,
        stash::Restored,
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use futures_util::future::{self, Either, LocalBoxFuture};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{
    future::{Ready, ready},
    ops::Deref,
    sync::Arc,
};
use tracing_actix_web::RequestId;

/// A signed-in person, as the look-up of their session or token found them. What they may do is asked of the [`Principal`].
#[derive(Clone, Debug, Deserialize)]
pub struct Actor {
    #[serde(skip)]
    principal: Principal,
    pub session_id: SessionId,
    pub user_id: UserId,
    /// A platform admin who has entered the tenant, and belongs to none.
    #[serde(default)]
    pub is_visiting: bool,
    pub tenant_name: String,
    /// ISO 3166-1 country of the tenant: how phone numbers without a country code are read.
    pub country: String,
    pub name: String,
    pub email: String,
    /// As they are shown.
    pub roles: Vec<Role>,
    pub time_zone: String,
    pub compact: bool,
    /// Claims: the products of their customer (SPEC §12), and how often any claim of theirs has changed.
    pub products: Vec<String>,
    pub claims_version: i32,
    /// Counts what the session rests on, and what the tenant's forms offer: see [`super::known_sessions`].
    #[serde(default)]
    pub version: i64,
    #[serde(default)]
    pub choices: i64,
    /// Notifications that wait for them, counted up to 100.
    #[serde(default)]
    pub unread: i64,
    pinned: Vec<Pinned>,
}

#[derive(Clone, Debug, Deserialize)]
struct Pinned {
    name: String,
    query: String,
}

/// What makes the principal of a person.
#[derive(Deserialize)]
struct Belonging {
    user_id: UserId,
    tenant_id: Option<TenantId>,
    customer_id: Option<CustomerId>,
    roles: Vec<Role>,
}

impl From<Belonging> for Principal {
    fn from(belonging: Belonging) -> Self {
        let Belonging { user_id, tenant_id, customer_id, roles } = belonging;
        let permissions = Permissions::of_roles(&roles);
        Self { tenant_id, user_id: Some(user_id), customer_id, client_id: None, permissions }
    }
}

impl Deref for Actor {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl Actor {
    /// Reads what a look-up found.
    pub fn read(found: &Value) -> serde_json::Result<Self> {
        let actor = Self::deserialize(found)?;
        Ok(Self { principal: Belonging::deserialize(found)?.into(), ..actor })
    }

    /// Who they are to a transaction.
    pub fn principal(&self) -> Principal {
        self.principal
    }

    /// Their id where they belong to the tenant that they work in, so that something there may be theirs.
    pub fn member(&self) -> Option<UserId> {
        (!self.is_visiting).then_some(self.user_id)
    }

    /// What their transactions may see.
    pub fn scope(&self, req: &HttpRequest) -> Scope {
        Scope {
            request_id: req.extensions().get::<RequestId>().map(|id| **id),
            is_rehearsal: req.extensions().contains::<Restored>(),
            confirmation: req.extensions().get::<Confirmation>().cloned(),
            choices: Some(self.choices).filter(|count| *count > 0),
            ..Scope::of(self.principal)
        }
    }

    /// The person of this request, if somebody is signed in.
    pub fn of(req: &HttpRequest) -> Option<Arc<Self>> {
        req.extensions().get::<Arc<Self>>().cloned()
    }
}

/// Marks a request of a platform admin who works inside this tenant: what they read there is written to its log.
#[derive(Clone, Copy)]
pub struct Visiting(pub TenantId);

/// A signed-in person of any kind, with the door to the database in their scope.
pub struct SignedIn {
    actor: Arc<Actor>,
    scope: Scope,
    /// The tenant that a platform admin has entered, by id and name.
    visited: Option<(TenantId, String)>,
    db: Db,
    site: Site,
    /// Of the request.
    path: String,
    flash: Option<crate::infra::web::shell::Flash>,
    since: String,
    refreshes: bool,
    uploads: String,
    leftover: Leftover,
}

impl SignedIn {
    /// One transaction that looks.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.read(self.scope.clone(), work).await
    }

    /// One transaction that looks, with a say in how its statements are planned.
    pub async fn read_planned<T: Send + 'static>(
        &self,
        plan: Plan,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.read_planned(self.scope.clone(), plan, work).await
    }

    /// One transaction that changes things, all of them or none.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(self.scope.clone(), work).await
    }

    /// As [`SignedIn::write`], once for what was sent: see [`submissions::once`].
    pub async fn once<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        sent: Option<Submission>,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        Ok(self.once_or_again(sent, work).await?.of)
    }

    /// As [`SignedIn::once`], and tells whether it happened now.
    pub async fn once_or_again<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        sent: Option<Submission>,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<Once<T>> {
        self.write(move |tx| submissions::once(tx, sent.as_ref(), work)).await
    }

    /// As [`SignedIn::read`], for what checks their own credentials.
    pub async fn read_at_sign_in<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.at_sign_in().read(self.scope.clone(), work).await
    }

    /// As [`SignedIn::once`], for what changes their own credentials.
    pub async fn once_at_sign_in<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        sent: Option<Submission>,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let work = move |tx: &mut Tx| submissions::once(tx, sent.as_ref(), work);
        Ok(self.db.at_sign_in().write(self.scope.clone(), work).await?.of)
    }

    /// The door itself and the scope, for work that goes on after the answer.
    pub fn door(&self) -> (Db, Scope) {
        (self.db.clone(), self.scope.clone())
    }

    /// Whether the page fetches itself anew, rather than its reader opening it.
    pub fn refreshes(&self) -> bool {
        self.refreshes
    }

    /// What the layout shows around a page.
    pub fn shell(&self, title: impl Into<String>) -> Shell {
        self.shell_of(Audience::Staff, title.into())
    }

    fn shell_of(&self, surface: Audience, title: String) -> Shell {
        let sections = (self.site.sections)(surface);
        let place = sections.iter().position(|section| section.has(&self.path));
        let current = place.and_then(|place| sections.get(place));
        let offered = sections.iter().enumerate().filter(|(_, section)| section.is_offered_to(&self.actor));
        Shell {
            title,
            path: self.path.clone(),
            user_name: self.actor.name.clone(),
            user_email: self.actor.email.clone(),
            tenant_name: self.actor.tenant_name.clone(),
            may_write: self.actor.may(Permission::CustomerWrite),
            may_manage_tenant: self.actor.may(Permission::TenantManage),
            visited: self.visited.as_ref().map(|(_, name)| name.clone()),
            nav: offered.map(|(at, section)| section.entry(place == Some(at))).collect(),
            search: current.and_then(|section| Some(((section.url)(), section.searches?))),
            make: current.and_then(|section| section.makes).map(|(label, url)| (url(), label)),
            is_wide: false,
            home: self.site.home_of(&self.actor),
            role_name: Role::ALL
                .into_iter()
                .find(|role| self.actor.roles.contains(role))
                .map_or(String::new(), |role| role.name().to_owned()),
            flash: self.flash.clone(),
            notice: self.leftover.notice(),
            bell: self.bell(),
            pinned: self
                .actor
                .pinned
                .iter()
                .map(|view| PinnedView { name: view.name.clone(), url: (self.site.saved_view)(&view.query) })
                .collect(),
            query: String::new(),
            time_zone: self.actor.time_zone.clone(),
            compact: self.actor.compact,
            since: self.since.clone(),
            uploads: self.uploads.clone(),
        }
    }

    /// What the layout shows around a page of the portal.
    pub fn portal_shell(&self, title: impl Into<String>) -> Shell {
        self.shell_of(Audience::Portal, title.into())
    }

    /// What the layout shows around a page of the platform.
    pub fn platform_shell(&self, title: impl Into<String>) -> Shell {
        Shell {
            tenant_name: "Clientele platform".into(),
            is_wide: true,
            ..self.shell_of(Audience::Platform, title.into())
        }
    }

    /// What there is to know; `None` for those who get no notifications here.
    pub fn bell(&self) -> Option<NotificationBadge> {
        // A visitor does not belong there, and gets no notifications.
        let url = (self.site.notifications)(self.actor.audience()).filter(|_| !self.actor.is_visiting)?;
        Some(NotificationBadge { unread: self.actor.unread, url, live: self.site.live_badge })
    }

    fn of(req: &HttpRequest) -> Result<Self> {
        let actor = Actor::of(req).ok_or(AppError::SignedOut)?;
        req.extensions_mut().insert(Relied);
        let (Some(db), Some(site)) = (req.app_data::<web::Data<Db>>(), Site::of(req)) else {
            return Err(AppError::internal("the application has no database, or no pages"));
        };
        let scope = actor.scope(req);
        if let Some(tenant) = actor.tenant_id.filter(|_| actor.is_visiting) {
            req.extensions_mut().insert(Visiting(tenant));
        }
        let since = req.app_data::<web::Data<Live>>().and_then(|live| live.place());
        let since = since.map_or(String::new(), |place| place.to_string());
        let refreshes = req.headers().contains_key("x-refresh");
        let settings = req.app_data::<web::Data<Settings>>();
        if let Some(settings) = settings
            && (is_for_programs(req.path()) || searches(req.query_string()))
        {
            settings.pace.take(actor.user_id)?;
        }
        let uploads = settings.map_or(String::new(), |settings| settings.files.limits.describe());
        Ok(Self {
            since,
            refreshes,
            uploads,
            visited: actor.tenant_id.filter(|_| actor.is_visiting).map(|id| (id, actor.tenant_name.clone())),
            actor,
            scope,
            db: db.get_ref().clone(),
            site: *site,
            path: req.path().to_owned(),
            flash: flash::carried(req),
            leftover: Leftover::of(req),
        })
    }
}

/// Whether a page looks something up that somebody typed.
fn searches(query: &str) -> bool {
    query.split('&').any(|pair| pair.strip_prefix("q=").is_some_and(|typed| !typed.is_empty()))
}

impl SignedIn {
    /// As [`SignedIn::of`], where they are at home: a platform admin who has entered a tenant is one of the platform here.
    fn at_home(req: &HttpRequest) -> Result<Self> {
        let mut person = Self::of(req)?;
        if person.actor.is_visiting {
            let actor = Arc::make_mut(&mut person.actor);
            actor.principal.tenant_id = None;
            actor.tenant_name = String::new();
            actor.is_visiting = false;
            person.scope = person.actor.scope(req);
        }
        Ok(person)
    }
}

impl Deref for SignedIn {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl FromRequest for SignedIn {
    type Error = AppError;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req))
    }
}

/// Somebody who looks after their own account, wherever they are at work.
pub struct Oneself(SignedIn);

impl Deref for Oneself {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for Oneself {
    type Error = AppError;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(SignedIn::at_home(req).map(Self))
    }
}

/// Staff of a tenant. Others get 404: the console does not exist for them. What they need a permission for, the route says.
pub struct Staff(SignedIn);

impl Deref for Staff {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for Staff {
    type Error = AppError;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(SignedIn::of(req).and_then(|person| match person.audience() {
            Audience::Staff => Ok(Self(person)),
            _ => Err(AppError::NotFound),
        }))
    }
}

/// A user of a customer, in the portal.
pub struct PortalUser(SignedIn);

impl Deref for PortalUser {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for PortalUser {
    type Error = AppError;
    type Future = Either<future::Ready<Result<Self>>, LocalBoxFuture<'static, Result<Self>>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Their programs use it too.
        let found = SignedIn::of(req).and_then(|person| match person.audience() {
            Audience::Portal => Ok(Self(person)),
            _ => Err(AppError::NotFound),
        });
        query::strictly(req, found)
    }
}

/// Who manages the team of a customer in the portal. For their colleagues these pages do not exist.
pub struct TeamAdmin(SignedIn);

impl Deref for TeamAdmin {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for TeamAdmin {
    type Error = AppError;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(SignedIn::of(req).and_then(|person| match person.audience() {
            Audience::Portal if person.may(Permission::UserManage) => Ok(Self(person)),
            _ => Err(AppError::NotFound),
        }))
    }
}

/// Somebody who runs the installation. Inside a tenant as well: these pages are not the tenant's.
pub struct PlatformAdmin(SignedIn);

impl PlatformAdmin {
    /// Whether they are inside this tenant.
    pub fn is_inside(&self, tenant: TenantId) -> bool {
        self.0.visited.as_ref().is_some_and(|(visited, _)| *visited == tenant)
    }
}

impl Deref for PlatformAdmin {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for PlatformAdmin {
    type Error = AppError;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(SignedIn::at_home(req).and_then(|person| match person.audience() {
            Audience::Platform => Ok(Self(person)),
            _ => Err(AppError::NotFound),
        }))
    }
}
