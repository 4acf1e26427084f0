//! The demo world: believable, complete, and made without a trace of how it was made.
use crate::support::{TestDatabase, schema_of};
use clientele::{
    demo,
    infra::{db::migrations, services::passwords::Cost},
    routing::HANDLERS,
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = Text)]
    cell: String,
}

/// What describes the log's partitions: the demo makes some.
fn but_for_months(schema: String) -> Vec<String> {
    let mut kept: Vec<String> = schema
        .split("\n\n")
        .filter(|part| !part.contains("event_months.m") && !part.trim_start().starts_with("--"))
        .map(str::to_owned)
        .collect();
    kept.sort();
    kept
}

#[test]
fn the_demo_leaves_the_schema_as_it_was_and_nothing_to_do() {
    let database = TestDatabase::empty();
    let mut owner = database.owner();
    migrations::run(&mut owner, HANDLERS).unwrap();
    let before = but_for_months(schema_of(&database));
    let summary = demo::fill(&mut owner, 300, Cost::Cheapest, &mut |_| ()).unwrap();
    assert_eq!(but_for_months(schema_of(&database)), before);

    let mut cell = |sql: &str| {
        sql_query(format!("SELECT ({sql})::text AS cell")).get_result::<Cell>(&mut owner).unwrap().cell
    };
    assert_eq!(cell("SELECT count(*) FROM customers"), "300");
    assert_eq!(cell("SELECT count(*) FROM contacts"), summary.contacts.to_string());
    assert_eq!(cell("SELECT count(*) FROM tasks"), "0");
    // What a user is told of the products is what their company's page says.
    assert_eq!(
        cell(
            "SELECT count(*) FROM users u JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id WHERE u.products <> c.products"
        ),
        "0"
    );
    for (table, entity) in [
        ("customers", "customer"),
        ("contacts", "contact"),
        ("locations", "location"),
        ("users", "user"),
        ("tickets", "ticket"),
        ("ticket_messages", "message"),
        ("saved_replies", "saved_reply"),
    ] {
        let untold = format!(
            "SELECT count(*) FROM {table} t WHERE (SELECT count(*) FROM events e WHERE e.entity = '{entity}' AND e.entity_id = t.id AND e.operation = 'insert' AND e.occurred_at = t.created_at) <> 1"
        );
        assert_eq!(cell(&untold), "0", "{table}");
    }
    assert_eq!(
        cell(
            "SELECT count(*) FROM events WHERE occurred_at > now() - interval '1 minute' OR request_id IS NOT NULL"
        ),
        "0"
    );
    assert_eq!(cell("SELECT count(*) FROM events WHERE tableoid = 'event_months.other'::regclass"), "0");
    assert_eq!(
        cell(
            "SELECT count(*) FROM (SELECT entity_id, title, search FROM searchable EXCEPT SELECT entity_id, title, search FROM search_documents) x"
        ),
        "0"
    );
    assert_eq!(cell("SELECT count(*) FROM notifications") + &cell("SELECT count(*) FROM mails"), "00");
    assert_eq!(cell("SELECT count(*) FROM tickets"), summary.tickets.to_string());
    // The counters, the tickets' own times, and the log tell the same story.
    assert_eq!(
        cell(
            "SELECT count(*) FROM ticket_numbers n WHERE EXISTS (SELECT FROM tickets t WHERE t.tenant_id = n.tenant_id HAVING max(number) <> last_number OR min(number) <> 1001 OR count(*) <> last_number - 1000)"
        ),
        "0"
    );
    assert_eq!(
        cell(
            "SELECT count(*) FROM tickets t WHERE activity_at IS DISTINCT FROM (SELECT max(created_at) FROM ticket_messages m WHERE m.ticket_id = t.id)
             OR customer_wrote_at IS DISTINCT FROM (SELECT max(created_at) FROM ticket_messages m WHERE m.ticket_id = t.id AND NOT from_staff)
             OR waiting_since IS NULL AND status = 'open'
             OR concat_ws(' ', status, assignee_id) IS DISTINCT FROM (SELECT concat_ws(' ', after->>'status', after->>'assignee_id') FROM events e
                 WHERE e.entity = 'ticket' AND e.entity_id = t.id ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1)"
        ),
        "0"
    );
    for email in ["carol@northwind.test", "cody@northwind.test", "iris@initech.test"] {
        let own = format!(
            "SELECT count(DISTINCT status) FROM tickets t JOIN users u ON u.id = t.requester_id WHERE u.email = '{email}'"
        );
        assert_eq!(cell(&own), "4", "{email}");
    }
    assert_eq!(
        cell(
            "SELECT count(*) FROM customers WHERE NOT EXISTS (SELECT FROM search_words w WHERE w.tenant_id = customers.tenant_id AND w.word = ANY (words(name)))"
        ),
        "0"
    );
}
