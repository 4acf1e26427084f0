use crate::support::*;
use clientele::{
    customers::Requester,
    infra::{
        db::{
            Scope, Tx,
            ids::{TicketId, UserId},
        },
        web::errors::AppError,
    },
    tickets::{Message, OpenTicket, Priority, Reply, Status, Ticket},
};
use std::collections::BTreeSet;

fn user(app: &TestApp, email: &str) -> UserId {
    app.cell(&format!("SELECT id FROM users WHERE email = '{email}'")).parse().unwrap()
}

fn opening(requester: Requester) -> OpenTicket {
    OpenTicket {
        requester,
        subject: "The printer is on fire".parse().unwrap(),
        body: Some("It began this morning.".parse().unwrap()),
        priority: Priority::Normal,
        assignee: None,
    }
}

/// A ticket of whoever is at work, opened in the portal.
fn open(tx: &mut Tx) -> Result<Ticket, AppError> {
    let (customer, user) = (tx.scope.customer_id.unwrap(), tx.scope.user_id.unwrap());
    Ticket::open(tx, customer, "Cody Lane", &opening(Requester::User(user)))
}

/// A ticket of Cody's.
fn ticket(app: &TestApp) -> Ticket {
    app.db.write_blocking(&app.scope_of("cody@northwind.test"), open).unwrap()
}

fn reply(body: &str) -> Reply {
    Reply { body: Some(body.parse().unwrap()), is_internal: false, then: None, seen: None }
}

fn write(app: &TestApp, who: &Scope, id: TicketId, reply: &Reply) -> Ticket {
    app.db.write_blocking(who, |tx| Ticket::reply(tx, id, "Somebody", reply)).unwrap();
    app.db.read_blocking(who, |tx| Ticket::find(tx, id)).unwrap()
}

fn moved(app: &TestApp, who: &Scope, id: TicketId, to: Status) -> Ticket {
    app.db.write_blocking(who, |tx| Ticket::move_to(tx, id, to, None)).unwrap();
    app.db.read_blocking(who, |tx| Ticket::find(tx, id)).unwrap()
}

#[actix_web::test]
async fn fifty_at_once_get_fifty_numbers_in_a_row() {
    let app = TestApp::start().await;
    let cody = app.scope_of("cody@northwind.test");
    let (db, scope) = (&app.db, &cody);
    let numbers: BTreeSet<i64> = std::thread::scope(|threads| {
        let open_one = |n: usize| {
            // Every fifth fails after it got its number.
            let outcome = db.write_blocking(scope, |tx| {
                let ticket = open(tx)?;
                if n % 6 == 5 { Err(AppError::Conflict("no".into())) } else { Ok(ticket.number) }
            });
            outcome.ok()
        };
        let opened: Vec<_> = (0..60).map(|n| threads.spawn(move || open_one(n))).collect();
        opened.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(numbers, (1001..=1050).collect(), "consecutive, none twice");
    let eve = app.scope_of("iris@initech.test");
    let first = app.db.write_blocking(&eve, open).unwrap();
    assert_eq!(first.number, 1001, "every tenant counts for itself");
}

#[actix_web::test]
async fn a_ticket_goes_back_and_forth() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.scope_of("cody@northwind.test"), app.scope_of("grace@acme.test"));
    let opened = ticket(&app);
    assert_eq!((opened.status, opened.requester_name.as_str()), (Status::Open, "Cody Lane"));
    assert!(opened.waiting_since.is_some() && opened.customer_wrote_at == Some(opened.activity_at));

    let note = write(&app, &grace, opened.id, &Reply { is_internal: true, ..reply("He means the toaster.") });
    assert_eq!(
        (note.status, note.waiting_since),
        (Status::Open, opened.waiting_since),
        "a note is no answer"
    );
    assert!(note.first_replied_at.is_none() && note.activity_at > opened.activity_at);

    let answered = write(&app, &grace, opened.id, &reply("Did you pull the plug?"));
    assert_eq!((answered.status, answered.waiting_since), (Status::Pending, None));
    assert_eq!(answered.first_replied_at, answered.staff_wrote_at);

    let back = write(&app, &cody, opened.id, &reply("I did."));
    assert_eq!((back.status, back.waiting_since), (Status::Open, back.customer_wrote_at));

    let solved = write(&app, &grace, opened.id, &Reply { then: Some(Status::Solved), ..reply("Good.") });
    assert_eq!((solved.status, solved.first_replied_at), (Status::Solved, answered.first_replied_at));
    assert!(solved.resolved_at.is_some());

    let again = write(&app, &cody, opened.id, &reply("It burns again."));
    assert_eq!((again.status, again.resolved_at), (Status::Open, None), "a reply opens what was solved");
    moved(&app, &grace, opened.id, Status::Closed);
    assert_eq!(write(&app, &cody, opened.id, &reply("Still.")).status, Status::Open);

    let seen = app.db.read_blocking(&cody, |tx| Message::of_ticket(tx, opened.id, None, 50)).unwrap();
    assert_eq!(seen.len(), 6, "all but the note");
    assert!(seen.iter().all(|message| !message.is_internal));
    let all = app.db.read_blocking(&grace, |tx| Message::of_ticket(tx, opened.id, None, 50)).unwrap();
    assert_eq!(all[1].body, "He means the toaster.");
    let older = (all[2].created_at, all[2].id);
    let earlier =
        app.db.read_blocking(&grace, |tx| Message::of_ticket(tx, opened.id, Some(older), 1)).unwrap();
    assert_eq!(earlier[0].id, all[1].id);
}

