//! The paths of saved replies.
use crate::infra::db::ids::SavedReplyId;

pub fn saved_replies() -> String {
    "/console/saved-replies".into()
}
pub fn saved_reply(id: &SavedReplyId) -> String {
    format!("/console/saved-replies/{id}")
}
pub fn saved_reply_deletion(id: &SavedReplyId) -> String {
    format!("/console/saved-replies/{id}/deletion")
}
