//! Whoever has an address at a domain that a customer lists makes their own account there, and nobody else does.
use crate::{accounts::link, support::*};

const NEW: &str = "violet-harbour-signal";

async fn open(app: &TestApp, domains: &str) -> String {
    let page = list(app, domains).await;
    verify(app, "TRUE");
    page
}

/// Lists domains, which nobody has verified.
async fn list(app: &TestApp, domains: &str) -> String {
    let ada = app.person("ada@acme.test").await;
    let page = format!("/console/customers/{}/registration", app.customer("Northwind Traders"));
    let form = [("is_on", "true"), ("domains", domains), ("role", "customer_user")];
    ada.submit(&page, &form).await.assert_status(303);
    page
}

/// As if their owners had shown it.
fn verify(app: &TestApp, which: &str) {
    app.sql(&format!(
        "UPDATE registration_domains SET verified_at = now(), verified_by = 'dns', verified_until = now() + interval '1 year' WHERE {which}"
    ));
}

/// The name and the value of the TXT record that a page asks for.
fn record(page: &Answer) -> (String, String) {
    let asked = page.assert_ok().all("dd.mono");
    (asked[0].clone(), asked[1].clone())
}

async fn register(app: &TestApp, email: &str) -> Answer {
    let form = [("name", "Nora Quill"), ("email", email), ("new_password", NEW)];
    let answer = app.visitor().submit("/register", &form).await;
    app.run_tasks().await;
    // What is tried here one after the other is not tried by one person.
    app.sql("DELETE FROM sign_in_failures");
    answer
}

async fn confirm(person: &Person, link: &str, password: &str) -> Answer {
    let (page, token) = link.split_once("?token=").unwrap();
    person.submit(page, &[("token", token), ("password", password)]).await
}

