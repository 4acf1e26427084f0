//! The paths of imports.
use crate::infra::db::ids::ImportId;

pub fn imports() -> String {
    "/console/imports".into()
}
pub fn import_new() -> String {
    "/console/imports/new".into()
}
pub fn import(id: &ImportId) -> String {
    format!("/console/imports/{id}")
}
pub fn import_mapping(id: &ImportId) -> String {
    format!("/console/imports/{id}/mapping")
}
pub fn import_reading(id: &ImportId) -> String {
    format!("/console/imports/{id}/reading")
}
pub fn import_check(id: &ImportId) -> String {
    format!("/console/imports/{id}/check")
}
pub fn import_problems(id: &ImportId) -> String {
    format!("/console/imports/{id}/problems.csv")
}
pub fn import_run(id: &ImportId) -> String {
    format!("/console/imports/{id}/run")
}
pub fn import_undo(id: &ImportId) -> String {
    format!("/console/imports/{id}/undo")
}
pub fn import_template() -> String {
    "/console/imports/template.csv".into()
}
