//! The JSON API of S004: a customer's program signs in, and reaches what is its own and nothing else.
use crate::support::{Answer, Person, TestApp, cast};
use serde_json::{Value, json};

const TICKETS: &str = "/api/customers/me/tickets";
const CALLS: &str = "/api/customers/me/calls";

async fn login(app: &TestApp, email: &str) -> Value {
    let body = json!({ "email": email, "password": cast::PASSWORD }).to_string();
    let answer = app.visitor().send_json("/api/auth/login", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// A program of somebody of the cast, with a token.
async fn program(app: &TestApp, email: &str) -> Person {
    app.program(login(app, email).await["token"].as_str().unwrap())
}

/// Status and code of a problem.
fn refused(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{}", answer.body);
    (answer.status.as_u16(), answer.json()["code"].as_str().unwrap().to_owned())
}

/// The fields that are wrong, by name.
fn fields(answer: &Answer) -> Vec<String> {
    let named = |error: &Value| error["field"].as_str().unwrap().to_owned();
    let mut names: Vec<_> = answer.json()["errors"].as_array().unwrap().iter().map(named).collect();
    names.sort();
    names
}

fn claims(app: &TestApp, token: &str) -> Value {
    let body = token.split('.').nth(1).unwrap().replace('-', "+").replace('_', "/");
    let padded = format!("{body}{}", "=".repeat((4 - body.len() % 4) % 4));
    serde_json::from_str(&app.cell(&format!("SELECT convert_from(decode('{padded}', 'base64'), 'UTF8')")))
        .unwrap()
}

fn user(app: &TestApp, email: &str) -> String {
    app.cell(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

fn tomorrow(app: &TestApp) -> String {
    app.cell("SELECT to_char(now() + interval '1 day', 'YYYY-MM-DD\"T\"10:00')")
}

async fn opened(program: &Person, subject: &str) -> String {
    let made =
        program.send_json(TICKETS, &json!({ "subject": subject, "body": "Please help." }).to_string()).await;
    made.assert_status(201);
    made.json()["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_customer_signs_in_and_gets_a_token_with_its_claims() {
    let app = TestApp::start().await;
    let answer = login(&app, "carol@northwind.test").await;
    assert_eq!((answer["tokenType"].as_str(), answer["expiresIn"].as_i64()), (Some("Bearer"), Some(900)));
    let said = claims(&app, answer["token"].as_str().unwrap());
    let northwind = app.customer("Northwind Traders");
    assert_eq!(said["sub"], user(&app, "carol@northwind.test"));
    assert_eq!(said["customerId"], northwind);
    assert_eq!(answer["user"]["customerId"], northwind);
    assert_eq!(said["tenant"], app.cell("SELECT id FROM tenants WHERE slug = 'acme'"));
    assert_eq!((&said["roles"], &said["version"]), (&json!(["customer_admin"]), &json!(1)));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 900);
    let staff = login(&app, "ada@acme.test").await;
    assert_eq!(staff["user"]["customerId"], Value::Null);
    let places = app.person("carol@northwind.test").await.get("/account").await;
    assert_eq!(places.status, 200);
    assert_eq!(app.cell("SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = 'carol@northwind.test'"), "2");
}

#[actix_web::test]
async fn wrong_passwords_are_refused_and_throttled() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for email in ["carol@northwind.test", "nobody@northwind.test"] {
        let body = json!({ "email": email, "password": "wrong wrong wrong" }).to_string();
        let answer = visitor.send_json("/api/auth/login", &body).await;
        assert_eq!(refused(&answer), (401, "NOT_AUTHORIZED".into()));
    }
    let body = json!({ "email": "carol@northwind.test", "password": "wrong wrong wrong" }).to_string();
    let mut last = visitor.send_json("/api/auth/login", &body).await;
    for _ in 0..8 {
        if last.status == 429 {
            break;
        }
        last = visitor.send_json("/api/auth/login", &body).await;
    }
    assert_eq!(refused(&last), (429, "TOO_MANY_REQUESTS".into()));
    assert!(last.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(fields(&visitor.send_json("/api/auth/login", "{}").await), ["email", "password"]);
}

#[actix_web::test]
async fn a_customer_reads_their_own_profile_and_staff_have_none() {
    let app = TestApp::start().await;
    let me = program(&app, "cody@northwind.test").await.get("/api/customers/me").await.json();
    assert_eq!(
        (me["id"].as_str().unwrap(), me["name"].as_str()),
        (app.customer("Northwind Traders").as_str(), Some("Northwind Traders"))
    );
    assert_eq!(
        (me["status"].as_str(), me["user"]["email"].as_str()),
        (Some("active"), Some("cody@northwind.test"))
    );
    let theirs = program(&app, "iris@initech.test").await.get("/api/customers/me").await.json();
    assert_eq!(theirs["name"], "Initech");
    let staff = program(&app, "ada@acme.test").await.get("/api/customers/me").await;
    assert_eq!(refused(&staff), (404, "NOT_FOUND".into()));
    assert_eq!(refused(&app.visitor().get("/api/customers/me").await), (401, "NOT_AUTHORIZED".into()));
    // The session cookie does as well.
    app.person("cody@northwind.test").await.get("/api/customers/me").await.assert_ok();
}

#[actix_web::test]
async fn a_customer_lists_their_own_tickets_only() {
    let app = TestApp::start().await;
    let (carol, cody) =
        (program(&app, "carol@northwind.test").await, program(&app, "cody@northwind.test").await);
    let iris = program(&app, "iris@initech.test").await;
    opened(&carol, "Of Carol").await;
    opened(&cody, "Of Cody").await;
    opened(&iris, "Of Iris").await;
    let subjects = async |program: &Person| -> Vec<String> {
        let all = program.get(TICKETS).await.json();
        all.as_array().unwrap().iter().map(|ticket| ticket["subject"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(subjects(&cody).await, ["Of Cody"]);
    assert_eq!(subjects(&carol).await, ["Of Cody", "Of Carol"], "their admin sees all, the latest first");
    assert_eq!(subjects(&iris).await, ["Of Iris"]);
    let twice = carol.get(&format!("{TICKETS}?limit=1&limit=2")).await;
    twice.assert_status(422);
    assert!(twice.body.contains("“limit” is given more than once"), "{}", twice.body);
    let page = carol.get(&format!("{TICKETS}?limit=1")).await;
    let link = page.headers["link"].to_str().unwrap().to_owned();
    let next = link.split(['<', '>']).nth(1).unwrap();
    assert_eq!(carol.get(next).await.json()[0]["subject"], "Of Carol");
    assert_eq!(fields(&carol.get(&format!("{TICKETS}?limit=0")).await), ["limit"]);
}

#[actix_web::test]
async fn whose_a_ticket_is_is_not_up_to_the_body() {
    let app = TestApp::start().await;
    let cody = program(&app, "cody@northwind.test").await;
    let globex = app.cell("SELECT id FROM tenants WHERE slug = 'globex'");
    let claimed = json!({
        "subject": "Spoofed", "body": "Whose?", "priority": "high",
        "tenantId": globex, "tenant_id": globex, "customerId": app.customer("Initech"), "customer_id": app.customer("Contoso"),
    });
    let mut spoofed = claimed.clone();
    spoofed["requesterId"] = user(&app, "carol@northwind.test").into();
    spoofed["status"] = "closed".into();
    spoofed["assigneeId"] = user(&app, "grace@acme.test").into();
    let unknown = cody.send_json(TICKETS, &spoofed.to_string()).await;
    assert_eq!(refused(&unknown), (422, "INVALID".into()));
    assert_eq!(fields(&unknown), ["assigneeId", "requesterId", "status"], "each by its name");
    assert_eq!(app.cell("SELECT count(*) FROM tickets"), "0", "nothing is made");
    let made = cody.send_json(TICKETS, &claimed.to_string()).await;
    made.assert_status(201);
    let ticket = made.json();
    assert_eq!(ticket["customerId"], app.customer("Northwind Traders"));
    assert_eq!((ticket["status"].as_str(), ticket["priority"].as_str()), (Some("open"), Some("high")));
    let row = app.cell(
        "SELECT concat_ws(' ', n.slug, c.name, u.email, t.assignee_id) FROM tickets t JOIN tenants n ON n.id = t.tenant_id
         JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id JOIN users u ON u.id = t.requester_id",
    );
    assert_eq!(row, "acme Northwind Traders cody@northwind.test");
    let wrong = cody.send_json(TICKETS, &json!({ "priority": "now" }).to_string()).await;
    assert_eq!(refused(&wrong), (422, "INVALID".into()));
    assert_eq!(fields(&wrong), ["body", "priority", "subject"]);
}

#[actix_web::test]
async fn a_customer_writes_in_their_own_tickets_only() {
    let app = TestApp::start().await;
    let (carol, cody) =
        (program(&app, "carol@northwind.test").await, program(&app, "cody@northwind.test").await);
    let iris = program(&app, "iris@initech.test").await;
    let (of_carol, of_cody, of_iris) =
        (opened(&carol, "Of Carol").await, opened(&cody, "Of Cody").await, opened(&iris, "Of Iris").await);
    let before = app.cell("SELECT count(*) FROM ticket_messages");
    let messages = |ticket: &str| format!("{TICKETS}/{ticket}/messages");
    let nowhere = uuid::Uuid::nil().to_string();
    for foreign in [&of_carol, &of_iris, &nowhere] {
        let answer = cody.send_json(&messages(foreign), &json!({ "body": "Hello" }).to_string()).await;
        assert_eq!(refused(&answer), (404, "NOT_FOUND".into()));
        let empty = cody.send_json(&messages(foreign), "{}").await;
        assert_eq!(refused(&empty), (404, "NOT_FOUND".into()), "whatever is sent");
        let unknown = cody.send_json(&messages(foreign), &json!({ "isInternal": true }).to_string()).await;
        assert_eq!(refused(&unknown), (404, "NOT_FOUND".into()), "whatever is sent");
    }
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages"), before);
    let spoofed = json!({ "body": "One more thing", "isInternal": true, "authorName": "Grace", "fromStaff": true, "ticketId": of_iris });
    let unknown = cody.send_json(&messages(&of_cody), &spoofed.to_string()).await;
    assert_eq!(refused(&unknown), (422, "INVALID".into()));
    assert_eq!(fields(&unknown), ["authorName", "fromStaff", "isInternal", "ticketId"], "each by its name");
    assert_eq!(app.cell("SELECT count(*) FROM ticket_messages"), before, "nothing is written");
    let claimed = json!({ "body": "One more thing", "customerId": app.customer("Initech"), "tenantId": "x" });
    let sent = cody.send_json(&messages(&of_cody), &claimed.to_string()).await;
    sent.assert_status(201);
    assert_eq!(
        (sent.json()["ticketId"].as_str(), sent.json()["authorName"].as_str()),
        (Some(of_cody.as_str()), Some("Cody Lane"))
    );
    let kept = app.cell("SELECT concat_ws(' ', is_internal, from_staff, body) FROM ticket_messages ORDER BY created_at DESC LIMIT 1");
    assert_eq!(kept, "f f One more thing");
    assert_eq!(fields(&cody.send_json(&messages(&of_cody), "{}").await), ["body"]);
    assert_eq!(refused(&cody.send_json(&messages("x"), "{}").await).0, 404);
}

#[actix_web::test]
async fn a_customer_asks_for_a_call_about_a_ticket_of_theirs() {
    let app = TestApp::start().await;
    let (carol, cody) =
        (program(&app, "carol@northwind.test").await, program(&app, "cody@northwind.test").await);
    let (of_carol, of_cody) = (opened(&carol, "Of Carol").await, opened(&cody, "Of Cody").await);
    let call = |ticket: &str| {
        json!({
            "topic": "Our invoices", "phone": "+1 212 555 0187", "ticketId": ticket, "timeZone": "Europe/Berlin",
            "slots": [tomorrow(&app), "2020-01-01T10:00"], "minutes": 30, "customerId": app.customer("Initech"), "tenantId": "x",
        })
    };
    let past = cody.send_json(CALLS, &call(&of_cody).to_string()).await;
    assert_eq!(fields(&past), ["slots"]);
    let only = |ticket: &str| {
        let mut call = call(ticket);
        call["slots"] = json!([tomorrow(&app)]);
        call.to_string()
    };
    assert_eq!(refused(&cody.send_json(CALLS, &only(&of_carol)).await), (404, "NOT_FOUND".into()));
    assert_eq!(app.cell("SELECT count(*) FROM calls"), "0");
    let made = cody.send_json(CALLS, &only(&of_cody)).await;
    made.assert_status(201);
    let made = made.json();
    assert_eq!(
        (made["status"].as_str(), made["ticketId"].as_str()),
        (Some("requested"), Some(of_cody.as_str()))
    );
    assert_eq!(made["customerId"], app.customer("Northwind Traders"));
    assert_eq!(fields(&cody.send_json(CALLS, "{}").await), ["phone", "topic"]);
    let soon = json!({ "topic": "Our invoices", "phone": "+1 212 555 0187" }).to_string();
    let made = cody.send_json(CALLS, &soon).await;
    made.assert_status(201);
    assert_eq!(made.json()["slots"], json!([]));
    app.sql("UPDATE customers SET call_requests_allowed = false");
    assert_eq!(refused(&cody.send_json(CALLS, &only(&of_cody)).await), (409, "CONFLICT".into()));
}

#[actix_web::test]
async fn what_is_sent_twice_under_one_key_happens_once() {
    let app = TestApp::start().await;
    let cody = program(&app, "cody@northwind.test").await;
    let body = json!({ "subject": "Once", "body": "Only once.", "tenantId": "x", "customerId": "y" });
    let message = json!({ "body": "Only once." }).to_string();
    let call = json!({ "topic": "Once", "phone": "+12125550187", "slots": [tomorrow(&app)] });
    let mut mixed = body.clone();
    call.as_object().unwrap().iter().for_each(|(name, value)| mixed[name] = value.clone());
    let unknown = cody.send_json_once(TICKETS, &mixed.to_string(), "key-1").await;
    assert_eq!(refused(&unknown), (422, "INVALID".into()));
    assert_eq!(fields(&unknown), ["phone", "slots", "topic"], "those of a call, each by its name");
    assert_eq!(app.cell("SELECT count(*) FROM tickets"), "0", "nothing is made, and the key is free");
    let (body, call) = (body.to_string(), call.to_string());
    let mut ids = vec![];
    for _ in 0..2 {
        let ticket =
            cody.send_json_once(TICKETS, &body, "key-1").await.json()["id"].as_str().unwrap().to_owned();
        let messages = format!("{TICKETS}/{ticket}/messages");
        let written = cody.send_json_once(&messages, &message, "key-2").await.json()["id"].clone();
        let planned = cody.send_json_once(CALLS, &call, "key-1").await.json()["id"].clone();
        ids.push((ticket, written, planned));
    }
    assert_eq!(ids[0], ids[1]);
    let carol = program(&app, "carol@northwind.test").await;
    let hers = carol.send_json_once(TICKETS, &body, "key-1").await.json()["id"].as_str().unwrap().to_owned();
    assert_ne!(hers, ids[0].0, "a key is its sender's own");
    let long = cody.send_json_once(TICKETS, &body, &"k".repeat(300)).await;
    assert_eq!(refused(&long).0, 400);
}

#[actix_web::test]
async fn a_token_is_refused_once_anything_that_it_says_is_over() {
    let app = TestApp::start().await;
    let me = "/api/customers/me";
    let ends = [
        "UPDATE users SET roles = '{customer_admin}' WHERE email = 'cody@northwind.test'",
        "UPDATE users SET disabled_at = now() WHERE email = 'cody@northwind.test'",
        "DELETE FROM sessions",
        "UPDATE sessions SET expires_at = now()",
    ];
    for end in ends {
        let cody = program(&app, "cody@northwind.test").await;
        cody.get(me).await.assert_ok();
        app.sql(end);
        assert_eq!(refused(&cody.get(me).await), (401, "NOT_AUTHORIZED".into()), "{end}");
        app.sql("UPDATE users SET disabled_at = NULL, roles = '{customer_user}' WHERE email = 'cody@northwind.test'");
    }
    let token = login(&app, "cody@northwind.test").await["token"].as_str().unwrap().to_owned();
    let (start, signature) = token.rsplit_once('.').unwrap();
    let (head, _) = start.split_once('.').unwrap();
    let other = login(&app, "carol@northwind.test").await["token"].as_str().unwrap().to_owned();
    let theirs = other.split('.').nth(1).unwrap();
    for forged in [format!("{head}.{theirs}.{signature}"), format!("{start}."), "x".into(), String::new()] {
        assert_eq!(refused(&app.program(&forged).get(me).await), (401, "NOT_AUTHORIZED".into()), "{forged}");
    }
    app.program(&token).get(me).await.assert_ok();
}

#[actix_web::test]
async fn a_token_is_for_the_api_and_needs_no_origin_where_a_cookie_does() {
    let app = TestApp::start().await;
    let token = login(&app, "cody@northwind.test").await["token"].as_str().unwrap().to_owned();
    let program = app.program(&token);
    assert_eq!(program.get("/customer/dashboard").await.status, 303, "pages want a session");
    let body = json!({ "subject": "From elsewhere", "body": "Hello" }).to_string();
    program.send_json_from(TICKETS, &body, "https://evil.test").await.assert_status(201);
    let cookie = app.person("cody@northwind.test").await;
    assert_eq!(refused(&cookie.send_json_from(TICKETS, &body, "https://evil.test").await).0, 400);
    cookie.send_json(TICKETS, &body).await.assert_status(201);
    assert_eq!(app.cell("SELECT count(*) FROM tickets"), "2");
}

#[actix_web::test]
async fn all_servers_share_one_key_which_the_server_never_shows() {
    let app = TestApp::start().await;
    login(&app, "cody@northwind.test").await;
    login(&app, "carol@northwind.test").await;
    assert_eq!(app.cell("SELECT count(*) FROM signing_keys"), "1");
    assert_eq!(app.cell("SELECT has_table_privilege('clientele_app', 'signing_keys', 'SELECT')"), "false");
    assert_eq!(app.cell("SELECT count(*) FROM events WHERE entity LIKE '%key%'"), "0");
}
