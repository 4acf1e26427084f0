//! What a transaction may see, and on whose behalf it works.
use super::Plan;
use crate::infra::{
    db::ids::{SessionId, TenantId, UserId},
    web::{permissions::Permission, principal::Principal},
};
use std::{
    fmt::Write,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// In which capacity somebody works: it decides which policies apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Nobody,
    Staff,
    Portal,
    Platform,
    System,
}

/// What a transaction may see and on whose behalf it works. Without one there is no connection.
#[derive(Clone, Debug)]
pub struct Scope {
    pub audience: Audience,
    pub principal: Principal,
    pub request_id: Option<uuid::Uuid>,
    /// Nothing may be written: what is asked for is only to be shown (see [`crate::infra::web::stash`]).
    pub is_rehearsal: bool,
    /// Who is at work is known from memory, and the transaction that begins first asks whether that holds.
    pub confirmation: Option<Confirmation>,
    /// How often what the tenant's forms offer has changed, as far as the request knows (see [`cached`]).
    pub choices: Option<i64>,
}

impl Scope {
    /// Sees no tenant: for what happens before sign-in, by the role for that.
    pub fn nobody() -> Self {
        Self {
            audience: Audience::Nobody,
            principal: Principal::default(),
            request_id: None,
            is_rehearsal: false,
            confirmation: None,
            choices: None,
        }
    }

    /// As nobody, of whom it is known where they want to go.
    pub fn nobody_in(tenant_id: Option<TenantId>) -> Self {
        let principal = Principal { tenant_id, ..Principal::default() };
        Self { principal, ..Self::nobody() }
    }

    /// Of somebody who is signed in.
    pub fn of(principal: Principal) -> Self {
        Self { audience: principal.audience(), principal, ..Self::nobody() }
    }

    /// As it is, on behalf of this user.
    #[must_use]
    pub fn by(mut self, user: UserId) -> Self {
        self.principal.user_id = Some(user);
        self
    }

    /// Whether every customer of the tenant is in sight, rather than only assigned or created ones (SPEC §2): the twin of
    /// `sees_all_customers()` in the database, for statements that have a better plan where it is so.
    pub fn sees_all_customers(&self) -> bool {
        match self.audience {
            Audience::System => true,
            Audience::Staff => self.may(Permission::CustomerAll),
            Audience::Nobody | Audience::Portal | Audience::Platform => false,
        }
    }

    /// Background work for one tenant.
    pub fn system(tenant_id: TenantId) -> Self {
        Self::background(Some(tenant_id))
    }

    /// Background work for a tenant, or for the platform itself.
    pub fn background(tenant_id: Option<TenantId>) -> Self {
        Self { audience: Audience::System, ..Self::nobody_in(tenant_id) }
    }

    /// The statements that begin a transaction of this scope: one round trip. Everything in it is an id or a word of ours.
    pub(super) fn begin(&self, mode: &str, plan: Plan) -> String {
        fn or_empty(id: Option<impl ToString>) -> String {
            id.map_or(String::new(), |id| id.to_string())
        }
        let audience = match self.audience {
            Audience::Nobody => "",
            Audience::Staff => "staff",
            Audience::Portal => "portal",
            Audience::Platform => "platform",
            Audience::System => "system",
        };
        let mut sql = format!("BEGIN {mode}; SELECT set_config('app.audience', '{audience}', true)");
        for (name, value) in [
            ("tenant_id", or_empty(self.tenant_id)),
            ("user_id", or_empty(self.user_id)),
            ("customer_id", or_empty(self.customer_id)),
            ("client_id", or_empty(self.client_id)),
            (
                "permissions",
                if self.user_id.is_some() || !self.permissions.is_empty() {
                    self.permissions.setting()
                } else {
                    String::new()
                },
            ),
            ("request_id", or_empty(self.request_id)),
        ] {
            if !value.is_empty() {
                // Writing to a String can't fail.
                let _ = write!(sql, ", set_config('app.{name}', '{value}', true)");
            }
        }
        // Where they find a view under a table's name, it is that what they may see (migrations `customers`, `portal_views`).
        match self.audience {
            Audience::Platform => sql.push_str(", set_config('search_path', 'platform, public', true)"),
            Audience::Portal => sql.push_str(", set_config('search_path', 'portal, public', true)"),
            Audience::Nobody | Audience::Staff | Audience::System => {}
        }
        if let Some(Confirmation { session, version, choices, .. }) =
            self.confirmation.as_ref().filter(|confirmation| !confirmation.is_done())
        {
            let _ = write!(sql, ", session_confirm('{session}', {version}, {choices})");
        }
        match plan {
            Plan::Auto => {}
            Plan::Generic => sql.push_str(", set_config('plan_cache_mode', 'force_generic_plan', true)"),
            Plan::Custom => sql.push_str(", set_config('plan_cache_mode', 'force_custom_plan', true)"),
        }
        sql
    }
}

impl Deref for Scope {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.principal
    }
}

/// A session as this server knows it, to be compared with what PostgreSQL has.
#[derive(Clone, Debug)]
pub struct Confirmation {
    pub session: SessionId,
    /// What the session rests on, and what the tenant's forms offer, by their numbers.
    pub version: i64,
    pub choices: i64,
    is_done: Arc<AtomicBool>,
}

/// What `session_confirm` calls its refusal.
pub(in crate::infra) const CONFIRMED: &str = "session_confirmed";

impl Confirmation {
    /// Not asked for yet.
    pub fn new(session: SessionId, version: i64, choices: i64) -> Self {
        Self { session, version, choices, is_done: Arc::default() }
    }

    /// Whether a transaction of this request has asked.
    pub fn is_done(&self) -> bool {
        self.is_done.load(Ordering::Relaxed)
    }

    /// It was asked, and holds.
    pub(in crate::infra) fn note_done(&self) {
        self.is_done.store(true, Ordering::Relaxed);
    }
}
