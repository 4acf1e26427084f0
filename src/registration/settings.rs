//! Whether people of a customer make their own accounts: what stands, and saving it.
use crate::{
    infra::{
        db::{
            Tx,
            ids::CustomerId,
            schema::{registration_domains, registration_settings},
        },
        refusal::{Checks, Refusal},
        web::{errors::Result, limits, permissions::Role},
    },
    users,
    values::{Domain, domain, lists},
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
    pub domains: String,
    pub role: String,
    /// The only host on which people register; empty: any of ours.
    pub host: String,
}

/// The most characters that the list of domains may have.
const LONGEST_LIST: usize = 10_000;

/// Who may register with a customer, as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveRegistration {
    pub is_on: bool,
    pub domains: Vec<Domain>,
    /// What they may do who register.
    pub role: Role,
    pub host: Option<Domain>,
}

impl TryFrom<&SettingsForm> for SaveRegistration {
    type Error = Vec<Refusal>;

    fn try_from(form: &SettingsForm) -> std::result::Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let is_on = form.is_on == "true";
        let domains = domains_of(&mut checks, &form.domains);
        if is_on && domains.is_empty() && checks.is_ok() {
            checks.refuse("domains", "List at least one domain, or switch registration off.");
        }
        let role = form.role.parse().ok().filter(|role| users::offered(true).contains(role));
        let role = checks.keep("role", role.ok_or("Choose what they may do."));
        let host = checks.optional_with("host", &form.host, "Enter a host like portal.example.com.");
        checks.finish(|| Some(Self { is_on, domains, role: role?, host: host? }))
    }
}

/// Those in a list, each once.
fn domains_of(checks: &mut Checks, typed: &str) -> Vec<Domain> {
    let mut domains: Vec<Domain> = vec![];
    if typed.chars().count() > LONGEST_LIST {
        checks.refuse("domains", "Keep it to 10,000 characters.");
        return domains;
    }
    for word in lists::read(typed) {
        match word.parse::<Domain>() {
            Err(_) => checks.refuse("domains", format!("“{word}” is not a domain like example.com.")),
            Ok(domain) => match domain::is_everybodys(&domain) {
                Some(why) => checks.refuse("domains", format!("{domain} {why}.")),
                None if !domains.contains(&domain) => domains.push(domain),
                None => {}
            },
        }
    }
    if domains.len() > limits::DOMAINS.size() {
        checks.refuse("domains", "List at most 50 domains.");
    }
    domains
}

/// What stands; empty where nobody has set anything.
pub fn current(tx: &mut Tx, customer: CustomerId) -> Result<SettingsForm> {
    let set: Option<(bool, Vec<Option<String>>, Option<String>)> = registration_settings::table
        .filter(registration_settings::customer_id.eq(customer))
        .select((registration_settings::is_on, registration_settings::roles, registration_settings::host))
        .first(tx.conn)
        .optional()?;
    let (is_on, roles, host) = set.unwrap_or_default();
    let role = roles.into_iter().flatten().next().unwrap_or_else(|| Role::CustomerUser.code().into());
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
pub fn save(tx: &mut Tx, customer: CustomerId, command: &SaveRegistration, is_portal: bool) -> Result<()> {
    let roles = vec![Some(command.role.code())];
    let host = if is_portal { None } else { command.host.clone() };
    diesel::insert_into(registration_settings::table)
        .values((
            registration_settings::customer_id.eq(customer),
            registration_settings::is_on.eq(command.is_on),
            registration_settings::roles.eq(&roles),
            registration_settings::host.eq(&host),
        ))
        .on_conflict((registration_settings::tenant_id, registration_settings::customer_id))
        .do_update()
        .set((registration_settings::is_on.eq(command.is_on), registration_settings::roles.eq(&roles)))
        .execute(tx.conn)?;
    if !is_portal {
        diesel::update(registration_settings::table.filter(registration_settings::customer_id.eq(customer)))
            .set(registration_settings::host.eq(&host))
            .execute(tx.conn)?;
    }
    // Whoever saves at the same moment waits for the row above, so what is listed now stays so until this is done.
    let before = domains(tx, customer)?;
    let added = command.domains.iter().filter(|domain| before.iter().all(|known| **known != ***domain));
    let gone = registration_domains::table
        .filter(registration_domains::customer_id.eq(customer))
        .filter(registration_domains::domain.ne_all(&command.domains));
    diesel::delete(gone).execute(tx.conn)?;
    let rows: Vec<_> = added
        .map(|domain| {
            (registration_domains::customer_id.eq(customer), registration_domains::domain.eq(domain))
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

    fn typed(is_on: &str, domains: &str, role: &str, host: &str) -> SettingsForm {
        let [is_on, domains, role, host] = [is_on, domains, role, host].map(str::to_owned);
        SettingsForm { is_on, domains, role, host }
    }

    #[test]
    fn domains_are_listed_once_in_lower_case_and_ascii() {
        let form = typed("true", "@Northwind.TEST, northwind.test\nBücher.example", "customer_user", "");
        let command = SaveRegistration::try_from(&form).unwrap();
        assert_eq!(
            command.domains.iter().map(Domain::as_str).collect::<Vec<_>>(),
            ["northwind.test", "xn--bcher-kva.example"]
        );
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
            let refusals = SaveRegistration::try_from(&form).unwrap_err();
            assert_eq!(refusals.iter().map(|refusal| &*refusal.field).collect::<Vec<_>>(), [field]);
        }
    }
}
