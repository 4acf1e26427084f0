//! Guessing passwords is slow, however it is tried, and keeps nobody out.
use crate::support::*;
use futures_util::future::join_all;
use serde_json::json;

const GRACE: &str = "grace@acme.test";
const NEW: &str = "violet-harbour-signal";

async fn sign_in(person: &Person, email: &str, password: &str) -> Answer {
    person.submit("/login", &[("email", email), ("password", password)]).await
}

/// How many of the answers looked at the password.
fn looked_at(answers: &[Answer]) -> usize {
    for answer in answers {
        assert!([422, 429].contains(&answer.status.as_u16()), "{}: {}", answer.status, answer.text());
    }
    answers.iter().filter(|answer| answer.status == 422).count()
}

/// As if the last tries were so long ago.
fn later(app: &TestApp, interval: &str) {
    app.sql(&format!("UPDATE sign_in_failures SET last_at = last_at - interval '{interval}'"));
}

#[actix_web::test]
async fn tries_that_come_together_are_counted_like_those_one_after_the_other() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let guesses: Vec<String> = (0..64).map(|n| format!("guess {n} is wrong")).collect();
    let together = join_all(guesses.iter().map(|guess| sign_in(&visitor, GRACE, guess))).await;
    assert_eq!(looked_at(&together), 5);
    // In the API as on the page.
    let body = json!({ "email": GRACE, "password": cast::PASSWORD }).to_string();
    visitor.send_json("/api/auth/login", &body).await.assert_status(429);
    // Over many accounts from one address.
    app.sql("DELETE FROM sign_in_failures");
    let emails: Vec<String> = (0..100).map(|n| format!("somebody{n}@acme.test")).collect();
    let sprayed = join_all(emails.iter().map(|email| sign_in(&visitor, email, "Summer-2026"))).await;
    assert_eq!(looked_at(&sprayed), 50);
    assert!(app.cell("SELECT count(*) FROM sign_in_failures").parse::<i64>().unwrap() <= 101);
    // At one account from many addresses.
    app.sql("DELETE FROM sign_in_failures");
    let many: Vec<Person> = (1..40).map(|n| app.visitor_from(&format!("127.0.0.{n}"))).collect();
    let spread = join_all(many.iter().map(|person| sign_in(person, GRACE, "Summer-2026"))).await;
    assert_eq!(looked_at(&spread), 20);
}

#[actix_web::test]
async fn no_stranger_keeps_anybody_out() {
    let app = TestApp::start().await;
    let (known, grace) = (app.visitor(), app.visitor_from("127.0.0.2"));
    sign_in(&known, GRACE, cast::PASSWORD).await.assert_status(303);
    known.submit("/logout", &[]).await.assert_status(303);
    // The worst that strangers can do, from her own address and from everywhere.
    let attack = "SELECT key, failures FROM sign_in_failures";
    for n in 0..30 {
        later(&app, "20 minutes");
        sign_in(&app.visitor(), GRACE, "wrong").await;
        sign_in(&app.visitor_from(&format!("127.0.1.{n}")), GRACE, "wrong").await;
    }
    app.sql("UPDATE sign_in_failures SET failures = 1000, last_at = now()");
    assert_ne!(app.cell(&format!("SELECT count(*) FROM ({attack}) a")), "0");
    sign_in(&app.visitor(), GRACE, cast::PASSWORD).await.assert_status(429);
    // Whose browser was in before does not notice.
    sign_in(&known, GRACE, cast::PASSWORD).await.assert_status(303);
    // Another browser, elsewhere, waits for seconds.
    app.sql("DELETE FROM sign_in_failures WHERE key LIKE 'address:%'");
    let waits = sign_in(&grace, GRACE, cast::PASSWORD).await;
    waits.assert_status(429);
    assert!(waits.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 8);
    later(&app, "8 seconds");
    sign_in(&grace, GRACE, cast::PASSWORD).await.assert_status(303);
    // Guesses in the known browser do not count against her elsewhere, and the other way round.
    app.sql("DELETE FROM sign_in_failures");
    let wrong = join_all((0..30).map(|_| sign_in(&known, GRACE, "wrong"))).await;
    assert_eq!(looked_at(&wrong), 10);
    sign_in(&app.visitor(), GRACE, cast::PASSWORD).await.assert_status(303);
    // The mark is one of this account: at others the browser is a stranger.
    app.sql("DELETE FROM sign_in_failures");
    let others = join_all((0..30).map(|_| sign_in(&known, "chloe@acme.test", "wrong"))).await;
    assert_eq!(looked_at(&others), 5);
}

