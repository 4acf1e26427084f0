//! What a page needs besides its own content: who is reading, where they are, what just happened.
use crate::infra::web::{
    filters,
    section::{MenuEntry, is_at},
};

/// How a flash message is dressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FlashKind {
    Good,
    Warn,
    Bad,
}

/// A sentence about what was just done, shown once on the next page.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
    /// A path to POST to, which takes back what was done; empty when it can't be.
    pub undo: String,
}

impl Flash {
    /// What can't be taken back.
    pub fn new(kind: FlashKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), undo: String::new() }
    }

    /// That it was done.
    pub fn good(text: impl Into<String>) -> Self {
        Self::new(FlashKind::Good, text)
    }
}

/// What there is to know, as a number.
#[derive(Clone, Debug)]
pub struct NotificationBadge {
    /// Counted up to 100.
    pub unread: i64,
    /// The page of notifications.
    pub url: String,
    /// The stream for pages that have no other.
    pub live: &'static str,
}

impl Shell {
    /// Whether this is the page at an address, or one below it.
    pub fn is_at(&self, url: &str) -> bool {
        is_at(&self.path, url)
    }
}

impl NotificationBadge {
    /// "3", "99+", or nothing.
    pub fn describe(&self) -> String {
        filters::few(self.unread)
    }

    /// In words, for those who can't see the bell.
    pub fn label(&self) -> String {
        match self.unread {
            ..=0 => "Notifications".into(),
            _ => format!("Notifications, {} unread", self.describe()),
        }
    }
}

/// A saved view that its reader keeps in the side bar.
#[derive(Clone, Debug)]
pub struct PinnedView {
    pub name: String,
    pub url: String,
}

/// Everything that the console's layout shows around a page.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// The title of the page, which names the thing first: "Northwind".
    pub title: String,
    /// The path of the page.
    pub path: String,
    pub user_name: String,
    pub user_email: String,
    pub tenant_name: String,
    /// Whether the reader may make and change customers: decides if "New customer" and "Import" are offered.
    pub may_write: bool,
    /// Whether the reader may change the settings of the tenant.
    pub may_manage_tenant: bool,
    /// The tenant that a platform admin has entered and not left, by name.
    pub visited: Option<String>,
    /// The menu of the surface.
    pub nav: Vec<MenuEntry>,
    /// Where the field at the head of the page searches, and its label, where that is one list alone.
    pub search: Option<(String, &'static str)>,
    /// What is made on such pages most, and where that begins.
    pub make: Option<(String, &'static str)>,
    /// Needs the room of a whole screen: the platform's pages.
    pub is_wide: bool,
    /// Where the mark on top leads.
    pub home: String,
    /// The role that says most about the reader, in words: "Tenant admin".
    pub role_name: String,
    pub flash: Option<Flash>,
    /// What of the page's address was passed over.
    pub notice: Option<Flash>,
    /// Their notifications; none on the platform.
    pub bell: Option<NotificationBadge>,
    pub pinned: Vec<PinnedView>,
    /// What the search box of the top bar holds.
    pub query: String,
    /// The reader's IANA time zone, for dates.
    pub time_zone: String,
    /// Table rows of 30 px instead of 36.
    pub compact: bool,
    /// How much may be uploaded with a message: "10 files of 25 MB each".
    pub uploads: String,
    /// Where the log stood before the page was read: whichever stream it listens to goes on from there.
    pub since: String,
}
