//! What platform admins do with tenants, and tenant admins with their own.
use crate::support::{Person, TestApp};
use clientele::infra::db::Scope;
use diesel::{RunQueryDsl, sql_query};

fn tenant(app: &TestApp, slug: &str) -> String {
    app.cell(&format!("SELECT id FROM tenants WHERE slug = '{slug}'"))
}

async fn enter(root: &Person, id: &str, why: &str) {
    root.submit(&format!("/platform/tenants/{id}/entries"), &[("reason", why)]).await.assert_status(303);
}

/// The form of the settings page, with some of it typed anew.
fn settings<'a>(version: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", "Acme"),
        ("host", ""),
        ("country", "US"),
        ("time_zone", "UTC"),
        ("session_expiration_seconds", ""),
        ("access_log_days", "365"),
        ("version", version),
    ];
    for (name, value) in changes {
        form.retain(|(field, _)| field != name);
        form.push((name, value));
    }
    form
}

#[actix_web::test]
async fn a_platform_admin_finds_their_account_and_from_there_the_platform() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let tenants = root.get("/platform/tenants").await;
    assert_eq!(tenants.attribute("a.menu__item", "href").as_deref(), Some("/account"));
    let account = root.get("/account").await;
    assert_eq!(account.all("nav[aria-label=Main] a"), ["Tenants", "Audit log", "Background tasks"]);
}

#[actix_web::test]
async fn the_list_goes_on_and_back_and_is_searched() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO tenants (name, slug) SELECT 'Tenant ' || to_char(n, 'FM00'), 'tenant-' || n FROM generate_series(1, 30) n");
    let root = app.person("root@clientele.test").await;
    let names = |answer: &crate::support::Answer| answer.all("tbody th");
    let first = root.get("/platform/tenants").await;
    assert_eq!((names(&first).len(), names(&first)[0].as_str()), (25, "Acme"));
    assert_eq!(first.attribute("a[rel=prev]", "href"), None);
    let next = root.get(&first.attribute("a[rel=next]", "href").unwrap()).await;
    assert_eq!((names(&next).len(), names(&next)[0].as_str()), (7, "Tenant 24"));
    assert_eq!(next.attribute("a[rel=next]", "href"), None);
    let back = root.get(&next.attribute("a[rel=prev]", "href").unwrap()).await;
    assert_eq!(names(&back), names(&first));
    assert_eq!(back.attribute("a[rel=prev]", "href"), None);
    assert_eq!(names(&root.get("/platform/tenants?q=glob").await), ["Globex"]);
    root.get("/platform/tenants?q=%25").await.assert_text("No tenant matches");
}

#[actix_web::test]
async fn the_platform_sets_where_a_tenant_is_reached_and_what_is_wrong_stands_at_its_field() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let at = format!("/platform/tenants/{}", tenant(&app, "acme"));
    app.sql("UPDATE tenants SET host = 'taken.example.com' WHERE slug = 'globex'");
    let wrong = [
        ("host", "https://x", "Enter a host like"),
        ("host", "Taken.Example.com", "Another tenant"),
        ("country", "XX", "two letters"),
        ("time_zone", "Mars", "Choose a time zone"),
        ("session_expiration_seconds", "1", "Choose how long"),
        ("access_log_days", "29", "30 to 3650"),
        ("access_log_days", "x", "30 to 3650"),
        ("name", "", "Enter a name"),
    ];
    for (field, value, message) in wrong {
        let answer = root.submit(&at, &settings("1", &[(field, value)])).await;
        answer.assert_status(422).assert_text(message);
        assert_eq!(answer.all(".field__error").len(), 1, "{field} = {value}");
    }
    let good = [("host", "Help.Acme.example"), ("name", "Acme Ltd"), ("session_expiration_seconds", "3600")];
    root.submit_and_follow(&at, &settings("1", &good))
        .await
        .assert_text("help.acme.example")
        .assert_text("1 hour");
    let late = root.submit(&at, &settings("1", &[("name", "Acme plc")])).await;
    late.assert_status(409).assert_text("Acme Ltd");
    assert_eq!(late.attribute("input[name=name]", "value").as_deref(), Some("Acme plc"));
    assert_eq!(late.attribute("input[name=version]", "value").as_deref(), Some("2"));
}

