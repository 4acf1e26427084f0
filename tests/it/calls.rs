//! Calls: asked for in the portal, scheduled, held and called off by staff.
use crate::support::{Answer, Person, TestApp};
use chrono::{DateTime, Days, Utc};
use clientele::infra::services::mail::Kept;
use icalendar::{Calendar, CalendarComponent, Component};

#[expect(clippy::disallowed_methods, reason = "a test is on the machine of its database")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A date so many days from now, at a time, as a form sends it.
fn on(days: u64, time: &str) -> String {
    format!("{}T{time}", (now() + Days::new(days)).format("%Y-%m-%d"))
}

/// A request for a call in Berlin that offers these times.
fn request(slots: &[String]) -> Vec<(&str, &str)> {
    let mut form = vec![
        ("topic", "Our invoices"),
        ("phone", "+49 30 901820"),
        ("time_zone", "Europe/Berlin"),
        ("minutes", "45"),
    ];
    form.extend(["slot_1", "slot_2", "slot_3"].into_iter().zip(slots.iter().map(String::as_str)));
    form
}

/// The path of the call that the person asked for.
async fn asked(person: &Person, slots: &[String]) -> String {
    let answer = person.submit("/customer/calls", &request(slots)).await;
    answer.assert_status(303);
    answer.location
}

