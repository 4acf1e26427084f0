//! One cleaning of all text, wherever it comes in.
use crate::support::*;
use clientele::infra::web::forms::{MULTI_LINE, clean_field};
use scraper::{Html, Selector};
use std::{collections::BTreeSet, fs, path::Path};

/// What looks like nothing.
const UNSEEN: [&str; 6] =
    ["\u{200B}", "\u{FEFF}\u{2060}", "\u{A0}\u{3000}", "\u{202E}\u{202C}", "\r\n\r\n", "\u{AD}\u{E0041}"];

fn templates(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn a_field_is_of_several_lines_exactly_where_its_page_says_so() {
    let mut pages = vec![];
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut pages);
    let (mut areas, mut inputs) = (BTreeSet::new(), vec![]);
    for (path, text) in
        pages.iter().filter(|(path, _)| !path.contains("styleguide") && !path.contains("shared"))
    {
        let named = |before: &str| {
            let rest: Vec<String> = text
                .split(before)
                .skip(1)
                .filter_map(|rest| rest.split('"').nth(1).map(str::to_owned))
                .collect();
            rest
        };
        areas.extend(named("forms::textarea(").into_iter().map(|name| (name, path.clone())));
        for tag in text.split("<textarea").skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
            // One without a name is not sent.
            if let Some(name) = tag.split(" name=\"").nth(1).and_then(|rest| rest.split('"').next()) {
                areas.insert((name.to_owned(), path.clone()));
            }
        }
        inputs.extend(named("forms::input(").into_iter().map(|name| (name, path.clone())));
    }
    assert!(areas.len() > 10, "{areas:?}");
    for (name, path) in &areas {
        assert!(
            MULTI_LINE.contains(&name.as_str()),
            "{path}: {name} is typed on several lines and kept on one"
        );
    }
    for (name, path) in &inputs {
        // Lists are typed on one line or on several.
        let is_list = ["products", "tags"].contains(&name.as_str());
        assert!(is_list || !MULTI_LINE.contains(&name.as_str()), "{path}: {name} is of one line");
    }
}

#[actix_web::test]
async fn what_cannot_be_seen_fills_in_no_field() {
    let app = TestApp::start().await;
    let (ada, cody) = (app.person("ada@acme.test").await, app.person("cody@northwind.test").await);
    for blank in UNSEEN {
        let ticket = cody.submit("/customer/tickets", &[("subject", blank), ("body", "Help")]).await;
        ticket.assert_status(422);
        let ticket = cody.submit("/customer/tickets", &[("subject", "Help"), ("body", blank)]).await;
        ticket.assert_status(422);
        let parts = [("subject", blank), ("body", "Help")];
        cody.send_files("/customer/tickets", &parts, &[("a.txt", b"text")]).await.assert_status(422);
        let json = serde_json::json!({ "subject": blank, "body": "Help" }).to_string();
        cody.send_json("/api/customers/me/tickets", &json).await.assert_status(422);
        ada.submit("/console/customers", &[("name", blank)]).await.assert_status(422);
        ada.submit("/console/tags", &[("name", blank), ("colour", "1")]).await.assert_status(422);
        ada.submit("/account", &[("name", blank), ("time_zone", "UTC")]).await.assert_status(422);
    }
    assert_eq!(app.cell("SELECT count(*) FROM tickets"), "0");
}

#[actix_web::test]
async fn one_line_becomes_one_and_several_stay() {
    let app = TestApp::start().await;
    let cody = app.person("cody@northwind.test").await;
    let form = [
        ("subject", "Two\r\nlines \u{202E}of\u{202C}\u{A0}\u{A0}it"),
        ("body", "\r\n  first\r\n\tsecond\u{200B}  \r\n"),
    ];
    cody.submit("/customer/tickets", &form).await.assert_status(303);
    assert_eq!(app.cell("SELECT subject FROM tickets"), "Two lines of it");
    assert_eq!(app.cell("SELECT body FROM ticket_messages"), "  first\n\tsecond");
    let json = r#"{"subject": "Caf\u0065\u0301\nlatte", "body": "a\r\nb"}"#;
    cody.send_json("/api/customers/me/tickets", json).await.assert_status(201);
    assert_eq!(app.cell("SELECT subject FROM tickets ORDER BY number DESC LIMIT 1"), "Café latte");
    cody.send_json("/api/customers/me/tickets", r#"{"subject": "\ud800", "body": "x"}"#)
        .await
        .assert_status(400);
}

#[actix_web::test]
async fn spaces_and_hidden_characters_hide_no_duplicate() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for name in [
        "Northwind\u{A0}Traders",
        "Northwind  Traders",
        "North\u{200B}wind Traders",
        "\u{202A}Northwind Tra\u{AD}ders\n",
    ] {
        let answer = ada.submit("/console/customers", &[("name", name)]).await;
        answer.assert_status(422).assert_text("Northwind Traders");
    }
    let domain = [("name", "Bücher"), ("email_domain", "bücher.example")];
    ada.submit("/console/customers", &domain).await.assert_status(303);
    for (field, value) in [
        ("email", "hi@BÜCHER.example"),
        ("website", "https://bu\u{308}cher.example/x"),
        ("email_domain", "xn--bcher-kva.example"),
    ] {
        let answer = ada.submit("/console/customers", &[("name", "Books"), (field, value)]).await;
        answer.assert_status(422).assert_text("domain");
    }
    for typed in ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"] {
        let query = serde_html_form::to_string([("q", typed)]).unwrap();
        let found = ada.get(&format!("/console/customers?{query}")).await.all("tbody th a");
        assert_eq!(found, ["Bücher"], "{typed}");
    }
}

