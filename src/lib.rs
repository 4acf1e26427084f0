//! Clientele: a customer-management server. Each module is a feature; `infra` is the plumbing under them.
pub mod accounts;
pub mod assignments;
pub mod attachments;
pub mod calls;
pub mod cli;
pub mod config;
pub mod contacts;
pub mod customers;
pub mod demo;
pub mod events;
pub mod health;
pub mod imports;
pub mod infra;
pub mod isolation;
pub mod lifecycle;
pub mod live;
pub mod mails;
pub mod maintenance;
pub mod notes;
pub mod notifications;
pub mod organisation;
pub mod registration;
pub mod reports;
pub mod routing;
pub mod saved_replies;
pub mod saved_views;
pub mod search;
pub mod site;
pub mod statistics;
pub mod styleguide;
pub mod tags;
pub mod tasks;
pub mod tenants;
pub mod tickets;
pub mod urls;
pub mod users;
pub mod values;

use actix_web::web::ServiceConfig;
use infra::{
    db::Audience::{self, Platform, Portal, Staff},
    entity::Entity,
    web::{app::Settings, mounting::mount, routes::Surface, section::Section},
};

/// Every thing that users know.
pub const ENTITIES: &[Entity] = &[
    customers::entity::CUSTOMER,
    lifecycle::entity::DEACTIVATION,
    lifecycle::entity::API_KEY,
    notes::entity::NOTE,
    contacts::entity::CONTACT,
    organisation::entity::LOCATION,
    assignments::entity::ASSIGNMENT,
    tags::entity::CUSTOMER_TAG,
    tags::entity::TAG,
    customers::entity::COMPANY,
    calls::entity::CALL,
    calls::entity::CALL_NOTE,
    tickets::entity::TICKET,
    tickets::entity::TICKET_MESSAGE,
    tickets::entity::TICKET_TAG,
    tickets::entity::TICKET_COPY,
    saved_replies::entity::SAVED_REPLY,
    imports::entity::IMPORT,
    saved_views::entity::SAVED_VIEW,
    saved_views::entity::SAVED_VIEW_PIN,
    users::entity::USER,
    attachments::entity::ATTACHMENT,
    notifications::entity::NOTIFICATION,
    notifications::entity::NOTIFICATION_CHOICE,
    accounts::entity::SESSION,
    accounts::entity::RESET_REQUEST,
    registration::entity::REGISTRATION,
    registration::entity::REGISTRATION_SETTINGS,
    registration::entity::REGISTRATION_DOMAIN,
    mails::entity::MAIL,
    tenants::entity::TENANT,
    tenants::entity::TENANT_ENTRY,
    tenants::entity::BOOTSTRAP_KEY,
];

/// Every list that [`infra::lists`] runs.
pub const LISTINGS: &[&infra::lists::Listing] = &[
    customers::listing::CUSTOMERS,
    tickets::INBOX,
    calls::QUEUE,
    calls::OF_CUSTOMER,
    users::ACCOUNTS,
    users::OF_CUSTOMER,
    contacts::OF_CUSTOMER,
    notes::OF_CUSTOMER,
    events::LOG,
];

/// The parts of a surface, in the order of its menu.
pub fn sections(surface: Audience) -> &'static [Section] {
    match surface {
        Portal => &[
            tickets::portal::HOME,
            tickets::portal::SECTION,
            calls::portal::SECTION,
            customers::portal::SECTION,
            users::portal::SECTION,
        ],
        Platform => &[tenants::platform::SECTION, events::platform::SECTION, tasks::platform::SECTION],
        _ => &[
            tickets::console::SECTION,
            customers::console::SECTION,
            calls::console::SECTION,
            customers::console::OWN,
            tags::console::SECTION,
            imports::console::SECTION,
            assignments::console::SECTION,
            statistics::console::SECTION,
            reports::console::SECTION,
            users::console::SECTION,
            events::console::SECTION,
            tasks::console::SECTION,
            tenants::console::SECTION,
        ],
    }
}

/// Mounts every surface. The server and the tests both call it, so that a test meets the same routes as a browser.
pub fn routes(cfg: &mut ServiceConfig, settings: &Settings) {
    let mut all = surfaces();
    if settings.development {
        all.extend(for_developers());
    }
    mount(cfg, all);
}

/// Every route. A function, because each worker thread mounts handlers of its own. Mounting, the answers to HEAD, OPTIONS and other
/// methods, the isolation check and the tests that try every route all read it.
pub fn surfaces() -> Vec<Surface> {
    vec![
        Surface::new(
            "",
            None,
            [
                health::routes(),
                accounts::open::routes(),
                accounts::console::routes(),
                registration::open::routes(),
                events::open::routes(),
                lifecycle::open::routes(),
                live::open::routes(),
                notifications::open::routes(),
                tenants::open::routes(),
            ],
        ),
        Surface::new("", Staff, [search::console::routes()]),
        Surface::new(
            "/api",
            None,
            [
                accounts::api::routes(),
                registration::api::routes(),
                assignments::api::routes(),
                lifecycle::api::routes(),
            ],
        ),
        Surface::new(
            "/api",
            Portal,
            [customers::api::routes(), tickets::api::routes(), calls::api::routes()],
        ),
        Surface::new(
            "/customer",
            Portal,
            [
                customers::portal::routes(),
                tickets::portal::routes(),
                accounts::portal::routes(),
                attachments::portal::routes(),
                notifications::portal::routes(),
                calls::portal::routes(),
                users::portal::routes(),
                registration::portal::routes(),
            ],
        ),
        Surface::new(
            "/platform",
            Platform,
            [tenants::platform::routes(), events::platform::routes(), tasks::platform::routes()],
        ),
        Surface::new(
            "/console",
            Staff,
            [
                customers::console::routes(),
                contacts::console::of_customer::routes(),
                notes::console::of_customer::routes(),
                lifecycle::console::of_customer::routes(),
                registration::console::of_customer::routes(),
                tenants::console::of_customer::routes(),
                users::console::of_customer::routes(),
                tags::console::of_customer::routes(),
                assignments::console::of_customer::routes(),
                calls::console::of_customer::routes(),
                calls::console::routes(),
                tickets::console::of_customer::routes(),
                tickets::console::routes(),
                saved_replies::console::routes(),
                tags::console::routes(),
                saved_views::console::routes(),
                imports::console::routes(),
                assignments::console::routes(),
                statistics::console::routes(),
                reports::console::routes(),
                events::console::routes(),
                tasks::console::routes(),
                attachments::console::routes(),
                notifications::console::routes(),
                tenants::console::routes(),
                users::console::routes(),
            ],
        ),
    ]
}

/// The pages of developers, where they are on.
pub fn for_developers() -> Vec<Surface> {
    vec![Surface::new("", None, [styleguide::routes(), mails::open::routes()])]
}