/// The same call as staff see it.
fn for_staff(path: &str) -> String {
    path.replace("/customer/", "/console/")
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn column(app: &TestApp, path: &str, column: &str) -> String {
    app.cell(&format!("SELECT {column} FROM calls WHERE id = '{}'", id(path)))
}

fn assert_missing(answer: &Answer, tried: &str) {
    assert_eq!(answer.status, 404, "{tried}");
    assert!(!answer.body.contains("invoices"), "{tried}");
}

#[actix_web::test]
async fn a_customer_offers_times_by_their_own_clock_and_staff_choose_one_by_theirs() {
    let app = TestApp::start().await;
    app.sql("UPDATE users SET time_zone = 'America/New_York' WHERE email = 'grace@acme.test'");
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let slots = [on(3, "15:00"), on(2, "09:30"), on(4, "11:00")];
    let path = asked(&cody, &slots).await;
    assert_eq!(column(&app, &path, "cardinality(slots)"), "3");
    assert_eq!(column(&app, &path, "phone"), "+4930901820");
    let first = column(&app, &path, "to_char(due_at AT TIME ZONE 'Europe/Berlin', 'YYYY-MM-DD\"T\"HH24:MI')");
    assert_eq!(first, slots[1], "the earliest is first");

    let queue = grace.get("/console/calls").await;
    queue.assert_text("Our invoices");
    let page = grace.get(&for_staff(&path)).await;
    let offered = page.attributes("input[name=slot]", "value");
    assert_eq!(offered.len(), 4, "three times and another");
    let chosen = offered[2].clone();
    assert_eq!(
        chosen,
        column(&app, &path, "to_char(slots[3] AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
    );
    let grace_id = app.cell("SELECT id FROM users WHERE email = 'grace@acme.test'");
    let form = [("slot", chosen.as_str()), ("minutes", "45"), ("assignee_id", &grace_id)];
    let done = grace.submit_and_follow(&format!("{}/schedule", for_staff(&path)), &form).await;
    // 11:00 in Berlin is 5:00 or 6:00 in New York.
    done.assert_text("11:00–11:45 CE");
    assert!(
        done.text().contains("05:00–05:45 E") || done.text().contains("06:00–06:45 E"),
        "{}",
        done.text()
    );
    assert_eq!(column(&app, &path, "status"), "scheduled");

    app.sql("UPDATE users SET time_zone = 'Europe/Berlin' WHERE email = 'cody@northwind.test'");
    let shown = app.person("cody@northwind.test").await.get(&path).await;
    shown.assert_text("11:00–11:45 CE");
    shown.assert_text("Grace Hill rings +4930901820");
}

#[actix_web::test]
async fn a_wrong_request_comes_back_with_what_was_typed() {
    let app = TestApp::start().await;
    let carol = app.person("carol@northwind.test").await;
    // The clocks go forward in Berlin on the last Sunday of March.
    let year: i32 = now().format("%Y").to_string().parse().unwrap();
    let gap = (year..year + 2)
        .flat_map(|year| (25..=31).map(move |day| format!("{year}-03-{day}")))
        .filter(|day| day.parse::<chrono::NaiveDate>().unwrap() > now().date_naive())
        .find(|day| day.parse::<chrono::NaiveDate>().unwrap().format("%a").to_string() == "Sun")
        .unwrap();
    let slots = [format!("{gap}T02:30")];
    let answer = carol.submit("/customer/calls", &request(&slots)).await;
    answer.assert_status(422);
    answer.assert_text("There is no 02:30");
    assert_eq!(answer.attribute("#slot_1", "value").unwrap(), slots[0]);
    let mut long = request(&slots);
    long.retain(|(name, _)| *name != "minutes");
    long.push(("minutes", "241"));
    carol.submit("/customer/calls", &long).await.assert_text("15 to 240 minutes");
    let empty = carol.submit("/customer/calls", &[("time_zone", "Europe/Berlin"), ("when", "times")]).await;
    empty.assert_text("Offer at least one time, or choose");
    assert_eq!(app.cell("SELECT count(*) FROM calls"), "0");
}

#[actix_web::test]
async fn a_request_that_is_sent_twice_arrives_once() {
    let app = TestApp::start().await;
    let carol = app.person("carol@northwind.test").await;
    let slots = [on(2, "10:00")];
    let mut form = request(&slots);
    let page = carol.get("/customer/calls/new").await;
    let submission = page.attribute("input[name=submission]", "value").unwrap();
    form.push(("submission", &submission));
    let (first, second) =
        (carol.submit("/customer/calls", &form).await, carol.submit("/customer/calls", &form).await);
    assert_eq!((first.status.as_u16(), &first.location), (303, &second.location));
    assert_eq!(app.cell("SELECT count(*) FROM calls"), "1");
}

#[actix_web::test]
async fn where_calls_are_switched_off_the_portal_says_so_and_the_database_refuses() {
    let app = TestApp::start().await;
    let (ada, carol) = (app.person("ada@acme.test").await, app.person("carol@northwind.test").await);
    let northwind = app.customer("Northwind Traders");
    let edit = ada.get(&format!("/console/customers/{northwind}/edit")).await;
    let version = edit.attribute("input[name=version]", "value").unwrap();
    let form = [("name", "Northwind Traders"), ("version", version.as_str()), ("call_requests", "off")];
    ada.submit(&format!("/console/customers/{northwind}"), &form).await.assert_status(303);
    carol.get("/customer/calls/new").await.assert_text("switched call requests off");
    let refused = carol.submit("/customer/calls", &request(&[on(2, "10:00")])).await;
    refused.assert_status(422);
    refused.assert_text("switched call requests off");
    assert_eq!(app.cell("SELECT count(*) FROM calls"), "0");
    ada.get(&format!("/console/customers/{northwind}/calls")).await.assert_text("switched off");
}

#[actix_web::test]
async fn a_customer_user_sees_their_own_calls_and_the_customer_admin_all() {
    let app = TestApp::start().await;
    let (carol, cody) = (app.person("carol@northwind.test").await, app.person("cody@northwind.test").await);
    let (of_carol, of_cody) = (asked(&carol, &[on(2, "10:00")]).await, asked(&cody, &[on(3, "10:00")]).await);
    carol.get(&of_cody).await.assert_ok();
    assert_missing(&cody.get(&of_carol).await, "a colleague's call");
    assert_missing(&cody.submit(&format!("{of_carol}/cancellation"), &[]).await, "cancelling it");
    assert_missing(&cody.get(&format!("{of_carol}/calendar.ics")).await, "its calendar file");
    assert_eq!(cody.get("/customer/calls").await.all(".asked__row").len(), 1);
    assert_eq!(carol.get("/customer/calls").await.all(".asked__row").len(), 2);
    assert_eq!(column(&app, &of_carol, "status"), "requested");
}

#[actix_web::test]
async fn calls_of_others_are_not_there_wherever_their_id_stands() {
    let app = TestApp::start().await;
    let carol = app.person("carol@northwind.test").await;
    let path = asked(&carol, &[on(2, "10:00")]).await;
    let (eve, iris) = (app.person("eve@globex.test").await, app.person("iris@initech.test").await);
    let call = id(&path);
    for ending in ["", "/calendar.ics"] {
        assert_missing(&iris.get(&format!("/customer/calls/{call}{ending}")).await, ending);
        assert_missing(&eve.get(&format!("/console/calls/{call}{ending}")).await, ending);
        assert_missing(&carol.get(&format!("/console/calls/{call}{ending}")).await, ending);
    }
    assert_missing(&iris.submit(&format!("/customer/calls/{call}/cancellation"), &[]).await, "cancel");
    let at = on(2, "10:00");
    let form = [
        ("slot", "other"),
        ("at", at.as_str()),
        ("minutes", "30"),
        ("outcome", "settled"),
        ("assignee_id", ""),
    ];
    for verb in ["schedule", "assignee", "completion", "cancellation"] {
        assert_missing(&eve.submit(&format!("/console/calls/{call}/{verb}"), &form).await, verb);
        assert_missing(&carol.submit(&format!("/console/calls/{call}/{verb}"), &form).await, verb);
    }
    let northwind = app.customer("Northwind Traders");
    assert_missing(&eve.get(&format!("/console/customers/{northwind}/calls")).await, "their customer");
    assert_missing(&eve.get(&format!("/console/calls?customer={northwind}")).await, "in a query");
    assert_eq!(eve.get("/console/calls").await.all("tbody tr").len(), 0);
    assert_eq!(column(&app, &path, "status || version"), "requested1");
}

#[actix_web::test]
async fn a_call_is_about_a_ticket_that_its_requester_sees_or_about_none() {
    let app = TestApp::start().await;
    app.sql(
        "INSERT INTO tickets (tenant_id, customer_id, subject, requester_id, requester_name)
         SELECT tenant_id, customer_id, 'Of ' || name, id, name FROM users WHERE email IN ('carol@northwind.test', 'cody@northwind.test', 'iris@initech.test')",
    );
    let ticket = |name: &str| app.cell(&format!("SELECT id FROM tickets WHERE subject = 'Of {name}'"));
    let cody = app.person("cody@northwind.test").await;
    for name in ["Carol Winter", "Iris Vale"] {
        let (slots, foreign) = ([on(2, "10:00")], ticket(name));
        let mut form = request(&slots);
        form.push(("ticket_id", &foreign));
        let answer = cody.submit("/customer/calls", &form).await;
        assert_eq!(answer.status, 404, "{name}");
        // What he typed himself stands there, and nothing of the ticket.
        assert!(!answer.body.contains(&format!("Of {name}")), "{name}");
    }
    assert_eq!(app.cell("SELECT count(*) FROM calls"), "0");
    let (slots, own) = ([on(2, "10:00")], ticket("Cody Lane"));
    let mut form = request(&slots);
    form.push(("ticket_id", &own));
    let made = cody.submit_and_follow("/customer/calls", &form).await;
    made.assert_text("Of Cody Lane");
}

#[actix_web::test]
async fn staff_complete_a_call_with_a_note_that_the_customer_never_reads() {
    let app = TestApp::start().await;
    let (cody, chloe) = (app.person("cody@northwind.test").await, app.person("chloe@acme.test").await);
    let path = asked(&cody, &[on(2, "10:00")]).await;
    let wrong = chloe.submit(&format!("{}/completion", for_staff(&path)), &[("note", "Typed already")]).await;
    wrong.assert_status(422);
    wrong.assert_text("Choose what came of the call.");
    wrong.assert_text("Typed already");
    let form = [("outcome", "follow_up"), ("note", "Wants a discount, do not offer it")];
    let done = chloe.submit_and_follow(&format!("{}/completion", for_staff(&path)), &form).await;
    done.assert_text("Wants a discount");
    assert_eq!(column(&app, &path, "assignee_name"), "Chloe Marsh", "whoever holds it has taken it");
    let shown = cody.get(&path).await;
    shown.assert_text("has been held");
    assert!(!shown.body.contains("discount"));
    let northwind = app.customer("Northwind Traders");
    chloe.get(&format!("/console/customers/{northwind}/calls")).await.assert_text("more to do");
    chloe.get(&format!("/console/customers/{northwind}/timeline")).await.assert_text("completed the call");
    // What is over stays over.
    let late = chloe.submit_and_follow(&format!("{}/cancellation", for_staff(&path)), &[]).await;
    late.assert_text("was completed meanwhile");
    assert_eq!(column(&app, &path, "status"), "completed");
}

#[actix_web::test]
async fn both_sides_cancel_and_read_who_did_and_why() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let (mine, ours) = (asked(&cody, &[on(2, "10:00")]).await, asked(&cody, &[on(3, "10:00")]).await);
    cody.submit(&format!("{mine}/cancellation"), &[("reason", "It works again")]).await.assert_status(303);
    let page = grace.get(&for_staff(&mine)).await;
    page.assert_text("Cody Lane");
    page.assert_text("It works again");
    grace
        .submit(&format!("{}/cancellation", for_staff(&ours)), &[("reason", "We are closed")])
        .await
        .assert_status(303);
    let page = cody.get(&ours).await;
    page.assert_text("Grace Hill");
    page.assert_text("We are closed");
    let again = cody.submit_and_follow(&format!("{ours}/cancellation"), &[]).await;
    again.assert_text("over already");
}

#[actix_web::test]
async fn two_calls_of_one_colleague_at_one_time_are_asked_about_first() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let (first, second) = (asked(&cody, &[on(2, "10:00")]).await, asked(&cody, &[on(3, "10:00")]).await);
    let grace_id = app.cell("SELECT id FROM users WHERE email = 'grace@acme.test'");
    let schedule = |path: &str| format!("{}/schedule", for_staff(path));
    let times = [on(5, "10:00"), on(5, "10:29"), on(5, "10:30")];
    let form = |time: usize, anyway: &'static str| {
        let at = times[time].clone();
        vec![
            ("slot", "other".to_owned()),
            ("at", at),
            ("minutes", "30".into()),
            ("assignee_id", grace_id.clone()),
            ("anyway", anyway.into()),
        ]
    };
    let send = async |path: &str, form: Vec<(&str, String)>| {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        grace.submit(&schedule(path), &form).await
    };
    send(&first, form(0, "")).await.assert_status(303);
    let warned = send(&second, form(1, "")).await;
    warned.assert_status(422);
    warned.assert_text("Another call is at that time");
    assert_eq!(column(&app, &second, "status"), "requested");
    send(&second, form(2, "")).await.assert_status(303);
    send(&second, form(1, "true")).await.assert_status(303);
    // A call is not in its own way.
    send(&first, form(0, "true")).await.assert_status(303);
    assert_eq!(column(&app, &second, "status"), "scheduled");
}

