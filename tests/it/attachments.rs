use crate::support::TestApp;
use clientele::infra::{db::ids::TenantId, services::files::Files};

const CAROL: &str = "carol@northwind.test";
const CODY: &str = "cody@northwind.test";
const GRACE: &str = "grace@acme.test";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

/// Whether a file lies in the store.
async fn is_stored(files: &Files, tenant: &str, id: &str) -> bool {
    let tenant: TenantId = tenant.parse().unwrap();
    files.read(tenant, id.parse().unwrap()).await.is_ok()
}

#[actix_web::test]
async fn a_file_comes_with_a_message_and_is_handed_out_as_a_file_only() {
    let app = TestApp::start().await;
    let cody = app.person(CODY).await;
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let texts = [("subject", "Printer"), ("body", "See the files.")];
    let sent = cody
        .send_files("/customer/tickets", &texts, &[("../a \"b\" ä.html", page), ("photo.png", PNG)])
        .await;
    sent.assert_status(303);
    let ticket = cody.get(&sent.location).await;
    ticket.assert_ok();
    assert_eq!(ticket.all(".file__name span"), ["a \"b\" ä.html", "photo.png"]);
    let url = ticket.attribute(".file__name", "href").unwrap();
    let got = cody.get(&url).await;
    got.assert_ok();
    assert_eq!(got.body.as_bytes(), page);
    let header = |name: &str| got.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/plain");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"a _b_ _.html\"; filename*=UTF-8''a%20%22b%22%20%C3%A4.html"
    );
    assert_eq!(
        (header("x-content-type-options"), header("content-security-policy")),
        ("nosniff".into(), "default-src 'none'; sandbox".into())
    );
    // Only a picture is shown.
    cody.get(&format!("{url}/picture")).await.assert_not_found();
    let picture = cody.get(&ticket.attribute(".file__picture img", "src").unwrap()).await;
    picture.assert_ok();
    assert_eq!(picture.headers["content-disposition"], "inline");
    assert!(picture.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    // Staff have it too.
    app.person(GRACE).await.get(&url.replace("/customer", "/console")).await.assert_ok();
}

#[actix_web::test]
async fn what_is_not_taken_is_told_with_everything_that_was_typed_and_leaves_nothing() {
    let app = TestApp::start().await;
    let cody = app.person(CODY).await;
    let large = vec![b'x'; (1 << 20) + 1];
    for (files, problem) in [
        (vec![("photo.jpg", &b"MZ\x90\0\x03\0\0\0"[..])], "photo.jpg is a program."),
        (vec![("run.sh", &b"echo"[..])], "run.sh is a program."),
        (vec![("large.txt", &large[..])], "large.txt is too large. A file may have 1 MB."),
        (vec![("none.txt", &b""[..])], "none.txt is empty."),
        (
            vec![("a.txt", &b"a"[..]), ("b.txt", b"b"), ("c.txt", b"c"), ("d.txt", b"d")],
            "A message takes 3 files.",
        ),
    ] {
        let answer = cody
            .send_files("/customer/tickets", &[("subject", "Kept <b>"), ("body", "Kept too")], &files)
            .await;
        answer.assert_status(422).assert_text(problem).assert_text("Choose them again");
        assert_eq!(answer.attribute("#subject", "value").as_deref(), Some("Kept <b>"));
        assert_eq!(answer.all("#body"), ["Kept too"]);
    }
    let nothing = cody.send_files("/customer/tickets", &[("subject", "")], &[("a.txt", b"a")]).await;
    nothing.assert_status(422).assert_text("Say in a few words what it is about");
    assert_eq!(app.cell("SELECT (SELECT count(*) FROM tickets) + (SELECT count(*) FROM attachments)"), "0");
}

#[actix_web::test]
async fn files_of_others_and_of_notes_are_not_there() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    let note = app.note_on(ticket, GRACE, "Look at this.");
    let tenant = app.cell("SELECT id FROM tenants WHERE slug = 'acme'");
    let cody = app.person(CODY).await;
    let sent = cody
        .send_files(
            &format!("/customer/tickets/{ticket}/messages"),
            &[("body", "Here.")],
            &[("mine.png", PNG)],
        )
        .await;
    sent.assert_status(303);
    let mine = app.cell("SELECT id FROM attachments");
    // The file of the note is really there.
    let of_note = uuid::Uuid::now_v7();
    let mut file = app.files.write(tenant.parse().unwrap(), of_note).await.unwrap();
    file.push("secret".into()).await.unwrap();
    file.finish().await.unwrap();
    app.sql(&format!(
        "INSERT INTO attachments (tenant_id, id, customer_id, ticket_id, message_id, name, content_type, size, sha256)
         SELECT tenant_id, '{of_note}', customer_id, ticket_id, id, 'note.png', 'image/png', 6, repeat('0', 64) FROM ticket_messages WHERE id = '{note}'"
    ));
    app.person(GRACE).await.get(&format!("/console/attachments/{of_note}")).await.assert_ok();
    for (email, surface, ids) in [
        (CODY, "customer", vec![of_note.to_string()]),
        (CAROL, "customer", vec![of_note.to_string()]),
        ("iris@initech.test", "customer", vec![mine.clone(), of_note.to_string()]),
        ("eve@globex.test", "console", vec![mine.clone(), of_note.to_string()]),
    ] {
        let person = app.person(email).await;
        for id in ids {
            for further in ["", "/picture"] {
                person
                    .get(&format!("/{surface}/attachments/{id}{further}?id={mine}"))
                    .await
                    .assert_not_found();
            }
        }
    }
    cody.get(&format!("/customer/tickets/{ticket}"))
        .await
        .assert_ok()
        .assert_no_text("note.png")
        .assert_text("mine.png");
}