#[actix_web::test]
async fn its_own_admins_set_the_rest() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let good = [("name", "Acme Ltd"), ("time_zone", "Europe/Berlin"), ("host", "evil.example")];
    let page = ada.submit_and_follow("/console/settings", &settings("1", &good)).await;
    page.assert_text("The settings are saved.");
    assert_eq!(page.all(".brand span"), ["Acme Ltd"]);
    let set = "SELECT name || time_zone || coalesce(host, '-') FROM tenants WHERE slug = 'acme'";
    assert_eq!(app.cell(set), "Acme LtdEurope/Berlin-", "the host is the platform's to set");
    ada.submit("/console/settings", &settings("1", &[])).await.assert_status(409);
    ada.get("/console/settings").await.assert_text("Ada Park changed the name and the time zone");
}

#[actix_web::test]
async fn the_database_lets_staff_neither_disable_a_tenant_nor_set_its_host_nor_touch_another() {
    let app = TestApp::start().await;
    let acme = tenant(&app, "acme");
    let admin = app.scope_of("ada@acme.test");
    let tries = |scope: &Scope, sql: &str| {
        let sql = sql.to_owned();
        app.db
            .write_blocking(scope, move |tx| Ok(sql_query(sql).execute(tx.conn)?))
            .map_err(|error| format!("{error:?}"))
    };
    for set in ["host = 'x.example'", "disabled_at = now()"] {
        let refused = tries(&admin, &format!("UPDATE tenants SET {set} WHERE slug = 'acme'"));
        assert!(refused.unwrap_err().contains("for the platform to decide"), "{set}");
    }
    assert_eq!(tries(&admin, "UPDATE tenants SET name = 'Mine' WHERE slug = 'globex'"), Ok(0));
    let agent = app.scope_of("grace@acme.test");
    assert_eq!(tries(&agent, "UPDATE tenants SET name = 'Mine' WHERE slug = 'acme'"), Ok(0));
    let refused = tries(&admin, &format!("SELECT enter_tenant('{acme}', gen_random_uuid(), 'why')"));
    assert!(refused.unwrap_err().contains("only platform admins"));
    assert_eq!(tries(&admin, "UPDATE tenants SET name = 'Mine' WHERE slug = 'acme'"), Ok(1));
}

#[actix_web::test]
async fn disabling_a_tenant_signs_its_people_out_and_lets_nobody_in_until_it_is_enabled() {
    let app = TestApp::start().await;
    let (root, ada) = (app.person("root@clientele.test").await, app.person("ada@acme.test").await);
    let (cody, eve) = (app.person("cody@northwind.test").await, app.person("eve@globex.test").await);
    let token = |answer: crate::support::Answer| answer.json()["token"].as_str().map(str::to_owned);
    let credentials = r#"{"email":"carol@northwind.test","password":"brisk-otter-lantern"}"#;
    let program = app.program(&token(app.visitor().send_json("/api/auth/login", credentials).await).unwrap());
    program.get("/api/customers/me").await.assert_ok();
    let at = format!("/platform/tenants/{}", tenant(&app, "acme"));
    root.submit(&format!("{at}/disablement"), &[("slug", "acmee")]).await.assert_status(422);
    ada.get("/console/customers").await.assert_ok();
    root.submit_and_follow(&format!("{at}/disablement"), &[("slug", "acme")])
        .await
        .assert_text("Acme is disabled");
    root.submit(&format!("{at}/disablement"), &[("slug", "acme")]).await.assert_status(409);
    assert_eq!(ada.get("/console/customers").await.location, "/login?return_to=%2Fconsole%2Fcustomers");
    cody.get("/customer/dashboard").await.assert_status(303);
    program.get("/api/customers/me").await.assert_status(401);
    eve.get("/console/customers").await.assert_ok();
    let visitor = app.visitor();
    let right =
        visitor.submit("/login", &[("email", "ada@acme.test"), ("password", "brisk-otter-lantern")]).await;
    right.assert_status(403).assert_text("Acme is switched off here");
    let wrong =
        visitor.submit("/login", &[("email", "ada@acme.test"), ("password", "wrong-otter-lantern")]).await;
    wrong.assert_status(422).assert_no_text("switched off");
    visitor.send_json("/api/auth/login", credentials).await.assert_status(403);
    assert_eq!(
        app.cell(
            "SELECT count(*) FROM sessions s JOIN tenants t ON t.id = s.tenant_id WHERE t.slug = 'acme'"
        ),
        "0"
    );
    root.get(&at).await.assert_text("Root disabled this tenant");
    root.submit_and_follow(&format!("{at}/disablement/deletion"), &[]).await.assert_text("Acme is enabled");
    app.person("ada@acme.test").await.get("/console/events").await.assert_text("disabled the tenant Acme");
}

