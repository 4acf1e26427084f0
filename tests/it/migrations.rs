//! Each migration can be taken back, and run again to the same end.
use crate::support::TestDatabase;
use clientele::platform::{migrations::ALL, postgres::Programs};
use diesel_migrations::MigrationHarness;
use std::process::Command;

/// The schema as SQL, without the marks that differ from dump to dump.
fn schema(database: &TestDatabase) -> String {
    let program = Programs::newest().unwrap().program("pg_dump");
    let dump = Command::new(program).args(["--schema-only", "--dbname", &database.url()]).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let text = String::from_utf8(dump.stdout).unwrap();
    text.lines().filter(|line| !line.starts_with('\\')).collect::<Vec<_>>().join("\n")
}

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
