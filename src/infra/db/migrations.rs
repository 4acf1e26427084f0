//! The migrations, embedded in the binary and run one server at a time. History is frozen: what was released is never edited
//! (`migrations/README.md`), and an older server beside a newer one takes nothing away from it.
use crate::infra::jobs::{self, Handler};
use diesel::{
    OptionalExtension, PgConnection, QueryResult, RunQueryDsl,
    migration::MigrationSource,
    pg::Pg,
    sql_query,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// All of them, in order.
pub const ALL: EmbeddedMigrations = embed_migrations!("migrations");

/// The version of this server.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs those that are pending and returns their names, tells the log which topics feed which handlers, and makes room in it for the
/// coming months. Servers that start together wait for one another. An error where the schema is for newer servers.
pub fn run(owner: &mut PgConnection, handlers: &[Handler]) -> anyhow::Result<Vec<String>> {
    // Any fixed number will do: it means "somebody migrates this database".
    sql_query("SELECT pg_advisory_lock(727001)").execute(owner)?;
    let outcome = may_use(owner, VERSION).and_then(|()| {
        let ran = owner.run_pending_migrations(ALL).map(|ran| ran.iter().map(ToString::to_string).collect());
        let ran =
            ran.map_err(|error| anyhow::anyhow!("the schema could not be brought up to date: {error}"))?;
        prepare(owner, handlers)?;
        Ok(ran)
    });
    sql_query("SELECT pg_advisory_unlock(727001)").execute(owner)?;
    outcome
}

#[derive(diesel::QueryableByName)]
struct Known {
    #[diesel(sql_type = Bool)]
    is_known: bool,
}

#[derive(diesel::QueryableByName)]
struct Required {
    #[diesel(sql_type = Text)]
    oldest_server: String,
}

/// Whether a server of this version may use the schema as it is now.
pub fn may_use(owner: &mut PgConnection, version: &str) -> anyhow::Result<()> {
    let known: Known = sql_query("SELECT to_regclass('public.schema_requirements') IS NOT NULL AS is_known")
        .get_result(owner)?;
    if !known.is_known {
        return Ok(());
    }
    let required: Option<Required> =
        sql_query("SELECT oldest_server FROM schema_requirements").get_result(owner).optional()?;
    match required {
        Some(Required { oldest_server }) if parts(version) < parts(&oldest_server) => anyhow::bail!(
            "this database is used by newer servers: it needs Clientele {oldest_server}, and this is {version}"
        ),
        _ => Ok(()),
    }
}

/// The numbers of a version, so that 0.10.0 comes after 0.9.0.
fn parts(version: &str) -> Vec<u64> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

/// The last migration that this server knows.
fn last() -> anyhow::Result<String> {
    let known = MigrationSource::<Pg>::migrations(&ALL).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(known.iter().map(|migration| migration.name().to_string()).max().unwrap_or_default())
}

fn prepare(owner: &mut PgConnection, handlers: &[Handler]) -> anyhow::Result<()> {
    jobs::sync(owner, handlers, &last()?)?;
    let made: QueryResult<usize> = sql_query("SELECT make_coming_event_partitions()").execute(owner);
    made?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn versions_are_compared_number_by_number() {
        assert!(parts("0.10.0") > parts("0.9.9"));
        assert!(parts("0.1.0") >= parts("0.1.0"));
        assert!(parts("1.0.0") > parts("0.99.0"));
    }
}
