//! The migrations, embedded in the binary and run one server at a time.
use super::tasks::{self, Handler};
use diesel::{PgConnection, QueryResult, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// All of them, in order.
pub const ALL: EmbeddedMigrations = embed_migrations!("migrations");

/// Runs those that are pending and returns their names, tells the log which topics feed which handlers, and makes room in it for the
/// coming months. Servers that start
/// together wait for one another.
pub fn run(owner: &mut PgConnection, handlers: &[Handler]) -> anyhow::Result<Vec<String>> {
    // Any fixed number will do: it means "somebody migrates this database".
    sql_query("SELECT pg_advisory_lock(727001)").execute(owner)?;
    let ran = owner.run_pending_migrations(ALL).map(|ran| ran.iter().map(ToString::to_string).collect());
    let prepared = if ran.is_ok() { prepare(owner, handlers) } else { Ok(()) };
    sql_query("SELECT pg_advisory_unlock(727001)").execute(owner)?;
    prepared?;
    ran.map_err(|error| anyhow::anyhow!("the schema could not be brought up to date: {error}"))
}

fn prepare(owner: &mut PgConnection, handlers: &[Handler]) -> QueryResult<()> {
    tasks::sync(owner, handlers)?;
    sql_query("SELECT make_coming_event_partitions()").execute(owner).map(drop)
}