#[actix_web::test]
async fn an_imported_address_with_a_hidden_character_is_the_same_customer() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let file = "Name,Email,Notes\nNorthwind\u{A0} Traders,hello@north\u{200B}wind.test,\"  one\r\ntwo\"\n";
    let path = ada.upload("/console/imports/new", "file", "a.csv", file.into()).await.location;
    let path = path.strip_suffix("/mapping").unwrap().to_owned();
    let mapping = ada.get(&format!("{path}/mapping")).await;
    let html = Html::parse_document(&mapping.body);
    let (select, option) = (Selector::parse("select").unwrap(), Selector::parse("option[selected]").unwrap());
    let chosen: Vec<(String, String)> = html
        .select(&select)
        .map(|s| {
            let value = s.select(&option).next().and_then(|o| o.value().attr("value")).unwrap_or_default();
            (s.value().attr("name").unwrap().to_owned(), value.to_owned())
        })
        .collect();
    let chosen: Vec<(&str, &str)> =
        chosen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let check = ada.submit_and_follow(&format!("{path}/mapping"), &chosen).await;
    assert_eq!(check.all(".figure dd"), ["0", "1", "0"]);
}

#[actix_web::test]
async fn a_document_is_cleaned_like_a_form() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let contoso = app.customer("Contoso");
    let file = ada.get(&format!("/console/customers/{contoso}/export.json")).await;
    let mut document = file.assert_ok().json();
    document["customer"]["name"] = "Con\u{200B}toso \u{202E}\nmoc.live".into();
    document["customer"]["notes"] = "a\r\nb\u{FEFF}".into();
    document["customer"]["external_id"] = "C-77\u{A0}".into();
    let text = document.to_string();
    app.restore("acme", &text).unwrap();
    let kept = app.cell("SELECT name || '|' || notes FROM customers WHERE external_id = 'C-77'");
    assert_eq!(kept, "Contoso moc.live|a\nb");
}

#[actix_web::test]
async fn the_database_holds_no_name_that_turns_or_breaks_its_line() {
    let app = TestApp::start().await;
    for bad in ["a\u{202E}b", "a\nb", "a\u{200B}", " a", "a  b", "a\u{A0}b", "\u{2066}a"] {
        for (what, column) in [
            ("customers", "name"),
            ("users", "name"),
            ("contacts", "first_name"),
            ("tags", "name"),
            ("companies", "name"),
            ("tenants", "name"),
        ] {
            let sql = format!("UPDATE {what} SET {column} = '{bad}'");
            let refused = diesel::RunQueryDsl::execute(diesel::sql_query(&sql), &mut app.database.owner());
            assert!(refused.is_err(), "{what}.{column} took {bad:?}");
        }
        assert_ne!(clean_field("name", bad), bad);
    }
}

/// What somebody would like to have us say.
const LURE: &str = "URGENT: read https://evil.example/x";
/// The same without an address, so that it is a name.
const WORDS: &str = "URGENT ring 0900 123456";

#[actix_web::test]
async fn names_of_people_carry_no_address_and_one_line() {
    let app = TestApp::start().await;
    let (ada, carol) = (app.person("ada@acme.test").await, app.person("carol@northwind.test").await);
    let contacts = format!("/console/customers/{}/contacts", app.customer("Contoso"));
    for name in [LURE, "you\n\nSee www.evil.example", "evil.com", "a@evil.com", &"x".repeat(81), "\u{200B}"] {
        let invite = [("name", name), ("email", "anybody@elsewhere.test"), ("roles", "customer_user")];
        carol.submit("/customer/team", &invite).await.assert_status(422);
        let invite = [("name", name), ("email", "anybody@elsewhere.test"), ("roles", "agent")];
        ada.submit("/console/users", &invite).await.assert_status(422);
        let register =
            [("name", name), ("email", "nora@northwind.test"), ("new_password", "violet-harbour-signal")];
        app.visitor().submit("/register", &register).await.assert_status(422);
        carol.submit("/customer/profile", &[("name", name), ("time_zone", "UTC")]).await.assert_status(422);
        ada.submit(&contacts, &[("first_name", name)]).await.assert_status(422);
    }
    let long = "a ".repeat(39) + "a";
    let invite = [("name", long.as_str()), ("email", "anybody@elsewhere.test"), ("roles", "agent")];
    ada.submit("/console/users", &invite).await.assert_status(303);
}

