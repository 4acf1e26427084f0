use crate::support::*;

fn names(answer: &Answer) -> Vec<String> {
    answer.assert_ok().all("tbody th a")
}

#[actix_web::test]
async fn staff_find_a_customer_by_half_its_name_with_a_typo() {
    let app = TestApp::start().await;
    app.crowd(300);
    let ada = app.person("ada@acme.test").await;
    for typed in [
        "northw",
        "nortwi",
        "traders",
        "NORTHWIND",
        "carol",
        "hello@northwind.test",
        "C-1",
        "5550187",
        "+1 212 555 0187",
    ] {
        let found =
            ada.get(&format!("/console/customers?q={}", typed.replace('+', "%2B").replace(' ', "+"))).await;
        assert_eq!(
            names(&found).first().map(String::as_str),
            Some("Northwind Traders"),
            "{typed}: {}",
            found.text()
        );
    }
    // Words that come later than a tenant's first are learnt as well.
    ada.submit("/console/customers", &[("name", "Zyxwquonk")]).await.assert_status(303);
    assert_eq!(names(&ada.get("/console/customers?q=zyxwkuonk").await), ["Zyxwquonk"]);
    ada.get("/console/customers?q=zzzz").await.assert_ok().assert_text("No customer matches");
}

#[actix_web::test]
async fn pages_go_forward_and_back_over_every_customer_once() {
    let app = TestApp::start().await;
    app.crowd(120);
    let ada = app.person("ada@acme.test").await;
    for sort in ["", "sort=-name", "sort=created", "sort=-changed"] {
        let mut path = format!("/console/customers?{sort}");
        let (mut seen, mut back) = (vec![], String::new());
        loop {
            let page = ada.get(&path).await;
            seen.extend(names(&page));
            back = page.attribute("a[rel=prev]", "href").unwrap_or(back);
            match page.attribute("a[rel=next]", "href") {
                Some(next) => path = next,
                None => break,
            }
        }
        let mut all = seen.clone();
        all.sort();
        all.dedup();
        assert_eq!((seen.len(), all.len()), (122, 122), "{sort}");
        let previous = names(&ada.get(&back).await);
        assert_eq!(previous, seen[75..100], "{sort}");
    }
}

#[actix_web::test]
async fn filters_narrow_the_list_and_stand_as_chips() {
    let app = TestApp::start().await;
    app.crowd(30);
    let ada = app.person("ada@acme.test").await;
    assert_eq!(names(&ada.get("/console/customers?stage=onboarding").await), ["Contoso"]);
    let tag = app.cell("SELECT t.id FROM tags t JOIN tenants x ON x.id = t.tenant_id WHERE x.slug = 'acme'");
    let page = ada.get(&format!("/console/customers?tag={tag}&type=business")).await;
    assert_eq!(names(&page), ["Northwind Traders"]);
    page.assert_text("renewal");
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    assert_eq!(names(&ada.get(&format!("/console/customers?owner={chloe}")).await), ["Northwind Traders"]);
    assert_eq!(names(&ada.get("/console/customers?owner=none&q=conto").await), ["Contoso"]);
    assert_eq!(names(&ada.get("/console/customers?stage=onboarding&stage=active&size=50").await).len(), 32);
}

#[actix_web::test]
async fn a_rep_sees_their_own_customers_and_those_they_made() {
    let app = TestApp::start().await;
    app.crowd(30);
    let chloe = app.person("chloe@acme.test").await;
    assert_eq!(names(&chloe.get("/console/customers").await), ["Northwind Traders"]);
    let contoso = app.customer("Contoso");
    for path in ["", "/edit", "/timeline"] {
        chloe.get(&format!("/console/customers/{contoso}{path}")).await.assert_not_found();
    }
    chloe.get("/console/customers?q=contoso").await.assert_ok().assert_text("No customer matches");
    chloe.submit("/console/customers", &[("name", "Her own")]).await.assert_status(303);
    assert_eq!(names(&chloe.get("/console/customers").await), ["Her own", "Northwind Traders"]);
    chloe.get(&format!("/console/customers/{}/deletion", app.customer("Her own"))).await.assert_status(403);
}

