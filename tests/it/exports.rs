//! Taking customers along: lists as CSV, single customers as JSON, and both back again.
use crate::support::*;
use scraper::{Html, Selector};
use serde_json::Value;
use std::{collections::HashMap, time::Duration};

/// The rows of a CSV file by header.
fn rows(file: &Answer) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(file.csv().as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn names(rows: &[HashMap<String, String>]) -> Vec<&str> {
    rows.iter().map(|row| row["Name"].as_str()).collect()
}

#[actix_web::test]
async fn a_list_is_exported_as_it_is_shown() {
    let app = TestApp::start().await;
    app.crowd(120);
    app.sql(
        "UPDATE customers SET lifecycle_stage = 'churned' WHERE name LIKE 'Customer 000%';
         UPDATE customers SET customer_type = 'consumer' WHERE name LIKE '%1'",
    );
    let ada = app.person("ada@acme.test").await;
    for query in ["stage=churned&sort=-name", "type=consumer&sort=-changed", "q=customer", "", "show=recent"]
    {
        let mut shown = vec![];
        let mut path = format!("/console/customers?size=50&{query}");
        loop {
            let page = ada.get(&path).await;
            shown.extend(page.assert_ok().all("tbody th a"));
            match page.attribute("a[rel=next]", "href") {
                Some(next) => path = next,
                None => break,
            }
        }
        let file = ada.get(&format!("/console/customers/export?size=50&after=junk&{query}")).await;
        assert_eq!(names(&rows(&file)), shown, "{query}");
    }
    let file = ada.get("/console/customers/export").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let day = app.cell("to_char(now(), 'YYYY-MM-DD')");
    assert_eq!(
        file.headers["content-disposition"],
        format!("attachment; filename=\"customers-{day}.csv\"").as_str()
    );
    let all = rows(&file);
    let northwind = all.iter().find(|row| row["Name"] == "Northwind Traders").unwrap();
    for (column, value) in [
        ("Type", "Business"),
        ("Stage", "Active"),
        ("Email", "hello@northwind.test"),
        ("Phone", "+12125550187"),
        ("External id", "C-1"),
        ("Tags", "renewal"),
        ("Owners", "Chloe Marsh"),
        ("Owners' emails", "chloe@acme.test"),
        ("Contact first name", "Carol"),
        ("Contact email", "carol@northwind.test"),
        ("Revenue", "0.00"),
    ] {
        assert_eq!(northwind[column], value, "{column}");
    }
    assert!(!file.body.contains("Initech"));
}

#[actix_web::test]
async fn many_rows_come_in_order_and_each_once() {
    let app = TestApp::start().await;
    app.crowd(2500);
    let ada = app.person("ada@acme.test").await;
    for query in ["sort=created", "sort=-changed", "sort=-name"] {
        let file = ada.get(&format!("/console/customers/export?{query}")).await;
        let found = rows(&file);
        let mut names = names(&found);
        assert_eq!(names.len(), 2502, "{query}");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 2502, "{query}");
    }
}

/// Who reads slowly, or not at all, keeps no transaction open.
#[actix_web::test]
async fn a_slow_reader_holds_nothing() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = TestApp::start().await;
    let form = [("email", "ada@acme.test"), ("password", cast::PASSWORD)];
    let signed_in = app.visitor().submit("/login", &form).await;
    let mut given = signed_in.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = given.find(|cookie| cookie.starts_with("clientele=")).unwrap().split(';').next().unwrap();
    app.crowd(40_000);
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut reader = socket.connect(app.url.strip_prefix("http://").unwrap().parse().unwrap()).await.unwrap();
    let request = format!(
        "GET /console/customers/export HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nAccept-Encoding: identity\r\n\r\n",
        app.url.strip_prefix("http://").unwrap(),
        cookie
    );
    reader.write_all(request.as_bytes()).await.unwrap();
    let mut read = vec![0; 4096];
    let mut got = String::new();
    while !got.contains("Customer 0") {
        let length = reader.read(&mut read).await.unwrap();
        assert!(length > 0, "{got}");
        got.push_str(&String::from_utf8_lossy(&read[..length]));
    }
    assert!(got.starts_with("HTTP/1.1 200"), "{got}");
    assert_eq!(
        app.cell("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"),
        "0"
    );
}

