//! What the churn reports say, beside the same counted by hand.
use crate::support::{Person, TestApp};
use std::collections::BTreeMap;

/// A table of the reports as a program reads it.
async fn csv(person: &Person, table: &str, query: &str) -> Vec<Vec<String>> {
    let answer = person.get(&format!("/console/reports/{table}.csv?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut reader = csv::Reader::from_reader(answer.csv().as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn sum(rows: &[Vec<String>], column: usize) -> String {
    rows.iter().map(|row| row[column].parse::<i64>().unwrap()).sum::<i64>().to_string()
}

/// A count of Acme's deactivations, or of its customers.
fn counted(app: &TestApp, what: &str) -> String {
    app.cell(&format!("SELECT count(*) FROM {what} AND t.slug = 'acme'"))
}

const OF: &str =
    "deactivations d JOIN customers c ON c.id = d.customer_id JOIN tenants t ON t.id = c.tenant_id WHERE";

#[actix_web::test]
async fn every_table_agrees_with_what_is_counted_by_hand() {
    let app = TestApp::start_demo(1500).await;
    app.sql("UPDATE users SET time_zone = 'UTC'");
    let ada = app.person("ada@acme.test").await;
    let (from, to) = (app.cell("SELECT current_date - 500"), app.cell("SELECT current_date - 40"));
    let period = format!("from={from}&to={to}");
    let within = |column: &str| format!("{column} >= '{from}' AND {column} < date '{to}' + 1");
    let whole = |column: &str| {
        format!(
            "{column} >= date_trunc('month', date '{from}') AND {column} < date_trunc('month', date '{to}') + interval '1 month'"
        )
    };

    let months = csv(&ada, "months", &period).await;
    assert_eq!(sum(&months, 2), counted(&app, &format!("{OF} {}", whole("d.created_at"))));
    assert_eq!(sum(&months, 3), counted(&app, &format!("{OF} {}", whole("d.reactivated_at"))));
    let customers = "customers c JOIN tenants t ON t.id = c.tenant_id WHERE";
    assert_eq!(sum(&months, 4), counted(&app, &format!("{customers} {}", whole("c.churned_at"))));
    assert_ne!(sum(&months, 4), "0");
    let last = months.last().unwrap();
    let start = format!("'{}-01'", last[0]);
    let there =
        format!("{customers} c.created_at < {start} AND (c.churned_at IS NULL OR c.churned_at >= {start})");
    assert_eq!(last[1], counted(&app, &there));

    for line in csv(&ada, "reasons", &period).await {
        let code: BTreeMap<&str, &str> =
            clientele::lifecycle::reasons::Reason::WORDS.iter().map(|(code, name)| (*name, *code)).collect();
        let by_hand = format!("{OF} d.reason = '{}' AND {}", code[line[0].as_str()], within("d.created_at"));
        assert_eq!(line[1], counted(&app, &by_hand), "{}", line[0]);
    }
    let recommendation = csv(&ada, "recommendation", &period).await;
    assert_eq!(recommendation.len(), 11);
    for line in &recommendation {
        assert_eq!(
            line[1],
            counted(&app, &format!("{OF} d.likelihood = {} AND {}", line[0], within("d.created_at")))
        );
    }
    let score = app.cell(&format!(
        "SELECT round(100.0 * (count(*) FILTER (WHERE likelihood >= 9) - count(*) FILTER (WHERE likelihood <= 6)) / count(*)) FROM {OF} likelihood IS NOT NULL AND {} AND t.slug = 'acme'",
        within("d.created_at")
    ));
    let shown = ada.get(&format!("/console/reports?{period}")).await;
    shown.assert_ok().assert_text(&format!("Net promoter score{}", score.replace('-', "−")));
    let words = csv(&ada, "words", &period).await;
    assert_eq!(
        words.len().to_string(),
        counted(&app, &format!("{OF} d.explanation <> '' AND {}", within("d.created_at")))
    );

    for cohort in csv(&ada, "cohorts", &period).await {
        let quarter = format!("{customers} date_trunc('quarter', c.created_at) = '{}'", cohort[0]);
        assert_eq!(cohort[1], counted(&app, &quarter), "{}", cohort[0]);
        for (place, months) in
            [3, 6, 12, 18, 24].into_iter().enumerate().filter(|(place, _)| !cohort[place + 2].is_empty())
        {
            let kept = format!(
                "{quarter} AND (c.churned_at IS NULL OR c.churned_at >= c.created_at + interval '{months} months')"
            );
            assert_eq!(cohort[place + 2], counted(&app, &kept), "{} after {months}", cohort[0]);
        }
    }
}

#[actix_web::test]
async fn filters_narrow_every_table_and_a_rep_is_told_of_their_own() {
    let app = TestApp::start_demo(1500).await;
    let ada = app.person("ada@acme.test").await;
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    let all = format!("from={}", app.cell("SELECT current_date - 1000"));
    let of_chloe = "EXISTS (SELECT FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE o.customer_id = c.id AND u.email = 'chloe@acme.test')";
    for (filter, condition) in [
        ("type=consumer".to_owned(), "c.customer_type = 'consumer'".to_owned()),
        ("source=referral".into(), "c.source = 'referral'".into()),
        (format!("owner={chloe}"), of_chloe.into()),
    ] {
        let by_hand = counted(&app, &format!("{OF} {condition} AND d.created_at >= current_date - 1000"));
        assert_ne!(by_hand, "0", "{filter}");
        assert_eq!(sum(&csv(&ada, "reasons", &format!("{all}&{filter}")).await, 1), by_hand, "{filter}");
    }
    let own = counted(
        &app,
        &format!("{OF} d.created_at >= current_date - 1000 AND ({of_chloe} OR c.created_by = '{chloe}')"),
    );
    assert_eq!(sum(&csv(&app.person("chloe@acme.test").await, "reasons", &all).await, 1), own);
    ada.get("/console/reports/secrets.csv").await.assert_not_found();
}

#[actix_web::test]
async fn the_words_go_on_page_by_page() {
    let app = TestApp::start_demo(1500).await;
    let ada = app.person("ada@acme.test").await;
    let mut path = format!("/console/reports?from={}", app.cell("SELECT current_date - 1000"));
    let (mut seen, mut pages) = (0, 0);
    while !path.is_empty() && pages < 50 {
        let page = ada.get(&path).await;
        seen += page.assert_ok().all("section[aria-labelledby=words] li").len();
        path = page.attribute("a[rel=next]", "href").unwrap_or_default();
        pages += 1;
    }
    let by_hand = counted(&app, &format!("{OF} d.explanation <> '' AND d.created_at >= current_date - 1000"));
    assert_eq!(seen.to_string(), by_hand);
    assert!(pages > 2);
}
