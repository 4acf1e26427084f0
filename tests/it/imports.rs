use crate::support::*;
use scraper::{Html, Selector};
use std::{fmt::Write, time::Duration};

/// Uploads a file; the path of the import.
pub async fn upload(person: &Person, content: impl Into<Vec<u8>>) -> String {
    let answer = person.upload("/console/imports/new", "file", "customers.csv", content.into()).await;
    answer.assert_status(303);
    answer.location.strip_suffix("/mapping").expect("leads to the mapping").to_owned()
}

/// What the selects of a page offer as chosen.
fn chosen(page: &Answer) -> Vec<(String, String)> {
    let html = Html::parse_document(&page.body);
    let (select, option) = (Selector::parse("select").unwrap(), Selector::parse("option[selected]").unwrap());
    html.select(&select)
        .map(|s| {
            let value = s.select(&option).next().and_then(|o| o.value().attr("value")).unwrap_or_default();
            (s.value().attr("name").unwrap().to_owned(), value.to_owned())
        })
        .collect()
}

/// Takes the columns as they are guessed, and opens the check.
pub async fn check(person: &Person, path: &str) -> Answer {
    let mapping = person.get(&format!("{path}/mapping")).await;
    let chosen = chosen(mapping.assert_ok());
    let form: Vec<(&str, &str)> = chosen.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    person.submit_and_follow(&format!("{path}/mapping"), &form).await
}

/// Runs it, and waits for the end as the page does.
pub async fn run(person: &Person, path: &str, skip: bool) -> Answer {
    let form: &[(&str, &str)] = if skip { &[("skip", "true")] } else { &[] };
    person.submit(&format!("{path}/run"), form).await.assert_status(303);
    ended(person, path).await
}

async fn ended(person: &Person, path: &str) -> Answer {
    for _ in 0..600 {
        person.run_imports().await;
        let page = person.get(path).await;
        if !page.assert_ok().body.contains("data-poll") {
            return page;
        }
        actix_web::rt::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the import did not end");
}

/// Uploads, checks and runs a file that is in order.
async fn import(person: &Person, content: impl Into<Vec<u8>>) -> (String, Answer) {
    let path = upload(person, content).await;
    check(person, &path).await.assert_ok();
    let page = run(person, &path, false).await;
    page.assert_text("The rows are imported");
    (path, page)
}

pub fn figures(page: &Answer) -> Vec<String> {
    page.all(".figure dd")
}

const COUNT: &str =
    "SELECT count(*) FROM customers c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'acme'";

/// A thousand rows, three of them wrong.
fn thousand() -> String {
    let mut csv = String::from("Company name,E-mail,Customer number,Tel,Tags,Status\n");
    for n in 1..=1000 {
        let (name, email, phone) = match n {
            100 => (String::new(), "x@row.test".to_owned(), ""),
            200 => ("Row 200".into(), "nobody".into(), "call me"),
            300 => ("Row 300".into(), "row299@row.test".into(), ""),
            n => (format!("Row {n}"), format!("row{n}@row.test"), "+1 212 555 0100"),
        };
        let _ = writeln!(csv, "{name},{email},R-{n},{phone},\"new, 2026\",active");
    }
    csv
}

#[actix_web::test]
async fn bad_rows_are_named_and_nothing_is_imported_until_they_are_skipped() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, thousand()).await;
    let page = check(&ada, &path).await;
    assert_eq!(figures(&page), ["997", "0", "3"]);
    assert_eq!(
        page.all("section[aria-labelledby=problems] tbody td").join("|"),
        "101|Name|Enter the customer's name.|201|Email|Enter an email address like name@example.com.\
         |201|Phone|Enter a phone number with its country code, like +1 212 555 0123.|301|Email|Line 300 has the same email."
    );
    let problems = ada.get(&format!("{path}/problems.csv")).await;
    assert_eq!(problems.assert_ok().body.lines().count(), 4);
    assert!(problems.body.contains("\n201,Email; Phone,"), "{}", problems.body);

    let page = run(&ada, &path, false).await;
    page.assert_text("Nothing was imported").assert_text("There are rows that can't be imported");
    assert_eq!(app.cell(COUNT), "2");

    let page = run(&ada, &path, true).await;
    assert_eq!(figures(&page), ["997", "0", "3"]);
    page.assert_text("Skipped rows").assert_text("Line 300 has the same email.");
    assert_eq!(app.cell(COUNT), "999");
    assert_eq!(
        app.cell(
            "SELECT string_agg(DISTINCT c.lifecycle_stage || ' ' || c.phone || ' ' || g.name, '|') FROM customers c
             JOIN customer_tags ct ON ct.customer_id = c.id JOIN tags g ON g.id = ct.tag_id WHERE c.name LIKE 'Row %'"
        ),
        "active +12125550100 2026|active +12125550100 new"
    );
    assert_eq!(
        app.cell(
            "SELECT count(DISTINCT e.transaction_id) || ' ' || bool_and(e.transaction_id = i.transaction_id)
             FROM events e, imports i WHERE e.entity = 'customer' AND e.operation = 'insert' AND e.after->>'name' LIKE 'Row %'"
        ),
        "1 true",
        "one transaction, and the import knows it"
    );
    ada.get("/console/imports")
        .await
        .assert_ok()
        .assert_text("customers.csv Imported 1,000 997 0 3 Ada Park");
}

