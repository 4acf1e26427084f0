//! What the plumbing has to know of the features: where people go, and which pages a surface offers. The features say it in one place,
//! beside the routes.
use super::{app::Settings, auth::Actor, section::Section};
use crate::infra::db::Audience;
use actix_web::{HttpRequest, web::Data};

/// The addresses and menus.
#[derive(Clone, Copy)]
pub struct Site {
    /// Where the user lands after sign-in, in this capacity.
    pub home: fn(Audience) -> String,
    /// The sign-in page, which leads on to a path afterwards; empty: home.
    pub sign_in: fn(&str) -> String,
    /// Where a form that was sent without a session is given back.
    pub resume: &'static str,
    /// The page of notifications, where there are any for this capacity.
    pub notifications: fn(Audience) -> Option<String>,
    /// The stream of pages that show nothing that changes.
    pub live_badge: &'static str,
    /// The list of customers under the query of a saved view.
    pub saved_view: fn(&str) -> String,
    /// The parts of a surface, in the order of its menu.
    pub sections: fn(Audience) -> &'static [Section],
    /// Paths that pages fetch by themselves: no sign of their reader.
    pub fetched_by_pages: &'static [&'static str],
}

impl Site {
    /// That of the application that serves this request.
    pub fn of(req: &HttpRequest) -> Option<&Self> {
        req.app_data::<Data<Settings>>().map(|settings| &settings.site)
    }

    /// Where they land after sign-in.
    pub fn home_of(&self, actor: &Actor) -> String {
        (self.home)(actor.audience())
    }
}
