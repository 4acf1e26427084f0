use crate::support::{Person, TestApp};

const ADA: &str = "ada@acme.test";
const GRACE: &str = "grace@acme.test";
const CHLOE: &str = "chloe@acme.test";
const CAROL: &str = "carol@northwind.test";
const CODY: &str = "cody@northwind.test";

impl TestApp {
    /// Everybody who was told something, with the kind: what is told in the app and by email alike.
    fn told(&self) -> Vec<String> {
        let told = self.cell(
            "SELECT string_agg(u.email || ' ' || n.kind, ', ' ORDER BY u.email, n.created_at) FROM notifications n JOIN users u ON u.id = n.user_id",
        );
        told.split(", ").filter(|one| !one.is_empty()).map(str::to_owned).collect()
    }

    /// Forgets what was told so far.
    async fn settle(&self) {
        self.run_tasks().await;
        self.sql("DELETE FROM notifications");
    }

    /// Some minutes pass.
    async fn later(&self) {
        self.run_tasks().await;
        self.sql("UPDATE tasks SET run_at = now() WHERE state = 'queued'");
        self.run_tasks().await;
    }
}

impl Person {
    async fn bell(&self) -> String {
        let answer = self.get("/notifications/unread").await;
        let told: serde_json::Value = serde_json::from_str(&answer.assert_ok().body).unwrap();
        told["count"].as_str().unwrap().to_owned()
    }
}

#[actix_web::test]
async fn admins_hear_of_a_customers_new_ticket_once_and_nobody_else_does() {
    let app = TestApp::start().await;
    app.open_ticket(CODY, "Printer");
    app.run_tasks().await;
    assert_eq!(app.told(), ["ada@acme.test ticket_created"]);
    let ada = app.person(ADA).await;
    assert_eq!(ada.bell().await, "1");
    let list = ada.get("/console/notifications").await;
    list.assert_ok().assert_text("Cody Lane opened #1001 Printer");
    assert_eq!(list.all(".bell__count"), ["1"]);
    assert_eq!(app.person(GRACE).await.bell().await, "");
}

#[actix_web::test]
async fn a_customers_message_reaches_who_works_on_the_ticket_else_the_admins() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.settle().await;
    app.write_to(ticket, CODY, "Still burning.");
    app.run_tasks().await;
    assert_eq!(app.told(), ["ada@acme.test message_received"]);
    app.assign(ticket, GRACE, GRACE);
    app.settle().await;
    app.write_to(ticket, CODY, "Now the desk too.");
    app.run_tasks().await;
    assert_eq!(app.told(), ["grace@acme.test message_received"]);
}

#[actix_web::test]
async fn an_answer_reaches_the_requester_and_who_is_in_copy_and_a_note_reaches_nobody() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.sql(&format!(
        "INSERT INTO ticket_copies (tenant_id, customer_id, ticket_id, user_id)
         SELECT tenant_id, customer_id, '{ticket}', id FROM users WHERE email = '{CAROL}'"
    ));
    app.settle().await;
    app.note_on(ticket, GRACE, "He always does this.");
    app.run_tasks().await;
    assert_eq!(app.told(), [""; 0]);
    app.write_to(ticket, GRACE, "Take the paper out.");
    app.run_tasks().await;
    let mut told = app.told();
    told.sort();
    assert_eq!(told, ["carol@northwind.test reply_received", "cody@northwind.test reply_received"]);
    app.person(CODY)
        .await
        .get("/customer/notifications")
        .await
        .assert_ok()
        .assert_text("Grace Hill answered #1001");
}

#[actix_web::test]
async fn whoever_is_given_a_ticket_hears_of_it_unless_they_took_it() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.settle().await;
    app.assign(ticket, GRACE, GRACE);
    app.run_tasks().await;
    assert_eq!(app.told(), [""; 0]);
    app.assign(ticket, GRACE, CHLOE);
    app.run_tasks().await;
    assert_eq!(app.told(), ["chloe@acme.test ticket_assigned"]);
}

#[actix_web::test]
async fn a_rep_whose_assignment_ended_hears_nothing_and_forgets_what_they_heard() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.assign(ticket, GRACE, CHLOE);
    app.later().await;
    let mails = app.mailer.kept().unwrap().len();
    let chloe = app.person(CHLOE).await;
    chloe.get("/console/notifications").await.assert_text("#1001 Printer");
    app.write_to(ticket, CODY, "Still burning.");
    app.sql("DELETE FROM customer_success_owned_customers");
    chloe.get("/console/notifications").await.assert_no_text("#1001");
    app.later().await;
    assert_eq!(
        app.cell(&format!("SELECT count(*) FROM notifications WHERE user_id = '{}'", app.user(CHLOE))),
        "0"
    );
    assert_eq!(chloe.bell().await, "");
    // Who hears in their place is the admin.
    assert_eq!(app.mailer.kept().unwrap().len(), mails + 1);
}

#[actix_web::test]
async fn a_disabled_account_hears_nothing() {
    let app = TestApp::start().await;
    app.sql(&format!("UPDATE users SET disabled_at = now() WHERE email = '{ADA}'"));
    app.open_ticket(CODY, "Printer");
    app.run_tasks().await;
    assert_eq!(app.told(), [""; 0]);
}

