//! What is taken out comes in again as it was: an export imported again changes nothing, and a document restored is the same document.
use crate::{
    imports::{check, figures, run, upload},
    support::*,
};
use serde_json::Value;

/// Texts that files, spreadsheets and readers of CSV have got wrong.
const AWKWARD: &[&str] = &[
    "plain",
    "comma, semicolon; tab\tend",
    "\"quoted\" and 6\" pipe",
    "\"",
    "line one\nline two",
    "a\n- list\n- of, things\n=1",
    "=HYPERLINK(\"http://evil.test\")",
    "+1+cmd|' /C calc'!A0",
    "-2",
    "@SUM(A1)",
    "＝1＋1",
    "x;=HYPERLINK(A1;A2);y",
    "x; -5;+3",
    "'apostrophe",
    "'=1",
    "''=1",
    "'s Gravenhage",
    "x;'=1",
    "007",
    "1.50",
    "1e5",
    "TRUE",
    "2026-01-02",
    "1/2",
    "3-4",
    "東京電力株式会社",
    "Ελλάδα & Россия, ﷲ עברית",
    "🦀👩‍👩‍👧",
    "Zoë O'Hara-Łukasz",
    "sep=;",
    "NULL",
    "#5",
    "\\n \\ %s {{x}}",
    "<b>&amp;</b>",
];

/// Customers with an awkward text in every field that takes one; some known by an id of their own, some by nothing but ours.
fn fill(app: &TestApp) {
    let mut sql = String::new();
    for (n, text) in AWKWARD.iter().enumerate() {
        let line = text.replace(['\n', '\t'], " ");
        // Nobody is called like an address.
        let person = line.replace("http://evil.test", "evil");
        let external_id = if n % 2 == 0 { format!("$q${line}{n}$q$") } else { "NULL".into() };
        sql.push_str(&format!(
            "WITH made AS (INSERT INTO customers (tenant_id, name, customer_type, lifecycle_stage, source, external_id, email, phone, website, notes, products,
                billing_address, service_address, industry_sector, industry_group, classification, size_range, linkedin_url, x_url)
             SELECT id, $q${line}$q$, 'business', 'active', 'partner', {external_id}, '+o''{n}@awkward.test', '+4930{n:07}',
                'https://awkward.test/?q=1,2;3&n={n}', $q${text}$q$, ARRAY[$q${line}$q$, 'Gold, solid; heavy', '\"q\"'],
                jsonb_build_object('street', $q${line}$q$, 'city', $q${line}$q$, 'zip', '0{n:04}'), jsonb_build_object('city', $q${line}$q$, 'country', 'DE'),
                'financials', 'banks', 's_corporation', '1-10', 'https://linkedin.com/company/x,{n}', 'https://x.com/{n}' FROM tenants WHERE slug = 'acme'
             RETURNING tenant_id, id),
             tagged AS (INSERT INTO tags (tenant_id, name) SELECT tenant_id, left($q${line}$q$, 40) || ', {n}' FROM made RETURNING tenant_id, id),
             carried AS (INSERT INTO customer_tags (tenant_id, customer_id, tag_id) SELECT made.tenant_id, made.id, tagged.id FROM made, tagged)
             INSERT INTO contacts (tenant_id, customer_id, first_name, last_name, email, phone, job_role, is_primary)
                SELECT tenant_id, id, $q${person}$q$, CASE {n} % 3 WHEN 0 THEN '' ELSE $q${person}$q$ END, 'o''hara{n}@awkward.test', '+1212555{n:04}', $q${line}$q$, true FROM made;"
        ));
    }
    app.sql(&sql);
}

const EVENTS: &str = "SELECT coalesce(string_agg(entity || ' ' || operation || ' ' || coalesce(changed::text, '') || coalesce(after->>'name', ''), ', '), '')
    FROM events WHERE entity <> 'import' AND operation <> 'access' AND id > ";

#[actix_web::test]
async fn an_export_imported_again_changes_nothing() {
    let app = TestApp::start().await;
    fill(&app);
    // Nothing but our id tells these two.
    app.sql("INSERT INTO customers (tenant_id, name, customer_type, email) SELECT id, 'Twins', 'business', 'same@twins.test' FROM tenants, generate_series(1, 2) WHERE slug = 'acme'");
    let ada = app.person("ada@acme.test").await;
    let exported = ada.get("/console/customers/export").await.csv().to_owned();
    let count = app
        .cell("SELECT count(*) FROM customers c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'acme'");
    let last = app.cell("SELECT max(id) FROM events");
    let path = upload(&ada, exported.clone()).await;
    let checked = check(&ada, &path).await;
    assert_eq!(figures(&checked), ["0", &count, "0"], "{}", checked.text());
    let done = run(&ada, &path, false).await;
    assert_eq!(app.cell(&format!("{EVENTS}{last}")), "", "nothing is written of what has not changed");
    assert_eq!(figures(&done), ["0", "0", &count, "0"], "every row is unchanged");
    assert_eq!(ada.get("/console/customers/export").await.csv(), exported);

    // As a German Excel saves it: semicolons, Windows-1252 where that can be; what it holds is the same.
    let mut german = csv::WriterBuilder::new().delimiter(b';').from_writer(vec![]);
    for record in csv::ReaderBuilder::new().has_headers(false).from_reader(exported.as_bytes()).records() {
        german.write_record(&record.unwrap()).unwrap();
    }
    let path = upload(&ada, german.into_inner().unwrap()).await;
    check(&ada, &path).await;
    assert_eq!(figures(&run(&ada, &path, false).await), ["0", "0", &count, "0"]);
    assert_eq!(app.cell(&format!("{EVENTS}{last}")), "");
}

#[actix_web::test]
async fn one_changed_cell_changes_one_customer() {
    let app = TestApp::start().await;
    fill(&app);
    let ada = app.person("ada@acme.test").await;
    let exported = ada.get("/console/customers/export").await.csv().to_owned();
    let last = app.cell("SELECT max(id) FROM events");
    let path = upload(&ada, exported.replacen("+49300000003", "+4930901820", 1)).await;
    check(&ada, &path).await;
    let done = run(&ada, &path, false).await;
    assert_eq!(figures(&done)[..2], ["0", "1"], "{}", done.text());
    assert_eq!(app.cell(&format!("SELECT string_agg(entity || ' ' || operation || ' ' || changed::text, ', ') FROM events WHERE entity <> 'import' AND id > {last}")), "customer update {phone}");
}

#[actix_web::test]
async fn a_document_deleted_and_restored_is_the_same_document() {
    let app = TestApp::start().await;
    fill(&app);
    let ada = app.person("ada@acme.test").await;
    let document = |text: &str| {
        let mut document: Value = serde_json::from_str(text).unwrap();
        for gone in ["exported_at", "events", "portal_users", "tickets"] {
            document.as_object_mut().unwrap().remove(gone).unwrap();
        }
        document
    };
    let ids =
        app.cell("SELECT string_agg(c.id::text, ' ') FROM customers c WHERE email LIKE '%@awkward.test'");
    for id in ids.split(' ') {
        let path = format!("/console/customers/{id}/export.json");
        let before = ada.get(&path).await.assert_ok().body.clone();
        // More of them than a person exports within an hour.
        app.sql(&format!("DELETE FROM customers WHERE id = '{id}'; DELETE FROM quota_uses"));
        app.restore("acme", &before).unwrap();
        assert_eq!(document(&ada.get(&path).await.assert_ok().body), document(&before));
    }
}
