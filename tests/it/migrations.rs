//! Each migration can be taken back, and run again to the same end.
use crate::support::{TestDatabase, schema_of as schema};
use clientele::platform::migrations::ALL;
use diesel_migrations::MigrationHarness;

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
