//! Parameters that a page or a program's address does not have: they are never passed over in silence.
use crate::{
    access::{filled, things},
    support::{Answer, Person, TestApp},
};
use clientele::isolation::routes::{Method, ROUTES};
use std::collections::BTreeSet;

const IGNORED: &str = "Unknown filter ignored";

fn is_page(answer: &Answer) -> bool {
    let kind = answer.headers.get("content-type").map_or("", |value| value.to_str().unwrap());
    answer.status == 200 && kind.starts_with("text/html")
}

async fn people(app: &TestApp) -> [Person; 3] {
    [
        app.person("ada@acme.test").await,
        app.person("carol@northwind.test").await,
        app.person("root@clientele.test").await,
    ]
}

#[actix_web::test]
async fn every_page_says_which_filter_it_does_not_know() {
    let app = TestApp::start().await;
    let people = people(&app).await;
    app.sql(&things());
    let (mut seen, mut wrong) = (0, vec![]);
    for (_, path) in ROUTES.iter().filter(|(method, path)| *method == Method::Get && *path != "/live") {
        let url = filled(&app, path);
        for person in &people {
            if !is_page(&person.get(&url).await) {
                continue;
            }
            let answer = person.get(&format!("{url}?stauts=closed")).await;
            // Pages that are open to everybody have no filters, and links to them carry what they like.
            if answer.attribute("main#main", "id").is_none() || !answer.body.contains("/logout") {
                continue;
            }
            seen += 1;
            if !answer.text().contains(&format!("{IGNORED}: “stauts”")) {
                wrong.push(url.clone());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 50, "{seen}");
}

#[actix_web::test]
async fn no_page_links_to_a_filter_that_is_not_known() {
    let app = TestApp::start().await;
    let people = people(&app).await;
    app.sql(&things());
    let (mut followed, mut wrong) = (BTreeSet::new(), vec![]);
    for (_, path) in ROUTES.iter().filter(|(method, path)| *method == Method::Get && *path != "/live") {
        for person in &people {
            let page = person.get(&filled(&app, path)).await;
            if !is_page(&page) {
                continue;
            }
            for link in page.attributes("a[href]", "href") {
                // The same link for other records and values is the same kind.
                let kind: String = link.chars().filter(|c| !c.is_ascii_digit()).collect();
                if link.starts_with('/') && link.contains('?') && followed.insert(kind) {
                    let answer = person.get(&link).await;
                    if answer.status == 422 || answer.text().contains(IGNORED) {
                        wrong.push(format!("{path}: {link}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(followed.len() > 30, "{}", followed.len());
}

#[actix_web::test]
async fn values_that_mean_nothing_are_said_too() {
    let app = TestApp::start().await;
    let [ada, carol, root] = people(&app).await;
    for (person, page, pair) in [
        (&ada, "/console/customers", "stage=actve"),
        (&ada, "/console/customers", "owner=me"),
        (&ada, "/console/customers", "tag=vip"),
        (&ada, "/console/customers", "sort=nmae"),
        (&ada, "/console/customers", "show=mien"),
        (&ada, "/console/tickets", "queue=clsoed"),
        (&ada, "/console/tickets", "priority=hihg"),
        (&ada, "/console/tickets", "status=closed"),
        (&ada, "/console/calls", "status=clsoed"),
        (&ada, "/console/calls", "assignee=grace"),
        (&ada, "/console/users", "state=actve"),
        (&ada, "/console/events", "topic=CUSTOMER_UPDTAED"),
        (&ada, "/console/statistics", "owner=chloe"),
        (&ada, "/console/reports", "from=yesterday"),
        (&ada, "/console/reports", "type=busness"),
        (&ada, "/console/tasks", "list=daed"),
        (&ada, "/search", "kind=custmer"),
        (&carol, "/customer/tickets", "list=dnoe"),
        (&root, "/platform/tenants", "rows=7"),
        // Which of two is meant is not guessed.
        (&ada, "/console/customers", "show=mine&show=recent"),
    ] {
        let answer = person.get(&format!("{page}?{pair}")).await;
        answer.assert_ok().assert_text(IGNORED);
        assert!(!person.get(page).await.text().contains(IGNORED), "{page}");
    }
}

#[actix_web::test]
async fn programs_are_refused_by_name() {
    let app = TestApp::start().await;
    let [ada, carol, _] = people(&app).await;
    let assignments = "/api/customer-success-owned-customers";
    let somebody = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    for (person, url, field) in [
        (&ada, format!("{assignments}?user_id={somebody}"), "user_id"),
        (&ada, format!("{assignments}?userId={somebody}&limits=3"), "limits"),
        (&ada, format!("{assignments}/{somebody}?expand=user"), "expand"),
        (&carol, "/api/customers/me?fields=name".to_owned(), "fields"),
        (&carol, "/api/customers/me/tickets?status=closed".to_owned(), "status"),
    ] {
        let answer = person.get(&url).await;
        answer.assert_status(422);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{url}: {}", answer.body);
    }
    let answer = ada.get(&format!("{assignments}?user_id={somebody}")).await;
    let told = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(told, "There is no such parameter. There are: userId, customerId, limit, cursor.");
    // Nothing is made or removed on a guess either.
    let body = "{\"subject\": \"Broken\", \"body\": \"It is.\"}";
    carol.send_json("/api/customers/me/tickets?urgent=true", body).await.assert_status(422);
    assert_eq!(app.cell("SELECT count(*) FROM tickets WHERE subject = 'Broken'"), "0");
    ada.get(&format!("{assignments}?userId={somebody}")).await.assert_ok();
    let nobody = app.visitor().get(&format!("{assignments}?user_id=1")).await;
    nobody.assert_status(401);
}

#[actix_web::test]
async fn nothing_is_done_to_a_list_with_an_unknown_filter() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for url in [
        "/console/customers/export?stge=active",
        "/console/customers/export?stage=actve",
        "/console/events/export.csv?tpoic=CUSTOMER_CREATED",
        "/console/events/export.csv?from=yesterday",
        "/console/statistics/months.csv?onwer=1",
        "/console/reports/months.csv?type=busness",
    ] {
        ada.get(url).await.assert_status(422).assert_text("filter");
    }
    let page = ada.get("/console/customers?stge=active&q=north").await;
    let query = page.attribute("#bulk input[name=query]", "value").unwrap();
    assert!(query.contains("stge=active"), "{query}");
    let form = [
        ("all", "true"),
        ("query", query.as_str()),
        ("action", "tag"),
        ("tag", "gate"),
        ("confirmed", "true"),
        ("count", "1"),
    ];
    ada.submit("/console/customers/bulk", &form).await.assert_status(422).assert_text("stge");
    assert_eq!(app.cell("SELECT count(*) FROM tags WHERE name = 'gate'"), "0");
    app.sql(&things());
    let page = ada.get("/console/tickets?status=closed").await;
    let query = page.attribute("#bulk input[name=query]", "value").unwrap();
    let form = [
        ("id", "00000000-0000-7000-8000-000000000f03"),
        ("query", query.as_str()),
        ("action", "assign"),
        ("assignee", "none"),
    ];
    ada.submit("/console/tickets/bulk", &form).await.assert_status(422).assert_text("status");
    let view = [("name", "Gate"), ("query", "stge=active")];
    ada.submit("/console/views", &view).await.assert_status(422).assert_text("stge");
}