#[actix_web::test]
async fn a_platform_admin_enters_with_a_reason_and_both_logs_tell_who_did_what() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let acme = tenant(&app, "acme");
    let at = format!("/platform/tenants/{acme}");
    root.get("/console/customers").await.assert_not_found();
    root.submit(&format!("{at}/entries"), &[("reason", " ")]).await.assert_status(422).assert_text("Say why");
    enter(&root, &acme, "Ada asked for help").await;
    let list = root.get("/console/customers").await;
    list.assert_text("Northwind Traders").assert_text("You are inside Acme").assert_no_text("Initech");
    let form = [("name", "Fabrikam"), ("customer_type", "business"), ("lifecycle_stage", "active")];
    root.submit("/console/customers", &form).await.assert_status(303);
    root.get("/platform/tenants").await.assert_ok().assert_text("You are inside Acme");
    let (here, there) =
        (format!("/platform/tenants/{acme}"), format!("/platform/tenants/{}", tenant(&app, "globex")));
    let here = root.get(&here).await;
    here.assert_ok().assert_no_text("Enter Acme");
    assert_eq!(here.attribute("section[aria-labelledby=inside] a", "href").unwrap(), "/console/customers");
    root.get(&there).await.assert_text("Enter Globex");
    root.get("/account").await.assert_ok().assert_text("You are inside Acme");
    root.submit_and_follow("/platform/entry/deletion", &[]).await.assert_no_text("You are inside");
    root.get("/console/customers").await.assert_not_found();
    let ada = app.person("ada@acme.test").await;
    ada.get("/console/events")
        .await
        .assert_text("Root (platform) entered the tenant: Ada asked for help")
        .assert_text("Root (platform) made the customer Fabrikam")
        .assert_text("Root (platform) left the tenant");
    ada.get("/console/settings").await.assert_text("Ada asked for help");
    root.get("/platform/events")
        .await
        .assert_text("Root entered the tenant: Ada asked for help")
        .assert_no_text("Fabrikam");
    root.get(&at).await.assert_text("Ada asked for help");
    app.person("eve@globex.test").await.get("/console/events").await.assert_no_text("Ada asked for help");
}

#[actix_web::test]
async fn whoever_enters_another_tenant_or_signs_out_has_left_the_first() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let (acme, globex) = (tenant(&app, "acme"), tenant(&app, "globex"));
    let inside = || {
        app.cell("SELECT string_agg(t.slug, ' ') FROM tenant_entries e JOIN tenants t ON t.id = e.tenant_id WHERE e.left_at IS NULL")
    };
    enter(&root, &acme, "One").await;
    enter(&root, &globex, "Two").await;
    assert_eq!(inside(), "globex");
    root.get("/console/customers").await.assert_text("Initech").assert_no_text("Northwind");
    // Another session of theirs is where it was.
    let elsewhere = app.person("root@clientele.test").await;
    elsewhere.get("/console/customers").await.assert_not_found();
    root.submit("/logout", &[]).await;
    assert_eq!(inside(), "");
    let again = app.person("root@clientele.test").await;
    assert_eq!(again.get("/").await.location, "/platform/tenants");
}

#[actix_web::test]
async fn a_guest_answers_tickets_but_keeps_nothing_of_their_own() {
    let app = TestApp::start().await;
    let cody = app.person("cody@northwind.test").await;
    let asked = cody.submit("/customer/tickets", &[("subject", "Printer"), ("body", "It burns.")]).await;
    let ticket = asked.location.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let root = app.person("root@clientele.test").await;
    enter(&root, &tenant(&app, "acme"), "To help").await;
    let at = format!("/console/tickets/{ticket}");
    root.get(&at).await.assert_ok().assert_text("It burns.");
    root.submit(&format!("{at}/draft"), &[("body", "Half a sen")]).await.assert_status(303);
    root.submit(&format!("{at}/properties"), &[("assignee", "@me")]).await.assert_status(303);
    root.submit(&format!("{at}/messages"), &[("body", "Pull the plug.")]).await.assert_status(303);
    cody.get(&asked.location).await.assert_text("Pull the plug.").assert_text("Root");
    let view = [("name", "Mine"), ("query", ""), ("is_pinned", "true")];
    root.submit("/console/views", &view).await.assert_status(409).assert_text("guest");
    root.get(&format!("/console/customers/{}", app.customer("Northwind Traders"))).await.assert_ok();
}