/// Every way in which a stranger's address gets a mail, with words of others wherever they can be typed.
#[actix_web::test]
async fn nothing_that_somebody_typed_is_mailed_to_an_address_that_nobody_confirmed() {
    let app = TestApp::start().await;
    app.sql("UPDATE tenants SET name = 'Booking evil.example' WHERE slug = 'acme'");
    let (ada, carol) = (app.person("ada@acme.test").await, app.person("carol@northwind.test").await);
    let northwind = app.customer("Northwind Traders");
    let edit = [("name", format!("{LURE}\n{WORDS}")), ("version", "1".into()), ("anyway", "true".into())];
    let edit: Vec<(&str, &str)> = edit.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ada.submit(&format!("/console/customers/{northwind}"), &edit).await.assert_status(303);
    for person in [&ada, &carol] {
        let path = if std::ptr::eq(person, &ada) { "/account" } else { "/customer/profile" };
        person.submit(path, &[("name", WORDS), ("time_zone", "UTC")]).await.assert_status(303);
    }
    let registration = [("is_on", "true"), ("domains", "northwind.test"), ("role", "customer_user")];
    ada.submit(&format!("/console/customers/{northwind}/registration"), &registration)
        .await
        .assert_status(303);
    app.sql("UPDATE registration_domains SET verified_at = now(), verified_by = 'dns', verified_until = now() + interval '1 year'");
    // An invitation of staff, of a customer's user, and again; a registration; another address; a password for who never chose one.
    let staff = [("name", WORDS), ("email", "staff@elsewhere.test"), ("roles", "customer_success")];
    ada.submit("/console/users", &staff).await.assert_status(303);
    let admin = [("name", WORDS), ("email", "admin@elsewhere.test"), ("roles", "customer_admin")];
    carol.submit("/customer/team", &admin).await.assert_status(303);
    let register =
        [("name", WORDS), ("email", "nora@northwind.test"), ("new_password", "violet-harbour-signal")];
    app.visitor().submit("/register", &register).await;
    let change = [("new_email", "moved@elsewhere.test"), ("email_password", cast::PASSWORD)];
    carol.submit("/account/email", &change).await.assert_status(303);
    app.visitor()
        .submit("/forgotten-password", &[("email", "staff@elsewhere.test")])
        .await
        .assert_status(303);
    // A customer for a rep who never signed in, a ticket and a call of a user who never did, and the end of their access.
    let staff = app.cell("SELECT id FROM users WHERE email = 'staff@elsewhere.test'");
    ada.submit(&format!("/console/customers/{northwind}/owners"), &[("user", &staff)])
        .await
        .assert_status(303);
    let ticket =
        [("subject", LURE), ("body", LURE), ("requester", "admin@elsewhere.test"), ("customer", &northwind)];
    ada.submit("/console/tickets", &ticket).await;
    carol.submit("/customer/tickets", &[("subject", LURE), ("body", WORDS)]).await.assert_status(303);
    let end = [
        ("grace_ends_on", "2099-01-01"),
        ("reason", "price"),
        ("explanation", LURE),
        ("context", LURE),
        ("requested_by", WORDS),
    ];
    ada.submit(&format!("/console/customers/{northwind}/deactivation"), &end).await;
    app.run_tasks().await;
    let mails = app.mailer.kept().unwrap();
    let mut strangers = BTreeSet::new();
    for mail in &mails {
        let address = mail.to_address.as_str();
        if app.cell(&format!("SELECT count(*) FROM users WHERE email = '{address}' AND is_set_up")) != "0" {
            continue;
        }
        strangers.insert(address.to_owned());
        for part in [&mail.to_name, &mail.subject, &mail.headers, &mail.text, &mail.html] {
            assert!(!part.contains("URGENT") && !part.contains("evil.example"), "{address}: {part}");
        }
        assert!(mail.to_name.is_empty(), "{address}");
    }
    let invited =
        ["admin@elsewhere.test", "moved@elsewhere.test", "nora@northwind.test", "staff@elsewhere.test"];
    assert_eq!(strangers.into_iter().collect::<Vec<_>>(), invited);
    let kinds = "SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM mails WHERE to_address LIKE '%@elsewhere.test'";
    assert_eq!(app.cell(kinds), "email_confirmation invitation password_reset");
}
