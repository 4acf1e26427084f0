use crate::support::*;

async fn people(app: &TestApp) -> (Person, String) {
    (
        app.person("ada@acme.test").await,
        format!("/console/customers/{}/contacts", app.customer("Northwind Traders")),
    )
}

#[actix_web::test]
async fn a_contact_is_added_changed_and_removed() {
    let app = TestApp::start().await;
    let (ada, path) = people(&app).await;
    let form = [
        ("first_name", "Dana"),
        ("last_name", "Ørsted"),
        ("email", "Dana@northwind.test"),
        ("phone", "212 555 0111"),
        ("contact_type", "Billing"),
    ];
    let page = ada.submit_and_follow(&path, &form).await;
    page.assert_ok().assert_text("Dana Ørsted is saved.").assert_text("+12125550111").assert_text("Billing");
    assert_eq!(page.all("tbody th a"), ["Carol Winter", "Dana Ørsted"], "the primary one first");
    let id = app.cell("SELECT id FROM contacts WHERE first_name = 'Dana'");
    let edit = ada.get(&format!("{path}/{id}/edit")).await;
    assert_eq!(edit.assert_ok().attribute("#email", "value").as_deref(), Some("dana@northwind.test"));
    let stale = [("first_name", "Dana"), ("job_role", "CFO"), ("version", "1")];
    ada.submit(&format!("{path}/{id}"), &stale).await.assert_status(303);
    let conflict = ada
        .submit(&format!("{path}/{id}"), &[("first_name", "Dana"), ("job_role", "CEO"), ("version", "1")])
        .await;
    conflict.assert_status(409).assert_text("This record has changed").assert_text("CFO");
    assert_eq!(conflict.attribute("#job_role", "value").as_deref(), Some("CEO"));
    ada.get(&format!("{path}/{id}/deletion")).await.assert_ok().assert_text("Remove Dana?");
    ada.submit_and_follow(&format!("{path}/{id}/deletion"), &[]).await.assert_text("Dana is removed.");
    let timeline = ada.get(&path.replace("contacts", "timeline")).await;
    timeline
        .assert_text("Ada Park removed the contact Dana")
        .assert_text("Ada Park added the contact Dana Ørsted");
}

#[actix_web::test]
async fn making_one_primary_unmakes_the_other_even_at_once() {
    let app = TestApp::start().await;
    let (ada, path) = people(&app).await;
    for name in ["Dana", "Eli", "Finn", "Gus"] {
        ada.submit(&path, &[("first_name", name)]).await.assert_status(303);
    }
    let ids: Vec<String> = ["Dana", "Eli", "Finn", "Gus"]
        .iter()
        .map(|name| app.cell(&format!("SELECT id FROM contacts WHERE first_name = '{name}'")))
        .collect();
    let paths: Vec<String> = ids.iter().map(|id| format!("{path}/{id}/primary")).collect();
    let clicks = futures_util::future::join_all(paths.iter().map(|path| ada.submit(path, &[]))).await;
    assert!(clicks.iter().all(|answer| answer.status == 303), "{clicks:?}");
    assert_eq!(app.cell("SELECT count(*) FROM contacts c JOIN customers x ON x.id = c.customer_id WHERE is_primary AND x.name = 'Northwind Traders'"), "1");
    let page = ada.submit_and_follow(&paths[0], &[]).await;
    page.assert_text("Dana is now the primary contact.");
    assert_eq!(page.all("tbody th a")[0], "Dana");
    ada.get(&path.replace("/contacts", "/timeline")).await.assert_text("made Dana the primary contact");
}

#[actix_web::test]
async fn an_email_is_taken_within_a_customer_and_warned_about_elsewhere() {
    let app = TestApp::start().await;
    let (ada, path) = people(&app).await;
    let form = [("first_name", "Carola"), ("email", "carol@northwind.test")];
    ada.submit(&path, &form)
        .await
        .assert_status(422)
        .assert_text("Another contact of this customer has this email address.");
    let contoso = format!("/console/customers/{}/contacts", app.customer("Contoso"));
    ada.submit(&contoso, &form)
        .await
        .assert_status(422)
        .assert_text("Carol Winter of Northwind Traders has the same email");
    ada.submit(&contoso, &[form[0], form[1], ("anyway", "true")]).await.assert_status(303);
    let chloe = app.person("chloe@acme.test").await;
    chloe.get(&contoso).await.assert_not_found();
    chloe.submit(&contoso, &[("first_name", "X")]).await.assert_not_found();
}

#[actix_web::test]
async fn a_contact_belongs_to_its_customer_and_its_tenant() {
    let app = TestApp::start().await;
    let (ada, path) = people(&app).await;
    let carol = app.cell("SELECT id FROM contacts WHERE first_name = 'Carol'");
    let elsewhere = format!("/console/customers/{}/contacts/{carol}", app.customer("Contoso"));
    ada.get(&format!("{elsewhere}/edit")).await.assert_not_found();
    for verb in ["/primary", "/deletion", ""] {
        ada.submit(&format!("{elsewhere}{verb}"), &[("first_name", "X"), ("version", "1")])
            .await
            .assert_not_found();
    }
    let eve = app.person("eve@globex.test").await;
    eve.get(&path).await.assert_not_found();
    eve.get(&format!("{path}/{carol}/edit")).await.assert_not_found();
    eve.submit(&path, &[("first_name", "Spy")]).await.assert_not_found();
    assert_eq!(app.cell("SELECT count(*) FROM contacts WHERE version > 1 OR first_name = 'Spy'"), "0");
}

#[actix_web::test]
async fn long_lists_of_contacts_come_in_pages() {
    let app = TestApp::start().await;
    let (ada, path) = people(&app).await;
    app.sql("INSERT INTO contacts (tenant_id, customer_id, first_name, last_name) SELECT c.tenant_id, c.id, 'Same', 'Name' FROM customers c, generate_series(1, 120) WHERE c.name = 'Northwind Traders'");
    let mut next = Some(path);
    let mut seen = vec![];
    while let Some(path) = next {
        let page = ada.get(&path).await;
        seen.extend(page.assert_ok().all("tbody th a"));
        next = page.attribute("a[rel=next]", "href");
    }
    assert_eq!(seen.len(), 121);
    assert_eq!(seen.iter().filter(|name| *name == "Same Name").count(), 120);
    let nul =
        clientele::infra::db::paging::cursor(&(false, "\0", "", "00000000-0000-0000-0000-000000000000"));
    ada.get(&format!("/console/customers/{}/contacts?after={nul}", app.customer("Northwind Traders")))
        .await
        .assert_ok();
    ada.get(&format!(
        "/console/customers?after={}",
        clientele::infra::db::paging::cursor(&("\0", "00000000-0000-0000-0000-000000000000"))
    ))
    .await
    .assert_ok();
}
