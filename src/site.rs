//! Where people land, and the menus of the surfaces: what `infra` shows around every page.
use crate::{
    infra::{db::Audience, web::site::Site},
    urls::{self, Notices},
};

/// For the server and the tests alike.
pub const SITE: Site = Site {
    home,
    sign_in: urls::sign_in_and_return,
    resume: urls::RESUME,
    notifications,
    live_badge: urls::LIVE_BELL,
    saved_view: urls::customers_with,
    sections: crate::sections,
    fetched_by_pages: &[urls::LIVE, urls::NOTIFICATIONS_UNREAD],
};

fn home(audience: Audience) -> String {
    match audience {
        Audience::Staff => urls::customers(),
        Audience::Portal => urls::portal_home(),
        _ => urls::platform_home(),
    }
}

fn notifications(audience: Audience) -> Option<String> {
    match audience {
        Audience::Staff => Some(Notices::Console.all()),
        Audience::Portal => Some(Notices::Portal.all()),
        _ => None,
    }
}
