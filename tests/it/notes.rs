//! Notes on a customer.
use crate::support::{Sending, TestApp, Watched};
use clientele::isolation::routes::Method::{Get, Post};

#[rustfmt::skip]
pub const WATCHED: Watched = Watched {
    routes: &[
        (Get, "/console/customers/{customer}/notes", [303, 404, 200, 200, 200, 404, 404]),
        (Post, "/console/customers/{customer}/notes", [303, 404, 422, 422, 422, 404, 404]),
        (Get, "/console/customers/{customer}/notes/{note}", [303, 404, 200, 200, 200, 404, 404]),
        (Post, "/console/customers/{customer}/notes/{note}", [303, 404, 422, 422, 422, 404, 404]),
        (Post, "/console/customers/{customer}/notes/{note}/pin", [303, 404, 303, 303, 303, 404, 404]),
        (Post, "/console/customers/{customer}/notes/{note}/deletion", [303, 404, 303, 303, 303, 404, 404]),
    ],
    things: "INSERT INTO notes (tenant_id, id, customer_id, body, author_name)
        SELECT tenant_id, '00000000-0000-7000-8000-000000000020', id, 'Access', 'Ada Park' FROM customers WHERE name = 'Northwind Traders' ON CONFLICT DO NOTHING",
    parameters: &[("note", "00000000-0000-7000-8000-000000000020")],
    sent: &[
        Sending { path: "/console/customers/{customer}/notes", by: "ada@acme.test", fields: &[("body", "Once")], is_same: true },
        Sending { path: "/console/customers/{customer}/notes/{note}", by: "ada@acme.test", fields: &[("body", "Twice"), ("version", "=SELECT version FROM notes WHERE body = 'Access'")], is_same: true },
        Sending { path: "/console/customers/{customer}/notes/{note}/pin", by: "ada@acme.test", fields: &[("pinned", "true")], is_same: true },
        Sending { path: "/console/customers/{customer}/notes/{note}/deletion", by: "ada@acme.test", fields: &[], is_same: false },
    ],
    keyless: &["pin", "deletion"],
    limits: &[("NOTES", "a_customer_has_two_thousand_at_most")],
};

#[actix_web::test]
async fn a_note_is_added_pinned_edited_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let customer = format!("/console/customers/{}", app.customer("Northwind Traders"));
    let notes = format!("{customer}/notes");
    ada.get(&customer).await.assert_ok().assert_text("Notes");
    ada.get(&notes).await.assert_ok().assert_text("No notes yet");
    ada.submit(&notes, &[("body", "  ")])
        .await
        .assert_status(422)
        .assert_text("Enter a text of 1 to 20,000 characters.");
    let first = ada.submit_and_follow(&notes, &[("body", "Renewal in May.\nAsk Carol <first>.")]).await;
    first.assert_text("The note is added.").assert_text("Ada Park").assert_text("Ask Carol <first>.");
    assert!(
        first.body.contains("Renewal in May.\nAsk Carol &lt;first&gt;.")
            || first.body.contains("Renewal in May.\nAsk Carol &#60;first&#62;."),
        "line breaks are kept"
    );
    ada.submit_and_follow(&notes, &[("body", "Likes tea.")]).await.assert_ok();
    let bodies = |page: &crate::support::Answer| page.all("article .prose");
    assert_eq!(bodies(&ada.get(&notes).await)[0], "Likes tea.");

    let id = app.cell("SELECT id FROM notes WHERE body LIKE 'Renewal%'");
    let one = format!("{notes}/{id}");
    ada.submit_and_follow(&format!("{one}/pin"), &[("pinned", "true")])
        .await
        .assert_text("The note is pinned.")
        .assert_no_text("edited");
    assert!(bodies(&ada.get(&notes).await)[0].starts_with("Renewal"));
    let grace = app.person("grace@acme.test").await;
    let version = app.cell(&format!("SELECT version FROM notes WHERE id = '{id}'"));
    let edited = [("body", "Renewal in June."), ("is_pinned", "true"), ("version", version.as_str())];
    grace.submit_and_follow(&one, &edited).await.assert_text("The note is saved.").assert_text("edited");
    let late = ada.submit(&one, &[("body", "Renewal in July."), ("version", version.as_str())]).await;
    late.assert_status(409)
        .assert_text("Renewal in July.")
        .assert_text("Renewal in June.")
        .assert_text("Grace Hill");
    let timeline = ada.get(&format!("{customer}/timeline")).await;
    timeline
        .assert_text("Ada Park added a note")
        .assert_text("Ada Park pinned a note")
        .assert_text("Grace Hill edited a note");
    ada.get(&one).await.assert_ok().assert_text("added this note");
    ada.submit_and_follow(&format!("{one}/deletion"), &[]).await.assert_text("The note is deleted.");
    ada.get(&one).await.assert_not_found();
    assert_eq!(bodies(&ada.get(&notes).await), ["Likes tea."]);
    ada.get("/console/events").await.assert_text("Ada Park deleted a note of Northwind Traders");
}

