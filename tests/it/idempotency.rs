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
    let answers = join_all((0..TIMES).map(|_| cody.send_json_once(api, json, "k"))).await;
    assert_eq!((same(&answers).0, count().as_str()), (201, "3 4"));
    let ids: BTreeSet<_> = answers.iter().map(|answer| answer.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    let messages = format!("{api}/{}/messages", answers[0].json()["id"].as_str().unwrap());
    let answers = join_all((0..TIMES).map(|_| cody.send_json_once(&messages, json, "k"))).await;
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
    other.assert_status(422).assert_text("This was sent before, with something else in it");
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
    app.sql(crate::access::THINGS);
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
    ("schedule", DONE), ("completion", DONE), ("cancellation", DONE), ("own_cancellation", DONE), ("assignee", DONE), ("all", DONE), ("one", DONE),
    ("customer_tags", DONE), ("ticket_tags", DONE), ("ticket_properties", DONE), ("portal_ticket_reopening", DONE), ("portal_ticket_closure", DONE),
    ("portal_ticket_copies", DONE), ("portal_ticket_copy_deletion", DONE), ("access_ended", DONE), ("action", DONE),
    ("import_run", DONE), ("import_check", DONE), ("import_mapping", DONE), ("import_reading", DONE), ("import_undo", DONE),
    ("confirmation", LINK), ("new_address", LINK), ("bootstrap", LINK), ("self.action", LINK),
    ("customers_bulk", ASKED), ("workload_handover", ASKED),
];
const ENTRY: &str = "each begins a session, or ends one";
const DONE: &str = "it says how things are to be: the second time finds them so";
const LINK: &str = "what it uses up is used up";
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
            if !form.contains("forms::submission()") && !KEYLESS.iter().any(|(known, _)| *known == name) {
                wrong.push(format!("{path}: {action}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "add forms::submission(), or say in KEYLESS why not");
}
