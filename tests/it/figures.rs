//! The figures of customers: kept by what changes them, and never wrong.
use crate::support::*;
use proptest::{prelude::*, test_runner::TestRunner};

const WRONG: &str =
    "SELECT count(*) FROM ((SELECT * FROM counted_figures EXCEPT SELECT * FROM customer_figures)
                     UNION ALL (SELECT * FROM customer_figures EXCEPT SELECT * FROM counted_figures)) x";

/// Changes of all kinds, each of some rows by a number.
fn changes() -> impl Strategy<Value = String> {
    let customer = |n: u32| {
        format!("(SELECT id FROM customers WHERE tenant_id = acme() ORDER BY md5(id::text || {n}) LIMIT 1)")
    };
    let some = |table: &str, n: u32| {
        format!(
            "id IN (SELECT id FROM {table} WHERE tenant_id = acme() ORDER BY md5(id::text || {n}) LIMIT {})",
            n % 4 + 1
        )
    };
    (0..12u32, any::<u32>()).prop_map(move |(kind, n)| match kind {
        0 => format!("INSERT INTO customers (tenant_id, name, customer_type, lifecycle_stage) VALUES (acme(), 'New {n}', 'business', 'active')"),
        1 => format!("INSERT INTO contacts (tenant_id, customer_id, first_name) SELECT acme(), {}, 'C' || i FROM generate_series(1, {}) i", customer(n), n % 3 + 1),
        2 => format!("DELETE FROM contacts WHERE {}", some("contacts", n)),
        3 => format!(
            "INSERT INTO tickets (tenant_id, customer_id, subject, requester_name, number, waiting_since)
             SELECT acme(), {}, 'T', 'R', (SELECT coalesce(max(number), 0) FROM tickets) + i, now() - i * interval '1 hour' FROM generate_series(1, {}) i",
            customer(n), n % 3 + 1
        ),
        4 => format!("UPDATE tickets SET status = 'solved', waiting_since = NULL, resolved_at = now() WHERE {}", some("tickets", n)),
        5 => format!("UPDATE tickets SET status = 'open', waiting_since = now() - {} * interval '1 minute', resolved_at = NULL WHERE {}", n % 999, some("tickets", n)),
        6 => format!("UPDATE tickets SET staff_wrote_at = now() + {} * interval '1 second' WHERE {}", n % 999, some("tickets", n)),
        7 => format!("DELETE FROM tickets WHERE {}", some("tickets", n)),
        8 => format!(
            "INSERT INTO calls (tenant_id, customer_id, requester_name, phone, topic, status, scheduled_at, scheduled_minutes)
             VALUES (acme(), {}, 'R', '+14155552671', 'T', 'scheduled', now() + {} * interval '1 hour', 30)",
            customer(n), i64::from(n % 99) - 50
        ),
        9 => format!("UPDATE calls SET status = 'completed', outcome = 'settled', closed_at = now() WHERE status = 'scheduled' AND {}", some("calls", n)),
        10 => format!(
            "INSERT INTO customer_tags (tenant_id, customer_id, tag_id) SELECT acme(), {}, id FROM tags WHERE tenant_id = acme() ORDER BY md5(id::text || {n}) LIMIT {} ON CONFLICT DO NOTHING",
            customer(n), n % 3
        ),
        _ => format!("DELETE FROM customer_tags WHERE md5(customer_id::text || tag_id || {n}) < '8'; DELETE FROM customers WHERE id = {} AND {n} % 5 = 0 AND (SELECT count(*) FROM customers WHERE tenant_id = acme()) > 1", customer(n)),
    })
}

