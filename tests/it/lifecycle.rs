//! A customer leaves, comes back, or does not.
use crate::support::{Person, TestApp, cast::PASSWORD};
use serde_json::json;

struct Northwind {
    app: TestApp,
    ada: Person,
    /// The customer's page, and its address in the API.
    page: String,
    api: String,
}

impl Northwind {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let id = app.customer("Northwind Traders");
        let ada = app.person("ada@acme.test").await;
        Self { app, ada, page: format!("/console/customers/{id}"), api: format!("/api/customers/{id}") }
    }

    async fn deactivate(&self) {
        let form = [("reason", "price"), ("likelihood", "3"), ("name", "Northwind Traders")];
        self.ada.submit(&format!("{}/deactivation", self.page), &form).await.assert_status(303);
    }

    /// What somebody meets who signs in.
    async fn met_by(&self, email: &str) -> (Person, crate::support::Answer) {
        let person = self.app.visitor();
        let answer = person.submit("/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303);
        let met = person.get(&answer.location).await;
        (person, met)
    }

    /// The texts of the mails that somebody got.
    fn mails_to(&self, email: &str) -> Vec<String> {
        let mails = self.app.mailer.kept().unwrap();
        mails.iter().filter(|mail| mail.to_address == email).map(|mail| mail.text.clone()).collect()
    }

    fn topics(&self) -> String {
        self.app.cell(
            "SELECT string_agg(topic, ' ' ORDER BY id) FROM events WHERE topic ~ '^CUSTOMER_(DE|RE)ACTIVATED$' AND entity = 'customer'",
        )
    }

    /// Runs the clock's task as if it were so long from now.
    async fn clock(&self, later: &str) {
        self.app.sql(&format!(
            "INSERT INTO tasks (handler, due_for, tries) VALUES ('end_grace_periods', now() + interval '{later}', 10)"
        ));
        self.app.run_tasks().await;
    }
}

#[actix_web::test]
async fn the_form_counts_what_stops_and_keeps_what_was_typed() {
    let northwind = Northwind::start().await;
    let app = &northwind.app;
    let _cody = app.person("cody@northwind.test").await;
    app.sql(
        "INSERT INTO api_keys (tenant_id, customer_id, name, prefix, key_hash, expires_at)
         SELECT tenant_id, id, n::text, 'ck_1', sha256(n::text::bytea), now() + n * interval '1 day' FROM customers, generate_series(-1, 2) n WHERE name = 'Northwind Traders' AND n <> 0",
    );
    let path = format!("{}/deactivation", northwind.page);
    let form = northwind.ada.get(&path).await;
    form.assert_text("2 users can't sign in; 1 open session ends").assert_text("2 API keys expire");
    form.assert_text("Carol Winter gets a mail that says so");
    let typed = [
        ("reason", "boredom"),
        ("explanation", "Too dear\nfor us"),
        ("likelihood", "11"),
        ("name", "Northwnd"),
    ];
    let again = northwind.ada.submit(&path, &typed).await;
    again.assert_status(422).assert_text("Choose a reason.").assert_text("Choose a number from 0 to 10");
    assert_eq!(again.all("#explanation"), ["Too dear for us"]);
    assert_eq!(again.attribute("#name", "value").unwrap(), "Northwnd");
    assert_eq!(app.cell("SELECT count(*) FROM deactivations"), "0");
}