#[actix_web::test]
async fn whoever_ends_a_ticket_that_was_answered_meanwhile_is_asked_first() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.scope_of("cody@northwind.test"), app.scope_of("grace@acme.test"));
    let opened = ticket(&app);
    let seen = Some(opened.activity_at);
    write(&app, &cody, opened.id, &reply("One more thing."));
    let closing = app.db.write_blocking(&grace, |tx| Ticket::move_to(tx, opened.id, Status::Closed, seen));
    assert!(matches!(closing, Err(AppError::Unconfirmed)), "{closing:?}");
    let since = |tx: &mut Tx| Message::of_customer_since(tx, opened.id, opened.activity_at);
    let news = app.db.read_blocking(&grace, since).unwrap();
    assert_eq!(news[0].body, "One more thing.");
    let last = Reply { then: Some(Status::Solved), seen, ..reply("Bye.") };
    let sent = app.db.write_blocking(&grace, |tx| Ticket::reply(tx, opened.id, "Somebody", &last));
    assert!(matches!(sent, Err(AppError::Unconfirmed)), "{sent:?}");
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages WHERE body = 'Bye.'"), "0");
    let known = Reply { seen: Some(news[0].created_at), ..last };
    assert_eq!(write(&app, &grace, opened.id, &known).status, Status::Solved);
}

#[actix_web::test]
async fn a_ticket_is_worked_on_by_staff_who_see_its_customer() {
    let app = TestApp::start().await;
    let ada = app.scope_of("ada@acme.test");
    let id = ticket(&app).id;
    let assign = |email: &str| {
        let to = Some(user(&app, email));
        app.db.write_blocking(&ada, |tx| Ticket::assign(tx, id, to).map(drop))
    };
    for stranger in ["carol@northwind.test", "gil@globex.test"] {
        assert!(assign(stranger).is_err(), "{stranger}");
    }
    assign("chloe@acme.test").unwrap();
    app.sql("DELETE FROM customer_success_owned_customers");
    assign("grace@acme.test").unwrap();
    let Err(AppError::Invalid(refusals)) = assign("chloe@acme.test") else { panic!("she sees it no more") };
    assert_eq!(refusals[0].field, "assignee");
    assert!(refusals[0].message.contains("who may see this customer"));
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'ada@acme.test'");
    assert_eq!(
        app.cell("SELECT u.email FROM tickets t JOIN users u ON u.id = t.assignee_id"),
        "grace@acme.test"
    );
}

