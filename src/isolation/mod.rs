//! Proof on demand that tenants are kept apart: two throw-away tenants, and every try of the one to reach the other; then
//! a third with two customers, and every try of the one's people to reach the other.
mod catalog;
mod policies;
mod roles;
pub mod routes;
mod tables;
mod walks;
mod within;
mod worlds;

use crate::infra::db::{Db, logins::Logins};
use anyhow::Context;
use catalog::Catalog;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_types::Uuid};
use std::io::Write;
use worlds::World;

/// What was tried and what came of it, a line per try.
pub struct Findings<'a> {
    out: &'a mut dyn Write,
    tries: usize,
    leaks: usize,
}

impl Findings<'_> {
    /// Notes a try. `wrong` says what leaked, or is empty.
    fn note(&mut self, tried: &str, wrong: &str) -> anyhow::Result<()> {
        self.tries += 1;
        if wrong.is_empty() {
            writeln!(self.out, "ok    {tried}")?;
        } else {
            self.leaks += 1;
            writeln!(self.out, "LEAK  {tried}: {wrong}")?;
        }
        Ok(())
    }
}

/// Tries everything and cleans up. Returns whether nothing leaked. `url` is of the role that owns the tables, `logins` are the server's.
/// Blocks: not to be called on a thread of an async runtime.
pub fn check(url: &str, logins: &Logins, out: &mut dyn Write) -> anyhow::Result<bool> {
    let mut owner = PgConnection::establish(url).context("the database can't be reached")?;
    let db = Db::connect(logins, 4, crate::ENTITIES).context("the database can't be reached")?;
    purge_abandoned(&mut owner)?;
    let catalog = Catalog::load(&mut owner)?;
    let mut findings = Findings { out, tries: 0, leaks: 0 };
    roles::judge(&mut owner, &mut findings)?;
    policies::judge(&mut owner, crate::ENTITIES, &mut findings)?;
    roles::try_to_leave(&mut owner, logins, &mut findings)?;

    let ours = World::make(&mut owner, &catalog, "ours")?;
    let outcome = World::make(&mut owner, &catalog, "theirs").and_then(|theirs| {
        let outcome = across(&mut owner, &db, &catalog, &ours, &theirs, &mut findings);
        // Both are removed whatever came of it; the first thing that went wrong is told.
        outcome.and(purge(&mut owner, theirs.tenant))
    });
    outcome.and(purge(&mut owner, ours.tenant))?;
    let house = World::make(&mut owner, &catalog, "house")?;
    let outcome = within::try_all(&mut owner, &db, &catalog, &house, &mut findings);
    outcome.and(purge(&mut owner, house.tenant))?;

    let Findings { tries, leaks, out } = findings;
    match leaks {
        0 => writeln!(out, "{tries} tries, no leak.")?,
        leaks => writeln!(out, "{tries} tries, {leaks} leaked.")?,
    }
    Ok(leaks == 0)
}

/// What the catalog alone shows to be wrong.
pub fn judge(owner: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    let mut out = vec![];
    let mut findings = Findings { out: &mut out, tries: 0, leaks: 0 };
    roles::judge(owner, &mut findings)?;
    policies::judge(owner, crate::ENTITIES, &mut findings)?;
    let wrong = String::from_utf8(out)?;
    Ok(wrong.lines().filter_map(|line| line.strip_prefix("LEAK  ")).map(str::to_owned).collect())
}

fn across(
    owner: &mut PgConnection,
    db: &Db,
    catalog: &Catalog,
    ours: &World,
    theirs: &World,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let before = theirs.fingerprint(owner, catalog)?;
    tables::try_all(db, catalog, ours, theirs, findings)?;
    let between = theirs.fingerprint(owner, catalog)?;
    report_changes(&before, &between, "through the tables", findings)?;
    walks::try_all(owner, db, catalog, ours, theirs, findings)
}

/// Notes for every table whether the other tenant's part of it is as it was.
fn report_changes(
    before: &[(String, String)],
    after: &[(String, String)],
    how: &str,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    for ((table, was), (_, is)) in before.iter().zip(after) {
        let wrong = if was == is { "" } else { "their rows were changed" };
        findings.note(&format!("table {table}: unchanged {how}"), wrong)?;
    }
    Ok(())
}

/// Forgets a throw-away tenant with everything in it.
fn purge(owner: &mut PgConnection, tenant: uuid::Uuid) -> anyhow::Result<()> {
    diesel::sql_query("CALL purge_tenant($1)")
        .bind::<Uuid, _>(tenant)
        .execute(owner)
        .context("a throw-away tenant could not be removed")?;
    Ok(())
}

/// Removes what an earlier check that was killed left behind.
fn purge_abandoned(owner: &mut PgConnection) -> anyhow::Result<()> {
    #[derive(diesel::QueryableByName)]
    struct Left {
        #[diesel(sql_type = Uuid)]
        id: uuid::Uuid,
    }
    let left: Vec<Left> = diesel::sql_query(
        "SELECT id FROM tenants WHERE is_throwaway AND created_at < now() - interval '1 hour'",
    )
    .load(owner)?;
    left.into_iter().try_for_each(|tenant| purge(owner, tenant.id))
}
