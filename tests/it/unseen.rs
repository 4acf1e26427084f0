//! What staff do among themselves is nowhere on the customer's side: no page, no answer of the API and no message of the live stream
//! is another afterwards, by one byte.
use crate::support::{Answer, Person, TestApp};
use clientele::isolation::routes::{Method, ROUTES};
use std::collections::BTreeMap;

const CODY: &str = "cody@northwind.test";
const CAROL: &str = "carol@northwind.test";
const GRACE: &str = "grace@acme.test";

/// What it is, where it is sent, and the form.
type Act<'a> = (&'a str, String, Vec<(&'a str, &'a str)>);

/// Everything that a portal user can open, with the ids that stand in it.
fn paths(ids: &[(&str, String)]) -> Vec<String> {
    let mut paths: Vec<String> = ROUTES
        .iter()
        .filter(|(method, path)| {
            let is_theirs = path.starts_with("/customer/")
                || path.starts_with("/api/customers/me")
                || *path == "/notifications/unread";
            *method == Method::Get && is_theirs
        })
        .map(|(_, path)| ids.iter().fold((*path).to_owned(), |path, (name, id)| path.replace(name, id)))
        .collect();
    for more in ["/customer/tickets?list=done", "/api/customers/me/tickets?limit=1"] {
        paths.push(more.to_owned());
    }
    assert!(paths.len() > 20 && paths.iter().all(|path| !path.contains('{')), "{paths:?}");
    paths
}

/// The answer without what is new each time: where the live stream goes on from, and what makes a form arrive once.
fn settled(answer: &Answer) -> String {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        if !matches!(
            name.as_str(),
            "date" | "content-length" | "x-request-id" | "server-timing" | "set-cookie"
        ) {
            text += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
        }
    }
    // The security history at the end of a profile tells of the reader's own requests, those of this test among them.
    let mut rest = answer.body.split("Security history").next().unwrap_or_default();
    loop {
        let found = ["data-since=\"", "name=\"submission\" value=\""]
            .iter()
            .filter_map(|mark| rest.find(mark).map(|at| at + mark.len()))
            .min();
        let Some(at) = found else { return text + rest };
        let (kept, after) = rest.split_at(at);
        text += kept;
        rest = after.find('"').map_or("", |end| &after[end..]);
    }
}

async fn everything(people: &[&Person], paths: &[String]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (place, person) in people.iter().enumerate() {
        for path in paths {
            let answer = person.get(path).await;
            all.insert(format!("{place} {path}"), settled(&answer));
            let next = answer.headers.get("link").and_then(|link| link.to_str().ok()).unwrap_or_default();
            if let Some(url) = next.strip_prefix('<').and_then(|link| link.split_once('>')) {
                let answer = person.get(url.0.trim_start_matches("https://clientele.test")).await;
                all.insert(format!("{place} {path} and on"), settled(&answer));
            }
        }
    }
    all
}

fn assert_same(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>, act: &str) {
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{act}");
    for (path, was) in before {
        assert_eq!(was, &after[path], "{path} tells of it: {act}");
    }
}

/// Two tickets and two calls, long enough ago that no "3 minutes ago" becomes 4 meanwhile.
fn prepare(app: &TestApp) {
    let first = app.open_ticket(CODY, "Printer");
    app.write_to(first, GRACE, "Take the paper out.");
    app.open_ticket(CODY, "Scanner");
    app.sql(
        "INSERT INTO calls (tenant_id, customer_id, requester_id, requester_name, phone, topic, time_zone, slots)
         SELECT tenant_id, customer_id, id, name, '+12125550187', topic, 'UTC', ARRAY[now() + interval '9 days'] FROM users, unnest('{Agreed,Asked}'::text[]) AS topic
         WHERE email = 'cody@northwind.test';
         UPDATE calls SET status = 'scheduled', scheduled_at = slots[1], scheduled_minutes = 30 WHERE topic = 'Agreed';
         UPDATE ticket_messages SET created_at = created_at - interval '40 days';
         UPDATE tickets SET created_at = created_at - interval '40 days', activity_at = activity_at - interval '40 days',
                customer_wrote_at = customer_wrote_at - interval '40 days', staff_wrote_at = staff_wrote_at - interval '40 days';
         UPDATE calls SET created_at = created_at - interval '40 days'",
    );
}

