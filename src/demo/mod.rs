//! `clientele demo`: fills an empty database with a believable world that is the same each time. Ids and words never change; times
//! are told from the beginning of the day.
mod calendar;
mod calls;
mod contacts;
mod copy;
mod customers;
mod dice;
mod fill;
mod following;
mod history;
mod indexes;
mod industries;
mod kinds;
mod known;
mod maker;
mod names;
mod people;
mod places;
mod stories;
mod support;
mod tenants;
mod views;
mod words;

use crate::infra::{services::passwords, web::errors::AppError};
use diesel::prelude::*;
use std::fmt;

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("This database has tenants or users already. The demo fills only an empty one.")]
    NotEmpty,
    #[error("The database refused the demo: {0}")]
    Database(#[from] diesel::result::Error),
    #[error("The demo could not be sent to the database: {0}")]
    Sending(#[from] std::io::Error),
    #[error("The demo's password could not be hashed: {0}")]
    Password(AppError),
}

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub email: String,
    pub role: String,
    /// The tenant, or the tenant and its customer; empty for the platform.
    pub place: String,
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub accounts: Vec<Account>,
    /// Customers by tenant.
    pub customers: Vec<(String, usize)>,
    pub contacts: usize,
    pub tags: usize,
    pub assignments: usize,
    pub changes: usize,
    pub tickets: usize,
    pub calls: usize,
}

/// A number as people read it: 10,000.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (tenant, count) in &self.customers {
            writeln!(f, "{tenant}: {} customers", grouped(*count))?;
        }
        writeln!(
            f,
            "{} contacts, {} tags on customers, {} assignments, {} calls, {} changes told in timelines, {} tickets\n",
            grouped(self.contacts),
            grouped(self.tags),
            grouped(self.assignments),
            grouped(self.calls),
            grouped(self.changes),
            grouped(self.tickets)
        )?;
        writeln!(f, "Sign in with the password {}:", people::PASSWORD)?;
        let width = self.accounts.iter().map(|account| account.email.chars().count()).max().unwrap_or(0);
        for Account { email, role, place } in &self.accounts {
            writeln!(f, "  {email:width$}  {role:16}  {place}")?;
        }
        Ok(())
    }
}

/// Makes the demo with so many customers (two at least), as the owner of the tables, in one transaction. `say` hears how far it is.
pub fn fill(
    conn: &mut PgConnection,
    customers: usize,
    cost: passwords::Cost,
    say: &mut dyn FnMut(&str),
) -> Result<Summary, DemoError> {
    let hash = passwords::hash(people::PASSWORD, cost).map_err(DemoError::Password)?;
    let summary = conn.transaction(|conn| fill::all(conn, customers.max(2), &hash, say))?;
    say("Gathering statistics");
    indexes::analyze(conn)?;
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn the_summary_says_who_can_sign_in() {
        let account =
            Account { email: "ada@acme.test".into(), role: "tenant_admin".into(), place: "Acme".into() };
        let printed =
            Summary { accounts: vec![account], customers: vec![("Acme".into(), 6000)], ..Summary::default() }
                .to_string();
        assert!(printed.contains("Acme: 6,000 customers"));
        assert!(printed.contains("ada@acme.test  tenant_admin      Acme"));
        assert!(printed.contains("brisk-otter-lantern"));
    }
}
