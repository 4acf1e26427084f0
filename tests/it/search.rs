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
async fn phones_are_found_as_people_type_them() {
    let app = app().await;
    app.sql(
        "INSERT INTO customers (tenant_id, name, customer_type, phone) SELECT id, n.name, 'business', n.phone FROM tenants, (VALUES
            ('Handy', '+4915123456789'), ('Paulista', '+5511987654321'), ('Romana', '+390669812345'), ('Moskva', '+79123456789'),
            ('Duna', '+3612345678'), ('Yorker', '+12125550166;ext=45')) AS n (name, phone) WHERE slug = 'acme'",
    );
    app.run_tasks().await;
    let ada = app.person("ada@acme.test").await;
    for (typed, name) in [
        ("0151 23456789", "Handy"),
        ("+49 (0)151 234 567 89", "Handy"),
        ("0049 151 23456789", "Handy"),
        ("4915123456789", "Handy"),
        ("0151/23456789", "Handy"),
        ("(11) 98765-4321", "Paulista"),
        ("+55 11 98765 4321", "Paulista"),
        ("06 698 12345", "Romana"),
        ("+39 06 698 12345", "Romana"),
        ("8 (912) 345-67-89", "Moskva"),
        ("06 1 234 5678", "Duna"),
        ("(212) 555-0166", "Yorker"),
        ("1-212-555-0166", "Yorker"),
        ("+1 212 555 0166 ext. 45", "Yorker"),
        ("555-0166", "Yorker"),
    ] {
        let query = serde_html_form::to_string([("q", typed)]).unwrap();
        assert_eq!(found(&ada, &query).await, [name], "{typed}");
        let list = ada.get(&format!("/console/customers?{query}")).await;
        list.assert_ok().assert_text(name);
    }
}

#[actix_web::test]
async fn names_are_found_in_every_script_with_elisions_and_by_two_letters() {
    let app = app().await;
    app.sql(
        "INSERT INTO customers (tenant_id, name, customer_type) SELECT id, n.name, 'business' FROM tenants, unnest(ARRAY[
            '東京電力株式会社', '한국전력공사', 'บริษัท ไฟฟ้าไทย จำกัด', 'L''Atelier', 'Atelier Rouge', 'Ristorante dell’Orso', 'O''Brien', 'OBrien Sons',
            'Lima Foods', 'Ngong Tea']) AS n (name) WHERE slug = 'acme';
         INSERT INTO contacts (tenant_id, customer_id, first_name, last_name) SELECT tenant_id, id, first, last FROM customers,
            (VALUES ('Wei', 'Li'), ('Celeste', 'Ng')) AS n (first, last) WHERE name = 'Contoso'",
    );
    app.run_tasks().await;
    let ada = app.person("ada@acme.test").await;
    for (typed, names) in [
        ("電力", &["東京電力株式会社"][..]),
        ("東京電力", &["東京電力株式会社"]),
        ("株式会社", &["東京電力株式会社"]),
        ("電", &["東京電力株式会社"]),
        ("力東", &[]),
        ("전력", &["한국전력공사"]),
        ("ไฟฟ้า", &["บริษัท ไฟฟ้าไทย จำกัด"]),
        ("atelier", &["Atelier Rouge", "L'Atelier"]),
        ("l'atelier", &["L'Atelier"]),
        ("L’Atelier", &["L'Atelier"]),
        ("orso", &["Ristorante dell’Orso"]),
        ("dell'orso", &["Ristorante dell’Orso"]),
        ("o'brien", &["O'Brien", "OBrien Sons"]),
        ("obrien", &["O'Brien", "OBrien Sons"]),
        ("brien", &["O'Brien"]),
        ("li", &["Wei Li", "Lima Foods"]),
        ("ng", &["Celeste Ng", "Ngong Tea"]),
    ] {
        let query = serde_html_form::to_string([("q", typed)]).unwrap();
        let mut hits = found(&ada, &query).await;
        // Two letters begin with whole words; of longer ones only the choice counts here.
        if typed.chars().count() > 2 {
            hits.sort();
        }
        assert_eq!(hits, names, "{typed}");
    }
    let listed = ada.get("/console/customers?q=li").await.assert_ok().all("tbody th a");
    assert_eq!(listed, ["Contoso", "Lima Foods"], "whole words first, also of contacts");
    assert_eq!(
        ada.get("/console/customers?q=%E9%9B%BB%E5%8A%9B").await.all("tbody th a"),
        ["東京電力株式会社"]
    );
}