#[actix_web::test]
async fn a_known_external_id_or_email_updates_and_undo_restores() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql("UPDATE customers SET billing_address = '{\"city\": \"Boston\", \"zip\": \"02101\"}', notes = 'Old' WHERE name = 'Contoso'");
    let before = "SELECT jsonb_agg(to_jsonb(c) - '{version,updated_at,updated_by,portal_changed_at}'::text[] || jsonb_build_object('tags',
                      (SELECT count(*) FROM customer_tags ct WHERE ct.customer_id = c.id), 'contacts',
                      (SELECT jsonb_agg(to_jsonb(p) - '{version,updated_at,updated_by}'::text[] ORDER BY p.id) FROM contacts p WHERE p.customer_id = c.id))
                  ORDER BY c.name) FROM customers c";
    let was = app.cell(before);
    let (path, page) = import(
        &ada,
        "External id,Name,Email,City,Notes,First name,Last name,Contact's email,Tags\n\
         C-1,Northwind GmbH,,,,Nora,New,nora@northwind.test,renewal\n\
         ,Contoso,HELLO@contoso.test,Berlin,,Cora,Blum,,fresh\n\
         C-9,Brand new,,Rome,,,,,\n",
    )
    .await;
    assert_eq!(figures(&page), ["1", "2", "0"]);
    assert_eq!(app.cell(COUNT), "3");
    assert_eq!(
        app.cell("SELECT name || ' ' || email || ' ' || phone FROM customers WHERE external_id = 'C-1' AND name LIKE 'North%'"),
        "Northwind GmbH hello@northwind.test +12125550187",
        "what a row does not say stays"
    );
    assert_eq!(
        app.cell("SELECT billing_address || jsonb_build_object('notes', notes, 'id', external_id) FROM customers WHERE name = 'Contoso'"),
        r#"{"id": "C-2", "zip": "02101", "city": "Berlin", "notes": "Old"}"#
    );
    assert_eq!(
        app.cell("SELECT string_agg(p.first_name || ' ' || p.is_primary, ', ' ORDER BY p.first_name) FROM contacts p JOIN customers c ON c.id = p.customer_id WHERE c.name = 'Northwind GmbH'"),
        "Carol false, Nora true"
    );

    // What the product does by itself to a new customer is nobody's work.
    app.run_tasks().await;
    assert_eq!(
        app.cell("SELECT count(*) FROM locations l JOIN customers c ON c.id = l.customer_id WHERE c.name = 'Brand new'"),
        "1"
    );
    let confirm = ada.get(&format!("{path}/undo")).await;
    assert_eq!(figures(confirm.assert_ok()), ["1", "2", "0"]);
    let page = ada.submit_and_follow(&format!("{path}/undo"), &[]).await;
    page.assert_ok().assert_text("The import is taken back.");
    assert_eq!(figures(&page), ["1", "2", "0"]);
    assert_eq!(app.cell(before), was);
    assert_eq!(app.cell("SELECT count(*) FROM tags WHERE name = 'fresh'"), "0");
    ada.submit(&format!("{path}/undo"), &[]).await.assert_status(409);
    ada.submit_and_follow(&format!("{path}/run"), &[]).await.assert_ok().assert_text("Undone");
    assert_eq!(app.cell(COUNT), "2", "an undone import does not run again");
}

