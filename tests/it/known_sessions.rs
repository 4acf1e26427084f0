//! Who holds a session is kept in memory by each server, and no page relies on it a moment too long.
use crate::support::*;

const PAGE: &str = "/console/customers";

/// Ada and Chloe, known to both servers.
async fn known(app: &TestApp, other: &Another, email: &str) -> (Person, Person) {
    let here = app.person(email).await;
    let there = here.at(other);
    for _ in 0..2 {
        here.get(PAGE).await.assert_ok();
        there.get(PAGE).await.assert_ok();
    }
    (here, there)
}

#[actix_web::test]
async fn whoever_signs_out_is_out_at_the_next_request_on_every_server() {
    let app = TestApp::start().await;
    let other = app.another();
    let (here, there) = known(&app, &other, "ada@acme.test").await;
    let thief = app.person("ada@acme.test").await.at(&other);
    thief.get(PAGE).await.assert_ok();
    here.submit("/logout", &[]).await.assert_status(303);
    // The cookie went with it; another browser of hers stays in.
    there.get(PAGE).await.assert_status(303);
    thief.get(PAGE).await.assert_ok();
    app.sql("DELETE FROM sessions");
    thief.get(PAGE).await.assert_status(303);
    thief.get(PAGE).await.assert_status(303);
}

#[actix_web::test]
async fn an_account_that_is_changed_is_so_at_the_next_request_on_every_server() {
    let app = TestApp::start().await;
    let other = app.another();
    let (_, there) = known(&app, &other, "grace@acme.test").await;
    let set = |what: &str| app.sql(&format!("UPDATE users SET {what} WHERE email = 'grace@acme.test'"));
    set("name = 'Grace Renamed'");
    there.get(PAGE).await.assert_ok().assert_text("Grace Renamed");
    set("roles = '{tenant_admin}'");
    there.get("/console/users").await.assert_ok();
    set("roles = '{agent}'");
    there.get("/console/users").await.assert_status(403);
    there.get(PAGE).await.assert_ok();
    set("disabled_at = now()");
    there.get(PAGE).await.assert_status(303);
}

#[actix_web::test]
async fn a_session_ends_with_its_time_its_use_its_tenant_and_its_customer() {
    let app = TestApp::start().await;
    let other = app.another();
    let ends = [
        ("ada@acme.test", PAGE, "UPDATE sessions SET expires_at = now() - interval '1 second'"),
        ("ada@acme.test", PAGE, "UPDATE sessions SET last_seen_at = now() - interval '9 hours'"),
        (
            "carol@northwind.test",
            "/customer/dashboard",
            "UPDATE customers SET is_disabled = true WHERE name LIKE 'Northwind%'",
        ),
        ("grace@acme.test", PAGE, "UPDATE tenants SET disabled_at = now() WHERE slug = 'acme'"),
    ];
    for (email, page, end) in ends {
        let there = app.person(email).await.at(&other);
        there.get(page).await.assert_ok();
        there.get(page).await.assert_ok();
        app.sql(end);
        there.get(page).await.assert_status(303);
    }
}

#[actix_web::test]
async fn what_forms_offer_is_that_of_now_on_every_server() {
    let app = TestApp::start().await;
    let other = app.another();
    let (here, there) = known(&app, &other, "ada@acme.test").await;
    here.submit("/console/tags", &[("name", "Brand new"), ("colour", "3")]).await.assert_status(303);
    for person in [&here, &there] {
        person.get(PAGE).await.assert_ok().assert_text("Brand new");
    }
    app.sql("UPDATE tags SET name = 'Renamed since' WHERE name = 'Brand new'");
    there.get(PAGE).await.assert_text("Renamed since").assert_no_text("Brand new");
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'chloe@acme.test'");
    let offered = there.get(PAGE).await.attributes("select[name=owner] option, input[name=owner]", "value");
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    assert!(!offered.contains(&chloe), "{offered:?}");
}

#[actix_web::test]
async fn the_number_beside_the_bell_is_that_of_now_on_every_server() {
    let app = TestApp::start().await;
    let other = app.another();
    let (_, there) = known(&app, &other, "ada@acme.test").await;
    let carol = app.person("carol@northwind.test").await;
    let unread = async || there.get("/notifications/unread").await.body;
    let before = unread().await;
    let form = [("subject", "Printer on fire"), ("body", "It burns."), ("priority", "urgent")];
    carol.submit("/customer/tickets", &form).await.assert_status(303);
    app.run_tasks().await;
    let after = unread().await;
    assert_ne!(before, after);
    app.sql("UPDATE notifications SET read_at = now()");
    assert_ne!(unread().await, after);
}

/// Pages that read nothing are asked for as well: whoever is gone sees none of them.
#[actix_web::test]
async fn no_page_of_the_console_is_shown_to_whoever_is_gone() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let mut tried = 0;
    for (method, path) in clientele::isolation::routes::ROUTES.iter() {
        let is_page = *method == clientele::isolation::routes::Method::Get && !path.contains('{');
        if !is_page || !(path.starts_with("/console") || path.starts_with("/account")) {
            continue;
        }
        let ada = app.person("ada@acme.test").await;
        if ada.get(path).await.status != 200 {
            continue;
        }
        app.sql("DELETE FROM sessions");
        ada.get(path).await.assert_status(303);
        tried += 1;
    }
    ada.get(PAGE).await.assert_status(303);
    assert!(tried > 20, "{tried}");
}

/// How many statements an answer took.
fn statements(answer: &Answer) -> u32 {
    let header = answer.assert_ok().headers["server-timing"].to_str().unwrap();
    let said = header.split("desc=\"").nth(1).and_then(|rest| rest.split(' ').next());
    said.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{header}"))
}

#[actix_web::test]
async fn a_list_takes_one_statement_and_a_page_at_most_five() {
    let app = TestApp::start().await;
    app.crowd(60);
    let ada = app.person("ada@acme.test").await;
    let carol = app.person("carol@northwind.test").await;
    let form = [("subject", "Printer on fire"), ("body", "It burns."), ("priority", "urgent")];
    carol.submit("/customer/tickets", &form).await.assert_status(303);
    app.run_tasks().await;
    let ticket = app.cell("SELECT id FROM tickets WHERE subject = 'Printer on fire'");
    let customer = app.customer("Northwind Traders");
    for (person, page, most) in [
        (&ada, "/console/customers".to_owned(), 1),
        (&ada, "/console/customers?sort=-contact&size=50".to_owned(), 1),
        (&ada, "/console/tickets".to_owned(), 2),
        (&ada, format!("/console/customers/{customer}"), 5),
        (&ada, format!("/console/tickets/{ticket}"), 5),
        (&carol, "/customer/dashboard".to_owned(), 5),
        (&carol, format!("/customer/tickets/{ticket}"), 5),
    ] {
        // At first what forms offer is read.
        for _ in 0..3 {
            person.get(&page).await.assert_ok();
        }
        let taken = statements(&person.get(&page).await);
        assert!(taken <= most, "{page}: {taken} statements");
    }
    assert!(!app.visitor().get("/login").await.headers.contains_key("server-timing"));
}
