//! The paths of saved views.
use crate::infra::{db::ids::SavedViewId, web::urls::pair};

pub fn views() -> String {
    "/console/views".into()
}
pub fn view_new(query: &str) -> String {
    format!("/console/views/new?{}", pair("query", query))
}
pub fn view_edit(id: &SavedViewId) -> String {
    format!("/console/views/{id}/edit")
}
pub fn view(id: &SavedViewId) -> String {
    format!("/console/views/{id}")
}
pub fn view_pin(id: &SavedViewId) -> String {
    format!("/console/views/{id}/pin")
}
pub fn view_unpin(id: &SavedViewId) -> String {
    format!("/console/views/{id}/pin/deletion")
}
/// What the view selects: POST a new query here.
pub fn view_query(id: &SavedViewId) -> String {
    format!("/console/views/{id}/query")
}
pub fn view_deletion(id: &SavedViewId) -> String {
    format!("/console/views/{id}/deletion")
}
