//! Limits that are reached, and others who are unharmed by it: each of `docs/limits.md`, here or by a test that is named here.
use crate::support::*;
use clientele::infra::web::limits::{Answer as Reached, HOUR, Limit, Per, TABLE, pace::Pace};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, path::Path};

/// How a limit is seen to hold.
enum Seen {
    /// [`reach`] fills it up to its end and goes beyond, as `who`; `beside` is somebody whom it is counted for as well where it is not
    /// a person's own, and `far` somebody of another tenant.
    Here { who: &'static str, beside: &'static str, far: &'static str, act: Act },
    /// A test of this file or unit test, in this file.
    In(&'static str, &'static str),
    /// No test can reach it in a reasonable time; why it is believed.
    Given(&'static str),
}

/// Something that is done once more than allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    PortalTicket,
    StaffTicket,
    PortalReply,
    StaffReply,
    PortalCall,
    StaffCall,
    Invite,
    TeamInvite,
    OwnAddress,
    Export,
    Upload,
    Import,
    Tag,
    View,
    SavedReply,
}
use Act::*;
use Seen::*;

const ADA: &str = "ada@acme.test";
const GRACE: &str = "grace@acme.test";
const EVE: &str = "eve@globex.test";
const CAROL: &str = "carol@northwind.test";
const CODY: &str = "cody@northwind.test";
const IRIS: &str = "iris@initech.test";

const fn staff(act: Act) -> Seen {
    Here { who: ADA, beside: GRACE, far: EVE, act }
}
const fn portal(act: Act) -> Seen {
    Here { who: CODY, beside: CAROL, far: IRIS, act }
}
const fn by(file: &'static str, name: &'static str) -> Seen {
    In(file, name)
}

const HERE: &str = "tests/it/abuse.rs";
const GATE: &str = "tests/it/gate.rs";
const BODY: &str = "src/infra/web/body.rs";
const PLACES: &str = "src/infra/jobs/live/places.rs";
const SHARES: &str = "src/infra/web/shares.rs";
const GUESSING: &str = "tests/it/guessing.rs";
const CORPUS: &str = "tests/it/imports_corpus.rs";
const ATTACHMENTS: &str = "tests/it/attachments.rs";

static CASES: &[(&str, Seen)] = &[
    ("OPEN_BODY", by(GATE, "a_body_may_be_as_large_as_who_sends_it_needs")),
    ("FORM_BODY", by(GATE, "a_body_may_be_as_large_as_who_sends_it_needs")),
    ("LARGE_BODIES_OF_A_PERSON", by(BODY, "large_bodies_of_one_tenant_leave_room_for_others")),
    ("LARGE_BODIES_OF_A_TENANT", by(BODY, "large_bodies_of_one_tenant_leave_room_for_others")),
    ("LARGE_BODIES", by(SHARES, "nobody_takes_the_shares_of_others")),
    ("BODY_SILENCE", by(BODY, "much_that_has_come_buys_no_silence")),
    ("BODY_DEADLINE", by(BODY, "a_body_that_stops_coming_is_given_up")),
    ("BODY_FLOOR", by(BODY, "what_has_come_buys_time")),
    ("CONNECTIONS", Given("handed to the server as it is")),
    ("HEAD_DEADLINE", Given("handed to the server as it is")),
    ("KEEP_ALIVE", Given("handed to the server as it is")),
    ("DISCONNECT", Given("handed to the server as it is")),
    ("DOWNLOADS_OF_A_PERSON", by(SHARES, "nobody_takes_the_shares_of_others")),
    ("DOWNLOADS_OF_A_TENANT", by(SHARES, "nobody_takes_the_shares_of_others")),
    ("DOWNLOADS", by(SHARES, "nobody_takes_the_shares_of_others")),
    ("DOWNLOAD_PATIENCE", Given("a minute of waiting")),
    ("EXPORTS_OF_A_PERSON", staff(Export)),
    ("STREAMS_OF_A_PERSON", by(HERE, "a_person_has_twenty_streams_and_others_have_theirs")),
    ("STREAMS_OF_A_TENANT", by(PLACES, "a_tenant_has_its_share_and_the_server_its_bound")),
    ("STREAMS", by(PLACES, "a_tenant_has_its_share_and_the_server_its_bound")),
    ("REQUESTS_OF_A_PERSON", by(HERE, "who_asks_too_fast_waits_alone")),
    ("LIST_ROWS", by("tests/it/assignments.rs", "what_is_wrong_is_named_field_by_field")),
    ("SEARCH_TEXT", by("tests/it/search.rs", "whatever_is_typed_gets_an_answer")),
    (
        "SIGN_INS_OF_AN_ACCOUNT_FROM_A_PLACE",
        by(GUESSING, "tries_that_come_together_are_counted_like_those_one_after_the_other"),
    ),
    ("SIGN_INS_OF_AN_ACCOUNT", by(GUESSING, "no_stranger_keeps_anybody_out")),
    ("SIGN_INS_FROM_A_PLACE", by(GUESSING, "links_are_not_looked_for_without_end")),
    ("SIGN_INS_OF_A_BROWSER", by(GUESSING, "no_stranger_keeps_anybody_out")),
    ("PRESENT_PASSWORDS", by(GUESSING, "ten_wrong_present_passwords_end_the_session")),
    (
        "CONFIRMATION_PASSWORDS",
        by(
            "tests/it/registration.rs",
            "an_account_starts_once_the_link_is_used_with_the_password_that_was_chosen",
        ),
    ),
    (
        "LINKS_OF_AN_ACCOUNT_FROM_A_PLACE",
        by("tests/it/accounts.rs", "asking_too_often_is_refused_whoever_is_meant"),
    ),
    ("LINKS_FROM_A_PLACE", by("tests/it/registration.rs", "a_hundred_tries_in_a_minute_are_refused")),
    ("RESET_LINKS", by(HERE, "an_account_has_five_links_at_a_time")),
    ("REGISTRATIONS_OF_A_MAILBOX", by(HERE, "made_up_addresses_are_counted_for_what_they_share")),
    ("REGISTRATIONS_AT_A_DOMAIN", by(HERE, "made_up_addresses_are_counted_for_what_they_share")),
    ("SESSIONS", by("tests/it/signing_in.rs", "an_account_has_fifty_sessions_at_most_and_the_oldest_end")),
    ("STASHED_FORM", by("tests/it/stash.rs", "a_stranger_leaves_nothing_and_nobody_leaves_much")),
    (
        "PASSED_FILES",
        Given("64 MB; counted in the loop that bounds the texts, which the test of those passes through"),
    ),
    ("STASHES", by("tests/it/stash.rs", "a_stranger_leaves_nothing_and_nobody_leaves_much")),
    (
        "CHECKS_WAITING",
        by(
            "src/infra/services/passwords/pool.rs",
            "as_many_wait_as_there_is_room_for_and_the_others_are_refused",
        ),
    ),
    (
        "NEW_PASSWORDS_WAITING",
        by(
            "src/infra/services/passwords/pool.rs",
            "as_many_wait_as_there_is_room_for_and_the_others_are_refused",
        ),
    ),
    (
        "PASSWORD_LENGTH",
        by("src/infra/services/passwords/judging.rs", "weak_passwords_are_refused_with_a_reason"),
    ),
    ("NAME_LENGTH", by("tests/it/text.rs", "names_of_people_carry_no_address_and_one_line")),
    ("INVITATIONS_OF_A_PERSON", Here { who: ADA, beside: CAROL, far: EVE, act: Invite }),
    ("INVITATIONS_OF_A_CUSTOMER", Here { who: CAROL, beside: CAROL, far: IRIS, act: TeamInvite }),
    ("INVITATIONS_OF_A_TENANT", Here { who: ADA, beside: CAROL, far: EVE, act: Invite }),
    ("MAILS_OF_A_PERSON", staff(OwnAddress)),
    ("MAILS_TO_AN_ADDRESS", Here { who: ADA, beside: CAROL, far: EVE, act: Invite }),
    ("REFUSALS_LOGGED", by("tests/it/access_log.rs", "refusals_of_one_person_fill_nobodys_log")),
    ("TICKETS_OF_STAFF", staff(StaffTicket)),
    ("TICKETS_OF_STAFF_IN_A_DAY", staff(StaffTicket)),
    ("TICKETS_OF_A_PORTAL_USER", portal(PortalTicket)),
    ("TICKETS_OF_A_CUSTOMER", portal(PortalTicket)),
    ("MESSAGES_OF_STAFF", staff(StaffReply)),
    ("MESSAGES_OF_A_PORTAL_USER", portal(PortalReply)),
    ("MESSAGES_OF_A_CUSTOMER", portal(PortalReply)),
    ("CALLS_OF_STAFF", staff(StaffCall)),
    ("CALLS_OF_A_PORTAL_USER", portal(PortalCall)),
    ("CALLS_OF_A_CUSTOMER", portal(PortalCall)),
    ("MESSAGE_LENGTH", by("tests/it/tickets.rs", "an_agent_answers_notes_and_solves")),
    ("TICKETS_AT_ONCE", by(HERE, "no_more_tickets_than_two_pages_change_at_once")),
    ("CUSTOMERS_AT_ONCE", Given("a hundred thousand customers: the bench of bulk actions changes as many")),
    ("CUSTOMERS_PICKED", by("tests/it/bulk.rs", "nonsense_is_told_back_on_the_list")),
    ("TAGS", staff(Tag)),
    ("SAVED_VIEWS", staff(View)),
    ("SAVED_REPLIES", staff(SavedReply)),
    ("DOMAINS", by(HERE, "the_database_bounds_what_is_kept")),
    (
        "FILE_SIZE",
        by(ATTACHMENTS, "what_is_not_taken_is_told_with_everything_that_was_typed_and_leaves_nothing"),
    ),
    (
        "FILES_OF_A_MESSAGE",
        by(ATTACHMENTS, "what_is_not_taken_is_told_with_everything_that_was_typed_and_leaves_nothing"),
    ),
    ("FORM_TEXTS", by(HERE, "the_texts_beside_files_are_bounded")),
    ("UPLOADS_OF_A_PERSON", portal(Upload)),
    ("UPLOADED_BY_A_PERSON", portal(Upload)),
    ("UPLOADED_BY_A_CUSTOMER", portal(Upload)),
    ("UPLOADED_BY_A_TENANT", portal(Upload)),
    ("DOCUMENT_FILES", by("tests/it/portable.rs", "files_beyond_the_limit_are_named_and_left_out")),
    ("IMPORT_SIZE", by(CORPUS, "what_is_too_wide_too_long_or_too_large_is_answered_and_bounded")),
    ("IMPORT_ROWS", by(CORPUS, "what_is_too_wide_too_long_or_too_large_is_answered_and_bounded")),
    ("IMPORT_COLUMNS", by(CORPUS, "what_is_too_wide_too_long_or_too_large_is_answered_and_bounded")),
    ("IMPORT_CELL", by(CORPUS, "what_is_too_wide_too_long_or_too_large_is_answered_and_bounded")),
    ("IMPORT_TAGS", by(HERE, "a_file_brings_no_more_tags_than_it_may")),
    ("IMPORT_NEW_TAGS", by(HERE, "a_file_brings_no_more_tags_than_it_may")),
    ("IMPORTS_READ", Given("a semaphore of the standard kind")),
    ("IMPORTS_OF_A_PERSON", staff(Import)),
    ("IMPORTS_OF_A_TENANT", staff(Import)),
    ("RUNS_OF_A_PERSON", by(HERE, "one_import_of_a_tenant_runs_and_nobody_elses_waits")),
    ("IMPORTS_RUNNING", by(HERE, "one_import_of_a_tenant_runs_and_nobody_elses_waits")),
];

fn limits() -> impl Iterator<Item = &'static Limit> {
    TABLE.iter().flat_map(|(_, limits)| *limits)
}