#[actix_web::test]
async fn a_customer_is_made_shown_changed_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = [
        ("name", "Zażółć & Söhne <u>"),
        ("customer_type", "business"),
        ("email", "Info@Zazolc.test"),
        ("phone", "(212) 555-0100"),
        ("website", "zazolc.test"),
        ("billing_city", "Łódź"),
        ("industry", "financials:banks"),
        ("size_range", "51-200"),
        ("products", "Care, Parts, Care"),
        ("notes", "Line one\r\nLine two"),
    ];
    let page = ada.submit_and_follow("/console/customers", &form).await;
    page.assert_ok()
        .assert_text("Zażółć & Söhne <u> is added.")
        .assert_text("+12125550100")
        .assert_text("Financials: Banks");
    assert!(!page.body.contains("<u>"), "unescaped");
    let id = app.customer("Zażółć & Söhne <u>");
    assert_eq!(
        app.cell(&format!("SELECT email_domain || ' ' || products::text FROM customers WHERE id = '{id}'")),
        "zazolc.test {Care,Parts}"
    );

    let path = format!("/console/customers/{id}");
    let edit = ada.get(&format!("{path}/edit")).await;
    assert_eq!(edit.attribute("#website", "value").as_deref(), Some("https://zazolc.test"));
    let mut changed: Vec<(&str, &str)> = form.to_vec();
    // Its page has the field, filled in.
    changed.extend([("lifecycle_stage", "churned"), ("email_domain", "zazolc.test"), ("version", "1")]);
    ada.submit_and_follow(&path, &changed).await.assert_ok().assert_text("is saved.");
    let timeline = ada.get(&format!("{path}/timeline")).await;
    timeline.assert_text("Ada Park changed the stage").assert_text("Ada Park added this customer");
    assert_eq!(app.cell(&format!("SELECT churned_at IS NOT NULL FROM customers WHERE id = '{id}'")), "true");

    ada.submit(&format!("{path}/deletion"), &[("name", "something else")]).await.assert_status(422);
    ada.submit_and_follow(&format!("{path}/deletion"), &[("name", "Zażółć & Söhne <u>")])
        .await
        .assert_text("is deleted");
    ada.get(&path).await.assert_not_found();
    assert_eq!(app.cell(&format!("SELECT before->>'billing_address' FROM events WHERE entity_id = '{id}' AND topic = 'CUSTOMER_DELETED'")), r#"{"city": "Łódź"}"#);
}

#[actix_web::test]
async fn what_is_wrong_comes_back_with_what_was_typed() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let answer = ada
        .submit(
            "/console/customers",
            &[
                ("name", ""),
                ("email", "no <at>"),
                ("phone", "call me"),
                ("notes", "kept"),
                ("company_id", "x"),
            ],
        )
        .await;
    answer.assert_status(422).assert_text("Enter the customer's name.").assert_text("There is a problem");
    assert_eq!(answer.attribute("#email", "value").as_deref(), Some("no <at>"));
    assert_eq!(answer.attribute("#email", "aria-invalid").as_deref(), Some("true"));
    assert_eq!(answer.all(".errors a").len(), 4);
    assert_eq!(answer.all("#notes"), ["kept"]);
}

#[actix_web::test]
async fn a_lookalike_warns_and_lets_one_go_on() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = [("name", "NORTHWIND Tráders")];
    ada.submit("/console/customers", &form)
        .await
        .assert_status(422)
        .assert_text("Northwind Traders has the same name");
    ada.submit("/console/customers", &[form[0], ("anyway", "true")]).await.assert_status(303);
    ada.submit("/console/customers", &[("name", "Another"), ("external_id", "C-1")])
        .await
        .assert_status(422)
        .assert_text("Another customer has this external id.");
    // The same in another tenant is no lookalike.
    let eve = app.person("eve@globex.test").await;
    eve.submit("/console/customers", &[("name", "Northwind Traders"), ("external_id", "C-2")])
        .await
        .assert_status(303);
}