#[actix_web::test]
async fn a_reset_by_mail_forgives_and_cannot_be_kept_from_anybody() {
    let app = TestApp::start().await;
    // A stranger asks in her name as often as it goes, from several places.
    for n in 1..6 {
        let stranger = app.visitor_from(&format!("127.0.0.{n}"));
        join_all((0..10).map(|_| stranger.submit("/forgotten-password", &[("email", GRACE)]))).await;
    }
    app.run_tasks().await;
    let mails = app.mailer.kept().unwrap();
    assert_eq!(mails.len(), 5, "no mailbox is filled");
    // She asks too, and is answered as ever; the links that she was mailed are good.
    let grace = app.visitor_from("127.0.0.9");
    grace.submit("/forgotten-password", &[("email", GRACE)]).await.assert_status(303);
    app.sql("UPDATE sign_in_failures SET failures = 1000, last_at = now()");
    for _ in 0..8 {
        sign_in(&app.visitor(), GRACE, "wrong").await;
    }
    let link = crate::accounts::link(&app, GRACE);
    let (page, token) = link.split_once("?token=").unwrap();
    app.sql("DELETE FROM sign_in_failures WHERE key LIKE 'secret:%' OR key LIKE 'address:%'");
    app.visitor().submit(page, &[("token", token), ("new_password", NEW)]).await.assert_status(303);
    sign_in(&app.visitor(), GRACE, NEW).await.assert_status(303);
}

#[actix_web::test]
async fn ten_wrong_present_passwords_end_the_session() {
    let app = TestApp::start().await;
    let (cody, elsewhere) =
        (app.person("cody@northwind.test").await, app.person("cody@northwind.test").await);
    let guess = |person: &'static str, n: usize| {
        let (path, field, other) = match person {
            "password" => ("/account/password", "current_password", ("new_password", NEW)),
            _ => ("/account/email", "email_password", ("new_email", "c@northwind.test")),
        };
        let cody = &cody;
        async move { cody.submit(path, &[(field, &format!("guess {n}")), other]).await }
    };
    // The right one forgives.
    for n in 0..6 {
        guess("password", n).await.assert_status(422).assert_text("not your present password");
    }
    let same = [("current_password", cast::PASSWORD), ("new_password", "password1234")];
    cody.submit("/account/password", &same).await.assert_status(422).assert_text("easy to guess");
    // Both forms count the same.
    for n in 0..5 {
        guess("password", n).await.assert_status(422);
        if n < 4 {
            guess("email", n).await.assert_status(422);
        }
    }
    let last = guess("email", 9).await;
    assert_eq!((last.status.as_u16(), last.location.as_str()), (303, "/login"));
    cody.get(&last.location).await.assert_text("entered wrongly too often");
    assert_eq!(cody.get("/customer/dashboard").await.status, 303);
    elsewhere.get("/customer/dashboard").await.assert_ok();
    // All at once: no more than ten are looked at.
    let guesses = join_all((0..40).map(|n| {
        let form =
            [("current_password".to_owned(), format!("guess {n}")), ("new_password".into(), NEW.into())];
        let elsewhere = &elsewhere;
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            elsewhere.submit("/account/password", &form).await.status.as_u16()
        }
    }))
    .await;
    assert!(guesses.iter().filter(|status| **status == 422).count() <= 9, "{guesses:?}");
    assert_eq!(elsewhere.get("/customer/dashboard").await.status, 303);
}

#[actix_web::test]
async fn what_cannot_be_counted_is_not_looked_at() {
    let app = TestApp::start().await;
    app.sql("ALTER TABLE sign_in_failures ADD CONSTRAINT nothing CHECK (false) NOT VALID");
    for password in [cast::PASSWORD, "wrong"] {
        sign_in(&app.visitor(), GRACE, password).await.assert_status(500);
    }
    assert_eq!(app.cell("SELECT count(*) FROM sessions"), "0");
}

#[actix_web::test]
async fn links_are_not_looked_for_without_end() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let paths: Vec<String> = (0..80)
        .map(|n| {
            let page = ["/invitation", "/new-password", "/new-address", "/confirmation"][n % 4];
            format!("{page}?token=guess{n}")
        })
        .collect();
    let answers = join_all(paths.iter().map(|path| visitor.get(path))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 404).count(), 50);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 30);
    // Who signs in from there is not concerned.
    app.person(GRACE).await;
}
