//! Where people land, and the menus of the surfaces: what `infra` shows around every page.
use crate::{
    infra::{
        db::Audience,
        web::{
            auth::Actor,
            permissions::Role,
            shell::{MenuEntry, Section},
            site::Site,
        },
    },
    urls::{self, Log, Notices, Tasks},
};

/// For the server and the tests alike.
pub const SITE: Site = Site {
    home,
    sign_in: urls::sign_in_and_return,
    resume: urls::RESUME,
    notifications,
    live_badge: urls::live_bell,
    saved_view: urls::customers_with,
    menu,
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

fn menu(actor: &Actor, surface: Audience, current: Section) -> Vec<MenuEntry> {
    let pages = match surface {
        Audience::Portal => {
            let mut pages = vec![
                ("Home", urls::portal_home(), Section::Home),
                ("Tickets", urls::portal_tickets(), Section::Tickets),
                ("Calls", urls::calls::all_own(), Section::Calls),
                ("Company", urls::portal_company(), Section::Company),
            ];
            if actor.roles.contains(&Role::CustomerAdmin) {
                pages.push(("Team", urls::team(), Section::Team));
            }
            pages
        }
        Audience::Platform => vec![
            ("Tenants", urls::platform_home(), Section::Tenants),
            ("Audit log", Log::Platform.all(), Section::Log),
            ("Background tasks", Tasks::Platform.all(), Section::Tasks),
        ],
        _ => vec![],
    };
    pages.into_iter().map(|(name, url, of)| (name, url, of == current)).collect()
}
