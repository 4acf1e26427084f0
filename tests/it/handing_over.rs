//! Who can't act counts as nobody: what they hold is in the queues, is told to others, and is offered to be handed over.
use crate::support::TestApp;

const CODY: &str = "cody@northwind.test";
const GRACE: &str = "grace@acme.test";
const CHLOE: &str = "chloe@acme.test";
const UNASSIGNED: &str = "/console/tickets?queue=unassigned";

fn call(app: &TestApp, assignee: &str) -> String {
    app.sql(&format!(
        "INSERT INTO calls (tenant_id, customer_id, requester_id, requester_name, phone, topic, assignee_id, assignee_name)
         SELECT u.tenant_id, u.customer_id, u.id, u.name, '+12125550187', 'Invoices', s.id, s.name FROM users u JOIN users s ON s.email = '{assignee}'
         WHERE u.email = '{CODY}'"
    ));
    app.cell("SELECT id FROM calls")
}

fn told(app: &TestApp) -> String {
    app.cell(
        "SELECT string_agg(u.email, ' ' ORDER BY u.email) FROM notifications n JOIN users u ON u.id = n.user_id WHERE n.kind = 'message_received'",
    )
}

#[actix_web::test]
async fn a_customer_who_writes_to_somebody_who_left_is_heard() {
    for gone in [
        "UPDATE users SET disabled_at = now() WHERE email = 'chloe@acme.test'",
        "DELETE FROM customer_success_owned_customers",
    ] {
        let app = TestApp::start().await;
        let ticket = app.open_ticket(CODY, "Printer");
        app.assign(ticket, GRACE, CHLOE);
        let call = call(&app, CHLOE);
        app.run_tasks().await;
        let grace = app.person(GRACE).await;
        grace.get(UNASSIGNED).await.assert_ok().assert_no_text("Printer");
        grace.get("/console/calls?assignee=nobody").await.assert_no_text("Invoices");
        let (version, events) =
            ("SELECT version FROM tickets", "SELECT count(*) FROM events WHERE entity = 'ticket'");
        let before = (app.cell(version), app.cell(events));
        app.sql(gone);
        assert_eq!((app.cell(version), app.cell(events)), before, "it is no change of the ticket: {gone}");
        for path in [UNASSIGNED, "/console/tickets?assignee=none"] {
            grace.get(path).await.assert_text("Printer");
        }
        let page = grace.get(&format!("/console/tickets/{ticket}")).await;
        page.assert_text("can no longer work on this ticket");
        grace.get("/console/calls?assignee=nobody").await.assert_text("Invoices");
        grace.get(&format!("/console/calls/{call}")).await.assert_text("counts as unassigned");
        app.write_to(ticket, CODY, "Is anybody there?");
        app.run_tasks().await;
        assert_eq!(told(&app), "ada@acme.test", "{gone}");
    }
}

#[actix_web::test]
async fn those_who_are_offered_to_take_over_are_those_who_may_work_for_the_customer() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.assign(ticket, GRACE, CHLOE);
    app.sql(
        "INSERT INTO users (tenant_id, email, name, roles, disabled_at) SELECT t.id, p.email, p.email, p.roles::text[], p.disabled_at FROM tenants t,
            (VALUES ('owns@acme.test', '{customer_success}', NULL::timestamptz), ('made@acme.test', '{customer_success}', NULL),
                    ('other@acme.test', '{customer_success}', NULL), ('gone@acme.test', '{agent}', now())) AS p (email, roles, disabled_at)
            WHERE t.slug = 'acme';
         INSERT INTO customer_success_owned_customers (tenant_id, customer_id, user_id)
            SELECT u.tenant_id, c.id, u.id FROM users u JOIN customers c ON c.tenant_id = u.tenant_id WHERE u.email = 'owns@acme.test' AND c.name = 'Northwind Traders';
         UPDATE customers SET created_by = (SELECT id FROM users WHERE email = 'made@acme.test') WHERE name = 'Northwind Traders'",
    );
    let ada = app.person("ada@acme.test").await;
    let page = ada.get(&format!("/console/customers/{}", app.customer("Northwind Traders"))).await;
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    let mut offered: Vec<String> = page
        .attributes("select[name=hand_over_to][aria-label*=Chloe] option", "value")
        .into_iter()
        .filter(|id| !id.is_empty())
        .chain([chloe])
        .collect();
    offered.sort_unstable();
    let may = app.cell(
        "SELECT string_agg(u.id::text, ' ' ORDER BY u.id) FROM users u JOIN customers c ON c.tenant_id = u.tenant_id
         WHERE c.name = 'Northwind Traders' AND may_work_on(u.id, c.id)",
    );
    assert_eq!(offered.join(" "), may);
    assert!(offered.len() > 4);
}

