//! The parts of a surface, as its menu shows them. Each feature says its own; `lib.rs` puts them in order.
use super::permissions::{Permission, Permissions};
use crate::infra::web::auth::Actor;

/// Where something is.
pub type Url = fn() -> String;

/// A part of a surface: the pages below its paths belong to it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub label: &'static str,
    /// The name of its icon; empty: none.
    pub icon: &'static str,
    /// Where its entry leads.
    pub url: Url,
    /// The paths of its pages: each with everything below it. None: its entry is never the current one.
    paths: &'static [&'static str],
    needs: Option<Permission>,
    /// What the field at the head of its pages searches through, where that is its own list.
    pub searches: Option<&'static str>,
    /// What is made on its pages most: a label, and where that begins.
    pub makes: Option<(&'static str, Url)>,
}

impl Section {
    /// For everybody of the surface, with everything of the feature below these paths.
    pub const fn new(label: &'static str, url: Url, paths: &'static [&'static str]) -> Self {
        Self { label, icon: "", url, paths, needs: None, searches: None, makes: None }
    }

    #[must_use]
    pub const fn icon(self, icon: &'static str) -> Self {
        Self { icon, ..self }
    }

    /// Offered to whoever may do this.
    #[must_use]
    pub const fn needs(self, permission: Permission) -> Self {
        Self { needs: Some(permission), ..self }
    }

    /// The field at the head of its pages searches its own list, under this label.
    #[must_use]
    pub const fn searches(self, label: &'static str) -> Self {
        Self { searches: Some(label), ..self }
    }

    /// The button at the head of its pages.
    #[must_use]
    pub const fn makes(self, label: &'static str, url: Url) -> Self {
        Self { makes: Some((label, url)), ..self }
    }

    /// Whether somebody finds it in their menu.
    pub fn is_offered_to(&self, actor: &Actor) -> bool {
        self.needs.is_none_or(|permission| actor.may(permission))
    }

    /// Whether it is offered to whoever may do this and nothing else.
    pub fn is_within(&self, permissions: Permissions) -> bool {
        self.needs.is_none_or(|permission| permissions.has(permission))
    }

    /// Whether a page belongs to it.
    pub fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|own| is_at(path, own))
    }

    /// Its entry in the menu.
    pub fn entry(&self, is_current: bool) -> MenuEntry {
        MenuEntry { label: self.label, icon: self.icon, url: (self.url)(), is_current }
    }
}

/// Whether a path is that of a page, or of one below it.
pub fn is_at(path: &str, page: &str) -> bool {
    path.strip_prefix(page).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// An entry of a menu.
#[derive(Clone, Debug)]
pub struct MenuEntry {
    pub label: &'static str,
    pub icon: &'static str,
    pub url: String,
    pub is_current: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_the_section_above_it() {
        let tickets = Section::new(
            "Tickets",
            || "/console/tickets".into(),
            &["/console/tickets", "/console/saved-replies"],
        );
        for path in ["/console/tickets", "/console/tickets/7/messages", "/console/saved-replies/7"] {
            assert!(tickets.has(path), "{path}");
        }
        for path in ["/console", "/console/ticketsale", "/console/customers/7/tickets"] {
            assert!(!tickets.has(path), "{path}");
        }
    }
}
