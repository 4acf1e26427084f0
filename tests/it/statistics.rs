//! Statistics agree with what SQL counts, for those whom the reader may see.
use crate::support::{Answer, TestApp};

/// Customers of every kind, made and churned over three years, in two companies, some of them owned once or twice.
async fn world() -> TestApp {
    let app = TestApp::start().await;
    app.sql(
        "INSERT INTO companies (tenant_id, name) SELECT id, '=Second & Sons' FROM tenants WHERE slug = 'acme';
         INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'remy@acme.test', 'Remy <b>Low</b>', '{customer_success}' FROM tenants WHERE slug = 'acme';
         INSERT INTO customers (tenant_id, name, customer_type, lifecycle_stage, source, company_id, created_at, churned_at)
         SELECT t.id, 'Customer ' || n, CASE n % 3 WHEN 0 THEN 'consumer' ELSE 'business' END,
                (ARRAY['onboarding', 'active', 'inactive', 'churned'])[1 + n % 4],
                (ARRAY['direct', 'referral', 'website'])[1 + n % 3],
                CASE n % 5 WHEN 0 THEN NULL ELSE (SELECT c.id FROM companies c WHERE c.tenant_id = t.id ORDER BY name LIMIT 1 OFFSET (n / 7) % 2) END,
                now() - n * interval '2 days', CASE n % 4 WHEN 3 THEN now() - n * interval '1 day' END
         FROM tenants t, generate_series(1, 500) n WHERE t.slug = 'acme';
         INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT c.tenant_id, u.id, c.id FROM customers c JOIN users u ON u.tenant_id = c.tenant_id
         WHERE c.name LIKE 'Customer %' AND ((u.email = 'chloe@acme.test' AND c.name LIKE '%1') OR (u.email = 'remy@acme.test' AND c.name LIKE '%11'))",
    );
    app
}

