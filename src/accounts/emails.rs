//! What is written to people about their accounts.
use crate::infra::{
    db::Tx,
    services::mail::{self, Letter},
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Timestamptz};

/// Somebody's password is another now. Whoever did it, its owner has to hear of it.
pub struct PasswordChange {
    /// Empty: an account of the platform.
    pub tenant: String,
    pub name: String,
    pub email: String,
    pub time_zone: String,
    /// From where it was done.
    pub device: String,
    pub address: String,
    /// The page of their account.
    pub account: String,
}

impl PasswordChange {
    /// Queues the mail about it.
    pub fn notify(&self, tx: &mut Tx) -> Result<()> {
        let now = diesel::dsl::now.into_sql::<Timestamptz>();
        let at: DateTime<Utc> = diesel::select(now).get_result(tx.conn)?;
        mail::queue(tx, &self.letter(at)).map(drop)
    }

    fn letter(&self, at: DateTime<Utc>) -> Letter {
        let zone = self.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        let when = at.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z").to_string();
        let whose = if self.tenant.is_empty() { "Clientele" } else { &self.tenant };
        let admin = if self.tenant.is_empty() {
            "whoever runs this installation".to_owned()
        } else {
            format!("an admin of {}", self.tenant)
        };
        let reason = format!(
            "You get this mail because {} is the address of an account at {whose}. It was sent by a machine, and nobody reads answers to it.",
            self.email
        );
        Letter::new("password_changed", "Your password was changed", &reason)
            .to(&self.name, &self.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", self.name))
            .says(format!("The password of your account at {whose} was changed. Everybody who was signed in with it elsewhere is signed out."))
            .facts(&[("When", &when), ("Device", &self.device), ("Address", &self.address)])
            .says("If that was you, there is nothing to do.")
            .says(format!("If it was not you, somebody else is in your account. Tell {admin} at once, so that they can lock it, and change the password wherever else you use the old one."))
            .action("See where you are signed in", &self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        PasswordChange {
            tenant: "Acme".into(),
            name: "Zoë Park".into(),
            email: "zoe@acme.test".into(),
            time_zone: "Europe/Berlin".into(),
            device: "Firefox on Linux".into(),
            address: "203.0.113.7".into(),
            account: "https://clientele.test/account".into(),
        }
        .letter(DateTime::from_timestamp(1_772_715_900, 0).unwrap())
    }

    #[test]
    fn the_text_part_says_when_from_where_and_what_to_do() {
        insta::assert_snapshot!(letter().text().unwrap(), @r#"
        Acme

        Your password was changed

        Hello Zoë Park,

        The password of your account at Acme was changed. Everybody who was
        signed in with it elsewhere is signed out.

        When: 5 Mar 2026, 14:05 CET
        Device: Firefox on Linux
        Address: 203.0.113.7

        If that was you, there is nothing to do.

        If it was not you, somebody else is in your account. Tell an admin of
        Acme at once, so that they can lock it, and change the password wherever
        else you use the old one.

        See where you are signed in:
        https://clientele.test/account

        --
        You get this mail because zoe@acme.test is the address of an account at
        Acme. It was sent by a machine, and nobody reads answers to it.
        "#);
    }

    #[test]
    fn the_html_part_says_the_same() {
        let html = letter().html().unwrap();
        let body = html.split("<body>").nth(1).unwrap();
        insta::assert_snapshot!(body, @r#"
            <div class="mail">
              <p class="sender">Acme</p>
              <div class="card">
                <h1>Your password was changed</h1>
                <p>Hello Zoë Park,</p>
                <p>The password of your account at Acme was changed. Everybody who was signed in with it elsewhere is signed out.</p>
                <table>
                  <tr><th scope="row">When</th><td>5 Mar 2026, 14:05 CET</td></tr>
                  <tr><th scope="row">Device</th><td>Firefox on Linux</td></tr>
                  <tr><th scope="row">Address</th><td>203.0.113.7</td></tr>
                </table>
                <p>If that was you, there is nothing to do.</p>
                <p>If it was not you, somebody else is in your account. Tell an admin of Acme at once, so that they can lock it, and change the password wherever else you use the old one.</p>
                <p><a class="action" href="https://clientele.test/account">See where you are signed in</a></p>
              </div>
              <p class="why">You get this mail because zoe@acme.test is the address of an account at Acme. It was sent by a machine, and nobody reads answers to it.</p>
            </div>
          </body>
        </html>
        "#);
    }
}