#[actix_web::test]
async fn only_staff_who_can_work_are_given_a_call() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let path = asked(&cody, &[on(2, "10:00")]).await;
    let assign = format!("{}/assignee", for_staff(&path));
    for email in ["carol@northwind.test", "gil@globex.test"] {
        let user = app.cell(&format!("SELECT id FROM users WHERE email = '{email}'"));
        let answer = grace.submit_and_follow(&assign, &[("assignee_id", &user)]).await;
        answer.assert_text("Choose a colleague from the list.");
    }
    assert_eq!(column(&app, &path, "assignee_id"), "");
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    grace.submit_and_follow(&assign, &[("assignee_id", &chloe)]).await.assert_text("Chloe Marsh's now");
    let mine = app.person("chloe@acme.test").await.get("/console/calls?assignee=%40me").await;
    assert_eq!(mine.all("tbody tr").len(), 1);
    assert_eq!(grace.get("/console/calls?assignee=nobody").await.all("tbody tr").len(), 0);
}

#[actix_web::test]
async fn a_rep_finds_the_calls_of_their_own_customers_only() {
    let app = TestApp::start().await;
    let (cody, chloe) = (app.person("cody@northwind.test").await, app.person("chloe@acme.test").await);
    let path = asked(&cody, &[on(2, "10:00")]).await;
    chloe.get(&for_staff(&path)).await.assert_ok();
    app.sql("DELETE FROM customer_success_owned_customers");
    assert_missing(&chloe.get(&for_staff(&path)).await, "no longer theirs");
    assert_eq!(chloe.get("/console/calls").await.all("tbody tr").len(), 0);
}