#[actix_web::test]
async fn what_staff_do_among_themselves_changes_nothing_that_a_customer_gets() {
    let app = TestApp::start_live().await;
    app.crowd(150);
    prepare(&app);
    app.run_tasks().await;
    app.sql("UPDATE notifications SET created_at = created_at - interval '40 days'");
    let id = |sql: &str| app.cell(sql);
    let (printer, scanner) = (
        id("SELECT id FROM tickets WHERE subject = 'Printer'"),
        id("SELECT id FROM tickets WHERE subject = 'Scanner'"),
    );
    let (agreed, asked) =
        (id("SELECT id FROM calls WHERE topic = 'Agreed'"), id("SELECT id FROM calls WHERE topic = 'Asked'"));
    let northwind = app.customer("Northwind Traders");
    let (cody, carol) = (app.person(CODY).await, app.person(CAROL).await);
    let (grace, ada) = (app.person(GRACE).await, app.person("ada@acme.test").await);
    let mut paths = paths(&[
        ("{ticket}", printer.clone()),
        ("{call}", agreed.clone()),
        ("{account}", app.user(CODY).to_string()),
        ("{attachment}", northwind.clone()),
    ]);
    paths.extend([format!("/customer/tickets/{scanner}"), format!("/customer/calls/{asked}")]);
    let people = [&cody, &carol];
    // What is opened for the first time is noted as read, after the page is on its way.
    everything(&people, &paths).await;
    let unread = "SELECT (SELECT count(*) FROM notifications n JOIN users u ON u.id = n.user_id WHERE u.customer_id IS NOT NULL AND n.read_at IS NULL)
                      || ' ' || (SELECT count(*) FROM ticket_readers)";
    while app.cell(unread) != "0 4" {
        actix_web::rt::task::yield_now().await;
    }
    let before = everything(&people, &paths).await;
    let mut stream = cody.listen("/live?list=bell").await;
    let mut all = carol.listen(&format!("/live?customer={northwind}")).await;

    let ticket = |name: &str| format!("/console/tickets/{printer}/{name}");
    let (me, version) =
        (app.user(GRACE).to_string(), "SELECT version FROM customers WHERE name LIKE 'Northwind%'");
    let acts: [Act; 12] = [
        ("a note", ticket("messages"), vec![("kind", "note"), ("body", "He always does this.")]),
        ("a draft", ticket("draft"), vec![("kind", "reply"), ("body", "Dear Cody")]),
        ("a tag", ticket("tags"), vec![("add", "difficult")]),
        ("a priority", ticket("properties"), vec![("priority", "urgent")]),
        ("an assignee", ticket("properties"), vec![("assignee", &me)]),
        ("nobody", ticket("properties"), vec![("assignee", "")]),
        (
            "many at once",
            "/console/tickets/bulk".into(),
            vec![("id", &scanner), ("action", "assign"), ("assignee", &me)],
        ),
        (
            "tags at once",
            "/console/tickets/bulk".into(),
            vec![("id", &scanner), ("action", "tag"), ("tag", "difficult")],
        ),
        (
            "a tag of the customer",
            format!("/console/customers/{northwind}/tags"),
            vec![("add", "late payer")],
        ),
        ("a contact", format!("/console/customers/{northwind}/contacts"), vec![("first_name", "Norbert")]),
        ("who is to call", format!("/console/calls/{asked}/assignee"), vec![("assignee_id", &me)]),
        ("a saved reply", "/console/saved-replies".into(), vec![("name", "Paper"), ("body", "Take it out.")]),
    ];
    for (act, path, form) in &acts {
        let answer = grace.submit(path, form).await;
        assert!(matches!(answer.status.as_u16(), 200..=303), "{act}: {} {}", answer.status, answer.text());
        assert_same(&before, &everything(&people, &paths).await, act);
    }
    let was = app.cell(version);
    app.sql("UPDATE customers SET notes = 'Pays late.', source = 'partner', external_id = 'N-9' WHERE name LIKE 'Northwind%'");
    assert_ne!(app.cell(version), was);
    app.sql("INSERT INTO locations (tenant_id, customer_id, name) SELECT tenant_id, id, 'Depot' FROM customers WHERE name LIKE 'Northwind%'");
    // So many at once that no page is told one by one.
    app.sql("INSERT INTO customer_tags (tenant_id, customer_id, tag_id) SELECT c.tenant_id, c.id, t.id FROM customers c JOIN tags t USING (tenant_id) WHERE t.name = 'difficult'");
    app.run_tasks().await;
    ada.get(&format!("/console/tickets/{printer}")).await.assert_ok().assert_text("He always does this.");
    assert_same(&before, &everything(&people, &paths).await, "all of it");

    // The first that is heard is what was said aloud, and no number of the log stands in it.
    grace
        .submit(&ticket("messages"), &[("kind", "reply"), ("body", "And the toner.")])
        .await
        .assert_status(303);
    for stream in [&mut stream, &mut all] {
        let told = stream.next().await;
        let mut topics: Vec<String> =
            told.changes().iter().map(|change| change["topic"].as_str().unwrap().to_owned()).collect();
        topics.sort_unstable();
        topics.dedup();
        assert!(topics.iter().all(|topic| topic.starts_with("TICKET_")) && topics.len() <= 2, "{topics:?}");
        assert!(!topics.iter().any(|topic| topic.contains("TAG")), "{topics:?}");
        for change in told.changes() {
            let mut keys: Vec<&String> = change.as_object().unwrap().keys().collect();
            keys.sort_unstable();
            assert_eq!(keys, ["at", "customer", "entity", "entity_id", "operation", "topic"]);
        }
        assert!(!told.id.contains([':', '.']), "a snapshot is sent: {}", told.id);
    }
    let after = everything(&people, &paths).await;
    assert_ne!(before, after, "an answer is seen");
}

#[actix_web::test]
async fn a_program_is_told_the_priority_that_was_asked_for_and_when_its_customer_last_changed() {
    let app = TestApp::start().await;
    let (carol, grace) = (app.person(CAROL).await, app.person(GRACE).await);
    let sent = r#"{"subject": "Printer", "body": "On fire", "priority": "high"}"#;
    let made = carol.send_json("/api/customers/me/tickets", sent).await;
    assert_eq!(made.json()["priority"], "high");
    let path = format!("/console/tickets/{}/properties", made.json()["id"].as_str().unwrap());
    grace.submit(&path, &[("priority", "low")]).await.assert_status(303);
    let listed = carol.get("/api/customers/me/tickets").await.json();
    assert_eq!(
        (&listed[0]["priority"], &listed[0]["updatedAt"]),
        (&made.json()["priority"], &made.json()["updatedAt"])
    );
    assert_eq!(app.cell("SELECT priority FROM tickets"), "low");

    let changed_at = async || carol.get("/api/customers/me").await.json()["updatedAt"].clone();
    let before = changed_at().await;
    app.sql("UPDATE customers SET notes = 'Pays late.' WHERE name LIKE 'Northwind%'");
    assert_eq!(changed_at().await, before);
    app.sql("UPDATE customers SET phone = '+12125550100' WHERE name LIKE 'Northwind%'");
    assert_ne!(changed_at().await, before);
}