#[actix_web::test]
async fn everybody_exports_what_they_see() {
    let app = TestApp::start().await;
    app.crowd(3);
    let chloe = app.person("chloe@acme.test").await;
    assert_eq!(names(&rows(&chloe.get("/console/customers/export").await)), ["Northwind Traders"]);
    let eve = app.person("eve@globex.test").await;
    assert_eq!(names(&rows(&eve.get("/console/customers/export").await)), ["Initech"]);
    for name in ["Contoso", "Initech"] {
        let path = format!("/console/customers/{}/export.json", app.customer(name));
        chloe.get(&path).await.assert_not_found();
    }
    let carol = app.person("carol@northwind.test").await;
    carol.get("/console/customers/export").await.assert_not_found();
    app.visitor().get("/console/customers/export").await.assert_status(303);
}

#[actix_web::test]
async fn no_cell_is_run_by_a_spreadsheet() {
    let app = TestApp::start().await;
    app.sql(
        "UPDATE customers SET name = '=HYPERLINK(\"http://evil.test\",\"x\")', notes = '@SUM(A1)', external_id = '-2+3' WHERE name = 'Contoso'",
    );
    let ada = app.person("ada@acme.test").await;
    let found = rows(&ada.get("/console/customers/export").await);
    let row = found.iter().find(|row| row["Phone"] == "+12125550188").unwrap();
    assert_eq!(row["Name"], "'=HYPERLINK(\"http://evil.test\",\"x\")");
    assert_eq!((row["About"].as_str(), row["External id"].as_str()), ("'@SUM(A1)", "'-2+3"));
}

/// What every customer of Acme is, but for ids and times.
fn everything(app: &TestApp) -> String {
    app.cell(
        "SELECT string_agg(concat_ws('|', c.name, c.customer_type, c.lifecycle_stage, c.source, y.name, c.email, c.email_domain, c.phone, c.website,
                c.billing_address, c.service_address, c.notes, c.products, c.external_id, c.industry_sector, c.industry_group, c.classification,
                c.size_range, c.linkedin_url, c.x_url, c.github_url,
                ARRAY(SELECT g.name FROM customer_tags ct JOIN tags g ON g.id = ct.tag_id WHERE ct.customer_id = c.id ORDER BY 1),
                ARRAY(SELECT concat_ws('/', p.first_name, p.last_name, p.email, p.phone, p.job_role, p.is_primary) FROM contacts p WHERE p.customer_id = c.id)),
                E'\\n' ORDER BY c.name)
         FROM customers c JOIN tenants t ON t.id = c.tenant_id LEFT JOIN companies y ON y.id = c.company_id WHERE t.slug = 'acme'",
    )
}

/// Gives Contoso a value in every field, some of them awkward.
fn fill(app: &TestApp) {
    app.sql(
        "UPDATE customers c SET name = '=Contoso \"Ltd\", GmbH & Söhne', source = 'partner', website = 'https://contoso.test/?a=1',
            company_id = (SELECT id FROM companies y WHERE y.tenant_id = c.tenant_id),
            billing_address = '{\"street\": \"1 Main St, Floor 2\", \"city\": \"Springfield\", \"state\": \"IL\", \"zip\": \"02134\", \"country\": \"US\"}',
            service_address = '{\"city\": \"-Shelbyville\"}', notes = E'@first line\\nsecond, \"quoted\"\\n🦀', products = '{Gold,Silver plan}',
            industry_sector = 'financials', industry_group = 'banks', classification = 's_corporation', size_range = '1-10',
            linkedin_url = 'https://linkedin.com/company/contoso', x_url = 'https://x.com/contoso', github_url = 'https://github.com/contoso'
         WHERE name = 'Contoso';
         INSERT INTO tags (tenant_id, name) SELECT id, '+vip' FROM tenants WHERE slug = 'acme';
         INSERT INTO customer_tags (tenant_id, customer_id, tag_id) SELECT c.tenant_id, c.id, g.id FROM customers c JOIN tags g USING (tenant_id)
            WHERE c.name LIKE '=Contoso%';
         INSERT INTO contacts (tenant_id, customer_id, first_name, last_name, email, phone, job_role, is_primary)
            SELECT tenant_id, id, 'Zoë', 'O''Hara', 'zoe@contoso.test', '+4930901820', 'CFO', true FROM customers WHERE name LIKE '=Contoso%'",
    );
}