#[actix_web::test]
async fn a_deactivated_customer_is_out_at_once_and_back_after_reactivation() {
    let northwind = Northwind::start().await;
    let app = &northwind.app;
    app.sql(
        "INSERT INTO api_keys (tenant_id, customer_id, name, prefix, key_hash) SELECT tenant_id, id, 'Till', 'ck_1', sha256('x') FROM customers WHERE name = 'Northwind Traders'",
    );
    let (carol, iris) = (app.person("carol@northwind.test").await, app.person("iris@initech.test").await);
    let version = "SELECT sum(claims_version) FROM users WHERE email LIKE '%@northwind.test'";
    let before = app.cell(version);
    northwind.deactivate().await;

    assert_eq!(carol.get("/customer/dashboard").await.location, "/login?return_to=%2Fcustomer%2Fdashboard");
    iris.get("/customer/dashboard").await.assert_ok();
    let list = northwind.ada.get("/console/customers").await;
    assert_eq!(list.all(".badge--bad"), ["Deactivated"], "the list marks it");
    assert_ne!(app.cell(version), before, "tokens are of yesterday");
    assert_eq!(app.cell("SELECT expires_at <= now() FROM api_keys"), "true");
    assert_eq!(northwind.topics(), "CUSTOMER_DEACTIVATED");
    let page = northwind.ada.get(&northwind.page).await;
    page.assert_text("Deactivated").assert_text("31 days are left.").assert_text("deactivated this customer");
    let stands = northwind.ada.get(&format!("{}/deactivation", northwind.page)).await;
    stands.assert_text("Price").assert_text("3 of 10");
    let twice =
        northwind.ada.send_json(&format!("{}/deactivation", northwind.api), r#"{"reason": "price"}"#).await;
    assert_eq!((twice.status.as_u16(), twice.json()["code"].as_str()), (409, Some("CONFLICT")));

    northwind
        .ada
        .submit_and_follow(&format!("{}/reactivation", northwind.page), &[])
        .await
        .assert_text("is reactivated");
    app.person("carol@northwind.test").await.get("/customer/dashboard").await.assert_ok();
    assert_eq!(app.cell("SELECT expires_at <= now() FROM api_keys"), "true", "keys stay expired");
    assert_eq!(northwind.topics(), "CUSTOMER_DEACTIVATED CUSTOMER_REACTIVATED");
    northwind.ada.submit(&format!("{}/reactivation", northwind.page), &[]).await.assert_status(409);
    northwind.clock("400 days").await;
    assert_eq!(app.cell("SELECT lifecycle_stage FROM customers WHERE name = 'Northwind Traders'"), "active");
}

#[actix_web::test]
async fn who_is_typing_and_who_holds_a_token_are_out_at_their_next_request() {
    let northwind = Northwind::start().await;
    let app = &northwind.app;
    let cody = app.person("cody@northwind.test").await;
    let ticket = format!("/customer/tickets/{}", app.open_ticket("cody@northwind.test", "Printer"));
    cody.submit(&format!("{ticket}/draft"), &[("body", "Half a sen")]).await.assert_status(303);
    let login = serde_json::json!({ "email": "carol@northwind.test", "password": PASSWORD }).to_string();
    let signed_in = app.visitor().send_json("/api/auth/login", &login).await;
    let carol = app.program(signed_in.json()["token"].as_str().unwrap());
    carol.get("/api/customers/me").await.assert_ok();
    northwind.deactivate().await;

    let draft = cody.submit(&format!("{ticket}/draft"), &[("body", "Half a sentence")]).await;
    assert!(draft.location.starts_with("/login"), "{}", draft.location);
    let message = cody.submit(&format!("{ticket}/messages"), &[("body", "Half a sentence")]).await;
    assert!(message.location.starts_with("/login"), "{}", message.location);
    carol.get("/api/customers/me").await.assert_status(401);
    app.visitor().send_json("/api/auth/login", &login).await.assert_status(403);
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages WHERE body LIKE 'Half%'"), "0");

    // Within the window they are back, and what was typed is still there.
    northwind.ada.submit(&format!("{}/reactivation", northwind.page), &[]).await.assert_status(303);
    let cody = app.person("cody@northwind.test").await;
    cody.get(&ticket).await.assert_ok().assert_text("Half a sen");
    app.visitor().send_json("/api/auth/login", &login).await.assert_ok();
}

#[actix_web::test]
async fn a_session_that_slips_through_is_of_no_use() {
    let northwind = Northwind::start().await;
    northwind.deactivate().await;
    // As if a sign-in had been under way while the customer was deactivated.
    northwind.app.sql("UPDATE customers SET is_disabled = false WHERE name = 'Northwind Traders'");
    let cody = northwind.app.person("cody@northwind.test").await;
    northwind.app.sql("UPDATE customers SET is_disabled = true WHERE name = 'Northwind Traders'");
    cody.get("/customer/dashboard").await.assert_status(303);
}

#[actix_web::test]
async fn its_users_are_told_why_and_its_admin_asks_to_come_back() {
    let northwind = Northwind::start().await;
    northwind.deactivate().await;
    let (cody, met) = northwind.met_by("cody@northwind.test").await;
    met.assert_status(403).assert_text("Northwind Traders has no access at the moment");
    met.assert_text("Chloe Marsh, chloe@acme.test")
        .assert_text("An admin of Northwind Traders can ask for it here");
    cody.submit("/access-ended", &[("words", "please")]).await.assert_status(303);
    assert_eq!(northwind.app.cell("SELECT asked_at IS NULL FROM deactivations"), "true");

    let (carol, met) = northwind.met_by("carol@northwind.test").await;
    assert_eq!(met.all("form button").last().unwrap(), "Ask for reactivation");
    let asked = carol.submit_and_follow("/access-ended", &[("words", "We were too quick.")]).await;
    asked.assert_status(403).assert_text("You have asked for it");
    northwind.app.run_tasks().await;
    let mails = northwind.mails_to("chloe@acme.test");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("We were too quick."), "{}", mails[0]);
    assert!(mails[0].contains("Carol Winter"));
    northwind.ada.get(&northwind.page).await.assert_text("They ask to come back.");
    northwind.ada.get(&format!("{}/deactivation", northwind.page)).await.assert_text("“We were too quick.”");

    let stranger = northwind.app.visitor();
    assert_eq!(stranger.get("/access-ended").await.location, "/login");
    let wrong =
        stranger.submit("/login", &[("email", "carol@northwind.test"), ("password", "not it at all")]).await;
    wrong.assert_status(422).assert_no_text("access");
}

