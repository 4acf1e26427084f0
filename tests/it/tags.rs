use crate::support::*;

#[actix_web::test]
async fn a_customer_is_tagged_and_untagged_on_its_page() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = format!("/console/customers/{}", app.customer("Contoso"));
    for typed in ["Key Account", "key  account", "KEY ACCOUNT", "RÉNEWAL"] {
        ada.submit(&format!("{path}/tags"), &[("add", &typed.replace("  ", " "))]).await.assert_status(303);
    }
    let page = ada.get(&path).await;
    assert_eq!(page.all(".panel .tags .tag"), ["Key Account", "renewal"]);
    ada.submit(&format!("{path}/tags"), &[("add", "")]).await.assert_status(303);
    ada.submit(&format!("{path}/tags"), &[("add", &"x".repeat(51))]).await.assert_status(303);
    let id = app.cell("SELECT id FROM tags WHERE name = 'Key Account'");
    ada.submit_and_follow(&format!("{path}/tags"), &[("remove", &id)])
        .await
        .assert_text("The tag Key Account is removed.");
    ada.get(&format!("{path}/timeline"))
        .await
        .assert_text("Ada Park removed the tag Key Account")
        .assert_text("Ada Park added the tag renewal");
}

#[actix_web::test]
async fn tags_are_made_renamed_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    ada.submit_and_follow("/console/tags", &[("name", "at risk"), ("colour", "1")])
        .await
        .assert_text("The tag at risk is added.");
    ada.submit("/console/tags", &[("name", "At Rísk")])
        .await
        .assert_status(422)
        .assert_text("There is a tag of this name.");
    ada.submit("/console/tags", &[("name", " ")]).await.assert_status(422);
    let id = app.cell("SELECT t.id FROM tags t JOIN tenants x ON x.id = t.tenant_id WHERE t.name = 'renewal' AND x.slug = 'acme'");
    ada.submit_and_follow(&format!("/console/tags/{id}"), &[("name", "Renewal 2027"), ("colour", "4")])
        .await
        .assert_text("Renewal 2027");
    ada.submit(&format!("/console/tags/{id}"), &[("name", "at risk")]).await.assert_status(422);
    ada.get(&format!("/console/tags/{id}/deletion")).await.assert_text("1 customer carries it");
    ada.submit(&format!("/console/tags/{id}/deletion"), &[]).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM customer_tags"), "1", "Globex keeps its own");
}

#[actix_web::test]
async fn agents_tag_but_only_admins_rename_and_nobody_reaches_another_tenant() {
    let app = TestApp::start().await;
    let id = app.cell("SELECT t.id FROM tags t JOIN tenants x ON x.id = t.tenant_id WHERE x.slug = 'acme'");
    let grace = app.person("grace@acme.test").await;
    grace.get("/console/tags").await.assert_ok();
    grace.submit("/console/tags", &[("name", "mine")]).await.assert_status(303);
    grace.submit(&format!("/console/tags/{id}"), &[("name", "hers")]).await.assert_status(403);
    grace.get(&format!("/console/tags/{id}/deletion")).await.assert_status(403);
    let eve = app.person("eve@globex.test").await;
    eve.get(&format!("/console/tags/{id}/edit")).await.assert_not_found();
    eve.submit(&format!("/console/tags/{id}"), &[("name", "theirs")]).await.assert_not_found();
    eve.submit(&format!("/console/tags/{id}/deletion"), &[]).await.assert_not_found();
    let chloe = app.person("chloe@acme.test").await;
    let contoso = format!("/console/customers/{}/tags", app.customer("Contoso"));
    chloe.submit(&contoso, &[("add", "hers")]).await.assert_not_found();
    assert_eq!(app.cell("SELECT count(*) FROM tags WHERE name IN ('hers', 'theirs')"), "0");
}
