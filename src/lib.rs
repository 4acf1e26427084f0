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

use actix_web::web::{self, ServiceConfig};
use infra::web::{app::Settings, errors};

/// Mounts every surface. The server and the tests both call it, so that a test meets the same routes as a browser.
pub fn routes(cfg: &mut ServiceConfig, settings: &Settings) {
    cfg.app_data(web::Data::new(isolation::routes::paths(settings.development)));
    health::routes(cfg);
    accounts::open::routes(cfg);
    accounts::console::routes(cfg);
    registration::open::routes(cfg);
    search::console::routes(cfg);
    events::open::routes(cfg);
    lifecycle::portal::routes(cfg);
    live::open::routes(cfg);
    notifications::open::routes(cfg);
    tenants::open::routes(cfg);
    if settings.development {
        styleguide::routes(cfg);
        mails::open::routes(cfg);
    }
    cfg.service(
        web::scope("/api")
            .configure(accounts::api::routes)
            .configure(customers::api::routes)
            .configure(tickets::api::routes)
            .configure(calls::api::routes)
            .configure(assignments::api::routes)
            .configure(registration::api::routes)
            .configure(lifecycle::api::routes)
            .default_service(web::to(errors::no_route)),
    )
    .service(
        web::scope("/customer")
            .configure(customers::portal::routes)
            .configure(tickets::portal::routes)
            .configure(accounts::portal::routes)
            .configure(attachments::portal::routes)
            .configure(notifications::portal::routes)
            .configure(calls::portal::routes)
            .configure(users::portal::routes)
            .configure(registration::portal::routes)
            .default_service(web::to(errors::no_route)),
    )
    .service(
        web::scope("/platform")
            .configure(tenants::platform::routes)
            .configure(events::platform::routes)
            .configure(tasks::platform::routes)
            .default_service(web::to(errors::no_route)),
    )
    .service(
        web::scope("/console")
            .configure(customers::console::routes)
            .configure(calls::console::routes)
            .configure(tickets::console::routes)
            .configure(saved_replies::console::routes)
            .configure(tags::console::routes)
            .configure(saved_views::console::routes)
            .configure(imports::console::routes)
            .configure(assignments::console::routes)
            .configure(statistics::console::routes)
            .configure(reports::console::routes)
            .configure(events::console::routes)
            .configure(tasks::console::routes)
            .configure(attachments::console::routes)
            .configure(notifications::console::routes)
            .configure(tenants::console::routes)
            .configure(users::console::routes)
            .default_service(web::to(errors::no_route)),
    );
}