#[actix_web::test]
async fn its_admins_who_can_sign_in_are_told_when_access_ends_and_when_it_is_back() {
    let northwind = Northwind::start().await;
    northwind.app.sql(
        "INSERT INTO users (tenant_id, customer_id, email, name, roles, password_hash, disabled_at)
         SELECT tenant_id, id, x.email, x.email, '{customer_admin}', x.hash, x.disabled_at
         FROM customers, (VALUES ('gone@northwind.test', 'x', now()), ('invited@northwind.test', NULL, NULL)) AS x (email, hash, disabled_at)
         WHERE name = 'Northwind Traders'",
    );
    northwind.app.run_tasks().await;
    northwind.deactivate().await;
    northwind.app.run_tasks().await;
    let to = |email: &str| northwind.mails_to(email);
    let told = to("carol@northwind.test");
    assert_eq!(told.len(), 1);
    for part in
        ["Northwind Traders has no access at the moment", "Possible until:", "chloe@acme.test", "/login"]
    {
        assert!(told[0].contains(part), "{part} is not in {}", told[0]);
    }
    northwind.ada.submit(&format!("{}/reactivation", northwind.page), &[]).await.assert_status(303);
    northwind.app.run_tasks().await;
    assert_eq!(to("carol@northwind.test").len(), 2);
    assert!(
        to("carol@northwind.test").iter().any(|mail| mail.contains("Northwind Traders has access again"))
    );
    // Back before anybody was told: only that it is back.
    northwind.deactivate().await;
    northwind.ada.submit(&format!("{}/reactivation", northwind.page), &[]).await.assert_status(303);
    northwind.app.run_tasks().await;
    let again = to("carol@northwind.test");
    assert_eq!(again.iter().filter(|mail| mail.contains("has no access at the moment")).count(), 1);
    for other in ["cody@northwind.test", "gone@northwind.test", "invited@northwind.test"] {
        assert_eq!(to(other), [""; 0], "{other}");
    }
}

