//! The paths of notifications.
use crate::infra::{
    db::ids::{CallId, NotificationId, TicketId},
    web::urls::pair,
};

/// The surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notices {
    Console,
    Portal,
}

impl Notices {
    pub fn all(self) -> String {
        match self {
            Self::Console => "/console/notifications".into(),
            Self::Portal => "/customer/notifications".into(),
        }
    }
    pub fn after(self, cursor: &str) -> String {
        format!("{}?{}", self.all(), pair("after", cursor))
    }
    pub fn read_all(self) -> String {
        format!("{}/read", self.all())
    }
    pub fn read(self, id: &NotificationId) -> String {
        format!("{}/{id}/read", self.all())
    }
    pub fn choices(self) -> String {
        format!("{}/choices", self.all())
    }
    /// The call that one is about.
    pub fn call(self, id: &CallId) -> String {
        match self {
            Self::Console => crate::urls::calls::one(id),
            Self::Portal => crate::urls::calls::own(id),
        }
    }
    /// The ticket that one is about.
    pub fn ticket(self, id: &TicketId) -> String {
        match self {
            Self::Console => format!("/console/tickets/{id}"),
            Self::Portal => format!("/customer/tickets/{id}"),
        }
    }
}
/// How many are unread: for scripts.
pub const NOTIFICATIONS_UNREAD: &str = "/notifications/unread";