#[actix_web::test]
async fn a_customer_sees_and_changes_what_is_theirs() {
    let app = TestApp::start().await;
    let id = ticket(&app).id;
    let find = |email: &str| app.db.read_blocking(&app.scope_of(email), |tx| Ticket::find(tx, id)).is_ok();
    app.sql(
        "INSERT INTO users (tenant_id, customer_id, email, name, roles) SELECT tenant_id, customer_id, 'dora@northwind.test', 'Dora', '{customer_user}'
         FROM users WHERE email = 'cody@northwind.test'",
    );
    for (email, sees) in [
        ("carol@northwind.test", true),
        ("cody@northwind.test", true),
        ("dora@northwind.test", false),
        ("iris@initech.test", false),
        ("gil@globex.test", false),
        ("chloe@acme.test", true),
    ] {
        assert_eq!(find(email), sees, "{email}");
    }
    app.sql("INSERT INTO ticket_copies (tenant_id, customer_id, ticket_id, user_id) SELECT tenant_id, customer_id, id, (SELECT id FROM users WHERE name = 'Dora') FROM tickets");
    assert!(find("dora@northwind.test"), "in copy");

    let cody = app.scope_of("cody@northwind.test");
    assert_eq!(moved(&app, &cody, id, Status::Closed).status, Status::Closed);
    assert_eq!(moved(&app, &cody, id, Status::Open).status, Status::Open);
    let solve = app.db.write_blocking(&cody, |tx| Ticket::move_to(tx, id, Status::Solved, None));
    assert!(matches!(solve, Err(AppError::Forbidden)));
    let note = Reply { is_internal: true, ..reply("Just between us") };
    write(&app, &cody, id, &note);
    assert_eq!(app.cell("SELECT is_internal FROM ticket_messages WHERE body = 'Just between us'"), "false");
    // The database itself refuses what no form offers.
    for change in [
        "priority = 'urgent'",
        "subject = 'Mine'",
        "status = 'solved', resolved_at = now()",
        "requester_name = 'Me'",
    ] {
        let outcome = app.db.write_blocking(&cody, |tx| {
            use diesel::RunQueryDsl;
            Ok(diesel::sql_query(format!("UPDATE tickets SET {change}")).execute(tx.conn)?)
        });
        assert!(outcome.is_err(), "{change}");
    }
    let (contoso, mine) =
        (app.customer("Contoso").parse().unwrap(), opening(Requester::User(cody.user_id.unwrap())));
    let opened = app.db.write_blocking(&cody, |tx| Ticket::open(tx, contoso, "Cody Lane", &mine));
    assert!(opened.is_err(), "a ticket of another customer: {opened:?}");
}

#[actix_web::test]
async fn the_timeline_tells_of_tickets_without_repeating_them() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.scope_of("cody@northwind.test"), app.scope_of("grace@acme.test"));
    let id = ticket(&app).id;
    write(&app, &grace, id, &reply("Did you pull the plug?"));
    write(&app, &grace, id, &Reply { is_internal: true, ..reply("He means the toaster.") });
    write(&app, &cody, id, &reply("Yes."));
    moved(&app, &grace, id, Status::Solved);
    let page = app.person("ada@acme.test").await;
    let page = page.get(&format!("/console/customers/{}/timeline", app.customer("Northwind Traders"))).await;
    for sentence in [
        "Cody Lane opened the ticket #1001: The printer is on fire",
        "Grace Hill wrote to the ticket #1001",
        "Grace Hill wrote a note on the ticket #1001",
        "Grace Hill solved the ticket #1001",
    ] {
        page.assert_text(sentence);
    }
    page.assert_no_text("toaster");
}

/// The path of the ticket's page.
fn path(ticket: &Ticket) -> String {
    format!("/console/tickets/{}", ticket.id)
}

#[actix_web::test]
async fn an_agent_answers_notes_and_solves() {
    let app = TestApp::start().await;
    let opened = ticket(&app);
    let grace = app.person("grace@acme.test").await;
    let inbox = grace.get("/console/tickets").await;
    inbox
        .assert_ok()
        .assert_text("The printer is on fire")
        .assert_text("Northwind Traders")
        .assert_text("It began this morning.");
    assert_eq!(inbox.all(".ticket:has(a + b) a"), ["The printer is on fire"]);
    let page = grace.get(&path(&opened)).await;
    page.assert_ok().assert_text("#1001").assert_text("Cody Lane").assert_text("cody@northwind.test");
    // What was looked at is read, as soon as that is noted.
    while !grace.get("/console/tickets").await.all(".ticket:has(a + b) a").is_empty() {
        actix_web::rt::task::yield_now().await;
    }

    let send = format!("{}/messages", path(&opened));
    let empty = grace.submit(&send, &[("body", "  "), ("action", "send")]).await;
    empty.assert_status(422).assert_text("Enter a message, or choose a file.");
    let long = "x".repeat(20_001);
    let long = grace.submit(&send, &[("body", &long), ("kind", "note")]).await;
    long.assert_status(422).assert_text("may have 20,000 characters");
    let hostile = "<script>alert(1)</script> \u{202e} 🔥\u{0}";
    let noted = grace.submit_and_follow(&send, &[("body", hostile), ("kind", "note")]).await;
    noted.assert_text("The note is added.").assert_text("<script>alert(1)</script>");
    assert_eq!(noted.all(".message--note .message__kind"), ["Internal note"]);
    let sent =
        grace.submit_and_follow(&send, &[("body", "Did you pull the plug?"), ("then", "solved")]).await;
    sent.assert_text("The reply is sent.").assert_text("Grace Hill solved the ticket #1001");
    grace.get("/console/tickets").await.assert_text("Nothing here");
    grace.get("/console/tickets?queue=solved").await.assert_text("The printer is on fire");
    let customer = format!("/console/customers/{}/tickets", app.customer("Northwind Traders"));
    grace.get(&customer).await.assert_ok().assert_text("Did you pull the plug?");
}

