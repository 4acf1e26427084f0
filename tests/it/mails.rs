//! Mails: queued with the change that they tell of, sent once by a task, through a real conversation with a mail server.
use crate::support::{mail_server::MailServer, *};
use clientele::{
    infra::{
        jobs::{self, Tools},
        services::mail::{self, Letter},
        web::errors::{AppError, Result},
    },
    routing::HANDLERS,
};

const NEW: &str = "violet-harbour-signal";
const MAILS: &str = "SELECT count(*) FROM mails";

async fn change_password(person: &Person) {
    let form = [("current_password", cast::PASSWORD), ("new_password", NEW)];
    person.submit("/account/password", &form).await.assert_status(303);
}

async fn run(app: &TestApp, tools: &Tools) {
    let (db, tools) = (app.db.clone(), tools.clone());
    actix_web::web::block(move || jobs::run_all(&db, HANDLERS, &tools)).await.unwrap().unwrap();
}

/// State, tries and error of the task that sends.
fn sending(app: &TestApp) -> String {
    app.cell("SELECT string_agg(state || ' ' || attempts || ' ' || coalesce(error, ''), ', ') FROM tasks WHERE handler = 'send_mail'")
}

#[actix_web::test]
async fn a_changed_password_is_written_about_once_and_a_refused_change_is_not() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let wrong = [("current_password", "wrong-present-one"), ("new_password", NEW)];
    ada.submit("/account/password", &wrong).await.assert_status(422);
    let weak = [("current_password", cast::PASSWORD), ("new_password", "password1")];
    ada.submit("/account/password", &weak).await.assert_status(422);
    assert_eq!(app.cell(MAILS), "0");

    change_password(&ada).await;
    assert_eq!(
        app.cell("SELECT string_agg(concat_ws('|', kind, from_name, to_name, to_address, subject, sent_at), ';') FROM mails"),
        "password_changed|Acme|Ada Park|ada@acme.test|Your password was changed"
    );
    // One transaction: the change of the account and the mail about it.
    assert_eq!(
        app.cell("SELECT count(DISTINCT transaction_id) FROM events WHERE topic = 'MAIL_CREATED'
                  AND transaction_id = (SELECT transaction_id FROM events WHERE topic = 'USER_UPDATED' AND 'password_changed_at' = ANY (changed) ORDER BY id DESC LIMIT 1)"),
        "1"
    );
    assert!(app.mailer.kept().unwrap().is_empty(), "the page does not send");

    app.run_tasks().await;
    let kept = app.mailer.kept().unwrap();
    assert_eq!(kept.len(), 1);
    for part in [
        "127.0.0.1",
        "An unknown device",
        "https://clientele.test/account",
        "You get this mail because ada@acme.test",
    ] {
        assert!(kept[0].text.contains(part) && kept[0].html.contains(part), "{part}: {}", kept[0].text);
    }
    assert_eq!(
        app.cell("SELECT (sent_at IS NOT NULL AND body_text IS NULL AND body_html IS NULL)::text FROM mails"),
        "true"
    );
    assert!(sending(&app).starts_with("done 1"));
}

#[actix_web::test]
async fn what_is_taken_back_is_not_written_about() {
    let app = TestApp::start().await;
    let letter = Letter::new("trial", "Hello", "Because.").to("Ada", "ada@acme.test").says("Hello.");
    let (db, scope) = (app.db.clone(), app.system("acme"));
    let ended: Result<()> = db.write_blocking(&scope, |tx| {
        mail::queue(tx, &letter)?;
        Err(AppError::Conflict("after all".into()))
    });
    assert!(ended.is_err());
    assert_eq!(app.cell(MAILS), "0");
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE handler = 'send_mail'"), "0");
}

#[actix_web::test]
async fn portal_users_and_platform_admins_are_written_to_as_well() {
    let app = TestApp::start().await;
    for email in ["cody@northwind.test", "root@clientele.test"] {
        change_password(&app.person(email).await).await;
    }
    app.run_tasks().await;
    let kept = app.mailer.kept().unwrap();
    let mut told: Vec<_> =
        kept.iter().map(|mail| (mail.to_address.as_str(), mail.text.lines().next().unwrap())).collect();
    told.sort_unstable();
    assert_eq!(told, [("cody@northwind.test", "Acme"), ("root@clientele.test", "Clientele")]);
    assert_eq!(app.cell("SELECT count(*) FROM mails WHERE tenant_id IS NULL AND sent_at IS NOT NULL"), "1");
}

