use crate::support::*;

#[actix_web::test]
async fn everybody_lands_where_they_belong() {
    let app = TestApp::start().await;
    for (email, home) in [
        ("ada@acme.test", "/console/customers"),
        ("chloe@acme.test", "/console/customers"),
        ("carol@northwind.test", "/customer/dashboard"),
        ("root@clientele.test", "/platform/tenants"),
    ] {
        let person = app.person(email).await;
        assert_eq!(person.get("/").await.location, home, "{email}");
        person.get(home).await.assert_ok();
        person.get("/account").await.assert_ok().assert_text(email);
    }
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_email_get_the_same_answer() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let wrong = visitor.submit("/login", &[("email", "ada@acme.test"), ("password", "nonsense-words")]).await;
    let unknown =
        visitor.submit("/login", &[("email", "nobody@acme.test"), ("password", "nonsense-words")]).await;
    wrong.assert_status(422).assert_text("The email address or the password is wrong.");
    assert_eq!(wrong.text().replace("ada@", "X@"), unknown.text().replace("nobody@", "X@"));
}

#[actix_web::test]
async fn failures_delay_the_next_try_even_with_the_right_password() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for _ in 0..8 {
        app.sql("UPDATE sign_in_failures SET last_at = now() - interval '20 minutes'");
        visitor.submit("/login", &[("email", "ada@acme.test"), ("password", "nonsense-words")]).await;
    }
    let answer = visitor.submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD)]).await;
    answer.assert_status(429).assert_text("Too many tries");
    assert!(answer.headers.contains_key("retry-after"));
    app.sql("UPDATE sign_in_failures SET last_at = now() - interval '20 minutes'");
    visitor
        .submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD)])
        .await
        .assert_status(303);
}

#[actix_web::test]
async fn a_signed_out_visitor_comes_back_to_the_page_they_wanted() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let sent = visitor.get("/console/customers?stage=churned").await;
    assert_eq!(
        (sent.status.as_u16(), sent.location.as_str()),
        (303, "/login?return_to=%2Fconsole%2Fcustomers%3Fstage%3Dchurned")
    );
    let form = visitor.get(&sent.location).await;
    let back = form.attribute("input[name=return_to]", "value").unwrap();
    let answer = visitor
        .submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD), ("return_to", &back)])
        .await;
    assert_eq!(answer.location, "/console/customers?stage=churned");
    let elsewhere = app
        .visitor()
        .submit(
            "/login",
            &[("email", "ada@acme.test"), ("password", cast::PASSWORD), ("return_to", "//evil.test")],
        )
        .await;
    assert_eq!(elsewhere.location, "/");
}

#[actix_web::test]
async fn sessions_are_listed_and_end_at_once() {
    let app = TestApp::start().await;
    let (here, there) = (app.person("ada@acme.test").await, app.person("ada@acme.test").await);
    let page = here.get("/account").await;
    let end = page.attribute("td form[action^='/account/sessions/']", "action").unwrap();
    let carol = app.person("carol@northwind.test").await;
    carol.submit(&end, &[]).await.assert_not_found();
    here.submit_and_follow(&end, &[]).await.assert_text("That session has ended.");
    there.get("/console/customers").await.assert_status(303);
    here.get("/console/customers").await.assert_ok();
    here.submit("/logout", &[]).await.assert_status(303);
    here.get("/console/customers").await.assert_status(303);
}

#[actix_web::test]
async fn a_new_password_signs_out_everywhere_else() {
    let app = TestApp::start().await;
    let (here, there) = (app.person("ada@acme.test").await, app.person("ada@acme.test").await);
    let change = |current: &'static str, new: &'static str| {
        let here = &here;
        async move {
            here.submit("/account/password", &[("current_password", current), ("new_password", new)]).await
        }
    };
    change("wrong-present-one", "violet-harbour-signal")
        .await
        .assert_status(422)
        .assert_text("not your present password");
    change(cast::PASSWORD, "password1").await.assert_status(422);
    change(cast::PASSWORD, "violet-harbour-signal").await.assert_status(303);
    here.get("/console/customers").await.assert_ok();
    there.get("/console/customers").await.assert_status(303);
    let visitor = app.visitor();
    visitor
        .submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD)])
        .await
        .assert_status(422);
    visitor
        .submit("/login", &[("email", "ada@acme.test"), ("password", "violet-harbour-signal")])
        .await
        .assert_status(303);
}

#[actix_web::test]
async fn a_disabled_account_is_out_at_its_next_request() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'ada@acme.test'");
    ada.get("/console/customers").await.assert_status(303);
}

#[actix_web::test]
async fn the_same_password_in_two_tenants_asks_which() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO users (tenant_id, email, name, roles, password_hash)
             SELECT t.id, u.email, u.name, '{agent}', u.password_hash FROM users u, tenants t WHERE u.email = 'ada@acme.test' AND t.slug = 'globex'");
    let ada = app.visitor();
    let choice = ada.submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD)]).await;
    choice.assert_ok().assert_text("Acme").assert_text("Globex");
    let globex = app.cell("SELECT u.id FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.email = 'ada@acme.test' AND t.slug = 'globex'");
    let eve = app.cell("SELECT id FROM users WHERE email = 'eve@globex.test'");
    let refused = ada.submit("/login/tenant", &[("user", &eve)]).await;
    assert_eq!(refused.location, "/login");
    ada.submit("/login/tenant", &[("user", &globex)]).await.assert_status(303);
    ada.get("/console/customers").await.assert_text("Initech").assert_no_text("Northwind");
}

