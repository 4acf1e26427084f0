use crate::support::*;
use clientele::{
    platform::{
        db::{Audience, Scope},
        errors::AppError,
        ids::{CustomerId, TicketId, UserId},
        permissions::Role,
    },
    tickets::{Message, Moved, Opening, Priority, Replied, Reply, Requester, Status, Ticket, Unopened},
};
use std::collections::BTreeSet;

/// Whoever has this address, at work.
fn scope_of(app: &TestApp, email: &str) -> Scope {
    let cell = |column: &str| app.cell(&format!("SELECT {column} FROM users WHERE email = '{email}'"));
    let role: Role = cell("roles[1]").parse().unwrap();
    let customer = cell("customer_id");
    Scope {
        audience: if customer.is_empty() { Audience::Staff } else { Audience::Portal },
        tenant_id: Some(cell("tenant_id").parse().unwrap()),
        user_id: Some(cell("id").parse().unwrap()),
        customer_id: customer.parse().ok(),
        roles: vec![role],
        request_id: None,
    }
}

fn user(app: &TestApp, email: &str) -> UserId {
    app.cell(&format!("SELECT id FROM users WHERE email = '{email}'")).parse().unwrap()
}

fn opening(customer: CustomerId, requester: Requester) -> Opening {
    Opening {
        customer,
        requester,
        subject: "The printer is on fire".into(),
        body: "It began this morning.".into(),
        priority: Priority::Normal,
        assignee: None,
        author_name: "Cody Lane".into(),
        submission: None,
    }
}

/// A ticket of Cody's, opened in the portal.
fn ticket(app: &TestApp) -> Ticket {
    let cody = scope_of(app, "cody@northwind.test");
    let opening = opening(cody.customer_id.unwrap(), Requester::User(cody.user_id.unwrap()));
    app.db.write_blocking(&cody, |tx| Ticket::open(tx, &opening)).unwrap().unwrap()
}

fn reply(body: &str) -> Reply {
    Reply {
        body: body.into(),
        is_internal: false,
        author_name: "Somebody".into(),
        submission: None,
        then: None,
        seen: None,
    }
}

fn write(app: &TestApp, who: &Scope, id: TicketId, reply: &Reply) -> Ticket {
    let sent = app.db.write_blocking(who, |tx| Ticket::reply(tx, id, reply)).unwrap();
    assert!(matches!(sent, Replied::Sent(_)), "{sent:?}");
    app.db.read_blocking(who, |tx| Ticket::find(tx, id)).unwrap()
}

fn moved(app: &TestApp, who: &Scope, id: TicketId, to: Status) -> Ticket {
    app.db.write_blocking(who, |tx| Ticket::move_to(tx, id, to, None)).unwrap();
    app.db.read_blocking(who, |tx| Ticket::find(tx, id)).unwrap()
}

