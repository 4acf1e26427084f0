//! Making the roles, and finding out how they log in.
use super::{APP, Login, Logins, SIGN_IN};
use anyhow::{Context, bail};
use diesel::{
    OptionalExtension, PgConnection, QueryResult, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Bool, Text},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What to read.
const DOCS: &str = "see “Another database” in docs/running.md";

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_superuser: bool,
    #[diesel(sql_type = Bool)]
    makes_roles: bool,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Makes the roles as they are to be, and the owner too: for a superuser, in a cluster of ours. What they were before, by an older
/// version or by hand, is put right.
pub fn make(superuser: &mut PgConnection, owner: &str) -> QueryResult<()> {
    for role in [owner, APP, SIGN_IN] {
        let statement = format!(
            "DO $do$ BEGIN IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role}; END IF; END $do$;
             ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS"
        );
        superuser.batch_execute(&statement)?;
    }
    superuser.batch_execute(&format!(
        "DO $do$ DECLARE each record; BEGIN
             FOR each IN SELECT roleid::regrole AS role, member::regrole AS of FROM pg_auth_members
                         WHERE roleid IN ('{APP}'::regrole, '{SIGN_IN}'::regrole) OR member IN ('{APP}'::regrole, '{SIGN_IN}'::regrole) LOOP
                 EXECUTE format('REVOKE %s FROM %s', each.role, each.of);
             END LOOP;
         END $do$"
    ))
}

/// Lets nobody but the server's roles into a database of ours. Imports need tables of their own for a while; nothing else makes any.
pub fn guard(superuser: &mut PgConnection, database: &str) -> QueryResult<()> {
    superuser.batch_execute(&format!(
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC;
         GRANT CONNECT ON DATABASE {database} TO {APP}, {SIGN_IN};
         GRANT TEMPORARY ON DATABASE {database} TO {APP}"
    ))
}

/// How the roles log in to the database of `url`, whose own role is its owner. Where nothing was set up, the owner gives them a password
/// that follows from `secret`, if it may; every server that shares the secret then knows it. Errors say what to do.
pub fn of(owner: &mut PgConnection, url: &str, secret: &[u8]) -> anyhow::Result<Logins> {
    let who: Owner = sql_query(
        "SELECT rolname::text AS name, rolsuper AS is_superuser, rolsuper OR rolcreaterole AS makes_roles FROM pg_roles
         WHERE rolname = current_user",
    )
    .get_result(owner)?;
    let logins = Logins {
        app: login(owner, &who, url, APP, secret)?,
        sign_in: login(owner, &who, url, SIGN_IN, secret)?,
    };
    if who.is_superuser {
        tracing::warn!(
            role = who.name,
            "DATABASE_URL logs in as a superuser, who then owns the tables and the functions that look past the policies: use an ordinary role; {DOCS}"
        );
    } else if who.makes_roles && logins.app.becomes.is_none() && logins.sign_in.becomes.is_none() {
        tracing::warn!(
            role = who.name,
            "the roles of the server are made: take CREATEROLE away from the owner of the database now (ALTER ROLE ... NOCREATEROLE)"
        );
    }
    Ok(logins)
}

