//! Who looks after whom: the API of S000 and the pages of ownership.
use crate::support::{Answer, TestApp};
use serde_json::{Value, json};

const PATH: &str = "/api/customer-success-owned-customers";

fn user(app: &TestApp, email: &str) -> String {
    app.cell(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

/// Status and code of a problem.
fn refused(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status.as_u16());
    (answer.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
}

fn fields(answer: &Answer) -> Vec<String> {
    let named = |error: &Value| error["field"].as_str().unwrap().to_owned();
    answer.json()["errors"].as_array().unwrap().iter().map(named).collect()
}

#[actix_web::test]
async fn an_admin_assigns_finds_and_removes_as_s000_describes() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let (chloe, contoso) = (user(&app, "chloe@acme.test"), app.customer("Contoso"));
    let check = format!("{PATH}/check?userId={chloe}&customerId={contoso}");
    assert_eq!(ada.get(&check).await.json(), json!({ "isAssigned": false }));

    let body = json!({ "user_id": chloe, "customer_id": contoso }).to_string();
    let made = ada.send_json(PATH, &body).await;
    made.assert_status(201);
    let shown = made.json();
    let id = shown["customer_success_owned_customer_id"].as_str().unwrap();
    assert_eq!(made.location, format!("{PATH}/{id}"));
    let names: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["created_at", "customer_id", "customer_success_owned_customer_id", "updated_at", "user_id"]
    );
    assert_eq!(shown["updated_at"], Value::Null);
    assert_eq!(ada.get(&check).await.json(), json!({ "isAssigned": true }));
    assert_eq!(refused(&ada.send_json(PATH, &body).await), (409, "CONFLICT".into()));

    let whole = ada.get(&made.location).await.json();
    assert_eq!(
        whole["user"],
        json!({ "user_id": chloe, "full_name": "Chloe Marsh", "email": "chloe@acme.test", "avatar_url": null })
    );
    assert_eq!(
        whole["customer"],
        json!({ "customer_id": contoso, "name": "Contoso", "email_domain": "contoso.test", "lifecycle_stage": "onboarding" })
    );
    let filtered = ada.get(&format!("{PATH}?userId={chloe}&customerId={contoso}")).await.json();
    assert_eq!(filtered, json!([whole]));
    assert_eq!(ada.get(PATH).await.json().as_array().unwrap().len(), 2);

    let removed = ada.delete(&made.location).await;
    assert_eq!(
        (removed.status.as_u16(), removed.json()),
        (200, json!({ "message": "Assignment removed successfully" }))
    );
    assert_eq!(refused(&ada.get(&made.location).await), (404, "NOT_FOUND".into()));
    let pair = format!("{PATH}?userId={chloe}&customerId={}", app.customer("Northwind Traders"));
    assert_eq!(ada.delete(&pair).await.json(), json!({ "message": "Assignment removed successfully" }));
    assert_eq!(refused(&ada.delete(&pair).await), (404, "NOT_FOUND".into()));
}

#[actix_web::test]
async fn only_a_rep_of_the_tenant_is_assigned_to_a_customer_of_the_tenant() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let (chloe, contoso) = (user(&app, "chloe@acme.test"), app.customer("Contoso"));
    for (user_id, customer_id, expected) in [
        (user(&app, "grace@acme.test"), contoso.clone(), (422, "INVALID".to_owned())),
        (user(&app, "carol@northwind.test"), contoso.clone(), (404, "NOT_FOUND".into())),
        (user(&app, "gil@globex.test"), contoso.clone(), (404, "NOT_FOUND".into())),
        (uuid::Uuid::nil().to_string(), contoso.clone(), (404, "NOT_FOUND".into())),
        (chloe.clone(), app.customer("Initech"), (404, "NOT_FOUND".into())),
        (chloe.clone(), uuid::Uuid::nil().to_string(), (404, "NOT_FOUND".into())),
    ] {
        let body = json!({ "user_id": user_id, "customer_id": customer_id }).to_string();
        assert_eq!(refused(&ada.send_json(PATH, &body).await), expected, "{body}");
    }
    app.sql("UPDATE users SET disabled_at = now() WHERE email = 'chloe@acme.test'");
    let body = json!({ "user_id": chloe, "customer_id": contoso }).to_string();
    assert_eq!(fields(&ada.send_json(PATH, &body).await), ["user_id"]);
    assert_eq!(app.cell("SELECT count(*) FROM customer_success_owned_customers"), "1");
}

