//! Whether people of a customer make their own accounts: what stands, and saving it.
use crate::{
    infra::{
        db::{
            Tx,
            ids::CustomerId,
            schema::{registration_domains, registration_settings},
        },
        web::{errors::Result, forms::Submitted, limits},
    },
    values::{domain, lists, parsing},
};
use diesel::prelude::*;
use serde::Deserialize;
use validator::Validate;

/// The form of it.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct SettingsForm {
    pub is_on: String,
    /// On lines, or with commas.
    #[validate(length(max = 10000, message = "Keep it to 10,000 characters."))]
    pub domains: String,
    pub role: String,
    /// The only host on which people register; empty: any of ours.
    pub host: String,
}

/// What is to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub is_on: bool,
    pub domains: Vec<String>,
    pub role: String,
    pub host: Option<String>,
}

impl Submitted<SettingsForm> {
    /// What to save; `None` where something is wrong, which then stands in the form.
    pub fn draft(&mut self) -> Option<Draft> {
        let typed = self.values.clone();
        let mut domains: Vec<String> = vec![];
        for word in lists::read(&typed.domains) {
            match parsing::domain(&word) {
                Ok(Some(domain)) => match domain::is_everybodys(&domain) {
                    Some(why) => self.refuse("domains", format!("{domain} {why}.")),
                    None if !domains.contains(&domain) => domains.push(domain),
                    None => {}
                },
                Ok(None) => {}
                Err(_) => self.refuse("domains", format!("“{word}” is not a domain like example.com.")),
            }
        }
        if domains.len() > limits::DOMAINS.size() {
            self.refuse("domains", "List at most 50 domains.");
        }
        let is_on = typed.is_on == "true";
        if is_on && domains.is_empty() {
            self.refuse("domains", "List at least one domain, or switch registration off.");
        }
        if !["customer_user", "customer_admin"].contains(&typed.role.as_str()) {
            self.refuse("role", "Choose what they may do.");
        }
        let host = match parsing::domain(&typed.host) {
            Ok(host) => host,
            Err(_) => {
                self.refuse("host", "Enter a host like portal.example.com.");
                None
            }
        };
        (!self.has_errors()).then_some(Draft { is_on, domains, role: typed.role, host })
    }
}

/// What stands; empty where nobody has set anything.
pub fn current(tx: &mut Tx, customer: CustomerId) -> Result<SettingsForm> {
    let set: Option<(bool, Vec<Option<String>>, Option<String>)> = registration_settings::table
        .filter(registration_settings::customer_id.eq(customer))
        .select((registration_settings::is_on, registration_settings::roles, registration_settings::host))
        .first(tx.conn)
        .optional()?;
    let (is_on, roles, host) = set.unwrap_or_default();
    let role = roles.into_iter().flatten().next().unwrap_or_else(|| "customer_user".into());
    Ok(SettingsForm {
        is_on: if is_on { "true".into() } else { String::new() },
        domains: domains(tx, customer)?.join("\n"),
        role,
        host: host.unwrap_or_default(),
    })
}

fn domains(tx: &mut Tx, customer: CustomerId) -> Result<Vec<String>> {
    Ok(registration_domains::table
        .filter(registration_domains::customer_id.eq(customer))
        .order(registration_domains::domain)
        .select(registration_domains::domain)
        .load(tx.conn)?)
}

/// Saves it. A domain that is new here counts once it is verified ([`super::domains`]). In the portal the host stays as it is.
pub fn save(tx: &mut Tx, customer: CustomerId, draft: &Draft, is_portal: bool) -> Result<()> {
    let roles = vec![Some(draft.role.clone())];
    let host = if is_portal { None } else { draft.host.clone() };
    diesel::insert_into(registration_settings::table)
        .values((
            registration_settings::customer_id.eq(customer),
            registration_settings::is_on.eq(draft.is_on),
            registration_settings::roles.eq(&roles),
            registration_settings::host.eq(&host),
        ))
        .on_conflict((registration_settings::tenant_id, registration_settings::customer_id))
        .do_update()
        .set((registration_settings::is_on.eq(draft.is_on), registration_settings::roles.eq(&roles)))
        .execute(tx.conn)?;
    if !is_portal {
        diesel::update(registration_settings::table.filter(registration_settings::customer_id.eq(customer)))
            .set(registration_settings::host.eq(&host))
            .execute(tx.conn)?;
    }
    // Whoever saves at the same moment waits for the row above, so what is listed now stays so until this is done.
    let before = domains(tx, customer)?;
    let added: Vec<&String> = draft.domains.iter().filter(|domain| !before.contains(domain)).collect();
    let gone = registration_domains::table
        .filter(registration_domains::customer_id.eq(customer))
        .filter(registration_domains::domain.ne_all(&draft.domains));
    diesel::delete(gone).execute(tx.conn)?;
    let rows: Vec<_> = added
        .iter()
        .map(|domain| {
            (registration_domains::customer_id.eq(customer), registration_domains::domain.eq(*domain))
        })
        .collect();
    // Somebody else may have listed one in the meantime: then it stands.
    diesel::insert_into(registration_domains::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(is_on: &str, domains: &str, role: &str, host: &str) -> Submitted<SettingsForm> {
        let [is_on, domains, role, host] = [is_on, domains, role, host].map(str::to_owned);
        Submitted::filled(SettingsForm { is_on, domains, role, host })
    }

    #[test]
    fn domains_are_listed_once_in_lower_case_and_ascii() {
        let draft = typed("true", "@Northwind.TEST, northwind.test\nBücher.example", "customer_user", "")
            .draft()
            .unwrap();
        assert_eq!(draft.domains, ["northwind.test", "xn--bcher-kva.example"]);
    }

    #[test]
    fn what_would_let_in_anybody_is_refused() {
        for (form, field) in [
            (typed("true", "gmail.com", "customer_user", ""), "domains"),
            (typed("", "GMX.de", "customer_user", ""), "domains"),
            (typed("true", "outlook.fr", "customer_user", ""), "domains"),
            (typed("true", "yahoo.co.uk", "customer_user", ""), "domains"),
            (typed("true", "co.uk", "customer_user", ""), "domains"),
            (typed("true", "github.io", "customer_user", ""), "domains"),
            (typed("true", "127.0.0.1", "customer_user", ""), "domains"),
            (typed("true", "", "customer_user", ""), "domains"),
            (typed("true", "not a domain", "customer_user", ""), "domains"),
            (typed("true", "a.test", "tenant_admin", ""), "role"),
            (typed("true", "a.test", "customer_user", "http://x"), "host"),
        ] {
            let mut form = form;
            assert_eq!(form.draft(), None);
            assert_eq!(form.errors().map(|(name, _)| name).collect::<Vec<_>>(), [field]);
        }
    }
}
