//! What is written to people when a customer leaves or wants to come back.
use super::model::ADMINS;
use crate::{
    infra::{
        db::{Tx, ids::CustomerId},
        services::mail::{self, Letter},
        web::{errors::Result, filters},
    },
    urls,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

/// Somebody to write to.
#[derive(QueryableByName)]
struct Reader {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    email: String,
    #[diesel(sql_type = sql_types::Text)]
    time_zone: String,
}

impl Reader {
    /// The owners of a customer who can act for it, or the tenant's admins where there are none.
    fn who_look_after(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(
            "WITH owners AS (SELECT u.name, u.email, u.time_zone FROM customer_success_owned_customers o
                             JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.user_id WHERE o.customer_id = $1 AND can_act_for(u.id, o.customer_id))
             SELECT * FROM owners UNION ALL
             SELECT name, email, time_zone FROM users WHERE tenant_id = current_tenant() AND customer_id IS NULL AND roles @> '{tenant_admin}' AND disabled_at IS NULL AND NOT EXISTS (SELECT FROM owners)
             ORDER BY name LIMIT 20",
        )
        .bind::<sql_types::Uuid, _>(customer)
        .load(tx.conn)?)
    }

    /// The admins of a customer who are told.
    fn admins_of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(format!("SELECT u.name, u.email, u.time_zone FROM {ADMINS}"))
            .bind::<sql_types::Uuid, _>(customer)
            .load(tx.conn)?)
    }
}

/// A deactivation with what a letter about it says.
#[derive(QueryableByName)]
pub struct Notice {
    #[diesel(sql_type = sql_types::Uuid)]
    customer_id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    customer: String,
    #[diesel(sql_type = sql_types::Text)]
    tenant: String,
    #[diesel(sql_type = sql_types::Timestamptz)]
    grace_ends_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Text)]
    asked_by: String,
    #[diesel(sql_type = sql_types::Text)]
    asked_words: String,
}

const NOTICE: &str = "SELECT c.id AS customer_id, c.name AS customer, t.name AS tenant, d.grace_ends_at, coalesce(u.name, '') AS asked_by, d.asked_words
    FROM deactivations d JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id JOIN tenants t ON t.id = d.tenant_id
    LEFT JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.asked_by WHERE d.id = ANY ($1)";

impl Notice {
    /// Those of these deactivations that still stand open.
    pub fn standing(tx: &mut Tx, deactivations: Vec<uuid::Uuid>) -> Result<Vec<Self>> {
        Self::of(tx, "AND d.ended_at IS NULL", deactivations)
    }

    /// Those that were taken back, and did not begin anew since.
    pub fn taken_back(tx: &mut Tx, deactivations: Vec<uuid::Uuid>) -> Result<Vec<Self>> {
        Self::of(tx, "AND d.reactivated_at IS NOT NULL AND NOT c.is_disabled", deactivations)
    }