#[actix_web::test]
async fn each_kind_can_be_switched_off_in_the_app_and_by_email() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let choices = "/console/notifications/choices";
    assert_eq!(ada.get(choices).await.all("input[type=checkbox][checked]").len(), 8);
    ada.submit_and_follow(choices, &[("by_email", "ticket_created"), ("in_app", "message_received")])
        .await
        .assert_text("Your choices are saved.");
    let ticket = app.open_ticket(CODY, "Printer");
    app.later().await;
    assert_eq!(ada.bell().await, "");
    assert_eq!(app.mailer.kept().unwrap().len(), 1);
    app.write_to(ticket, CODY, "Still burning.");
    app.later().await;
    assert_eq!(ada.bell().await, "1");
    assert_eq!(app.mailer.kept().unwrap().len(), 1);
}

#[actix_web::test]
async fn what_happens_within_minutes_comes_in_one_email_without_what_was_read_meanwhile() {
    let app = TestApp::start().await;
    let (printer, desk) = (app.open_ticket(CODY, "Printer"), app.open_ticket(CODY, "Desk"));
    app.settle().await;
    app.write_to(printer, GRACE, "Take the paper out.");
    app.write_to(desk, GRACE, "Which desk?");
    app.write_to(printer, GRACE, "And the toner.");
    app.run_tasks().await;
    assert_eq!(app.mailer.kept().unwrap().len(), 0, "it waits for what else comes");
    app.later().await;
    let mails = app.mailer.kept().unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].to_address.as_str(), mails[0].subject.as_str()),
        (CODY, "3 news on #1001 and #1002")
    );
    for wanted in ["Take the paper out.", "Which desk?", "And the toner.", "/customer/notifications/choices"]
    {
        assert!(mails[0].text.contains(wanted), "{}", mails[0].text);
    }
    app.write_to(printer, GRACE, "Better now?");
    app.run_tasks().await;
    let cody = app.person(CODY).await;
    cody.submit("/customer/notifications/read", &[]).await.assert_status(303);
    app.later().await;
    assert_eq!(app.mailer.kept().unwrap().len(), 1);
}

#[actix_web::test]
async fn nobody_reads_or_marks_what_another_was_told() {
    let app = TestApp::start().await;
    app.open_ticket(CODY, "Printer");
    app.run_tasks().await;
    let id = app.cell("SELECT id FROM notifications");
    for (email, path) in [
        (GRACE, "/console"),
        ("eve@globex.test", "/console"),
        (CAROL, "/customer"),
        (CODY, "/customer"),
        ("iris@initech.test", "/customer"),
    ] {
        let person = app.person(email).await;
        let path = format!("{path}/notifications");
        person
            .get(&format!("{path}?id={id}&user_id={}", app.user(ADA)))
            .await
            .assert_ok()
            .assert_no_text("Printer");
        person.submit(&format!("{path}/{id}/read"), &[]).await.assert_not_found();
        person.submit(&format!("{path}/read"), &[("id", &id)]).await.assert_status(303);
    }
    assert_eq!(app.cell("SELECT count(*) FROM notifications WHERE read_at IS NULL"), "1");
    let ada = app.person(ADA).await;
    ada.submit(&format!("/console/notifications/{id}/read"), &[]).await.assert_status(303);
    assert_eq!(ada.bell().await, "");
}

#[actix_web::test]
async fn an_open_page_hears_the_bell_of_its_reader_only() {
    let app = TestApp::start_live().await;
    let (ada, grace) = (app.person(ADA).await, app.person(GRACE).await);
    let mut adas = ada.listen("/live?list=bell").await;
    let mut graces = grace.listen("/live?list=bell").await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.run_tasks().await;
    assert_eq!(adas.next().await.event, "bell");
    app.assign(ticket, ADA, GRACE);
    app.run_tasks().await;
    // The first thing that Grace hears.
    assert_eq!(graces.next().await.event, "bell");
}

#[actix_web::test]
async fn a_call_that_a_customer_asks_for_reaches_who_looks_after_them_else_the_admins() {
    let app = TestApp::start().await;
    let ask = |email: &str| {
        app.sql(&format!(
            "INSERT INTO calls (tenant_id, customer_id, requester_id, requester_name, phone, topic, time_zone, slots, slot_minutes, status)
             SELECT tenant_id, customer_id, id, name, '+12125550187', 'Contract', 'UTC', ARRAY[now() + interval '1 day'], 30, 'requested'
             FROM users WHERE email = '{email}'"
        ));
    };
    ask(CODY);
    ask("iris@initech.test");
    app.run_tasks().await;
    assert_eq!(app.told(), ["chloe@acme.test call_requested", "eve@globex.test call_requested"]);
    let call = app.cell("SELECT call_id FROM notifications n JOIN users u ON u.id = n.user_id WHERE u.email = 'chloe@acme.test'");
    let chloe = app.person(CHLOE).await;
    let list = chloe.get("/console/notifications").await;
    assert_eq!(list.attribute(".notice a", "href").unwrap(), format!("/console/calls/{call}"));
    chloe.get(&format!("/console/calls/{call}")).await.assert_ok();
    while !chloe.bell().await.is_empty() {
        actix_web::rt::task::yield_now().await;
    }
}
