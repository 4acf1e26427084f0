//! What is written to whoever registers.
use super::model::ToAnswer;
use crate::{
    infra::services::mail::{self, Letter},
    urls,
};

/// The link that the account starts by. Nobody has confirmed the address yet: nothing that was typed is written to it.
pub fn confirmation(to: &ToAnswer, token: &str, base: &str) -> Letter {
    let (base, tenant) = (base_of(to, base), mail::unlinked(&to.tenant_name));
    letter(to, "confirmation", &format!("Confirm your address for {tenant}"), &tenant)
        .says(format!(
            "You asked for an account at {tenant}. Confirm that this address is yours, and it starts."
        ))
        .action("Confirm your address", urls::absolute(&base, &urls::confirmation_with(token)))
        .says("The link can be used once, for 24 hours. You will need the password that you chose.")
        .says("If it was not you, do nothing: without the link there will be no account.")
}

/// Somebody registered an address that has an account.
pub fn known(to: &ToAnswer, base: &str) -> Letter {
    let (base, tenant) = (base_of(to, base), mail::unlinked(&to.tenant_name));
    let forgotten = urls::absolute(&base, &urls::password_forgotten());
    letter(to, "account_known", &format!("You already have an account at {tenant}"), &tenant)
        .says(format!(
            "Somebody, hopefully you, asked for an account at {tenant} with this address. You have one already, and nothing about it is changed."
        ))
        .action("Sign in", urls::absolute(&base, &urls::sign_in_as(&to.email)))
        .says(format!("You don’t know the password, or never chose one? Choose one here: {forgotten}"))
        .says("If it was not you, there is nothing to do.")
}

/// Somebody says that a domain is a customer's: whoever reads this mailbox may say so too.
pub fn verification(tenant: &str, domain: &str, address: &str, token: &str, base: &str) -> Letter {
    let tenant = mail::unlinked(tenant);
    let reason = format!(
        "You get this mail because {address} was chosen to verify the domain {domain} at {tenant}. It was sent by a machine, and nobody reads answers to it."
    );
    Letter::new("domain_verification", &format!("Verify the domain {domain} for {tenant}"), &reason)
        .to_unconfirmed(address)
        .in_the_name_of(&tenant)
        .greets("")
        .says(format!(
            "{tenant} wants to let everybody who has an address at {domain} make an account with them. Confirm that the domain is yours, and that you agree:"
        ))
        .action("Verify the domain", urls::absolute(base, &urls::domain_verification_with(token)))
        .says("The link can be used once, for 24 hours.")
        .says("If you know nothing of it, do nothing: without the link nothing happens.")
}

fn base_of(to: &ToAnswer, base: &str) -> String {
    match (to.host.as_str(), base.split_once("://")) {
        ("", _) | (_, None) => base.to_owned(),
        (host, Some((scheme, _))) => format!("{scheme}://{host}"),
    }
}

fn letter(to: &ToAnswer, kind: &'static str, subject: &str, tenant: &str) -> Letter {
    let reason = format!(
        "You get this mail because somebody gave {} as their address to register at {tenant}. It was sent by a machine, and nobody reads answers to it.",
        to.email
    );
    Letter::new(kind, subject, &reason).to(&to.name, &to.email).in_the_name_of(tenant).greets(&to.name)
}