fn login(
    owner: &mut PgConnection,
    who: &Owner,
    url: &str,
    role: &'static str,
    secret: &[u8],
) -> anyhow::Result<Login> {
    let password = password(secret, role)?;
    let can_log_in = sql_query(format!(
        "SELECT rolname::text AS name FROM pg_roles WHERE rolname = '{role}' AND rolcanlogin"
    ))
    .get_result::<Name>(owner)
    .optional()?
    .is_some();
    // One that has a password keeps it: another server, or another database of the cluster, lives by it.
    if !can_log_in && who.makes_roles {
        let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
        owner
            .batch_execute(&format!("ALTER ROLE {role} LOGIN PASSWORD '{verifier}'"))
            .with_context(|| format!("the role {role} can't be given a password: {DOCS}"))?;
    }
    let direct = Login::direct(as_role(url, role, &password));
    let refusal = match check(&direct, role) {
        Ok(()) => return Ok(direct),
        // PostgreSQL's own words end with their line.
        Err(refusal) => format!("{refusal:#}").trim().to_owned(),
    };
    if who.is_superuser {
        bail!(
            "the server can't log in as {role} ({refusal}), and does not work in a superuser's session: use an ordinary role in DATABASE_URL, or set CLIENTELE_APP_DATABASE_URL and CLIENTELE_SIGN_IN_DATABASE_URL; {DOCS}"
        );
    }
    let becoming = Login::by_becoming(url, role);
    if check(&becoming, role).is_err() {
        // Who made a role may give it to themselves; who did not is told by the next check.
        let _ = owner.batch_execute(&format!("GRANT {role} TO CURRENT_USER"));
    }
    check(&becoming, role).with_context(|| {
        format!("the server can't log in as {role} ({refusal}), nor become it: set CLIENTELE_APP_DATABASE_URL and CLIENTELE_SIGN_IN_DATABASE_URL; {DOCS}")
    })?;
    tracing::warn!(
        role,
        owner = who.name,
        refusal,
        "the server can't log in as its own role and works in the owner's sessions (SET ROLE), which one statement takes back: set CLIENTELE_APP_DATABASE_URL and CLIENTELE_SIGN_IN_DATABASE_URL; {DOCS}"
    );
    Ok(becoming)
}

/// The logins of an installation that has set both. Errors say which does not lead in, or leads in as another role.
pub fn given(app: &str, sign_in: &str) -> anyhow::Result<Logins> {
    let logins = Logins { app: Login::direct(app), sign_in: Login::direct(sign_in) };
    check(&logins.app, APP).context("CLIENTELE_APP_DATABASE_URL")?;
    check(&logins.sign_in, SIGN_IN).context("CLIENTELE_SIGN_IN_DATABASE_URL")?;
    Ok(logins)
}

/// Whether it leads in, as this role.
fn check(login: &Login, role: &str) -> anyhow::Result<()> {
    let found: Name = sql_query("SELECT current_user::text AS name").get_result(&mut login.establish()?)?;
    if found.name == role { Ok(()) } else { bail!("it leads in as {}, not as {role}", found.name) }
}

/// 64 hexadecimal digits, for each role others.
fn password(secret: &[u8], role: &str) -> anyhow::Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret)?;
    mac.update(b"the password of the database role ");
    mac.update(role.as_bytes());
    Ok(mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The same database, as another role. What comes later in an address counts.
fn as_role(url: &str, role: &str, password: &str) -> String {
    let is_uri = url.starts_with("postgres://") || url.starts_with("postgresql://");
    match (is_uri, url.contains('?')) {
        (true, true) => format!("{url}&user={role}&password={password}"),
        (true, false) => format!("{url}?user={role}&password={password}"),
        (false, _) => format!("{url} user={role} password={password}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_a_password_of_its_own_that_follows_from_the_secret() {
        let of = |secret: &[u8], role| password(secret, role).unwrap();
        let (app, sign_in) = (of(b"secret", APP), of(b"secret", SIGN_IN));
        assert!(app.len() == 64 && app != sign_in);
        assert_eq!(app, of(b"secret", APP));
        assert_ne!(app, of(b"another", APP));
    }

    #[test]
    fn an_address_keeps_all_but_its_role() {
        for (url, expected) in [
            ("postgres://own:er@db.test/x", "postgres://own:er@db.test/x?user=r&password=p"),
            ("postgresql:///x?host=/run&user=own", "postgresql:///x?host=/run&user=own&user=r&password=p"),
            ("host=/run user=own dbname=x", "host=/run user=own dbname=x user=r password=p"),
        ] {
            assert_eq!(as_role(url, "r", "p"), expected);
            let parsed: tokio_postgres::Config = as_role(url, "r", "p").parse().unwrap();
            assert_eq!((parsed.get_user(), parsed.get_dbname()), (Some("r"), Some("x")));
            assert_eq!(parsed.get_password(), Some("p".as_bytes()));
        }
    }
}
