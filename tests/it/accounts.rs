//! How people come to an account, and get back into it: links that are mailed, each good once.
use crate::support::*;
use clientele::{
    platform::{db::Scope, ids::CustomerId, permissions::Role},
    users::{self, Invitation},
};

const NEW: &str = "violet-harbour-signal";

/// Invites somebody to Acme, as background work would, and returns the path of the link in the mail.
async fn invite(app: &TestApp, email: &str, customer: Option<CustomerId>, role: Role) -> String {
    let who = Invitation { customer, name: "Nora Quill".into(), email: email.into(), roles: vec![role] };
    app.db
        .write(app.system("acme"), move |tx| users::invite(tx, &who, "https://clientele.test"))
        .await
        .unwrap();
    app.run_tasks().await;
    link(app, email)
}

/// The path of the link in the newest mail to somebody.
pub fn link(app: &TestApp, email: &str) -> String {
    links(app, email).remove(0)
}

fn links(app: &TestApp, email: &str) -> Vec<String> {
    let mails = app.mailer.kept().unwrap();
    let mail =
        mails.iter().find(|mail| mail.to_address == email).unwrap_or_else(|| panic!("no mail to {email}"));
    let lines = mail.text.lines().filter(|line| line.contains("?token="));
    lines
        .map(|line| {
            line[line.find("://").unwrap() + 3..].split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
        })
        .collect()
}

/// The page and the token of a link.
fn parts(link: &str) -> (&str, &str) {
    link.split_once("?token=").unwrap()
}

async fn choose(person: &Person, link: &str, password: &str) -> Answer {
    let (page, token) = parts(link);
    person.submit(page, &[("token", token), ("new_password", password)]).await
}

async fn forget(app: &TestApp, email: &str) -> Answer {
    let answer = app.visitor().submit("/forgotten-password", &[("email", email)]).await;
    app.run_tasks().await;
    answer
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.visitor().submit("/login", &[("email", email), ("password", password)]).await
}

#[actix_web::test]
async fn an_invited_person_chooses_a_password_and_is_in() {
    let app = TestApp::start().await;
    let link = invite(&app, "nora@acme.test", None, Role::Agent).await;
    sign_in(&app, "nora@acme.test", "").await.assert_status(422);
    let nora = app.visitor();
    // Mail scanners follow links: that uses nothing up.
    for _ in 0..2 {
        nora.get(&link).await.assert_ok().assert_text("Hello Nora Quill, you have an account at Acme");
    }
    choose(&nora, &link, "password1234").await.assert_status(422).assert_text("easy to guess");
    let answer = choose(&nora, &link, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.location.as_str()), (303, "/"));
    nora.get("/console/customers").await.assert_ok();
    sign_in(&app, "nora@acme.test", NEW).await.assert_status(303);
    // It is she who did it, and nothing of the link is in the log.
    let first = "SELECT count(*) FROM events e JOIN users u ON u.id = e.actor_id WHERE e.entity_id = u.id AND u.email = 'nora@acme.test' AND 'is_set_up' = ANY (e.changed)";
    assert_eq!(app.cell(first), "1");
    let (_, token) = parts(&link);
    let told = format!(
        "SELECT count(*) FROM events WHERE concat(before, after) LIKE '%{token}%' OR concat(before, after) LIKE '%' || encode(sha256('{token}'), 'hex') || '%'"
    );
    assert_eq!(app.cell(&told), "0");
    assert_eq!(
        app.cell(&format!("SELECT count(*) FROM mails WHERE concat(body_text, body_html) LIKE '%{token}%'")),
        "0"
    );
}

