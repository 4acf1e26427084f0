//! What a request has to get past before a page is asked: how it is encoded, how large it is, which method it has.
use crate::{
    access::{filled, things},
    support::{Person, TestApp},
};
use clientele::isolation::routes::{self, Method, ROUTES};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::TcpStream,
};

/// 256 MB of zeros, packed by brotli into 203 bytes.
fn bomb() -> Vec<u8> {
    let text = include_str!("support/bomb.base64").trim();
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = vec![];
    for four in text.as_bytes().chunks(4) {
        let bits =
            four.iter().fold(0_u32, |bits, c| (bits << 6) | if *c == b'=' { 0 } else { value(*c).into() });
        let padding = four.iter().filter(|c| **c == b'=').count();
        bytes.extend_from_slice(&bits.to_be_bytes()[1..4 - padding]);
    }
    bytes
}

/// The most memory that this process has held, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[actix_web::test]
async fn nothing_packed_is_unpacked() {
    let app = TestApp::start().await;
    let people = [app.visitor(), app.person("ada@acme.test").await, app.person("carol@northwind.test").await];
    app.sql(&things());
    let bomb = bomb();
    assert_eq!(bomb.len(), 203);
    let before = peak();
    for (method, path) in ROUTES.iter().filter(|(method, _)| *method != Method::Get) {
        let path = filled(&app, path);
        let method = if *method == Method::Post { "POST" } else { "DELETE" };
        let kinds: &[&str] = if path.starts_with("/api/") {
            &["application/json"]
        } else {
            &["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
        };
        for kind in kinds {
            for person in &people {
                let headers = [("content-type", *kind), ("content-encoding", "br")];
                let answer = person.request(method, &path, &headers, bomb.clone()).await;
                answer.assert_status(415);
                assert_eq!(answer.headers["accept-encoding"], "identity", "{path}");
                let is_problem = answer.headers["content-type"] == "application/problem+json";
                assert_eq!(is_problem, path.starts_with("/api/"), "{path}");
            }
        }
    }
    let visitor = &people[0];
    for encoding in ["gzip", "GZIP", "deflate", "zstd", "x-gzip", "identity, br", "br, identity"] {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("content-encoding", encoding)];
        visitor.request("POST", "/login", &headers, bomb.clone()).await.assert_status(415);
    }
    assert!(peak() < before + 64, "{} MB, before {before} MB", peak());
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "identity")];
    let form = b"email=nobody@acme.test&password=x".to_vec();
    visitor.request("POST", "/login", &headers, form).await.assert_status(422);
}

#[actix_web::test]
async fn a_body_may_be_as_large_as_who_sends_it_needs() {
    let app = TestApp::start().await;
    let (visitor, ada) = (app.visitor(), app.person("ada@acme.test").await);
    let long = |size: usize| "x".repeat(size);
    visitor.submit("/login", &[("email", &long(15_000))]).await.assert_status(422);
    visitor.submit("/login", &[("email", &long(17_000))]).await.assert_status(413).assert_text("16 KB");
    for path in ["/api/auth/login", "/api/registrations"] {
        let answer = visitor.send_json(path, &format!("{{\"email\": \"{}\"}}", long(17_000))).await;
        answer.assert_status(413);
        assert_eq!(answer.json()["code"], "TOO_LARGE");
    }
    ada.submit("/console/customers", &[("name", "A"), ("notes", &long(100_001))]).await.assert_status(422);
    ada.submit("/console/customers", &[("name", &long(1 << 20))])
        .await
        .assert_status(413)
        .assert_text("1 MB");
}

