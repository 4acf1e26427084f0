//! Every component in every state, with content as it may be: for those who write pages. Mounted in development only.
pub mod urls;

use crate::infra::{
    db::Audience,
    services::charts::{Bar, BarList, Form, OverTime, Series},
    web::{
        permissions::Role,
        routes::Route,
        section::MenuEntry,
        shell::{Flash, FlashKind, PinnedView, Shell},
        typed::Typed,
    },
};
use actix_web::{HttpResponse, error::ErrorInternalServerError, http::header::ContentType};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

/// For `/styleguide` and its examples of whole pages.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/styleguide", index).public(),
        Route::get("/styleguide/customers", customers).public(),
        Route::get("/styleguide/customer", customer).public(),
        Route::get("/styleguide/login", login).public(),
        Route::get("/styleguide/portal", portal).public(),
        Route::get("/styleguide/error", error).public(),
    ]
}

/// A form that stands for `Submitted`: some of its fields are wrong.
struct Sample(Vec<(&'static str, &'static str)>);

impl Sample {
    fn error(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| *field == name).map_or("", |(_, message)| message)
    }

    fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().copied()
    }
}

/// A row of the example list.
struct Row {
    name: &'static str,
    domain: &'static str,
    stage: &'static str,
    kind: &'static str,
    owners: Vec<&'static str>,
    tags: Vec<(&'static str, u8)>,
    tickets: u32,
    active_at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "styleguide/index.html")]
struct IndexPage {
    shell: Shell,
    form: Sample,
    fine: Sample,
    now: DateTime<Utc>,
    stages: BarList,
    months: OverTime,
    stacked: OverTime,
    lines: OverTime,
}

#[derive(Template)]
#[template(path = "styleguide/customers.html")]
struct CustomersPage {
    shell: Shell,
    rows: Vec<Row>,
    now: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "styleguide/customer.html")]
struct CustomerPage {
    shell: Shell,
    now: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "styleguide/login.html")]
struct LoginPage {
    title: &'static str,
    form: Sample,
}

#[derive(Template)]
#[template(path = "styleguide/portal.html")]
struct PortalPage {
    shell: Shell,
    now: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "errors/show.html")]
struct ErrorPage {
    title: &'static str,
    status: u16,
    message: &'static str,
    typed: Typed,
    target: String,
}

async fn index() -> actix_web::Result<HttpResponse> {
    page(&index_page())
}

async fn customers() -> actix_web::Result<HttpResponse> {
    page(&CustomersPage { shell: shell("Customers"), rows: rows(), now: moment() })
}

async fn customer() -> actix_web::Result<HttpResponse> {
    page(&CustomerPage { shell: shell("Northwind Traders"), now: moment() })
}

async fn portal() -> actix_web::Result<HttpResponse> {
    page(&PortalPage { shell: shell("Your tickets"), now: moment() })
}

async fn login() -> actix_web::Result<HttpResponse> {
    let form = Sample(vec![("email", "That email address and password do not go together. Check both.")]);
    page(&LoginPage { title: "Sign in", form })
}

async fn error() -> actix_web::Result<HttpResponse> {
    let message = "There is nothing at this address. If you followed a link, it may have been deleted.";
    page(&ErrorPage {
        title: "Page not found",
        status: 404,
        message,
        typed: Typed::default(),
        target: String::new(),
    })
}

fn page(page: &impl Template) -> actix_web::Result<HttpResponse> {
    let html = page.render().map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(html))
}

fn index_page() -> IndexPage {
    IndexPage {
        shell: Shell {
            flash: Some(Flash {
                kind: FlashKind::Good,
                text: "Tagged 24 customers with “renewal”.".into(),
                undo: "/styleguide/undo".into(),
            }),
            ..shell("Styleguide")
        },
        form: Sample(vec![
            ("email", "Enter an email address like name@example.com."),
            ("stage", "Choose a stage."),
            ("reason", "Say why, in a sentence."),
        ]),
        fine: Sample(Vec::new()),
        now: moment(),
        stages: BarList {
            title: "Customers by stage".into(),
            bars: [("Active", 6_204), ("Onboarding", 1_871), ("Inactive", 1_322), ("Churned", 603)]
                .map(|(label, value)| Bar { label: label.into(), value, url: "/styleguide/customers".into() })
                .into(),
        },
        months: over_time("New and churned customers by month", Form::Grouped),
        stacked: over_time("Changes by month", Form::Stacked),
        lines: over_time("New and churned, as lines", Form::Lines),
    }
}