fn limit(name: &str) -> &'static Limit {
    limits().find(|limit| limit.name == name).unwrap_or_else(|| panic!("there is no limit {name}"))
}

#[test]
fn every_limit_is_reached_by_a_test() {
    let cases: BTreeMap<_, _> = CASES.iter().map(|(name, seen)| (*name, seen)).collect();
    assert_eq!(cases.len(), CASES.len(), "one case each");
    for limit in limits() {
        let watched = crate::WATCHED.iter().flat_map(|thing| thing.limits);
        if watched.into_iter().any(|(name, test)| *name == limit.name && !test.is_empty()) {
            continue;
        }
        match cases.get(limit.name) {
            None => panic!("{} has no case", limit.name),
            Some(Here { .. }) => {}
            Some(Given(why)) => assert!(!why.is_empty()),
            Some(In(file, name)) => {
                let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
                assert!(text.contains(&format!("fn {name}(")), "{}: no test {name} in {file}", limit.name);
            }
        }
    }
    assert!(CASES.iter().all(|(name, _)| limit(name).most > 0));
}

/// As if all of a limit but `left` had been used by whoever this is, or for this address.
fn fill(app: &TestApp, limit: &Limit, who: &str, left: u64) {
    let cell = |column: &str| app.cell(&format!("SELECT {column} FROM users WHERE email = '{who}'"));
    let subject = match limit.per {
        Per::Person => cell("id"),
        Per::Customer => cell("customer_id"),
        Per::Tenant => String::new(),
        Per::Recipient => hash(INVITED),
        _ => hash(who),
    };
    let tenant = cell("tenant_id");
    let tenant = if tenant.is_empty() { "-" } else { &tenant };
    app.sql(&format!(
        "INSERT INTO quota_uses VALUES ('{}:{tenant}:{subject}', {}, clock_timestamp() + interval '35 minutes')
         ON CONFLICT (key) DO UPDATE SET used = excluded.used, ends_at = excluded.ends_at",
        limit.key(),
        limit.most - left,
    ));
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who is invited in these tests, by one person; others invite others.
const INVITED: &str = "new-ada@elsewhere.test";

/// Does it once.
async fn reach(app: &TestApp, email: &str, act: Act) -> Answer {
    let person = app.person(email).await;
    let name = email.split('@').next().unwrap();
    let customer = app.cell(&format!(
        "SELECT c.id FROM customers c JOIN users u USING (tenant_id) WHERE u.email = '{email}' AND c.name IN ('Northwind Traders', 'Initech')"
    ));
    let theirs =
        app.cell(&format!("SELECT email FROM users WHERE customer_id = '{customer}' ORDER BY email LIMIT 1"));
    let ticket = |of: &str| app.open_ticket(of, "For a reply");
    let portal = "user ".to_owned() + &app.cell(&format!("SELECT id FROM users WHERE email = '{theirs}'"));
    match act {
        PortalTicket => {
            person.submit("/customer/tickets", &[("subject", "One more"), ("body", "Typed text")]).await
        }
        StaffTicket => {
            let form = [
                ("customer", &*customer),
                ("requester", &portal),
                ("subject", "One more"),
                ("body", "Typed text"),
            ];
            person.submit("/console/tickets", &form).await
        }
        PortalReply => {
            // Opening it counts as a ticket, not as a message.
            person
                .submit(&format!("/customer/tickets/{}/messages", ticket(email)), &[("body", "Typed text")])
                .await
        }
        StaffReply => {
            let form = [("kind", "reply"), ("action", "send"), ("body", "Typed text")];
            person.submit(&format!("/console/tickets/{}/messages", ticket(&theirs)), &form).await
        }
        PortalCall => {
            let form = [
                ("topic", "Typed text"),
                ("phone", "+1 212 555 0187"),
                ("when", "soon"),
                ("minutes", "30"),
                ("time_zone", "Europe/Berlin"),
            ];
            person.submit("/customer/calls", &form).await
        }
        StaffCall => {
            let form = [
                ("requester", &*portal),
                ("phone", "+1 212 555 0187"),
                ("topic", "Typed text"),
                ("when", "soon"),
            ];
            person.submit(&format!("/console/customers/{customer}/calls"), &form).await
        }
        Invite if email == CAROL || email == IRIS => invite_to_team(&person, name).await,
        TeamInvite => invite_to_team(&person, name).await,
        Invite => {
            let invited = format!("new-{name}@elsewhere.test");
            person
                .submit("/console/users", &[("name", "Typed text"), ("email", &invited), ("roles", "agent")])
                .await
        }
        OwnAddress => {
            let wanted = format!("{name}@elsewhere.test");
            person
                .submit("/account/email", &[("new_email", &*wanted), ("email_password", cast::PASSWORD)])
                .await
        }
        Export => person.get("/console/customers/export").await,
        Upload => {
            let texts = [("subject", "One more"), ("body", "Typed text")];
            person.send_files("/customer/tickets", &texts, &[("a.txt", b"a")]).await
        }
        Import => person.upload("/console/imports/new", "file", "a.csv", b"Name\nA\n".to_vec()).await,
        Tag => person.submit("/console/tags", &[("name", "Typed text"), ("colour", "1")]).await,
        View => person.submit("/console/views", &[("name", "Typed text"), ("query", "stage=active")]).await,
        SavedReply => {
            person.submit("/console/saved-replies", &[("name", "Typed text"), ("body", "Hello")]).await
        }
    }
}

async fn invite_to_team(person: &Person, name: &str) -> Answer {
    let invited = format!("new-{name}@elsewhere.test");
    person
        .submit("/customer/team", &[("name", "Typed text"), ("email", &*invited), ("roles", "customer_user")])
        .await
}

/// As many rows as there may be, of what the database bounds in all.
fn crowd(app: &TestApp, limit: &Limit) {
    let number = limit.most;
    app.sql(&match limit.name {
        "TAGS" => format!("INSERT INTO tags (tenant_id, name, colour) SELECT id, 'Tag ' || n, 1 FROM tenants, generate_series(1, {number} - 1) n WHERE slug = 'acme'"),
        "SAVED_VIEWS" => format!(
            "INSERT INTO saved_views (tenant_id, user_id, name, query) SELECT tenant_id, id, 'View ' || n, '' FROM users, generate_series(1, {number}) n WHERE email = '{ADA}'"
        ),
        _ => format!("INSERT INTO saved_replies (tenant_id, name, body) SELECT id, 'Reply ' || n, 'x' FROM tenants, generate_series(1, {number}) n WHERE slug = 'acme'"),
    });
}

fn is_done(answer: &Answer) -> bool {
    matches!(answer.status.as_u16(), 200 | 303)
}

/// Fills each limit of these acts, goes beyond, and looks at the others.
async fn refused_and_others_unharmed(acts: &[Act]) {
    for (name, seen) in CASES {
        let Here { who, beside, far, act } = seen else { continue };
        if !acts.contains(act) {
            continue;
        }
        let (app, limit) = (TestApp::start().await, limit(name));
        let wanted = match limit.answer {
            Reached::Full { .. } => 409,
            Reached::AtField => 422,
            _ => 429,
        };
        let before = (limit.within > 0).then(|| fill(&app, limit, who, 0));
        if before.is_none() {
            crowd(&app, limit);
        }
        let answer = reach(&app, who, *act).await;
        assert_eq!(answer.status, wanted, "{name}: {}", answer.text());
        answer.assert_text("the most allowed");
        assert_eq!(answer.headers.contains_key("retry-after"), wanted == 429, "{name}");
        if wanted == 429 {
            answer.assert_text("Try again in 35 minutes");
        }
        let keeps = !matches!(act, Export | Import | OwnAddress);
        assert!(!keeps || answer.body.contains("Typed text"), "{name}: what was typed is gone");
        let others = reach(&app, beside, *act).await;
        let is_shared = matches!(limit.per, Per::Tenant | Per::Customer);
        assert_eq!(is_done(&others), !is_shared, "{name}, beside: {} {}", others.status, others.text());
        let others = reach(&app, far, *act).await;
        assert!(is_done(&others), "{name}, another tenant: {} {}", others.status, others.text());
        if limit.within > 0 {
            app.sql("UPDATE quota_uses SET ends_at = clock_timestamp() - interval '1 second'");
            let again = reach(&app, who, *act).await;
            assert!(is_done(&again), "{name}, later: {} {}", again.status, again.text());
        }
    }
}

#[actix_web::test]
async fn too_many_tickets_and_calls_are_refused() {
    refused_and_others_unharmed(&[PortalTicket, StaffTicket, PortalCall, StaffCall]).await;
}

#[actix_web::test]
async fn too_many_messages_are_refused() {
    refused_and_others_unharmed(&[PortalReply, StaffReply]).await;
}

#[actix_web::test]
async fn too_many_invitations_and_mails_are_refused() {
    refused_and_others_unharmed(&[Invite, TeamInvite, OwnAddress]).await;
}

#[actix_web::test]
async fn too_many_files_are_refused() {
    refused_and_others_unharmed(&[Upload, Import, Export]).await;
}

#[actix_web::test]
async fn the_database_bounds_what_is_kept() {
    refused_and_others_unharmed(&[Tag, View, SavedReply]).await;
    // The numbers in the triggers are those of the table.
    let app = TestApp::start().await;
    for limit in ["TAGS", "SAVED_VIEWS", "SAVED_REPLIES", "DOMAINS", "NOTES"].map(limit) {
        let found = app.cell(&format!("SELECT tgargs FROM pg_trigger WHERE tgname = 'most_{}'", limit.key()));
        let number: String = limit.most.to_string().bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(found.ends_with(&format!("00{number}00")), "{}: {found}", limit.name);
    }
    // Whatever is saved, in whatever way.
    let ada = app.person(ADA).await;
    let domains: String = (0..=50).map(|n| format!("d{n}.test\n")).collect();
    let page = format!("/console/customers/{}/registration", app.customer("Northwind Traders"));
    let form = [("is_on", "true"), ("domains", domains.as_str()), ("role", "customer_user")];
    ada.submit(&page, &form).await.assert_status(422).assert_text("50");
    let tags = "INSERT INTO tags (tenant_id, name, colour) SELECT id, 'Tag ' || n, 1 FROM tenants, generate_series(1, 999) n WHERE slug = 'acme'";
    app.sql(tags);
    let tagging = format!("/console/customers/{}/tags", app.customer("Contoso"));
    ada.submit(&tagging, &[("add", "One more")])
        .await
        .assert_status(409)
        .assert_text("1,000 tags, the most allowed");
    ada.submit(&tagging, &[("add", "Renewal")]).await.assert_status(303);
}

#[actix_web::test]
async fn the_last_one_is_had_by_one_of_those_who_come_together() {
    let app = TestApp::start().await;
    fill(&app, limit("TICKETS_OF_A_PORTAL_USER"), CODY, 1);
    let cody = app.person(CODY).await;
    let open = || cody.submit("/customer/tickets", &[("subject", "One more"), ("body", "Typed text")]);
    let answers: [Answer; 5] = futures_util::join!(open(), open(), open(), open(), open()).into();
    let mut statuses = answers.map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 429, 429, 429, 429]);
    assert_eq!(app.cell("SELECT count(*) FROM tickets"), "1");
    // What is refused or wrong is not counted, and what the system does is nobody's.
    fill(&app, limit("TICKETS_OF_A_PORTAL_USER"), CODY, 1);
    cody.submit("/customer/tickets", &[("subject", ""), ("body", "x")]).await.assert_status(422);
    open().await.assert_status(303);
    app.run_tasks().await;
    app.sql("UPDATE quota_uses SET ends_at = now() - interval '1 second'");
    app.db
        .write_blocking(&app.system("acme"), |tx| {
            Ok(diesel::RunQueryDsl::execute(diesel::sql_query("SELECT forget_quota_uses()"), tx.conn)?)
        })
        .unwrap();
    assert_eq!(app.cell("SELECT count(*) FROM quota_uses"), "0");
}

