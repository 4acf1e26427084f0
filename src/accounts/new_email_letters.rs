//! What is written about another address of an account: to the new one, and to the old one.
use crate::{
    infra::{
        db::Tx,
        services::mail::{self, Letter},
        web::{errors::Result, filters},
    },
    urls,
};
use chrono::{DateTime, Utc};

/// Somebody wants another address, or has it now.
pub struct Change {
    /// Empty: an account of the platform.
    pub tenant: String,
    pub name: String,
    pub old: String,
    pub new: String,
    pub time_zone: String,
    /// From where it was done.
    pub device: String,
    pub address: String,
    /// How people reach this installation.
    pub base: String,
}

impl Change {
    /// Writes to both addresses that it is asked for: to the new one with the token, or, where it has an account, that it has one.
    pub fn ask(&self, tx: &mut Tx, token: Option<&str>) -> Result<()> {
        let now = crate::infra::db::now(tx)?;
        mail::queue(tx, &token.map_or_else(|| self.known(), |token| self.link(token)))?;
        mail::queue(tx, &self.notice(now)).map(drop)
    }

    /// Writes to the old address that it is not that of the account any more.
    pub fn notify(&self, tx: &mut Tx) -> Result<()> {
        let now = crate::infra::db::now(tx)?;
        mail::queue(tx, &self.done(now)).map(drop)
    }

    fn place(&self) -> String {
        if self.tenant.is_empty() { "Clientele".into() } else { mail::unlinked(&self.tenant) }
    }

    /// Whom to tell where it was somebody else.
    fn admin(&self) -> String {
        if self.tenant.is_empty() {
            "whoever runs this installation".into()
        } else {
            format!("an admin of {}", self.tenant)
        }
    }

    /// To an address that is not confirmed: nothing that was typed is written to it.
    fn link(&self, token: &str) -> Letter {
        let reason = format!(
            "You get this mail because somebody gave {} as the new address of their account at {}. It was sent by a machine, and nobody reads answers to it.",
            self.new,
            self.place()
        );
        Letter::new("email_confirmation", "Confirm your new address", &reason)
            .to_unconfirmed(&self.new)
            .in_the_name_of(&mail::unlinked(&self.tenant))
            .greets("")
            .says(format!(
                "You want to sign in at {} with this address from now on. Confirm that it is yours:",
                self.place()
            ))
            .facts(&[("New address", &self.new)])
            .action("Confirm the new address", urls::absolute(&self.base, &urls::new_address_with(token)))
            .says("The link can be used once, for one hour. Until then nothing changes.")
            .says("If it was not you, do nothing: without the link nothing happens.")
    }

    /// For whoever has the address already: not a word about who asked.
    fn known(&self) -> Letter {
        let reason = format!(
            "You get this mail because {} is the address of an account at {}. It was sent by a machine, and nobody reads answers to it.",
            self.new,
            self.place()
        );
        Letter::new("account_known", &format!("You already have an account at {}", self.place()), &reason)
            .to("", &self.new)
            .in_the_name_of(&self.tenant)
            .says("Hello,")
            .says(format!(
                "Somebody, hopefully you, wanted to give this address to another account at {}. It has one already, so nothing is changed.",
                self.place()
            ))
            .action("Sign in with this address", urls::absolute(&self.base, &urls::sign_in_as(&self.new)))
            .says("If it was not you, there is nothing to do.")
    }

    fn to_old(&self, kind: &'static str, subject: &str) -> Letter {
        let reason = format!(
            "You get this mail because {} is, or was until now, the address of an account at {}. It was sent by a machine, and nobody reads answers to it.",
            self.old,
            self.place()
        );
        Letter::new(kind, subject, &reason)
            .to(&self.name, &self.old)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", self.name))
    }

    fn when(&self, at: DateTime<Utc>) -> String {
        filters::moment(at, &self.time_zone)
    }

    fn notice(&self, at: DateTime<Utc>) -> Letter {
        let when = self.when(at);
        self.to_old("email_change_asked", "Somebody wants to change the address of your account")
            .says(format!("A new address was asked for, for your account at {}. Nothing is changed until somebody opens the link that was mailed to it.", self.place()))
            .facts(&[("New address", &self.new), ("When", &when), ("Device", &self.device), ("Network address", &self.address)])
            .says("If that was you, there is nothing to do here.")
            .says("If it was not you, somebody else is in your account. Change your password at once: that makes the link void, and signs them out.")
            .action("Change your password", urls::absolute(&self.base, &urls::account()))
    }

    fn done(&self, at: DateTime<Utc>) -> Letter {
        let when = self.when(at);
        self.to_old("email_changed", "The address of your account was changed")
            .says(format!("Your account at {} has another address now. Everybody who was signed in elsewhere is signed out.", self.place()))
            .facts(&[("New address", &self.new), ("When", &when), ("Device", &self.device), ("Network address", &self.address)])
            .says("If that was you, there is nothing to do.")
            .says(format!("If it was not you, tell {} at once, so that they can lock the account.", self.admin()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change() -> Change {
        Change {
            tenant: "Acme".into(),
            name: "Zoë Park".into(),
            old: "zoe@acme.test".into(),
            new: "zoe.park@acme.test".into(),
            time_zone: "Europe/Berlin".into(),
            device: "Firefox on Linux".into(),
            address: "203.0.113.7".into(),
            base: "https://clientele.test".into(),
        }
    }

    #[test]
    fn the_new_address_gets_the_link() {
        insta::assert_snapshot!(change().link("TOKEN").text().unwrap(), @r#"
        Acme

        Confirm your new address

        Hello,

        You want to sign in at Acme with this address from now on. Confirm that
        it is yours:

        New address: zoe.park@acme.test

        Confirm the new address:
        https://clientele.test/new-address?token=TOKEN

        The link can be used once, for one hour. Until then nothing changes.

        If it was not you, do nothing: without the link nothing happens.

        --
        You get this mail because somebody gave zoe.park@acme.test as the new
        address of their account at Acme. It was sent by a machine, and nobody
        reads answers to it.
        "#);
    }

    #[test]
    fn the_old_address_reads_what_is_about_to_happen_and_how_to_stop_it() {
        let at = DateTime::from_timestamp(1_772_715_900, 0).unwrap();
        insta::assert_snapshot!(change().notice(at).text().unwrap(), @r#"
        Acme

        Somebody wants to change the address of your account

        Hello Zoë Park,

        A new address was asked for, for your account at Acme. Nothing is
        changed until somebody opens the link that was mailed to it.

        New address: zoe.park@acme.test
        When: 5 Mar 2026, 14:05 CET
        Device: Firefox on Linux
        Network address: 203.0.113.7

        If that was you, there is nothing to do here.

        If it was not you, somebody else is in your account. Change your
        password at once: that makes the link void, and signs them out.

        Change your password:
        https://clientele.test/account

        --
        You get this mail because zoe@acme.test is, or was until now, the
        address of an account at Acme. It was sent by a machine, and nobody
        reads answers to it.
        "#);
    }

    #[test]
    fn whoever_has_the_address_is_not_told_who_asked() {
        let letter = change().known();
        let text = letter.text().unwrap();
        assert!(!text.contains("Zoë") && !text.contains("zoe@acme.test"), "{text}");
    }
}