/// What the server answers to these bytes, until it closes the connection.
async fn told(app: &TestApp, request: String) -> String {
    let url = app.url.clone();
    let talk = move || {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = vec![];
        // A reset after the answer is as good as its end.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    actix_web::web::block(talk).await.unwrap()
}

#[actix_web::test]
async fn a_connection_does_not_stay_for_the_rest_of_a_body() {
    let app = TestApp::start().await;
    let head = "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let unread = "POST /logout HTTP/1.1\r\nhost: x\r\n";
    let cases = [
        // Too large by its own words: nothing is waited for.
        (format!("{head}content-length: 2097000\r\n\r\nemail=a"), 413),
        // Too large as it comes.
        (format!("{head}transfer-encoding: chunked\r\n\r\n5000\r\n{}\r\n", "x".repeat(0x5000)), 413),
        // Nobody reads it, and it has no end.
        (format!("{unread}transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n"), 303),
        (format!("{unread}content-length: 100\r\n\r\nabcde"), 303),
    ];
    for (request, status) in cases {
        let answer = told(&app, request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
}

#[actix_web::test]
async fn cookies_are_bound_to_the_host_where_it_is_reached_by_https() {
    let app = TestApp::start_with(|settings| settings.secure = true).await;
    let form = [("email", "ada@acme.test"), ("password", crate::support::cast::PASSWORD)];
    let entered = app.visitor().submit("/login", &form).await;
    entered.assert_status(303);
    assert_eq!(entered.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    let given: Vec<&str> =
        entered.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(given.iter().all(|cookie| cookie.starts_with("__Host-")), "{given:?}");
    let session = *given.iter().find(|cookie| cookie.contains("clientele=")).unwrap();
    assert!(session.starts_with("__Host-"), "{session}");
    let cookie = session.split(';').next().unwrap();
    let made = app.visitor().submit_with("/console/tags", &[("name", "gate")], &[("cookie", cookie)]).await;
    made.assert_status(303);
    let said = made.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
    let said: Vec<String> = said.filter(|cookie| cookie.contains("said")).collect();
    assert!(
        said[0].starts_with("__Host-said=") && said[0].contains("Secure") && said[0].contains("Path=/"),
        "{said:?}"
    );
    // It is shown once.
    let both = format!("{cookie}; {}", said[0].split(';').next().unwrap());
    let shown = app.visitor().request("GET", "/console/tags", &[("cookie", &both)], vec![]).await;
    assert!(!shown.all(".flash").is_empty());
}

/// The methods of each path.
fn methods() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut methods: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (method, path) in ROUTES.iter().chain(routes::DEVELOPERS.iter()) {
        let names: &[&str] = match method {
            Method::Get => &["GET", "HEAD"],
            Method::Post => &["POST"],
            Method::Delete => &["DELETE"],
        };
        methods.entry(*path).or_default().extend(names);
    }
    methods
}

/// Who finds something at a path.
fn audience(path: &str) -> usize {
    match path.split('/').nth(1) {
        Some("customer") => 1,
        Some("platform") => 2,
        Some("api") if path.contains("/me") => 1,
        _ => 0,
    }
}

#[actix_web::test]
async fn head_options_and_unknown_methods_are_answered_on_every_route() {
    let app = TestApp::start().await;
    let people = [
        app.person("ada@acme.test").await,
        app.person("carol@northwind.test").await,
        app.person("root@clientele.test").await,
    ];
    app.sql(&things());
    let (tenant, file) = (filled(&app, "{tenant}"), filled(&app, "{attachment}"));
    let mut file = app.files.write(tenant.parse().unwrap(), file.parse().unwrap()).await.unwrap();
    file.push("gate".into()).await.unwrap();
    file.finish().await.unwrap();
    for (path, has) in methods() {
        // The first mail of the folder; there is none.
        let url = if path.contains("{id}") { continue } else { filled(&app, path) };
        let person = &people[audience(path)];
        let get = if has.contains("GET") { person.get(&url).await.status.as_u16() } else { 0 };
        for method in ["HEAD", "PUT", "PATCH", "DELETE", "POST", "TRACE", "M17", "OPTIONS"] {
            if has.contains(method) && method != "HEAD" {
                continue;
            }
            let answer = person.request(method, &url, &[], vec![]).await;
            let expected = match method {
                "HEAD" if get != 0 => get,
                _ if get == 404 => 404,
                "OPTIONS" => 204,
                _ => 405,
            };
            assert_eq!(answer.status.as_u16(), expected, "{method} {path}");
            assert!(method != "HEAD" || answer.body.is_empty(), "{path} has a body");
            if expected == 405 || method == "OPTIONS" && expected == 204 {
                let allow = answer.headers["allow"].to_str().unwrap();
                let told: BTreeSet<&str> = allow.split(", ").collect();
                let right: BTreeSet<&str> = has.iter().copied().chain(["OPTIONS"]).collect();
                assert_eq!(told, right, "{method} {path}");
            }
        }
    }
}

async fn same_headers(person: &Person, path: &str) {
    let (get, head) = (person.get(path).await, person.request("HEAD", path, &[], vec![]).await);
    get.assert_ok();
    assert_eq!((get.status, head.status), (head.status, get.status), "{path}");
    assert!(head.body.is_empty());
    for name in ["content-type", "content-length", "cache-control", "content-security-policy"] {
        assert_eq!(get.headers.get(name), head.headers.get(name), "{path} {name}");
    }
}

#[actix_web::test]
async fn a_head_is_that_of_the_page() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let style = clientele::infra::web::assets::asset("app.css");
    for path in ["/account", "/console/tags", "/console/imports/template.csv", &style] {
        same_headers(&ada, path).await;
    }
    // A stream has no end, its head has.
    let live = ada.request("HEAD", "/live?list=customers", &[("accept", "text/event-stream")], vec![]).await;
    assert!(live.body.is_empty());
    let answer = app.visitor().request("POST", &style, &[], vec![]).await;
    answer.assert_status(405);
    assert_eq!(answer.headers["allow"], "GET, HEAD, OPTIONS");
}

#[actix_web::test]
async fn what_somebody_may_not_see_has_no_methods() {
    let app = TestApp::start().await;
    let carol = app.person("carol@northwind.test").await;
    let nowhere = "/console/tickets/00000000-0000-7000-8000-000000000000";
    for path in ["/console/customers", nowhere, "/console/tickets/bulk", "/platform/tenants", "/nowhere"] {
        for method in ["PUT", "OPTIONS", "HEAD"] {
            carol.request(method, path, &[], vec![]).await.assert_status(404);
        }
    }
    let problem = app.visitor().request("PUT", "/api/auth/login", &[], vec![]).await;
    problem.assert_status(405);
    assert_eq!(problem.json()["code"], "METHOD_NOT_ALLOWED");
    assert_eq!(problem.headers["allow"], "POST, OPTIONS");
}
