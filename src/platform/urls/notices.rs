//! Notifications, on the surface where they are read.
use super::pair;
use crate::platform::ids::{CallId, NotificationId, TicketId};

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
            Self::Console => super::calls::one(id),
            Self::Portal => super::calls::own(id),
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
pub fn unread() -> String {
    "/notifications/unread".into()
}
/// The stream of a page that shows nothing that changes: it tells of the bell alone.
pub fn live_bell(since: &str) -> String {
    format!("/live?list=bell&{}", pair("since", since))
}