#[actix_web::test]
async fn a_link_that_is_not_good_is_refused_with_a_page_that_helps() {
    let app = TestApp::start().await;
    let used = invite(&app, "used@acme.test", None, Role::Agent).await;
    choose(&app.visitor(), &used, NEW).await.assert_status(303);
    let late = invite(&app, "late@acme.test", None, Role::Agent).await;
    app.sql("UPDATE account_tokens SET expires_at = now() WHERE used_at IS NULL");
    let disabled = invite(&app, "disabled@acme.test", None, Role::Agent).await;
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'disabled@acme.test'");
    let good = invite(&app, "good@acme.test", None, Role::Agent).await;
    let of_another_purpose = good.replace("/invitation", "/new-password");
    for link in
        [&used, &late, &disabled, &of_another_purpose, "/invitation?token=none", "/new-password?token="]
    {
        let visitor = app.visitor();
        let page = visitor.get(link).await;
        page.assert_not_found().assert_text("This link doesn’t work").assert_text("Ask for a new link");
        assert_eq!(page.attribute("main a.btn--primary", "href").unwrap(), "/forgotten-password");
        choose(&visitor, link, NEW).await.assert_not_found();
    }
    // Somebody else's, in one's own browser.
    let ada = app.person("ada@acme.test").await;
    ada.get(&good).await.assert_status(409).assert_text("signed in as ada@acme.test");
    choose(&ada, &good, NEW).await.assert_status(409);
    choose(&app.visitor(), &good, NEW).await.assert_status(303);
    // Two at once: one of them is too late.
    let twice = invite(&app, "twice@acme.test", None, Role::Agent).await;
    let (one, other) = (app.visitor(), app.visitor());
    let (first, second) = tokio::join!(choose(&one, &twice, NEW), choose(&other, &twice, NEW));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced_and_everybody_is_signed_out() {
    let app = TestApp::start().await;
    let there = app.person("grace@acme.test").await;
    // The same answer for an address that nobody has.
    let (known, unknown) = (forget(&app, "Grace@Acme.test").await, forget(&app, "nobody@acme.test").await);
    assert_eq!(
        (known.status, &known.location, &known.body),
        (unknown.status, &unknown.location, &unknown.body)
    );
    assert_eq!(known.location, "/forgotten-password/sent");
    app.visitor()
        .get(&known.location)
        .await
        .assert_ok()
        .assert_text("If there is an account with that address");
    let mails = app.mailer.kept().unwrap();
    assert_eq!(mails.iter().map(|mail| mail.to_address.as_str()).collect::<Vec<_>>(), ["grace@acme.test"]);
    assert_eq!(app.cell("SELECT count(*) FROM reset_requests"), "0");
    // Asked twice: both links are good, until one of them is used.
    let first = link(&app, "grace@acme.test");
    forget(&app, "grace@acme.test").await;
    let second = link(&app, "grace@acme.test");
    app.visitor().get(&first).await.assert_ok().assert_text("signed out everywhere");
    let answer = choose(&app.visitor(), &second, NEW).await;
    assert_eq!(answer.location, "/login?email=grace%40acme.test");
    app.visitor().get(&first).await.assert_not_found();
    assert_eq!(there.get("/console/customers").await.status, 303);
    sign_in(&app, "grace@acme.test", cast::PASSWORD).await.assert_status(422);
    sign_in(&app, "grace@acme.test", NEW).await.assert_status(303);
    app.run_tasks().await;
    let last = &app.mailer.kept().unwrap()[0];
    assert_eq!(
        (last.to_address.as_str(), last.subject.as_str()),
        ("grace@acme.test", "Your password was changed")
    );
    // Whoever changes the password in their account makes links void, too.
    forget(&app, "gil@globex.test").await;
    let link = link(&app, "gil@globex.test");
    let gil = app.person("gil@globex.test").await;
    gil.submit("/account/password", &[("current_password", cast::PASSWORD), ("new_password", NEW)])
        .await
        .assert_status(303);
    app.visitor().get(&link).await.assert_not_found();
}

#[actix_web::test]
async fn an_address_with_accounts_in_several_tenants_gets_a_link_for_each() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO users (tenant_id, email, name, roles, password_hash)
             SELECT t.id, 'grace@acme.test', 'Grace Hill', '{agent}', u.password_hash FROM tenants t, users u WHERE t.slug = 'globex' AND u.email = 'grace@acme.test';
             UPDATE tenants SET host = 'acme.example' WHERE slug = 'acme'");
    forget(&app, "grace@acme.test").await;
    let mails = app.mailer.kept().unwrap();
    assert_eq!(mails.len(), 1);
    let places: Vec<&str> =
        mails[0].text.lines().filter(|line| line.starts_with("Choose a new password at")).collect();
    assert_eq!(places, ["Choose a new password at Acme:", "Choose a new password at Globex:"]);
    let of_globex = links(&app, "grace@acme.test").remove(1);
    app.visitor().get(&of_globex).await.assert_ok().assert_text("your account at Globex");
    choose(&app.visitor(), &of_globex, NEW).await.assert_status(303);
    let changed = "SELECT string_agg(t.slug, ' ') FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.password_changed_at IS NOT NULL";
    assert_eq!(app.cell(changed), "globex");
    // On a tenant's own host only its own account is meant.
    app.sql("INSERT INTO reset_requests (email, host) VALUES ('grace@acme.test', 'acme.example')");
    app.run_tasks().await;
    assert_eq!(links(&app, "grace@acme.test").len(), 1);
    app.visitor().get(&link(&app, "grace@acme.test")).await.assert_ok().assert_text("your account at Acme");
}

