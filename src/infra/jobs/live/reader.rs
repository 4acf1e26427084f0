//! An open page, and what it is told.
use super::{
    cursor::Cursor,
    log::{self, Batch, Change, Matter, Person, ShownChange, Visible},
};
use crate::infra::{
    db::{
        Audience, Db, Scope,
        ids::{CustomerId, SessionId, TenantId, UserId},
    },
    web::{
        auth::Actor,
        errors::{AppError, Result},
    },
};
use actix_web::web::Bytes;
use std::collections::{HashMap, HashSet};
use tokio::sync::mpsc;
use uuid::Uuid;

/// What a page shows, and so wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wants {
    /// A list of customers.
    Customers,
    /// One customer and what belongs to it.
    Customer(CustomerId),
    /// Nothing that it shows: only what everybody is told.
    Badge,
}

/// Who listens, in which scope, for what.
pub struct Reader {
    pub session: SessionId,
    pub user: UserId,
    pub claims_version: i32,
    pub wants: Wants,
    tenant: TenantId,
    scope: Scope,
    sees_all: bool,
    pub messages: mpsc::Sender<Bytes>,
}

impl Reader {
    /// `None` for those who belong to no tenant. In the portal everybody hears of their own customer, whatever they ask for.
    pub fn new(actor: &Actor, wants: Wants, messages: mpsc::Sender<Bytes>) -> Option<Self> {
        let wants = actor.customer_id.map_or(wants, Wants::Customer);
        let scope = Scope::of(actor.principal());
        Some(Self {
            session: actor.session_id,
            user: actor.user_id,
            claims_version: actor.claims_version,
            wants,
            tenant: actor.tenant_id?,
            sees_all: scope.sees_all_customers(),
            scope,
            messages,
        })
    }

    /// The customer that it watches.
    pub fn watched(&self) -> Option<Uuid> {
        match self.wants {
            Wants::Customer(id) => Some(id.0),
            Wants::Customers | Wants::Badge => None,
        }
    }

    fn wants(&self, change: &Change) -> bool {
        self.wants != Wants::Badge
            && change.tenant == self.tenant
            && self.watched().is_none_or(|id| id == change.customer.0)
            && (change.is_shown || !self.is_in_portal())
    }

    /// As whom the policies are asked.
    fn person(&self) -> Person {
        Person {
            id: self.user,
            audience: if self.is_in_portal() { "portal" } else { "staff" },
            customer: self.scope.customer_id,
            client: self.scope.client_id,
            permissions: self.scope.permissions.setting(),
            lists: false,
        }
    }

    fn is_in_portal(&self) -> bool {
        self.scope.audience == Audience::Portal
    }

    /// Hands over a message. `false`: it is too slow, or gone.
    pub fn notify(&self, message: Bytes) -> bool {
        self.messages.try_send(message).is_ok()
    }
}

/// Who is told the same: everybody who sees all customers of a tenant, and otherwise the pages of one user.
type Alike = (TenantId, Wants, Option<UserId>);

/// Works out what a batch is for each reader, once for those who are told the same.
pub struct Delivery<'a> {
    db: &'a Db,
    batch: &'a Batch,
    cursor: &'a Cursor,
    messages: HashMap<Alike, Option<Bytes>>,
    /// Of each tenant those who don't see all, and whether a list is among their pages.
    people: HashMap<TenantId, HashMap<UserId, Person>>,
    /// What they see, as far as it was asked for; none where that failed.
    visible: HashMap<TenantId, Option<HashMap<UserId, Visible>>>,
    nothing: Visible,
}

impl<'a> Delivery<'a> {
    pub fn new(db: &'a Db, batch: &'a Batch, cursor: &'a Cursor, readers: &[Reader]) -> Self {
        let mut people: HashMap<TenantId, HashMap<UserId, Person>> = HashMap::new();
        for reader in readers.iter().filter(|reader| !reader.sees_all && reader.wants != Wants::Badge) {
            let of_tenant = people.entry(reader.tenant).or_default();
            of_tenant.entry(reader.user).or_insert_with(|| reader.person()).lists |=
                reader.wants == Wants::Customers;
        }
        let (messages, visible) = (HashMap::new(), HashMap::new());
        Self { db, batch, cursor, messages, people, visible, nothing: Visible::default() }
    }

    /// The message for a reader, if anything in the batch is for them.
    pub fn message(&mut self, reader: &Reader) -> Result<Option<Bytes>> {
        if self.batch.lost {
            return Ok(Some(reload(self.cursor, "lost")));
        }
        if self.batch.changes.is_empty() && self.batch.many.is_empty() {
            return Ok(None);
        }
        let alike = (reader.tenant, reader.wants, (!reader.sees_all).then_some(reader.user));
        if let Some(message) = self.messages.get(&alike) {
            return Ok(message.clone());
        }
        let message = self.written(reader)?;
        self.messages.insert(alike, message.clone());
        Ok(message)
    }