#[actix_web::test]
async fn the_owners_hear_too_where_the_assignee_left() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.assign(ticket, GRACE, GRACE);
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'grace@acme.test'");
    app.write_to(ticket, CODY, "Is anybody there?");
    app.run_tasks().await;
    assert_eq!(told(&app), "ada@acme.test chloe@acme.test");
    // Whoever comes back has it again.
    app.sql("UPDATE users SET disabled_at = NULL WHERE email = 'grace@acme.test'; DELETE FROM notifications");
    app.write_to(ticket, CODY, "Hello?");
    app.run_tasks().await;
    assert_eq!(told(&app), "grace@acme.test");
}

#[actix_web::test]
async fn what_is_solved_is_looked_at_when_it_is_opened_again() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.assign(ticket, GRACE, CHLOE);
    app.sql("UPDATE tickets SET status = 'solved', waiting_since = NULL, resolved_at = now()");
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'chloe@acme.test'");
    app.write_to(ticket, CODY, "It burns again.");
    app.person(GRACE).await.get(UNASSIGNED).await.assert_text("Printer");
}

#[actix_web::test]
async fn disabling_somebody_says_what_they_hold_and_hands_it_over() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for subject in ["Printer", "Scanner"] {
        let ticket = app.open_ticket(CODY, subject);
        app.assign(ticket, GRACE, CHLOE);
    }
    call(&app, CHLOE);
    let page = format!("/console/users/{}", app.user(CHLOE));
    ada.get(&page).await.assert_text("Chloe Marsh has 2 open tickets, 1 call and 1 customer.");
    // A forged receiver changes nothing.
    let cody = app.user(CODY).to_string();
    ada.submit(&format!("{page}/disabling"), &[("hand_over_to", &cody)])
        .await
        .assert_status(422)
        .assert_text("Choose a colleague from the list.");
    assert_eq!(app.cell("SELECT disabled_at FROM users WHERE email = 'chloe@acme.test'"), "");
    let grace = app.user(GRACE).to_string();
    ada.submit_and_follow(&format!("{page}/disabling"), &[("hand_over_to", &grace)])
        .await
        .assert_text("Handed over to Grace Hill: 2 open tickets and 1 call.")
        .assert_text("Still with Chloe Marsh, and counted as unassigned: 1 customer.");
    let held = "SELECT count(*) FROM (SELECT worker_id FROM tickets UNION ALL SELECT worker_id FROM calls) w JOIN users u ON u.id = w.worker_id WHERE u.email = 'grace@acme.test'";
    assert_eq!(app.cell(held), "3");
    // An agent looks after no customers: a customer whose only owner left has none.
    ada.get("/console/customers?owner=none").await.assert_text("Northwind");
    let northwind = app.customer("Northwind Traders");
    ada.get(&format!("/console/customers/{northwind}")).await.assert_text("No owner");
    let carol = app.person("carol@northwind.test").await;
    carol.get("/customer/dashboard").await.assert_ok().assert_no_text("Chloe Marsh");
}

#[actix_web::test]
async fn nobody_has_to_be_named_and_another_role_hands_over_what_is_out_of_sight() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.assign(ticket, GRACE, GRACE);
    let page = format!("/console/users/{}", app.user(GRACE));
    let chloe = app.user(CHLOE).to_string();
    let form =
        [("version", "1"), ("name", "Grace Hill"), ("roles", "customer_success"), ("hand_over_to", &chloe)];
    ada.submit_and_follow(&page, &form).await.assert_text("Handed over to Chloe Marsh: 1 open ticket.");
    assert_eq!(app.cell("SELECT u.email FROM tickets t JOIN users u ON u.id = t.worker_id"), CHLOE);
    let page = format!("/console/users/{}", app.user(CHLOE));
    ada.submit_and_follow(&format!("{page}/disabling"), &[])
        .await
        .assert_text("is disabled and signed out everywhere.")
        .assert_text("counted as unassigned: 1 open ticket and 1 customer.");
}

#[actix_web::test]
async fn taking_somebody_off_a_customer_hands_over_what_they_hold_of_it() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.assign(ticket, GRACE, CHLOE);
    let northwind = app.customer("Northwind Traders");
    let page = ada.get(&format!("/console/customers/{northwind}")).await;
    page.assert_text("Has 1 open ticket here.");
    let path = format!("/console/customers/{northwind}/owners/{}/deletion", app.user(CHLOE));
    let grace = app.user(GRACE).to_string();
    ada.submit_and_follow(&path, &[("hand_over_to", &grace)])
        .await
        .assert_text("Chloe Marsh is no owner any more. Handed over to Grace Hill: 1 open ticket.");
    assert_eq!(app.cell("SELECT u.email FROM tickets t JOIN users u ON u.id = t.worker_id"), GRACE);
}

