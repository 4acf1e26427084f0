//! The search page: anything in one box, kept up to date in the background.
use crate::support::{Person, TestApp};
use clientele::search;

async fn found(person: &Person, query: &str) -> Vec<String> {
    person.get(&format!("/search?{query}")).await.assert_ok().all("tbody th a")
}

/// A server whose index is up to date, with a customer and a contact more.
async fn app() -> TestApp {
    let app = TestApp::start().await;
    app.sql(
        "INSERT INTO customers (tenant_id, name, customer_type, email, phone, billing_address)
             SELECT id, 'Café Zürich', 'business', 'hallo@cafe-zuerich.test', '+41442345678', '{\"city\": \"Winterthur\"}' FROM tenants WHERE slug = 'acme';
         INSERT INTO contacts (tenant_id, customer_id, first_name, last_name, email, job_role)
             SELECT tenant_id, id, 'Björn', 'Zimmermann', 'bjoern@cafe-zuerich.test', 'Barista' FROM customers WHERE name = 'Café Zürich'",
    );
    app.run_tasks().await;
    app
}

#[actix_web::test]
async fn it_finds_by_beginnings_without_accents_and_with_typos() {
    let app = app().await;
    let ada = app.person("ada@acme.test").await;
    for typed in [
        "caf",
        "cafe",
        "ZÜRICH",
        "zurich",
        "zurihc",
        "hallo@cafe-zuerich.test",
        "044+234+56+78",
        "winterthur",
    ] {
        assert_eq!(
            found(&ada, &format!("q={typed}")).await.first().map(String::as_str),
            Some("Café Zürich"),
            "{typed}"
        );
    }
    assert_eq!(found(&ada, "q=zimmer").await, ["Björn Zimmermann"]);
    assert_eq!(found(&ada, "q=zimmremann").await, ["Björn Zimmermann"]);
    assert_eq!(found(&ada, "q=barista").await, ["Björn Zimmermann"]);
    assert_eq!(found(&ada, "q=ca").await[0], "Café Zürich", "a short beginning");
    ada.get("/search?q=qqqqqqqq").await.assert_ok().assert_text("Nothing found");
    ada.get("/search").await.assert_ok().assert_no_text("Nothing found");
}

#[actix_web::test]
async fn the_best_comes_first_and_a_kind_can_be_chosen() {
    let app = app().await;
    app.sql(
        "INSERT INTO customers (tenant_id, name, customer_type) SELECT id, n.n, 'business' FROM tenants, (VALUES ('Zimmer'), ('Zimmer & Söhne'), ('Haus Zimmer')) AS n (n) WHERE slug = 'acme'",
    );
    app.run_tasks().await;
    let ada = app.person("ada@acme.test").await;
    assert_eq!(
        found(&ada, "q=zimmer").await,
        ["Zimmer", "Zimmer & Söhne", "Haus Zimmer", "Björn Zimmermann"]
    );
    assert_eq!(found(&ada, "q=zimmer&kind=contact").await, ["Björn Zimmermann"]);
    assert_eq!(found(&ada, "q=zimmer&kind=customer").await.len(), 3);
    assert_eq!(found(&ada, "q=zimmer&kind=nonsense").await.len(), 4);
}

#[actix_web::test]
async fn the_index_follows_what_is_changed_and_deleted() {
    let app = app().await;
    let ada = app.person("ada@acme.test").await;
    app.sql("UPDATE customers SET name = 'Konditorei Bern' WHERE name = 'Café Zürich'");
    app.run_tasks().await;
    assert_eq!(found(&ada, "q=konditorei").await, ["Konditorei Bern"]);
    assert!(
        found(&ada, "q=zürich&kind=customer").await.is_empty()
            || found(&ada, "q=zürich").await == ["Konditorei Bern"]
    );
    app.sql("DELETE FROM contacts WHERE last_name = 'Zimmermann'");
    app.run_tasks().await;
    assert!(found(&ada, "q=zimmermann").await.is_empty());
    app.sql("DELETE FROM customers WHERE name = 'Konditorei Bern'");
    assert!(found(&ada, "q=konditorei").await.is_empty(), "what is gone is gone at once");
    app.run_tasks().await;
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE state <> 'done'"), "0");
    // What search does not look at makes no work.
    app.sql("UPDATE customers SET notes = 'quiet'");
    assert_eq!(app.run_tasks().await, 0);
}

