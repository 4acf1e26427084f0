//! Each migration can be taken back, and run again to the same end; what was released is never edited; and a database of each released
//! version is brought up to this one with what is in it.
use crate::support::{TestApp, TestDatabase, lasting_schema_of, schema_of as schema};
use clientele::{infra::db::migrations::ALL, routing::HANDLERS};
use diesel_migrations::MigrationHarness;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, path::Path};

#[test]
fn up_down_and_up_again_is_the_same_as_up() {
    let database = TestDatabase::empty();
    let mut owner = database.owner();
    let ran = owner.run_pending_migrations(ALL).unwrap().len();
    assert!(ran > 8);
    let up = schema(&database);
    assert!(up.contains("CREATE TABLE public.customers") && up.contains("CREATE POLICY"));

    assert_eq!(owner.revert_all_migrations(ALL).unwrap().len(), ran);
    let down = schema(&database);
    let left: Vec<&str> = down
        .lines()
        .filter(|line| {
            line.starts_with("CREATE ")
                && !line.contains("__diesel_schema_migrations")
                && !line.contains("EXTENSION")
        })
        .collect();
    assert_eq!(left, Vec::<&str>::new());

    assert_eq!(owner.run_pending_migrations(ALL).unwrap().len(), ran);
    assert_eq!(schema(&database), up);
}

/// The files of each released version with their hashes, as `bin/release` noted them, in the order of the versions.
fn released() -> Vec<(String, BTreeMap<String, String>)> {
    let mut versions: Vec<(String, BTreeMap<String, String>)> = vec![];
    for line in fs::read_to_string("migrations/released").unwrap().lines() {
        if let Some(version) = line.strip_prefix("# ") {
            versions.push((version.to_owned(), BTreeMap::new()));
        } else {
            let (hash, file) = line.split_once("  ").unwrap();
            versions.last_mut().unwrap().1.insert(file.to_owned(), hash.to_owned());
        }
    }
    versions
}

fn folder(file: &str) -> &str {
    file.split('/').next().unwrap()
}

#[test]
fn what_was_released_is_never_edited() {
    let released = released();
    let mut frozen: Vec<&str> = vec![];
    for (version, files) in &released {
        assert!(
            Path::new(&format!("tests/upgrade/{version}.sql.gz")).exists(),
            "run bin/release for {version}"
        );
        for (file, hash) in files {
            let content = fs::read(format!("migrations/{file}"))
                .unwrap_or_else(|_| panic!("{file} was released with {version}, and is not there any more"));
            let found =
                Sha256::digest(&content).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            assert_eq!(
                found, *hash,
                "{file} was released with {version}: what it lacks goes into a new migration"
            );
            frozen.push(folder(file));
        }
    }
    let last = frozen.iter().max().unwrap();
    let ours: Vec<String> = fs::read_dir("migrations")
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    for new in ours.iter().filter(|name| !frozen.contains(&name.as_str())) {
        assert!(new.as_str() > *last, "{new} has to come after {last}, which was released");
    }
}

/// What a file of `tests/upgrade` holds, restored.
fn restored(name: &str) -> TestDatabase {
    let database = TestDatabase::empty();
    database.restore(Path::new(&format!("tests/upgrade/{name}.sql.gz")));
    database
}

/// The schema that the migrations of a release make, on top of those before it.
fn schema_of_release(files: &BTreeMap<String, String>) -> String {
    let made = TestDatabase::empty();
    let mut owner = made.owner();
    let last = files.keys().map(|file| folder(file).to_owned()).max().unwrap();
    while owner.pending_migrations(ALL).unwrap().first().is_some_and(|next| next.name().to_string() <= last) {
        owner.run_next_migration(ALL).unwrap();
    }
    // PostgreSQL writes a condition in other brackets once it has read its own: so this is restored as well.
    let restored = TestDatabase::empty();
    restored.run(lasting_schema_of(&made).as_bytes());
    lasting_schema_of(&restored)
}

/// Says where two schemas differ first, rather than all of them.
fn assert_same(found: &str, wanted: &str, what: &str) {
    let differs = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert_eq!(differs, None, "{what}");
    assert_eq!(found.lines().count(), wanted.lines().count(), "{what}");
}

#[test]
fn the_baseline_makes_what_the_migrations_before_it_made() {
    let (version, files) = released().remove(0);
    assert_eq!(version, "0.1.0");
    let was = lasting_schema_of(&restored("history-before-0.1.0"));
    assert!(was.contains("CREATE TABLE public.customers"));
    assert_same(&schema_of_release(&files), &was, &version);
}

#[test]
fn the_migrations_of_a_release_make_the_schema_that_it_had() {
    for (version, files) in released() {
        assert_same(&schema_of_release(&files), &lasting_schema_of(&restored(&version)), &version);
    }
}

#[actix_web::test]
async fn the_world_of_a_release_is_upgraded_and_works() {
    for (version, _) in released() {
        let database = restored(&version);
        clientele::infra::db::migrations::run(&mut database.owner(), HANDLERS).unwrap();
        let app = TestApp::start_on(database);
        let customers = app.cell("SELECT count(*)::text FROM customers");
        let ada = app.person("ada@acme.test").await;
        for path in
            ["/console/customers", "/console/tickets", "/console/calls", "/console/events", "/console/users"]
        {
            let page = ada.get(path).await;
            assert!(!page.assert_ok().all("tbody tr").is_empty(), "{version} {path}");
        }
        ada.submit("/console/customers", &[("name", "Vandelay")]).await.assert_status(303);
        ada.get("/console/customers?q=vandelay").await.assert_text("Vandelay");
        assert_eq!(app.cell(&format!("SELECT (count(*) - 1 = {customers})::text FROM customers")), "true");
        let cody = app.person("cody@northwind.test").await;
        let ticket = app.cell(
            "SELECT t.id FROM tickets t JOIN customers c ON c.id = t.customer_id JOIN users u ON u.id = t.requester_id
             WHERE u.email = 'cody@northwind.test' LIMIT 1",
        );
        let reply = format!("/customer/tickets/{ticket}/messages");
        cody.submit(&reply, &[("body", "Still there after the upgrade.")]).await.assert_status(303);
        ada.get(&format!("/console/tickets/{ticket}")).await.assert_text("Still there after the upgrade.");
        assert!(app.run_tasks().await > 0, "{version}");
    }
}
