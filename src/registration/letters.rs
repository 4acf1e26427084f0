//! What is written to whoever registers.
use super::model::ToAnswer;
use crate::platform::{mail::Letter, urls};

/// The link that the account starts by.
pub fn confirmation(to: &ToAnswer, token: &str, base: &str) -> Letter {
    let base = base_of(to, base);
    letter(to, "confirmation", &format!("Confirm your address for {}", to.tenant_name))
        .says(format!(
            "You asked for an account at {} as a user of {}. Confirm that this address is yours, and it starts.",
            to.tenant_name, to.customer_name
        ))
        .action("Confirm your address", urls::absolute(&base, &urls::confirmation_with(token)))
        .says("The link can be used once, for 24 hours. You will need the password that you chose.")
        .says("If it was not you, do nothing: without the link there will be no account.")
}

/// Somebody registered an address that has an account.
pub fn known(to: &ToAnswer, base: &str) -> Letter {
    let base = base_of(to, base);
    let forgotten = urls::absolute(&base, &urls::password_forgotten());
    letter(to, "account_known", &format!("You already have an account at {}", to.tenant_name))
        .says(format!(
            "Somebody, hopefully you, asked for an account at {} with this address. You have one already, and nothing about it is changed.",
            to.tenant_name
        ))
        .action("Sign in", urls::absolute(&base, &urls::sign_in_as(&to.email)))
        .says(format!("You don’t know the password, or never chose one? Choose one here: {forgotten}"))
        .says("If it was not you, there is nothing to do.")
}

fn base_of(to: &ToAnswer, base: &str) -> String {
    match (to.host.as_str(), base.split_once("://")) {
        ("", _) | (_, None) => base.to_owned(),
        (host, Some((scheme, _))) => format!("{scheme}://{host}"),
    }
}

fn letter(to: &ToAnswer, kind: &'static str, subject: &str) -> Letter {
    let reason = format!(
        "You get this mail because somebody gave {} as their address to register at {}. It was sent by a machine, and nobody reads answers to it.",
        to.email, to.tenant_name
    );
    Letter::new(kind, subject, &reason)
        .to(&to.name, &to.email)
        .in_the_name_of(&to.tenant_name)
        .says(format!("Hello {},", to.name))
}