#[actix_web::test]
async fn each_role_sees_and_does_what_its_permissions_and_the_policies_allow() {
    let app = TestApp::start().await;
    let northwind = app.customer("Northwind Traders");
    app.sql(
        "INSERT INTO users (tenant_id, email, name, roles) SELECT id, 'rex@acme.test', 'Rex', '{customer_success}' FROM tenants WHERE slug = 'acme';
         INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id) WHERE u.email = 'rex@acme.test'",
    );
    let (rex, chloe) = (user(&app, "rex@acme.test"), user(&app, "chloe@acme.test"));
    let taken =
        app.cell(&format!("SELECT id FROM customer_success_owned_customers WHERE user_id = '{rex}' LIMIT 1"));
    let body = json!({ "user_id": rex, "customer_id": northwind }).to_string();
    let pair = format!("{PATH}?userId={chloe}&customerId={northwind}");
    // Who, how many they list, another rep's assignment by id, and what a POST and both DELETEs answer.
    for (email, listed, shown, posted, deleted) in [
        ("grace@acme.test", Some(3), 200, 403, 403),
        ("chloe@acme.test", Some(1), 404, 403, 403),
        ("eve@globex.test", Some(0), 404, 404, 404),
        ("root@clientele.test", Some(0), 404, 404, 404),
        ("carol@northwind.test", None, 403, 403, 403),
        ("", None, 401, 401, 401),
    ] {
        let person = if email.is_empty() { app.visitor() } else { app.person(email).await };
        let list = person.get(PATH).await;
        match listed {
            Some(many) => assert_eq!(list.assert_ok().json().as_array().unwrap().len(), many, "{email}"),
            None => assert_eq!(refused(&list).0, shown, "{email}"),
        }
        person.get(&format!("{PATH}/{taken}")).await.assert_status(shown);
        person.send_json(PATH, &body).await.assert_status(posted);
        person.delete(&format!("{PATH}/{taken}")).await.assert_status(deleted);
        person.delete(&pair).await.assert_status(deleted);
    }
    assert_eq!(app.cell("SELECT count(*) FROM customer_success_owned_customers"), "3");
}