#[actix_web::test]
async fn the_files_of_what_is_deleted_go_with_it() {
    let app = TestApp::start().await;
    let cody = app.person(CODY).await;
    cody.send_files("/customer/tickets", &[("subject", "Printer"), ("body", "Here.")], &[("mine.png", PNG)])
        .await
        .assert_status(303);
    let (tenant, id) =
        (app.cell("SELECT tenant_id FROM attachments"), app.cell("SELECT id FROM attachments"));
    assert!(is_stored(&app.files, &tenant, &id).await);
    app.run_tasks().await;
    assert!(is_stored(&app.files, &tenant, &id).await);
    app.sql("DELETE FROM customers WHERE name = 'Northwind Traders'");
    app.run_tasks().await;
    assert!(!is_stored(&app.files, &tenant, &id).await);
}

#[actix_web::test]
async fn a_message_that_is_sent_twice_arrives_once_with_its_files() {
    let app = TestApp::start().await;
    let ticket = app.open_ticket(CODY, "Printer");
    let cody = app.person(CODY).await;
    let texts = [("body", "Here."), ("submission", "018f0000-0000-7000-8000-000000000001")];
    for _ in 0..2 {
        cody.send_files(&format!("/customer/tickets/{ticket}/messages"), &texts, &[("mine.png", PNG)])
            .await
            .assert_status(303);
    }
    assert_eq!(
        app.cell(
            "SELECT (SELECT count(*) FROM ticket_messages) || ' ' || (SELECT count(*) FROM attachments)"
        ),
        "2 1"
    );
}

#[actix_web::test]
async fn staff_send_files_with_answers_and_the_customer_reaches_none_of_a_note() {
    let app = TestApp::start().await;
    let (cody, grace) = (app.person(CODY).await, app.person(GRACE).await);
    let ticket = app.open_ticket(CODY, "Printer");
    let (theirs, ours) = (format!("/customer/tickets/{ticket}"), format!("/console/tickets/{ticket}"));
    let messages = format!("{ours}/messages");
    let reply = [("kind", "reply"), ("action", "send"), ("body", "Read this.")];
    grace.send_files(&messages, &reply, &[("manual.txt", b"Turn it on.")]).await.assert_status(303);
    let note = [("kind", "note"), ("action", "send"), ("body", "Among us.")];
    grace.send_files(&messages, &note, &[("costs.txt", b"A lot.")]).await.assert_status(303);

    let thread = grace.get(&ours).await;
    assert_eq!(thread.all(".message .file__name span"), ["manual.txt", "costs.txt"]);
    assert_eq!(thread.all(".message--note .file__name span"), ["costs.txt"]);
    let of_note = thread.attribute(".message--note .file__name", "href").unwrap();
    assert_eq!(grace.get(&of_note).await.body, "A lot.");
    let seen = cody.get(&theirs).await;
    assert_eq!(seen.all(".file__name span"), ["manual.txt"]);
    assert_eq!(cody.get(&seen.attribute(".file__name", "href").unwrap()).await.body, "Turn it on.");
    cody.get(&of_note.replace("/console", "/customer")).await.assert_not_found();

    // What a browser does not send again is asked for again, and what was typed stays.
    let insert = [("kind", "reply"), ("action", "insert"), ("body", "Half a sentence"), ("saved", "")];
    let asked = grace.send_files(&messages, &insert, &[("more.txt", b"More")]).await;
    asked.assert_status(422).assert_text("Choose the files again").assert_text("Half a sentence");
    let program = grace.send_files(&messages, &reply, &[("run.exe", b"MZ\x90\0\x03\0\0\0")]).await;
    program.assert_status(422).assert_text("run.exe is a program.").assert_text("Read this.");
    assert_eq!(app.cell("SELECT count(*) FROM attachments"), "2");

    let customer = app.customer("Northwind Traders");
    let asker = app.user(CODY).to_string();
    let requester = format!("user {asker}");
    let opened = [
        ("customer", &*customer),
        ("requester", &requester),
        ("subject", "By phone"),
        ("body", "See the file."),
    ];
    let opened = grace.send_files("/console/tickets", &opened, &[("letter.txt", b"Dear all")]).await;
    opened.assert_status(303);
    assert_eq!(grace.get(&opened.location).await.all(".file__name span"), ["letter.txt"]);
}
