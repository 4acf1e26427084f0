//! Tries on the tables themselves, as the server's role, in the scope of one tenant.
use super::{
    Findings,
    catalog::{Catalog, Table},
    worlds::{SHARED_WORD, World},
};
use crate::infra::{
    db::{
        Audience, Db, Scope, Tx,
        ids::{CustomerId, TenantId, UserId},
    },
    web::{errors::AppError, permissions::Role, principal::Principal},
};
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_types::Text};

/// What a statement came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It read or changed so many rows.
    Rows(i64),
    /// PostgreSQL refused it, with this SQLSTATE.
    Refused(String),
}

/// No right to the table, or a policy.
pub(super) const DENIED: &str = "42501";
/// A foreign key that found nothing.
const NO_PARENT: &str = "23503";

#[derive(QueryableByName)]
struct Reported {
    #[diesel(sql_type = Text)]
    outcome_text: String,
}

/// Everybody of the first tenant who might try, and somebody who is not signed in.
fn scopes(ours: &World) -> anyhow::Result<Vec<(&'static str, Scope)>> {
    let of = |user, customer_id: Option<CustomerId>, role: Role| {
        Scope::of(Principal {
            tenant_id: Some(TenantId(ours.tenant)),
            user_id: Some(UserId(user)),
            customer_id,
            permissions: role.permissions(),
            ..Principal::default()
        })
    };
    let customer: CustomerId = ours.id("customers").parse()?;
    Ok(vec![
        ("an admin", of(ours.admin, None, Role::TenantAdmin)),
        ("a rep", of(ours.rep, None, Role::CustomerSuccess)),
        ("a customer", of(ours.portal, Some(customer), Role::CustomerAdmin)),
        ("the system", Scope::system(TenantId(ours.tenant))),
        ("nobody", Scope::nobody()),
    ])
}

/// Every try on every table as everybody.
pub fn try_all(
    db: &Db,
    catalog: &Catalog,
    ours: &World,
    theirs: &World,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let doors = [(db.ordinary(), ""), (db.at_sign_in(), ", at sign-in")];
    for ((who, scope), (db, door)) in
        scopes(ours)?.into_iter().flat_map(|scope| doors.clone().map(|door| (scope.clone(), door)))
    {
        for table in &catalog.tables {
            let mut tries = tries(catalog, table, ours, theirs);
            if scope.audience == Audience::Nobody {
                tries.push(("list everything".into(), format!("SELECT FROM {}", table.name), vec![DENIED]));
            }
            for (tried, sql, allowed) in tries {
                let outcome = attempt(&db, &scope, &sql)?;
                let fine = match &outcome {
                    Outcome::Rows(rows) => *rows == 0,
                    Outcome::Refused(code) => allowed.contains(&code.as_str()),
                };
                let wrong = if fine { String::new() } else { format!("{outcome:?}") };
                findings.note(&format!("table {}, as {who}{door}: {tried}", table.name), &wrong)?;
            }
        }
        for (tried, sql) in searches(theirs) {
            let outcome = attempt(&db, &scope, &sql)?;
            // A function is for one of the roles; the other may not call it.
            let fine = outcome == Outcome::Rows(0) || outcome == Outcome::Refused(DENIED.to_owned());
            let wrong = if fine { String::new() } else { format!("{outcome:?}") };
            findings.note(&format!("{tried}, as {who}{door}"), &wrong)?;
        }
        if who == "an admin" && door.is_empty() {
            sees_their_own(&db, &scope, catalog, ours, findings)?;
        }
    }
    Ok(())
}

/// What is tried on a table, and with which refusals it may end besides with no row.
fn tries(
    catalog: &Catalog,
    table: &Table,
    ours: &World,
    theirs: &World,
) -> Vec<(String, String, Vec<&'static str>)> {
    let (key, us, them) = (&table.key, ours.tenant, theirs.tenant);
    // By its whole name: some find a view under the bare one.
    let name = format!("public.{}", table.name);
    let id = theirs.id(&table.name);
    let mut tries = vec![
        ("list".to_owned(), format!("SELECT FROM {name} WHERE {key} IS DISTINCT FROM '{us}'"), vec![DENIED]),
        ("delete".into(), format!("DELETE FROM {name} WHERE {key} = '{them}'"), vec![DENIED]),
        ("insert".into(), theirs.insertion(catalog, table, &format!("{}i", theirs.mark), None), vec![DENIED]),
        (
            "give away".into(),
            format!("UPDATE {name} SET {key} = '{them}' WHERE {key} = '{us}'"),
            vec![DENIED, NO_PARENT],
        ),
    ];
    if !id.is_empty() {
        tries.push(("read".into(), format!("SELECT FROM {name} WHERE id = '{id}'"), vec![DENIED]));
        let sql = format!("SELECT FROM {} WHERE id = '{id}'", table.name);
        tries.push(("read by its bare name".into(), sql, vec![DENIED]));
    }
    if let Some(column) = &table.updatable {
        let sql = format!("UPDATE {name} SET {column} = {column} WHERE {key} = '{them}'");
        tries.push(("update".into(), sql, vec![DENIED]));
    }
    for reference in catalog.references_of(&table.name) {
        let column = reference.column.as_str();
        let sql = ours.insertion(
            catalog,
            table,
            &format!("{}r", ours.mark),
            Some((column, &theirs.id(&reference.to))),
        );
        tries.push((format!("insert with their {column}"), sql, vec![DENIED, NO_PARENT]));
    }
    tries
}

