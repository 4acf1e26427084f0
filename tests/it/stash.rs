//! What is sent after the session has ended: kept, and given back after the sign-in as it was typed (FIELD F4). And when a session ends that
//! nobody uses.
use crate::{
    access::{filled, things},
    support::{Answer, Person, TestApp, cast::PASSWORD},
};
use clientele::isolation::routes::{Method, ROUTES};

/// A browser of somebody whose session has just run out.
async fn signed_out(app: &TestApp, email: &str) -> Person {
    let person = app.person(email).await;
    let user = app.user(email);
    app.sql(&format!(
        "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE user_id = '{user}'"
    ));
    person
}

async fn sign_in_again(person: &Person, email: &str, sent_to: &str) -> Answer {
    let location = person.get(sent_to).await;
    location.assert_ok();
    let return_to = location.attribute("[name=return_to]", "value").unwrap_or_default();
    let form = [("email", email), ("password", PASSWORD), ("return_to", return_to.as_str())];
    let mut answer = person.submit("/login", &form).await;
    while answer.status == 303 {
        answer = person.get(&answer.location).await;
    }
    answer
}

#[actix_web::test]
async fn a_new_customer_is_typed_once() {
    let app = TestApp::start().await;
    let ada = signed_out(&app, "ada@acme.test").await;
    let typed = [
        ("kind", "BUSINESS"),
        ("name", "Vandelay \u{201c}East\u{201d}"),
        ("email", "no address"),
        ("notes", "two\nlines"),
    ];
    let answer = ada.submit("/console/customers", &typed).await;
    answer.assert_status(303);
    let back = sign_in_again(&ada, "ada@acme.test", &answer.location).await;
    back.assert_ok().assert_text("Nothing of this has been saved yet");
    assert_eq!(back.attribute("[name=name]", "value").unwrap(), "Vandelay \u{201c}East\u{201d}");
    assert_eq!(back.attribute("[name=email]", "value").unwrap(), "no address");
    assert_eq!(app.cell("SELECT count(*)::text FROM customers WHERE name LIKE 'Vandelay%'"), "0");
    // The page can be loaded again, until it is sent.
    ada.get("/resume").await.assert_ok().assert_text("Nothing of this has been saved yet");
}

#[actix_web::test]
async fn a_reply_with_a_file_keeps_its_words_and_asks_for_the_file() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket("cody@northwind.test", "Printer");
    let cody = signed_out(&app, "cody@northwind.test").await;
    let path = format!("/customer/tickets/{ticket}/messages");
    let answer = cody
        .send_files(&path, &[("body", "It smokes,\nreally.")], &[("smoke.txt", b"smoke".as_slice())])
        .await;
    answer.assert_status(303);
    let back = sign_in_again(&cody, "cody@northwind.test", &answer.location).await;
    back.assert_ok().assert_text("Nothing of this has been saved yet").assert_text("Choose them again");
    assert!(back.body.contains("It smokes,\nreally."));
    assert_eq!(app.cell("SELECT count(*)::text FROM ticket_messages WHERE body LIKE 'It smokes%'"), "0");
}

#[actix_web::test]
async fn a_button_is_pressed_again_by_its_owner() {
    let app = TestApp::start().await;
    let ada = signed_out(&app, "ada@acme.test").await;
    let customer = app.customer("Northwind Traders");
    let answer =
        ada.submit(&format!("/console/customers/{customer}/deletion"), &[("reason", "asked for it")]).await;
    answer.assert_status(303);
    let back = sign_in_again(&ada, "ada@acme.test", &answer.location).await;
    back.assert_ok();
    assert_eq!(app.cell("SELECT count(*)::text FROM customers WHERE name = 'Northwind Traders'"), "1");
}