#[actix_web::test]
async fn what_is_exported_can_be_imported_again() {
    let app = TestApp::start().await;
    app.crowd(30);
    fill(&app);
    let before = everything(&app);
    let ada = app.person("ada@acme.test").await;
    let file = ada.get("/console/customers/export").await.body;
    app.sql("DELETE FROM customers; DELETE FROM tags");

    let uploaded = ada.upload("/console/imports/new", "file", "customers.csv", file.into_bytes()).await;
    let mapping = ada.get(&uploaded.assert_status(303).location).await;
    let chosen: Vec<(String, String)> = {
        let html = Html::parse_document(&mapping.assert_ok().body);
        let option = Selector::parse("option[selected]").unwrap();
        html.select(&Selector::parse("main select").unwrap())
            .map(|select| {
                let value = select.select(&option).next().and_then(|o| o.value().attr("value"));
                (select.value().attr("name").unwrap().to_owned(), value.unwrap_or_default().to_owned())
            })
            .collect()
    };
    let form: Vec<(&str, &str)> =
        chosen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ada.submit(&uploaded.location, &form).await.assert_status(303);
    let path = uploaded.location.strip_suffix("/mapping").unwrap();
    ada.submit(&format!("{path}/run"), &[]).await.assert_status(303);
    ada.run_imports().await;
    for _ in 0..400 {
        if app.cell("SELECT state FROM imports") != "running" {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(app.cell("SELECT state || coalesce(problem, '') FROM imports"), "done");
    assert_eq!(everything(&app), before);
}

#[actix_web::test]
async fn every_csv_is_written_alike_and_holds_nothing_that_a_spreadsheet_runs() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let evil = "x;=HYPERLINK(A1;A2);y";
    app.sql(&format!(
        "UPDATE customers SET name = '{evil}', notes = E'y;=cmd|\\' /C calc\\'!A0;\\n＝1+1\\tz\\t@x', phone = '+4930901820' WHERE name = 'Contoso';
         UPDATE companies SET name = '{evil}';
         UPDATE users SET name = '{evil}' WHERE email = 'chloe@acme.test';
         UPDATE customers SET company_id = (SELECT id FROM companies y WHERE y.tenant_id = customers.tenant_id)"
    ));
    let wrong = format!("Name,Email\n\"{evil}\",\"nobody;=1\"\n");
    let uploaded = ada.upload("/console/imports/new", "file", "x.csv", wrong.into_bytes()).await;
    let import = uploaded.assert_status(303).location.strip_suffix("/mapping").unwrap().to_owned();
    ada.submit(&format!("{import}/mapping"), &[("name", "0"), ("email", "1")]).await.assert_status(303);
    let mut paths: Vec<String> = ["customers/export", "events/export.csv", "imports/template.csv"]
        .map(|path| format!("/console/{path}"))
        .into();
    paths.push(format!("{import}/problems.csv"));
    let tables = |of: &str, tables: &str| {
        tables.split(' ').map(|table| format!("/console/{of}/{table}.csv")).collect::<Vec<_>>()
    };
    paths.extend(tables("statistics", "stages types sources companies owners months"));
    paths.extend(tables("reports", "months reasons recommendation words cohorts"));
    for path in paths {
        let file = ada.get(&path).await;
        let text = file.csv();
        assert_eq!(text.matches("\r\n").count(), text.matches("\r").count(), "{path}");
        assert!(
            !text.contains(";=") && !text.contains("\n=") && !text.contains("\n＝") && !text.contains("\t@"),
            "{path}: {text}"
        );
    }
    let file = ada.get("/console/customers/export?q=hyperlink").await;
    assert_eq!(rows(&file)[0]["Name"], "x;'=HYPERLINK(A1;A2);y");
    assert_eq!(rows(&file)[0]["Phone"], "+4930901820", "can be dialled");
}

/// The document without what a restored customer can't have again.
fn lasting(mut document: Value) -> Value {
    for gone in ["exported_at", "events", "portal_users", "tickets"] {
        document.as_object_mut().unwrap().remove(gone).unwrap();
    }
    document
}

async fn document(app: &TestApp, person: &Person, id: &str) -> Value {
    let file = person.get(&format!("/console/customers/{id}/export.json")).await;
    assert_eq!(file.assert_ok().headers["content-type"], "application/json");
    let _ = app;
    serde_json::from_str(&file.body).unwrap()
}

/// Who may register, with the domains; null where nothing is set.
fn registration(document: &Value) -> Value {
    let (settings, domains) =
        (&document["registration"], document["registration_domains"].as_array().unwrap());
    let mut names: Vec<_> = domains.iter().map(|row| row["domain"].as_str().unwrap()).collect();
    names.sort_unstable();
    match settings.as_array().unwrap().as_slice() {
        [] => Value::Null,
        [one] => {
            serde_json::json!({ "is_on": one["is_on"], "domains": names, "roles": one["roles"], "host": one["host"] })
        }
        many => panic!("{many:?}"),
    }
}

#[actix_web::test]
async fn who_may_register_is_exported_and_restored_but_not_that_a_domain_is_verified() {
    let app = TestApp::start().await;
    let id = app.customer("Northwind Traders");
    // Which would stand in the way as well.
    app.sql("UPDATE customers SET external_id = NULL");
    let ada = app.person("ada@acme.test").await;
    assert!(registration(&document(&app, &ada, &id).await).is_null(), "nothing is set");
    let settings = [
        ("is_on", "true"),
        ("domains", "northwind.test, northwind.example"),
        ("role", "customer_user"),
        ("host", "portal.northwind.example"),
    ];
    let path = format!("/console/customers/{id}/registration");
    ada.submit(&path, &settings).await.assert_status(303);
    let kept = document(&app, &ada, &id).await;
    let told = serde_json::json!({ "is_on": true, "domains": ["northwind.example", "northwind.test"], "roles": ["customer_user"],
                                   "host": "portal.northwind.example" });
    assert_eq!(registration(&kept), told);
    let grace = app.person("grace@acme.test").await;
    assert!(registration(&document(&app, &grace, &id).await).is_null(), "it is for admins to see");

    // What is verified stays here: a document proves nothing elsewhere, nor when it comes back.
    app.sql("UPDATE registration_domains SET verified_at = now(), verified_by = 'dns', verified_until = now() + interval '1 year'");
    assert_eq!(registration(&document(&app, &ada, &id).await), told);
    let copy = app.restore("acme", &kept.to_string()).unwrap();
    let copy = document(&app, &ada, &copy.id.to_string()).await;
    assert_eq!(registration(&copy), told);
    let elsewhere = app.restore("globex", &kept.to_string()).unwrap();
    assert!(elsewhere.notes.iter().any(|note| note.contains("verified again")), "{:?}", elsewhere.notes);
    let verified = "SELECT string_agg(DISTINCT customer_id::text, ' ') FROM registration_domains WHERE verified_at IS NOT NULL";
    assert_eq!(app.cell(verified), id);
    app.sql(&format!("DELETE FROM customers WHERE id = '{id}'"));
    app.restore("acme", &kept.to_string()).unwrap();
    assert_eq!(registration(&document(&app, &ada, &id).await), told);
    assert_eq!(app.cell(verified), "");

    for (path, value, told) in [
        ("/registration_domains/0/domain", serde_json::json!("gmail.com"), "gmail.com"),
        ("/registration/0/roles", serde_json::json!(["tenant_admin"]), "registration.roles"),
        ("/registration/0/host", serde_json::json!("http://x"), "registration[0].host"),
        ("/registration_domains", serde_json::json!("northwind.test"), "registration_domains"),
    ] {
        let mut wrong = kept.clone();
        *wrong.pointer_mut(path).unwrap() = value;
        let refusal = app.restore("acme", &wrong.to_string()).unwrap_err();
        assert!(refusal.contains(told), "{refusal}");
    }
}

#[actix_web::test]
async fn a_customer_is_exported_deleted_and_restored() {
    let app = TestApp::start().await;
    fill(&app);
    let ada = app.person("ada@acme.test").await;
    let id = app.cell("SELECT id FROM customers WHERE name LIKE '=Contoso%'");
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    app.sql(&format!(
        "INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id) SELECT tenant_id, '{chloe}', id FROM customers WHERE id = '{id}';
         INSERT INTO contacts (tenant_id, customer_id, first_name, notes) SELECT tenant_id, id, 'Second', 'line' FROM customers WHERE id = '{id}';
         INSERT INTO locations (tenant_id, customer_id, name, address, is_hq) SELECT tenant_id, id, 'Lager', '{{\"city\": \"Köln\"}}', true FROM customers WHERE id = '{id}';
         UPDATE customers SET lifecycle_stage = 'churned', churned_at = '2026-01-02', session_expiration_seconds = 3600, revenue_total = 99999999999999.99,
            first_purchase_on = '2025-05-06', created_by = (SELECT id FROM users WHERE email = 'grace@acme.test') WHERE id = '{id}'"
    ));
    let file = ada.get(&format!("/console/customers/{id}/export.json")).await;
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"contoso-ltd-gmbh-s-hne-"),
        "{:?}",
        file.headers
    );
    let before = document(&app, &ada, &id).await;
    assert_eq!(before["customer"]["revenue_total"], "99999999999999.99");
    assert_eq!(before["locations"][0]["address"]["city"], "Köln");
    assert_eq!(before["owners"][0]["user"], "chloe@acme.test");
    assert_eq!(before["events"].as_array().unwrap().last().unwrap()["topic"], "CUSTOMER_UPDATED");
    app.sql(&format!("DELETE FROM customers WHERE id = '{id}'"));
    app.sql("DELETE FROM tags WHERE name = '+vip'");

    let restored = app.restore("acme", &file.body).unwrap();
    let remark = "2 portal users are not restored: invite them again.".to_owned();
    assert_eq!((restored.id.to_string(), restored.notes), (id.clone(), vec![remark]));
    assert_eq!(lasting(document(&app, &ada, &id).await), lasting(before.clone()));

    // It exists now: another one is made, unless its external id stands in the way.
    let refused = app.restore("acme", &file.body).unwrap_err();
    assert!(refused.contains("customer.external_id"), "{refused}");
    app.sql(&format!("UPDATE customers SET external_id = NULL WHERE id = '{id}'"));
    let second = app.restore("acme", &file.body).unwrap();
    assert_ne!(second.id.to_string(), id);
    assert_eq!(app.cell("SELECT count(*) FROM contacts WHERE email = 'zoe@contoso.test'"), "2");

    // Elsewhere, what it refers to is not there, and it is told.
    let elsewhere = app.restore("globex", &file.body).unwrap();
    assert_eq!(
        elsewhere.notes,
        [
            "There is no company “Acme Services” any more: it belongs to none.",
            "chloe@acme.test is no CS rep here any more, and does not own it.",
            "2 portal users are not restored: invite them again.",
        ]
    );
    let eve = app.person("eve@globex.test").await;
    eve.get(&format!("/console/customers/{}", elsewhere.id)).await.assert_ok();
}

