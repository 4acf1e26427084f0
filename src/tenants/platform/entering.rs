//! Entering a tenant, and leaving it.
use super::show::{EntryForm, ShowPage};
use crate::{
    infra::{db::ids::TenantId, web::prelude::*},
    tenants::{entering::Entry, model::Tenant},
    urls,
};
use actix_web::web::Path;

/// `POST /platform/tenants/{id}/entries`
pub async fn enter(admin: PlatformAdmin, id: Path<TenantId>, form: Submitted<EntryForm>) -> PageResult {
    let id = id.into_inner();
    if form.has_errors() {
        return ShowPage::of(&admin, id, form).await?.unprocessable();
    }
    let (session, sending) = (admin.session_id, form.sent());
    admin
        .once(sending, move |tx| {
            Tenant::find(tx, id)?;
            Entry::begin(tx, id, session, &form.values.reason)
        })
        .await?;
    see_other(urls::customers())
}

/// `POST /platform/entry/deletion`
pub async fn leave(admin: PlatformAdmin) -> PageResult {
    let session = admin.session_id;
    admin.write(move |tx| Entry::end(tx, session)).await?;
    see_other(urls::platform_home())
}
