//! The paths of tenants.
use crate::infra::db::ids::{CustomerId, TenantId};

pub fn platform_home() -> String {
    "/platform/tenants".into()
}
/// The list under a query string, which may be empty.
pub fn tenants_with(query: &str) -> String {
    if query.is_empty() { platform_home() } else { format!("/platform/tenants?{query}") }
}
pub fn tenant_new() -> String {
    "/platform/tenants/new".into()
}
pub fn tenant(id: &TenantId) -> String {
    format!("/platform/tenants/{id}")
}
pub fn tenant_edit(id: &TenantId) -> String {
    format!("/platform/tenants/{id}/edit")
}
/// What disabling ends; POST here to disable.
pub fn tenant_disablement(id: &TenantId) -> String {
    format!("/platform/tenants/{id}/disablement")
}
pub fn tenant_disablement_end(id: &TenantId) -> String {
    format!("/platform/tenants/{id}/disablement/deletion")
}
/// POST here to enter.
pub fn tenant_entries(id: &TenantId) -> String {
    format!("/platform/tenants/{id}/entries")
}
/// POST here to leave the tenant that one has entered.
pub fn tenant_leave() -> String {
    "/platform/entry/deletion".into()
}
/// The tenant's own settings.
pub fn settings() -> String {
    "/console/settings".into()
}
/// The key by which a customer sets up a tenant of its own; POST here for a new one.
pub fn customer_bootstrap_key(id: &CustomerId) -> String {
    format!("/console/customers/{id}/bootstrap-key")
}
/// Where such a key is used.
pub fn bootstrap() -> String {
    "/bootstrap".into()
}