#[actix_web::test]
async fn staff_schedule_a_call_with_a_contact_and_note_one_that_was_held() {
    let app = TestApp::start().await;
    let grace = app.person("grace@acme.test").await;
    let calls = format!("/console/customers/{}/calls", app.customer("Northwind Traders"));
    let contact =
        format!("contact {}", app.cell("SELECT id FROM contacts WHERE email = 'carol@northwind.test'"));
    let foreign =
        format!("contact {}", app.cell("SELECT id FROM contacts WHERE email = 'iris@initech.test'"));
    let at = on(2, "14:00");
    let form = |who: &str, at: &str| {
        [("requester", who), ("phone", "212 555 0187"), ("topic", "Renewal"), ("at", at), ("minutes", "20")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |path: &str, form: &[(String, String)]| {
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        grace.submit(path, &form).await
    };
    assert_missing(&send(&calls, &form(&foreign, &at)).await, "another tenant's contact");
    let made = send(&calls, &form(&contact, &at)).await;
    made.assert_status(303);
    grace.get(&made.location).await.assert_text("Carol Winter");
    let yesterday = (now() - Days::new(1)).format("%Y-%m-%dT10:00").to_string();
    assert_eq!(send(&calls, &form(&contact, &yesterday)).await.status, 422, "what is past is logged");
    let mut log = form(&contact, &yesterday).to_vec();
    log.extend(
        [("outcome", "voicemail"), ("direction", "incoming"), ("note", "Rang back")]
            .map(|(n, v)| (n.into(), v.into())),
    );
    let noted = send(&format!("{calls}/log"), &log).await;
    noted.assert_status(303);
    let page = grace.get(&noted.location).await;
    page.assert_text("They rang us");
    page.assert_text("Rang back");
    log.retain(|(name, _)| name != "at");
    log.push(("at".into(), at));
    assert_eq!(send(&format!("{calls}/log"), &log).await.status, 422, "what is to come is scheduled");
    assert_eq!(grace.get(&calls).await.all("tbody tr").len(), 2);
}

#[actix_web::test]
async fn the_calendar_file_of_a_scheduled_call_is_read_by_calendars() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let path = asked(&cody, &[on(2, "10:00")]).await;
    cody.get(&format!("{path}/calendar.ics")).await.assert_status(404);
    let at = on(5, "14:30");
    let form = [("slot", "other"), ("at", at.as_str()), ("minutes", "60")];
    grace.submit(&format!("{}/schedule", for_staff(&path)), &form).await.assert_status(303);
    let file = cody.get(&format!("{path}/calendar.ics")).await;
    assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
    assert!(file.body.lines().all(|line| line.len() <= 75), "lines are folded");
    let calendar: Calendar = file.body.parse().unwrap();
    let CalendarComponent::Event(event) = &calendar.components[0] else { panic!("no event") };
    assert_eq!(event.get_summary(), Some("Call with Acme: Our invoices"));
    assert_eq!(file.body.matches("PRODID:").count(), 1, "{}", file.body);
    assert_eq!(event.get_uid(), Some(format!("{}@clientele", id(&path)).as_str()));
    let starts = event.property_value("DTSTART").unwrap();
    let wanted: DateTime<Utc> = format!("{at}:00Z").parse().unwrap();
    assert_eq!(starts, wanted.format("%Y%m%dT%H%M%SZ").to_string());
    let theirs = grace.get(&format!("{}/calendar.ics", for_staff(&path))).await;
    assert!(theirs.body.contains("Ring Cody Lane"), "{}", theirs.body);
}

#[actix_web::test]
async fn the_queue_goes_on_from_page_to_page() {
    let app = TestApp::start().await;
    app.sql(
        "INSERT INTO calls (tenant_id, customer_id, requester_name, phone, topic, time_zone, slots)
         SELECT tenant_id, id, 'Somebody', '+12125550187', 'Call ' || n, 'UTC', ARRAY[now() + (n % 7) * interval '1 hour']
         FROM customers, generate_series(1, 60) n WHERE name = 'Northwind Traders'",
    );
    let grace = app.person("grace@acme.test").await;
    let first = grace.get("/console/calls").await;
    let next = first.attribute("a[rel=next]", "href").unwrap();
    let second = grace.get(&next).await;
    let mut topics: Vec<String> = [first, second].iter().flat_map(|page| page.all("tbody th a")).collect();
    assert_eq!(topics.len(), 60);
    topics.sort();
    topics.dedup();
    assert_eq!(topics.len(), 60, "each once");
}

/// What a mail's calendar file says.
struct Invitation {
    method: String,
    event: icalendar::Event,
}

impl Invitation {
    fn of(mail: &Kept) -> Self {
        let file = mail.file.as_ref().expect("a mail without a file");
        assert!(file.text.lines().all(|line| line.len() <= 75), "lines are folded");
        let calendar: Calendar = file.text.parse().unwrap();
        let method = calendar.property_value("METHOD").unwrap().to_owned();
        assert_eq!(file.kind, format!("text/calendar; charset=utf-8; method={method}"));
        assert!(mail.headers.contains("multipart/mixed"), "{}", mail.headers);
        let CalendarComponent::Event(event) = calendar.components[0].clone() else { panic!("no event") };
        Self { method, event }
    }

    fn says(&self, property: &str) -> &str {
        self.event.property_value(property).unwrap_or_default()
    }
}

#[actix_web::test]
async fn whoever_asked_for_a_call_is_mailed_when_it_is_and_their_calendar_follows() {
    let app = TestApp::start().await;
    app.sql("UPDATE tenants SET name = 'Smith, \"Sons\"; & Zoë: ' || repeat('Œ', 60) WHERE slug = 'acme'");
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let path = asked(&cody, &[on(2, "10:00")]).await;
    app.run_tasks().await;
    let to_cody = || {
        let mails = app.mailer.kept().unwrap().into_iter();
        mails.filter(|mail| mail.to_address == "cody@northwind.test").collect::<Vec<_>>()
    };
    assert_eq!(to_cody().len(), 0, "they know that they asked");
    let schedule = format!("{}/schedule", for_staff(&path));
    let at = [on(5, "14:30"), on(6, "09:00")];
    let mut sequences = vec![];
    for (i, (at, subject)) in at.iter().zip(["Your call with Smith, ", "is moved to"]).enumerate() {
        let form = [("slot", "other"), ("at", at.as_str()), ("minutes", "60")];
        grace.submit(&schedule, &form).await.assert_status(303);
        app.run_tasks().await;
        let mails = to_cody();
        assert_eq!(mails.len(), i + 1);
        assert!(mails[0].subject.contains(subject), "{}", mails[0].subject);
        assert!(mails[0].text.contains("About: Our invoices"), "{}", mails[0].text);
        let invitation = Invitation::of(&mails[0]);
        assert_eq!(invitation.method, "REQUEST");
        let starts: DateTime<Utc> = format!("{at}:00Z").parse().unwrap();
        assert_eq!(invitation.says("DTSTART"), starts.format("%Y%m%dT%H%M%SZ").to_string());
        assert_eq!(invitation.says("UID"), format!("{}@clientele", id(&path)));
        assert_eq!(invitation.says("ORGANIZER"), "mailto:clientele@localhost");
        assert_eq!(invitation.event.get_attendees()[0].cal_address, "mailto:cody@northwind.test");
        sequences.push(invitation.says("SEQUENCE").parse::<u32>().unwrap());
    }
    grace.submit(&format!("{}/assignee", for_staff(&path)), &[("assignee_id", "")]).await;
    app.run_tasks().await;
    assert_eq!(to_cody().len(), 2, "who rings is no other time");
    cody.submit(&format!("{path}/cancellation"), &[("reason", "Settled")]).await.assert_status(303);
    app.run_tasks().await;
    let mails = to_cody();
    assert_eq!(mails.len(), 3);
    let cancelled = Invitation::of(&mails[0]);
    assert_eq!((cancelled.method.as_str(), cancelled.says("STATUS")), ("CANCEL", "CANCELLED"));
    sequences.push(cancelled.says("SEQUENCE").parse().unwrap());
    assert!(sequences.is_sorted_by(|a, b| a < b), "{sequences:?}");
    let told = cody.get("/customer/notifications").await;
    told.assert_text("Your call is on").assert_text("Your call is moved to");
    told.assert_no_text("Your call is cancelled");
}

#[actix_web::test]
async fn who_wants_no_mail_of_calls_gets_none_and_who_asked_in_vain_is_told() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let path = asked(&cody, &[on(2, "10:00")]).await;
    grace
        .submit(&format!("{}/cancellation", for_staff(&path)), &[("reason", "We mailed the answer")])
        .await
        .assert_status(303);
    app.run_tasks().await;
    let mails = app.mailer.kept().unwrap();
    let told = mails.iter().find(|mail| mail.to_address == "cody@northwind.test").unwrap();
    assert!(told.file.is_none() && told.text.contains("Why: We mailed the answer"), "{}", told.text);
    cody.submit("/customer/notifications/choices", &[("in_app", "call_arranged")]).await.assert_status(303);
    let path = asked(&cody, &[on(3, "10:00")]).await;
    let at = on(3, "10:00");
    let form = [("slot", "other"), ("at", at.as_str()), ("minutes", "30")];
    grace.submit(&format!("{}/schedule", for_staff(&path)), &form).await.assert_status(303);
    app.run_tasks().await;
    let after = app.mailer.kept().unwrap();
    assert_eq!(after.iter().filter(|mail| mail.to_address == "cody@northwind.test").count(), 1);
    cody.get("/customer/notifications").await.assert_text("Your call is on");
}