/// The rows of a file, without its head.
fn rows(answer: &Answer) -> Vec<Vec<String>> {
    answer.assert_ok();
    let mut file = csv::Reader::from_reader(answer.csv().as_bytes());
    file.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The same, counted by hand behind the policies.
fn counted(app: &TestApp, sql: &str) -> Vec<Vec<String>> {
    let all = app.cell(&format!("SELECT coalesce(string_agg(name || '|' || n, E'\\n' ORDER BY n DESC, name), '') FROM ({sql}) AS x (name, n)"));
    all.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

fn sorted(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    rows.retain(|row| row[1] != "0");
    rows.sort();
    rows
}

const ACME: &str = "customers c WHERE c.tenant_id = (SELECT id FROM tenants WHERE slug = 'acme')";
const CHLOES: &str = "c.id IN (SELECT o.customer_id FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE u.email = 'chloe@acme.test')";

#[actix_web::test]
async fn every_table_agrees_with_sql_for_all_for_a_company_for_an_owner_and_for_a_rep() {
    let app = world().await;
    let (ada, chloe) = (app.person("ada@acme.test").await, app.person("chloe@acme.test").await);
    let company = app.cell("SELECT id FROM companies WHERE name LIKE '=Second%'");
    let owner = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    for (person, query, narrowed) in [
        (&ada, String::new(), "true".to_owned()),
        (&ada, format!("?company={company}"), format!("c.company_id = '{company}'")),
        (&ada, format!("?owner={owner}"), CHLOES.to_owned()),
        (
            &ada,
            format!("?owner={owner}&company={company}"),
            format!("c.company_id = '{company}' AND {CHLOES}"),
        ),
        (&chloe, String::new(), CHLOES.to_owned()),
        (&chloe, format!("?company={company}"), format!("c.company_id = '{company}' AND {CHLOES}")),
    ] {
        for (table, column) in
            [("stages", "lifecycle_stage"), ("types", "customer_type"), ("sources", "source")]
        {
            let shown = rows(&person.get(&format!("/console/statistics/{table}.csv{query}")).await);
            let by_hand = counted(
                &app,
                &format!("SELECT initcap({column}), count(*) FROM {ACME} AND {narrowed} GROUP BY 1"),
            );
            assert!(!by_hand.is_empty());
            assert_eq!(sorted(shown), sorted(by_hand), "{table}{query}");
        }
        let shown = rows(&person.get(&format!("/console/statistics/companies.csv{query}")).await);
        let by_hand = counted(
            &app,
            &format!(
                "SELECT coalesce((SELECT CASE WHEN name LIKE '=%' THEN '''' ELSE '' END || name FROM companies p WHERE p.id = c.company_id), 'No company'), count(*) FROM {ACME} AND {narrowed} GROUP BY 1"
            ),
        );
        assert_eq!(sorted(shown), sorted(by_hand), "companies{query}");

        let months = rows(&person.get(&format!("/console/statistics/months.csv{query}")).await);
        assert_eq!(months.len(), 24);
        for (column, place) in [("created_at", 1), ("churned_at", 2)] {
            let shown = months.iter().map(|row| vec![row[0].clone(), row[place].clone()]).collect();
            let by_hand = counted(
                &app,
                &format!("SELECT to_char(c.{column} AT TIME ZONE 'UTC', 'YYYY-MM'), count(*) FROM {ACME} AND {narrowed}
                          AND date_trunc('month', c.{column}) >= date_trunc('month', now()) - interval '23 months' GROUP BY 1"),
            );
            assert!(by_hand.len() > 1);
            assert_eq!(sorted(shown), sorted(by_hand), "{column}{query}");
        }
    }
}

#[actix_web::test]
async fn owners_are_counted_once_each_and_a_rep_learns_of_no_other() {
    let app = world().await;
    let all = rows(&app.person("ada@acme.test").await.get("/console/statistics/owners.csv").await);
    let owned = |email: &str| {
        app.cell(&format!("SELECT count(*) FROM customer_success_owned_customers JOIN users u ON u.id = user_id WHERE u.email = '{email}'"))
    };
    let nobodys = app.cell(&format!(
        "SELECT count(*) FROM {ACME} AND NOT EXISTS (SELECT FROM customer_success_owned_customers o WHERE o.customer_id = c.id)"
    ));
    assert_eq!(
        all,
        [
            ["Chloe Marsh".to_owned(), owned("chloe@acme.test")],
            ["Remy <b>Low</b>".to_owned(), owned("remy@acme.test")],
            ["Nobody".to_owned(), nobodys],
        ]
    );
    let hers = rows(&app.person("chloe@acme.test").await.get("/console/statistics/owners.csv").await);
    assert_eq!(hers, [["Chloe Marsh".to_owned(), owned("chloe@acme.test")]]);
}

#[actix_web::test]
async fn the_page_shows_the_figures_and_leads_to_the_lists_behind_them() {
    let app = world().await;
    let ada = app.person("ada@acme.test").await;
    let company = app.cell("SELECT id FROM companies WHERE name LIKE '=Second%'");
    let page = ada.get(&format!("/console/statistics?company={company}")).await;
    page.assert_ok();
    let total = app.cell(&format!("SELECT count(*) FROM {ACME} AND c.company_id = '{company}'"));
    assert_eq!(page.all(".figures dd")[0], total);
    let link = page.attribute("section[aria-labelledby='by-stages'] tbody a", "href").unwrap();
    assert_eq!(link, format!("/console/customers?company={company}&stage=onboarding"));
    ada.get(&link).await.assert_ok().assert_text("Customer ");
    assert_eq!(page.all(".chart__numbers tbody tr").len(), 24);
    assert_eq!(page.all("select[name=company] option[selected]"), ["=Second & Sons"]);
    let whole = ada.get("/console/statistics").await;
    assert!(!whole.body.contains("<b>Low") && whole.text().contains("Remy <b>Low</b>"));
}

#[actix_web::test]
async fn a_month_begins_by_the_readers_clock() {
    let app = TestApp::start().await;
    app.sql(
        "UPDATE users SET time_zone = 'Pacific/Auckland' WHERE email = 'ada@acme.test';
         UPDATE customers SET created_at = '2000-01-01';
         UPDATE customers SET created_at = date_trunc('month', now() AT TIME ZONE 'Pacific/Auckland') AT TIME ZONE 'Pacific/Auckland' - interval '1 second'
         WHERE name = 'Contoso'",
    );
    let months = rows(&app.person("ada@acme.test").await.get("/console/statistics/months.csv").await);
    assert_eq!((months[22][1].as_str(), months[23][1].as_str()), ("1", "0"));
}

#[actix_web::test]
async fn without_customers_it_says_what_to_do_and_a_wrong_filter_how_to_leave_it() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let theirs =
        app.cell("SELECT c.id FROM companies c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'globex'");
    ada.get(&format!("/console/statistics?company={theirs}"))
        .await
        .assert_ok()
        .assert_text("No customer matches");
    ada.get("/console/statistics?company=x%00&owner=%27").await.assert_ok().assert_text("New and churned");
    ada.get("/console/statistics/secrets.csv").await.assert_not_found();
    app.sql("DELETE FROM customers WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme')");
    ada.get("/console/statistics").await.assert_ok().assert_text("Nothing to count yet");
}

#[actix_web::test]
async fn tickets_are_told_with_the_time_to_the_first_reply_and_to_the_end() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    ada.get("/console/statistics").await.assert_ok().assert_text("No ticket was opened.");
    for _ in 0..3 {
        app.open_ticket("carol@northwind.test", "Where is my order?");
    }
    // Answered after 10, 40 and 50 minutes, and one that is too long ago.
    app.sql(
        "UPDATE tickets SET created_at = now() - interval '5 days', first_replied_at = now() - interval '5 days' + (ARRAY[10, 40, 50])[number - 1000] * interval '1 minute',
                status = 'solved', waiting_since = NULL, resolved_at = now() - interval '5 days' + (number - 1000) * interval '3 hours'",
    );
    app.open_ticket("cody@northwind.test", "Long ago");
    app.sql("UPDATE tickets SET created_at = now() - interval '90 days' WHERE subject = 'Long ago'");
    let figures = ada.get("/console/statistics").await.assert_ok().all("[aria-labelledby=answering] dd");
    assert_eq!(figures, ["3", "40 minutes", "3 answered", "6 hours", "3 resolved"]);
    // Whoever sees no customer sees no ticket.
    let eve = app.person("eve@globex.test").await;
    eve.get("/console/statistics").await.assert_ok().assert_text("No ticket was opened.");
}