#[actix_web::test]
async fn asking_too_often_is_refused_whoever_is_meant() {
    let app = TestApp::start().await;
    for email in ["ada@acme.test", "nobody@acme.test"] {
        let visitor = app.visitor();
        for _ in 0..8 {
            app.sql("UPDATE sign_in_failures SET last_at = now() - interval '20 minutes'");
            visitor.submit("/forgotten-password", &[("email", email)]).await.assert_status(303);
        }
        let answer = visitor.submit("/forgotten-password", &[("email", email)]).await;
        answer.assert_status(429).assert_text("Too many tries");
        assert!(answer.headers.contains_key("retry-after"), "{email}");
    }
}

#[actix_web::test]
async fn a_platform_admin_gets_a_link_as_well() {
    let app = TestApp::start().await;
    forget(&app, "root@clientele.test").await;
    let link = link(&app, "root@clientele.test");
    choose(&app.visitor(), &link, NEW).await.assert_status(303);
    sign_in(&app, "root@clientele.test", NEW).await.assert_status(303);
}

#[actix_web::test]
async fn the_first_admin_of_a_tenant_is_invited_from_outside() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO tenants (name, slug) VALUES ('Umbrella', 'umbrella')");
    let tenant = app.cell("SELECT id FROM tenants WHERE slug = 'umbrella'").parse().unwrap();
    let scope = Scope { audience: clientele::platform::db::Audience::Platform, ..Scope::nobody() };
    let invited = app.db.write(scope, move |tx| {
        users::invite_first_admin(tx, tenant, "Uma Reed", "uma@umbrella.test", "https://clientele.test")
    });
    invited.await.unwrap();
    app.run_tasks().await;
    let uma = app.visitor();
    choose(&uma, &link(&app, "uma@umbrella.test"), NEW).await.assert_status(303);
    uma.get("/console/tasks").await.assert_ok().assert_text("Umbrella");
    assert_eq!(app.cell("SELECT t.slug FROM mails m JOIN tenants t ON t.id = m.tenant_id"), "umbrella");
}

#[actix_web::test]
async fn a_session_lasts_as_the_customer_says_else_the_tenant_else_the_platform() {
    let app = TestApp::start().await;
    let lasts = "SELECT round(extract(epoch FROM expires_at - created_at)) FROM sessions ORDER BY created_at DESC LIMIT 1";
    app.person("carol@northwind.test").await;
    assert_eq!(app.cell(lasts), "3600");
    app.sql("UPDATE tenants SET session_expiration_seconds = 1800");
    app.person("carol@northwind.test").await;
    assert_eq!(app.cell(lasts), "1800");
    app.sql("UPDATE customers SET session_expiration_seconds = 900 WHERE name = 'Northwind Traders'");
    app.person("carol@northwind.test").await;
    assert_eq!(app.cell(lasts), "900");
    let customer = app.customer("Northwind Traders").parse().unwrap();
    let link = invite(&app, "nora@northwind.test", Some(customer), Role::CustomerUser).await;
    choose(&app.visitor(), &link, NEW).await.assert_status(303);
    assert_eq!(app.cell(lasts), "900");
    app.person("ada@acme.test").await;
    assert_eq!(app.cell(lasts), "1800");
}