#[actix_web::test]
async fn what_is_wrong_is_named_field_by_field() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let nothing = ada.send_json(PATH, "{}").await;
    assert_eq!(refused(&nothing), (422, "INVALID".into()));
    let mut named = fields(&nothing);
    named.sort();
    assert_eq!(named, ["customer_id", "user_id"]);
    assert_eq!(fields(&ada.send_json(PATH, r#"{"user_id": {"a": 1}, "customer_id": 4}"#).await).len(), 2);
    let mut named = fields(&ada.get(&format!("{PATH}/check?userId=x")).await);
    named.sort();
    assert_eq!(named, ["customerId", "userId"]);
    assert_eq!(fields(&ada.get(&format!("{PATH}?userId=mine")).await), ["userId"]);
    assert_eq!(fields(&ada.get(&format!("{PATH}?limit=201")).await), ["limit"]);
    assert_eq!(fields(&ada.get(&format!("{PATH}?cursor=ff")).await), ["cursor"]);
    assert_eq!(refused(&ada.send_json(PATH, "[1").await), (400, "BAD_REQUEST".into()));
    assert_eq!(refused(&ada.submit(PATH, &[("user_id", "x")]).await), (400, "BAD_REQUEST".into()));
    let globex = app.cell("SELECT id FROM tenants WHERE slug = 'globex'");
    let body = json!({ "tenant_id": globex, "user_id": user(&app, "gil@globex.test"), "customer_id": app.customer("Initech") });
    assert_eq!(refused(&ada.send_json(PATH, &body.to_string()).await), (400, "KEY_MISMATCH".into()));
}

#[actix_web::test]
async fn a_long_list_goes_on_where_its_link_leads() {
    let app = TestApp::start().await;
    app.crowd(7);
    app.sql(
        "INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id) WHERE u.email = 'chloe@acme.test' ON CONFLICT DO NOTHING",
    );
    let ada = app.person("ada@acme.test").await;
    let (mut path, mut seen) = (format!("{PATH}?limit=4&userId={}", user(&app, "chloe@acme.test")), vec![]);
    let mut pages = 0;
    while !path.is_empty() {
        let answer = ada.get(&path).await;
        let names = |row: &Value| row["customer"]["name"].as_str().unwrap().to_owned();
        seen.extend(answer.assert_ok().json().as_array().unwrap().iter().map(names));
        let link =
            answer.headers.get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
        path = link.strip_prefix('<').and_then(|link| link.split('>').next()).unwrap_or_default().to_owned();
        pages += 1;
    }
    seen.sort();
    seen.dedup();
    assert_eq!((pages, seen.len()), (3, 9));
}

#[actix_web::test]
async fn the_api_speaks_json_whatever_goes_wrong() {
    let app = TestApp::start().await;
    assert_eq!(refused(&app.visitor().get("/api/nothing").await), (404, "NOT_FOUND".into()));
    let ada = app.person("ada@acme.test").await;
    assert_eq!(refused(&ada.get(&format!("{PATH}/no-id")).await), (404, "NOT_FOUND".into()));
    let elsewhere = [("Sec-Fetch-Site", "cross-site")];
    let foreign = ada.submit_with(PATH, &[], &elsewhere).await;
    assert_eq!(refused(&foreign), (400, "BAD_REQUEST".into()));
    let signed_out = app.visitor().get(PATH).await;
    assert_eq!(refused(&signed_out), (401, "NOT_AUTHORIZED".into()));
    assert_eq!(signed_out.headers["www-authenticate"], "Bearer");
}

/// Two more reps, Rex and Uma, and customers of Chloe's.
fn colleagues(app: &TestApp, customers: usize) {
    app.crowd(customers);
    app.sql(
        "INSERT INTO users (tenant_id, email, name, roles, password_hash) SELECT t.id, p.email, p.name, '{customer_success}', 'x'
         FROM tenants t, (VALUES ('rex@acme.test', 'Rex Hall'), ('uma@acme.test', 'Uma Rice')) AS p (email, name) WHERE t.slug = 'acme';
         INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id) WHERE u.email = 'chloe@acme.test' AND c.name LIKE 'Customer %'",
    );
}

fn owned_by(app: &TestApp, email: &str) -> String {
    app.cell(&format!(
        "SELECT string_agg(c.name, ', ' ORDER BY c.name) FROM customer_success_owned_customers o
         JOIN customers c ON c.id = o.customer_id JOIN users u ON u.id = o.user_id WHERE u.email = '{email}'"
    ))
}

#[actix_web::test]
async fn an_admin_names_and_removes_owners_on_the_page_of_the_customer() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let (chloe, page) =
        (user(&app, "chloe@acme.test"), format!("/console/customers/{}", app.customer("Contoso")));
    ada.get(&page).await.assert_text("Nobody looks after this customer.");
    let named = ada.submit_and_follow(&format!("{page}/owners"), &[("user", &chloe)]).await;
    named.assert_text("Chloe Marsh is an owner now.");
    assert!(named.all("[data-part=owners] li")[0].contains("Chloe Marsh"));
    app.run_tasks().await;
    let mails = app.mailer.kept().unwrap();
    assert_eq!((mails.len(), mails[0].to_address.as_str()), (1, "chloe@acme.test"));
    assert_eq!(mails[0].subject, "You look after Contoso now");
    let again = ada.submit_and_follow(&format!("{page}/owners"), &[("user", &chloe)]).await;
    again.assert_text("They look after this customer already.");
    let removed = ada.submit_and_follow(&format!("{page}/owners/{chloe}/deletion"), &[]).await;
    removed.assert_text("Chloe Marsh is no owner any more.").assert_text("Nobody looks after this customer.");
    let grace = app.person("grace@acme.test").await.get(&page).await;
    assert_eq!(grace.all("[data-part=owners] button"), Vec::<String>::new());
}

