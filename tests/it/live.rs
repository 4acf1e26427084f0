//! Live pages: who hears of what, and that nothing is heard twice or not at all.
use crate::support::{Person, TestApp, live::parsed};
use actix_web::cookie::Key;
use clientele::infra::{db::Scope, jobs::live::Cursor};
use diesel::{PgConnection, connection::SimpleConnection};
use std::{collections::BTreeSet, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const LIST: &str = "/live?list=customers";

fn page_of(customer: &str) -> String {
    format!("/live?customer={customer}")
}

/// Changes a customer, in a transaction of its own.
fn change(app: &TestApp, name: &str) {
    app.sql(&changing(name));
}

fn changing(name: &str) -> String {
    format!("UPDATE customers SET notes = notes || '.' WHERE name = '{name}'")
}

fn events_of(app: &TestApp, condition: &str) -> Vec<i64> {
    let ids =
        app.cell(&format!("SELECT string_agg(id::text, ',' ORDER BY id) FROM events WHERE {condition}"));
    ids.split(',').filter_map(|id| id.parse().ok()).collect()
}

fn assign(email: &str, name: &str) -> String {
    format!(
        "INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id) WHERE u.email = '{email}' AND c.name = '{name}'"
    )
}

#[actix_web::test]
async fn a_change_is_told_to_the_list_and_to_the_page_of_its_customer() {
    let app = TestApp::start_live().await;
    let (northwind, contoso) = (app.customer("Northwind Traders"), app.customer("Contoso"));
    let grace = app.person("grace@acme.test").await;
    let mut list = grace.listen(LIST).await;
    let mut page = grace.listen(&page_of(&contoso)).await;
    change(&app, "Northwind Traders");
    change(&app, "Contoso");
    let told = list.next().await;
    assert!(told.customers().contains(&northwind));
    let told = &told.changes()[0];
    assert_eq!(
        (told["topic"].as_str(), told["operation"].as_str(), told["changed"][0].as_str()),
        (Some("CUSTOMER_UPDATED"), Some("update"), Some("notes"))
    );
    assert!(told.get("tenant").is_none() && told.get("before").is_none());
    assert_eq!(page.next().await.customers(), BTreeSet::from([contoso]));
}

#[actix_web::test]
async fn another_tenant_hears_nothing() {
    let app = TestApp::start_live().await;
    let (northwind, initech) = (app.customer("Northwind Traders"), app.customer("Initech"));
    let eve = app.person("eve@globex.test").await;
    let mut list = eve.listen(LIST).await;
    let mut spying = eve.listen(&page_of(&northwind)).await;
    change(&app, "Northwind Traders");
    app.crowd(200);
    change(&app, "Initech");
    assert_eq!(list.next().await.customers(), BTreeSet::from([initech]));
    app.sql("DELETE FROM sessions");
    spying.assert_ends().await;
}

#[actix_web::test]
async fn a_rep_hears_of_their_customers_and_only_as_long_as_they_are_theirs() {
    let app = TestApp::start_live().await;
    let (northwind, contoso) = (app.customer("Northwind Traders"), app.customer("Contoso"));
    let chloe = app.person("chloe@acme.test").await;
    let mut list = chloe.listen(LIST).await;
    let mut spying = chloe.listen(&page_of(&contoso)).await;
    change(&app, "Contoso");
    app.sql("INSERT INTO contacts (tenant_id, customer_id, first_name) SELECT tenant_id, id, 'Con' FROM customers WHERE name = 'Contoso'");
    // Nor of a colleague's assignment to hers.
    app.sql("INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'rex@acme.test', 'Rex', '{customer_success}' FROM tenants WHERE slug = 'acme'");
    app.sql(&assign("rex@acme.test", "Northwind Traders"));
    change(&app, "Northwind Traders");
    let before = list.next().await;
    assert_eq!(before.customers(), BTreeSet::from([northwind.clone()]));
    assert!(before.changes().iter().all(|change| change["entity"] == "customer"), "{before:?}");

    // The end of the assignment is itself an event of the customer that is not hers any more.
    app.sql("DELETE FROM customer_success_owned_customers");
    change(&app, "Northwind Traders");
    app.sql(&assign("chloe@acme.test", "Contoso"));
    change(&app, "Contoso");
    loop {
        let told = list.next().await;
        assert_eq!(told.customers(), BTreeSet::from([contoso.clone()]));
        if told.changes().iter().any(|change| change["entity"] == "customer") {
            break;
        }
    }
    assert!(spying.next().await.customers().contains(&contoso));
    // Nor is she told when she comes back to before it ended.
    let mut again = chloe.resume(LIST, &before.id).await;
    assert_eq!(again.next().await.customers(), BTreeSet::from([contoso]));
    // What is deleted is visible to nobody, so she hears nothing of it.
    app.sql("DELETE FROM customers WHERE name = 'Contoso'");
    app.sql(&assign("chloe@acme.test", "Northwind Traders"));
    assert_eq!(again.next().await.customers(), BTreeSet::from([northwind]));
}

#[actix_web::test]
async fn the_portal_hears_of_what_it_shows() {
    let app = TestApp::start_live().await;
    let northwind = app.customer("Northwind Traders");
    let carol = app.person("carol@northwind.test").await;
    // Whatever she asks for, it is her own customer.
    let mut stream = carol.listen(LIST).await;
    change(&app, "Contoso");
    app.sql("DELETE FROM customer_success_owned_customers");
    app.sql(&assign("chloe@acme.test", "Northwind Traders"));
    app.sql("INSERT INTO contacts (tenant_id, customer_id, first_name) SELECT tenant_id, id, 'New' FROM customers WHERE name LIKE 'North%'");
    change(&app, "Northwind Traders");
    // The portal shows the primary contact, and no other; of the customer, what its page shows.
    app.sql("UPDATE contacts SET phone = '+12125550100' WHERE first_name = 'Carol'");
    let told = stream.next().await;
    assert_eq!(told.customers(), BTreeSet::from([northwind]));
    let changes = told.changes();
    assert_eq!(changes.len(), 1, "neither an assignment nor a note is for the portal: {changes:?}");
    assert_eq!(changes[0]["topic"], "CONTACT_UPDATED");
    assert!(changes[0].get("actor").is_none() && changes[0].get("changed").is_none());
}

#[actix_web::test]
async fn transactions_that_commit_out_of_order_are_each_told_once() {
    let app = TestApp::start_live().await;
    let (northwind, contoso) = (app.customer("Northwind Traders"), app.customer("Contoso"));
    let ada = app.person("ada@acme.test").await;
    let mut stream = ada.listen(LIST).await;
    let start = stream.last_id.clone();
    let (mut first, mut second) = (app.database.owner(), app.database.owner());
    first.batch_execute(&format!("BEGIN; {}", changing("Northwind Traders"))).unwrap();
    second.batch_execute(&format!("BEGIN; {}; COMMIT", changing("Contoso"))).unwrap();
    let told = stream.next().await;
    assert_eq!(told.customers(), BTreeSet::from([contoso.clone()]));
    let between = told.id;
    first.batch_execute("COMMIT").unwrap();
    assert_eq!(stream.next().await.customers(), BTreeSet::from([northwind.clone()]));

    let mut resumed = ada.resume(LIST, &between).await;
    assert_eq!(resumed.next().await.customers(), BTreeSet::from([northwind.clone()]));
    let mut whole = ada.resume(LIST, &start).await;
    let told = whole.next().await;
    assert_eq!(told.changes().len(), 2);
    assert_eq!(told.customers(), BTreeSet::from([northwind, contoso]));
}

#[actix_web::test]
async fn whoever_comes_and_goes_hears_everything_once() {
    let app = TestApp::start_live().await;
    app.crowd(8);
    let grace = app.person("grace@acme.test").await;
    let start = grace.listen(LIST).await.last_id;
    let first = app.cell("SELECT max(id) FROM events").parse::<i64>().unwrap();
    let writers: Vec<_> = (1..=4)
        .map(|writer| {
            let mut conn = app.database.owner();
            std::thread::spawn(move || (0..60).for_each(|round| write(&mut conn, writer, round)))
        })
        .collect();
    let mut conn = app.database.owner();
    let last = std::thread::spawn(move || {
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        conn.batch_execute(&changing("Contoso")).unwrap();
    });
    let contoso = app.customer("Contoso");
    let (mut heard, mut place, mut visit, mut done) = (vec![], start, 0, false);
    while !done {
        visit += 1;
        let mut stream = grace.resume(LIST, &place).await;
        for _ in 0..visit % 4 + 1 {
            let told = stream.next().await;
            heard.extend(told.ids());
            place = told.id.clone();
            done = told.customers().contains(&contoso);
            if done {
                break;
            }
        }
    }
    last.join().unwrap();
    let all = events_of(&app, &format!("id > {first} AND customer_id IS NOT NULL"));
    assert!(all.len() > 100 && visit > 3, "{} events in {visit} visits", all.len());
    heard.sort_unstable();
    assert_eq!(heard, all);
}

/// Transactions of different lengths, some of which come to nothing.
fn write(conn: &mut PgConnection, writer: usize, round: usize) {
    let name = format!("Customer {:05}", writer * 2 - round % 2);
    let end = if round % 7 == 3 { "ROLLBACK" } else { "COMMIT" };
    let pause = (writer * 3 + round) % 12;
    let (one, two) = (changing(&name), changing(&name));
    conn.batch_execute(&format!("BEGIN; {one}; SELECT pg_sleep({pause} / 1000.0); {two}; {end}")).unwrap();
}

#[actix_web::test]
async fn a_change_of_very_many_is_a_hint() {
    let app = TestApp::start_live().await;
    let northwind = app.customer("Northwind Traders");
    let (ada, chloe) = (app.person("ada@acme.test").await, app.person("chloe@acme.test").await);
    let mut list = ada.listen(LIST).await;
    let mut page = ada.listen(&page_of(&northwind)).await;
    let mut rep = chloe.listen(LIST).await;
    let before = rep.last_id.clone();
    app.crowd(3_000);
    let hint = list.next().await;
    assert_eq!((hint.event.as_str(), hint.data.as_str()), ("reload", "many"));
    // None of them is hers, and the page shows another.
    change(&app, "Northwind Traders");
    assert_eq!(rep.next().await.customers(), BTreeSet::from([northwind.clone()]));
    assert_eq!(page.next().await.customers(), BTreeSet::from([northwind.clone()]));
    assert_eq!(list.next().await.customers(), BTreeSet::from([northwind.clone()]));
    // Now one of them is.
    app.sql(
        "UPDATE customers SET notes = 'all' WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme')",
    );
    for stream in [&mut list, &mut page, &mut rep] {
        assert_eq!(stream.next().await.event, "reload");
    }
    let mut resumed = chloe.resume(LIST, &before).await;
    assert_eq!(resumed.next().await.event, "reload");
}

#[actix_web::test]
async fn a_place_that_is_of_no_use_makes_the_page_load_again() {
    let app = TestApp::start_live().await;
    let ada = app.person("ada@acme.test").await;
    let here = ada.listen(LIST).await.last_id;
    let key = Key::from(&[7; 64]);
    let place = Cursor::open(&here, &key).unwrap();
    let (seconds, snapshot) = place.place().split_once('.').unwrap();
    let seconds: i64 = seconds.parse().unwrap();
    for place in [
        "nonsense".to_owned(),
        format!("{}.{snapshot}", seconds - 90_000),
        format!("{}.{snapshot}", seconds + 90_000),
        format!("{seconds}.999999999999:999999999999:"),
        format!("{seconds}.1:9223372036854775807:"),
    ] {
        // One that was made here is read; what is typed is not.
        let place = Cursor::new(&place, &key).map_or(place, |place| place.to_string());
        let told = ada.resume(LIST, &place).await.next().await;
        assert_eq!((told.event.as_str(), told.data.as_str()), ("reload", "lost"), "{place}");
    }
    // The others go on.
    let mut stream = ada.resume(LIST, &here).await;
    change(&app, "Contoso");
    assert_eq!(stream.next().await.customers(), BTreeSet::from([app.customer("Contoso")]));
}

#[actix_web::test]
async fn a_stream_ends_with_its_session() {
    let app = TestApp::start_live().await;
    let (ada, elsewhere) = (app.person("ada@acme.test").await, app.person("ada@acme.test").await);
    let (mut here, mut there) = (ada.listen(LIST).await, elsewhere.listen(LIST).await);
    ada.submit("/account/sessions/deletion", &[]).await.assert_status(303);
    there.assert_ends().await;
    assert_eq!(elsewhere.try_listen(LIST, "").await.err(), Some(401));
    change(&app, "Contoso");
    here.next().await;
    ada.submit("/logout", &[]).await;
    here.assert_ends().await;
    assert_eq!(ada.try_listen(LIST, "").await.err(), Some(401));

    let chloe = app.person("chloe@acme.test").await;
    let mut stream = chloe.listen(LIST).await;
    app.sql("UPDATE users SET time_zone = 'Europe/Berlin' WHERE email = 'chloe@acme.test'");
    change(&app, "Northwind Traders");
    stream.next().await;
    app.sql("UPDATE users SET roles = '{agent}' WHERE email = 'chloe@acme.test'");
    stream.assert_ends().await;
    // She comes back as what she is now.
    let mut stream = chloe.listen(LIST).await;
    change(&app, "Contoso");
    assert_eq!(stream.next().await.customers(), BTreeSet::from([app.customer("Contoso")]));
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'chloe@acme.test'");
    stream.assert_ends().await;
    assert_eq!(chloe.try_listen(LIST, "").await.err(), Some(401));
}

#[actix_web::test]
async fn a_slow_reader_is_dropped_and_goes_on_where_it_was() {
    let app = TestApp::start_live().await;
    app.crowd(20);
    let answer = app
        .visitor()
        .submit("/login", &[("email", "ada@acme.test"), ("password", "brisk-otter-lantern")])
        .await;
    let mut given = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = given.find(|cookie| cookie.starts_with("clientele=")).unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut socket = socket.connect(app.url.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    let ask =
        format!("GET {LIST} HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n\r\n");
    socket.write_all(ask.as_bytes()).await.unwrap();
    let mut received = vec![0; 4_096];
    let length = socket.read(&mut received).await.unwrap();
    received.truncate(length);
    let first = app.cell("SELECT max(id) FROM events").parse::<i64>().unwrap();

    // It does not read while this is told, and another does.
    let ada = app.person("ada@acme.test").await;
    let mut quick = ada.listen(LIST).await;
    let mut heard = vec![];
    for _ in 0..60 {
        app.sql(
            "INSERT INTO events (tenant_id, customer_id, topic, entity, entity_id, audience, operation, changed)
             SELECT tenant_id, id, 'CUSTOMER_UPDATED', 'customer', id, 'system', 'update', array_fill('notes'::text, ARRAY[1800])
             FROM customers WHERE name LIKE 'Customer 000%'",
        );
        heard.extend(quick.next().await.ids());
    }
    while heard.len() < 60 * 20 {
        heard.extend(quick.next().await.ids());
    }
    let all = events_of(&app, &format!("id > {first} AND customer_id IS NOT NULL"));
    assert_eq!(heard, all);

    // It reads on to the end, and comes back with what it has.
    let read = tokio::time::timeout(Duration::from_secs(30), socket.read_to_end(&mut received));
    read.await.expect("the connection was not closed").unwrap();
    let (mut place, mut heard) = (String::new(), vec![]);
    for message in unchunked(&received).split("\n\n").map(parsed).filter(|message| !message.id.is_empty()) {
        if message.event == "changes" {
            heard.extend(message.ids());
        }
        place = message.id;
    }
    assert!(!heard.is_empty() && heard.len() < all.len(), "{} of {}", heard.len(), all.len());
    heard.extend(ada.resume(LIST, &place).await.next().await.ids());
    assert_eq!(heard, all);
}

/// The body of an answer that came in chunks.
fn unchunked(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer).into_owned();
    let (_, mut rest) = text.split_once("\r\n\r\n").unwrap();
    let mut body = String::new();
    while let Some((size, chunk)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        body.push_str(&chunk[..size]);
        rest = &chunk[size + 2..];
    }
    body
}

#[actix_web::test]
async fn streams_end_when_the_server_stops() {
    let app = TestApp::start_live().await;
    let ada = app.person("ada@acme.test").await;
    let mut stream = ada.listen(LIST).await;
    app.live.stop();
    stream.assert_ends().await;
    ada.try_listen(LIST, "").await.unwrap().assert_ends().await;
}

#[actix_web::test]
async fn a_page_goes_on_from_what_it_shows() {
    let app = TestApp::start_live().await;
    let ada = app.person("ada@acme.test").await;
    let northwind = app.customer("Northwind Traders");
    drop(ada.listen(LIST).await);
    for path in ["/console/customers".to_owned(), format!("/console/customers/{northwind}")] {
        let page = ada.get(&path).await;
        let stream = page.assert_ok().attribute("[data-live]", "data-live").unwrap();
        let place = page.attribute("body", "data-since").unwrap();
        let url = format!("{stream}&{}", serde_html_form::to_string([("since", place)]).unwrap());
        change(&app, "Northwind Traders");
        let told = heard_of(&ada, &url).await;
        assert_eq!(told, BTreeSet::from([northwind.clone()]), "{url}");
    }
}

async fn heard_of(person: &Person, url: &str) -> BTreeSet<String> {
    person.resume(url, "").await.next().await.customers()
}

#[actix_web::test]
async fn only_the_server_itself_reads_the_log_of_all() {
    let app = TestApp::start_live().await;
    let scopes = [Scope::nobody(), app.system("acme")];
    for scope in scopes {
        let read = app
            .db
            .read_blocking(&scope, |tx| Ok(tx.conn.batch_execute("SELECT live_changes('1.1:1:', '{}')")?));
        assert!(read.is_err(), "{scope:?}");
    }
    let ids = app.cell("SELECT live_sessions(ARRAY(SELECT id FROM sessions))");
    assert_eq!(ids, "{}");
}

#[actix_web::test]
async fn a_portal_user_hears_of_a_call_of_theirs_and_of_no_colleagues() {
    let app = TestApp::start_live().await;
    app.sql(
        "INSERT INTO calls (tenant_id, customer_id, requester_id, requester_name, phone, topic, time_zone, slots)
         SELECT tenant_id, customer_id, id, name, '+12125550187', name, 'UTC', ARRAY[now() + interval '1 day'] FROM users WHERE email IN ('cody@northwind.test', 'carol@northwind.test')",
    );
    let northwind = app.customer("Northwind Traders");
    let (cody, carol) = (app.person("cody@northwind.test").await, app.person("carol@northwind.test").await);
    let (mut user, mut admin) =
        (cody.listen(&page_of(&northwind)).await, carol.listen(&page_of(&northwind)).await);
    let call = |topic: &str| app.cell(&format!("SELECT id FROM calls WHERE topic LIKE '{topic}%'"));
    let (own, of_carol) = (call("Cody"), call("Carol"));
    let schedule =
        "UPDATE calls SET status = 'scheduled', scheduled_at = slots[1], scheduled_minutes = 30 WHERE id =";
    app.sql(&format!("{schedule} '{of_carol}'"));
    app.sql(&format!("{schedule} '{own}'"));
    let told = user.next().await.changes();
    assert_eq!(told.iter().map(|change| change["entity_id"].as_str().unwrap()).collect::<Vec<_>>(), [&own]);
    let mut heard = BTreeSet::new();
    while heard.len() < 2 {
        heard.extend(
            admin
                .next()
                .await
                .changes()
                .iter()
                .map(|change| change["entity_id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(heard, BTreeSet::from([own, of_carol]), "a customer admin sees both");
}

/// One statement for all tells each what they would be told if they were asked alone: of one customer, and of all.
#[actix_web::test]
async fn what_is_asked_for_all_at_once_is_what_each_would_be_told() {
    use diesel::{RunQueryDsl, sql_query, sql_types::Text};
    #[derive(diesel::QueryableByName)]
    struct Cell {
        #[diesel(sql_type = Text)]
        cell: String,
    }
    let app = TestApp::start().await;
    app.sql(&crate::access::things());
    let ticket = app.open_ticket("cody@northwind.test", "Of Cody's own");
    app.note_on(ticket, "ada@acme.test", "Among us");
    app.write_to(ticket, "ada@acme.test", "To Cody");
    app.sql(
        "INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'nobody@' || slug || '.test', 'Who owns nothing', '{customer_success}' FROM tenants;
         UPDATE customers SET created_by = (SELECT id FROM users WHERE email = 'chloe@acme.test') WHERE name = 'Contoso';
         UPDATE contacts SET job_role = 'Buyer';
         DELETE FROM customer_success_owned_customers WHERE customer_id = (SELECT id FROM customers WHERE name = 'Contoso')",
    );
    let ask = |scope: &Scope, sql: &str| -> serde_json::Value {
        let sql = format!("SELECT ({sql})::text AS cell");
        let found = app.db.read_blocking(scope, |tx| Ok(sql_query(&sql).get_result::<Cell>(tx.conn)?));
        serde_json::from_str(&found.unwrap_or_else(|error| panic!("{sql}: {error:?}")).cell).unwrap()
    };
    let set = |value: &serde_json::Value, name: &str| -> BTreeSet<String> {
        value[name].as_array().map(|all| all.iter().map(ToString::to_string).collect()).unwrap_or_default()
    };
    let (mut sights, mut blanks) = (0, 0);
    for slug in ["acme", "globex"] {
        let tenant = format!("tenant_id = (SELECT id FROM tenants WHERE slug = '{slug}')");
        let people: Vec<Scope> = app
            .rows(&format!("SELECT email FROM users WHERE {tenant} ORDER BY 1"))
            .iter()
            .map(|email| app.scope_of(email))
            .filter(|scope| !scope.sees_all_customers())
            .collect();
        let all: Vec<_> = people
            .iter()
            .map(|scope| {
                serde_json::json!({
                    "id": scope.user_id, "audience": if scope.customer_id.is_some() { "portal" } else { "staff" },
                    "customer": scope.customer_id, "permissions": scope.permissions.setting(), "lists": scope.customer_id.is_none()
                })
            })
            .collect();
        let all = serde_json::json!(all);
        let of_tenant = format!("{tenant} AND customer_id IS NOT NULL");
        let mut matters: Vec<String> = app
            .rows(&format!("SELECT DISTINCT customer_id FROM events WHERE {of_tenant}"))
            .iter()
            .map(|id| format!("customer_id = '{id}'"))
            .collect();
        matters.push("true".into());
        for matter in matters {
            let list = |what: &str, kind: &str| {
                let sql = format!("SELECT DISTINCT {what} FROM events WHERE {of_tenant} AND {matter}");
                format!("'{{{}}}'::{kind}[]", app.rows(&sql).join(","))
            };
            let (customers, events) = (list("customer_id", "uuid"), list("id", "bigint"));
            let (records, transactions) = (list("entity_id", "uuid"), list("transaction_id", "bigint"));
            let together =
                format!("live_for('{all}', {customers}, {events}, '-infinity', {records}, {transactions})");
            let together = ask(&app.system(slug), &together);
            for scope in &people {
                // In the portal everybody hears of their own customer alone: nobody is asked about others.
                if scope.customer_id.is_some_and(|own| !customers.contains(&own.0.to_string())) {
                    continue;
                }
                let alone = ask(scope, &format!("live_visible({events}, '-infinity', {records})"));
                let concerns = scope.customer_id.is_none()
                    && ask(scope, &format!("live_concerns({transactions})")) == true;
                let told = &together[scope.user_id.unwrap().0.to_string()];
                for what in ["events", "records"] {
                    assert_eq!(set(told, what), set(&alone, what), "{what} of {matter} for {scope:?}");
                    *(if set(&alone, what).is_empty() { &mut blanks } else { &mut sights }) += 1;
                }
                assert_eq!(told["concerns"] == true, concerns, "{matter} for {scope:?}");
            }
        }
    }
    assert!(sights > 5 && blanks > 3, "{sights} {blanks}");
}