#[actix_web::test]
async fn what_was_exported_is_known_and_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql(
        "UPDATE customers SET notes = E'=1+1\n- two', industry_sector = 'financials', industry_group = 'banks', size_range = '51-200',
             classification = 'llc', website = 'https://northwind.test', products = '{Care,Parts}',
             billing_address = '{\"street\": \"1 Main St\", \"city\": \"New York\"}',
             company_id = (SELECT o.id FROM companies o WHERE o.tenant_id = customers.tenant_id) WHERE name = 'Northwind Traders'",
    );
    let last = app.cell("SELECT max(id) FROM events");
    let exported = ada.get("/console/customers/export").await;
    let (_, page) = import(&ada, exported.assert_ok().body.clone()).await;
    assert_eq!(figures(&page), ["0", "0", "2", "0"], "every row is unchanged");
    assert_eq!(
        app.cell(&format!("SELECT string_agg(entity || ' ' || operation || changed::text, ', ') FROM events WHERE id > {last} AND entity <> 'import' AND operation <> 'access'")),
        ""
    );
}

#[actix_web::test]
async fn undo_leaves_alone_whom_somebody_has_worked_on_since() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let (path, _) =
        import(&ada, "Name,External id\nFirst,N-1\nSecond,N-2\nThird,N-3\nNorthwind & Co,C-1\n").await;
    app.sql("UPDATE customers SET notes = 'Called' WHERE name = 'First'");
    app.sql("INSERT INTO contacts (tenant_id, customer_id, first_name) SELECT tenant_id, id, 'Zoe' FROM customers WHERE name = 'Second'");
    app.sql("UPDATE customers SET notes = 'Called' WHERE name = 'Northwind & Co'");
    ada.get(&format!("{path}/undo"))
        .await
        .assert_ok()
        .assert_text("Somebody has worked on these since")
        .assert_text("Second");
    let page = ada.submit_and_follow(&format!("{path}/undo"), &[]).await;
    page.assert_text("but for 3 customers that were changed since").assert_text("Northwind & Co");
    assert_eq!(
        app.cell("SELECT string_agg(name, ', ' ORDER BY name) FROM customers c WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme')"),
        "Contoso, First, Northwind & Co, Second"
    );
}

#[actix_web::test]
async fn files_come_as_spreadsheets_save_them() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let german = "Firma;E-Mail;PLZ;Ort;Bemerkung\r\nMüller & Söhne;info@mueller.test;80331;München;\"eins;\r\nzwei \"\"drei\"\"\"\r\n";
    let windows: Vec<u8> = german.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf_16: Vec<u8> =
        "\u{FEFF}".encode_utf16().chain(german.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (n, content) in [format!("\u{FEFF}{german}").into_bytes(), windows, utf_16].into_iter().enumerate() {
        let (path, page) = import(&ada, content).await;
        assert_eq!(figures(&page), ["1", "0", "0"], "{n}");
        assert_eq!(
            app.cell("SELECT name || '|' || email || '|' || billing_address || '|' || notes FROM customers WHERE name LIKE 'M%'"),
            "Müller & Söhne|info@mueller.test|{\"zip\": \"80331\", \"city\": \"München\"}|eins;\nzwei \"drei\""
        );
        ada.submit(&format!("{path}/undo"), &[]).await.assert_status(303);
    }
}

#[actix_web::test]
async fn what_is_no_list_is_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for (content, sentence) in [
        (&b""[..], "The file is empty."),
        (b"Name,Email\n", "There is no row below the first line"),
        (b"ada@acme.test,Ada\nbob@acme.test,Bob\n", "The first line has to name the columns"),
        (b"PK\x03\x04\x14\0\x06\0", "This is a spreadsheet, not a CSV file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "This is not a text file"),
    ] {
        let answer = ada.upload("/console/imports/new", "file", "x.csv", content.to_vec()).await;
        answer.assert_status(422).assert_text(sentence);
    }
    ada.upload("/console/imports/new", "other", "x.csv", b"Name\nA\n".to_vec())
        .await
        .assert_status(422)
        .assert_text("Choose a file.");
    ada.submit("/console/imports/new", &[("file", "x")]).await.assert_status(400);
    let mut many = String::from("Name\n");
    many.extend((0..200_001).map(|_| "A\n"));
    let answer = ada.upload("/console/imports/new", "file", "x.csv", many.into_bytes()).await;
    answer.assert_status(422).assert_text("more than 200,000 rows");
    assert_eq!(app.cell("SELECT count(*) FROM imports"), "0");
    let template = ada.get("/console/imports/template.csv").await;
    import(&ada, template.assert_ok().body.clone()).await;
}

