//! The document of a customer: everything that belongs to it is in it, and comes back with it.
use crate::support::*;
use clientele::{
    ENTITIES,
    customers::portable,
    infra::{
        entity::{Entity, Kind, by_table},
        web::errors::AppError,
    },
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

/// The things that belong to a customer, with what the document calls them.
fn parts() -> impl Iterator<Item = (&'static str, &'static Entity)> {
    ENTITIES.iter().filter_map(|entity| Some((entity.belonging.part?, entity)))
}

/// Northwind with one of each thing that may belong to a customer, and a value in every field that can have one.
async fn northwind(app: &TestApp) -> String {
    let cody = app.person("cody@northwind.test").await;
    let texts = [("subject", "The printer is on fire"), ("body", "See the photo."), ("priority", "high")];
    cody.send_files("/customer/tickets", &texts, &[("fire.png", PHOTO)]).await.assert_status(303);
    let ticket = app.cell("SELECT id FROM tickets").parse().unwrap();
    app.assign(ticket, "grace@acme.test", "chloe@acme.test");
    app.write_to(ticket, "chloe@acme.test", "Did you pull the plug?\n\nDo.");
    app.note_on(ticket, "grace@acme.test", "He means the toaster.");
    // One of each thing that its own test file can make.
    for thing in crate::WATCHED {
        app.sql(thing.things);
    }
    app.sql(
        "CREATE FUNCTION pg_temp.northwind() RETURNS TABLE (tenant_id uuid, id uuid) LANGUAGE sql AS $$
            SELECT tenant_id, id FROM customers WHERE name = 'Northwind Traders' $$;
         CREATE FUNCTION pg_temp.who(address text) RETURNS uuid LANGUAGE sql AS $$ SELECT id FROM users WHERE email = address $$;
         UPDATE customers SET company_id = (SELECT id FROM companies y WHERE y.tenant_id = customers.tenant_id), created_by = pg_temp.who('grace@acme.test'),
            notes = E'one\\ntwo', products = '{Gold}', call_requests_allowed = false, revenue_total = 12.5 WHERE name = 'Northwind Traders';
         UPDATE contacts SET created_by = pg_temp.who('ada@acme.test') WHERE email = 'carol@northwind.test';
         INSERT INTO locations (tenant_id, customer_id, name, address, is_hq) SELECT tenant_id, id, 'Lager', '{\"city\": \"Köln\"}', true FROM pg_temp.northwind();
         INSERT INTO ticket_tags (tenant_id, customer_id, ticket_id, tag_id) SELECT k.tenant_id, k.customer_id, k.id, g.id FROM tickets k JOIN tags g USING (tenant_id);
         INSERT INTO ticket_copies (tenant_id, customer_id, ticket_id, user_id) SELECT tenant_id, customer_id, id, pg_temp.who('carol@northwind.test') FROM tickets;
         INSERT INTO tickets (tenant_id, customer_id, subject, requester_contact_id, requester_name, status, resolved_at, requested_priority, priority)
            SELECT tenant_id, customer_id, 'By a contact', id, 'Carol Winter', 'closed', '2026-02-03', 'low', 'urgent' FROM contacts WHERE email = 'carol@northwind.test';
         INSERT INTO calls (tenant_id, customer_id, requester_contact_id, requester_name, phone, topic, ticket_id, time_zone, slots, status, assignee_id, assignee_name,
                            scheduled_at, scheduled_minutes, outcome, closed_at, created_by)
            SELECT p.tenant_id, p.customer_id, p.id, 'Carol Winter', '+12125550187', 'The printer', k.id, 'Europe/Berlin', '{2026-01-02 10:00+01,2026-01-03 10:00+01}', 'completed',
                   pg_temp.who('grace@acme.test'), 'Grace Hill', '2026-01-02 10:00+01', 30, 'settled', '2026-01-02 11:00+01', pg_temp.who('grace@acme.test')
            FROM contacts p JOIN tickets k ON k.customer_id = p.customer_id AND k.requester_id IS NOT NULL WHERE p.email = 'carol@northwind.test';
         INSERT INTO calls (tenant_id, customer_id, requester_name, phone, topic, status, cancelled_by, cancelled_by_name, cancel_reason, closed_at)
            SELECT tenant_id, id, 'Cody Lane', '+12125550187', 'Never held', 'cancelled', pg_temp.who('grace@acme.test'), 'Grace Hill', 'Solved', now() FROM pg_temp.northwind();
         INSERT INTO call_notes (id, tenant_id, customer_id, note) SELECT id, tenant_id, customer_id, E'It was\\nthe toaster.' FROM calls WHERE status = 'completed';
         INSERT INTO deactivations (tenant_id, customer_id, grace_ends_at, reason, explanation, likelihood, context, requested_by, asked_at, asked_by, asked_words,
                                    reactivated_at, reactivated_by, created_by)
            SELECT tenant_id, id, now() + interval '30 days', 'price', E'Too\\ndear', 3, 'They moan', 'Carol', now(), pg_temp.who('carol@northwind.test'), E'We\\nare back',
                   now(), pg_temp.who('ada@acme.test'), pg_temp.who('grace@acme.test') FROM pg_temp.northwind();
         INSERT INTO deactivations (tenant_id, customer_id, grace_ends_at, reason, created_at) SELECT tenant_id, id, now() + interval '30 days', 'not_using', now() FROM pg_temp.northwind();
         UPDATE customers SET is_disabled = true WHERE name = 'Northwind Traders';
         INSERT INTO api_keys (tenant_id, customer_id, name, prefix, key_hash, scopes) SELECT tenant_id, id, 'Till', 'ck_1', sha256('secret'), '{admin}' FROM pg_temp.northwind();
         INSERT INTO bootstrap_keys (tenant_id, customer_id, key_hash) SELECT tenant_id, id, sha256('hidden') FROM pg_temp.northwind();
         INSERT INTO registration_settings (tenant_id, customer_id, is_on, host) SELECT tenant_id, id, true, 'portal.northwind.test' FROM pg_temp.northwind();
         INSERT INTO registration_domains (tenant_id, customer_id, domain, verified_at, verified_by, verified_until)
            SELECT tenant_id, id, 'northwind.test', now(), 'dns', now() + interval '1 year' FROM pg_temp.northwind()",
    );
    app.run_tasks().await;
    app.sql("DELETE FROM mails; DELETE FROM notifications");
    app.customer("Northwind Traders")
}

async fn document(person: &Person, id: &str) -> Value {
    person.get(&format!("/console/customers/{id}/export.json")).await.assert_ok().json()
}

/// The document without what can't be the same once the customer was deleted and restored:
///
/// - the moment, and the log, which tells of the deletion;
/// - what is only read: portal users are invited anew, and keys are nothing without their hash, which is in no document;
/// - that a domain was verified, which a document can't prove;
/// - references to portal users, who are gone, with the copies that were theirs (names stay: they stand beside);
/// - the ids of files: the removal of the old ones may still be under way.
fn lasting(mut document: Value) -> Value {
    let portal: BTreeSet<String> = document["portal_users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["email"].as_str().unwrap().to_owned())
        .collect();
    let whole = document.as_object_mut().unwrap();
    for gone in ["exported_at", "events"] {
        whole.remove(gone).unwrap();
    }
    for (part, entity) in parts() {
        let rows = whole[part].as_array_mut().unwrap();
        if entity.belonging.only_read.is_some() {
            rows.clear();
        }
        let users: Vec<&str> = entity
            .fields
            .iter()
            .filter(|field| matches!(field.kind, Kind::Reference { table: "users" }))
            .map(|field| field.name.trim_end_matches("_id"))
            .chain(["created_by"])
            .collect();
        rows.retain(|row| part != "ticket_copies" || !portal.contains(row["user"].as_str().unwrap()));
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            for key in &users {
                if row.get(*key).and_then(Value::as_str).is_some_and(|email| portal.contains(email)) {
                    row.insert((*key).to_owned(), Value::Null);
                }
            }
            for field in entity.fields.iter().filter(|field| field.is_proof) {
                row.insert(field.name.to_owned(), Value::Null);
            }
            if entity.belonging.has_file {
                row.remove("id").unwrap();
            }
        }
    }
    document
}

#[actix_web::test]
async fn a_customer_with_one_of_each_is_deleted_and_restored() {
    let app = TestApp::start().await;
    let id = northwind(&app).await;
    let ada = app.person("ada@acme.test").await;
    let before = document(&ada, &id).await;
    for (part, _) in parts() {
        assert_ne!(before[part].as_array().unwrap().len(), 0, "{part} has nothing to compare");
    }
    assert_eq!(before["files_left_out"], json!([]));
    let deletion = ada.get(&format!("/console/customers/{id}/deletion")).await;
    for line in [
        "2 tickets, with all that was written to them",
        "2 calls",
        "1 file",
        "1 owner's assignment",
        "1 tag on it",
    ] {
        deletion.assert_text(line);
    }
    ada.submit(&format!("/console/customers/{id}/deletion"), &[("name", "Northwind Traders")])
        .await
        .assert_status(303);
    app.run_tasks().await;
    let last = app.cell("SELECT max(id) FROM events");

    let restored = app.restore("acme", &before.to_string()).unwrap();
    assert_eq!(restored.id.to_string(), id);
    assert_eq!(
        restored.notes,
        [
            "1 deactivation is restored with an empty “Asked by”: carol@northwind.test is not here any more, or can't be that.",
            "1 ticket is restored with an empty “Requester”: cody@northwind.test is not here any more, or can't be that.",
            "1 message is restored with an empty “Author”: cody@northwind.test is not here any more, or can't be that.",
            "1 copy of a ticket is not restored: carol@northwind.test is not here any more, or can't be that.",
            "The domains of its registration have to be verified again.",
            "One API key is not restored: issue a new one.",
            "2 portal users are not restored: invite them again.",
            "The bootstrap key is not restored: make a new one.",
        ]
    );
    let after = document(&ada, &id).await;
    assert_eq!(lasting(after), lasting(before));
    app.run_tasks().await;

    // Nobody hears of it, nothing is made of it, and it is found.
    assert_eq!(
        app.cell("SELECT count(*) FROM mails") + &app.cell("SELECT count(*) FROM notifications"),
        "00"
    );
    let of_new = format!("FROM events WHERE id > {last} AND operation = 'insert'");
    assert_eq!(
        app.cell(&format!(
            "SELECT count(*) {of_new} AND topic NOT LIKE '%\\_RESTORED' AND entity <> 'session'"
        )),
        "0"
    );
    let handlers = format!(
        "SELECT string_agg(DISTINCT handler, ' ' ORDER BY handler) FROM tasks WHERE event_id > {last} AND topic LIKE '%\\_RESTORED'"
    );
    assert_eq!(app.cell(&handlers), "index_contacts index_customers index_messages index_tickets");
    for query in ["q=toaster", "q=northwind&kind=customer", "q=carol&kind=contact"] {
        assert_ne!(
            ada.get(&format!("/search?{query}")).await.assert_ok().all("tbody th a").len(),
            0,
            "{query}"
        );
    }
    let log = ada.get("/console/events?topic=CUSTOMER_RESTORED").await;
    log.assert_text("restored the customer Northwind Traders");
    ada.get(&format!("/console/customers/{id}/timeline"))
        .await
        .assert_ok()
        .assert_text("restored this customer");

    // The file is there, and the next ticket has the next number.
    let file = app.cell("SELECT id FROM attachments");
    let file = ada.get(&format!("/console/attachments/{file}")).await;
    assert_eq!(file.assert_ok().headers["content-length"], PHOTO.len().to_string().as_str());
    let next = "INSERT INTO tickets (tenant_id, customer_id, subject, requester_name) SELECT tenant_id, id, 'Next', 'X' FROM customers WHERE name = 'Northwind Traders'";
    app.sql(next);
    assert_eq!(app.rows("SELECT number FROM tickets ORDER BY number"), ["1001", "1002", "1003"]);
}

#[actix_web::test]
async fn a_second_one_has_ids_and_numbers_of_its_own_here_and_elsewhere() {
    let app = TestApp::start().await;
    let id = northwind(&app).await;
    app.sql("UPDATE customers SET external_id = NULL");
    let ada = app.person("ada@acme.test").await;
    let before = document(&ada, &id).await;
    let copy = app.restore("acme", &before.to_string()).unwrap();
    assert_ne!(copy.id.to_string(), id);
    let note = "2 tickets get a new number: their own are not free here.";
    assert!(copy.notes.iter().any(|known| known == note), "{:?}", copy.notes);
    assert_eq!(app.rows("SELECT number FROM tickets ORDER BY number"), ["1001", "1002", "1003", "1004"]);
    let wrong = app.cell(
        "SELECT count(*) FROM calls k JOIN tickets t ON t.id = k.ticket_id JOIN call_notes n ON n.id = k.id
         JOIN contacts p ON p.id = k.requester_contact_id
         WHERE (t.customer_id, n.customer_id, p.customer_id) IS DISTINCT FROM (k.customer_id, k.customer_id, k.customer_id)",
    );
    assert_eq!(wrong, "0");
    assert_eq!(app.cell("SELECT count(*) FROM call_notes"), "2");

    // It is for the command line: staff may not name the authors of others' messages.
    let refused = app.db.write_blocking(&app.scope_of("ada@acme.test"), |tx| {
        portable::restore(tx, &app.files, &before.to_string())
    });
    assert!(matches!(refused, Err(AppError::Forbidden)), "{refused:?}");

    // Elsewhere no number was given yet, and no name means anybody.
    let elsewhere = app.restore("globex", &before.to_string()).unwrap();
    for note in [
        "chloe@acme.test is no CS rep here any more, and does not own it.",
        "There is no company “Acme Services” any more: it belongs to none.",
        "1 ticket is restored with an empty “Assignee”: chloe@acme.test is not here any more, or can't be that.",
        "3 messages are restored with an empty “Author”: chloe@acme.test and 2 others are not here any more, or can't be that.",
    ] {
        assert!(elsewhere.notes.iter().any(|known| known == note), "{note}: {:?}", elsewhere.notes);
    }
    assert_eq!(app.cell(&format!("SELECT string_agg(number::text, ' ' ORDER BY number) FROM tickets WHERE customer_id = '{}' AND tenant_id = (SELECT id FROM tenants WHERE slug = 'globex')", elsewhere.id)), "1001 1002");
    let eve = app.person("eve@globex.test").await;
    eve.get("/search?q=toaster").await.assert_ok();
    assert_eq!(
        document(&eve, &elsewhere.id.to_string()).await["attachments"][0]["content"],
        before["attachments"][0]["content"]
    );
}

#[actix_web::test]
async fn what_is_wrong_in_any_part_is_refused_by_its_field_and_nothing_is_left() {
    let app = TestApp::start().await;
    let id = northwind(&app).await;
    let ada = app.person("ada@acme.test").await;
    let good = document(&ada, &id).await;
    app.sql("DELETE FROM customers WHERE name = 'Northwind Traders'");
    for (path, value, field) in [
        ("/tickets/0/subject", json!(""), "tickets.subject"),
        ("/tickets/0/status", json!("lost"), "tickets.status"),
        ("/tickets/0/number", json!("1001"), "tickets[0].number"),
        ("/tickets/0/number", json!(1002), "tickets.number"),
        ("/tickets/0/created_at", json!("soon"), "tickets[0].created_at"),
        (
            "/tickets/0/resolved_at",
            json!("2026-01-01T00:00:00Z"),
            "tickets holds what can't be: resolved when done",
        ),
        (
            "/tickets/1/requester_contact_id",
            json!("0198b6a0-0000-7000-8000-000000000000"),
            "tickets[1].requester_contact_id",
        ),
        ("/messages/0/ticket_id", json!("0198b6a0-0000-7000-8000-000000000000"), "messages[0].ticket_id"),
        ("/messages/0/ticket_id", Value::Null, "messages[0].ticket_id"),
        ("/messages/0/author", json!(7), "messages[0].author"),
        ("/messages/0/is_internal", json!("no"), "messages[0].is_internal"),
        ("/messages/1/body", json!(""), "messages.body"),
        ("/calls/0/slots", json!("now"), "calls[0].slots"),
        ("/calls/0/slots", json!(["now"]), "calls[0].slots"),
        ("/calls/0/phone", json!("555"), "calls.phone"),
        ("/calls/0/slot_minutes", json!(99_999_999_999_i64), "calls[0].slot_minutes"),
        ("/call_notes/0/id", json!("0198b6a0-0000-7000-8000-000000000000"), "call_notes[0].id"),
        ("/call_notes/0/note", json!("x".repeat(6000)), "call_notes.note"),
        ("/deactivations/0/likelihood", json!(11), "deactivations.likelihood"),
        ("/deactivations/0/likelihood", json!(99_999), "deactivations[0].likelihood"),
        ("/attachments/0/content", json!("AAAA"), "attachments[0].content"),
        ("/attachments/0/content", json!(5), "attachments[0].content"),
        ("/attachments/0/sha256", json!("0".repeat(64)), "attachments[0].content"),
        ("/attachments/0/name", json!("a/b"), "attachments.name"),
        ("/ticket_tags/0/tag", json!("x".repeat(51)), "tags"),
        ("/ticket_tags/0", json!("renewal"), "ticket_tags[0]"),
        ("/tags/0", json!({ "name": "renewal" }), "tags[0]"),
        ("/tags/0", json!(5), "tags[0]"),
        ("/portal_users", json!({}), "portal_users"),
        ("/customer/is_disabled", json!("yes"), "customer.is_disabled"),
        ("/customer", json!([]), "customer"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value.clone();
        let refusal = app.restore("acme", &bad.to_string()).expect_err(path);
        assert!(refusal.contains(field) && !refusal.contains("on our side"), "{path} {value}: {refusal}");
    }
    for (path, name) in [("/tickets/0", "subject"), ("/messages/1", "author_name"), ("/customer", "name")] {
        let mut bad = good.clone();
        bad.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        let refusal = app.restore("acme", &bad.to_string()).expect_err(path);
        assert!(refusal.contains(name) && refusal.contains("missing"), "{path}: {refusal}");
    }
    for (path, name) in
        [("", "colours"), ("/tickets/0", "worker_id"), ("/contacts/0", "search"), ("/keys/0", "key_hash")]
    {
        let mut bad = good.clone();
        bad.pointer_mut(path).unwrap().as_object_mut().unwrap().insert(name.into(), "x".into());
        // What is only read is not looked at.
        if path != "/keys/0" {
            let refusal = app.restore("acme", &bad.to_string()).expect_err(path);
            assert!(refusal.contains(name), "{path}: {refusal}");
        }
    }
    assert_eq!(app.cell("SELECT count(*) FROM customers WHERE name = 'Northwind Traders'"), "0");
    // A document of before a field was added: the field is as in a customer that is new.
    let mut old = good;
    old["customer"].as_object_mut().unwrap().remove("call_requests_allowed").unwrap();
    old.as_object_mut().unwrap().remove("locations").unwrap();
    app.restore("acme", &old.to_string()).unwrap();
    assert_eq!(
        app.cell("SELECT call_requests_allowed FROM customers WHERE name = 'Northwind Traders'"),
        "true"
    );
}

#[actix_web::test]
async fn files_beyond_the_limit_are_named_and_left_out() {
    let app = TestApp::start().await;
    let id = northwind(&app).await;
    let ada = app.person("ada@acme.test").await;
    app.sql("UPDATE attachments SET size = 100 * 1024 * 1024 + 1");
    let before = document(&ada, &id).await;
    assert_eq!(before["attachments"][0]["content"], Value::Null);
    let left_out = &before["files_left_out"][0];
    assert_eq!(left_out["name"], "fire.png");
    assert_eq!(left_out["why"], "The files of this customer are more than 100 MB together.");
    app.sql("DELETE FROM customers WHERE name = 'Northwind Traders'");
    let restored = app.restore("acme", &before.to_string()).unwrap();
    let note = "One file is restored without its content, which is not in the document.";
    assert!(restored.notes.iter().any(|known| known == note), "{:?}", restored.notes);
    let after = document(&ada, &id).await;
    assert_eq!(after["attachments"][0]["name"], "fire.png");
    // One that is not in the store is left out as well.
    app.sql("UPDATE attachments SET size = 5");
    let after = document(&ada, &id).await;
    assert_eq!(after["files_left_out"][0]["why"], "It is not in the store of files.");
}

#[actix_web::test]
async fn no_secret_and_nothing_of_the_databases_own_is_in_any_part() {
    let app = TestApp::start().await;
    let id = northwind(&app).await;
    let ada = app.person("ada@acme.test").await;
    let document = document(&ada, &id).await;
    let hidden = |entity: &Entity, key: &str| {
        entity.internal.contains(&key) || entity.field(key).is_some_and(|field| field.is_secret)
    };
    for (part, entity) in
        parts().chain(ENTITIES.iter().filter(|e| e.customer == Some("id")).map(|e| ("customer", e)))
    {
        let rows = match &document[part] {
            Value::Array(rows) => rows.clone(),
            row => vec![row.clone()],
        };
        for key in rows.iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys) {
            assert!(!hidden(entity, key) && key != "tenant_id" && key != "customer_id", "{part}.{key}");
        }
    }
    for sum in ["secret", "hidden"] {
        let hash = app.cell(&format!("SELECT encode(sha256('{sum}'), 'hex')"));
        assert!(!document.to_string().contains(&hash));
    }
}

#[actix_web::test]
async fn a_rep_takes_along_what_they_see_and_no_more() {
    let app = TestApp::start().await;
    let id = northwind(&app).await;
    let chloe = app.person("chloe@acme.test").await;
    let theirs = document(&chloe, &id).await;
    assert_eq!(theirs["registration"], json!([]), "it is for admins to see");
    assert_eq!(theirs["bootstrap_keys"], json!([]));
    assert_eq!(theirs["tickets"].as_array().unwrap().len(), 2);
    chloe
        .get(&format!("/console/customers/{}/export.json", app.customer("Contoso")))
        .await
        .assert_not_found();
}

/// As Clientele 0.1.0 wrote it.
fn of_version_one() -> Value {
    json!({
        "format": "clientele customer", "version": 1, "exported_at": "2026-11-27T08:00:00Z", "tenant": "acme",
        "customer": {
            "id": "0198b6a0-0000-7000-8000-000000000001", "name": "Fabrikam", "customer_type": "business", "lifecycle_stage": "active", "source": "partner",
            "company": "Acme Services", "email": "hello@fabrikam.test", "email_domain": "fabrikam.test", "phone": "+12125550199", "website": "https://fabrikam.test",
            "billing_address": { "city": "Springfield", "country": "US" }, "service_address": {}, "notes": "one\ntwo", "products": ["Gold"], "external_id": "F-1",
            "industry_sector": "financials", "industry_group": "banks", "classification": null, "size_range": "1-10", "linkedin_url": null, "x_url": null,
            "facebook_url": null, "instagram_url": null, "youtube_url": null, "github_url": null, "session_expiration_seconds": 3600, "revenue_total": "12.50",
            "first_purchase_on": "2025-05-06", "last_purchase_on": null, "churned_at": null, "created_by": "grace@acme.test", "created_at": "2025-01-02T03:04:05.123456Z"
        },
        "tags": ["renewal", "gone by now"],
        "owners": ["chloe@acme.test", "nobody@acme.test"],
        "contacts": [{ "id": "0198b6a0-0000-7000-8000-000000000002", "first_name": "Zoë", "last_name": "", "email": null, "phone": null, "job_role": "CFO", "contact_type": "",
                       "location": "", "notes": "", "is_primary": true, "created_at": "2025-01-02T03:04:05Z" }],
        "locations": [{ "id": "0198b6a0-0000-7000-8000-000000000003", "name": "Lager", "secondary_name": "", "internal_code": null, "address": { "city": "Köln" },
                        "country_code": "DE", "website": null, "phone": null, "email": null, "is_hq": true, "is_active": true, "notes": "", "created_at": "2025-01-02T03:04:05Z" }],
        "deactivations": [{ "grace_ends_at": "2026-01-01T00:00:00Z", "reason": "price", "explanation": "", "likelihood": null, "context": "", "requested_by": "",
                            "reactivated_at": null, "churned_at": null, "created_at": "2025-12-01T00:00:00Z" }],
        "registration": { "is_on": true, "domains": ["fabrikam.test"], "roles": ["customer_user"], "host": null },
        "portal_users": [{ "name": "Fay", "email": "fay@fabrikam.test", "roles": ["customer_user"], "time_zone": "UTC", "disabled_at": null, "created_at": "2025-01-02T03:04:05Z" }],
        "tickets": [{ "number": 1001, "subject": "Help", "status": "open", "priority": "normal", "requester": "Fay", "assignee": null, "created_at": "2025-01-02T03:04:05Z",
                      "first_replied_at": null, "resolved_at": null, "tags": [], "messages": [] }],
        "events": []
    })
}

#[actix_web::test]
async fn a_document_of_the_version_before_is_restored() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let restored = app.restore("acme", &of_version_one().to_string()).unwrap();
    assert_eq!(
        restored.notes,
        [
            "nobody@acme.test is no CS rep here any more, and does not own it.",
            "The domains of its registration have to be verified again.",
            "One ticket is not restored: the document keeps it for reading.",
            "One portal user is not restored: invite them again.",
        ]
    );
    let id = restored.id.to_string();
    assert_eq!(id, "0198b6a0-0000-7000-8000-000000000001");
    let now = document(&ada, &id).await;
    let was = of_version_one();
    for (key, value) in was["customer"].as_object().unwrap() {
        let is = &now["customer"][key];
        let same = key == "created_at" || is == value;
        assert!(same, "customer.{key}: {is}");
    }
    assert_eq!(now["customer"]["created_at"], "2025-01-02T03:04:05.123456+00:00");
    assert_eq!(
        now["customer"]["is_disabled"], false,
        "a customer that is restored from such a document has access"
    );
    assert_eq!(now["tags"], json!(["gone by now", "renewal"]));
    assert_eq!(now["owners"][0]["user"], "chloe@acme.test");
    assert_eq!(
        (&now["contacts"][0]["first_name"], &now["locations"][0]["name"]),
        (&json!("Zoë"), &json!("Lager"))
    );
    assert_eq!(
        (&now["registration"][0]["is_on"], &now["registration_domains"][0]["domain"]),
        (&json!(true), &json!("fabrikam.test"))
    );
    for (path, value, field) in [
        ("/owners", json!([1]), "owners[0]"),
        ("/registration", json!("on"), "registration"),
        ("/registration/domains", json!("fabrikam.test"), "registration.domains"),
        ("/registration/domains/0", json!("gmail.com"), "gmail.com"),
        ("/registration/roles", json!(["agent"]), "registration.roles"),
        ("/contacts/0/first_name", json!(1), "contacts[0].first_name"),
        ("/customer/external_id", json!("C-1"), "customer.external_id"),
    ] {
        let mut bad = of_version_one();
        *bad.pointer_mut("/customer/external_id").unwrap() = json!("F-2");
        *bad.pointer_mut(path).unwrap() = value;
        let refusal = app.restore("acme", &bad.to_string()).unwrap_err();
        assert!(refusal.contains(field), "{path}: {refusal}");
    }
}

#[actix_web::test]
async fn every_field_of_what_belongs_to_a_customer_has_a_place_in_its_document() {
    let app = TestApp::start().await;
    let mut unread = vec![];
    for (part, entity) in parts() {
        let mut keys = BTreeSet::new();
        for field in entity.fields.iter().filter(|field| !field.is_secret) {
            let mut key = field.name;
            if let Kind::Reference { table } = field.kind {
                let target = by_table(ENTITIES, table).unwrap();
                if target.known_by.is_some() {
                    key = key.trim_end_matches("_id");
                } else {
                    let inside = target.belonging.part.is_some() && target.belonging.only_read.is_none();
                    assert!(
                        inside,
                        "{part}.{key} leads to {table}, which has no name and is not in the document"
                    );
                }
            }
            assert!(keys.insert(key), "{part}.{key} twice");
            let (table, name) = (entity.table, field.name);
            if app
                .cell(&format!("SELECT has_column_privilege('clientele_app', '{table}', '{name}', 'SELECT')"))
                == "false"
            {
                unread.push(format!("{table}.{name}"));
            }
        }
    }
    // Only sign-in functions read when a password was changed: the log tells of it.
    assert_eq!(unread, ["users.password_changed_at"]);
}
