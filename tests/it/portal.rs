use crate::support::{Person, TestApp};
use clientele::isolation::routes::{Method, ROUTES, placeholders};

const CAROL: &str = "carol@northwind.test";
const CODY: &str = "cody@northwind.test";
const IRIS: &str = "iris@initech.test";
const GRACE: &str = "grace@acme.test";

#[actix_web::test]
async fn a_customer_asks_reads_the_answer_closes_and_opens_again() {
    let app = TestApp::start().await;
    let cody = app.person(CODY).await;
    cody.get("/customer/dashboard").await.assert_ok().assert_text("You have no tickets yet");
    let opened = cody
        .submit_and_follow(
            "/customer/tickets",
            &[("subject", "Printer on fire"), ("body", "Since nine.\n\nHelp!")],
        )
        .await;
    opened
        .assert_ok()
        .assert_text("#1001 is with us")
        .assert_text("Since nine. Help!")
        .assert_text("With us");
    let id = app.cell("SELECT id FROM tickets");
    app.write_to(id.parse().unwrap(), GRACE, "Take the paper out.");
    let home = cody.get("/customer/dashboard").await;
    assert_eq!(home.all("section h2"), ["Waiting for you", "Your contact at Acme"]);
    home.assert_text("Printer on fire").assert_text("New answer").assert_text("Chloe Marsh");
    let path = format!("/customer/tickets/{id}");
    cody.get(&path).await.assert_text("Take the paper out.").assert_text("We need your answer");
    cody.submit_and_follow(&format!("{path}/messages"), &[("body", "Done.")]).await.assert_text("With us");
    cody.submit_and_follow(&format!("{path}/closure"), &[]).await.assert_text("This is closed.");
    cody.get("/customer/tickets").await.assert_no_text("Printer on fire");
    cody.get("/customer/tickets?list=done").await.assert_text("Printer on fire");
    cody.submit_and_follow(&format!("{path}/reopening"), &[]).await.assert_text("With us");
    cody.submit(&format!("{path}/closure"), &[]).await;
    cody.submit_and_follow(&format!("{path}/messages"), &[("body", "It burns again.")])
        .await
        .assert_text("With us");
}

#[actix_web::test]
async fn what_was_read_is_not_new_any_more() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.write_to(ticket, GRACE, "Take the paper out.");
    app.run_tasks().await;
    let cody = app.person(CODY).await;
    cody.get("/customer/tickets").await.assert_text("New answer");
    let unread = "SELECT count(*) FROM notifications n JOIN users u ON u.id = n.user_id WHERE u.email = 'cody@northwind.test' AND n.read_at IS NULL";
    assert_eq!(app.cell(unread), "1");
    cody.get(&format!("/customer/tickets/{ticket}")).await.assert_ok();
    // It is noted after the page is on its way.
    while app.cell(unread) != "0" {
        actix_web::rt::task::yield_now().await;
    }
    cody.get("/customer/tickets").await.assert_no_text("New answer");
    app.note_on(ticket, GRACE, "A note is no answer.");
    cody.get("/customer/tickets").await.assert_no_text("New answer");
    app.write_to(ticket, GRACE, "And the toner.");
    cody.get("/customer/tickets").await.assert_text("New answer");
}

#[actix_web::test]
async fn a_customer_user_sees_their_own_and_those_they_are_in_copy_of_and_an_admin_all() {
    let app = TestApp::start().await;
    let (codys, carols) = (app.open_ticket(CODY, "Of Cody"), app.open_ticket(CAROL, "Of Carol"));
    let (cody, carol) = (app.person(CODY).await, app.person(CAROL).await);
    for path in ["/customer/dashboard", "/customer/tickets"] {
        cody.get(path).await.assert_text("Of Cody").assert_no_text("Of Carol");
        carol.get(path).await.assert_text("Of Cody").assert_text("Of Carol");
    }
    let path = format!("/customer/tickets/{carols}");
    cody.get(&path).await.assert_not_found();
    let copy = [("copies", &*app.user(CODY).to_string())];
    carol.submit(&format!("{path}/copies"), &copy).await.assert_status(303);
    cody.get(&path).await.assert_ok().assert_text("Of Carol");
    cody.submit(&format!("{path}/messages"), &[("body", "Me too.")]).await.assert_status(303);
    // Whoever only reads along puts nobody else in copy, and may leave.
    cody.submit(&format!("{path}/copies"), &[("copies", &app.user(CAROL).to_string())])
        .await
        .assert_status(403);
    let left = cody.submit_and_follow(&format!("{path}/copies/{}/deletion", app.user(CODY)), &[]).await;
    left.assert_ok().assert_text("You don't read along any more.");
    cody.get(&path).await.assert_not_found();
    // Nobody of another customer, or of the staff, is put in copy.
    for other in [IRIS, GRACE] {
        let copy = [("copies", &*app.user(other).to_string())];
        cody.submit(&format!("/customer/tickets/{codys}/copies"), &copy).await.assert_not_found();
        let texts = [("subject", "Another"), ("body", "One"), copy[0]];
        cody.submit("/customer/tickets", &texts).await.assert_not_found();
    }
    assert_eq!(
        app.cell("SELECT (SELECT count(*) FROM ticket_copies) || ' ' || (SELECT count(*) FROM tickets)"),
        "0 2"
    );
}

