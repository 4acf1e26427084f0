//! From the temporary tables into customers, contacts and tags: a few statements for thousands of rows.
use super::staging::PLAIN;
use crate::{
    customers::form::CustomerForm,
    infra::{
        db::Tx,
        web::errors::{AppError, Result},
    },
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer},
};
use std::fmt::Write;

/// Rows that one statement takes: few enough to show progress, many enough to cost little.
const BATCH: i32 = 5_000;

/// Columns that a row fills where it says something.
const SIMPLE: &[&str] = &["company_id", "email", "phone", "website", "external_id", "industry_sector"];

/// What a column is for a new customer (`s` is the row) and for a known one (`c`).
struct Filling {
    column: &'static str,
    new: String,
    known: String,
}

fn fillings() -> Vec<Filling> {
    let blank = CustomerForm::blank();
    let filling = |column, new: &str, known: &str| Filling { column, new: new.into(), known: known.into() };
    let or = |column: &'static str, otherwise: &str| {
        filling(
            column,
            &format!("coalesce(s.{column}, {otherwise})"),
            &format!("coalesce(s.{column}, c.{column})"),
        )
    };
    let mut fillings = vec![
        filling("name", "s.name", "s.name"),
        or("customer_type", &format!("'{}'", blank.customer_type)),
        or("lifecycle_stage", &format!("'{}'", blank.lifecycle_stage)),
        or("source", &format!("'{}'", blank.source)),
        or("notes", "''"),
        or("products", "'{}'"),
        filling("billing_address", "s.billing_address", "c.billing_address || s.billing_address"),
        filling("service_address", "s.service_address", "c.service_address || s.service_address"),
        filling(
            "email_domain",
            "coalesce(s.email_domain, s.domain_guess)",
            "coalesce(s.email_domain, c.email_domain, CASE WHEN (s.email, s.website) IS DISTINCT FROM (c.email, c.website) THEN s.domain_guess END)",
        ),
        // A group belongs to its sector, so both change or neither.
        filling(
            "industry_group",
            "s.industry_group",
            "CASE WHEN s.industry_sector IS NULL THEN c.industry_group ELSE s.industry_group END",
        ),
    ];
    fillings.extend(SIMPLE.iter().map(|column| or(column, "NULL")));
    fillings.extend(PLAIN.iter().map(|column| {
        let value = format!("s.plain->>'{column}'");
        filling(column, &value, &format!("coalesce({value}, c.{column})"))
    }));
    fillings
}

/// How many rows became what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Applied {
    pub created: usize,
    /// Known customers that changed.
    pub updated: usize,
    /// Known customers that are as the file says already.
    pub unchanged: usize,
}

/// Writes all that waits. `progress` is told how many rows are done.
pub fn apply(
    tx: &mut Tx,
    rows: i32,
    updates: usize,
    mut progress: impl FnMut(i32) -> Result<()>,
) -> Result<Applied> {
    hold_known(tx, updates)?;
    make_tags(tx)?;
    let statements = Statements::new();
    let mut applied = Applied::default();
    let mut from = 0;
    while from < rows {
        let to = rows.min(from.saturating_add(BATCH));
        let mut run = |sql: &str, noted: &str| {
            let sql = if updates > 0 && !noted.is_empty() { noting(sql, noted) } else { sql.to_owned() };
            let statement = diesel::sql_query(sql).bind::<Integer, _>(from).bind::<Integer, _>(to);
            statement.execute(tx.conn).map_err(stopped)
        };
        applied.created += run(&statements.insert, "")?;
        if updates > 0 {
            run(&statements.update, "c.id")?;
            run(UNMAKE_PRIMARY, "c.customer_id")?;
            run(CHANGE_CONTACTS, "c.customer_id")?;
        }
        run(ADD_CONTACTS, "customer_id")?;
        run(ADD_TAGS, "customer_id")?;
        progress(to)?;
        from = to;
    }
    if updates > 0 {
        let changed: Changed = diesel::sql_query(CHANGED).get_result(tx.conn)?;
        applied.updated = usize::try_from(changed.amount).unwrap_or_default();
        applied.unchanged = updates.saturating_sub(applied.updated);
    }
    Ok(applied)
}

