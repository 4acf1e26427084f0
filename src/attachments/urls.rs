//! The paths of attachments.
use crate::infra::db::ids::AttachmentId;

/// The surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    Console,
    Portal,
}

impl Files {
    pub fn download(self, id: &AttachmentId) -> String {
        match self {
            Self::Console => format!("/console/attachments/{id}"),
            Self::Portal => format!("/customer/attachments/{id}"),
        }
    }
    /// A picture, to be looked at.
    pub fn picture(self, id: &AttachmentId) -> String {
        format!("{}/picture", self.download(id))
    }
}