#[actix_web::test]
async fn odd_cells_are_text_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let long = "x".repeat(10_000);
    let csv = format!(
        "Name,Notes,Tags\n\
         \"=HYPERLINK(\"\"http://evil.test\"\",\"\"x\"\")\",=1+1,<b>bold</b>\n\
         N\0UL <script>alert(1)</script>,{long},\n\
         \u{202E}עברית 🦊,@SUM(A1),\n\
         {long},,\n"
    );
    let path = upload(&ada, csv).await;
    let page = check(&ada, &path).await;
    assert_eq!(figures(&page), ["3", "0", "1"]);
    page.assert_text("5NameThe name may have 200 characters.");
    assert!(!page.body.contains("<script>alert"), "unescaped");
    let problems = ada.get(&format!("{path}/problems.csv")).await;
    assert!(problems.body.contains(&long), "the row is given back");
    run(&ada, &path, true).await.assert_text("The rows are imported");
    assert_eq!(
        app.cell("SELECT string_agg(name || '|' || left(notes, 8), E'\\n' ORDER BY name) FROM customers WHERE external_id IS NULL"),
        "=HYPERLINK(\"http://evil.test\",\"x\")|=1+1\nNUL <script>alert(1)</script>|xxxxxxxx\nעברית 🦊|@SUM(A1)"
    );
    assert_eq!(app.cell("SELECT char_length(notes) FROM customers WHERE name LIKE 'NUL%'"), "10000");
}

#[actix_web::test]
async fn another_tenants_import_is_not_there() {
    let app = TestApp::start().await;
    let (ada, eve, grace) = (
        app.person("ada@acme.test").await,
        app.person("eve@globex.test").await,
        app.person("grace@acme.test").await,
    );
    let path = upload(&ada, "Name,External id\nInitech,C-1\n").await;
    check(&ada, &path).await.assert_ok();
    for person in [&eve, &app.person("chloe@acme.test").await] {
        for page in ["", "/mapping", "/problems.csv", "/undo"] {
            person.get(&format!("{path}{page}")).await.assert_not_found();
        }
        for verb in ["/mapping", "/check", "/run", "/undo"] {
            person.submit(&format!("{path}{verb}"), &[("name", "0")]).await.assert_not_found();
        }
    }
    eve.get("/console/imports").await.assert_ok().assert_text("No imports yet");
    grace.get(&path).await.assert_ok();
    app.person("carol@northwind.test").await.get("/console/imports").await.assert_not_found();
    ada.get("/console/imports/nonsense").await.assert_not_found();
    assert_eq!(app.cell("SELECT state FROM imports"), "mapped");
    // The same external id in another tenant is another customer.
    import(&eve, "Name,External id\nInitech & Sons,C-1\n").await;
    assert_eq!(
        app.cell("SELECT name FROM customers WHERE external_id = 'C-1' AND name NOT LIKE 'Init%'"),
        "Northwind Traders"
    );
}

#[actix_web::test]
async fn a_rep_updates_only_whom_they_see() {
    let app = TestApp::start().await;
    let chloe = app.person("chloe@acme.test").await;
    let csv = "Name,External id,Email\nNorthwind Ltd,C-1,\nContoso Ltd,C-2,\nMine,C-3,hello@contoso.test\n";
    let path = upload(&chloe, csv).await;
    let page = check(&chloe, &path).await;
    assert_eq!(figures(&page), ["1", "1", "1"]);
    page.assert_text("A customer that you can't see has this external id.");
    assert!(!page.text().contains("Contoso Ltd"));
    assert_eq!(figures(&run(&chloe, &path, true).await), ["1", "1", "1"]);
    assert_eq!(
        app.cell("SELECT string_agg(name, ', ' ORDER BY name) FROM customers WHERE external_id LIKE 'C-%' AND name <> 'Initech'"),
        "Contoso, Mine, Northwind Ltd"
    );
    let page = chloe.submit_and_follow(&format!("{path}/undo"), &[]).await;
    assert_eq!(figures(&page), ["1", "1", "0"]);
    assert_eq!(app.cell(COUNT), "2");
}