#[actix_web::test]
async fn tickets_go_with_a_customer_and_come_back_with_it() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let northwind = app.customer("Northwind Traders");
    let ticket = app.open_ticket("cody@northwind.test", "The printer is on fire");
    app.write_to(ticket, "grace@acme.test", "Did you pull the plug?");
    app.note_on(ticket, "grace@acme.test", "He means the toaster.");
    let page = format!("/console/customers/{northwind}/deletion");
    ada.get(&page).await.assert_ok().assert_text("1 ticket, with all that was written to it");

    let document = document(&app, &ada, &northwind).await;
    let told = &document["tickets"][0];
    assert_eq!(
        (&told["number"], &told["subject"]),
        (&Value::from(1001), &Value::from("The printer is on fire"))
    );
    let written: Vec<_> =
        document["messages"].as_array().unwrap().iter().map(|m| (&m["body"], &m["is_internal"])).collect();
    assert_eq!(written.len(), 3);
    assert_eq!(written[2], (&Value::from("He means the toaster."), &Value::from(true)));

    app.sql("DELETE FROM customers WHERE name = 'Northwind Traders'");
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages"), "0");
    app.restore("acme", &document.to_string()).unwrap();
    let page = ada.get(&format!("/console/tickets/{ticket}")).await;
    page.assert_ok().assert_text("Did you pull the plug?").assert_text("He means the toaster.");
}