#[actix_web::test]
async fn another_site_can_change_nothing() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for headers in [
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [("origin", "https://evil.test")],
        [("origin", "null")],
    ] {
        let answer = ada.submit_with("/console/customers", &[("name", "Forged")], &headers).await;
        answer.assert_status(400).assert_text("came from another site");
    }
    let host = app.url.trim_start_matches("http://");
    // Nor a page of this host under another scheme than that of the installation, whatever else the request says of its host.
    for headers in [
        [("origin", app.url.as_str()), ("x-forwarded-proto", "http")],
        [("origin", "https://evil.test"), ("x-forwarded-host", "evil.test")],
        [("origin", "https://evil.test"), ("forwarded", "host=evil.test;proto=https")],
    ] {
        let answer = ada.submit_with("/console/customers", &[("name", "Forged")], &headers).await;
        answer.assert_status(400).assert_text("came from another site");
    }
    let own = format!("https://{host}");
    let public = [("origin", "https://clientele.test")];
    ada.submit_with("/console/customers", &[("name", "Also")], &public).await.assert_status(303);
    ada.submit_with("/console/customers", &[("name", "Mine")], &[("origin", &own)]).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM customers WHERE name IN ('Forged', 'Mine', 'Also')"), "2");
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    for path in ["/login", "/nowhere", "/console/customers"] {
        let answer = app.visitor().get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

/// Ada has an account in both tenants, with one password: the cookie of her choice, and whom she may choose.
async fn choosing(app: &TestApp) -> (String, String) {
    let choice =
        app.visitor().submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD)]).await;
    choice.assert_ok().assert_text("Choose an organisation");
    let cookies = choice.headers.get_all("set-cookie");
    let cookie =
        cookies.iter().find_map(|one| one.to_str().unwrap().split(';').next()?.strip_prefix("choice="));
    let user = choice.attribute("input[name=user]", "value").unwrap();
    (format!("choice={}", cookie.unwrap()), user)
}

async fn choose(app: &TestApp, (cookie, user): &(String, String)) -> String {
    let answer = app.visitor().submit_with("/login/tenant", &[("user", user)], &[("cookie", cookie)]).await;
    answer.assert_status(303);
    answer.location
}

#[actix_web::test]
async fn a_choice_is_good_once_and_for_the_accounts_as_they_were() {
    let app = TestApp::start().await;
    app.sql("INSERT INTO users (tenant_id, email, name, roles, password_hash)
             SELECT t.id, u.email, u.name, '{agent}', u.password_hash FROM users u, tenants t WHERE u.email = 'ada@acme.test' AND t.slug = 'globex'");
    let once = choosing(&app).await;
    assert_eq!(choose(&app, &once).await, "/");
    assert_eq!(choose(&app, &once).await, "/login", "used");
    for change in [
        "UPDATE users SET password_hash = password_hash || 'x'",
        "UPDATE users SET claims_version = claims_version + 1",
        "UPDATE users SET disabled_at = now()",
    ] {
        let choice = choosing(&app).await;
        app.sql(&format!("{change} WHERE id = '{}'", choice.1));
        assert_eq!(choose(&app, &choice).await, "/login", "{change}");
        app.sql("UPDATE users SET disabled_at = NULL, password_hash = (SELECT password_hash FROM users WHERE email = 'eve@globex.test')
                 WHERE email = 'ada@acme.test'");
    }
    // At the same moment: one of them.
    let choice = choosing(&app).await;
    let (one, other) = tokio::join!(choose(&app, &choice), choose(&app, &choice));
    let mut both = [one, other];
    both.sort_unstable();
    assert_eq!(both, ["/", "/login"]);
}

#[actix_web::test]
async fn a_new_password_gives_the_own_session_another_token() {
    let app = TestApp::start().await;
    let ada = app.visitor();
    let signed_in = ada.submit("/login", &[("email", "ada@acme.test"), ("password", cast::PASSWORD)]).await;
    let cookies = signed_in.headers.get_all("set-cookie").iter();
    let before: Vec<&str> = cookies.filter_map(|one| one.to_str().unwrap().split(';').next()).collect();
    let before = before.join("; ");
    let form = [("current_password", cast::PASSWORD), ("new_password", "violet-harbour-signal")];
    ada.submit("/account/password", &form).await.assert_status(303);
    ada.get("/console/customers").await.assert_ok();
    let with_old = app.visitor().submit_with("/account/sessions/deletion", &[], &[("cookie", &before)]).await;
    assert_eq!(with_old.location, "/login");
}

#[actix_web::test]
async fn an_account_has_fifty_sessions_at_most_and_the_oldest_end() {
    let app = TestApp::start().await;
    let first = app.person("ada@acme.test").await;
    app.sql("INSERT INTO sessions (token_hash, user_id, expires_at)
             SELECT sha256(n::text::bytea), u.id, now() + interval '1 day' FROM generate_series(1, 60) n, users u WHERE u.email = 'ada@acme.test'");
    let last = app.person("ada@acme.test").await;
    last.get("/console/customers").await.assert_ok();
    assert_eq!(first.get("/console/customers").await.status, 303);
    assert_eq!(app.cell("SELECT count(*) FROM sessions"), "50");
    // A token of a program has a session as well.
    let body = serde_json::json!({ "email": "ada@acme.test", "password": cast::PASSWORD }).to_string();
    app.visitor().send_json("/api/auth/login", &body).await.assert_ok();
    assert_eq!(app.cell("SELECT count(*) FROM sessions"), "50");
}

#[actix_web::test]
async fn signing_out_clears_what_the_browser_kept() {
    let app = TestApp::start().await;
    let out = app.person("ada@acme.test").await.submit("/logout", &[]).await;
    assert_eq!(out.headers["clear-site-data"], r#""cache", "storage""#);
}