#[actix_web::test]
async fn a_program_learns_the_code_and_how_long_to_wait() {
    let app = TestApp::start().await;
    let body = serde_json::json!({ "email": CODY, "password": cast::PASSWORD }).to_string();
    let token =
        app.visitor().send_json("/api/auth/login", &body).await.json()["token"].as_str().unwrap().to_owned();
    let program = app.program(&token);
    fill(&app, limit("TICKETS_OF_A_PORTAL_USER"), CODY, 1);
    let open = || program.send_json("/api/customers/me/tickets", r#"{"subject": "A", "body": "B"}"#);
    open().await.assert_status(201);
    let answer = open().await;
    answer.assert_status(429);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.json()["code"], "TOO_MANY_TICKETS");
    let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=35 * 60).contains(&wait), "{wait}");
}

#[actix_web::test]
async fn who_asks_too_fast_waits_alone() {
    let app = TestApp::start_with(|settings| settings.pace = Pace::of(5)).await;
    let (ada, grace, eve) = (app.person(ADA).await, app.person(GRACE).await, app.person(EVE).await);
    for _ in 0..5 {
        ada.get("/search?q=north").await.assert_ok();
    }
    let answer = ada.get("/search?q=north").await;
    answer.assert_status(429).assert_text("the most allowed");
    assert!(answer.headers.contains_key("retry-after"));
    ada.get("/console/customers?q=north").await.assert_status(429);
    ada.get("/console/customers").await.assert_ok();
    grace.get("/search?q=north").await.assert_ok();
    eve.get("/search?q=init").await.assert_ok();
}