#[actix_web::test]
async fn no_secret_is_in_a_document() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let northwind = document(&app, &ada, &app.customer("Northwind Traders")).await;
    assert_eq!(northwind["portal_users"].as_array().unwrap().len(), 2);
    assert_eq!(northwind["contacts"][0]["email"], "carol@northwind.test");
    let text = northwind.to_string();
    for secret in ["argon2", "password", "tenant_id\":\"", "token"] {
        assert!(!text.contains(secret) || secret.starts_with("tenant"), "{secret} is in {text}");
    }
}

#[actix_web::test]
async fn a_malformed_document_is_refused_by_the_name_of_its_field() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let good = document(&app, &ada, &app.customer("Northwind Traders")).await;
    app.sql("DELETE FROM customers WHERE name = 'Northwind Traders'");
    let refused = |path: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        let refusal = app.restore("acme", &bad.to_string()).expect_err(path);
        assert!(!refusal.contains("on our side"), "{path}: {refusal}");
        refusal
    };
    for (path, value, field) in [
        ("/customer/name", Value::from(""), "customer.name"),
        ("/customer/name", Value::from(5), "customer.name"),
        ("/customer/name", Value::from("a\0b"), "customer.name"),
        ("/customer/name", Value::from("x".repeat(300)), "customer.name"),
        ("/customer/id", Value::from("me"), "customer.id"),
        ("/customer/customer_type", Value::from("robot"), "customer.customer_type"),
        ("/customer/phone", Value::from("555"), "customer.phone"),
        ("/customer/website", Value::from("javascript:alert(1)"), "customer.website"),
        ("/customer/email", Value::from("nobody"), "customer.email"),
        ("/customer/billing_address", serde_json::json!({ "planet": "Mars" }), "customer.billing_address"),
        ("/customer/industry_group", Value::from("banks"), "customer.industry_group"),
        ("/customer/revenue_total", Value::from("a lot"), "customer.revenue_total"),
        ("/customer/created_at", Value::from("yesterday"), "customer.created_at"),
        ("/customer/created_at", Value::from("+99999-01-01T00:00:00Z"), "customer"),
        ("/contacts/0/email", Value::from("nobody"), "contacts.email"),
        ("/contacts/0/is_primary", Value::from("perhaps"), "contacts[0].is_primary"),
        ("/contacts", Value::Null, "contacts"),
        ("/tags", serde_json::json!(["x".repeat(51)]), "tags"),
        ("/owners", serde_json::json!([1]), "owners[0]"),
        ("/version", Value::from(3), "version"),
        ("/format", Value::from("csv"), "format"),
    ] {
        let refusal = refused(path, value);
        assert!(refusal.contains(field), "{path}: {refusal}");
    }
    let mut unknown = good.clone();
    unknown["customer"]["colour"] = "red".into();
    let refusal = app.restore("acme", &unknown.to_string()).unwrap_err();
    assert!(refusal.contains("colour"), "{refusal}");
    for text in ["", "[]", "null", "{", "\u{feff}{}", "[[[[[["] {
        app.restore("acme", text).unwrap_err();
    }
    assert_eq!(app.cell("SELECT count(*) FROM customers WHERE name LIKE 'North%'"), "0");
    let restored = app.restore("acme", &good.to_string()).unwrap();
    assert_eq!(restored.notes, ["2 portal users are not restored: invite them again."]);
}