#[actix_web::test]
async fn it_runs_once_however_often_it_is_asked_to() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, thousand()).await;
    check(&ada, &path).await;
    let run = format!("{path}/run");
    let (a, b, c) = futures_util::join!(
        ada.submit(&run, &[("skip", "true")]),
        ada.submit(&run, &[("skip", "true")]),
        ada.submit(&run, &[("skip", "true")])
    );
    for answer in [a, b, c] {
        answer.assert_status(303);
    }
    ended(&ada, &path).await.assert_text("The rows are imported");
    ada.submit(&run, &[("skip", "true")]).await.assert_status(303);
    ended(&ada, &path).await;
    assert_eq!(app.cell(COUNT), "999");
    assert_eq!(
        app.cell("SELECT count(*) FROM events WHERE entity = 'customer' AND operation = 'update'"),
        "0"
    );
    // Done is done: neither columns nor state move.
    ada.submit(&format!("{path}/check"), &[]).await.assert_status(303);
    assert_eq!(app.cell("SELECT state FROM imports"), "done");
}

#[actix_web::test]
async fn an_external_id_that_is_taken_meanwhile_stops_the_whole_run() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, "Name,External id\nOne,N-1\nTwo,N-2\n").await;
    check(&ada, &path).await;
    // Somebody is about to save a customer with the second id, and does so once the import waits for them.
    let taken = app.database.url();
    let holder = std::thread::spawn(move || {
        use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
        let mut conn = PgConnection::establish(&taken).unwrap();
        conn.batch_execute(
            "BEGIN; INSERT INTO customers (tenant_id, name, customer_type, external_id)
             SELECT id, 'Somebody''s', 'business', 'N-2' FROM tenants WHERE slug = 'acme'",
        )
        .unwrap();
        for _ in 0..400 {
            #[derive(diesel::QueryableByName)]
            struct Waiting {
                #[diesel(sql_type = diesel::sql_types::BigInt)]
                count: i64,
            }
            let waiting: Waiting = diesel::sql_query("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid() AND transactionid = pg_current_xact_id()::xid")
                .get_result(&mut conn)
                .unwrap();
            if waiting.count > 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        conn.batch_execute("COMMIT").unwrap();
    });
    while app.cell("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'") == "0" {
        std::thread::sleep(Duration::from_millis(10));
    }
    let page = run(&ada, &path, false).await;
    holder.join().unwrap();
    page.assert_text("Nothing was imported")
        .assert_text("somebody gave a customer an external id of this file");
    assert_eq!(app.cell("SELECT count(*) FROM customers WHERE name IN ('One', 'Two')"), "0");
    ada.submit_and_follow(&format!("{path}/check"), &[]).await.assert_ok();
    assert_eq!(figures(&run(&ada, &path, false).await), ["1", "1", "0"]);
}

#[actix_web::test]
async fn nobody_waits_for_a_run_that_learns_the_same_word() {
    use diesel::connection::SimpleConnection;
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let mut run = app.database.owner();
    run.batch_execute(
        "BEGIN; INSERT INTO customers (tenant_id, name, customer_type) SELECT id, 'Zanzibar Freight', 'business' FROM tenants WHERE slug = 'acme'",
    )
    .unwrap();
    ada.submit("/console/customers", &[("name", "Zanzibar Lines")]).await.assert_status(303);
    run.batch_execute("COMMIT").unwrap();
    let found = ada.get("/console/customers?q=zanzbar").await;
    assert_eq!(found.assert_ok().all("tbody th a"), ["Zanzibar Lines", "Zanzibar Freight"]);
}

#[actix_web::test]
async fn what_a_vanished_server_left_is_told_as_failed_and_can_run_again() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, "Name\nOne\n").await;
    check(&ada, &path).await;
    app.sql("UPDATE imports SET state = 'running', rows_done = 1");
    // As long as a task waits it is not given up; this one has had its last try.
    ada.get(&path).await.assert_ok().assert_no_text("The server stopped");
    app.sql("UPDATE tasks SET state = 'dead', finished_at = now() WHERE handler = 'run_import'");
    let page = ada.get(&path).await;
    page.assert_ok()
        .assert_text("The server stopped while this import ran. No row was imported; you can run it again.");
    run(&ada, &path, false).await.assert_text("The rows are imported");
}