#[actix_web::test]
async fn a_person_has_twenty_streams_and_others_have_theirs() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.user(ADA), app.user(GRACE));
    let acme = app.scope_of(ADA).tenant_id.unwrap();
    let most = limit("STREAMS_OF_A_PERSON").most;
    let places: Vec<_> = (0..most).map(|_| app.live.open(acme, ada).unwrap()).collect();
    assert!(app.live.open(acme, ada).is_err());
    assert!(app.live.open(acme, grace).is_ok());
    drop(places);
    assert!(app.live.open(acme, ada).is_ok());
}

#[actix_web::test]
async fn made_up_addresses_are_counted_for_what_they_share() {
    let app = TestApp::start().await;
    let register = async |email: &str| {
        app.sql("DELETE FROM sign_in_failures");
        let form = [("name", "Typed text"), ("email", email), ("new_password", "violet-harbour-signal")];
        app.visitor().submit("/register", &form).await
    };
    fill(&app, limit("REGISTRATIONS_OF_A_MAILBOX"), "nora@northwind.test", 0);
    let answer = register("nora+7@northwind.test").await;
    answer.assert_status(429).assert_text("with this mailbox").assert_text("Try again in 35 minutes");
    assert_eq!(answer.attribute("#name", "value").as_deref(), Some("Typed text"));
    // Its owner, and others at the domain, which nobody has listed here.
    register("nora@northwind.test").await.assert_status(404);
    register("ned+1@northwind.test").await.assert_status(404);
    fill(&app, limit("REGISTRATIONS_AT_A_DOMAIN"), "northwind.test", 0);
    register("ned@northwind.test").await.assert_status(429).assert_text("of this domain");
    register("ned@initech.test").await.assert_status(404);
}