#[actix_web::test]
async fn it_is_opened_by_its_writer_alone() {
    let app = TestApp::start().await;
    let ada = signed_out(&app, "ada@acme.test").await;
    let answer = ada.submit("/console/customers", &[("kind", "BUSINESS"), ("name", "Secret plans")]).await;
    // Somebody else signs in at the same browser.
    let other = sign_in_again(&ada, "grace@acme.test", &answer.location).await;
    other.assert_no_text("Secret plans").assert_text("no longer kept");
    let text = app.cell("SELECT content FROM form_stashes");
    assert!(!text.contains("Secret"));
    // Nor by the same person in another organisation: it is of the account.
    let both = signed_out(&app, "chloe@acme.test").await;
    let answer = both.submit("/console/customers", &[("name", "Secret plans")]).await;
    app.sql("UPDATE form_stashes SET owner = (SELECT id FROM users WHERE email = 'gil@globex.test')");
    let other = sign_in_again(&both, "chloe@acme.test", &answer.location).await;
    other.assert_no_text("Secret plans").assert_text("no longer kept");
    // And after an hour nobody does.
    let ada = signed_out(&app, "ada@acme.test").await;
    let answer = ada.submit("/console/customers", &[("kind", "BUSINESS"), ("name", "Secret plans")]).await;
    app.sql("UPDATE form_stashes SET made_at = now() - interval '61 minutes'");
    let late = sign_in_again(&ada, "ada@acme.test", &answer.location).await;
    late.assert_no_text("Secret plans").assert_text("no longer kept");
}

#[actix_web::test]
async fn a_stranger_leaves_nothing_and_nobody_leaves_much() {
    let app = TestApp::start().await;
    let stranger = app.visitor();
    let answer = stranger.submit("/console/customers", &[("kind", "BUSINESS"), ("name", "Initech")]).await;
    assert_eq!((answer.status.as_u16(), answer.location.as_str()), (303, "/login"));
    assert_eq!(app.cell("SELECT count(*)::text FROM form_stashes"), "0");
    let ada = signed_out(&app, "ada@acme.test").await;
    for number in 0..12 {
        let answer = ada.submit("/console/customers", &[("kind", "BUSINESS"), ("name", "Initech")]).await;
        let is_kept = answer.location.contains("return_to");
        assert_eq!((answer.status.as_u16(), is_kept), (303, number < 10), "{number}");
    }
    let page = ada.get("/login").await;
    page.assert_text("Go back in your browser to copy what you typed");
    assert_eq!(app.cell("SELECT count(*)::text FROM form_stashes"), "10");
    // Others have their own.
    let grace = signed_out(&app, "grace@acme.test").await;
    let answer = grace
        .submit("/console/customers", &[("kind", "BUSINESS"), ("name", "x".repeat(600_000).as_str())])
        .await;
    assert_eq!((answer.status.as_u16(), answer.location.as_str()), (303, "/login"), "too large");
    let answer = grace
        .submit("/console/customers", &[("kind", "BUSINESS"), ("name", "x".repeat(100_000).as_str())])
        .await;
    assert!(answer.location.contains("return_to"));
}

#[actix_web::test]
async fn what_goes_back_and_is_changed_is_sent_as_something_new() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = |name| [("submission", "one-key"), ("name", name), ("notes", "two\nlines")];
    ada.submit("/console/customers", &form("Vandelay")).await.assert_status(303);
    // Back in the browser, with another name.
    let answer = ada.submit("/console/customers", &form("Kramerica")).await;
    answer.assert_status(422).assert_text("What you typed").assert_text("Kramerica");
    assert!(answer.body.contains("two\nlines"));
    let hidden: Vec<(String, String)> = answer
        .attributes("form[action='/console/customers'] input[type=hidden]", "name")
        .into_iter()
        .zip(answer.attributes("form[action='/console/customers'] input[type=hidden]", "value"))
        .collect();
    assert_eq!(hidden.len(), 3);
    let again: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ada.submit("/console/customers", &again).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*)::text FROM customers WHERE name IN ('Vandelay', 'Kramerica')"), "2");
    // Nothing typed is lost where the record is gone either.
    let gone = "/console/customers/018f0000-0000-7000-8000-000000000000";
    let answer = ada.submit(gone, &[("name", "Gone"), ("notes", "A long note")]).await;
    assert!(answer.status == 404 && answer.body.contains("A long note"), "{}", answer.status);
}