#[actix_web::test]
async fn a_session_lasts_as_the_customer_says_else_the_tenant_else_the_platform() {
    let app = TestApp::start().await;
    let lasts = |email: &str| {
        app.cell(&format!(
            "SELECT round(extract(epoch FROM s.expires_at - s.created_at)) FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE u.email = '{email}' ORDER BY s.created_at DESC LIMIT 1"
        ))
    };
    app.person("ada@acme.test").await;
    assert_eq!(lasts("ada@acme.test"), "3600", "the platform's of these tests");
    app.sql("UPDATE tenants SET session_expiration_seconds = 28800 WHERE slug = 'acme'");
    for email in ["ada@acme.test", "cody@northwind.test"] {
        app.person(email).await;
        assert_eq!(lasts(email), "28800");
    }
    app.sql("UPDATE customers SET session_expiration_seconds = 900 WHERE name = 'Northwind Traders'");
    app.person("cody@northwind.test").await;
    app.person("ada@acme.test").await;
    assert_eq!((lasts("cody@northwind.test"), lasts("ada@acme.test")), ("900".into(), "28800".into()));
}

/// What is typed to open a tenant, with some of it typed anew.
fn opening<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", "Northwind Services"),
        ("slug", "northwind"),
        ("country", "US"),
        ("time_zone", "UTC"),
        ("admin_name", "Nora West"),
        ("admin_email", "Nora@Northwind.example"),
    ];
    for (name, value) in changes {
        form.retain(|(field, _)| field != name);
        form.push((name, value));
    }
    form
}

/// Follows the link of the last mail to this address, chooses a password, and is in.
async fn accept(app: &TestApp, email: &str) -> Person {
    app.run_tasks().await;
    let link = crate::accounts::link(app, email);
    let token = link.split_once("?token=").unwrap().1;
    let person = app.visitor();
    let form = [("token", token), ("new_password", "quiet-heron-blanket")];
    person.submit("/invitation", &form).await.assert_status(303);
    person
}

#[actix_web::test]
async fn the_platform_makes_a_tenant_whose_first_admin_comes_in_by_invitation() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let wrong = [
        ("slug", "acme", "Another tenant has this short name"),
        ("slug", "-a", "letters from a to z"),
        ("slug", "ümlaut", "letters from a to z"),
        ("admin_email", "nobody", "Enter an email address"),
        ("admin_name", "", "Enter a name"),
        ("time_zone", "", "Choose a time zone"),
    ];
    for (field, value, message) in wrong {
        let answer = root.submit("/platform/tenants", &opening(&[(field, value)])).await;
        answer.assert_status(422).assert_text(message);
        assert_eq!(answer.all(".field__error").len(), 1, "{field} = {value}");
    }
    let made =
        root.submit_and_follow("/platform/tenants", &opening(&[("host", "help.northwind.example")])).await;
    made.assert_text("Northwind Services is made")
        .assert_text("help.northwind.example")
        .assert_text("Root added this tenant");
    let nora = accept(&app, "nora@northwind.example").await;
    nora.get("/console/customers").await.assert_ok().assert_no_text("Contoso");
    nora.get("/console/settings").await.assert_ok().assert_text("Root (platform) added this tenant");
    app.person("ada@acme.test").await.get("/console/events").await.assert_no_text("Nora");
}

