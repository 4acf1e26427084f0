//! Running what was started.
use super::{model::Import, running, state::ImportState};
use crate::infra::{
    db::{
        Scope, Tx,
        events::Event,
        ids::{ImportId, UserId},
        schema::{tenants, users},
    },
    jobs::{Errand, Record, Task},
    web::{
        errors::Result,
        permissions::{Permission, Permissions, Role},
        principal::Principal,
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A run that was asked for: by whom, and when.
struct Start {
    by: Option<UserId>,
    request_id: Option<uuid::Uuid>,
    country: String,
    permissions: Permissions,
}

/// Runs the import of the event, as the user who started it and with what they may do now. A run that was broken off with its server begins
/// anew: nothing of it was left.
pub fn run_import(errand: &Errand) -> Result<Record> {
    for task in errand.tasks {
        let (Some(tenant), Some(id)) = (task.tenant_id, task.entity_id.map(ImportId)) else { continue };
        let Some(mut start) = errand.transaction(|tx| Start::find(tx, task, id))? else { continue };
        if let (Some(user), true) = (start.by, start.permissions.is_empty()) {
            // A platform admin belongs to no tenant.
            let own = Scope::background(None).by(user);
            start.permissions = errand.door().write_blocking(&own, |tx| permissions_of(tx, user))?;
        }
        if !start.permissions.has(Permission::CustomerWrite) {
            let text =
                "Who started this import may not import any more. No row was imported; you can run it again.";
            errand.transaction(|tx| Import::fail(tx, id, text, None))?;
            continue;
        }
        let principal = Principal {
            tenant_id: Some(tenant),
            user_id: start.by,
            permissions: start.permissions,
            ..Principal::default()
        };
        let scope = Scope { request_id: start.request_id, ..Scope::of(principal) };
        running::run(errand.door(), &scope, id, &start.country, &|| errand.is_stopping())?;
    }
    Ok(Box::new(|_| Ok(())))
}

impl Start {
    /// What the event asks for; none where it is no start, or that run has ended already.
    fn find(tx: &mut Tx, task: &Task, id: ImportId) -> Result<Option<Self>> {
        let Some(event) = Event::behind(tx, task)? else { return Ok(None) };
        let text = |name: &str| event.field(name).and_then(|value| value.as_str());
        let started: Option<DateTime<Utc>> = text("started_at").and_then(|at| at.parse().ok());
        if text("state") != Some(ImportState::Running.code()) || !Import::is_run_of(tx, id, started)? {
            return Ok(None);
        }
        let by = event.actor_id;
        Ok(Some(Self {
            by,
            request_id: event.request_id.as_deref().and_then(|id| id.parse().ok()),
            country: tenants::table
                .filter(tenants::id.nullable().eq(tx.scope.tenant_id))
                .select(tenants::country)
                .first(tx.conn)?,
            permissions: by.map(|user| permissions_of(tx, user)).transpose()?.unwrap_or_default(),
        }))
    }
}

/// What a user may do now; nothing where they are gone, or disabled.
fn permissions_of(tx: &mut Tx, user: UserId) -> Result<Permissions> {
    let codes: Option<Vec<Option<String>>> = users::table
        .filter(users::id.eq(user).and(users::disabled_at.is_null()))
        .select(users::roles)
        .first(tx.conn)
        .optional()?;
    let roles = codes.unwrap_or_default().into_iter().flatten().filter_map(|code| code.parse().ok());
    Ok(Permissions::of_roles(&roles.collect::<Vec<Role>>()))
}