#[actix_web::test]
async fn whoever_does_not_come_back_in_time_is_churned_and_nothing_is_deleted() {
    let northwind = Northwind::start().await;
    northwind.deactivate().await;
    northwind.app.sql(
        "INSERT INTO tickets (tenant_id, customer_id, subject, status, resolved_at, requester_name)
         SELECT tenant_id, id, s.status, s.status, CASE s.status WHEN 'solved' THEN now() END, 'Cody' FROM customers, (VALUES ('open'), ('pending'), ('solved')) AS s (status)
         WHERE name IN ('Northwind Traders', 'Contoso')",
    );
    let stage = "SELECT lifecycle_stage FROM customers WHERE name = 'Northwind Traders'";
    northwind.clock("30 days").await;
    assert_eq!(northwind.app.cell(stage), "active", "the last day is not over");
    northwind.clock("32 days").await;
    assert_eq!(northwind.app.cell(stage), "churned");
    let tickets = |customer: &str| {
        northwind.app.cell(&format!(
            "SELECT string_agg(t.status, ' ' ORDER BY t.subject) || ' ' || (SELECT count(*) FROM ticket_messages m WHERE m.is_internal AND m.ticket_id = ANY (array_agg(t.id)))
             FROM tickets t JOIN customers c ON c.id = t.customer_id WHERE c.name = '{customer}'"
        ))
    };
    assert_eq!(tickets("Northwind Traders"), "closed closed solved 2");
    assert_eq!(tickets("Contoso"), "open pending solved 0");
    assert_eq!(
        northwind.app.cell(
            "SELECT ended_at = churned_at AND churned_at > now() + interval '31 days' FROM deactivations"
        ),
        "true"
    );
    assert_eq!(northwind.app.cell("SELECT count(*) FROM users WHERE email LIKE '%@northwind.test'"), "2");
    let late = northwind.ada.submit(&format!("{}/reactivation", northwind.page), &[]).await;
    late.assert_status(409).assert_text("The grace period is over");
    northwind.met_by("carol@northwind.test").await.1.assert_status(403).assert_text("is over");
}

#[actix_web::test]
async fn after_the_grace_period_staff_bring_a_customer_back_into_a_stage_they_choose() {
    let northwind = Northwind::start().await;
    let app = &northwind.app;
    let (deactivation, back) =
        (format!("{}/deactivation", northwind.page), format!("{}/return", northwind.page));
    app.sql(
        "INSERT INTO tickets (tenant_id, customer_id, subject, status, requester_name) SELECT tenant_id, id, 'Help', 'open', 'Cody' FROM customers WHERE name = 'Northwind Traders';
         INSERT INTO api_keys (tenant_id, customer_id, name, prefix, key_hash) SELECT tenant_id, id, 'Till', 'ck_1', sha256('x') FROM customers WHERE name = 'Northwind Traders'",
    );
    northwind.deactivate().await;
    let early = northwind.ada.submit(&back, &[("lifecycle_stage", "active")]).await;
    early.assert_status(409).assert_text("The grace period is not over");
    // The last day is over, and no clock has come by yet.
    app.sql("UPDATE deactivations SET created_at = now() - interval '9 days', grace_ends_at = now() - interval '1 minute'");
    let (_, met) = northwind.met_by("carol@northwind.test").await;
    met.assert_status(403).assert_text("Acme can still bring you back").assert_text("chloe@acme.test");
    assert_eq!(met.all("form button"), [""; 0], "there is nothing to ask for here any more");
    northwind.clock("0 days").await;
    northwind
        .ada
        .get(&northwind.page)
        .await
        .assert_text("the grace period is over")
        .assert_text("Bring customer back");
    northwind
        .ada
        .get(&deactivation)
        .await
        .assert_text("2 users can sign in again")
        .assert_text("API keys stay expired");
    for stage in ["", "churned", "king"] {
        let refused = northwind.ada.submit(&back, &[("lifecycle_stage", stage)]).await;
        refused.assert_status(422).assert_text("Choose the stage in which the customer goes on.");
    }
    let program = northwind.ada.send_json(&format!("{}/reactivation", northwind.api), "").await;
    assert_eq!((program.status.as_u16(), program.json()["code"].as_str()), (409, Some("CONFLICT")));

    let done = northwind.ada.submit_and_follow(&back, &[("lifecycle_stage", "inactive")]).await;
    done.assert_text("Northwind Traders is back").assert_text("reactivated this customer");
    app.person("cody@northwind.test").await.get("/customer/dashboard").await.assert_ok();
    let state = "SELECT lifecycle_stage || ' ' || is_disabled || ' ' || (churned_at IS NULL) FROM customers WHERE name = 'Northwind Traders'";
    assert_eq!(app.cell(state), "inactive false true");
    assert_eq!(app.cell("SELECT status FROM tickets WHERE subject = 'Help'"), "closed");
    assert_eq!(app.cell("SELECT expires_at <= now() FROM api_keys"), "true");
    assert_eq!(
        app.cell("SELECT num_nonnulls(churned_at, reactivated_at) FROM deactivations"),
        "2",
        "that they had left is still told"
    );
    northwind.ada.submit(&back, &[("lifecycle_stage", "active")]).await.assert_status(409);
    app.run_tasks().await;
    assert!(northwind.mails_to("carol@northwind.test").iter().any(|mail| mail.contains("has access again")));
    // They may leave once more.
    northwind.deactivate().await;
    assert_eq!(northwind.topics(), "CUSTOMER_DEACTIVATED CUSTOMER_REACTIVATED CUSTOMER_DEACTIVATED");
}