    fn of(tx: &mut Tx, which: &str, deactivations: Vec<uuid::Uuid>) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(format!("{NOTICE} {which} ORDER BY d.created_at"))
            .bind::<sql_types::Array<sql_types::Uuid>, _>(deactivations)
            .load(tx.conn)?)
    }

    /// Tells those who look after the customer that they want to come back.
    pub fn notify_of_request(&self, tx: &mut Tx, base: &str) -> Result<()> {
        for reader in Reader::who_look_after(tx, self.customer_id)? {
            mail::queue(tx, &self.wish(&reader, base))?;
        }
        Ok(())
    }

    /// Tells the customer's admins that their access is switched off, until when it can be switched on again, and whom to ask.
    pub fn notify_of_end(&self, tx: &mut Tx, base: &str) -> Result<()> {
        let staff: Vec<String> = Reader::who_look_after(tx, self.customer_id)?
            .iter()
            .take(3)
            .map(|one| format!("{}, {}", one.name, one.email))
            .collect();
        for admin in Reader::admins_of(tx, self.customer_id)? {
            mail::queue(tx, &self.end(&admin, &staff.join("; "), base))?;
        }
        Ok(())
    }

    /// Tells them that it is switched on again.
    pub fn notify_of_return(&self, tx: &mut Tx, base: &str) -> Result<()> {
        for admin in Reader::admins_of(tx, self.customer_id)? {
            mail::queue(tx, &self.welcome(&admin, base))?;
        }
        Ok(())
    }

    /// Why an admin of the customer gets a mail.
    fn reason(&self) -> String {
        format!(
            "You get this mail because you are an admin of {} at {}. It was sent by a machine, and nobody reads answers to it.",
            self.customer, self.tenant
        )
    }

    fn end(&self, to: &Reader, staff: &str, base: &str) -> Letter {
        let until = filters::until_moment(self.grace_ends_at, &to.time_zone);
        let mut facts = vec![("Possible until", until.as_str())];
        if !staff.is_empty() {
            facts.push(("Whom to ask", staff));
        }
        Letter::new("deactivated", &format!("{} has no access at the moment", self.customer), &self.reason())
            .to(&to.name, &to.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", to.name))
            .says(format!(
                "{} has switched off the access of {}: none of your people can sign in, and your API keys have ended. Nothing is deleted.",
                self.tenant, self.customer
            ))
            .says("It can be switched on again for a while:")
            .facts(&facts)
            .says("Or sign in as you always did: the page that you meet lets you ask for it.")
            .action("Sign in and ask", urls::absolute(base, &urls::sign_in()))
    }

    fn welcome(&self, to: &Reader, base: &str) -> Letter {
        Letter::new("reactivated", &format!("{} has access again", self.customer), &self.reason())
            .to(&to.name, &to.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", to.name))
            .says(format!(
                "{} has switched the access of {} on again. You and your team sign in with the passwords that you had, and find everything where it was.",
                self.tenant, self.customer
            ))
            .says("API keys that ended stay ended: your programs need new ones.")
            .action("Sign in", urls::absolute(base, &urls::sign_in()))
    }

    fn wish(&self, to: &Reader, base: &str) -> Letter {
        let who = if self.asked_by.is_empty() { "An admin" } else { &self.asked_by };
        let reason = format!(
            "You get this mail because you look after {} at {}. It was sent by a machine, and nobody reads answers to it.",
            self.customer, self.tenant
        );
        let until = filters::until_moment(self.grace_ends_at, &to.time_zone);
        let letter =
            Letter::new("reactivation_wished", &format!("{} wants to come back", self.customer), &reason)
                .to(&to.name, &to.email)
                .in_the_name_of(&self.tenant)
                .says(format!("Hello {},", to.name))
                .says(format!("{who} of {} asks you to switch their access on again.", self.customer));
        let letter = if self.asked_words.is_empty() {
            letter
        } else {
            letter.says(format!("“{}”", self.asked_words))
        };
        letter.facts(&[("Possible until", &until)]).action(
            "See the deactivation",
            urls::absolute(base, &urls::customer_deactivation(&self.customer_id)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe() -> Notice {
        Notice {
            customer_id: CustomerId::new(),
            customer: "Northwind".into(),
            tenant: "Acme".into(),
            grace_ends_at: DateTime::from_timestamp(1_772_715_900, 0).unwrap(),
            asked_by: String::new(),
            asked_words: String::new(),
        }
    }

    fn carol() -> Reader {
        Reader {
            name: "Carol Winter".into(),
            email: "carol@northwind.test".into(),
            time_zone: "Europe/Berlin".into(),
        }
    }

    #[test]
    fn an_admin_reads_until_when_they_can_come_back_and_whom_to_ask() {
        let letter = describe().end(&carol(), "Chloe Marsh, chloe@acme.test", "https://clientele.test");
        insta::assert_snapshot!(letter.text().unwrap(), @r#"
        Acme

        Northwind has no access at the moment

        Hello Carol Winter,

        Acme has switched off the access of Northwind: none of your people can
        sign in, and your API keys have ended. Nothing is deleted.

        It can be switched on again for a while:

        Possible until: 5 Mar 2026, 14:05 CET
        Whom to ask: Chloe Marsh, chloe@acme.test

        Or sign in as you always did: the page that you meet lets you ask for
        it.

        Sign in and ask:
        https://clientele.test/login

        --
        You get this mail because you are an admin of Northwind at Acme. It was
        sent by a machine, and nobody reads answers to it.
        "#);
    }

    #[test]
    fn an_admin_reads_what_came_back_and_what_did_not() {
        insta::assert_snapshot!(describe().welcome(&carol(), "https://clientele.test").text().unwrap(), @r#"
        Acme

        Northwind has access again

        Hello Carol Winter,

        Acme has switched the access of Northwind on again. You and your team
        sign in with the passwords that you had, and find everything where it
        was.

        API keys that ended stay ended: your programs need new ones.

        Sign in:
        https://clientele.test/login

        --
        You get this mail because you are an admin of Northwind at Acme. It was
        sent by a machine, and nobody reads answers to it.
        "#);
    }
}
