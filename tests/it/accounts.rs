//! How people come to an account, and get back into it: links that are mailed, each good once.
use crate::support::*;
use clientele::{
    infra::{
        db::{Scope, ids::CustomerId},
        web::permissions::Role,
    },
    users::{self, ChangeUser, Invitation},
};

const NEW: &str = "violet-harbour-signal";

/// Invites somebody to Acme, as background work would, and returns the path of the link in the mail.
async fn invite(app: &TestApp, email: &str, customer: Option<CustomerId>, role: Role) -> String {
    let (name, to) = ("Nora Quill".parse().unwrap(), email.parse().unwrap());
    let who = Invitation { customer, name, email: to, roles: vec![role] };
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
    let found = links_or_none(app, email);
    assert!(!found.is_empty(), "no link was mailed to {email}");
    found
}

fn links_or_none(app: &TestApp, email: &str) -> Vec<String> {
    let mails = app.mailer.kept().unwrap();
    let Some(mail) = mails.iter().find(|mail| mail.to_address == email) else { return vec![] };
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
    let scope = Scope { audience: clientele::infra::db::Audience::Platform, ..Scope::nobody() };
    let invited = app.db.write(scope, move |tx| {
        let (name, email) = ("Uma Reed".parse().unwrap(), "uma@umbrella.test".parse().unwrap());
        users::invite_first_admin(tx, tenant, &name, &email, "https://clientele.test")
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

async fn invited_by(app: &TestApp, person: &Person, path: &str, form: &[(&str, &str)]) -> String {
    let answer = person.submit(path, form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    app.run_tasks().await;
    answer.location
}

fn id_of(app: &TestApp, email: &str) -> String {
    app.cell(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

#[actix_web::test]
async fn a_tenant_admin_invites_colleagues_and_customers_users() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = [
        ("name", "Nora Quill"),
        ("email", "Nora@Acme.test"),
        ("roles", "agent"),
        ("roles", "customer_success"),
    ];
    let page = invited_by(&app, &ada, "/console/users", &form).await;
    ada.get(&page).await.assert_ok().assert_text("Nora Quill is invited").assert_text("Good until");
    let mail = &app.mailer.kept().unwrap()[0];
    assert!(mail.text.contains("You are invited to work with Acme"), "{}", mail.text);
    // The address is taken, whoever has it; what was typed is kept.
    for email in ["nora@acme.test", "carol@northwind.test"] {
        let again =
            ada.submit("/console/users", &[("name", "Nora"), ("email", email), ("roles", "agent")]).await;
        again.assert_status(422).assert_text("This address has an account here already.");
        assert_eq!(again.attribute("#email", "value").unwrap(), email);
    }
    ada.submit("/console/users", &[("name", "Eve"), ("email", "eve@globex.test"), ("roles", "agent")])
        .await
        .assert_status(303);
    // Another link makes the one before void.
    let first = link(&app, "nora@acme.test");
    ada.submit(&format!("{page}/invitation"), &[]).await.assert_status(303);
    app.run_tasks().await;
    app.visitor().get(&first).await.assert_not_found();
    choose(&app.visitor(), &link(&app, "nora@acme.test"), NEW).await.assert_status(303);
    ada.submit(&format!("{page}/invitation"), &[]).await.assert_status(409);
    // A customer's user.
    let customer = app.customer("Northwind Traders");
    let users = format!("/console/customers/{customer}/users");
    let new = ada.get(&users).await.attribute("a[href*='users/new']", "href").unwrap();
    ada.get(&new).await.assert_ok().assert_text("Invite a user of Northwind Traders");
    let form = [
        ("customer", customer.as_str()),
        ("name", "Otto Reed"),
        ("email", "otto@northwind.test"),
        ("roles", "customer_user"),
    ];
    invited_by(&app, &ada, "/console/users", &form).await;
    let otto = app.visitor();
    choose(&otto, &link(&app, "otto@northwind.test"), NEW).await.assert_status(303);
    otto.get("/customer/dashboard").await.assert_ok();
    ada.get(&users).await.assert_ok().assert_text("Otto Reed");
    // What is not offered is not given.
    for roles in ["platform_admin", "customer_admin", ""] {
        let form = [("name", "X"), ("email", "x@acme.test"), ("roles", roles)];
        ada.submit("/console/users", &form)
            .await
            .assert_status(422)
            .assert_text("Choose what this person may do.");
    }
    let theirs = app.customer("Initech");
    let form =
        [("customer", theirs.as_str()), ("name", "X"), ("email", "x@acme.test"), ("roles", "customer_user")];
    ada.submit("/console/users", &form).await.assert_not_found();
}

#[actix_web::test]
async fn an_invitation_is_withdrawn_and_the_page_behind_its_link_says_so() {
    let app = TestApp::start().await;
    let (ada, carol) = (app.person("ada@acme.test").await, app.person("carol@northwind.test").await);
    let form = [("name", "Nora Quill"), ("email", "nora@northwind.test"), ("roles", "customer_user")];
    assert_eq!(invited_by(&app, &carol, "/customer/team", &form).await, "/customer/team");
    let page = format!("/customer/team/{}", id_of(&app, "nora@northwind.test"));
    let of_nora = link(&app, "nora@northwind.test");
    carol.get(&page).await.assert_text("Withdraw invitation");
    let done = carol.submit_and_follow(&format!("{page}/invitation/deletion"), &[]).await;
    done.assert_ok().assert_text("The invitation of Nora Quill is withdrawn");
    let nora = app.visitor();
    let met = nora.get(&of_nora).await;
    met.assert_not_found().assert_text("This invitation was withdrawn").assert_text("Acme has withdrawn");
    assert_eq!(met.attribute("main a.btn--primary", "href").unwrap(), "/login");
    choose(&nora, &of_nora, NEW).await.assert_not_found().assert_text("This invitation was withdrawn");
    let customer = format!("/console/customers/{}", app.customer("Northwind Traders"));
    ada.get(&format!("{customer}/timeline")).await.assert_text("withdrew the invitation of Nora Quill");
    // Whoever was withdrawn is gone, and the address free for another side.
    carol.submit(&format!("{page}/invitation/deletion"), &[]).await.assert_not_found();
    let form = [("name", "Nora Quill"), ("email", "nora@northwind.test"), ("roles", "agent")];
    let again = invited_by(&app, &ada, "/console/users", &form).await;
    choose(&nora, &link(&app, "nora@northwind.test"), NEW).await.assert_status(303);
    // Who has chosen a password is in.
    let late = ada.submit(&format!("{again}/invitation/deletion"), &[]).await;
    late.assert_status(409).assert_text("Disable the account instead");
    ada.get(&again).await.assert_no_text("Withdraw invitation");
    let cody = format!("/customer/team/{}/invitation/deletion", id_of(&app, "cody@northwind.test"));
    carol.submit(&cody, &[]).await.assert_status(409);
}

#[actix_web::test]
async fn other_roles_and_a_disabled_account_end_sessions_at_once() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    let page = format!("/console/users/{}", id_of(&app, "grace@acme.test"));
    let version = |answer: &Answer| answer.attribute("input[name=version]", "value").unwrap();
    // Only the name: she stays in.
    let seen = version(&ada.get(&page).await);
    ada.submit(&page, &[("version", &seen), ("name", "Grace Hall"), ("roles", "agent")])
        .await
        .assert_status(303);
    grace.get("/console/customers").await.assert_ok().assert_text("Grace Hall");
    // A role more: out, and in again with both.
    let form = [
        ("version", seen.as_str()),
        ("name", "Grace Hall"),
        ("roles", "agent"),
        ("roles", "customer_success"),
    ];
    let saved = ada.submit_and_follow(&page, &form).await;
    saved.assert_text("They are signed out");
    assert_eq!(grace.get("/console/customers").await.status, 303);
    assert_eq!(
        app.cell("SELECT roles FROM users WHERE email = 'grace@acme.test'"),
        "{agent,customer_success}"
    );
    // The form of before is too old now.
    ada.submit(&page, &form).await.assert_status(409).assert_text("This record has changed");
    let grace = app.person("grace@acme.test").await;
    ada.submit_and_follow(&format!("{page}/sessions/deletion"), &[])
        .await
        .assert_text("signed out everywhere");
    assert_eq!(grace.get("/console/customers").await.status, 303);
    let grace = app.person("grace@acme.test").await;
    ada.submit_and_follow(&format!("{page}/disabling"), &[]).await.assert_text("Disabled");
    assert_eq!(grace.get("/console/customers").await.status, 303);
    sign_in(&app, "grace@acme.test", cast::PASSWORD).await.assert_status(422);
    forget(&app, "grace@acme.test").await;
    assert!(app.mailer.kept().unwrap().is_empty());
    ada.submit_and_follow(&format!("{page}/enabling"), &[]).await.assert_text("Active");
    sign_in(&app, "grace@acme.test", cast::PASSWORD).await.assert_status(303);
}

/// Asks for another address with the right password, and runs what follows.
async fn ask_for_address(app: &TestApp, person: &Person, email: &str) -> Answer {
    let form = [("new_email", email), ("email_password", cast::PASSWORD)];
    let answer = person.submit("/account/email", &form).await;
    app.run_tasks().await;
    answer
}

fn subjects(app: &TestApp, email: &str) -> Vec<String> {
    let mails = app.mailer.kept().unwrap();
    mails.iter().filter(|mail| mail.to_address == email).map(|mail| mail.subject.clone()).collect()
}

#[actix_web::test]
async fn another_address_is_taken_by_the_link_that_is_mailed_to_it() {
    let app = TestApp::start().await;
    let (carol, elsewhere) =
        (app.person("carol@northwind.test").await, app.person("carol@northwind.test").await);
    let form = [("new_email", "c.winter@northwind.test"), ("email_password", "not it at all")];
    let wrong = carol.submit("/account/email", &form).await;
    wrong.assert_status(422).assert_text("That is not your present password.");
    assert_eq!(wrong.attribute("#new_email", "value").unwrap(), "c.winter@northwind.test");
    for (email, problem) in [
        ("Carol@Northwind.test", "your address already"),
        ("", "Enter the new address."),
        ("x", "email address"),
    ] {
        let form = [("new_email", email), ("email_password", cast::PASSWORD)];
        carol.submit("/account/email", &form).await.assert_status(422).assert_text(problem);
    }
    // Reset links that are under way: none of them outlives the change.
    forget(&app, "carol@northwind.test").await;
    let reset = link(&app, "carol@northwind.test");

    let asked = ask_for_address(&app, &carol, "C.Winter@Northwind.test").await;
    assert_eq!((asked.status.as_u16(), asked.location.as_str()), (303, "/customer/profile"));
    carol.get(&asked.location).await.assert_text("on its way to c.winter@northwind.test");
    let id = id_of(&app, "carol@northwind.test");
    let mails = app.mailer.kept().unwrap();
    let notice = mails.iter().find(|mail| mail.subject.starts_with("Somebody wants to change")).unwrap();
    assert_eq!(notice.to_address, "carol@northwind.test");
    assert!(!notice.text.contains("?token="), "{}", notice.text);
    let link = link(&app, "c.winter@northwind.test");
    let (page, token) = parts(&link);
    for _ in 0..2 {
        app.visitor().get(&link).await.assert_ok().assert_text("c.winter@northwind.test");
    }
    assert_eq!(id_of(&app, "carol@northwind.test"), id, "nothing has changed yet");
    // For that purpose and user only.
    let cody = app.person("cody@northwind.test").await;
    cody.submit(page, &[("token", token)])
        .await
        .assert_status(409)
        .assert_text("signed in as cody@northwind.test");
    for other in ["/new-password", "/invitation"] {
        choose(&app.visitor(), &link.replace(page, other), NEW).await.assert_not_found();
    }
    let (_, of_reset) = parts(&reset);
    app.visitor().submit(page, &[("token", of_reset)]).await.assert_not_found();

    let done = carol.submit_and_follow(page, &[("token", token)]).await;
    done.assert_ok().assert_text("Your address is c.winter@northwind.test from now on");
    assert_eq!(id_of(&app, "c.winter@northwind.test"), id);
    assert_eq!(elsewhere.get("/customer/dashboard").await.status, 303, "other sessions have ended");
    app.visitor().get(&reset).await.assert_not_found();
    sign_in(&app, "carol@northwind.test", cast::PASSWORD).await.assert_status(422);
    sign_in(&app, "c.winter@northwind.test", cast::PASSWORD).await.assert_status(303);
    app.run_tasks().await;
    let told = subjects(&app, "carol@northwind.test");
    assert!(told.iter().any(|subject| subject == "The address of your account was changed"), "{told:?}");
    let twice = app.visitor().submit(page, &[("token", token)]).await;
    twice.assert_not_found().assert_text("This link doesn’t work").assert_text("Open your account");
}

#[actix_web::test]
async fn an_address_that_has_an_account_is_answered_like_any_other_and_nothing_changes() {
    let app = TestApp::start().await;
    let grace = app.person("grace@acme.test").await;
    let taken = ask_for_address(&app, &grace, "carol@northwind.test").await;
    let said = grace.get(&taken.location).await.all(".flash, .banner");
    let free = ask_for_address(&app, &grace, "grace.hill@acme.test").await;
    assert_eq!((taken.status, &taken.location), (free.status, &free.location));
    let other = grace.get(&free.location).await.all(".flash, .banner");
    assert_eq!(said.join(" ").replace("carol@northwind.test", "grace.hill@acme.test"), other.join(" "));
    assert_eq!(subjects(&app, "carol@northwind.test"), ["You already have an account at Acme"]);
    assert!(links_or_none(&app, "carol@northwind.test").is_empty());
    assert_eq!(subjects(&app, "grace@acme.test").len(), 2, "its owner is told of both");
    // Somebody gets the address while the link is under way.
    let link = link(&app, "grace.hill@acme.test");
    let (page, token) = parts(&link);
    app.sql("UPDATE users SET email = 'grace.hill@acme.test' WHERE email = 'chloe@acme.test'");
    app.visitor().submit(page, &[("token", token)]).await.assert_not_found();
    assert_eq!(app.cell("SELECT name FROM users WHERE email = 'grace@acme.test'"), "Grace Hill");
    // A later wish makes the one before void, and so does a new password.
    ask_for_address(&app, &grace, "g.hill@acme.test").await;
    app.visitor().get(&link).await.assert_not_found();
    let form = [("current_password", cast::PASSWORD), ("new_password", NEW)];
    grace.submit("/account/password", &form).await.assert_status(303);
    let last = self::link(&app, "g.hill@acme.test");
    app.visitor().get(&last).await.assert_not_found();
    // Whose address is another tenant's is free here.
    app.sql("DELETE FROM sign_in_failures");
    let form = [("new_email", "eve@globex.test"), ("email_password", NEW)];
    grace.submit("/account/email", &form).await.assert_status(303);
    app.run_tasks().await;
    let link = self::link(&app, "eve@globex.test");
    let (page, token) = parts(&link);
    let done = app.visitor().submit(page, &[("token", token)]).await;
    assert_eq!((done.status.as_u16(), done.location.as_str()), (303, "/login?email=eve%40globex.test"));
    assert_eq!(
        grace.get("/console/customers").await.status,
        303,
        "everybody is out, where it was done signed out"
    );
}

#[actix_web::test]
async fn a_platform_admin_takes_another_address_as_well() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    ask_for_address(&app, &root, "root2@clientele.test").await.assert_status(303);
    let link = link(&app, "root2@clientele.test");
    let (page, token) = parts(&link);
    root.submit_and_follow(page, &[("token", token)]).await.assert_ok().assert_text("root2@clientele.test");
}

#[actix_web::test]
async fn the_last_admin_stays() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let page = format!("/console/users/{}", id_of(&app, "ada@acme.test"));
    // Oneself: what one may do is for others to say.
    ada.submit(&format!("{page}/disabling"), &[])
        .await
        .assert_status(422)
        .assert_text("You can't disable your own account.")
        .assert_no_text("has changed");
    let form = [("version", "1"), ("name", "Ada Park"), ("roles", "agent")];
    ada.submit(&page, &form).await.assert_status(303);
    assert_eq!(app.cell("SELECT roles FROM users WHERE email = 'ada@acme.test'"), "{tenant_admin}");
    // And the database lets nobody take the last one away: an admin who was only invited does not count.
    invite(&app, "nora@acme.test", None, Role::TenantAdmin).await;
    let id = id_of(&app, "ada@acme.test").parse().unwrap();
    let change = ChangeUser { name: "Ada".parse().unwrap(), roles: vec![Role::Agent], version: 1 };
    let refused = app.db.write(app.system("acme"), move |tx| users::change(tx, id, &change)).await;
    assert!(matches!(refused, Err(clientele::infra::web::errors::AppError::Invalid(_))), "{refused:?}");
    // Two admins at once, each against the other: one of them stays.
    choose(&app.visitor(), &link(&app, "nora@acme.test"), NEW).await.assert_status(303);
    let nora = app.visitor();
    nora.submit("/login", &[("email", "nora@acme.test"), ("password", NEW)]).await.assert_status(303);
    let of_nora = format!("/console/users/{}/disabling", id_of(&app, "nora@acme.test"));
    let of_ada = format!("{page}/disabling");
    let nothing: [(&str, &str); 0] = [];
    tokio::join!(ada.submit(&of_nora, &nothing), nora.submit(&of_ada, &nothing));
    assert_eq!(app.cell("SELECT count(*) FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE t.slug = 'acme' AND u.roles @> '{tenant_admin}' AND u.disabled_at IS NULL"), "1");
}

#[actix_web::test]
async fn a_customer_admin_manages_their_team_and_nobody_else() {
    let app = TestApp::start().await;
    let carol = app.person("carol@northwind.test").await;
    carol.get("/customer/dashboard").await.assert_text("Team");
    let team = carol.get("/customer/team").await;
    team.assert_ok().assert_text("Cody Lane").assert_no_text("Ada Park").assert_no_text("Iris Vale");
    let others = app.customer("Contoso");
    let form = [
        ("customer", others.as_str()),
        ("name", "Otto Reed"),
        ("email", "otto@northwind.test"),
        ("roles", "customer_admin"),
    ];
    invited_by(&app, &carol, "/customer/team", &form).await;
    let otto_page = format!("/customer/team/{}", id_of(&app, "otto@northwind.test"));
    assert_eq!(app.cell("SELECT c.name FROM users u JOIN customers c ON c.id = u.customer_id WHERE u.email = 'otto@northwind.test'"), "Northwind Traders");
    carol
        .submit("/customer/team", &[("name", "X"), ("email", "x@northwind.test"), ("roles", "agent")])
        .await
        .assert_status(422);
    for email in ["ada@acme.test", "iris@initech.test"] {
        carol.get(&format!("/customer/team/{}", id_of(&app, email))).await.assert_not_found();
        carol
            .submit(&format!("/customer/team/{}/disabling", id_of(&app, email)), &[])
            .await
            .assert_not_found();
    }
    let cody = app.person("cody@northwind.test").await;
    cody.get("/customer/team").await.assert_not_found();
    cody.get("/customer/dashboard").await.assert_no_text("Team");
    carol
        .submit_and_follow(&format!("/customer/team/{}/disabling", id_of(&app, "cody@northwind.test")), &[])
        .await
        .assert_text("Disabled");
    assert_eq!(cody.get("/customer/dashboard").await.status, 303);
    // The last one who can sign in stays, whoever is invited.
    let otto = app.visitor();
    let carols = format!("/customer/team/{}/disabling", id_of(&app, "carol@northwind.test"));
    choose(&otto, &link(&app, "otto@northwind.test"), NEW).await.assert_status(303);
    otto.submit_and_follow(&carols, &[]).await.assert_text("Disabled");
    otto.submit(&format!("{otto_page}/disabling"), &[]).await.assert_status(422);
    // Staff may: customers without users are ordinary.
    let ada = app.person("ada@acme.test").await;
    ada.submit(&format!("/console/users/{}/disabling", id_of(&app, "otto@northwind.test")), &[])
        .await
        .assert_status(303);
}

#[actix_web::test]
async fn the_list_of_users_is_searched_and_goes_on() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO users (tenant_id, email, name, roles) SELECT t.id, 'p' || n || '@acme.test', 'Person ' || to_char(n, 'FM000'), '{agent}' FROM tenants t, generate_series(1, 60) n WHERE slug = 'acme'");
    let ada = app.person("ada@acme.test").await;
    let rows = |page: &Answer| page.all("tbody th a");
    let first = ada.get("/console/users").await;
    let next = ada.get(&first.attribute("a[rel=next]", "href").unwrap()).await;
    let all: std::collections::BTreeSet<String> = rows(&first).into_iter().chain(rows(&next)).collect();
    assert_eq!((rows(&first).len(), all.len()), (50, 68));
    assert_eq!(rows(&ada.get("/console/users?q=CHLÓE%40acme").await), ["Chloe Marsh"]);
    assert_eq!(rows(&ada.get("/console/users?q=hl").await), ["Chloe Marsh"], "too short for the index");
    assert_eq!(rows(&ada.get("/console/users?q=_h%25").await), [""; 0], "nothing of it is a pattern");
    assert_eq!(rows(&ada.get("/console/users?q=Person&state=invited").await).len(), 50);
    let carol = app.person("carol@northwind.test").await;
    assert_eq!(rows(&carol.get("/customer/team?q=cody").await), ["Cody Lane"]);
    assert_eq!(rows(&carol.get("/customer/team?q=ada").await), [""; 0]);
    assert_eq!(
        rows(&ada.get("/console/users?side=portal").await),
        ["Carol Winter", "Cody Lane", "Conny Bell", "Cora Finch"]
    );
    assert_eq!(
        rows(&ada.get("/console/users?side=staff&state=active").await),
        ["Ada Park", "Chloe Marsh", "Grace Hill", "Otto Reed"]
    );
    ada.get("/console/users?q=zzz").await.assert_ok().assert_text("Nobody here");
}

#[actix_web::test]
async fn a_customer_admin_does_not_learn_who_has_an_account() {
    let app = TestApp::start().await;
    let carol = app.person("carol@northwind.test").await;
    let invite = |email: &'static str| {
        let carol = &carol;
        async move {
            let form = [("name", "X Y"), ("email", email), ("roles", "customer_user")];
            let answer = carol.submit("/customer/team", &form).await;
            let said = carol.get("/customer/team").await.all(".flash, .banner").join(" ");
            (answer.status.as_u16(), answer.location, answer.body, said.replace(email, "ADDRESS"))
        }
    };
    let (known, unknown) = (invite("grace@acme.test").await, invite("otto@northwind.test").await);
    assert_eq!(known, unknown);
    assert_eq!((known.0, known.1.as_str()), (303, "/customer/team"));
    app.run_tasks().await;
    assert_eq!(subjects(&app, "grace@acme.test"), ["You already have an account at Acme"]);
    let mails = app.mailer.kept().unwrap();
    let to_grace = mails.iter().find(|mail| mail.to_address == "grace@acme.test").unwrap();
    assert!(to_grace.text.contains("Hello Grace Hill,"), "by her own name: {}", to_grace.text);
    assert_eq!(app.cell("SELECT customer_id FROM users WHERE email = 'grace@acme.test'"), "");
    // Whom one sees in one's team is no secret.
    let own = [("name", "X Y"), ("email", "cody@northwind.test"), ("roles", "customer_user")];
    carol.submit("/customer/team", &own).await.assert_status(422).assert_text("has an account here already");
}

#[actix_web::test]
async fn passwords_of_names_and_stolen_ones_are_refused_wherever_they_are_chosen() {
    let app = TestApp::start().await;
    let weak = [
        "Northwind-Traders-2026",
        "clientele-acme-2026",
        "correcthorsebatterystaple",
        "!QAZ2wsx#EDC4rfv",
        "123qwe!@#QWE456",
    ];
    let carol = app.person("carol@northwind.test").await;
    forget(&app, "carol@northwind.test").await;
    let reset = link(&app, "carol@northwind.test");
    for password in weak {
        let form = [("current_password", cast::PASSWORD), ("new_password", password)];
        carol.submit("/account/password", &form).await.assert_status(422);
        choose(&app.visitor(), &reset, password).await.assert_status(422);
    }
    // However the accents are composed, now and then.
    let (composed, decomposed) = ("h\u{e9}risson-violet-lanterne", "he\u{301}risson-violet-lanterne");
    choose(&app.visitor(), &reset, decomposed).await.assert_status(303);
    sign_in(&app, "carol@northwind.test", composed).await.assert_status(303);
    sign_in(&app, "carol@northwind.test", decomposed).await.assert_status(303);
}
