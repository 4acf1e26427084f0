//! Views of the customer list under a name: saved, shared, pinned.
use crate::support::TestApp;

fn view(app: &TestApp, name: &str) -> String {
    app.cell(&format!("SELECT id FROM saved_views WHERE name = '{name}'"))
}

#[actix_web::test]
async fn a_list_is_saved_told_in_words_and_pinned() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = ada.get("/console/views/new?query=stage%3Dactive%26owner%3D%40me%26nonsense%3D1").await;
    form.assert_ok().assert_text("StageActiveOwnerMeSorted byName");
    let query = form.attribute("input[name=query]", "value").unwrap();
    assert_eq!(query, "stage=active&owner=%40me&nonsense=1");
    // What is no filter can't be saved as one.
    let refused = ada.submit("/console/views", &[("name", "Nonsense"), ("query", &query)]).await;
    refused.assert_status(422).assert_text("unknown filter: “nonsense”");

    let query = "stage=active&owner=%40me";
    let saved = ada
        .submit_and_follow("/console/views", &[("name", " My  actives "), ("query", query), ("pin", "true")])
        .await;
    saved.assert_ok().assert_text("“My actives” is saved.").assert_no_text("Contoso");
    assert_eq!(
        saved.attribute(".side__nav ul + h2 + ul a", "href").as_deref(),
        Some("/console/customers?stage=active&owner=%40me")
    );
    ada.get("/console/views").await.assert_text("My actives Pinned Stage Active · Owner Me Name Only you");
}

#[actix_web::test]
async fn a_name_is_needed_and_taken_once() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    let typed = [("name", ""), ("query", "stage=churned"), ("is_shared", "true")];
    let refused = ada.submit("/console/views", &typed).await;
    refused.assert_status(422).assert_text("Name the view.").assert_text("Churned");
    assert!(refused.attribute("#is_shared", "checked").is_some(), "what was chosen is kept");

    let typed = [("name", "Gone"), ("query", "stage=churned")];
    ada.submit("/console/views", &typed).await.assert_status(303);
    ada.submit("/console/views", &typed).await.assert_status(422).assert_text("You have a view of this name");
    grace.submit("/console/views", &typed).await.assert_status(303);
    let long = format!("q={}", "%F0%9F%A6%80".repeat(200));
    ada.submit("/console/views", &[("name", "Long"), ("query", &long)]).await.assert_status(422);
}

#[actix_web::test]
async fn what_is_shared_can_be_pinned_by_others_and_changed_by_its_owner_only() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    ada.submit("/console/views", &[("name", "Shared"), ("query", "stage=active"), ("is_shared", "true")])
        .await;
    ada.submit("/console/views", &[("name", "Secret"), ("query", "stage=inactive")]).await;
    let (shared, secret) = (view(&app, "Shared"), view(&app, "Secret"));

    let list = grace.get("/console/views").await;
    list.assert_text("Shared by colleagues").assert_text("Ada Park").assert_no_text("Secret");
    grace
        .submit_and_follow(&format!("/console/views/{shared}/pin"), &[])
        .await
        .assert_text("“Shared” is pinned to your side bar.");
    assert_eq!(grace.get("/console/customers").await.all(".side__nav h2 + ul a"), ["Shared"]);
    assert!(ada.get("/console/customers").await.all(".side__nav h2 + ul a").is_empty());

    for (path, form) in [
        (format!("/console/views/{shared}"), vec![("name", "Mine now"), ("version", "1")]),
        (format!("/console/views/{shared}/query"), vec![("query", "")]),
        (format!("/console/views/{shared}/deletion"), vec![]),
        (format!("/console/views/{secret}/pin"), vec![]),
        (format!("/console/views/{secret}/pin/deletion"), vec![]),
    ] {
        grace.submit(&path, &form).await.assert_not_found();
    }
    for path in ["/edit", "/deletion"] {
        grace.get(&format!("/console/views/{shared}{path}")).await.assert_not_found();
    }
    grace.get(&format!("/console/views/{secret}")).await.assert_not_found();
    assert_eq!(
        grace.get(&format!("/console/views/{shared}")).await.location,
        "/console/customers?stage=active"
    );
    assert_eq!(
        app.cell("SELECT string_agg(name || ' ' || query, ', ' ORDER BY name) FROM saved_views"),
        "Secret stage=inactive, Shared stage=active"
    );

    grace.submit(&format!("/console/views/{shared}/pin/deletion"), &[]).await.assert_status(303);
    assert!(grace.get("/console/customers").await.all(".side__nav h2 + ul a").is_empty());
}