#[actix_web::test]
async fn closing_over_an_unread_reply_shows_it_first() {
    let app = TestApp::start().await;
    let cody = app.scope_of("cody@northwind.test");
    let opened = ticket(&app);
    let grace = app.person("grace@acme.test").await;
    let seen = grace.get(&path(&opened)).await.attribute("input[name=seen]", "value").unwrap();
    write(&app, &cody, opened.id, &reply("Wait, one more thing."));
    let properties = format!("{}/properties", path(&opened));
    let asked = grace.submit(&properties, &[("status", "closed"), ("seen", &seen)]).await;
    asked.assert_status(409).assert_text("The customer wrote meanwhile").assert_text("Wait, one more thing.");
    let send = format!("{}/messages", path(&opened));
    let form = [("body", "All done, bye."), ("then", "solved"), ("seen", seen.as_str())];
    let asked = grace.submit(&send, &form).await;
    asked.assert_status(409).assert_text("All done, bye.").assert_text("Send it as it is");
    assert_eq!(app.cell("SELECT status FROM tickets"), "open");
    let anyway =
        [("body", "All done, bye."), ("then", "solved"), ("seen", seen.as_str()), ("action", "anyway")];
    grace.submit(&send, &anyway).await.assert_status(303);
    assert_eq!(app.cell("SELECT status FROM tickets"), "solved");
}

#[actix_web::test]
async fn what_is_typed_is_kept_and_colleagues_are_told() {
    let app = TestApp::start().await;
    let opened = ticket(&app);
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    grace.get(&path(&opened)).await.assert_ok();
    let draft = format!("{}/draft", path(&opened));
    let form = [("body", "I am still thinking"), ("kind", "reply")];
    grace
        .submit_and_follow(&draft, &form)
        .await
        .assert_text("The draft is kept.")
        .assert_text("I am still thinking");
    let page = ada.get(&path(&opened)).await;
    page.assert_text("Grace Hill is writing an answer too.").assert_no_text("I am still thinking");
    write(&app, &app.scope_of("cody@northwind.test"), opened.id, &reply("Hello?"));
    let seen = opened.activity_at.to_rfc3339();
    let form = [("body", "Hm"), ("seen", seen.as_str())];
    let told = ada.submit_with(&draft, &form, &[("x-refresh", "draft")]).await;
    told.assert_ok().assert_text("Grace Hill is writing").assert_text("Somebody has written since");
    let send = format!("{}/messages", path(&opened));
    grace.submit(&send, &[("body", "I have thought")]).await.assert_status(303);
    assert_eq!(app.cell("SELECT string_agg(body, ',') FROM ticket_drafts"), "Hm", "what is sent is no draft");
}

#[actix_web::test]
async fn saved_replies_are_put_behind_what_was_typed() {
    let app = TestApp::start().await;
    let opened = ticket(&app);
    let grace = app.person("grace@acme.test").await;
    let replies = "/console/saved-replies";
    grace
        .submit(replies, &[("name", ""), ("body", "x")])
        .await
        .assert_status(422)
        .assert_text("Enter a name");
    grace
        .submit_and_follow(replies, &[("name", "Plug"), ("body", "Pull the plug.")])
        .await
        .assert_text("The reply Plug is saved.");
    grace
        .submit(replies, &[("name", "PLUG"), ("body", "x")])
        .await
        .assert_status(422)
        .assert_text("Another saved reply has this name.");
    let id = app.cell("SELECT id FROM saved_replies");
    let send = format!("{}/messages", path(&opened));
    let form = [("body", "Dear Cody,"), ("action", "insert"), ("saved", id.as_str())];
    let page = grace.submit(&send, &form).await;
    assert!(page.assert_ok().all("textarea#body")[0].contains("Dear Cody, Pull the plug."));
    let edit = format!("{replies}/{id}");
    grace.submit(&edit, &[("name", "Plug"), ("body", "Push."), ("version", "1")]).await.assert_status(303);
    let stale = grace.submit(&edit, &[("name", "Plug"), ("body", "Twist."), ("version", "1")]).await;
    stale.assert_status(422).assert_text("Somebody changed this reply").assert_text("Twist.");
    grace.submit_and_follow(&format!("{edit}/deletion"), &[]).await.assert_text("The reply Plug is deleted.");
}

