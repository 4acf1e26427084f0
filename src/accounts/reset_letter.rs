//! The mail with the links to choose another password.
use super::model::ToReset;
use crate::{
    infra::services::mail::{self, Letter},
    urls,
};

/// Puts it together.
pub struct ResetLetter;

impl ResetLetter {
    /// A link for each of the accounts; none where there are none.
    pub fn of(links: Vec<(ToReset, String)>, base: &str) -> Option<Letter> {
        let (first, _) = links.first()?;
        let reason = format!(
            "You get this mail because {} is the address of an account. It was sent by a machine, and nobody reads answers to it.",
            first.email
        );
        // Whoever has been invited may not have confirmed the address yet.
        let tenant = if links.len() == 1 { mail::unlinked(&first.tenant_name) } else { String::new() };
        let mut letter = Letter::new("password_reset", "Choose a new password", &reason)
            .to(&first.name, &first.email)
            .in_the_name_of(&tenant)
            .greets(&first.name)
            .says(if links.len() == 1 {
                format!("Somebody, hopefully you, asked for a new password for your account at {}.", first.place())
            } else {
                "Somebody, hopefully you, asked for a new password. You have several accounts with this address, each with a password of its own: choose the one that you mean.".to_owned()
            });
        for (account, token) in &links {
            let label = match links.len() {
                1 => "Choose a new password".to_owned(),
                _ => format!("Choose a new password at {}", account.place()),
            };
            letter = letter.action(&label, urls::absolute(base, &urls::new_password_with(token)));
        }
        let once = if links.len() == 1 { "The link" } else { "Each link" };
        Some(
            letter
                .says(format!("{once} can be used once, for one hour."))
                .says("If it was not you, do nothing: the old password stays good, and nobody gets in without this mail."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::db::ids::UserId;

    fn account(tenant: &str, customer: &str) -> ToReset {
        ToReset {
            user_id: UserId::new(),
            tenant_name: tenant.into(),
            customer_name: customer.into(),
            name: "Zoë Park".into(),
            email: "zoe@acme.test".into(),
        }
    }

    #[test]
    fn several_accounts_are_told_apart() {
        let links = vec![(account("Acme", ""), "ONE".into()), (account("Globex", "Initech"), "TWO".into())];
        let letter = ResetLetter::of(links, "https://clientele.test").unwrap();
        insta::assert_snapshot!(letter.text().unwrap(), @r#"
        Clientele

        Choose a new password

        Hello Zoë Park,

        Somebody, hopefully you, asked for a new password. You have several
        accounts with this address, each with a password of its own: choose the
        one that you mean.

        Choose a new password at Acme:
        https://clientele.test/new-password?token=ONE

        Choose a new password at Globex (as a user of Initech):
        https://clientele.test/new-password?token=TWO

        Each link can be used once, for one hour.

        If it was not you, do nothing: the old password stays good, and nobody
        gets in without this mail.

        --
        You get this mail because zoe@acme.test is the address of an account. It
        was sent by a machine, and nobody reads answers to it.
        "#);
    }

    #[test]
    fn nobody_gets_nothing() {
        assert!(ResetLetter::of(vec![], "https://clientele.test").is_none());
    }
}
