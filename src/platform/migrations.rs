//! The migrations, embedded in the binary and run one server at a time.
use super::tasks::{self, Handler};
use diesel::{PgConnection, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// All of them, in order.
pub const ALL: EmbeddedMigrations = embed_migrations!("migrations");

/// Runs those that are pending and returns their names, and tells the log which topics feed which handlers. Servers that start
/// together wait for one another.
pub fn run(owner: &mut PgConnection, handlers: &[Handler]) -> anyhow::Result<Vec<String>> {
    // Any fixed number will do: it means "somebody migrates this database".
    sql_query("SELECT pg_advisory_lock(727001)").execute(owner)?;
    let ran = owner.run_pending_migrations(ALL).map(|ran| ran.iter().map(ToString::to_string).collect());
    let routed = if ran.is_ok() { tasks::sync(owner, handlers) } else { Ok(()) };
    sql_query("SELECT pg_advisory_unlock(727001)").execute(owner)?;
    routed?;
    ran.map_err(|error| anyhow::anyhow!("the schema could not be brought up to date: {error}"))
}
