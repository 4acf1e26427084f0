//! The paths of tags.
use crate::infra::db::ids::{CustomerId, TagId};

pub fn customer_tags(id: &CustomerId) -> String {
    format!("/console/customers/{id}/tags")
}
pub fn tags() -> String {
    "/console/tags".into()
}
pub fn tag(id: &TagId) -> String {
    format!("/console/tags/{id}")
}
pub fn tag_edit(id: &TagId) -> String {
    format!("/console/tags/{id}/edit")
}
pub fn tag_deletion(id: &TagId) -> String {
    format!("/console/tags/{id}/deletion")
}