#[actix_web::test]
async fn only_exactly_the_listed_domains_register() {
    let app = TestApp::start().await;
    open(&app, "northwind.test\nbücher.example").await;
    for (email, is_let_in) in [
        ("nora@northwind.test", true),
        ("NORA.B@Northwind.TEST", true),
        ("nora+plus@northwind.test", true),
        ("nora@bücher.example", true),
        ("nora@xn--bcher-kva.example", true),
        // Below it, around it, like it, and everybody's.
        ("nora@mail.northwind.test", false),
        ("nora@northwind.test.evil.example", false),
        ("nora@evilnorthwind.test", false),
        ("nora@northw1nd.test", false),
        // With a Cyrillic o.
        ("nora@n\u{43e}rthwind.test", false),
        ("nora@bucher.example", false),
        ("nora@gmail.com", false),
        ("nora@contoso.test", false),
    ] {
        let answer = register(&app, email).await;
        assert_eq!(answer.status, if is_let_in { 303 } else { 404 }, "{email}: {}", answer.text());
        if !is_let_in {
            answer.assert_text("Nobody can register with this address");
            assert_eq!(answer.attribute("#name", "value").unwrap(), "Nora Quill");
        }
    }
    let body = format!(r#"{{"name": "Nora", "email": "nora@contoso.test", "new_password": "{NEW}"}}"#);
    let answer = app.visitor().send_json("/api/registrations", &body).await;
    answer.assert_status(404);
    assert_eq!(answer.json()["code"], "DOMAIN_NOT_FOUND");
    let body = body.replace("contoso", "northwind");
    app.visitor().send_json("/api/registrations", &body).await.assert_status(202);
    app.visitor().send_json("/api/registrations", "{}").await.assert_status(422);
}

#[actix_web::test]
async fn an_account_starts_once_the_link_is_used_with_the_password_that_was_chosen() {
    let app = TestApp::start().await;
    open(&app, "northwind.test").await;
    app.sql("UPDATE customers SET session_expiration_seconds = 900 WHERE name = 'Northwind Traders'");
    let answer = register(&app, "Nora+News@Northwind.test").await;
    assert_eq!(answer.location, "/register/sent");
    let sign_in = [("email", "nora+news@northwind.test"), ("password", NEW)];
    app.visitor().submit("/login", &sign_in).await.assert_status(422);
    let link = link(&app, "nora+news@northwind.test");
    let nora = app.visitor();
    nora.get(&link).await.assert_ok().assert_text("as a user of Northwind Traders");
    // A stranger may have registered the address: its owner does not know the password, and opens nothing.
    confirm(&nora, &link, "another-secret-word").await.assert_status(422);
    assert_eq!(app.cell("SELECT count(*) FROM users WHERE email LIKE 'nora%'"), "0");
    confirm(&nora, &link, NEW).await.assert_status(303);
    nora.get("/customer/dashboard").await.assert_ok();
    assert_eq!(
        app.cell("SELECT u.roles::text || ' ' || c.name FROM users u JOIN customers c ON c.id = u.customer_id WHERE u.email = 'nora+news@northwind.test'"),
        "{customer_user} Northwind Traders"
    );
    let lasts = "SELECT round(extract(epoch FROM expires_at - created_at)) FROM sessions ORDER BY created_at DESC LIMIT 1";
    assert_eq!(app.cell(lasts), "900");
    app.visitor().submit("/login", &sign_in).await.assert_status(303);
    // Once, and in time.
    app.visitor().get(&link).await.assert_not_found().assert_text("Register again");
    confirm(&app.visitor(), &link, NEW).await.assert_not_found();
    register(&app, "late@northwind.test").await;
    let late = crate::accounts::link(&app, "late@northwind.test");
    app.sql("UPDATE registrations SET expires_at = now()");
    confirm(&app.visitor(), &late, NEW).await.assert_not_found();
    let secrets = "SELECT count(*) FROM events WHERE concat(before, after) ~ 'argon2|token'";
    assert_eq!(app.cell(secrets), "0");
}

#[actix_web::test]
async fn an_address_that_has_an_account_gets_a_mail_that_says_so_and_the_page_says_the_same() {
    let app = TestApp::start().await;
    open(&app, "northwind.test").await;
    let (new, known) =
        (register(&app, "nora@northwind.test").await, register(&app, "Cody@northwind.test").await);
    assert_eq!((new.status, &new.location, &new.body), (known.status, &known.location, &known.body));
    let mails = app.mailer.kept().unwrap();
    let to = |email: &str| mails.iter().find(|mail| mail.to_address == email).unwrap();
    assert_eq!(to("cody@northwind.test").subject, "You already have an account at Acme");
    assert!(!to("cody@northwind.test").text.contains("token="));
    assert_eq!(to("nora@northwind.test").subject, "Confirm your address for Acme");
    // Both have cost the same: a hash, and one row.
    assert_eq!(
        app.cell("SELECT count(*) FILTER (WHERE password_hash LIKE '$argon2id$%') FROM registrations"),
        "2"
    );
    app.person("cody@northwind.test").await;
    // Two registrations of one address: the first that is confirmed stands.
    register(&app, "nora@northwind.test").await;
    let second = link(&app, "nora@northwind.test");
    confirm(&app.visitor(), &second, NEW).await.assert_status(303);
    register(&app, "nora@northwind.test").await;
    assert_eq!(app.mailer.kept().unwrap()[0].subject, "You already have an account at Acme");
}

#[actix_web::test]
async fn who_may_not_register_any_more_does_not_even_with_a_link() {
    let app = TestApp::start().await;
    let page = open(&app, "northwind.test").await;
    register(&app, "nora@northwind.test").await;
    let link = link(&app, "nora@northwind.test");
    let ada = app.person("ada@acme.test").await;
    ada.submit(&page, &[("domains", "northwind.test"), ("role", "customer_user")]).await.assert_status(303);
    register(&app, "otto@northwind.test").await.assert_not_found();
    confirm(&app.visitor(), &link, NEW).await.assert_not_found();
    open(&app, "northwind.test").await;
    app.sql("UPDATE customers SET is_disabled = true WHERE name = 'Northwind Traders'");
    register(&app, "otto@northwind.test").await.assert_not_found();
    app.sql("UPDATE customers SET is_disabled = false WHERE name = 'Northwind Traders'");
    register(&app, "otto@northwind.test").await.assert_status(303);
    // On another tenant's host nobody is known, nor on any but the customer's own.
    app.sql("UPDATE tenants SET host = '127.0.0.1' WHERE slug = 'globex'");
    register(&app, "olga@northwind.test").await.assert_not_found();
    app.sql(
        "UPDATE tenants SET host = NULL; UPDATE registration_settings SET host = 'portal.northwind.test'",
    );
    register(&app, "olga@northwind.test").await.assert_not_found();
    app.sql("UPDATE registration_settings SET host = '127.0.0.1'");
    register(&app, "olga@northwind.test").await.assert_status(303);
    assert!(app.mailer.kept().unwrap()[0].text.contains("://127.0.0.1/confirmation?token="));
}

#[actix_web::test]
async fn a_hundred_tries_in_a_minute_are_refused() {
    let app = TestApp::start().await;
    open(&app, "northwind.test").await;
    let visitor = app.visitor();
    let mut statuses = vec![];
    for n in 0..100 {
        let email = format!("nora{n}@{}.test", if n % 2 == 0 { "northwind" } else { "unknown" });
        let form = [("name", "Nora"), ("email", email.as_str()), ("new_password", NEW)];
        statuses.push(visitor.submit("/register", &form).await.status.as_u16());
    }
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(refused >= 60, "{statuses:?}");
    assert_eq!(statuses[..4], [303, 404, 303, 404]);
}

#[actix_web::test]
async fn settings_refuse_what_is_nobodys() {
    let app = TestApp::start().await;
    let page = open(&app, "northwind.test").await;
    let ada = app.person("ada@acme.test").await;
    let form = |domains: &'static str| [("is_on", "true"), ("domains", domains), ("role", "customer_user")];
    for everybodys in ["gmail.com", "outlook.fr", "yahoo.co.uk", "mailinator.com"] {
        ada.submit(&page, &form(everybodys)).await.assert_status(422).assert_text("public mail provider");
    }
    for suffix in ["co.uk", "github.io", "com.au"] {
        ada.submit(&page, &form(suffix)).await.assert_status(422).assert_text("public suffix");
    }
    for wrong in ["127.0.0.1", "10.1", "[::1]", "localhost", "com"] {
        ada.submit(&page, &form(wrong))
            .await
            .assert_status(422)
            .assert_text("is not a domain like example.com");
    }
    assert_eq!(app.cell("SELECT string_agg(domain, ' ') FROM registration_domains"), "northwind.test");
    let carol = app.person("carol@northwind.test").await;
    let own = "/customer/registration";
    let admins = [("is_on", "true"), ("domains", "northwind.test"), ("role", "customer_admin")];
    carol.submit(own, &admins).await.assert_status(303);
    assert_eq!(app.cell("SELECT roles FROM registration_settings s JOIN customers c ON c.id = s.customer_id WHERE c.name = 'Northwind Traders'"), "{customer_admin}");
    carol
        .submit(own, &[("is_on", "true"), ("domains", "northwind.test"), ("role", "tenant_admin")])
        .await
        .assert_status(422);
    // Saved as it came, it is as verified as before.
    assert_eq!(app.cell("SELECT count(*) FROM registration_domains WHERE verified_at IS NOT NULL"), "1");
    let cody = app.person("cody@northwind.test").await;
    cody.get(own).await.assert_not_found();
    let grace = app.person("grace@acme.test").await;
    grace.get(&page).await.assert_status(403);
}

#[actix_web::test]
async fn a_domain_counts_once_its_dns_record_is_found() {
    let app = TestApp::start().await;
    let page = list(&app, "northwind.test").await;
    register(&app, "nora@northwind.test").await.assert_not_found();
    let ada = app.person("ada@acme.test").await;
    let check = |domain: &'static str| [("domain", domain), ("way", "dns")];
    let verification = format!("{page}/verification");
    let (name, value) = record(&ada.get(&page).await);
    assert_eq!(name, "_clientele.northwind.test");
    for texts in [&[][..], &["v=spf1 -all"], &["clientele-verification=0123456789abcdef0123456789abcdef"]] {
        app.dns.set(&name, texts);
        ada.submit_and_follow(&verification, &check("northwind.test"))
            .await
            .assert_text("no such TXT record");
    }
    ada.submit(&verification, &check("contoso.test")).await.assert_not_found();
    // At the domain itself it is as good.
    app.dns.set("northwind.test", &["v=spf1 -all", &value]);
    let done = ada.submit_and_follow(&verification, &check("northwind.test")).await;
    done.assert_text("northwind.test is verified").assert_text("by a DNS record");
    register(&app, "nora@northwind.test").await.assert_status(303);
    // It lasts a year.
    app.sql("UPDATE registration_domains SET verified_until = now()");
    register(&app, "otto@northwind.test").await.assert_not_found();
    ada.get(&page).await.assert_text("Not verified");
}

/// F11: one tenant's admin lists what belongs to people of another.
#[actix_web::test]
async fn what_another_tenant_lists_has_no_effect_and_who_verifies_first_keeps_it() {
    let app = TestApp::start().await;
    let page = list(&app, "northwind.test").await;
    let (ada, eve) = (app.person("ada@acme.test").await, app.person("eve@globex.test").await);
    let initech = page.replace(&app.customer("Northwind Traders"), &app.customer("Initech"));
    let form = |domains: &'static str| [("is_on", "true"), ("domains", domains), ("role", "customer_user")];
    // Unverified here and there, it is nobody's.
    eve.submit(&initech, &form("initech.test\nnorthwind.test\nacme.test")).await.assert_status(303);
    register(&app, "nora@northwind.test").await.assert_not_found();
    let (name, value) = record(&ada.get(&page).await);
    app.dns.set(&name, &[&value]);
    // The record of one is no record of another.
    let check = [("domain", "northwind.test"), ("way", "dns")];
    eve.submit_and_follow(&format!("{initech}/verification"), &check).await.assert_text("no such TXT record");
    ada.submit_and_follow(&format!("{page}/verification"), &check)
        .await
        .assert_text("northwind.test is verified");
    register(&app, "nora@northwind.test").await.assert_status(303);
    assert_eq!(
        app.cell("SELECT DISTINCT c.name FROM registrations r JOIN customers c ON c.id = r.customer_id"),
        "Northwind Traders"
    );
    // Eve is told that it is taken, and not by whom; however she goes on listing it, it stays theirs.
    let told = eve.get(&initech).await;
    told.assert_ok()
        .assert_text("Verified by another organisation")
        .assert_no_text("Acme")
        .assert_no_text("Northwind");
    let again = eve.submit_and_follow(&format!("{initech}/verification"), &check).await;
    again.assert_text("Another organisation has verified northwind.test");
    eve.submit(&initech, &form("initech.test")).await.assert_status(303);
    eve.submit(&initech, &form("northwind.test")).await.assert_status(303);
    register(&app, "olga@northwind.test").await.assert_status(303);
    let refused = diesel::RunQueryDsl::execute(
        diesel::sql_query(
            "UPDATE registration_domains SET verified_at = now(), verified_by = 'dns', verified_until = now() + interval '1 day' WHERE domain = 'northwind.test'",
        ),
        &mut app.database.owner(),
    );
    assert!(refused.is_err(), "the database holds two owners of a domain");
    // Once it has run out, somebody else may.
    app.sql("UPDATE registration_domains SET verified_until = now() WHERE verified_at IS NOT NULL");
    let html = eve.get(&initech).await;
    let (name, value) = record(&html);
    app.dns.set(&name, &[&value]);
    eve.submit_and_follow(&format!("{initech}/verification"), &check)
        .await
        .assert_text("northwind.test is verified");
    ada.get(&page).await.assert_text("Verified by another organisation");
}

#[actix_web::test]
async fn a_link_that_is_mailed_to_the_domain_verifies_it_once() {
    let app = TestApp::start().await;
    list(&app, "northwind.test").await;
    let carol = app.person("carol@northwind.test").await;
    let (own, verification) = ("/customer/registration", "/customer/registration/verification");
    let offered = carol.get(own).await.attributes("select[name=way] option", "value");
    let words = ["admin", "administrator", "hostmaster", "postmaster", "webmaster"];
    let operators = words.iter().map(|word| format!("{word}@northwind.test"));
    let known = ["carol@northwind.test", "cody@northwind.test"].map(str::to_owned);
    assert_eq!(offered, known.into_iter().chain(operators).collect::<Vec<_>>());
    let mail = |way: &'static str| [("domain", "northwind.test"), ("way", way)];
    for wrong in ["carol@evil.test", "sales@northwind.test", "", "iris@initech.test"] {
        carol.submit_and_follow(verification, &mail(wrong)).await.assert_text("Choose one of the addresses");
    }
    carol.submit_and_follow(verification, &mail("postmaster@northwind.test")).await.assert_text("on its way");
    // One in ten minutes, whoever asks.
    let ada = app.person("ada@acme.test").await;
    let page = format!("/console/customers/{}/registration/verification", app.customer("Northwind Traders"));
    ada.submit_and_follow(&page, &mail("admin@northwind.test")).await.assert_text("Wait ten minutes");
    app.run_tasks().await;
    let mails = app.mailer.kept().unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.to_address.ends_with("@northwind.test")).count(), 1);
    let link = link(&app, "postmaster@northwind.test");
    let (path, token) = link.split_once("?token=").unwrap();
    let postmaster = app.visitor();
    postmaster.get(&link).await.assert_ok().assert_text("northwind.test");
    register(&app, "nora@northwind.test").await.assert_not_found();
    postmaster.submit_and_follow(path, &[("token", token)]).await.assert_text("Your domain is verified");
    postmaster.submit(path, &[("token", token)]).await.assert_not_found();
    register(&app, "nora@northwind.test").await.assert_status(303);
    carol.get(own).await.assert_text("by an email to an address at the domain");
    let secrets = "SELECT count(*) FROM events WHERE entity = 'registration_domain' AND concat(before, after) ~ 'mail_hash|challenge'";
    assert_eq!(app.cell(secrets), "0");
}