/// Functions that run as the owner look past the policies, so they are tried by name.
fn searches(theirs: &World) -> Vec<(String, String)> {
    let mark = &theirs.mark;
    let misspelt = format!("{}x{}", &mark[..6], &mark[7..]);
    let search = |words: &str| {
        format!(
            "SELECT FROM search_customers('{words}', 100) AS found (id) WHERE found.id = '{}'",
            theirs.id("customers")
        )
    };
    let everything = |words: &str| {
        let id = theirs.text("search_documents", "entity_id");
        format!("SELECT FROM search_everything('{words}', '', 100) AS found WHERE found.entity_id = '{id}'")
    };
    vec![
        ("mails: their mail".into(), format!("SELECT FROM mail_to_send('{}')", theirs.id("mails"))),
        ("search everything: their word".into(), everything(mark)),
        ("search everything: their word misspelt".into(), everything(&misspelt)),
        ("search everything: a word of both".into(), everything(SHARED_WORD)),
        (
            "search tickets: their word".into(),
            format!(
                "SELECT FROM search_tickets('{mark}', 100) AS found (id) WHERE found.id = '{}'",
                theirs.id("tickets")
            ),
        ),
        (
            "ticket search: a word of both".into(),
            format!(
                "SELECT FROM search_tickets('{SHARED_WORD}', 100) AS found (id) WHERE found.id = '{}'",
                theirs.id("tickets")
            ),
        ),
        (
            "users: their address".into(),
            format!(
                "SELECT FROM unnest(users_with('{}', 100)) AS found (id) WHERE found.id = '{}'",
                theirs.text("users", "email"),
                theirs.id("users")
            ),
        ),
        ("search: their word".into(), search(mark)),
        ("search: the beginning of their word".into(), search(&mark[..8])),
        ("search: their word misspelt".into(), search(&misspelt)),
        ("search: a word of both".into(), search(SHARED_WORD)),
        (
            "import: their external id".into(),
            format!("SELECT FROM external_ids_out_of_sight(ARRAY['{mark}'])"),
        ),
        (
            "statistics: their company".into(),
            format!(
                "SELECT FROM tally_customers('{}', ARRAY[now() - interval '1 day', now() + interval '1 day']) WHERE amount > 0",
                theirs.id("companies")
            ),
        ),
    ]
}

/// A table in which nobody sees anything keeps its secrets too, but proves nothing: the admin has to see what is theirs.
fn sees_their_own(
    db: &Db,
    scope: &Scope,
    catalog: &Catalog,
    ours: &World,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    for table in &catalog.tables {
        let sql = format!("SELECT FROM {} WHERE {} = '{}'", table.name, table.key, ours.tenant);
        let wrong = match attempt(db, scope, &sql)? {
            Outcome::Rows(0) => "nothing is seen, so that the tries prove nothing".to_owned(),
            Outcome::Refused(code) if code != DENIED => format!("refused with {code}"),
            _ => String::new(),
        };
        findings.note(&format!("table {}, as an admin: own rows are seen", table.name), &wrong)?;
    }
    for function in [
        format!("search_customers('{SHARED_WORD}', 100)"),
        format!("search_everything('{SHARED_WORD}', '', 100)"),
    ] {
        let finds_one = attempt(db, scope, &format!("SELECT FROM {function}"))? == Outcome::Rows(1);
        let wrong = if finds_one { "" } else { "it does not find exactly the own customer" };
        findings.note(&format!("{function}, as an admin: finds the own customer"), wrong)?;
    }
    Ok(())
}

/// Runs a statement in a transaction that is never committed.
pub(super) fn attempt(db: &Db, scope: &Scope, sql: &str) -> anyhow::Result<Outcome> {
    let mut outcome_text = None;
    // A block catches the refusal and tells its SQLSTATE, which the driver keeps to itself.
    let block = format!(
        "DO $do$ DECLARE rows bigint; BEGIN
             EXECUTE $try${sql}$try$; GET DIAGNOSTICS rows = ROW_COUNT; PERFORM set_config('isolation.told', rows::text, true);
         EXCEPTION WHEN OTHERS THEN PERFORM set_config('isolation.told', 'refused ' || SQLSTATE, true); END $do$"
    );
    let ended = db.write_blocking(scope, |tx: &mut Tx| -> Result<(), AppError> {
        tx.conn.batch_execute(&block)?;
        let answer: Reported = diesel::sql_query("SELECT current_setting('isolation.told') AS outcome_text")
            .get_result(tx.conn)?;
        outcome_text = Some(answer.outcome_text);
        Err(AppError::Conflict("rolled back".into()))
    });
    match (outcome_text, ended) {
        (Some(outcome_text), _) => Ok(match outcome_text.strip_prefix("refused ") {
            Some(code) => Outcome::Refused(code.to_owned()),
            None => Outcome::Rows(outcome_text.parse()?),
        }),
        (None, ended) => {
            Err(ended.err().map_or_else(|| anyhow::anyhow!("{sql}: no answer"), anyhow::Error::from))
        }
    }
}
