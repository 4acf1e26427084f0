//! Clients behind proxies: the address that limits, sessions and mails go by can't be chosen by them, nor the host.
use crate::support::{TestApp, cast};
use clientele::infra::web::client::Proxies;

async fn behind(number: usize) -> TestApp {
    TestApp::start_with(|settings| settings.proxies.number = number).await
}

/// Tries of different accounts with wrong passwords, each with these headers; how many were not delayed.
async fn tries(app: &TestApp, headers: impl Fn(usize) -> Vec<(&'static str, String)>) -> usize {
    let mut taken = 0;
    for at in 0..60 {
        let (email, headers) = (format!("nobody{at}@acme.test"), headers(at));
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let form = [("email", email.as_str()), ("password", "wrong")];
        let answer = app.visitor().submit_with("/login", &form, &headers).await;
        assert!(matches!(answer.status.as_u16(), 422 | 429), "{}", answer.status);
        taken += usize::from(answer.status == 422);
    }
    taken
}

#[actix_web::test]
async fn a_client_does_not_choose_the_address_that_it_is_counted_by() {
    let app = behind(1).await;
    // What it wrote itself stands further left.
    let own = |at: usize| vec![("x-forwarded-for", format!("66.6.6.{at}, 1.2.3.4"))];
    assert!(tries(&app, own).await < 60);
    let app = behind(1).await;
    let other = |at: usize| {
        vec![("forwarded", format!("for=77.7.7.{at}")), ("x-forwarded-for", "1.2.3.5".to_owned())]
    };
    assert!(tries(&app, other).await < 60);
    let app = behind(1).await;
    let network = |at: usize| vec![("x-forwarded-for", format!("2001:db8:1:2:{at:x}::1"))];
    assert!(tries(&app, network).await < 60);
    let keys = app.cell("SELECT string_agg(key, ' ') FROM sign_in_failures WHERE key LIKE 'address:%'");
    assert_eq!(keys, "address:2001:db8:1:2::/64");
    // Whoever sits elsewhere is not delayed.
    let app = behind(1).await;
    assert_eq!(tries(&app, |at| vec![("x-forwarded-for", format!("10.0.{at}.1"))]).await, 60);
    // Without a proxy the header is nobody's.
    let app = behind(0).await;
    assert!(tries(&app, |at| vec![("x-forwarded-for", format!("10.0.{at}.1"))]).await < 60);
}

#[actix_web::test]
async fn what_is_no_address_is_counted_as_the_connection() {
    let app = behind(1).await;
    let long = "9".repeat(400);
    let headers = [("x-forwarded-for", long.as_str())];
    let mut last = 0;
    for _ in 0..8 {
        let form = [("email", "grace@acme.test"), ("password", "wrong")];
        last = app.visitor().submit_with("/login", &form, &headers).await.status.as_u16();
        assert!(matches!(last, 422 | 429), "{last}");
    }
    assert_eq!(last, 429);
    let form = [("email", "ada@acme.test"), ("password", cast::PASSWORD)];
    let headers = [("x-forwarded-for", "Reset here")];
    app.visitor().submit_with("/login", &form, &headers).await.assert_status(303);
    assert_eq!(app.cell("SELECT address FROM sessions ORDER BY created_at DESC LIMIT 1"), "127.0.0.1");
}

#[actix_web::test]
async fn the_header_and_the_number_of_proxies_are_the_settings() {
    let header = "x-real-ip".parse().unwrap();
    let app = TestApp::start_with(|settings| settings.proxies = Proxies { header, number: 1 }).await;
    let form = [("email", "ada@acme.test"), ("password", cast::PASSWORD)];
    let headers = [("x-real-ip", "203.0.113.9"), ("x-forwarded-for", "66.6.6.6")];
    app.visitor().submit_with("/login", &form, &headers).await.assert_status(303);
    assert_eq!(app.cell("SELECT address FROM sessions"), "203.0.113.9");
    let app = behind(2).await;
    let headers = [("x-forwarded-for", "66.6.6.6, 203.0.113.8, 10.0.0.1")];
    app.visitor().submit_with("/login", &form, &headers).await.assert_status(303);
    assert_eq!(app.cell("SELECT address FROM sessions"), "203.0.113.8");
}

#[actix_web::test]
async fn the_host_is_that_of_the_request_itself() {
    let app = TestApp::start().await;
    app.sql("UPDATE tenants SET host = 'acme.example' WHERE slug = 'acme'");
    for headers in [
        vec![("x-forwarded-host", "acme.example")],
        vec![("forwarded", "host=acme.example")],
        vec![("host", "acme.example:8443")],
    ] {
        let form = [("email", "grace@acme.test")];
        app.visitor().submit_with("/forgotten-password", &form, &headers).await.assert_status(303);
    }
    let hosts = app.cell("SELECT string_agg(host, ' ' ORDER BY host) FROM reset_requests");
    assert_eq!(hosts, "127.0.0.1 127.0.0.1 acme.example");
}
