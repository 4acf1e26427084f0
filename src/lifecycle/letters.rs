//! What is written to people when a customer leaves or wants to come back.
use crate::platform::{db::Tx, errors::Result, filters, ids::CustomerId, mail, mail::Letter, urls};
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

/// A deactivation with what a letter about it says.
#[derive(QueryableByName)]
pub struct Told {
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

impl Told {
    /// Those of these deactivations that still stand open.
    pub fn of(tx: &mut Tx, deactivations: Vec<uuid::Uuid>) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(
            "SELECT c.id AS customer_id, c.name AS customer, t.name AS tenant, d.grace_ends_at, coalesce(u.name, '') AS asked_by, d.asked_words
             FROM deactivations d JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id JOIN tenants t ON t.id = d.tenant_id
             LEFT JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.asked_by
             WHERE d.id = ANY ($1) AND d.ended_at IS NULL ORDER BY d.created_at",
        )
        .bind::<sql_types::Array<sql_types::Uuid>, _>(deactivations)
        .load(tx.conn)?)
    }

    /// Tells the owners of the customer, or the tenant's admins where it has none, that they want to come back.
    pub fn tell_of_wish(&self, tx: &mut Tx, base: &str) -> Result<()> {
        let readers: Vec<Reader> = diesel::sql_query(
            "WITH owners AS (SELECT u.name, u.email, u.time_zone FROM customer_success_owned_customers o
                             JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.user_id WHERE o.customer_id = $1 AND u.disabled_at IS NULL)
             SELECT * FROM owners UNION ALL
             SELECT name, email, time_zone FROM users WHERE customer_id IS NULL AND roles @> '{tenant_admin}' AND disabled_at IS NULL AND NOT EXISTS (SELECT FROM owners)
             LIMIT 20",
        )
        .bind::<sql_types::Uuid, _>(self.customer_id)
        .load(tx.conn)?;
        for reader in readers {
            mail::queue(tx, &self.wish(&reader, base))?;
        }
        Ok(())
    }

    fn wish(&self, to: &Reader, base: &str) -> Letter {
        let who = if self.asked_by.is_empty() { "An admin" } else { &self.asked_by };
        let reason = format!(
            "You get this mail because you look after {} at {}. It was sent by a machine, and nobody reads answers to it.",
            self.customer, self.tenant
        );
        let until = filters::moment(self.grace_ends_at, &to.time_zone);
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