#[actix_web::test]
async fn an_account_has_five_links_at_a_time() {
    let app = TestApp::start().await;
    for _ in 0..limit("RESET_LINKS").most + 3 {
        app.sql("DELETE FROM sign_in_failures");
        app.visitor().submit("/forgotten-password", &[("email", ADA)]).await.assert_status(303);
        app.run_tasks().await;
    }
    app.visitor().submit("/forgotten-password", &[("email", EVE)]).await.assert_status(303);
    app.run_tasks().await;
    let mailed =
        |email: &str| app.mailer.kept().unwrap().iter().filter(|mail| mail.to_address == email).count();
    assert_eq!((mailed(ADA), mailed(EVE)), (5, 1));
}

#[actix_web::test]
async fn no_more_tickets_than_two_pages_change_at_once() {
    let app = TestApp::start().await;
    let (grace, id) = (app.person(GRACE).await, uuid::Uuid::nil().to_string());
    let mut form = vec![("query", "queue=all"), ("action", "status"), ("status", "solved")];
    form.extend((0..=limit("TICKETS_AT_ONCE").most).map(|_| ("id", id.as_str())));
    grace.submit_and_follow("/console/tickets/bulk", &form).await.assert_text("at most 100");
}

#[actix_web::test]
async fn the_texts_beside_files_are_bounded() {
    let app = TestApp::start().await;
    let (cody, long) = (app.person(CODY).await, "x".repeat(limit("FORM_TEXTS").size() + 1));
    let texts = [("subject", "A"), ("body", long.as_str())];
    cody.send_files("/customer/tickets", &texts, &[("a.txt", b"a")]).await.assert_status(413);
}