#[actix_web::test]
async fn a_rep_finds_their_customers_and_their_own_workload() {
    let app = TestApp::start().await;
    colleagues(&app, 2);
    let [_, pending, solved] = ["A", "B", "C"].map(|subject| app.open_ticket("cody@northwind.test", subject));
    app.write_to(pending, "grace@acme.test", "Which one?");
    app.sql(&format!("UPDATE tickets SET status = 'solved', resolved_at = now(), waiting_since = NULL WHERE id = '{solved}'"));
    app.sql("UPDATE tickets SET waiting_since = now() - interval '3 hours' WHERE waiting_since IS NOT NULL");
    let chloe = app.person("chloe@acme.test").await;
    let home = chloe.get("/console/customers").await;
    let mine = chloe.get(&home.attribute(".side__nav a[href*=owner]", "href").unwrap()).await;
    assert_eq!(mine.all("tbody th a").len(), 3);
    let open = mine.all("td:nth-last-child(4)");
    assert_eq!(
        open.iter().filter(|told| !told.is_empty()).collect::<Vec<_>>(),
        ["2 open tickets of Northwind Traders · waiting 3 h"]
    );
    let rows = chloe.get("/console/workload").await.all("tbody tr");
    assert_eq!(rows, ["CMChloe Marsh 3 customers of Chloe Marsh 0 3 Active, of Chloe Marsh 0 0 2"]);
    let ada = app.person("ada@acme.test").await;
    assert!(ada.get("/console/customers").await.attribute(".side__nav a[href*=owner]", "href").is_none());
    let all = ada.get("/console/workload").await;
    assert_eq!(all.all("tbody th").len(), 4);
    all.assert_text("Nobody looks after 1 of your customers.");
}

#[actix_web::test]
async fn all_customers_of_a_rep_are_handed_over_as_the_preview_says() {
    let app = TestApp::start().await;
    colleagues(&app, 4);
    // Rex owns one of them already.
    app.sql(
        "INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id) WHERE u.email = 'rex@acme.test' AND c.name = 'Customer 00001'",
    );
    let ada = app.person("ada@acme.test").await;
    let (rex, uma) = (user(&app, "rex@acme.test"), user(&app, "uma@acme.test"));
    let path = format!("/console/workload/{}/handover", user(&app, "chloe@acme.test"));
    ada.get(&path).await.assert_text("Chloe Marsh looks after 5 customers.");
    ada.submit(&path, &[]).await.assert_status(422).assert_text("Choose at least one person who takes over.");

    let preview = ada.submit(&path, &[("to", &uma), ("to", &rex)]).await;
    let rows = preview.assert_ok().all("tbody tr");
    assert!(
        rows[0].contains("Rex Hall 3 Customer 00003, Northwind Traders (1 is theirs already)"),
        "{rows:?}"
    );
    assert!(rows[1].contains("Uma Rice 2 Customer 00002, Customer 00004"), "{rows:?}");
    assert_eq!(
        app.cell("SELECT count(*) FROM customer_success_owned_customers"),
        "6",
        "a preview changes nothing"
    );

    let form = [("to", rex.as_str()), ("to", &uma), ("confirmed", "true")];
    ada.submit(&path, &[&form[..], &[("count", "4")]].concat()).await.assert_status(409);
    let done = ada.submit_and_follow(&path, &[&form[..], &[("count", "5")]].concat()).await;
    done.assert_text("Handed over: 3 customers to Rex Hall, 2 customers to Uma Rice.");
    assert_eq!(owned_by(&app, "chloe@acme.test"), "");
    assert_eq!(owned_by(&app, "rex@acme.test"), "Customer 00001, Customer 00003, Northwind Traders");
    assert_eq!(owned_by(&app, "uma@acme.test"), "Customer 00002, Customer 00004");
    app.run_tasks().await;
    let mut told: Vec<_> =
        app.mailer.kept().unwrap().into_iter().map(|mail| (mail.to_address, mail.subject)).collect();
    told.sort();
    let mail = |to: &str| (to.to_owned(), "You look after 2 more customers".to_owned());
    assert_eq!(told, [mail("rex@acme.test"), mail("uma@acme.test")]);
}
