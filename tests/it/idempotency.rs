//! What is sent several times at once happens once, and everybody gets the same answer.
use crate::support::*;
use futures_util::future::join_all;
use std::collections::BTreeSet;

/// As many browsers and programs send again in their hurry.
const TIMES: usize = 12;

/// The one answer that all get: status and location.
fn same(answers: &[Answer]) -> (u16, String) {
    let told: BTreeSet<_> = answers.iter().map(|a| (a.status.as_u16(), a.location.clone())).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    told.into_iter().next().unwrap()
}

async fn at_once(person: &Person, path: &str, form: &[(&str, &str)]) -> Vec<Answer> {
    join_all((0..TIMES).map(|_| person.submit(path, form))).await
}

/// The key that the form of this page carries.
async fn key(person: &Person, page: &str) -> String {
    person.get(page).await.attribute("input[name=submission]", "value").unwrap()
}

#[actix_web::test]
async fn a_ticket_that_is_sent_twelve_times_at_once_is_opened_once_everywhere() {
    let app = TestApp::start().await;
    let (cody, ada) = (app.person("cody@northwind.test").await, app.person("ada@acme.test").await);
    let count = || app.cell("SELECT count(*) || ' ' || (SELECT count(*) FROM ticket_messages) FROM tickets");

    let portal = key(&cody, "/customer/tickets/new").await;
    let form = [("subject", "Once"), ("body", "Only once."), ("submission", portal.as_str())];
    let (status, location) = same(&at_once(&cody, "/customer/tickets", &form).await);
    assert_eq!((status, count().as_str()), (303, "1 1"));
    cody.get(&location).await.assert_ok().assert_text("Only once.");

    let northwind = app.customer("Northwind Traders");
    let requester = format!("user {}", app.cell("SELECT id FROM users WHERE email = 'cody@northwind.test'"));
    let console = key(&ada, &format!("/console/tickets/new?customer={northwind}")).await;
    let form = [
        ("customer", northwind.as_str()),
        ("requester", requester.as_str()),
        ("subject", "Once"),
        ("body", "Only once."),
        ("submission", console.as_str()),
    ];
    let (status, location) = same(&at_once(&ada, "/console/tickets", &form).await);
    assert_eq!((status, count().as_str()), (303, "2 2"));

    let composer = key(&ada, &location).await;
    let reply = [("body", "Once."), ("kind", "reply"), ("submission", composer.as_str())];
    let (status, _) = same(&at_once(&ada, &format!("{location}/messages"), &reply).await);
    assert_eq!((status, count().as_str()), (303, "2 3"));

    let api = "/api/customers/me/tickets";
    let json = r#"{"subject": "Once", "body": "Only once."}"#;
    let message = r#"{"body": "Only once."}"#;
    let answers = join_all((0..TIMES).map(|_| cody.send_json_once(api, json, "k"))).await;
    assert_eq!((same(&answers).0, count().as_str()), (201, "3 4"));
    let ids: BTreeSet<_> = answers.iter().map(|answer| answer.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    let messages = format!("{api}/{}/messages", answers[0].json()["id"].as_str().unwrap());
    let answers = join_all((0..TIMES).map(|_| cody.send_json_once(&messages, message, "k"))).await;
    assert_eq!((same(&answers).0, count().as_str()), (201, "3 5"));
}

#[actix_web::test]
async fn what_was_refused_may_be_sent_again_and_something_else_needs_another_key() {
    let app = TestApp::start().await;
    let cody = app.person("cody@northwind.test").await;
    let tickets = "/api/customers/me/tickets";
    cody.send_json_once(tickets, r#"{"subject": "", "body": "x"}"#, "k").await.assert_status(422);
    cody.send_json_once(tickets, r#"{"subject": "a", "body": "x"}"#, "k").await.assert_status(201);
    let other = cody.send_json_once(tickets, r#"{"subject": "b", "body": "x"}"#, "k").await;
    assert_eq!(
        (other.assert_status(422).json()["code"].as_str(), count(&app).as_str()),
        (Some("KEY_REUSED"), "1")
    );
    let form = |subject| [("subject", subject), ("body", "x"), ("submission", "k")];
    cody.submit("/customer/tickets", &form("a")).await.assert_status(303);
    let other = cody.submit("/customer/tickets", &form("b")).await;
    other.assert_status(422).assert_text("This form was sent before with something else in it");
    assert_eq!(count(&app), "2");
    // Without a key everything is new, and so it is a day later.
    let plain = [("subject", "a"), ("body", "x")];
    cody.submit("/customer/tickets", &plain).await.assert_status(303);
    cody.submit("/customer/tickets", &plain).await.assert_status(303);
    app.sql("UPDATE submissions SET sent_at = now() - interval '25 hours'");
    app.sql("SELECT forget_submissions(now() - interval '24 hours')");
    cody.submit("/customer/tickets", &form("b")).await.assert_status(303);
    assert_eq!(count(&app), "5");
}

fn count(app: &TestApp) -> String {
    app.cell("SELECT count(*) FROM tickets")
}

#[actix_web::test]
async fn files_that_come_twice_are_kept_once() {
    let app = TestApp::start().await;
    let cody = app.person("cody@northwind.test").await;
    let form = [("subject", "Once"), ("body", "Only once."), ("submission", "k")];
    let files = [("note.txt", b"hello".to_vec())];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_slice())).collect();
    let sent = join_all((0..4).map(|_| cody.send_files("/customer/tickets", &form, &files))).await;
    assert_eq!(same(&sent).0, 303);
    assert_eq!(app.cell("SELECT count(*) FROM attachments"), "1");
    let file = app.cell("SELECT id FROM attachments");
    let kept = cody.get(&format!("/customer/attachments/{file}")).await;
    assert_eq!(kept.assert_ok().body, "hello");
}

#[actix_web::test]
async fn of_two_who_save_at_the_same_moment_one_is_told_of_the_other() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    app.sql(&crate::access::things());
    let customer = format!("/console/customers/{}", app.customer("Northwind Traders"));
    let contact = format!("{customer}/contacts/00000000-0000-7000-8000-00000000000c");
    for (page, to, field) in
        [(format!("{customer}/edit"), &customer, "name"), (format!("{contact}/edit"), &contact, "first_name")]
    {
        let version = ada.get(&page).await.attribute("input[name=version]", "value").unwrap();
        let form = |name| [(field, name), ("version", version.as_str())];
        let (hers, his) = (form("Ada's"), form("Grace's"));
        let (one, other) = futures_util::join!(ada.submit(to, &hers), grace.submit(to, &his));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{page}");
    }
}

/// Forms without a key of their own, by where they lead; and why they need none.
#[rustfmt::skip]
const KEYLESS: &[(&str, &str)] = &[
    ("sign_in", ENTRY), ("sign_in_tenant", ENTRY), ("sign_out", ENTRY), ("tenant_leave", ENTRY),
    ("account_other_sessions_end", DONE), ("account_session_end", DONE), ("sessions_end", DONE), ("withdrawal", DONE), ("enabling", DONE), ("disabling", DONE),
    ("contact_deletion", DONE), ("contact_primary", DONE), ("customer_owner_removal", DONE), ("saved_reply_deletion", DONE), ("tag_deletion", DONE),
    ("view_deletion", DONE), ("view_query", DONE), ("view_pin", DONE), ("view_unpin", DONE), ("read", DONE), ("read_all", DONE), ("choices", DONE),
    ("assignee", DONE), ("all", DONE), ("one", DONE),
    ("customer_tags", DONE), ("ticket_tags", DONE), ("ticket_properties", DONE), ("portal_ticket_reopening", DONE), ("portal_ticket_closure", DONE),
    ("portal_ticket_copies", DONE), ("portal_ticket_copy_deletion", DONE), ("access_ended", DONE), ("action", DONE),
    ("import_run", DONE), ("import_check", DONE), ("import_mapping", DONE), ("import_reading", DONE), ("import_undo", DONE),
    ("confirmation", LINK), ("new_address", LINK), ("bootstrap", LINK), ("self.action", LINK),
    ("verification", DONE), ("domain_verification", LINK), ("target", KEPT), ("customers_bulk", ASKED), ("workload_handover", ASKED),
];
const ENTRY: &str = "each begins a session, or ends one";
const DONE: &str = "it says how things are to be: the second time finds them so";
const LINK: &str = "what it uses up is used up";
const KEPT: &str = "it has the key of the form that it was";
const ASKED: &str = "the first step only asks; the second has a key";

#[test]
fn every_form_that_makes_something_has_a_key() {
    let mut wrong = vec![];
    for (path, text) in crate::source::templates() {
        for form in text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let Some((head, _)) =
                form.split_once("method=\"post\"").map(|(_, rest)| rest.split_once("}}").unwrap())
            else {
                continue;
            };
            let action = head.split("{{ ").nth(1).unwrap().trim();
            let name = action.split('(').next().unwrap().rsplit("::").next().unwrap();
            let name = if name == "self.action" { name } else { name.rsplit('.').next().unwrap() };
            let watched = crate::WATCHED.iter().flat_map(|thing| thing.keyless);
            let is_keyless = KEYLESS.iter().any(|(known, _)| *known == name)
                || watched.into_iter().any(|known| *known == name);
            if !form.contains("forms::submission()") && !is_keyless {
                wrong.push(format!("{path}: {action}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "add forms::submission(), or say in KEYLESS why not");
}

/// How a request is made.
#[derive(Clone, Copy)]
enum Sent {
    /// A form, with the key of its own in it.
    Form(&'static [(&'static str, &'static str)]),
    /// What a program sends, under an `Idempotency-Key`.
    Json(&'static [(&'static str, &'static str)]),
    /// A form with this file.
    File(&'static str, &'static str, &'static str),
}

impl Sent {
    fn fields(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Form(fields) | Json(fields) => fields,
            File(..) => &[],
        }
    }
}

/// What those get who come second.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Second {
    /// The answer of the first.
    Same,
    /// That it is done, or gone, or that the link is used up.
    Told,
    /// Something of their own, which is meant: a session.
    Own,
}

use Second::{Own, Same, Told};
use Sent::{File, Form, Json};

const ADA: &str = "ada@acme.test";
const CAROL: &str = "carol@northwind.test";
const ROOT: &str = "root@clientele.test";
const EVE: &str = "eve@globex.test";
const NOBODY: &str = "";

/// Every address that something is sent to: by whom, what has to be so before (SQL), and with what it succeeds. A value may be SQL, after
/// a `=`, and a thing of this test in braces. Each is tried in this order.
type Case = (&'static str, &'static str, &'static str, Sent, Second);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("/login/tenant", NOBODY, "", Form(&[]), Same),
    ("/logout", NOBODY, "", Form(&[]), Same),
    ("/register", NOBODY, REGISTRATION, Form(&[("name", "Nora"), ("email", "nora@northwind.test"), ("new_password", "velvet-canyon-43")]), Same),
    ("/api/registrations", NOBODY, REGISTRATION, Json(&[("name", "Otto"), ("email", "otto@northwind.test"), ("new_password", "velvet-canyon-43")]), Same),
    ("/confirmation", NOBODY, CONFIRMING, Form(&[("token", "confirm"), ("password", "brisk-otter-lantern")]), Told),
    ("/forgotten-password", NOBODY, "", Form(&[("email", "grace@acme.test")]), Same),
    ("/invitation", NOBODY, INVITED, Form(&[("token", "invite"), ("new_password", "velvet-canyon-43")]), Told),
    ("/new-password", NOBODY, FORGOTTEN, Form(&[("token", "reset"), ("new_password", "velvet-canyon-43")]), Told),
    ("/new-address", NOBODY, MOVING, Form(&[("token", "move")]), Told),
    ("/access-ended", NOBODY, "", Form(&[("words", "Please")]), Same),
    ("/bootstrap", NOBODY, BOOTSTRAP, Form(&[("key", "clientele_bootstrap_key"), ("name", "Boot"), ("slug", "boot"), ("country", "US"), ("time_zone", "UTC"), ("admin_name", "Bo"), ("admin_email", "bo@boot.test")]), Told),
    ("/account", ADA, "", Form(&[("name", "Ada Parker"), ("time_zone", "Europe/Berlin"), ("phone", "")]), Same),
    ("/account/password", EVE, "", Form(&[("current_password", "brisk-otter-lantern"), ("new_password", "velvet-canyon-43")]), Own),
    ("/account/email", ADA, "", Form(&[("new_email", "ada2@acme.test"), ("email_password", "brisk-otter-lantern")]), Same),
    ("/account/sessions/{session}/deletion", ADA, "", Form(&[]), Told),
    ("/account/sessions/deletion", ADA, "", Form(&[]), Same),
    ("/customer/registration", CAROL, "", Form(&[("is_on", "true"), ("domains", "northwind.test"), ("role", "customer_user")]), Same),
    ("/customer/registration/verification", CAROL, "", Form(&[("domain", "northwind.test"), ("way", "dns")]), Same),
    ("/customer/profile", CAROL, "", Form(&[("name", "Carol Summer"), ("time_zone", "Europe/Berlin"), ("phone", "")]), Same),
    ("/customer/tickets", CAROL, "", Form(&[("subject", "A"), ("body", "B")]), Same),
    ("/customer/tickets/{ticket}/messages", CAROL, "", Form(&[("body", "B")]), Same),
    ("/customer/tickets/{ticket}/draft", CAROL, "", Form(&[("body", "B")]), Same),
    ("/customer/tickets/{ticket}/closure", CAROL, "", Form(&[]), Same),
    ("/customer/tickets/{ticket}/reopening", CAROL, "", Form(&[]), Same),
    ("/customer/tickets/{ticket}/copies", CAROL, "", Form(&[("copies", "=SELECT id FROM users WHERE email = 'cody@northwind.test'")]), Same),
    ("/customer/tickets/{ticket}/copies/{cody}/deletion", CAROL, "", Form(&[]), Told),
    ("/customer/team", CAROL, "", Form(&[("name", "Tim"), ("email", "tim@northwind.test"), ("roles", "customer_user")]), Same),
    ("/customer/team/{tim}", CAROL, "", Form(&[("name", "Timothy"), ("roles", "customer_user"), ("version", "=SELECT claims_version FROM users WHERE email = 'tim@northwind.test'")]), Same),
    ("/customer/team/{tim}/invitation", CAROL, "", Form(&[]), Same),
    ("/customer/team/{tim}/disabling", CAROL, "", Form(&[]), Told),
    ("/customer/team/{tim}/enabling", CAROL, "", Form(&[]), Told),
    ("/customer/team/{tim}/sessions/deletion", CAROL, "", Form(&[]), Same),
    ("/customer/team/{tim}/invitation/deletion", CAROL, "", Form(&[]), Told),
    ("/customer/notifications/read", CAROL, "", Form(&[]), Same),
    ("/customer/notifications/choices", CAROL, "", Form(&[]), Same),
    ("/customer/notifications/{notification}/read", CAROL, "UPDATE notifications SET read_at = NULL, user_id = (SELECT id FROM users WHERE email = 'carol@northwind.test') WHERE id = '00000000-0000-7000-8000-000000000f01'", Form(&[]), Same),
    ("/customer/calls", CAROL, "", Form(&[("topic", "A"), ("phone", "+12125550188"), ("time_zone", "UTC"), ("minutes", "30"), ("slot_1", TOMORROW)]), Same),
    ("/customer/calls/{call}/cancellation", CAROL, "", Form(&[("reason", "No time")]), Same),
    ("/platform/tenants", ROOT, "", Form(&[("name", "Initrode"), ("slug", "initrode"), ("country", "US"), ("time_zone", "UTC"), ("admin_name", "Ivy"), ("admin_email", "ivy@initrode.test")]), Same),
    ("/platform/tenants/{initrode}", ROOT, "", Form(&[("name", "Initrode Inc"), ("country", "US"), ("access_log_days", "365"), ("time_zone", "UTC"), ("version", "=SELECT version FROM tenants WHERE slug = 'initrode'")]), Same),
    ("/platform/tenants/{initrode}/entries", ROOT, "", Form(&[("reason", "To help")]), Same),
    ("/platform/entry/deletion", ROOT, "", Form(&[]), Same),
    ("/platform/tenants/{initrode}/disablement", ROOT, "", Form(&[("slug", "initrode")]), Same),
    ("/platform/tenants/{initrode}/disablement/deletion", ROOT, "", Form(&[]), Same),
    ("/platform/tasks", ROOT, "", Form(&[("decision", "retry"), ("list", "failed")]), Same),
    ("/platform/tasks/{task}", ROOT, "", Form(&[("decision", "retry")]), Told),
    ("/console/customers/{customer}/bootstrap-key", ADA, "", Form(&[]), Told),
    ("/console/customers/{customer}/registration", ADA, "", Form(&[("is_on", "true"), ("domains", "northwind.test\nnorthwind.example"), ("role", "customer_user")]), Same),
    ("/console/customers/{customer}/registration/verification", ADA, "", Form(&[("domain", "northwind.test"), ("way", "dns")]), Same),
    ("/domain-verification", NOBODY, LISTED, Form(&[("token", "domain")]), Told),
    ("/console/settings", ADA, "", Form(&[("name", "Acme Inc"), ("country", "US"), ("access_log_days", "365"), ("time_zone", "UTC"), ("version", "=SELECT version FROM tenants WHERE slug = 'acme'")]), Same),
    ("/console/notifications/read", ADA, "", Form(&[]), Same),
    ("/console/notifications/choices", ADA, "", Form(&[]), Same),
    ("/console/notifications/{notification}/read", ADA, "UPDATE notifications SET read_at = NULL, user_id = (SELECT id FROM users WHERE email = 'ada@acme.test') WHERE id = '00000000-0000-7000-8000-000000000f01'", Form(&[]), Same),
    ("/console/tickets", ADA, "", Form(&[("customer", "{customer}"), ("requester", "user {carol}"), ("subject", "A"), ("body", "B")]), Same),
    ("/console/tickets/{ticket}/messages", ADA, "", Form(&[("kind", "note"), ("body", "B")]), Same),
    ("/console/tickets/{ticket}/draft", ADA, "", Form(&[("body", "B")]), Same),
    ("/console/tickets/{ticket}/properties", ADA, "", Form(&[("priority", "urgent")]), Same),
    ("/console/tickets/{ticket}/tags", ADA, "", Form(&[("add", "twice")]), Same),
    ("/console/tickets/bulk", ADA, "", Form(&[("id", "{ticket}"), ("action", "tag"), ("tag", "{tag}")]), Same),
    ("/console/tickets/bulk/{tagging}/undo", ADA, "", Form(&[]), Same),
    ("/console/saved-replies", ADA, "", Form(&[("name", "Once"), ("body", "B")]), Same),
    ("/console/saved-replies/{reply}", ADA, "", Form(&[("name", "Twice"), ("body", "B"), ("version", "=SELECT version FROM saved_replies WHERE id = '00000000-0000-7000-8000-000000000011'")]), Same),
    ("/console/saved-replies/{reply}/deletion", ADA, "", Form(&[]), Told),
    ("/console/customers", ADA, "", Form(&[("name", "Once and only"), ("customer_type", "business"), ("lifecycle_stage", "active")]), Same),
    ("/console/customers/{contoso}", ADA, "", Form(&[("name", "Contoso Ltd"), ("customer_type", "business"), ("lifecycle_stage", "active"), ("version", "=SELECT version FROM customers WHERE id = '{contoso}'")]), Same),
    ("/console/customers/{customer}/tags", ADA, "", Form(&[("add", "once")]), Same),
    ("/console/customers/bulk", ADA, "", Form(&[("id", "{customer}"), ("action", "tag"), ("tag", "bulk"), ("confirmed", "true"), ("count", "1")]), Same),
    ("/console/customers/bulk/{tagging}/undo", ADA, "", Form(&[]), Same),
    ("/console/customers/{contoso}/owners", ADA, "DELETE FROM customer_success_owned_customers", Form(&[("user", "{user}")]), Same),
    ("/console/customers/{contoso}/owners/{user}/deletion", ADA, "", Form(&[]), Told),
    ("/console/workload/{user}/handover", ADA, SECOND_REP, Form(&[("to", "=SELECT id FROM users WHERE email = 'rick@acme.test'"), ("confirmed", "true"), ("count", "=SELECT count(*) FROM customer_success_owned_customers WHERE user_id = '{user}'")]), Same),
    ("/console/customers/{fabrikam}/deactivation", ADA, FABRIKAM, Form(&[("name", "Fabrikam"), ("reason", "price")]), Same),
    ("/console/customers/{fabrikam}/reactivation", ADA, "", Form(&[]), Same),
    ("/api/customers/{customer}/deactivation", ADA, "", Json(&[("reason", "price")]), Same),
    ("/api/customers/{customer}/reactivation", ADA, "", Json(&[]), Same),
    ("/console/customers/{fabrikam}/return", ADA, CHURNED, Form(&[("lifecycle_stage", "active")]), Same),
    ("/console/customers/{customer}/contacts", ADA, "", Form(&[("first_name", "Once"), ("last_name", "Only")]), Same),
    ("/console/customers/{customer}/contacts/{contact}", ADA, "", Form(&[("first_name", "Twice"), ("version", "=SELECT version FROM contacts WHERE id = '00000000-0000-7000-8000-00000000000c'")]), Same),
    ("/console/customers/{customer}/contacts/{contact}/primary", ADA, "", Form(&[]), Same),
    ("/console/customers/{customer}/contacts/{contact}/deletion", ADA, "", Form(&[]), Told),
    ("/console/customers/{customer}/calls", ADA, "", Form(&[("requester", "user {carol}"), ("topic", "A"), ("phone", "+12125550188"), ("at", TOMORROW), ("minutes", "30"), ("direction", "outgoing")]), Same),
    ("/console/customers/{customer}/calls/log", ADA, "", Form(&[("requester", "user {carol}"), ("topic", "A"), ("phone", "+12125550188"), ("at", YESTERDAY), ("minutes", "10"), ("direction", "incoming"), ("outcome", "settled"), ("note", "N")]), Same),
    ("/console/calls/{call}/schedule", ADA, NEW_CALL, Form(&[("slot", "other"), ("at", TOMORROW), ("minutes", "45"), ("anyway", "true")]), Same),
    ("/console/calls/{call}/assignee", ADA, "", Form(&[("assignee_id", "=SELECT id FROM users WHERE email = 'grace@acme.test'")]), Same),
    ("/console/calls/{call}/completion", ADA, "", Form(&[("outcome", "settled"), ("note", "N")]), Same),
    ("/console/calls/{call}/cancellation", ADA, NEW_CALL, Form(&[("reason", "No time")]), Same),
    ("/console/tags", ADA, "", Form(&[("name", "solo")]), Same),
    ("/console/tags/{tag}", ADA, "", Form(&[("name", "duet")]), Same),
    ("/console/tags/{tag}/deletion", ADA, "", Form(&[]), Told),
    ("/console/views", ADA, "", Form(&[("name", "Once"), ("query", "stage=active"), ("pin", "true")]), Same),
    ("/console/views/{view}", ADA, "", Form(&[("name", "Twice"), ("version", "=SELECT version FROM saved_views WHERE id = '00000000-0000-7000-8000-00000000000b'")]), Same),
    ("/console/views/{view}/query", ADA, "", Form(&[("query", "stage=churned")]), Same),
    ("/console/views/{view}/pin", ADA, "", Form(&[]), Same),
    ("/console/views/{view}/pin/deletion", ADA, "", Form(&[]), Same),
    ("/console/views/{view}/deletion", ADA, "", Form(&[]), Told),
    ("/console/imports/new", ADA, "", File("file", "a.csv", "name,email\nOnly One,one@only.test\n"), Same),
    ("/console/imports/{uploaded}/reading", ADA, "", Form(&[("encoding", "UTF-8"), ("separator", "comma"), ("quote", "double"), ("header", "1")]), Same),
    ("/console/imports/{uploaded}/mapping", ADA, "", Form(&[("name", "0"), ("email", "1")]), Same),
    ("/console/imports/{uploaded}/check", ADA, "", Form(&[]), Same),
    ("/console/imports/{uploaded}/run", ADA, "", Form(&[]), Same),
    ("/console/imports/{uploaded}/undo", ADA, "", Form(&[]), Told),
    ("/console/users", ADA, "", Form(&[("name", "Uma"), ("email", "uma@acme.test"), ("roles", "agent")]), Same),
    ("/console/users/{account}", ADA, "", Form(&[("name", "Accessible"), ("roles", "agent"), ("version", "=SELECT claims_version FROM users WHERE email = 'access@acme.test'")]), Same),
    ("/console/users/{account}/invitation", ADA, "", Form(&[]), Same),
    ("/console/users/{account}/disabling", ADA, "", Form(&[]), Told),
    ("/console/users/{account}/enabling", ADA, "", Form(&[]), Told),
    ("/console/users/{account}/sessions/deletion", ADA, "", Form(&[]), Same),
    ("/console/users/{account}/invitation/deletion", ADA, "", Form(&[]), Told),
    ("/console/tasks", ADA, "", Form(&[("decision", "retry"), ("list", "failed")]), Same),
    ("/console/tasks/{task}", ADA, "", Form(&[("decision", "retry")]), Told),
    ("/api/customers/me/tickets", CAROL, "", Json(&[("subject", "A"), ("body", "B")]), Same),
    ("/api/customers/me/tickets/{ticket}/messages", CAROL, "", Json(&[("body", "B")]), Same),
    ("/api/customers/me/calls", CAROL, "", Json(&[("topic", "A"), ("phone", "+12125550188"), ("timeZone", "UTC"), ("minutes", "30"), ("slots", TOMORROW)]), Same),
    ("/api/customer-success-owned-customers", ADA, "DELETE FROM customer_success_owned_customers", Json(&[("user_id", "{user}"), ("customer_id", "{customer}")]), Same),
    ("/login", NOBODY, "", Form(&[("email", "ada@acme.test"), ("password", "brisk-otter-lantern")]), Own),
    ("/api/auth/login", NOBODY, "", Json(&[("email", "ada@acme.test"), ("password", "brisk-otter-lantern")]), Own),
    ("/console/customers/{customer}/deletion", ADA, "", Form(&[("name", "Northwind Traders")]), Told),
];

/// All of them: before the last one, which deletes a customer, what the test files of things say of theirs.
fn cases() -> Vec<Case> {
    let watched = crate::WATCHED.iter().flat_map(|thing| thing.sent);
    let watched = watched.map(|sending| {
        let second = if sending.is_same { Same } else { Told };
        (sending.path, sending.by, "", Form(sending.fields), second)
    });
    let (last, rest) = CASES.split_last().unwrap();
    rest.iter().copied().chain(watched).chain([*last]).collect()
}

const TOMORROW: &str = "=SELECT to_char((now() AT TIME ZONE 'UTC')::date + 2, 'YYYY-MM-DD') || 'T10:00'";
const YESTERDAY: &str = "=SELECT to_char((now() AT TIME ZONE 'UTC')::date - 2, 'YYYY-MM-DD') || 'T10:00'";
const REGISTRATION: &str = "
    INSERT INTO registration_settings (tenant_id, customer_id, is_on) SELECT tenant_id, id, true FROM customers WHERE name = 'Northwind Traders' ON CONFLICT DO NOTHING;
    INSERT INTO registration_domains (tenant_id, customer_id, domain, verified_at, verified_by, verified_until)
    SELECT tenant_id, id, 'northwind.test', now(), 'dns', now() + interval '1 year' FROM customers WHERE name = 'Northwind Traders' ON CONFLICT DO NOTHING";
const CONFIRMING: &str = "
    INSERT INTO registrations (tenant_id, customer_id, email, name, password_hash, token_hash)
    SELECT tenant_id, customer_id, 'lea@northwind.test', 'Lea', password_hash, sha256('confirm') FROM users WHERE email = 'carol@northwind.test'";
const INVITED: &str = "
    INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'ina@acme.test', 'Ina', '{agent}' FROM tenants WHERE slug = 'acme';
    INSERT INTO account_tokens (token_hash, tenant_id, user_id, purpose, expires_at)
    SELECT sha256('invite'), tenant_id, id, 'invitation', now() + interval '1 hour' FROM users WHERE email = 'ina@acme.test'";
const FORGOTTEN: &str = "
    INSERT INTO account_tokens (token_hash, tenant_id, user_id, purpose, expires_at)
    SELECT sha256('reset'), tenant_id, id, 'reset', now() + interval '1 hour' FROM users WHERE email = 'gil@globex.test'";
const MOVING: &str = "
    INSERT INTO account_tokens (token_hash, tenant_id, user_id, purpose, new_email, expires_at)
    SELECT sha256('move'), tenant_id, id, 'email', 'gil2@globex.test', now() + interval '1 hour' FROM users WHERE email = 'gil@globex.test'";
const LISTED: &str = "
    INSERT INTO registration_settings (tenant_id, customer_id, is_on) SELECT tenant_id, id, true FROM customers WHERE name = 'Initech' ON CONFLICT DO NOTHING;
    INSERT INTO registration_domains (tenant_id, customer_id, domain, mail_hash, mailed_at, mailed_to)
    SELECT tenant_id, id, 'initech.example', sha256('domain'), now(), 'postmaster@initech.example' FROM customers WHERE name = 'Initech'";
const BOOTSTRAP: &str = "
    INSERT INTO bootstrap_keys (tenant_id, customer_id, key_hash) SELECT tenant_id, id, sha256('clientele_bootstrap_key') FROM customers WHERE name = 'Initech'";
const SECOND_REP: &str = "
    INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'rick@acme.test', 'Rick', '{customer_success}' FROM tenants WHERE slug = 'acme' ON CONFLICT DO NOTHING";
const FABRIKAM: &str = "
    INSERT INTO customers (tenant_id, name, customer_type) SELECT id, 'Fabrikam', 'business' FROM tenants WHERE slug = 'acme'";
const CHURNED: &str = "
    INSERT INTO deactivations (tenant_id, customer_id, grace_ends_at, reason, created_at, churned_at)
    SELECT tenant_id, id, now() - interval '1 day', 'price', now() - interval '9 days', now() FROM customers WHERE name = 'Fabrikam';
    UPDATE customers SET is_disabled = true WHERE name = 'Fabrikam'";
const NEW_CALL: &str = "UPDATE calls SET status = 'requested', scheduled_at = NULL, scheduled_minutes = NULL, outcome = NULL, closed_at = NULL, cancelled_by = NULL, cancelled_by_name = '', cancel_reason = '',
    slots = ARRAY[now() + interval '3 days'] WHERE id = '00000000-0000-7000-8000-000000000018'";

/// Things that this test makes, beside those of `access::filled`.
fn meant(app: &TestApp, text: &str) -> String {
    let mut text = text.to_owned();
    for (name, sql) in [
        ("carol", "SELECT id FROM users WHERE email = 'carol@northwind.test'"),
        ("cody", "SELECT id FROM users WHERE email = 'cody@northwind.test'"),
        ("tim", "SELECT id FROM users WHERE email = 'tim@northwind.test'"),
        ("contoso", "SELECT id FROM customers WHERE name LIKE 'Contoso%'"),
        ("fabrikam", "SELECT id FROM customers WHERE name = 'Fabrikam'"),
        ("initrode", "SELECT id FROM tenants WHERE slug = 'initrode'"),
        ("uploaded", "SELECT id FROM imports WHERE file_name = 'a.csv' ORDER BY id DESC LIMIT 1"),
        (
            "tagging",
            "SELECT transaction_id FROM events WHERE entity IN ('customer_tag', 'ticket_tag') AND operation = 'insert' ORDER BY id DESC LIMIT 1",
        ),
    ] {
        if text.contains(&format!("{{{name}}}")) {
            text = text.replace(&format!("{{{name}}}"), &app.cell(sql));
        }
    }
    let text = if text.contains('{') { crate::access::filled(app, &text) } else { text };
    text.strip_prefix('=').map(|sql| app.cell(sql)).unwrap_or(text)
}

/// What has happened since: how often what was done to which kind of thing.
fn happened(app: &TestApp, since: &str) -> String {
    app.cell(&format!(
        "SELECT string_agg(done, ', ' ORDER BY done) FROM (SELECT count(*) || ' ' || entity || ' ' || operation AS done FROM events
         WHERE id > {since} AND operation <> 'access' GROUP BY entity, operation) d"
    ))
}

/// Those whom nothing is to succeed for, and what did.
struct Outsiders<'a> {
    people: &'a [Person],
    wrong: Vec<String>,
}

/// Sends it so often at once.
async fn send(app: &TestApp, person: &Person, path: &str, sent: &Sent, times: usize) -> Vec<Answer> {
    let filled = |fields: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
        fields.iter().map(|(name, value)| (*name, meant(app, value))).collect()
    };
    match sent {
        Form(fields) => {
            let mut fields = filled(fields);
            fields.push(("submission", "the key".into()));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            join_all((0..times).map(|_| person.submit(path, &fields))).await
        }
        Json(fields) => {
            let json: serde_json::Map<_, _> =
                filled(fields).into_iter().map(|(name, text)| (name.to_owned(), typed(name, text))).collect();
            let json = serde_json::Value::Object(json).to_string();
            join_all((0..times).map(|_| person.send_json_once(path, &json, "the key"))).await
        }
        File(field, name, content) => {
            join_all((0..times).map(|_| person.upload_once(path, field, name, content, "the key"))).await
        }
    }
}

/// Sends it so often at once; what came back, and what happened.
async fn tried(
    app: &TestApp,
    (path, who, before, sent, _): &Case,
    times: usize,
    outsiders: &mut Outsiders<'_>,
) -> (Vec<Answer>, String) {
    app.sql(&crate::access::things());
    if !before.is_empty() {
        app.sql(before);
    }
    let person = if who.is_empty() { app.visitor() } else { app.person(who).await };
    let (route, path) = (path, meant(app, path));
    let is_theirs = crate::outsiders::concerns(route, sent.fields());
    for outsider in outsiders.people.iter().filter(|_| is_theirs) {
        let since = app.cell("SELECT coalesce(max(id), 0) FROM events");
        let answers = send(app, outsider, &path, sent, 1).await;
        let (status, did) = (answers[0].status.as_u16(), happened(app, &since));
        outsiders.wrong.extend(crate::outsiders::judge(route, status, &did));
    }
    let since = app.cell("SELECT coalesce(max(id), 0) FROM events");
    let answers = send(app, &person, &path, sent, times).await;
    // An import goes on after its answer.
    if app.cell("SELECT count(*) FROM imports WHERE state = 'running'") != "0" {
        person.run_imports().await;
    }
    (answers, happened(app, &since))
}

/// A field of a JSON body in the type that it has there.
fn typed(name: &str, text: String) -> serde_json::Value {
    match name {
        "minutes" => text.parse::<i32>().unwrap().into(),
        "slots" => vec![text].into(),
        _ => text.into(),
    }
}

#[actix_web::test]
async fn whatever_is_sent_four_times_at_once_happens_once() {
    let (once, often) = (TestApp::start().await, TestApp::start().await);
    let people = crate::outsiders::all(&once).await;
    let mut outsiders = Outsiders { people: &people, wrong: vec![] };
    let mut wrong = vec![];
    for case in &cases() {
        let (path, .., second) = case;
        let (single, effect) = tried(&once, case, 1, &mut outsiders).await;
        let status = single[0].status.as_u16();
        if status >= 400 {
            wrong.push(format!("{path}: it does not even succeed once: {status} {}", single[0].text()));
        }
        let (answers, effects) = tried(&often, case, 4, &mut Outsiders { people: &[], wrong: vec![] }).await;
        if *second == Own {
            continue;
        }
        if effects != effect {
            wrong.push(format!("{path}: once [{effect}], four times [{effects}]"));
        }
        let told: BTreeSet<_> = answers.iter().map(|a| (a.status.as_u16(), a.location.clone())).collect();
        let fine = |status: u16| status == 303 || matches!(status, 201 | 404 | 409 | 422);
        match second {
            Same if told.len() > 1 => wrong.push(format!("{path}: different answers {told:?}")),
            Told if !told.iter().all(|(status, _)| fine(*status)) => wrong.push(format!("{path}: {told:?}")),
            _ => {}
        }
    }
    wrong.append(&mut outsiders.wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_address_is_left_out() {
    use clientele::isolation::routes::{Method, ROUTES, placeholders};
    let plain = |path: &str| {
        placeholders(path)
            .iter()
            .fold(path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), "{}"))
    };
    let posts = ROUTES.iter().filter(|(method, _)| *method == Method::Post);
    let all: BTreeSet<String> = posts.map(|(_, path)| plain(path)).collect();
    let tried: BTreeSet<String> = cases().iter().map(|(path, ..)| plain(path)).collect();
    assert_eq!(all.difference(&tried).collect::<Vec<_>>(), Vec::<&String>::new(), "add to this test");
    assert_eq!(tried.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "gone");
}