#[actix_web::test]
async fn an_answer_to_somebody_who_left_reaches_their_admins() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'cody@northwind.test'");
    app.write_to(ticket, GRACE, "Take the paper out.");
    app.run_tasks().await;
    let told = "SELECT string_agg(u.email, ' ') FROM notifications n JOIN users u ON u.id = n.user_id WHERE n.kind = 'reply_received'";
    assert_eq!(app.cell(told), "carol@northwind.test");
    // Of a deactivated customer nobody can.
    app.sql(
        "DELETE FROM notifications; UPDATE customers SET is_disabled = true WHERE name LIKE 'Northwind%'",
    );
    app.write_to(ticket, GRACE, "Is it out?");
    app.run_tasks().await;
    assert_eq!(app.cell(told), "");
}

#[actix_web::test]
async fn a_shared_view_of_somebody_who_left_is_the_admins_to_change() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO saved_views (tenant_id, user_id, name, query, is_shared) SELECT tenant_id, id, 'Churned', 'stage=churned', true FROM users WHERE email = 'chloe@acme.test'");
    let path = format!("/console/views/{}/deletion", app.cell("SELECT id FROM saved_views"));
    let (ada, grace) = (app.person("ada@acme.test").await, app.person(GRACE).await);
    ada.submit(&path, &[]).await.assert_not_found();
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'chloe@acme.test'");
    grace.submit(&path, &[]).await.assert_not_found();
    ada.submit(&path, &[]).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM saved_views"), "0");
}

#[actix_web::test]
async fn a_ticket_that_staff_open_is_mailed_as_opened() {
    let app = TestApp::start().await;
    let grace = app.person(GRACE).await;
    let (northwind, cody) = (app.customer("Northwind Traders"), format!("user {}", app.user(CODY)));
    let form = [
        ("customer", &*northwind),
        ("requester", &cody),
        ("subject", "Printer"),
        ("body", "Reported by phone."),
    ];
    grace.submit("/console/tickets", &form).await.assert_status(303);
    app.run_tasks().await;
    let text = app.cell("SELECT text FROM notifications n JOIN users u ON u.id = n.user_id WHERE u.email = 'cody@northwind.test'");
    assert_eq!(text, "Grace Hill opened #1001 Printer for you");
}

#[actix_web::test]
async fn a_file_needs_no_words_and_addresses_are_links() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person(CODY).await, app.person(GRACE).await);
    let ticket = app.open_ticket(CODY, "Printer");
    let (theirs, ours) = (format!("/customer/tickets/{ticket}"), format!("/console/tickets/{ticket}"));
    let file: (&str, &[u8]) = ("mail from acme.com", b"Dear Cody,\nas agreed.");
    cody.send_files(&format!("{theirs}/messages"), &[("body", "")], &[file]).await.assert_status(303);
    grace
        .send_files(&format!("{ours}/messages"), &[("body", ""), ("action", "send")], &[file])
        .await
        .assert_status(303);
    cody.send_files("/customer/tickets", &[("subject", "Scan"), ("body", "")], &[file])
        .await
        .assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages WHERE body = ''"), "3");
    cody.get(&theirs).await.assert_text("mail from acme.com");
    // Neither words nor a file is no message, on pages and in the database.
    cody.submit(&format!("{theirs}/messages"), &[("body", "")]).await.assert_status(422);
    let bare = format!(
        "INSERT INTO ticket_messages (tenant_id, customer_id, ticket_id, from_staff, author_name, body) SELECT tenant_id, customer_id, id, false, 'Cody', '' FROM tickets WHERE id = '{ticket}'"
    );
    assert!(diesel::connection::SimpleConnection::batch_execute(&mut app.database.owner(), &bare).is_err());

    app.write_to(
        ticket,
        GRACE,
        "Look at https://acme.test/help?a=1&b=2 <b>first</b>\n  then ask help@acme.test",
    );
    for page in [cody.get(&theirs).await, grace.get(&ours).await] {
        let links = page.attributes("a[rel='noopener noreferrer nofollow']", "href");
        assert_eq!(links, ["https://acme.test/help?a=1&b=2", "mailto:help@acme.test"]);
        assert!(page.body.contains("&lt;b&gt;first") && page.body.contains("\n  then ask"), "{}", page.body);
    }
}