#[actix_web::test]
async fn fifty_at_once_get_fifty_numbers_in_a_row() {
    let app = TestApp::start().await;
    let cody = scope_of(&app, "cody@northwind.test");
    let opening = opening(cody.customer_id.unwrap(), Requester::User(cody.user_id.unwrap()));
    let (db, scope) = (&app.db, &cody);
    let numbers: BTreeSet<i64> = std::thread::scope(|threads| {
        let open = |n: usize| {
            // Every fifth fails after it got its number.
            let outcome = db.write_blocking(scope, |tx| {
                let ticket = Ticket::open(tx, &opening)?.unwrap();
                if n % 6 == 5 { Err(AppError::Conflict("no".into())) } else { Ok(ticket.number) }
            });
            outcome.ok()
        };
        let opened: Vec<_> = (0..60).map(|n| threads.spawn(move || open(n))).collect();
        opened.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(numbers, (1001..=1050).collect(), "consecutive, none twice");
    let eve = scope_of(&app, "iris@initech.test");
    let hers = self::opening(eve.customer_id.unwrap(), Requester::User(eve.user_id.unwrap()));
    let first = app.db.write_blocking(&eve, |tx| Ticket::open(tx, &hers)).unwrap().unwrap();
    assert_eq!(first.number, 1001, "every tenant counts for itself");
}

#[actix_web::test]
async fn a_ticket_goes_back_and_forth() {
    let app = TestApp::start().await;
    let (cody, grace) = (scope_of(&app, "cody@northwind.test"), scope_of(&app, "grace@acme.test"));
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
    let (cody, grace) = (scope_of(&app, "cody@northwind.test"), scope_of(&app, "grace@acme.test"));
    let opened = ticket(&app);
    let seen = Some(opened.activity_at);
    write(&app, &cody, opened.id, &reply("One more thing."));
    let closing =
        app.db.write_blocking(&grace, |tx| Ticket::move_to(tx, opened.id, Status::Closed, seen)).unwrap();
    let Moved::Overtaken(news) = closing else { panic!("{closing:?}") };
    assert_eq!(news[0].body, "One more thing.");
    let last = Reply { then: Some(Status::Solved), seen, ..reply("Bye.") };
    let sent = app.db.write_blocking(&grace, |tx| Ticket::reply(tx, opened.id, &last)).unwrap();
    assert!(matches!(sent, Replied::Overtaken(_)));
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages WHERE body = 'Bye.'"), "0");
    let known = Reply { seen: Some(news[0].created_at), ..last };
    assert_eq!(write(&app, &grace, opened.id, &known).status, Status::Solved);
}

#[actix_web::test]
async fn what_is_sent_twice_arrives_once() {
    let app = TestApp::start().await;
    let cody = scope_of(&app, "cody@northwind.test");
    let submission = Some(uuid::Uuid::new_v4());
    let requester = Requester::User(cody.user_id.unwrap());
    let opening = Opening { submission, ..opening(cody.customer_id.unwrap(), requester) };
    let open = || app.db.write_blocking(&cody, |tx| Ticket::open(tx, &opening)).unwrap();
    let id = open().unwrap().id;
    assert_eq!(open().unwrap_err(), Unopened::Already(id));
    let once = Reply { submission: Some(uuid::Uuid::new_v4()), ..reply("Hello?") };
    write(&app, &cody, id, &once);
    let again = app.db.write_blocking(&cody, |tx| Ticket::reply(tx, id, &once)).unwrap();
    assert!(matches!(again, Replied::Already));
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages"), "2");
}

#[actix_web::test]
async fn a_ticket_is_worked_on_by_staff_who_see_its_customer() {
    let app = TestApp::start().await;
    let ada = scope_of(&app, "ada@acme.test");
    let id = ticket(&app).id;
    let assign = |email: &str| {
        let to = Some(user(&app, email));
        app.db.write_blocking(&ada, |tx| Ok(Ticket::assign(tx, id, to)?.map(drop)))
    };
    for stranger in ["carol@northwind.test", "gil@globex.test"] {
        assert!(assign(stranger).is_err() || assign(stranger).unwrap().is_err(), "{stranger}");
    }
    assign("chloe@acme.test").unwrap().unwrap();
    app.sql("DELETE FROM customer_success_owned_customers");
    assign("grace@acme.test").unwrap().unwrap();
    let refused = app.db.write_blocking(&ada, |tx| {
        let outcome = Ticket::assign(tx, id, Some(user(&app, "chloe@acme.test")))?;
        Err::<(), _>(AppError::Conflict(outcome.map(drop).unwrap_err().into()))
    });
    assert!(refused.unwrap_err().to_string().contains("who may see this customer"));
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
    let find = |email: &str| app.db.read_blocking(&scope_of(&app, email), |tx| Ticket::find(tx, id)).is_ok();
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

    let cody = scope_of(&app, "cody@northwind.test");
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
    let other = opening(app.customer("Contoso").parse().unwrap(), Requester::User(cody.user_id.unwrap()));
    let opened = app.db.write_blocking(&cody, |tx| Ticket::open(tx, &other));
    assert!(!matches!(opened, Ok(Ok(_))), "a ticket of another customer: {opened:?}");
}

#[actix_web::test]
async fn the_timeline_tells_of_tickets_without_repeating_them() {
    let app = TestApp::start().await;
    let (cody, grace) = (scope_of(&app, "cody@northwind.test"), scope_of(&app, "grace@acme.test"));
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
