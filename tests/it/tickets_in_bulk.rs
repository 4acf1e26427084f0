//! Many tickets changed at once, and changed back.
use crate::support::{Answer, Person, TestApp};

const BULK: &str = "/console/tickets/bulk";

/// A ticket that Cody opened.
fn ticket(app: &TestApp, subject: &str) -> String {
    app.open_ticket("cody@northwind.test", subject).to_string()
}

/// Sends what is to become of these, and opens the inbox again.
async fn change(person: &Person, ids: &[&str], more: &[(&str, &str)]) -> Answer {
    let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("id", *id)).collect();
    form.extend([("query", "queue=all")]);
    form.extend(more);
    person.submit_and_follow(BULK, &form).await
}

/// Where the page that tells of a change takes it back.
fn undo(told: &Answer) -> String {
    told.attribute(".flash form", "action").unwrap()
}

/// Subject and state of every ticket.
fn states(app: &TestApp) -> String {
    app.cell(
        "SELECT string_agg(concat_ws(' ', subject, status, split_part(u.email, '@', 1), CASE WHEN waiting_since IS NULL THEN 'calm' ELSE 'waits' END), ', ' ORDER BY number)
         FROM tickets t LEFT JOIN users u ON u.id = t.assignee_id",
    )
}

#[actix_web::test]
async fn a_status_goes_back_where_nobody_touched_the_ticket_since() {
    let app = TestApp::start().await;
    let (a, b, c) = (ticket(&app, "A"), ticket(&app, "B"), ticket(&app, "C"));
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    let waiting = "SELECT string_agg(waiting_since::text, ' ' ORDER BY number) FROM tickets";
    let before = app.cell(waiting);
    let told = change(&grace, &[&a, &b, &c], &[("action", "status"), ("status", "solved")]).await;
    told.assert_text("3 tickets are now solved.");
    assert_eq!(states(&app), "A solved calm, B solved calm, C solved calm");
    let undo = undo(&told);
    ada.submit(&undo, &[]).await.assert_not_found();
    app.write_to(b.parse().unwrap(), "cody@northwind.test", "Not solved at all.");
    let undone = grace.submit_and_follow(&undo, &[]).await;
    undone.assert_text("2 tickets are as they were. 1 has been changed since, and stayed.");
    assert_eq!(undone.all(".tab[aria-current]").len(), 1, "in the queue where it was done");
    assert_eq!(states(&app), "A open waits, B open waits, C open waits");
    let now = app.cell(waiting);
    let (was, is): (Vec<_>, Vec<_>) = (before.split(' ').collect(), now.split(' ').collect());
    assert_eq!((was[..2] == is[..2], was[4..] == is[4..]), (true, true), "since when, to the moment");
    assert_ne!(was[2..4], is[2..4], "the customer's new message counts");
    grace.submit_and_follow(&undo, &[]).await.assert_text("There is nothing left to undo.");
}

#[actix_web::test]
async fn a_status_stays_where_somebody_has_written_since_also_where_that_changed_no_status() {
    let app = TestApp::start().await;
    let (a, b) = (ticket(&app, "A"), ticket(&app, "B"));
    let grace = app.person("grace@acme.test").await;
    change(&grace, &[&a, &b], &[("action", "status"), ("status", "solved")]).await;
    let told = change(&grace, &[&a, &b], &[("action", "status"), ("status", "open")]).await;
    app.write_to(a.parse().unwrap(), "cody@northwind.test", "It is open, and I wait.");
    let undone = grace.submit_and_follow(&undo(&told), &[]).await;
    undone.assert_text("1 has been changed since, and stayed.");
    assert_eq!(states(&app), "A open waits, B solved calm");
}

#[actix_web::test]
async fn tickets_go_back_to_who_had_them_and_still_may() {
    let app = TestApp::start().await;
    let (a, b, c) = (ticket(&app, "A"), ticket(&app, "B"), ticket(&app, "C"));
    app.sql(
        "UPDATE tickets SET assignee_id = (SELECT id FROM users WHERE email = 'chloe@acme.test') WHERE subject = 'A';
         UPDATE tickets SET assignee_id = (SELECT id FROM users WHERE email = 'ada@acme.test') WHERE subject = 'B'",
    );
    let grace = app.person("grace@acme.test").await;
    let me = app.user("grace@acme.test").to_string();
    let to_me = [("action", "assign"), ("assignee", me.as_str())];
    let first = change(&grace, &[&c], &to_me).await;
    let told = change(&grace, &[&a, &b, &c], &to_me).await;
    told.assert_text("2 tickets are assigned. 1 was so before.");
    app.sql("DELETE FROM customer_success_owned_customers");
    let undone = grace.submit_and_follow(&undo(&told), &[]).await;
    undone.assert_text("1 ticket is as it was. 1 has been changed since, and stayed.");
    assert_eq!(states(&app), "A open grace waits, B open ada waits, C open grace waits");
    grace.submit_and_follow(&undo(&first), &[]).await.assert_text("1 ticket is as it was.");
    assert_eq!(states(&app), "A open grace waits, B open ada waits, C open waits");
}

#[actix_web::test]
async fn a_tag_is_taken_off_those_that_got_it() {
    let app = TestApp::start().await;
    let (a, b) = (ticket(&app, "A"), ticket(&app, "B"));
    let chloe = app.person("chloe@acme.test").await;
    let tag = app.cell("SELECT t.id FROM tags t JOIN tenants n ON n.id = t.tenant_id WHERE n.slug = 'acme'");
    let on = [("action", "tag"), ("tag", tag.as_str())];
    change(&chloe, &[&a], &on).await.assert_text("1 ticket is tagged with renewal.");
    let told = change(&chloe, &[&a, &b], &on).await;
    told.assert_text("1 ticket is tagged with renewal. 1 was so before.");
    chloe.submit_and_follow(&undo(&told), &[]).await.assert_text("1 ticket is as it was.");
    assert_eq!(
        app.cell("SELECT string_agg(t.subject, ' ') FROM ticket_tags x JOIN tickets t ON t.id = x.ticket_id"),
        "A"
    );
    let again = change(&chloe, &[&a, &b], &on).await;
    app.sql("DELETE FROM ticket_tags x USING tickets t WHERE t.id = x.ticket_id AND t.subject = 'B'");
    chloe.submit_and_follow(&undo(&again), &[]).await.assert_text("There is nothing left to undo.");
}

#[actix_web::test]
async fn what_changes_more_than_many_tickets_is_not_undone_here() {
    let app = TestApp::start().await;
    let id = ticket(&app, "A");
    let grace = app.person("grace@acme.test").await;
    let reply = [("body", "Done."), ("then", "solved")];
    grace.submit(&format!("/console/tickets/{id}/messages"), &reply).await.assert_status(303);
    let transaction = app.cell("SELECT transaction_id FROM events WHERE topic = 'TICKET_UPDATED' AND actor_id IS NOT NULL AND after->>'status' = 'solved'");
    for path in [transaction.as_str(), "0", "-1", "x", "99999999999999999999"] {
        grace.submit(&format!("{BULK}/{path}/undo"), &[]).await.assert_not_found();
    }
    let initech = app.open_ticket("iris@initech.test", "Theirs").to_string();
    let told = change(&grace, &[&initech], &[("action", "status"), ("status", "closed")]).await;
    told.assert_text("0 tickets are now closed.");
    assert!(told.attribute(".flash form", "action").is_none(), "nothing was done, so nothing is offered");
    assert_eq!(states(&app), "A solved calm, Theirs open waits");
}