#[actix_web::test]
async fn many_tickets_are_changed_at_once_but_for_those_that_must_not_be() {
    let app = TestApp::start().await;
    let cody = app.scope_of("cody@northwind.test");
    let tickets: Vec<Ticket> = (0..3).map(|_| ticket(&app)).collect();
    let ids: Vec<String> = tickets.iter().map(|ticket| ticket.id.to_string()).collect();
    let grace = app.person("grace@acme.test").await;
    let seen = grace.get("/console/tickets").await.attribute("input[name=seen]", "value").unwrap();
    write(&app, &cody, tickets[0].id, &reply("Still burning."));
    let bulk = "/console/tickets/bulk";
    let of_all = |more: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        ids.iter().map(|id| ("id", id.clone())).chain(more.iter().cloned()).collect()
    };
    let send = async |form: Vec<(&'static str, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        grace.submit_and_follow(bulk, &form).await
    };
    send(of_all(&[("action", "status".into())])).await.assert_text("choose a status");
    let closing = of_all(&[("action", "status".into()), ("status", "closed".into()), ("seen", seen)]);
    send(closing)
        .await
        .assert_text("2 tickets are now closed. 1 was left alone: the customer has written meanwhile.");
    let chloe = user(&app, "chloe@acme.test").to_string();
    app.sql("DELETE FROM customer_success_owned_customers");
    let to_chloe = of_all(&[("action", "assign".into()), ("assignee", chloe)]);
    send(to_chloe)
        .await
        .assert_text("0 tickets are assigned. 3 were left alone: whom you chose may not see their customer.");
    let to_grace =
        of_all(&[("action", "assign".into()), ("assignee", user(&app, "grace@acme.test").to_string())]);
    send(to_grace).await.assert_text("3 tickets are assigned.");
    assert_eq!(grace.get("/console/tickets?queue=mine").await.all("tbody tr").len(), 1);
    let tag = app.cell("SELECT t.id FROM tags t JOIN tenants n ON n.id = t.tenant_id WHERE n.slug = 'acme'");
    send(of_all(&[("action", "tag".into()), ("tag", tag.clone())]))
        .await
        .assert_text("3 tickets are tagged with renewal.");
    assert_eq!(grace.get(&format!("/console/tickets?queue=all&tag={tag}")).await.all("tbody tr").len(), 3);
}

#[actix_web::test]
async fn the_inbox_finds_filters_and_goes_on_page_by_page() {
    let app = TestApp::start().await;
    app.sql(
        "INSERT INTO tickets (tenant_id, customer_id, subject, requester_name, priority, status, waiting_since, resolved_at, activity_at)
         SELECT c.tenant_id, c.id, 'Question ' || n, 'Zoë Quill', CASE WHEN n % 10 = 0 THEN 'urgent' ELSE 'normal' END,
                CASE WHEN n % 3 = 0 THEN 'solved' ELSE 'open' END, CASE WHEN n % 3 > 0 THEN now() - n * interval '1 hour' END,
                CASE WHEN n % 3 = 0 THEN now() END, now() - n * interval '1 minute'
         FROM customers c, generate_series(1, 90) n WHERE c.name IN ('Northwind Traders', 'Initech')",
    );
    let grace = app.person("grace@acme.test").await;
    let mut url = "/console/tickets?size=25".to_owned();
    let mut seen = vec![];
    for _ in 0..3 {
        let page = grace.get(&url).await;
        seen.extend(page.assert_ok().all("tbody th a"));
        url = page.attribute("a[rel=next]", "href").unwrap_or_default();
        if url.is_empty() {
            break;
        }
    }
    let expected: Vec<String> = (1..=90).filter(|n| n % 3 > 0).map(|n| format!("Question {n}")).collect();
    assert_eq!(seen, expected, "the latest first, none twice, none of another tenant");
    let waiting = grace.get("/console/tickets?queue=waiting").await.all("tbody th a");
    assert_eq!(waiting[..2], ["Question 89", "Question 88"], "who has waited longest comes first");
    assert_eq!(grace.get("/console/tickets?priority=urgent").await.all("tbody tr").len(), 6);
    assert_eq!(grace.get("/console/tickets?queue=all&size=100").await.all("tbody tr").len(), 90);
    for (typed, many) in [("zoe quest 88", 1), ("#1088", 1), ("initech", 0), ("Question 8", 8)] {
        let found =
            grace.get(&format!("/console/tickets?q={}", typed.replace(' ', "+").replace('#', "%23"))).await;
        assert_eq!(found.all("tbody tr").len(), many, "{typed}");
    }
    let chloe = app.person("chloe@acme.test").await;
    assert_eq!(chloe.get("/console/tickets?queue=all&q=question+9").await.all("tbody tr").len(), 2);
    app.sql("DELETE FROM customer_success_owned_customers");
    chloe.get("/console/tickets?queue=all").await.assert_text("Nothing here");
    assert!(chloe.get("/console/tickets?queue=all&q=question").await.all("tbody tr").is_empty());
    let first = grace.get("/console/tickets?queue=waiting").await.attribute("tbody th a", "href").unwrap();
    let page = grace.get(&first).await;
    assert!(page.attribute("a[rel=prev]", "href").is_none());
    grace.get(&page.attribute("a[rel=next]", "href").unwrap()).await.assert_text("Question 88");
}