#[actix_web::test]
async fn saving_over_somebody_elses_change_shows_both_and_loses_nothing() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    let path = format!("/console/customers/{}", app.customer("Contoso"));
    let base = [
        ("name", "Contoso"),
        ("customer_type", "business"),
        ("lifecycle_stage", "onboarding"),
        ("version", "1"),
    ];
    let mut theirs = base.to_vec();
    theirs.push(("notes", "from grace"));
    grace.submit(&path, &theirs).await.assert_status(303);
    let mut mine = base.to_vec();
    mine.push(("notes", "from ada"));
    let conflict = ada.submit(&path, &mine).await;
    conflict
        .assert_status(409)
        .assert_text("This record has changed")
        .assert_text("Saved by Grace Hill")
        .assert_text("from grace");
    assert_eq!(conflict.all("#notes"), ["from ada"]);
    let version = conflict.attribute("input[name=version]", "value").unwrap();
    mine.retain(|(name, _)| *name != "version");
    mine.push(("version", &version));
    ada.submit(&path, &mine).await.assert_status(303);
    assert_eq!(app.cell("SELECT notes || version FROM customers WHERE name = 'Contoso'"), "from ada3");
}

#[actix_web::test]
async fn another_tenants_customer_does_not_exist() {
    let app = TestApp::start().await;
    let eve = app.person("eve@globex.test").await;
    let path = format!("/console/customers/{}", app.customer("Northwind Traders"));
    for tail in ["", "/edit", "/timeline", "/deletion"] {
        eve.get(&format!("{path}{tail}")).await.assert_not_found();
    }
    eve.submit(&path, &[("name", "Mine now"), ("version", "1")]).await.assert_not_found();
    eve.submit(&format!("{path}/deletion"), &[("name", "Northwind Traders")]).await.assert_not_found();
    assert_eq!(
        app.cell("SELECT count(*) FROM customers WHERE name = 'Northwind Traders' AND version = 1"),
        "1"
    );
    eve.get("/console/customers?q=northwind").await.assert_text("No customer matches");
}

#[actix_web::test]
async fn a_search_says_that_it_shows_the_best_only() {
    let app = TestApp::start().await;
    app.crowd(30);
    let ada = app.person("ada@acme.test").await;
    let best = ", of the 500 that match best";
    ada.get("/console/customers?q=customer").await.assert_text(&format!("25 customers on this page{best}"));
    ada.get("/console/customers").await.assert_text("25 customers on this page").assert_no_text(best);
    ada.get("/console/customers?q=northwind").await.assert_no_text(best);
}

#[actix_web::test]
async fn bad_input_is_answered_and_never_breaks() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let long = "x".repeat(10_000);
    for text in [
        "",
        " ",
        &long,
        "🦦🦦",
        "שלום עולם",
        "a\0b",
        "<script>alert(1)</script>",
        "'; DROP TABLE customers; --",
        "%",
        "\u{202e}abc",
    ] {
        let fields = [
            "name",
            "email",
            "phone",
            "website",
            "notes",
            "external_id",
            "industry",
            "company_id",
            "version",
            "products",
            "billing_street",
        ];
        for field in fields {
            let mut form = vec![("name", "Probe"), ("anyway", "true")];
            form.retain(|(name, _)| *name != field);
            form.push((field, text));
            let answer = ada.submit("/console/customers", &form).await;
            assert!(
                [303, 422].contains(&answer.status.as_u16()),
                "{field}={text:.20?}: {} {}",
                answer.status,
                answer.text()
            );
            assert!(!answer.body.contains("<script>alert"), "{field}");
        }
        for parameter in ["q", "stage", "tag", "owner", "after", "before", "sort", "size", "show"] {
            let query = serde_html_form::to_string([(parameter, text)]).unwrap();
            if query.len() < 8_000 {
                ada.get(&format!("/console/customers?{query}")).await.assert_ok();
            }
        }
    }
    ada.get("/console/customers?q=%00%ff%fe").await.assert_ok();
    ada.post_raw(
        "/console/customers",
        "application/x-www-form-urlencoded",
        b"name=%ff%fe&email=%00".to_vec(),
    )
    .await;
    ada.get("/console/customers/not-an-id").await.assert_not_found();
    ada.post_raw("/console/customers", "application/json", b"{}".to_vec()).await.assert_status(422);
}

