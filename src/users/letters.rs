//! What is written to people who are to have an account.
use crate::platform::{mail::Letter, permissions::Role, urls};

/// Somebody made an account for them.
pub struct Invited {
    pub tenant: String,
    /// Whose portal they are to see; empty for staff.
    pub customer: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
    /// Who invites them; empty where nobody of the organisation does.
    pub by: String,
    /// How people reach this installation.
    pub base: String,
}

impl Invited {
    /// With the token that they choose a password by.
    pub fn letter(&self, token: &str) -> Letter {
        let whose = if self.customer.is_empty() {
            self.tenant.clone()
        } else {
            format!("{} as a user of {}", self.tenant, self.customer)
        };
        let invites =
            if self.by.is_empty() { "You are invited".into() } else { format!("{} invites you", self.by) };
        let what = if self.customer.is_empty() {
            format!("{invites} to work with {} in Clientele.", self.tenant)
        } else {
            format!(
                "{invites} to the portal in which {} takes care of {}: ask questions there, follow what becomes of them, and arrange calls.",
                self.tenant, self.customer
            )
        };
        let reason = format!(
            "You get this mail because {} was given as the address of somebody who is to have an account at {whose}. If that is not you, do nothing: without the link nobody gets in. It was sent by a machine, and nobody reads answers to it.",
            self.email
        );
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        let forgotten = urls::absolute(&self.base, &urls::password_forgotten());
        Letter::new("invitation", &format!("Your account at {}", self.tenant), &reason)
            .to(&self.name, &self.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", self.name))
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

    fn invited(customer: &str, by: &str) -> Invited {
        Invited {
            tenant: "Acme".into(),
            customer: customer.into(),
            name: "Zoë Park".into(),
            email: "zoe@acme.test".into(),
            roles: vec![Role::Agent, Role::CustomerSuccess],
            by: by.into(),
            base: "https://clientele.test".into(),
        }
    }

    #[test]
    fn staff_read_who_invites_them_and_what_to_do() {
        insta::assert_snapshot!(invited("", "Ada Park").letter("TOKEN").text().unwrap(), @r#"
        Acme

        Your account at Acme

        Hello Zoë Park,

        Ada Park invites you to work with Acme in Clientele.

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
        let text = invited("Northwind", "").letter("TOKEN").text().unwrap();
        assert!(
            text.contains("You are invited to the portal in which Acme takes care of Northwind"),
            "{text}"
        );
    }
}