#[actix_web::test]
async fn pages_of_notes_go_on_where_the_last_ended() {
    let app = TestApp::start().await;
    let id = app.customer("Northwind Traders");
    app.sql(&format!(
        "INSERT INTO notes (tenant_id, customer_id, body, author_name, is_pinned, created_at)
         SELECT tenant_id, id, 'Note ' || n, 'Ada Park', n % 50 = 0, now() - n * interval '1 hour' FROM customers, generate_series(1, 120) n WHERE id = '{id}'"
    ));
    let ada = app.person("ada@acme.test").await;
    let (mut path, mut seen) = (format!("/console/customers/{id}/notes"), vec![]);
    loop {
        let page = ada.get(&path).await;
        seen.extend(page.assert_ok().all("article .prose"));
        match page.attribute("[rel=next]", "href") {
            Some(next) => path = next,
            None => break,
        }
    }
    let mut expected: Vec<String> = [50, 100].iter().map(|n| format!("Note {n}")).collect();
    expected.extend((1..=120).filter(|n| n % 50 != 0).map(|n| format!("Note {n}")));
    assert_eq!(seen, expected);
}

#[actix_web::test]
async fn nobody_else_reads_or_writes_them() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let (northwind, contoso) = (app.customer("Northwind Traders"), app.customer("Contoso"));
    for customer in [&northwind, &contoso] {
        ada.submit(&format!("/console/customers/{customer}/notes"), &[("body", "Secret")])
            .await
            .assert_status(303);
    }
    // A rep reads those of their own customers only.
    let chloe = app.person("chloe@acme.test").await;
    chloe.get(&format!("/console/customers/{northwind}/notes")).await.assert_ok().assert_text("Secret");
    chloe.get(&format!("/console/customers/{contoso}/notes")).await.assert_not_found();
    chloe.submit(&format!("/console/customers/{contoso}/notes"), &[("body", "x")]).await.assert_status(404);
    // A note is reached through its own customer.
    let id = app.cell(&format!("SELECT id FROM notes WHERE customer_id = '{contoso}'"));
    chloe.get(&format!("/console/customers/{northwind}/notes/{id}")).await.assert_not_found();
    chloe
        .submit(&format!("/console/customers/{northwind}/notes/{id}/deletion"), &[])
        .await
        .assert_status(404);
    let carol = app.person("carol@northwind.test").await;
    carol.get(&format!("/console/customers/{northwind}/notes")).await.assert_not_found();
    assert_eq!(app.cell("SELECT count(*) FROM notes"), "2");
}

#[actix_web::test]
async fn a_customer_has_two_thousand_at_most() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let (full, other) = (app.customer("Northwind Traders"), app.customer("Contoso"));
    app.sql(&format!(
        "INSERT INTO notes (tenant_id, customer_id, body, author_name)
         SELECT tenant_id, id, 'Note', 'Ada Park' FROM customers, generate_series(1, 2000) WHERE id = '{full}'"
    ));
    let refused = ada.submit(&format!("/console/customers/{full}/notes"), &[("body", "One more")]).await;
    refused.assert_status(409).assert_text("2,000 notes").assert_text("One more");
    ada.submit(&format!("/console/customers/{other}/notes"), &[("body", "One")]).await.assert_status(303);
}