#[actix_web::test]
async fn a_bootstrap_key_sets_up_the_customers_own_tenant_once() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let at = format!("/console/customers/{}/bootstrap-key", app.customer("Northwind Traders"));
    ada.get(&at).await.assert_text("None has been made so far");
    let key_of = |answer: &crate::support::Answer| answer.all("#key").concat();
    let first = ada.submit(&at, &[]).await;
    let second = ada.submit(&at, &[]).await;
    let (replaced, key) = (key_of(&first), key_of(&second));
    assert!(replaced.starts_with("clientele_bootstrap_") && replaced != key);
    assert_eq!(key_of(&ada.get(&at).await), "", "it is shown once");
    ada.get(&at).await.assert_text("by Ada Park");

    let somebody = app.visitor();
    let mut refusals = vec![];
    for bad in ["clientele_bootstrap_0", replaced.as_str()] {
        refusals.push(somebody.submit("/bootstrap", &opening(&[("key", bad)])).await);
    }
    let taken = somebody.submit("/bootstrap", &opening(&[("key", &key), ("slug", "acme")])).await;
    taken.assert_status(422).assert_text("Another tenant has this short name");
    somebody
        .submit_and_follow("/bootstrap", &opening(&[("key", &key), ("host", "evil.example")]))
        .await
        .assert_text("Northwind Services is set up");
    refusals.push(somebody.submit("/bootstrap", &opening(&[("key", &key), ("slug", "another")])).await);
    for refusal in &refusals {
        refusal.assert_status(422);
        assert_eq!(refusal.all(".field__error"), refusals[0].all(".field__error"));
        assert!(refusal.all(".field__error")[0].contains("This key is not good"));
    }

    let linked = "SELECT c.name || ' ' || c.is_tenant_customer || ' ' || coalesce(t.host, '-') FROM tenants t
                  JOIN customers c ON c.tenant_id = t.served_by AND c.id = t.served_as WHERE t.slug = 'northwind'";
    assert_eq!(app.cell(linked), "Northwind Traders true -");
    let nora = accept(&app, "nora@northwind.example").await;
    nora.get("/console/customers").await.assert_ok().assert_no_text("Contoso");
    ada.get(&at).await.assert_text("runs its own tenant");
    ada.submit(&at, &[]).await.assert_status(409);
    ada.get(&format!("/console/customers/{}", app.customer("Northwind Traders")))
        .await
        .assert_text("Runs a tenant");
    let log = ada.get("/console/events").await;
    log.assert_text("Ada Park made the bootstrap key of Northwind Traders")
        .assert_text("Ada Park replaced the bootstrap key of Northwind Traders")
        .assert_text("Clientele set up a tenant with the bootstrap key of Northwind Traders");
    let told = format!(
        "SELECT count(*) FROM events WHERE coalesce(before::text, '') || coalesce(after::text, '') ~ '({key}|{replaced}|key_hash)'"
    );
    assert_eq!(app.cell(&told), "0", "no secret is in the log");
    assert_eq!(
        app.cell(&format!(
            "SELECT count(*) FROM bootstrap_keys WHERE encode(key_hash, 'escape') LIKE '%{key}%'"
        )),
        "0"
    );
    let root = app.person("root@clientele.test").await;
    root.get(&format!("/platform/tenants/{}", tenant(&app, "northwind")))
        .await
        .assert_text("Customer of Acme");
}

#[actix_web::test]
async fn a_key_is_no_good_while_its_customer_or_its_tenant_has_no_access() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let at = format!("/console/customers/{}/bootstrap-key", app.customer("Contoso"));
    let key = ada.submit(&at, &[]).await.all("#key").concat();
    for (off, on) in [
        (
            "UPDATE customers SET is_disabled = true WHERE name = 'Contoso'",
            "UPDATE customers SET is_disabled = false",
        ),
        (
            "UPDATE tenants SET disabled_at = now() WHERE slug = 'acme'",
            "UPDATE tenants SET disabled_at = NULL",
        ),
    ] {
        app.sql(off);
        app.visitor()
            .submit("/bootstrap", &opening(&[("key", &key)]))
            .await
            .assert_status(422)
            .assert_text("not good");
        app.sql(on);
    }
    app.visitor().submit("/bootstrap", &opening(&[("key", &key)])).await.assert_status(303);
}

#[actix_web::test]
async fn guessing_keys_is_slowed_down() {
    let app = TestApp::start().await;
    let somebody = app.visitor();
    let guessed = opening(&[("key", "clientele_bootstrap_1")]);
    let guess = || somebody.submit("/bootstrap", &guessed);
    for _ in 0..5 {
        guess().await.assert_status(422);
    }
    app.sql("UPDATE sign_in_failures SET failures = 60");
    let slowed = guess().await;
    slowed.assert_status(429);
    assert!(slowed.headers.contains_key("retry-after"));
    app.person("ada@acme.test").await;
}

#[actix_web::test]
async fn nobody_makes_a_tenant_customer_by_hand() {
    let app = TestApp::start().await;
    let set = |scope: Scope, sql: &'static str| {
        app.db
            .write_blocking(&scope, move |tx| Ok(sql_query(sql).execute(tx.conn)?))
            .map_err(|error| format!("{error:?}"))
    };
    for sql in [
        "UPDATE customers SET is_tenant_customer = true WHERE name = 'Contoso'",
        "INSERT INTO customers (name, customer_type, lifecycle_stage, is_tenant_customer) VALUES ('X', 'business', 'active', true)",
    ] {
        assert!(set(app.system("acme"), sql).unwrap_err().contains("a bootstrap key alone"));
    }
}