/// The statement, which also notes whom it changed.
fn noting(sql: &str, customer: &str) -> String {
    format!("WITH done AS ({sql} RETURNING {customer} AS id) INSERT INTO import_changed SELECT id FROM done")
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

/// Known customers that a statement changed, or something of theirs.
const CHANGED: &str = "SELECT count(*) AS amount FROM import_targets t WHERE t.known AND t.id IN (SELECT id FROM import_changed)";

struct Statements {
    insert: String,
    update: String,
}

impl Statements {
    fn new() -> Self {
        let fillings = fillings();
        let list = |part: fn(&Filling) -> &str| fillings.iter().map(part).collect::<Vec<_>>().join(", ");
        let columns = list(|f| f.column);
        let mut set = String::new();
        for Filling { column, known, .. } in &fillings {
            let _ = write!(set, "{}{column} = {known}", if set.is_empty() { "" } else { ", " });
        }
        Self {
            insert: format!(
                "INSERT INTO customers (id, {columns}) SELECT t.id, {} {ROWS} AND NOT t.known ORDER BY s.n",
                list(|f| &f.new)
            ),
            // What the file says as it is already is left alone: no new version, no entry in the log.
            update: format!(
                "UPDATE customers c SET {set} {ROWS} AND t.known AND c.id = t.id AND (c.{}) IS DISTINCT FROM ({})",
                columns.replace(", ", ", c."),
                list(|f| &f.known)
            ),
        }
    }
}

/// The rows of a batch and where they go.
const ROWS: &str = "FROM import_rows s JOIN import_targets t ON t.n = s.n WHERE s.n > $1 AND s.n <= $2";

/// The contact that a row means: the one with its email, else the one of its name, where the row's email is not another's.
const UNMAKE_PRIMARY: &str = "UPDATE contacts c SET is_primary = false
    FROM import_rows s JOIN import_targets t ON t.n = s.n
    WHERE s.n > $1 AND s.n <= $2 AND t.known AND s.contact_first_name IS NOT NULL AND c.customer_id = t.id AND c.is_primary
      AND c.id IS DISTINCT FROM (SELECT m.id FROM contacts m WHERE m.customer_id = t.id AND (m.email = s.contact_email
          OR ((m.email IS NULL OR s.contact_email IS NULL) AND fold(m.first_name || ' ' || m.last_name) = fold(s.contact_first_name || ' ' || coalesce(s.contact_last_name, ''))))
          ORDER BY m.email = s.contact_email DESC NULLS LAST, m.is_primary DESC, m.id LIMIT 1)";

const CHANGE_CONTACTS: &str = "UPDATE contacts c SET is_primary = true,
        first_name = s.contact_first_name, last_name = coalesce(s.contact_last_name, c.last_name), email = coalesce(s.contact_email, c.email),
        phone = coalesce(s.contact_phone, c.phone), job_role = coalesce(s.contact_job_role, c.job_role)
    FROM import_rows s JOIN import_targets t ON t.n = s.n
    WHERE s.n > $1 AND s.n <= $2 AND t.known AND s.contact_first_name IS NOT NULL AND c.customer_id = t.id
      AND c.id = (SELECT m.id FROM contacts m WHERE m.customer_id = t.id AND (m.email = s.contact_email
          OR ((m.email IS NULL OR s.contact_email IS NULL) AND fold(m.first_name || ' ' || m.last_name) = fold(s.contact_first_name || ' ' || coalesce(s.contact_last_name, ''))))
          ORDER BY m.email = s.contact_email DESC NULLS LAST, m.is_primary DESC, m.id LIMIT 1)
      AND (NOT c.is_primary OR (c.first_name, c.last_name, c.email, c.phone, c.job_role) IS DISTINCT FROM
          (s.contact_first_name, coalesce(s.contact_last_name, c.last_name), coalesce(s.contact_email, c.email),
           coalesce(s.contact_phone, c.phone), coalesce(s.contact_job_role, c.job_role)))";

/// Whoever is still without the primary contact that the row tells of: new customers, and known ones at whom nobody of that name is.
const ADD_CONTACTS: &str = "INSERT INTO contacts (customer_id, first_name, last_name, email, phone, job_role, is_primary)
    SELECT t.id, s.contact_first_name, coalesce(s.contact_last_name, ''), s.contact_email, s.contact_phone, coalesce(s.contact_job_role, ''), true
    FROM import_rows s JOIN import_targets t ON t.n = s.n
    WHERE s.n > $1 AND s.n <= $2 AND s.contact_first_name IS NOT NULL
      AND (NOT t.known OR NOT EXISTS (SELECT FROM contacts p WHERE p.customer_id = t.id AND p.is_primary))
    ORDER BY s.n";

const ADD_TAGS: &str = "INSERT INTO customer_tags (customer_id, tag_id)
    SELECT DISTINCT t.id, g.id FROM import_rows s JOIN import_targets t ON t.n = s.n
    CROSS JOIN unnest(s.tags) AS w (name) JOIN tags g ON g.name_key = fold(w.name)
    WHERE s.n > $1 AND s.n <= $2 AND s.tags IS NOT NULL
    ON CONFLICT DO NOTHING";

/// Keeps others from changing the known customers meanwhile, in an order that two runs share.
fn hold_known(tx: &mut Tx, expected: usize) -> Result<()> {
    if expected == 0 {
        return Ok(());
    }
    let held = diesel::sql_query(
        "SELECT FROM customers c JOIN import_targets t ON t.id = c.id WHERE t.known ORDER BY c.id FOR NO KEY UPDATE OF c",
    )
    .execute(tx.conn)
    .map_err(stopped)?;
    if held == expected {
        return Ok(());
    }
    let text = "A customer of this file was deleted while the import ran. No row was imported; check the file again, then import it.";
    Err(AppError::Conflict(text.into()))
}

/// The tags of the good rows, where the tenant has none of that name yet.
fn make_tags(tx: &mut Tx) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO tags (name, colour)
         SELECT DISTINCT ON (fold(w.name)) w.name, 1 + (hashtext(fold(w.name)) & 7)
         FROM import_rows s JOIN import_targets t ON t.n = s.n CROSS JOIN unnest(s.tags) AS w (name)
         WHERE NOT EXISTS (SELECT FROM tags g WHERE g.name_key = fold(w.name))
         ORDER BY fold(w.name), s.n
         ON CONFLICT (tenant_id, name_key) DO NOTHING",
    )
    .execute(tx.conn)
    .map_err(stopped)?;
    Ok(())
}

/// What to say where a change of somebody else stopped a statement.
fn stopped(error: diesel::result::Error) -> AppError {
    let is_busy = || ["lock timeout", "deadlock"].iter().any(|word| error.to_string().contains(word));
    let text = match AppError::constraint(&error) {
        Some("customers_external_id_taken") => {
            "While the import ran, somebody gave a customer an external id of this file. No row was \
             imported; check the file again, then import it."
        }
        Some("customers_company") => {
            "While the import ran, somebody deleted a company that the file names. No row was imported; \
             check the file again, then import it."
        }
        _ if is_busy() => {
            "Somebody was changing the same customers at the same time. No row was imported; run it again in \
             a minute."
        }
        _ => return error.into(),
    };
    AppError::Conflict(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_filled_once_and_known_ones_keep_what_a_row_does_not_say() {
        let fillings = fillings();
        let mut columns: Vec<_> = fillings.iter().map(|f| f.column).collect();
        columns.sort_unstable();
        columns.dedup();
        assert_eq!(columns.len(), fillings.len());
        for filling in fillings.iter().filter(|f| f.column != "name") {
            assert!(filling.known.contains("c."), "{}", filling.column);
        }
    }
}