#[actix_web::test]
async fn a_file_brings_no_more_tags_than_it_may() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let tags = |from: u64, number: u64| {
        (from..from + number).map(|n| format!("t{n}")).collect::<Vec<_>>().join(", ")
    };
    let (row, all) = (limit("IMPORT_TAGS").most, limit("IMPORT_NEW_TAGS").most);
    let path = crate::imports::upload(&ada, format!("Name,Tags\nA,\"{}\"\n", tags(0, row + 1))).await;
    crate::imports::check(&ada, &path).await.assert_text("Give at most 100 tags");
    let mut file = String::from("Name,Tags\n");
    (0..=all / row).for_each(|n| file.push_str(&format!("C{n},\"{}\"\n", tags(n * row, row))));
    let path = crate::imports::upload(&ada, file).await;
    crate::imports::check(&ada, &path).await.assert_text("more than 500 different tags");
}

#[actix_web::test]
async fn one_import_of_a_tenant_runs_and_nobody_elses_waits() {
    let app = TestApp::start().await;
    let (ada, grace, eve) = (app.person(ADA).await, app.person(GRACE).await, app.person(EVE).await);
    let mut paths = vec![];
    for person in [&ada, &grace, &eve] {
        let path = crate::imports::upload(person, "Name\nSomebody new\n").await;
        crate::imports::check(person, &path).await;
        paths.push(path);
    }
    // Somebody holds the lock of a run of ada's.
    let id = paths[0].rsplit('/').next().unwrap().to_owned();
    app.sql(&format!("UPDATE imports SET state = 'running' WHERE id = '{id}'"));
    let mut holder = app.database.owner();
    diesel::connection::SimpleConnection::batch_execute(
        &mut holder,
        &format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('{id}', 1))"),
    )
    .unwrap();
    let answer = grace.submit(&format!("{}/run", paths[1]), &[]).await;
    answer.assert_status(409).assert_text("Another import of your organisation is running");
    crate::imports::run(&eve, &paths[2], false).await.assert_text("The rows are imported");
    diesel::connection::SimpleConnection::batch_execute(&mut holder, "ROLLBACK").unwrap();
    fill(&app, limit("RUNS_OF_A_PERSON"), GRACE, 0);
    grace
        .submit(&format!("{}/run", paths[1]), &[])
        .await
        .assert_status(429)
        .assert_text("started 60 imports");
    app.sql("DELETE FROM quota_uses");
    crate::imports::run(&grace, &paths[1], false).await.assert_text("The rows are imported");
    assert_eq!(limit("RUNS_OF_A_PERSON").within, HOUR);
}