#[actix_web::test]
async fn a_mail_server_is_told_everything_once() {
    let app = TestApp::start().await;
    // A name that would add a line to the head is nobody's: the database refuses it.
    let broken =
        "UPDATE users SET name = E'Pärk, \"Ada\"\\r\\nBcc: eve@evil.test' WHERE email = 'ada@acme.test'";
    assert!(diesel::connection::SimpleConnection::batch_execute(&mut app.database.owner(), broken).is_err());
    app.sql("UPDATE users SET name = 'Pärk, \"Ada\" Bcc: eve' WHERE email = 'ada@acme.test'");
    change_password(&app.person("ada@acme.test").await).await;
    let server = MailServer::start("250 fine");
    let tools = server.tools();
    run(&app, &tools).await;
    assert_eq!(server.heard("RCPT"), ["RCPT TO:<ada@acme.test>"]);
    assert_eq!(server.heard("MAIL").len(), 1);
    assert!(server.heard("MAIL")[0].starts_with("MAIL FROM:<post@clientele.test>"));
    let messages = server.heard("message");
    let (message, id) = (&messages[0], app.cell("SELECT id FROM mails"));
    for line in [
        format!("Message-ID: <{id}@clientele.test>"),
        "From: Acme <post@clientele.test>".into(),
        "Subject: Your password was changed".into(),
        "Auto-Submitted: auto-generated".into(),
        format!("Content-Type: multipart/alternative; boundary=\"{}\"", id.replace('-', "")),
    ] {
        assert!(message.replace("\n ", " ").lines().any(|l| l == line), "{line} is not in\n{message}");
    }
    let head = message.split("\n\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");

    // A task that is run again, because somebody retried it or a worker died at the wrong moment, finds it sent.
    app.sql("UPDATE tasks SET state = 'queued', finished_at = NULL WHERE handler = 'send_mail'");
    run(&app, &tools).await;
    assert_eq!(server.heard("message").len(), 1);
    assert!(sending(&app).starts_with("done 2"), "{}", sending(&app));
}

#[actix_web::test]
async fn a_mail_waits_for_a_server_that_is_away() {
    let app = TestApp::start().await;
    change_password(&app.person("ada@acme.test").await).await;
    run(&app, &MailServer::nowhere().tools()).await;
    assert!(sending(&app).starts_with("queued 1 the mail server can't be reached: "), "{}", sending(&app));
    assert_eq!(app.cell("SELECT count(*) FROM mails WHERE sent_at IS NULL AND body_text IS NOT NULL"), "1");

    app.sql("UPDATE tasks SET run_at = now()");
    let busy = MailServer::start("450 later");
    run(&app, &busy.tools()).await;
    assert!(sending(&app).starts_with("queued 2 ") && sending(&app).contains("450"), "{}", sending(&app));

    app.sql("UPDATE tasks SET run_at = now()");
    let server = MailServer::start("250 fine");
    run(&app, &server.tools()).await;
    assert!(sending(&app).starts_with("done 3"), "{}", sending(&app));
    assert_eq!(server.heard("message").len(), 1);
}