#[actix_web::test]
async fn a_call_may_be_asked_for_as_soon_as_somebody_can() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person("cody@northwind.test").await, app.person("grace@acme.test").await);
    let page = cody.get("/customer/calls/new").await;
    assert_eq!(page.attribute("[name=when][checked]", "value").unwrap(), "soon");
    let mut form = request(&[]);
    form.push(("when", "soon"));
    let answer = cody.submit("/customer/calls", &form).await;
    answer.assert_status(303);
    let path = answer.location;
    cody.get(&path).await.assert_text("As soon as possible").assert_text("We call you as soon as we can.");
    cody.get("/customer/dashboard").await.assert_text("As soon as possible");
    cody.get("/customer/calls").await.assert_text("As soon as possible");
    cody.get(&format!("{path}/calendar.ics")).await.assert_not_found();
    app.run_tasks().await;
    grace.get("/console/calls").await.assert_text("As soon as possible");
    grace.get(&for_staff(&path)).await.assert_text("As soon as possible").assert_text("Schedule call");
    assert!(app.cell("SELECT string_agg(text, ',') FROM notifications").contains("as soon as possible"));
    let outcome = [("outcome", "settled")];
    grace.submit(&format!("{}/completion", for_staff(&path)), &outcome).await.assert_status(303);
    assert_eq!(column(&app, &path, "status"), "completed");

    // Staff put one into the queue for somebody, of whose clock nothing is known.
    let northwind = app.customer("Northwind Traders");
    let contact =
        format!("contact {}", app.cell("SELECT id FROM contacts WHERE email = 'carol@northwind.test'"));
    let form =
        [("requester", &*contact), ("phone", "+1 212 555 0187"), ("topic", "Renewal"), ("when", "soon")];
    let made = grace.submit(&format!("/console/customers/{northwind}/calls"), &form).await;
    made.assert_status(303);
    assert_eq!(column(&app, &made.location, "status || ' ' || cardinality(slots)"), "requested 0");
    grace
        .get(&made.location)
        .await
        .assert_text("As soon as possible")
        .assert_text("Customer’s local timeUnknown");
}
