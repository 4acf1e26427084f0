//! The warning that something is being tried: many failed sign-ins or refusals within a short time.
use crate::{
    infra::{
        db::{Tx, schema::access_alerts},
        services::mail::{self, Letter},
        web::errors::Result,
    },
    urls,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Nullable, Text, Timestamptz},
};

/// So many within [`MINUTES`] are a burst: nobody mistypes so often.
const MANY: i64 = 20;
const MINUTES: i32 = 10;

/// What there is to warn of.
#[derive(QueryableByName)]
pub struct Burst {
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    refused: i64,
    #[diesel(sql_type = BigInt)]
    accounts: i64,
    /// The address that most of it came from.
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    hour: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Admin {
    #[diesel(sql_type = Text)]
    tenant: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
}

impl Burst {
    /// What happened in the tenant of the transaction in the last minutes, if it is much.
    pub fn now(tx: &mut Tx) -> Result<Option<Self>> {
        let found: Self = diesel::sql_query(
            "SELECT count(*) FILTER (WHERE topic = 'SIGN_IN_FAILED') AS failed, count(*) FILTER (WHERE topic = 'ACCESS_REFUSED') AS refused,
                    count(DISTINCT entity_id) AS accounts, mode() WITHIN GROUP (ORDER BY after->>'address') AS address,
                    date_trunc('hour', now(), 'UTC') AS hour
             FROM (SELECT topic, entity_id, after FROM access_burst($1)) AS recent",
        )
        .bind::<diesel::sql_types::Integer, _>(MINUTES)
        .get_result(tx.conn)?;
        Ok((found.failed + found.refused >= MANY).then_some(found))
    }

    /// Writes to every admin, at most once an hour: the UNIQUE of the note decides.
    pub fn warn(&self, tx: &mut Tx, base: &str) -> Result<()> {
        let count = i32::try_from(self.failed + self.refused).unwrap_or(i32::MAX);
        let noted = diesel::insert_into(access_alerts::table)
            .values((access_alerts::hour.eq(self.hour), access_alerts::count.eq(count)))
            .on_conflict_do_nothing()
            .execute(tx.conn)?;
        if noted == 0 {
            return Ok(());
        }
        let admins: Vec<Admin> =
            diesel::sql_query("SELECT tenant, name, email FROM security_contacts()").load(tx.conn)?;
        for admin in admins {
            mail::queue(tx, &self.letter(&admin, base))?;
        }
        diesel::delete(access_alerts::table)
            .filter(access_alerts::created_at.lt(sql::<Timestamptz>("now() - interval '7 days'")))
            .execute(tx.conn)?;
        Ok(())
    }

    fn letter(&self, to: &Admin, base: &str) -> Letter {
        let place = if to.tenant.is_empty() { "Clientele" } else { &to.tenant };
        let reason = format!(
            "You receive this email because you are an admin of {place}. This mailbox isn't monitored."
        );
        let (failed, refused, accounts) =
            (self.failed.to_string(), self.refused.to_string(), self.accounts.to_string());
        let mut facts = vec![
            ("Failed sign-ins", failed.as_str()),
            ("Refused requests", refused.as_str()),
            ("Accounts", accounts.as_str()),
        ];
        if let Some(address) = self.address.as_deref().filter(|address| !address.is_empty()) {
            facts.push(("Most from", address));
        }
        let log = if to.tenant.is_empty() { urls::Log::Platform } else { urls::Log::Console };
        let page = log.with("topic=SIGN_IN_FAILED");
        Letter::new("access_alert", &format!("Unusual sign-in activity at {place}"), &reason)
            .to(&to.name, &to.email)
            .in_the_name_of(&to.tenant)
            .greets(&to.name)
            .says(format!(
                "In the last {MINUTES} minutes there were unusually many failed sign-ins or refused requests at {place}. \
                 Sign-in is slowed down for whoever is trying; your team can go on working."
            ))
            .facts(&facts)
            .action("Open the audit log", urls::absolute(base, &page))
    }
}