#[actix_web::test]
async fn a_view_is_renamed_given_another_list_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    ada.submit("/console/views", &[("name", "Old"), ("query", "stage=active"), ("pin", "true")]).await;
    ada.submit("/console/views", &[("name", "Other"), ("query", "")]).await;
    let id = view(&app, "Old");

    let form = ada.get(&format!("/console/views/{id}/edit")).await;
    form.assert_ok();
    assert_eq!(form.attribute("#name", "value").as_deref(), Some("Old"));
    let version = form.attribute("input[name=version]", "value").unwrap();
    let path = format!("/console/views/{id}");
    ada.submit(&path, &[("name", "Other"), ("version", &version)]).await.assert_status(422);
    ada.submit(&path, &[("name", "New"), ("version", &version), ("is_shared", "true")])
        .await
        .assert_status(303);
    assert_eq!(
        app.cell("SELECT name || is_shared || query FROM saved_views WHERE query <> ''"),
        "Newtruestage=active"
    );
    assert_eq!(app.cell("SELECT count(*) FROM saved_view_pins"), "0");

    let late = ada.submit(&path, &[("name", "Late"), ("version", &version)]).await;
    late.assert_status(409).assert_text("There it is named “New” and seen by everybody");
    assert_eq!(late.attribute("#name", "value").as_deref(), Some("Late"));

    ada.get("/console/views/new?query=stage%3Dchurned")
        .await
        .assert_text("Or put it in place of one of yours");
    let unknown = ada.submit(&format!("{path}/query"), &[("query", "stage=churned&bad=1")]).await;
    unknown.assert_status(422).assert_text("“bad”");
    let replaced = ada.submit_and_follow(&format!("{path}/query"), &[("query", "stage=churned")]).await;
    replaced.assert_text("“New” now selects this list.");
    assert_eq!(app.cell("SELECT query FROM saved_views WHERE name = 'New'"), "stage=churned");

    ada.get(&format!("{path}/deletion")).await.assert_ok().assert_text("Delete the view “New”?");
    ada.submit_and_follow(&format!("{path}/deletion"), &[]).await.assert_text("“New” is deleted.");
    assert_eq!(app.cell("SELECT count(*) FROM saved_views WHERE name = 'New'"), "0");
}

#[actix_web::test]
async fn views_of_another_tenant_do_not_exist() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.person("ada@acme.test").await, app.person("eve@globex.test").await);
    ada.submit("/console/views", &[("name", "Shared"), ("query", "stage=active"), ("is_shared", "true")])
        .await;
    let id = view(&app, "Shared");
    eve.get("/console/views").await.assert_ok().assert_text("No saved views yet").assert_no_text("Ada");
    for path in ["", "/edit", "/deletion"] {
        eve.get(&format!("/console/views/{id}{path}")).await.assert_not_found();
    }
    for path in ["", "/query", "/pin", "/pin/deletion", "/deletion"] {
        let form = [("name", "Mine"), ("version", "1"), ("query", "")];
        eve.submit(&format!("/console/views/{id}{path}"), &form).await.assert_not_found();
    }
    assert_eq!(app.cell("SELECT count(*) FROM saved_view_pins"), "0");
    assert_eq!(app.cell("SELECT name FROM saved_views"), "Shared");
}
