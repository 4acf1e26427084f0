//! The server's two roles: what they are by the catalog, and whether their sessions can become somebody else's.
use super::Findings;
use crate::infra::db::logins::{APP, Login, Logins, SIGN_IN};
use anyhow::Context;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Text},
};

/// What a role must not be. Each is a word that the finding tells.
const WRONGS: &str = "SELECT array_remove(ARRAY[
        CASE WHEN r.rolsuper THEN 'it is a superuser' END,
        CASE WHEN r.rolbypassrls THEN 'no policy binds it' END,
        CASE WHEN r.rolcreaterole THEN 'it may make roles' END,
        CASE WHEN r.rolcreatedb THEN 'it may make databases' END,
        CASE WHEN r.rolreplication THEN 'it may copy the whole cluster' END,
        CASE WHEN EXISTS (SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o')
             THEN 'it owns something' END,
        CASE WHEN EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) THEN 'it is a member of another role' END], NULL) AS words
    FROM pg_roles r WHERE r.rolname = ";

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Array<Text>)]
    words: Vec<String>,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Notes what the catalog says of them.
pub(super) fn judge(owner: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    for role in [APP, SIGN_IN] {
        let wrong: Words = sql_query(format!("{WRONGS}'{role}'")).get_result(owner)?;
        findings.note(&format!("role {role}: bound by the policies"), &wrong.words.join(", "))?;
    }
    Ok(())
}

/// Tries to become the owner, or whoever the session began as, in every way that one statement has.
pub(super) fn try_to_leave(
    owner: &mut PgConnection,
    logins: &Logins,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let owner: Name = sql_query("SELECT current_user::text AS name").get_result(owner)?;
    for (role, login) in [(APP, &logins.app), (SIGN_IN, &logins.sign_in)] {
        for way in [
            "RESET ROLE".to_owned(),
            "SET ROLE NONE".to_owned(),
            "SET SESSION AUTHORIZATION DEFAULT".to_owned(),
            format!("SET ROLE {}", owner.name),
            format!("SET SESSION AUTHORIZATION {}", owner.name),
            format!("SELECT set_config('role', '{}', false)", owner.name),
            "SELECT set_config('role', 'none', false)".to_owned(),
        ] {
            let became = after(login, &way).context("the server's role can't log in")?;
            let wrong = if became == role { String::new() } else { format!("the session became {became}'s") };
            findings.note(&format!("role {role}: {way}"), &wrong)?;
        }
    }
    Ok(())
}

/// Whose a session is after a statement, whatever came of it.
fn after(login: &Login, sql: &str) -> anyhow::Result<String> {
    let mut conn = login.establish()?;
    // A refusal is what is hoped for.
    let _ = sql_query(sql).execute(&mut conn);
    let found: Name = sql_query("SELECT current_user::text AS name").get_result(&mut conn)?;
    Ok(found.name)
}