#[actix_web::test]
async fn notes_are_nowhere_in_the_portal() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    app.note_on(ticket, GRACE, "He always does this.");
    app.run_tasks().await;
    for email in [CODY, CAROL] {
        let person = app.person(email).await;
        for path in [
            "dashboard",
            "tickets",
            "notifications",
            &format!("tickets/{ticket}"),
            &format!("tickets/{ticket}?before="),
        ] {
            let answer = person.get(&format!("/customer/{path}")).await;
            answer.assert_ok();
            assert!(!answer.body.contains("always does"), "{path}");
        }
    }
}

#[actix_web::test]
async fn with_another_customers_ids_nothing_is_found_and_nothing_changed() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(IRIS, "Quillfeather");
    app.write_to(ticket, "gil@globex.test", "Quillfeather indeed.");
    app.run_tasks().await;
    let other = app.user(IRIS).to_string();
    let customer = app.customer("Initech");
    let tenant = app.cell("SELECT id FROM tenants WHERE slug = 'globex'");
    let notification = app.cell(&format!("SELECT id FROM notifications WHERE user_id = '{other}'"));
    let state = "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM (SELECT id, to_jsonb(x) AS t FROM tickets x WHERE subject = 'Quillfeather'
        UNION ALL SELECT id, to_jsonb(m) FROM ticket_messages m WHERE ticket_id IN (SELECT id FROM tickets WHERE subject = 'Quillfeather')
        UNION ALL SELECT id, to_jsonb(n) FROM notifications n UNION ALL SELECT ticket_id, to_jsonb(d) FROM ticket_drafts d
        UNION ALL SELECT ticket_id, to_jsonb(c) FROM ticket_copies c) AS all_of_it (id, t)";
    let before = app.cell(state);
    let ids = [
        ("ticket", ticket.to_string()),
        ("ticket_id", ticket.to_string()),
        ("ticketId", ticket.to_string()),
        ("notification", notification.clone()),
        ("customerId", customer.clone()),
        ("customer_id", customer),
        ("tenantId", tenant.clone()),
        ("tenant_id", tenant),
        ("user", other.clone()),
        ("user_id", other.clone()),
    ];
    let fields: Vec<(&str, &str)> = ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let query: Vec<String> = ids.iter().map(|(name, id)| format!("{name}={id}")).collect();
    for email in [CODY, CAROL] {
        let person = app.person(email).await;
        for (method, path) in ROUTES.iter().filter(|(_, path)| path.starts_with("/customer/")) {
            let mut filled = (*path).to_owned();
            for name in placeholders(path) {
                let id = match name {
                    "ticket" => ticket.to_string(),
                    "notification" => notification.clone(),
                    "user" => other.clone(),
                    _ => ticket.to_string(),
                };
                filled = filled.replace(&format!("{{{name}}}"), &id);
            }
            let body = [
                &fields[..],
                &[("body", "Mine now"), ("subject", "Mine"), ("name", "Me"), ("time_zone", "UTC")],
            ]
            .concat();
            let answer = match method {
                Method::Get => person.get(&format!("{filled}?{}", query.join("&"))).await,
                _ => person.submit(&filled, &body).await,
            };
            assert!(!answer.body.contains("Quillfeather"), "{email} {path}");
            if !placeholders(path).is_empty() {
                assert_eq!(answer.status, 404, "{email} {path}");
            }
        }
    }
    assert_eq!(app.cell(state), before);
    // What was sent with their ids is of whom sent it.
    assert_eq!(app.cell("SELECT DISTINCT c.name FROM tickets t JOIN customers c ON c.id = t.customer_id WHERE t.subject = 'Mine'"), "Northwind Traders");
}

#[actix_web::test]
async fn a_customer_user_reaches_no_page_of_the_console() {
    let app = TestApp::start().await;
    let cody = app.person(CODY).await;
    for (method, path) in
        ROUTES.iter().filter(|(_, path)| path.starts_with("/console") || path.starts_with("/platform"))
    {
        let mut filled = (*path).to_owned();
        for name in placeholders(path) {
            filled = filled.replace(&format!("{{{name}}}"), &app.customer("Northwind Traders"));
        }
        let answer = match method {
            Method::Get => cody.get(&filled).await,
            _ => cody.submit(&filled, &[]).await,
        };
        assert_eq!(answer.status, 404, "{method:?} {path}");
    }
}