/// A worker that died left nothing but the task, which another takes up.
#[actix_web::test]
async fn a_run_that_was_broken_off_is_begun_anew() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, thousand()).await;
    check(&ada, &path).await;
    ada.submit(&format!("{path}/run"), &[("skip", "true")]).await.assert_status(303);
    app.sql(
        "UPDATE tasks SET state = 'running', started_at = now(), attempts = 1, worker = 99999 WHERE handler = 'run_import' AND state = 'queued';
         UPDATE imports SET rows_done = 500",
    );
    ada.run_imports().await;
    ada.get(&path).await.assert_ok().assert_no_text("Nothing was imported");
    assert_ne!(app.cell("SELECT requeue_abandoned_tasks()"), "0");
    ended(&ada, &path).await.assert_text("The rows are imported");
    assert_eq!(app.cell(COUNT), "999");
    // The log says who imported it, not who did the work.
    assert_eq!(
        app.cell("SELECT string_agg(DISTINCT u.email, ' ') FROM events e LEFT JOIN users u ON u.id = e.actor_id WHERE e.entity = 'customer' AND e.operation = 'insert' AND e.customer_id IN (SELECT id FROM customers WHERE created_by = u.id)"),
        "ada@acme.test"
    );
    // The task runs once more, and finds nothing to do.
    app.sql("UPDATE tasks SET state = 'queued', finished_at = NULL WHERE handler = 'run_import'");
    ada.run_imports().await;
    assert_eq!(app.cell(COUNT), "999");
}

#[actix_web::test]
async fn who_may_import_no_more_when_it_runs_imports_nothing() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    let path = upload(&grace, "Name\nOne\n").await;
    check(&grace, &path).await;
    grace.submit(&format!("{path}/run"), &[]).await.assert_status(303);
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'grace@acme.test'");
    let page = ended(&ada, &path).await;
    page.assert_text("Nothing was imported").assert_text("may not import any more");
    assert_eq!(app.cell(COUNT), "2");
}

/// Inside a tenant, a platform admin imports as its staff do.
#[actix_web::test]
async fn a_platform_admin_who_entered_imports() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let tenant = app.cell("SELECT id FROM tenants WHERE slug = 'acme'");
    root.submit(&format!("/platform/tenants/{tenant}/entries"), &[("reason", "To help")])
        .await
        .assert_status(303);
    let path = upload(&root, "Name\nOne\n").await;
    check(&root, &path).await.assert_ok();
    run(&root, &path, false).await.assert_text("The rows are imported");
}

#[actix_web::test]
async fn the_name_has_to_be_matched_and_columns_can_be_matched_anew() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, "Bezeichnung,Wohin\nAcht,Rom\n").await;
    let mapping = format!("{path}/mapping");
    ada.get(&path).await.assert_status(303);
    let page = ada.submit(&mapping, &[("billing_city", "1"), ("name", "7")]).await;
    page.assert_status(422).assert_text("Choose the column that holds the customer's name.");
    assert!(chosen(&page).contains(&("billing_city".into(), "1".into())), "what was chosen is kept");
    ada.submit_and_follow(&mapping, &[("name", "1")]).await.assert_text("Rom");
    ada.submit_and_follow(&mapping, &[("name", "0"), ("billing_city", "1")]).await.assert_text("Acht");
    run(&ada, &path, false).await;
    assert_eq!(app.cell("SELECT billing_address->>'city' FROM customers WHERE name = 'Acht'"), "Rom");
}

#[actix_web::test]
async fn many_imports_are_paged_through() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql(
        "INSERT INTO imports (tenant_id, file_name, created_at) SELECT (SELECT id FROM tenants WHERE slug = 'acme'), 'list-' || n || '.csv',
         now() - (n / 2) * interval '1 hour' FROM generate_series(1, 60) n",
    );
    let (mut path, mut seen, mut back) = ("/console/imports".to_owned(), vec![], String::new());
    loop {
        let page = ada.get(&path).await;
        seen.extend(page.assert_ok().all("tbody th a"));
        back = page.attribute("a[rel=prev]", "href").unwrap_or(back);
        match page.attribute("a[rel=next]", "href") {
            Some(next) => path = next,
            None => break,
        }
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (60, 60));
    assert_eq!(ada.get(&back).await.all("tbody th a"), seen[25..50]);
}
