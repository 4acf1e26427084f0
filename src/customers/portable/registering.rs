//! Self-registration of a customer that is brought back.
use super::Registration;
use crate::{
    infra::{
        db::{
            Tx,
            ids::CustomerId,
            schema::{registration_domains, registration_settings},
        },
        web::{
            errors::{AppError, Result},
            limits,
        },
    },
    values::parsing,
};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Sets it as the document says. Refuses with a sentence that names the field what can't be saved. The domains have to be verified again.
pub fn put(tx: &mut Tx, id: CustomerId, registration: &Registration) -> Result<()> {
    let domains = judged(registration).map_err(AppError::BadRequest)?;
    let roles: Vec<Option<&str>> = registration.roles.iter().map(|role| Some(role.as_str())).collect();
    diesel::insert_into(registration_settings::table)
        .values((
            registration_settings::customer_id.eq(id),
            registration_settings::is_on.eq(registration.is_on),
            registration_settings::roles.eq(roles),
            registration_settings::host.eq(&registration.host),
        ))
        .execute(tx.conn)?;
    // A document proves nothing: whoever brings it back shows anew that the domains are theirs.
    let listed: Vec<_> = domains
        .into_iter()
        .map(|domain| (registration_domains::customer_id.eq(id), registration_domains::domain.eq(domain)))
        .collect();
    diesel::insert_into(registration_domains::table).values(listed).execute(tx.conn)?;
    Ok(())
}

/// The domains, each once; or what is wrong, in a sentence.
fn judged(registration: &Registration) -> std::result::Result<BTreeSet<&str>, String> {
    for domain in &registration.domains {
        if parsing::domain(domain) != Ok(Some(domain.clone())) {
            return Err(format!(
                "The field registration.domains holds “{domain}”, which is not a domain like example.com."
            ));
        }
        if let Some(why) = parsing::is_everybodys(domain) {
            return Err(format!("The field registration.domains holds {domain}, which {why}."));
        }
    }
    if registration.domains.len() > limits::DOMAINS.size() {
        return Err(format!(
            "The field registration.domains holds more than {} domains.",
            limits::DOMAINS.size()
        ));
    }
    let is_known = |role: &String| ["customer_admin", "customer_user"].contains(&role.as_str());
    if registration.roles.is_empty() || !registration.roles.iter().all(is_known) {
        return Err("The field registration.roles should hold customer_user, customer_admin, or both.".into());
    }
    if let Some(host) = &registration.host
        && parsing::domain(host) != Ok(Some(host.clone()))
    {
        return Err("The field registration.host should hold a host like portal.example.com.".into());
    }
    Ok(registration.domains.iter().map(String::as_str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_let_in_anybody_is_refused_by_name_of_field() {
        let of = |domain: &str, role: &str, host: Option<&str>| Registration {
            is_on: true,
            domains: vec![domain.into()],
            roles: vec![role.into()],
            host: host.map(str::to_owned),
        };
        assert_eq!(judged(&of("a.test", "customer_user", Some("b.test"))), Ok(BTreeSet::from(["a.test"])));
        for (wrong, field) in [
            (of("gmail.com", "customer_user", None), "registration.domains"),
            (of("A.test", "customer_user", None), "registration.domains"),
            (of("not a domain", "customer_user", None), "registration.domains"),
            (of("a.test", "agent", None), "registration.roles"),
            (of("a.test", "customer_user", Some("http://x")), "registration.host"),
        ] {
            let refusal = judged(&wrong).unwrap_err();
            assert!(refusal.contains(field), "{refusal}");
        }
        assert!(judged(&Registration { roles: vec![], ..of("a.test", "customer_user", None) }).is_err());
    }
}