#[actix_web::test]
async fn passwords_are_not_kept() {
    let app = TestApp::start().await;
    let ada = signed_out(&app, "ada@acme.test").await;
    let form = [("current_password", PASSWORD), ("password", "another long phrase"), ("remark", "x")];
    let answer = ada.submit("/account/password", &form).await;
    let back = sign_in_again(&ada, "ada@acme.test", &answer.location).await;
    assert!(!back.body.contains("another long phrase"));
    assert!(!back.body.contains(PASSWORD));
}

/// Everything that can be sent on a surface where one is signed in is kept, and giving it back changes nothing.
#[actix_web::test]
async fn whatever_is_sent_without_a_session_comes_back() {
    let app = TestApp::start().await;
    app.sql(&things());
    let person = app.person("ada@acme.test").await;
    let user = app.user("ada@acme.test");
    let rows =
        "SELECT (SELECT count(*) FROM events WHERE operation <> 'access' AND entity <> 'session')::text";
    let before = app.cell(rows);
    for (method, path) in ROUTES.iter() {
        let is_open = [
            "/bootstrap",
            "/login",
            "/logout",
            "/register",
            "/confirmation",
            "/domain-verification",
            "/invitation",
            "/new-",
            "/forgotten",
            "/access-ended",
            "/api",
        ]
        .iter()
        .any(|open| path.starts_with(open));
        if *method != Method::Post || is_open {
            continue;
        }
        let path = filled(&app, path);
        app.sql("DELETE FROM form_stashes");
        app.sql(&format!(
            "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE user_id = '{user}'"
        ));
        let answer = person.submit(&path, &[("body", "kept words"), ("name", "kept words")]).await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.location.contains("resume"), "{path} {}", answer.location);
        app.sql(&format!(
            "UPDATE sessions SET expires_at = now() + interval '1 hour' WHERE user_id = '{user}'"
        ));
        let back = person.get("/resume").await;
        assert!(back.status == 200 || back.status == 303, "{path} {}", back.status);
        assert!(
            back.status == 303 || back.body.contains("kept words") || back.body.contains("saved yet"),
            "{path}"
        );
    }
    assert_eq!(app.cell(rows), before);
}

#[actix_web::test]
async fn a_session_ends_when_nobody_uses_it_and_pages_that_refresh_themselves_are_nobody() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let user = app.user("ada@acme.test");
    let idle = |minutes: u32| {
        app.sql(&format!(
            "UPDATE sessions SET last_seen_at = now() - interval '{minutes} minutes' WHERE user_id = '{user}'"
        ));
    };
    idle(470);
    ada.request("GET", "/console/customers", &[("x-refresh", "live")], vec![]).await.assert_ok();
    ada.get("/notifications/unread").await.assert_ok();
    let seen = "SELECT (last_seen_at < now() - interval '7 hours')::text FROM sessions";
    assert_eq!(app.cell(seen), "true", "what a page does by itself is no use of it");
    ada.get("/console/customers").await.assert_ok();
    assert_eq!(app.cell(seen), "false");
    idle(481);
    ada.get("/console/customers").await.assert_status(303);
    let unseen = ada.request("GET", "/console/customers", &[("x-refresh", "live")], vec![]).await;
    unseen.assert_status(401);
    // A tenant says itself how long; somebody who types is there.
    app.sql("UPDATE tenants SET idle_expiration_seconds = 900 WHERE slug = 'acme'");
    idle(14);
    ada.request(
        "POST",
        "/account",
        &[("x-refresh", "draft"), ("content-type", "application/x-www-form-urlencoded")],
        vec![],
    )
    .await
    .assert_status(422);
    assert_eq!(app.cell("SELECT (last_seen_at > now() - interval '1 minute')::text FROM sessions"), "true");
    idle(16);
    ada.get("/console/customers").await.assert_status(303);
}