#[actix_web::test]
async fn the_figures_are_right_whatever_changes() {
    let app = TestApp::start().await;
    app.sql("CREATE FUNCTION acme() RETURNS uuid LANGUAGE sql STABLE RETURN (SELECT id FROM tenants WHERE slug = 'acme');
             INSERT INTO tags (tenant_id, name, colour) SELECT acme(), 'tag ' || i, 1 FROM generate_series(1, 5) i");
    let scope = "SET app.audience = 'system'; SELECT set_config('app.tenant_id', acme()::text, false);";
    let mut runner = TestRunner::new(proptest::test_runner::Config {
        cases: 6,
        failure_persistence: None,
        ..Default::default()
    });
    let found = runner.run(&prop::collection::vec(changes(), 1..25), |changes| {
        // Some in transactions of their own, some together.
        for (n, change) in changes.iter().enumerate() {
            let next = changes.get(n + 1).filter(|_| n % 3 == 0).map_or("", String::as_str);
            app.sql(&format!("{scope} BEGIN; {change}; {next}; COMMIT"));
        }
        prop_assert_eq!(app.cell(WRONG), "0", "{:#?}", changes);
        Ok(())
    });
    found.unwrap();
    assert_eq!(app.cell("SELECT recount_figures()"), "0");
}

#[actix_web::test]
async fn figures_are_right_when_many_change_at_once() {
    let app = TestApp::start().await;
    let customer = app.customer("Northwind Traders");
    let threads: Vec<_> = (0..6)
        .map(|n| {
            let (mut owner, customer) = (app.database.owner(), customer.clone());
            std::thread::spawn(move || {
                use diesel::connection::SimpleConnection;
                for i in 0..15 {
                    let number = 200_000 + n * 100 + i;
                    owner
                        .batch_execute(&format!(
                            "BEGIN;
                             INSERT INTO tickets (tenant_id, customer_id, subject, requester_name, number, waiting_since)
                             SELECT tenant_id, id, 'T', 'R', {number}, now() - {i} * interval '1 hour' FROM customers WHERE id = '{customer}';
                             COMMIT; BEGIN;
                             UPDATE tickets SET status = 'solved', waiting_since = NULL, resolved_at = now() WHERE number = {number} AND {i} % 2 = 0; COMMIT"
                        ))
                        .unwrap();
                }
            })
        })
        .collect();
    actix_web::web::block(move || threads.into_iter().for_each(|thread| thread.join().unwrap()))
        .await
        .unwrap();
    assert_eq!(app.cell(WRONG), "0");
    let open = app.cell("SELECT count(*) FROM tickets WHERE status = 'open' AND number >= 200000");
    assert_eq!(open, "42");
}

#[actix_web::test]
async fn what_is_wrong_is_found_and_corrected() {
    let app = TestApp::start().await;
    app.sql("UPDATE customer_figures SET tickets = tickets + 3, waiting_since = now() WHERE customer_id = (SELECT id FROM customers WHERE name = 'Northwind Traders')");
    assert_ne!(app.cell(WRONG), "0");
    assert_eq!(app.cell("SELECT recount_figures()"), "1");
    assert_eq!((app.cell(WRONG), app.cell("SELECT recount_figures()")), ("0".into(), "0".into()));
}

#[actix_web::test]
async fn the_list_is_sorted_by_wait_and_by_last_contact_page_by_page() {
    let app = TestApp::start().await;
    app.crowd(60);
    app.sql(
        "INSERT INTO tickets (tenant_id, customer_id, subject, requester_name, number, created_at, waiting_since)
         SELECT tenant_id, id, 'T', 'R', 1000 + row_number() OVER (ORDER BY name), now() - row_number() OVER (ORDER BY name) * interval '1 day',
             CASE WHEN name < 'Customer 00021' THEN now() - row_number() OVER (ORDER BY name) * interval '1 day' END
         FROM customers WHERE name LIKE 'Customer 0%' AND name < 'Customer 00041'",
    );
    let ada = app.person("ada@acme.test").await;
    let all = async |sort: &str| {
        let (mut url, mut names) = (format!("/console/customers?sort={sort}"), vec![]);
        loop {
            let page = ada.get(&url).await;
            page.assert_ok();
            names.extend(page.all("tbody th a"));
            match page.attribute("a[rel=next]", "href") {
                Some(next) => url = next,
                None => return names,
            }
        }
    };
    let total: usize = app
        .cell("SELECT count(*) FROM customers c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'acme'")
        .parse()
        .unwrap();
    let wait = all("wait").await;
    assert_eq!(
        (wait.len(), wait[0].as_str(), wait[19].as_str()),
        (total, "Customer 00020", "Customer 00001")
    );
    let contact = all("-contact").await;
    assert_eq!(
        (contact.len(), contact[0].as_str(), contact[39].as_str()),
        (total, "Customer 00001", "Customer 00040")
    );
    let mut longest = all("contact").await;
    longest.reverse();
    assert_eq!(longest[..40], contact[..40]);
}