#[actix_web::test]
async fn recently_viewed_are_the_ones_that_were_opened() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let id = app.customer("Contoso");
    ada.get("/console/customers?show=recent").await.assert_text("Nothing viewed yet");
    ada.get("/console/customers?show=recent&q=zzzz").await.assert_text("No customer matches");
    ada.get("/console/customers?show=mine").await.assert_text("No customers of yours");
    ada.get(&format!("/console/customers/{id}")).await.assert_ok();
    // The visit is noted after the answer: ask until it is there, for a while.
    for _ in 0..200 {
        if app.cell("SELECT count(*) FROM customer_visits") == "1" {
            break;
        }
        actix_web::rt::task::yield_now().await;
    }
    assert_eq!(names(&ada.get("/console/customers?show=recent").await), ["Contoso"]);
}

#[actix_web::test]
async fn a_vat_number_is_kept_found_exported_imported_logged_and_read_by_programs() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = format!("/console/customers/{}", app.customer("Northwind Traders"));
    let edit = ada.get(&format!("{path}/edit")).await;
    let version = edit.attribute("[name=version]", "value").unwrap();
    let form = |number| {
        [
            ("name", "Northwind Traders"),
            ("lifecycle_stage", "active"),
            ("vat_number", number),
            ("version", &version),
        ]
    };
    let long = "IE6388047V-AND-MORE-THAN-20";
    ada.submit(&path, &form(long))
        .await
        .assert_status(422)
        .assert_text("A VAT number may have 20 characters.");
    let page = ada.submit_and_follow(&path, &form(" IE6388047V ")).await;
    page.assert_ok().assert_text("VAT number").assert_text("IE6388047V");
    ada.get(&format!("{path}/timeline")).await.assert_text("VAT number").assert_text("IE6388047V");
    app.run_tasks().await;
    let hits = ada.get("/search?q=ie6388047v").await;
    assert_eq!(hits.assert_ok().all("tbody th a"), ["Northwind Traders"]);
    // A stale form shows both.
    ada.submit(&path, &form("FR999")).await.assert_status(409).assert_text("VAT number").assert_text("FR999");
    let file = ada.get("/console/customers/export").await.body;
    assert!(file.lines().next().unwrap().contains(",VAT number,"), "{file}");
    assert!(file.contains(",IE6388047V,"), "{file}");
    // What is exported is imported; an export that says nothing new changes nothing.
    let import = crate::imports::upload(&ada, "Name,USt-IdNr.\nContoso,DE812\n").await;
    crate::imports::check(&ada, &import).await;
    crate::imports::run(&ada, &import, false).await;
    assert_eq!(
        app.cell("SELECT vat_number FROM customers WHERE name = 'Contoso' AND vat_number IS NOT NULL"),
        "DE812"
    );
    let cody = app.person("cody@northwind.test").await;
    assert_eq!(cody.get("/api/customers/me").await.json()["vatNumber"], "IE6388047V");
    cody.get("/customer/company").await.assert_ok().assert_text("VAT number").assert_text("IE6388047V");
}