/// What was taken by a server whose answer was lost is sent again: the receiver drops the double by its Message-ID.
#[actix_web::test]
async fn a_mail_keeps_its_id_over_all_tries() {
    let app = TestApp::start().await;
    change_password(&app.person("ada@acme.test").await).await;
    let server = MailServer::answering("250 fine", &["451 what was that", "451 again, please"]);
    let tools = server.tools();
    for _ in 0..3 {
        run(&app, &tools).await;
        app.sql("UPDATE tasks SET run_at = now() WHERE state = 'queued'");
    }
    assert!(sending(&app).starts_with("done 3"), "{}", sending(&app));
    let messages = server.heard("message");
    let ids: Vec<_> = messages
        .iter()
        .filter_map(|message| message.lines().find(|line| line.starts_with("Message-ID")))
        .collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[actix_web::test]
async fn a_mail_that_is_refused_for_good_is_not_tried_again() {
    let app = TestApp::start().await;
    change_password(&app.person("ada@acme.test").await).await;
    let server = MailServer::start("550 5.1.1 no such mailbox");
    run(&app, &server.tools()).await;
    let told = sending(&app);
    assert!(told.starts_with("dead 1 refused for good: ") && told.contains("no such mailbox"), "{told}");
    assert_eq!(server.heard("message"), Vec::<String>::new());
    // A person who saw to it may have it tried again.
    let ada = app.visitor();
    ada.submit("/login", &[("email", "ada@acme.test"), ("password", NEW)]).await.assert_status(303);
    let task = app.cell("SELECT id FROM tasks WHERE handler = 'send_mail'");
    ada.submit(&format!("/console/tasks/{task}"), &[("decision", "retry")]).await.assert_status(303);
    app.run_tasks().await;
    assert_eq!(app.mailer.kept().unwrap().len(), 1);
}

#[actix_web::test]
async fn what_a_mail_says_is_neither_in_the_log_nor_readable() {
    let app = TestApp::start().await;
    change_password(&app.person("ada@acme.test").await).await;
    let of_log = "SELECT count(*) FROM events e WHERE e.topic LIKE 'MAIL_%' AND (e.before::text || e.after::text) ~ 'somebody else|body_'";
    let of_row = "SELECT count(*) FROM mails WHERE body_text LIKE '%somebody else%' AND body_html LIKE '%somebody else%'";
    assert_eq!(app.cell(of_row), "1");
    app.run_tasks().await;
    assert_eq!(
        app.cell("SELECT string_agg(topic, ',' ORDER BY id) FROM events WHERE entity = 'mail'"),
        "MAIL_CREATED,MAIL_UPDATED"
    );
    assert_eq!((app.cell(of_log).as_str(), app.cell(of_row).as_str()), ("0", "0"));
    assert_eq!(
        app.cell("SELECT count(*) FROM events e WHERE (coalesce(e.before, '{}')::text || coalesce(e.after, '{}')::text) LIKE '%somebody else%'"),
        "0"
    );
}

#[actix_web::test]
async fn a_mail_that_could_not_be_sent_for_a_week_is_given_up() {
    let app = TestApp::start().await;
    change_password(&app.person("ada@acme.test").await).await;
    app.sql("UPDATE mails SET created_at = now() - interval '8 days'");
    assert_eq!(app.cell("SELECT wipe_unsent_mails(now() - interval '7 days')"), "1");
    app.run_tasks().await;
    assert!(sending(&app).starts_with("dead 1 too old"), "{}", sending(&app));
    assert!(app.mailer.kept().unwrap().is_empty());
}

#[actix_web::test]
async fn developers_read_the_mails_that_did_not_leave() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    visitor.get("/dev/mail").await.assert_ok().assert_text("No mails yet");
    app.sql("UPDATE users SET name = '<b>Ada</b> Park' WHERE email = 'ada@acme.test'");
    change_password(&app.person("ada@acme.test").await).await;
    app.run_tasks().await;
    let list = visitor.get("/dev/mail").await;
    list.assert_ok().assert_text("Your password was changed").assert_text("ada@acme.test");
    let link = list.attribute("th a", "href").unwrap();
    let page = visitor.get(&link).await;
    page.assert_ok().assert_text("Auto-Submitted: auto-generated").assert_text("Hello <b>Ada</b> Park,");
    let html = visitor.get(&format!("{link}/html")).await;
    html.assert_ok().assert_text("Hello <b>Ada</b> Park,");
    let policy = html.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox;"), "{policy}");
    for nothing in [
        "/dev/mail/00000000-0000-7000-8000-00000000000c",
        "/dev/mail/00000000-0000-7000-8000-00000000000c/html",
        "/dev/mail/..%2f..%2fsecret.key",
        "/dev/mail/..%2Fsecret/html",
        "/dev/mail/secret.key",
    ] {
        visitor.get(nothing).await.assert_not_found();
    }
    visitor.get("/styleguide").await.assert_ok().assert_text("mails");
}