fn over_time(title: &str, form: Form) -> OverTime {
    let series = |name: &str, values: [u64; 12]| Series { name: name.into(), values: values.into() };
    OverTime {
        title: title.into(),
        labels: ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
            .map(String::from)
            .into(),
        series: vec![
            series("new", [212, 240, 198, 175, 160, 231, 288, 301, 190, 265, 310, 322]),
            series("churned", [41, 38, 52, 47, 60, 44, 39, 58, 71, 49, 36, 30]),
        ],
        form,
    }
}

fn shell(title: &str) -> Shell {
    Shell {
        title: title.into(),
        nav: menu(),
        user_name: "Grace Hill".into(),
        user_email: "grace@acme.test".into(),
        tenant_name: "Acme Support".into(),
        may_write: true,
        home: crate::urls::home(),
        role_name: "Agent".into(),
        pinned: vec![
            PinnedView { name: "Mine, onboarding".into(), url: "/styleguide/customers".into() },
            PinnedView { name: "Renewals this quarter".into(), url: "/styleguide/customers".into() },
        ],
        time_zone: "Europe/Berlin".into(),
        ..Shell::default()
    }
}

/// As of staff who may do everything.
fn menu() -> Vec<MenuEntry> {
    let all = Role::TenantAdmin.permissions();
    let offered = crate::sections(Audience::Staff).iter().filter(|section| section.is_within(all));
    offered.map(|section| section.entry(section.has("/console/customers"))).collect()
}

/// The moment at which the examples are looked at.
fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_715_900, 0).unwrap_or_default()
}

fn rows() -> Vec<Row> {
    let names = [
        ("Northwind Traders", "northwind.test", "active", "Business"),
        ("Initech", "initech.test", "onboarding", "Business"),
        ("Halcyon Bakery Collective", "halcyon-bakery.test", "active", "Business"),
        ("Marta Oyelaran", "oyelaran.test", "inactive", "Individual"),
        ("Bluewater Marine Insurance and Salvage", "bluewater.test", "churned", "Business"),
        ("Kestrel & Vale", "kestrelvale.test", "active", "Business"),
        ("Ōtautahi Cycles", "otautahi.test", "onboarding", "Business"),
        ("Pemberton Hospital Trust", "pemberton.test", "active", "Government"),
        ("Sundew Robotics", "sundew.test", "active", "Business"),
        ("Vantaa Paper Oy", "vantaa.test", "inactive", "Business"),
    ];
    let people = ["Grace Hill", "Chloe Marsh", "Ada Park", "Tom Birk", "Lena Fox"];
    let tags = [("renewal", 2), ("enterprise", 6), ("at risk", 1), ("pilot", 5), ("vip", 8)];
    let row = |(index, (name, domain, stage, kind)): (usize, (_, _, _, _))| Row {
        name,
        domain,
        stage,
        kind,
        owners: people.iter().cycle().skip(index).take([1, 2, 0, 5][index % 4]).copied().collect(),
        tags: tags.iter().cycle().skip(index * 2).take(index % 3).copied().collect(),
        tickets: [3, 0, 12, 1][index % 4],
        active_at: moment() - TimeDelta::minutes(3 + (index * index * 517) as i64),
    };
    names.into_iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::{Html, Selector};
    use std::collections::BTreeSet;

    #[test]
    fn the_examples_keep_the_rules_of_every_page() {
        let pages = [
            index_page().render(),
            CustomersPage { shell: shell("Customers"), rows: rows(), now: moment() }.render(),
            CustomerPage { shell: shell("Northwind"), now: moment() }.render(),
        ];
        for page in pages {
            let html = page.expect("the page renders");
            assert!(!html.contains("style=\"") && !html.contains("<style") && !html.contains("onclick"));
            let page = Html::parse_document(&html);
            let all = |css: &str| page.select(&Selector::parse(css).expect("a selector")).count();
            assert_eq!((all("h1"), all("main"), all("a.skip")), (1, 1, 1));
            let ids: Vec<&str> = page
                .select(&Selector::parse("[id]").expect("a selector"))
                .filter_map(|element| element.attr("id"))
                .collect();
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are unique: {ids:?}");
        }
    }
}