#[actix_web::test]
async fn tickets_are_found_by_their_customer_an_address_and_what_was_written() {
    let app = app().await;
    let ticket = app.open_ticket("cody@northwind.test", "The machine");
    app.write_to(
        ticket,
        "cody@northwind.test",
        "It prints marmalade stains on every second page, and it smells of burnt cable.",
    );
    app.note_on(ticket, "grace@acme.test", "Xylophone was his word for it.");
    app.run_tasks().await;
    let number = app.cell(&format!("SELECT number FROM tickets WHERE id = '{ticket}'"));
    let title = format!("#{number} The machine");
    let (ada, chloe) = (app.person("ada@acme.test").await, app.person("chloe@acme.test").await);
    for typed in [
        "northwind",
        "northwind machine",
        "cody@northwind.test",
        "marmalade",
        "it prints marmalade stains on every second page",
        "the smell of burnt cable",
        "northwind marmalade",
        "xylophone",
        "xylo",
    ] {
        let query = serde_html_form::to_string([("q", typed)]).unwrap();
        for person in [&ada, &chloe] {
            assert_eq!(found(person, &format!("{query}&kind=ticket")).await, [title.as_str()], "{typed}");
        }
        let inbox = ada.get(&format!("/console/tickets?queue=all&{query}")).await;
        inbox.assert_ok().assert_text("The machine");
    }
    assert!(found(&ada, "q=marmalade+unicorn&kind=ticket").await.is_empty());
    // The customer's new name finds it, too.
    app.sql("UPDATE customers SET name = 'Southwind' WHERE name = 'Northwind Traders'");
    app.run_tasks().await;
    assert_eq!(found(&ada, "q=southwind+marmalade&kind=ticket").await, [title.as_str()]);
    // Nobody of another tenant, nor a rep who looks after others, nor a portal user.
    app.sql("DELETE FROM customer_success_owned_customers");
    for person in ["chloe@acme.test", "eve@globex.test"] {
        assert!(found(&app.person(person).await, "q=marmalade").await.is_empty(), "{person}");
    }
    app.person("cody@northwind.test").await.get("/search?q=xylophone").await.assert_not_found();
    let portal = app.scope_of("cody@northwind.test");
    let seen: Vec<uuid::Uuid> = app
        .db
        .read_blocking(&portal, |tx| {
            use diesel::RunQueryDsl;
            #[derive(diesel::QueryableByName)]
            struct Found {
                #[diesel(sql_type = diesel::sql_types::Uuid)]
                id: uuid::Uuid,
            }
            let hits: Vec<Found> = diesel::sql_query(
                "SELECT id FROM search_tickets('xylophone', 50) AS s (id) UNION SELECT ticket_id FROM ticket_search",
            )
            .load(tx.conn)?;
            Ok(hits.into_iter().map(|hit| hit.id).collect())
        })
        .unwrap();
    assert!(seen.is_empty());
    // What is made anew is the same.
    let all = "SELECT md5(string_agg(s::text, ',' ORDER BY s::text)) || count(*) FROM ticket_search s";
    let kept = app.cell(all);
    app.sql("DELETE FROM ticket_search");
    search::rebuild(&mut app.database.owner(), &mut |_, _| {}).unwrap();
    assert_eq!(app.cell(all), kept);
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
