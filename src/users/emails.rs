//! What is written to people who are to have an account.
use crate::{
    infra::{
        services::mail::{self, Letter},
        web::permissions::Role,
    },
    urls,
};

/// Somebody made an account for them. Until its owner has used the link nobody knows whose address it is: nothing that was typed is
/// written to it, not the name that they were given, nor who invites them to which customer.
pub struct Invited {
    pub tenant: String,
    /// Whether they are to see a customer's portal.
    pub is_portal: bool,
    pub email: String,
    pub roles: Vec<Role>,
    /// How people reach this installation.
    pub base: String,
}

impl Invited {
    /// With the token that they choose a password by.
    pub fn letter(&self, token: &str) -> Letter {
        let tenant = mail::unlinked(&self.tenant);
        let what = if self.is_portal {
            format!(
                "You are invited to the customer portal of {tenant}: ask questions there, follow what becomes of them, and arrange calls."
            )
        } else {
            format!("You are invited to work with {tenant} in Clientele.")
        };
        let reason = format!(
            "You get this mail because {} was given as the address of somebody who is to have an account at {tenant}. If that is not you, do nothing: without the link nobody gets in. It was sent by a machine, and nobody reads answers to it.",
            self.email
        );
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        let forgotten = urls::absolute(&self.base, &urls::password_forgotten());
        Letter::new("invitation", &format!("Your account at {tenant}"), &reason)
            .to_unconfirmed(&self.email)
            .in_the_name_of(&tenant)
            .greets("")
            .says(what)
            .facts(&[("Email address", &self.email), ("Role", &roles.join(", "))])
            .says("Choose a password, and you are in.")
            .action("Choose your password", urls::absolute(&self.base, &urls::invitation_with(token)))
            .says(format!(
                "The link can be used once, for 24 hours. Afterwards ask for another one: {forgotten}"
            ))
    }
}

/// They were invited to a customer's portal, and have an account at the tenant already.
pub struct KnownAlready {
    pub tenant: String,
    pub customer: String,
    /// Their own, not the one that was typed by others.
    pub name: String,
    pub email: String,
    pub base: String,
}

impl KnownAlready {
    /// Tells them, and nobody else.
    pub fn letter(&self) -> Letter {
        let reason = format!(
            "You get this mail because {} was entered as the address of a new user of {}. It was sent by a machine, and nobody reads answers to it.",
            self.email, self.customer
        );
        let forgotten = urls::absolute(&self.base, &urls::password_forgotten());
        Letter::new("account_known", &format!("You already have an account at {}", self.tenant), &reason)
            .to(&self.name, &self.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", self.name))
            .says(format!(
                "An admin of {} invited this address to their portal at {}. You already have an account with it, and nothing about it is changed.",
                self.customer, self.tenant
            ))
            .action("Sign in", urls::absolute(&self.base, &urls::sign_in_as(&self.email)))
            .says(format!("You don’t know the password, or never chose one? Choose one here: {forgotten}"))
            .says(format!("To use the portal of {} as well, ask {} for an account under another address.", self.customer, self.tenant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invited(is_portal: bool) -> Invited {
        Invited {
            tenant: "Acme".into(),
            is_portal,
            email: "zoe@acme.test".into(),
            roles: vec![Role::Agent, Role::CustomerSuccess],
            base: "https://clientele.test".into(),
        }
    }

    #[test]
    fn staff_read_what_to_do() {
        insta::assert_snapshot!(invited(false).letter("TOKEN").text().unwrap(), @r#"
        Acme

        Your account at Acme

        Hello,

        You are invited to work with Acme in Clientele.

        Email address: zoe@acme.test
        Role: Agent, Customer success

        Choose a password, and you are in.

        Choose your password:
        https://clientele.test/invitation?token=TOKEN

        The link can be used once, for 24 hours. Afterwards ask for another one:
        https://clientele.test/forgotten-password

        --
        You get this mail because zoe@acme.test was given as the address of
        somebody who is to have an account at Acme. If that is not you, do
        nothing: without the link nobody gets in. It was sent by a machine, and
        nobody reads answers to it.
        "#);
    }

    #[test]
    fn a_customers_user_reads_what_the_portal_is() {
        let text = invited(true).letter("TOKEN").text().unwrap();
        assert!(text.contains("You are invited to the customer portal of Acme"), "{text}");
    }
}