    fn written(&mut self, reader: &Reader) -> Result<Option<Bytes>> {
        if self.is_one_of_many(reader)? {
            return Ok(Some(reload(self.cursor, "many")));
        }
        let batch = self.batch;
        let wanted: Vec<&Change> = batch.changes.iter().filter(|change| reader.wants(change)).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        let mut changes = wanted;
        if !reader.sees_all {
            let visible = self.visible_to(reader)?;
            changes.retain(|change| match reader.scope.audience {
                Audience::Staff => visible.events.contains(&change.id),
                _ => visible.records.contains(&change.entity_id),
            });
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let changes = match reader.is_in_portal() {
            true => serde_json::to_string(&changes.into_iter().map(ShownChange::from).collect::<Vec<_>>()),
            false => serde_json::to_string(&changes),
        };
        let changes = changes.map_err(AppError::internal)?;
        Ok(Some(format!("id: {}\nevent: changes\ndata: {changes}\n\n", self.cursor).into()))
    }

    /// Whether a change of very many records concerns a reader.
    fn is_one_of_many(&mut self, reader: &Reader) -> Result<bool> {
        match reader.wants {
            Wants::Customer(id) => match self.batch.touched.get(&id) {
                Some(touched)
                    if touched.tenant == reader.tenant && (touched.is_shown || !reader.is_in_portal()) =>
                {
                    Ok(reader.sees_all || self.visible_to(reader)?.records.contains(&id.0))
                }
                _ => Ok(false),
            },
            Wants::Badge => Ok(false),
            Wants::Customers => match self.batch.many.get(&reader.tenant) {
                Some(_) => Ok(reader.sees_all || self.visible_to(reader)?.concerns),
                None => Ok(false),
            },
        }
    }

    /// What of the batch the policies show to a reader: asked once for all readers of their tenant. Staff hear of the events that they
    /// may read; the portal reads none, and hears of those records that it shows. A customer that is deleted is visible to neither,
    /// so they hear nothing of it.
    fn visible_to(&mut self, reader: &Reader) -> Result<&Visible> {
        if !self.visible.contains_key(&reader.tenant) {
            let people: Vec<Person> =
                self.people.remove(&reader.tenant).unwrap_or_default().into_values().collect();
            let found = log::visible(self.db, reader.tenant, &people, &self.matter(reader.tenant));
            let found =
                found.inspect_err(|error| tracing::warn!(?error, "what readers may see can't be told"));
            self.visible.insert(reader.tenant, found.ok());
        }
        match self.visible.get(&reader.tenant) {
            Some(Some(found)) => Ok(found.get(&reader.user).unwrap_or(&self.nothing)),
            _ => Err(AppError::Unavailable),
        }
    }

    /// What there is to ask of the batch for a tenant's readers.
    fn matter(&self, tenant: TenantId) -> Matter {
        let own = || self.batch.changes.iter().filter(move |change| change.tenant == tenant);
        let touched: Vec<Uuid> = self
            .batch
            .touched
            .iter()
            .filter(|(_, touched)| touched.tenant == tenant)
            .map(|(customer, _)| customer.0)
            .collect();
        let customers: HashSet<Uuid> =
            own().map(|change| change.customer.0).chain(touched.iter().copied()).collect();
        Matter {
            customers: customers.into_iter().collect(),
            events: own().map(|change| change.id).collect(),
            earliest: own().map(|change| change.at).min().unwrap_or_default(),
            records: own().map(|change| change.entity_id).chain(touched).collect(),
            transactions: self.batch.many.get(&tenant).cloned().unwrap_or_default(),
        }
    }
}

/// Tells a page that it can't be told what has changed: "many" changes at once, or "lost" its place.
pub fn reload(cursor: &Cursor, why: &str) -> Bytes {
    format!("id: {cursor}\nevent: reload\ndata: {why}\n\n").into()
}

/// Tells a page that its reader has a new notification.
pub fn badge(cursor: &Cursor) -> Bytes {
    format!("id: {cursor}\nevent: bell\ndata:\n\n").into()
}

/// Begins a stream: after how long to come back when it breaks, and where the log stands.
pub fn hello(cursor: &Cursor) -> Bytes {
    format!("retry: 2000\n{}", String::from_utf8_lossy(&here(cursor))).into()
}

/// Tells where the log stands, which keeps the connection open too.
pub fn here(cursor: &Cursor) -> Bytes {
    format!("id: {cursor}\nevent: here\ndata:\n\n").into()
}