#[actix_web::test]
async fn programs_deactivate_and_reactivate_with_the_same_rules() {
    let northwind = Northwind::start().await;
    let path = format!("{}/deactivation", northwind.api);
    let wrong = northwind
        .ada
        .send_json(&path, r#"{"reason": "boredom", "likelihood": 12, "grace_ends_on": "2001-01-01"}"#)
        .await;
    let errors = wrong.assert_status(422).json();
    let mut named: Vec<_> =
        errors["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, ["grace_ends_on", "likelihood", "reason"]);
    let body = json!({ "reason": "not_using", "explanation": "Quiet.", "likelihood": 9, "requested_by": "Carol Winter" });
    let made = northwind.ada.send_json(&path, &body.to_string()).await;
    made.assert_status(201);
    assert_eq!(made.json()["likelihood"], 9);
    assert_eq!(
        northwind.app.cell("SELECT requested_by || ' ' || explanation FROM deactivations"),
        "Carol Winter Quiet."
    );
    let chloe = northwind.app.person("chloe@acme.test").await;
    let back = chloe.send_json(&format!("{}/reactivation", northwind.api), "").await;
    assert!(back.assert_ok().json()["reactivated_at"].is_string());
    northwind.app.person("cody@northwind.test").await.get("/customer/dashboard").await.assert_ok();
}

#[actix_web::test]
async fn the_page_of_deletion_counts_what_goes_and_the_log_keeps_the_last_state() {
    let northwind = Northwind::start().await;
    northwind.app.sql(
        "INSERT INTO locations (tenant_id, customer_id, name) SELECT tenant_id, id, n::text FROM customers, generate_series(1, 3) n WHERE name = 'Northwind Traders';
         INSERT INTO tickets (tenant_id, customer_id, subject, requester_name) SELECT tenant_id, id, 'Help', 'Cody' FROM customers WHERE name = 'Northwind Traders';
         INSERT INTO api_keys (tenant_id, customer_id, name, prefix, key_hash) SELECT tenant_id, id, 'Till', 'ck_1', sha256('x') FROM customers WHERE name = 'Northwind Traders'",
    );
    northwind.deactivate().await;
    let path = format!("{}/deletion", northwind.page);
    let page = northwind.ada.get(&path).await;
    for told in [
        "3 locations",
        "1 ticket, with all that was written to it",
        "1 API key",
        "1 deactivation",
        "2 portal users",
        "1 contact",
    ] {
        page.assert_text(told);
    }
    northwind.ada.submit(&path, &[("name", "Northwind Traders")]).await.assert_status(303);
    northwind.app.run_tasks().await;
    for table in ["locations", "tickets", "api_keys", "deactivations", "contacts", "search_documents"] {
        let left = northwind.app.cell(&format!(
            "SELECT count(*) FROM {table} x WHERE to_jsonb(x)::text LIKE '%{}%'",
            northwind.api.trim_start_matches("/api/customers/")
        ));
        assert_eq!(left, "0", "{table}");
    }
    assert_eq!(
        northwind.app.cell("SELECT before->>'is_disabled' || ' ' || (before->>'email') FROM events WHERE topic = 'CUSTOMER_DELETED'"),
        "true hello@northwind.test"
    );
    assert_eq!(
        northwind
            .app
            .cell("SELECT before->>'reason' FROM events WHERE topic = 'CUSTOMER_DEACTIVATION_DELETED'"),
        "price"
    );
}