/// A cursor as lists make them, of these keys.
fn cursor(keys: &str) -> String {
    keys.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[actix_web::test]
async fn a_forged_cursor_is_no_fault_of_ours() {
    let app = TestApp::start().await;
    let (ada, cody) = (app.person("ada@acme.test").await, app.person("cody@northwind.test").await);
    let id = "00000000-0000-0000-0000-000000000000";
    for at in ["-262143-01-01T00:00:00Z", "+262142-01-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
        for keys in [format!("[\"{at}\",\"{id}\"]"), format!("[\"{at}\",7]"), format!("[\"{at}\"]")] {
            for parameter in ["after", "before", "cursor"] {
                let query = format!("?{parameter}={}", cursor(&keys));
                for list in [
                    "customers",
                    "tickets",
                    "calls",
                    "imports",
                    "reports",
                    "notifications",
                    "events",
                    "users",
                ] {
                    let answer = ada.get(&format!("/console/{list}{query}")).await;
                    assert!(!answer.status.is_server_error(), "/console/{list} {keys}");
                }
                for list in [
                    "/customer/tickets",
                    "/customer/calls",
                    "/customer/notifications",
                    "/api/customers/me/tickets",
                ] {
                    let answer = cody.get(&format!("{list}{query}")).await;
                    assert!(!answer.status.is_server_error(), "{list} {keys}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn every_export_counts_as_one() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let customer = format!("/console/customers/{}/export.json", app.customer("Northwind Traders"));
    let exports = [
        "/console/customers/export",
        &customer,
        "/console/statistics/months.csv",
        "/console/reports/months.csv",
        "/console/events/export.csv",
    ];
    for path in exports {
        ada.get(path).await.assert_ok();
    }
    let used = "SELECT used FROM quota_uses WHERE key LIKE 'exports_of_a_person:%'";
    assert_eq!(app.cell(used), exports.len().to_string());
    app.sql("UPDATE quota_uses SET used = 60 WHERE key LIKE 'exports_of_a_person:%'");
    for path in exports {
        ada.get(path).await.assert_status(429);
    }
}