#[actix_web::test]
async fn a_wrong_form_comes_back_with_everything_and_a_draft_waits() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    let cody = app.person(CODY).await;
    let answer = cody.submit("/customer/tickets", &[("subject", ""), ("body", "Typed <b>long</b>")]).await;
    answer.assert_status(422).assert_text("Say in a few words what it is about");
    assert_eq!(answer.all("#body"), ["Typed <b>long</b>"]);
    let path = format!("/customer/tickets/{ticket}");
    cody.submit(&format!("{path}/messages"), &[("body", "  ")])
        .await
        .assert_status(422)
        .assert_text("Write your message");
    let script = [("x-refresh", "draft")];
    let kept = cody.submit_with(&format!("{path}/draft"), &[("body", "Half")], &script).await;
    kept.assert_status(204);
    assert!(!kept.headers.contains_key("set-cookie"), "nothing is said on the next page");
    cody.submit_and_follow(&format!("{path}/draft"), &[("body", "Half of it")])
        .await
        .assert_text("This is your draft");
    assert_eq!(cody.get(&path).await.all("#body"), ["Half of it"]);
    assert_eq!(app.person(CAROL).await.get(&path).await.all("#body"), [""]);
    cody.submit(&format!("{path}/messages"), &[("body", "All of it")]).await.assert_status(303);
    assert_eq!(cody.get(&path).await.all("#body"), [""]);
}

#[actix_web::test]
async fn a_long_conversation_and_a_long_list_come_in_pages() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Long");
    for n in 0..35 {
        app.write_to(ticket, if n % 2 == 0 { GRACE } else { CODY }, &format!("Message {n:02}."));
    }
    for n in 0..30 {
        app.open_ticket(CODY, &format!("Ticket {n:02}"));
    }
    let cody = app.person(CODY).await;
    let page = cody.get(&format!("/customer/tickets/{ticket}")).await;
    assert_eq!(page.all(".said").len(), 30);
    page.assert_text("Message 34.").assert_no_text("Message 04.");
    let earlier = cody.get(&page.attribute("a[rel=prev]", "href").unwrap()).await;
    assert_eq!(earlier.all(".said").len(), 6);
    earlier.assert_text("Message 04.").assert_no_text("Message 05.");
    let first = cody.get("/customer/tickets").await;
    let second = cody.get(&first.attribute("a[rel=next]", "href").unwrap()).await;
    let mut all = [first.all(".asked__text a"), second.all(".asked__text a")].concat();
    assert_eq!(all.len(), 31);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 31);
}

#[actix_web::test]
async fn people_keep_their_own_name_phone_and_time_zone() {
    let app = TestApp::start().await;
    let cody = app.person(CODY).await;
    let form = |phone: &'static str| [("name", "Cody L"), ("phone", phone), ("time_zone", "Europe/Berlin")];
    cody.submit("/customer/profile", &form("call me"))
        .await
        .assert_status(422)
        .assert_text("Enter a phone number");
    let saved = cody.submit_and_follow("/customer/profile", &form("(212) 555-0199")).await;
    saved.assert_ok().assert_text("Your preferences are saved.");
    assert_eq!(saved.attribute("#phone", "value").as_deref(), Some("+12125550199"));
    assert_eq!(
        app.cell(
            "SELECT name || ' ' || phone || ' ' || time_zone FROM users WHERE email = 'cody@northwind.test'"
        ),
        "Cody L +12125550199 Europe/Berlin"
    );
}

#[actix_web::test]
async fn an_open_ticket_hears_of_answers_and_not_of_notes_or_of_others() {
    let app = TestApp::start_live().await;
    let (ticket, carols) = (app.open_ticket(CODY, "Printer"), app.open_ticket(CAROL, "Desk"));
    let cody: Person = app.person(CODY).await;
    let mut stream = cody.listen(&format!("/live?customer={}", app.customer("Northwind Traders"))).await;
    app.note_on(ticket, GRACE, "He always does this.");
    app.write_to(carols, GRACE, "Which desk?");
    let answer = app.write_to(ticket, GRACE, "Take the paper out.");
    // The first thing that Cody hears: neither the note nor what Carol is told.
    let told = stream.next().await.changes();
    let entities: Vec<&str> = told.iter().map(|change| change["entity_id"].as_str().unwrap()).collect();
    assert!(entities.contains(&answer.to_string().as_str()), "{told:?}");
    assert!(
        entities.iter().all(|id| [answer.to_string(), ticket.to_string()].contains(&(*id).to_owned())),
        "{told:?}"
    );
}