#[actix_web::test]
async fn tickets_are_found_by_number_and_subject_by_whoever_sees_their_customer() {
    let app = app().await;
    let ticket = app.open_ticket("cody@northwind.test", "The quokka printer is on fire");
    let number = app.cell(&format!("SELECT number FROM tickets WHERE id = '{ticket}'"));
    let title = format!("#{number} The quokka printer is on fire");
    let ada = app.person("ada@acme.test").await;
    for query in [
        "q=quokka".to_owned(),
        "q=quok+print&kind=ticket".to_owned(),
        format!("q=%23{number}"),
        format!("q={number}&kind=ticket"),
    ] {
        assert_eq!(found(&ada, &query).await.first(), Some(&title), "{query}");
    }
    assert!(!found(&ada, "q=quokka&kind=customer").await.contains(&title));
    let page = ada.get("/search?q=quokka").await;
    assert_eq!(page.attribute("tbody th a", "href").unwrap(), format!("/console/tickets/{ticket}"));
    // Chloe looks after Northwind here, and nobody of another tenant does.
    app.sql("DELETE FROM customer_success_owned_customers");
    for person in ["chloe@acme.test", "eve@globex.test"] {
        assert!(!found(&app.person(person).await, "q=quokka").await.contains(&title), "{person}");
    }
}

#[actix_web::test]
async fn a_rep_finds_their_own_customers_and_their_contacts_only() {
    let app = app().await;
    let chloe = app.person("chloe@acme.test").await;
    assert_eq!(found(&chloe, "q=northwind").await.first().map(String::as_str), Some("Northwind Traders"));
    for typed in ["q=zürich", "q=zimmermann", "q=barista", "q=zurihc"] {
        assert!(found(&chloe, typed).await.is_empty(), "{typed}");
    }
    app.sql("INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
             SELECT c.tenant_id, u.id, c.id FROM customers c, users u WHERE c.name = 'Café Zürich' AND u.email = 'chloe@acme.test'");
    assert_eq!(found(&chloe, "q=zimmermann").await, ["Björn Zimmermann"]);
    app.sql("DELETE FROM customer_success_owned_customers");
    assert!(found(&chloe, "q=zimmermann").await.is_empty());
}

#[actix_web::test]
async fn another_tenant_finds_nothing_of_it() {
    let app = app().await;
    let eve = app.person("eve@globex.test").await;
    for typed in ["q=zürich", "q=zimmermann", "q=northwind", "q=zurihc"] {
        assert!(found(&eve, typed).await.is_empty(), "{typed}");
    }
    assert_eq!(found(&eve, "q=initech").await.first().map(String::as_str), Some("Initech"));
}

#[actix_web::test]
async fn a_rebuilt_index_is_the_same_as_the_one_that_tasks_kept() {
    let app = app().await;
    app.crowd(50);
    app.run_tasks().await;
    let all = "SELECT md5(string_agg(d::text, ',' ORDER BY d::text)) || count(*) FROM search_documents d";
    let kept = app.cell(all);
    app.sql("DELETE FROM search_documents WHERE title LIKE '%1'; UPDATE search_documents SET title = 'wrong' WHERE title LIKE '%2'");
    assert_ne!(app.cell(all), kept);
    let mut told = vec![];
    search::rebuild(&mut app.database.owner(), &mut |tenant, many| told.push((tenant.to_owned(), many)))
        .unwrap();
    assert_eq!(app.cell(all), kept);
    assert!(told.iter().any(|(tenant, many)| tenant == "Acme" && *many > 50), "{told:?}");
}

#[actix_web::test]
async fn whatever_is_typed_gets_an_answer() {
    let app = app().await;
    let ada = app.person("ada@acme.test").await;
    for typed in [
        "%00",
        "%27",
        "%27%29%3B--",
        "a%26b%7Cc",
        "%3A*",
        "%5C",
        "%25",
        "%F0%9F%98%80",
        "+",
        &"x".repeat(3000),
        "(((",
        "-1",
    ] {
        ada.get(&format!("/search?q={typed}")).await.assert_ok();
    }
}