#[actix_web::test]
async fn staff_open_a_ticket_for_a_customer() {
    let app = TestApp::start().await;
    let grace = app.person("grace@acme.test").await;
    assert!(grace.get("/console/tickets/new").await.all(".form-page li").is_empty(), "nobody was looked at");
    app.sql(
        "INSERT INTO customer_visits (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c ON c.tenant_id = u.tenant_id
         WHERE u.email = 'grace@acme.test' AND c.name = 'Northwind Traders'",
    );
    grace.get("/console/tickets/new").await.assert_text("Recently viewed").assert_text("Northwind Traders");
    let found = grace.get("/console/tickets/new?q=northw").await;
    let form_page = grace.get(&found.attribute(".form-page li a", "href").unwrap()).await;
    form_page.assert_ok().assert_text("Cody Lane (cody@northwind.test, portal)");
    let customer = app.customer("Northwind Traders");
    let wrong = [("customer", customer.as_str()), ("subject", ""), ("body", "Kept as typed")];
    let wrong = grace.submit("/console/tickets", &wrong).await;
    wrong
        .assert_status(422)
        .assert_text("Choose who asks.")
        .assert_text("Enter a subject.")
        .assert_text("Kept as typed");
    let stranger = format!("user {}", user(&app, "iris@initech.test"));
    let form =
        [("customer", customer.as_str()), ("requester", stranger.as_str()), ("subject", "A"), ("body", "B")];
    grace
        .submit("/console/tickets", &form)
        .await
        .assert_status(422)
        .assert_text("Choose somebody of this customer.");
    let contact = format!("contact {}", app.cell("SELECT id FROM contacts WHERE first_name = 'Carol'"));
    let form = [
        ("customer", customer.as_str()),
        ("requester", contact.as_str()),
        ("subject", "A call"),
        ("body", "They rang"),
    ];
    let page = grace.submit_and_follow("/console/tickets", &form).await;
    page.assert_text("The ticket #1001 is open.").assert_text("Carol Winter").assert_text("They rang");
    let elsewhere = app.customer("Initech");
    let form =
        [("customer", elsewhere.as_str()), ("requester", contact.as_str()), ("subject", "A"), ("body", "B")];
    grace.submit("/console/tickets", &form).await.assert_not_found();
}

#[actix_web::test]
async fn what_is_written_is_no_edit_of_the_ticket() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket("cody@northwind.test", "Versions");
    let version = || app.cell(&format!("SELECT version FROM tickets WHERE id = '{ticket}'"));
    let (cody, ada) = (app.person("cody@northwind.test").await, app.person("ada@acme.test").await);
    let before = version();
    cody.submit(&format!("/customer/tickets/{ticket}/messages"), &[("body", "One more thing")])
        .await
        .assert_status(303);
    assert_eq!(version(), before, "the customer's message waits, and nobody edited anything");
    let properties = format!("/console/tickets/{ticket}/properties");
    ada.submit(&properties, &[("priority", "urgent")]).await.assert_status(303);
    assert_ne!(version(), before);
}
