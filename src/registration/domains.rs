//! The domains that a customer lists, and how it shows that they are its own: by a TXT record, or by a link that is mailed to an address
//! at the domain. Whoever shows it first has the domain, of the whole installation, for a year.
use crate::infra::{
    db::{Tx, ids::CustomerId},
    web::{errors::Result, secrets::Secret},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{self, Array, Binary, Bool, Nullable, Text, Timestamptz, Uuid},
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn verify_domain(of_domain: Uuid, by_way: Text) -> Bool;
    fn ask_domain_mailbox(of_domain: Uuid, address: Text, hash: Binary) -> Bool;
    fn verify_domain_by_mail(hash: Binary) -> Nullable<Bool>;
}

/// What a TXT record begins with.
const RECORD: &str = "clientele-verification=";

/// A domain on the list of a customer.
#[derive(QueryableByName, Clone, Debug)]
pub struct Listed {
    #[diesel(sql_type = Uuid)]
    pub id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    pub domain: String,
    #[diesel(sql_type = Text)]
    challenge: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub verified_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    verified_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub verified_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub mailed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub mailed_to: Option<String>,
    /// Somebody else has verified it; not who.
    #[diesel(sql_type = Bool)]
    pub is_taken: bool,
    #[diesel(sql_type = Array<Text>)]
    mailboxes: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

impl Listed {
    /// Those of a customer, by name. Nothing of a customer that the person at work does not manage.
    pub fn of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(
            "SELECT d.id, d.domain, d.challenge, d.verified_at, d.verified_by, d.verified_until, d.mailed_at, d.mailed_to, now() AS now,
                    d.domain IN (SELECT domains_of_others($1)) AS is_taken, ARRAY(SELECT domain_mailboxes(d.id)) AS mailboxes
             FROM registration_domains d WHERE d.customer_id = $1 ORDER BY d.domain",
        )
        .bind::<Uuid, _>(customer)
        .load(tx.conn)?)
    }

    /// Whether people register with it.
    pub fn is_verified(&self) -> bool {
        self.verified_until.is_some_and(|end| end > self.now)
    }

    /// Whether there is something to do: it is not verified, or not for long.
    pub fn is_open(&self) -> bool {
        !self.is_taken && self.verified_until.is_none_or(|end| end < self.now + TimeDelta::days(30))
    }

    /// How it was verified, in words.
    pub fn way(&self) -> &'static str {
        match self.verified_by.as_deref() {
            Some("mail") => "an email to an address at the domain",
            _ => "a DNS record",
        }
    }

    /// Where the TXT record may stand: at a name of its own, or at the domain.
    pub fn names(&self) -> [String; 2] {
        [format!("_clientele.{}", self.domain), self.domain.clone()]
    }

    /// What the TXT record has to hold.
    pub fn record(&self) -> String {
        format!("{RECORD}{}", self.challenge)
    }

    /// Whether one of these TXT records is it.
    pub fn is_among(&self, texts: &[String]) -> bool {
        let wanted = self.record();
        texts.iter().any(|text| text.trim().trim_matches('"').eq_ignore_ascii_case(&wanted))
    }

    /// The addresses to which the link can be mailed, as choices.
    pub fn mailboxes(&self) -> Vec<(String, String)> {
        self.mailboxes.iter().map(|address| (address.clone(), address.clone())).collect()
    }

    /// Notes that the TXT record was found. False where somebody else has verified the domain.
    pub fn verify(&self, tx: &mut Tx) -> Result<bool> {
        Ok(diesel::select(verify_domain(self.id, "dns")).get_result(tx.conn)?)
    }

    /// The token for a mail to one of the addresses; `None` where it is none of them, or one was written to in the last ten minutes.
    pub fn ask(&self, tx: &mut Tx, address: &str) -> Result<Option<Secret>> {
        let token = Secret::new();
        let is_kept =
            diesel::select(ask_domain_mailbox(self.id, address, &token.hash)).get_result::<bool>(tx.conn)?;
        Ok(is_kept.then_some(token))
    }
}

/// What a mailed link verifies.
#[derive(QueryableByName, Clone, Debug)]
pub struct Behind {
    #[diesel(sql_type = sql_types::Text)]
    pub tenant_name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub domain: String,
}

impl Behind {
    /// Nothing where the token is unknown, used, or older than a day.
    pub fn find(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Self>> {
        let query =
            diesel::sql_query("SELECT * FROM domain_behind($1)").bind::<Binary, _>(token_hash.to_vec());
        Ok(query.get_result(tx.conn).optional()?)
    }
}

/// Uses a mailed token up. Nothing where it is not good; false where somebody else has verified the domain meanwhile.
pub fn verify_by_mail(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<bool>> {
    Ok(diesel::select(verify_domain_by_mail(token_hash)).get_result(tx.conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(until: Option<i64>) -> Listed {
        let now = DateTime::from_timestamp(1_772_715_900, 0).unwrap();
        Listed {
            id: uuid::Uuid::nil(),
            domain: "northwind.test".into(),
            challenge: "0123456789abcdef0123456789abcdef".into(),
            verified_at: until.map(|_| now),
            verified_by: until.map(|_| "dns".into()),
            verified_until: until.map(|days| now + TimeDelta::days(days)),
            mailed_at: None,
            mailed_to: None,
            is_taken: false,
            mailboxes: vec![],
            now,
        }
    }

    #[test]
    fn only_the_record_of_this_very_row_counts() {
        let row = listed(None);
        let right = "clientele-verification=0123456789abcdef0123456789abcdef".to_owned();
        assert!(row.is_among(&["v=spf1 -all".into(), right.clone()]));
        assert!(row.is_among(&[format!("\"{right}\" ")]));
        for wrong in ["", "clientele-verification=", "0123456789abcdef0123456789abcdef", &format!("{right}0")]
        {
            assert!(!row.is_among(&[wrong.to_owned()]), "{wrong}");
        }
    }

    #[test]
    fn a_domain_is_verified_for_a_time_and_can_be_again_before_its_end() {
        assert_eq!((listed(None).is_verified(), listed(None).is_open()), (false, true));
        assert_eq!((listed(Some(300)).is_verified(), listed(Some(300)).is_open()), (true, false));
        assert_eq!((listed(Some(20)).is_verified(), listed(Some(20)).is_open()), (true, true));
        assert_eq!((listed(Some(-1)).is_verified(), listed(Some(-1)).is_open()), (false, true));
    }
}
