//! Which country the phone numbers of a row are read by, and what each of them becomes.
use super::rows::Typed;
use crate::{
    infra::{db::Tx, web::errors::Result},
    values::{Address, Country, Phone, address::phone_country},
};
use diesel::{
    prelude::*,
    sql_types::{Array, Jsonb, Text},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Numbers that the page shows; the doubtful ones first.
const SHOWN: usize = 50;

/// A number of a row that had no country code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub line: u64,
    pub typed: String,
    pub becomes: String,
    /// Why somebody should look at it; empty where nothing is doubtful.
    #[serde(default)]
    pub doubt: String,
}

/// What became of the numbers of a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Readings {
    /// The first of them, the doubtful ones first.
    pub shown: Vec<Reading>,
    pub doubtful: usize,
    pub plain: usize,
}

impl Readings {
    /// Notes what a number became, where its country had to be found, or nobody gives out such numbers.
    fn note(&mut self, reading: Reading) {
        let is_doubtful = !reading.doubt.is_empty();
        *if is_doubtful { &mut self.doubtful } else { &mut self.plain } += 1;
        let at = if is_doubtful { self.doubtful - 1 } else { self.shown.len() };
        if at < SHOWN {
            self.shown.insert(at.min(self.shown.len()), reading);
            self.shown.truncate(SHOWN);
        }
    }
}

/// The countries of the customers that a file names.
#[derive(Default)]
pub struct Homes {
    tenant: String,
    by_external_id: HashMap<String, Country>,
    by_email: HashMap<String, Country>,
}

#[derive(QueryableByName)]
struct Home {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Jsonb)]
    billing_address: serde_json::Value,
    #[diesel(sql_type = Jsonb)]
    service_address: serde_json::Value,
}

/// The country behind a row's numbers.
pub struct Basis {
    pub country: Option<Country>,
    /// What the row calls its country, where no country is called so.
    unknown: String,
}

impl Homes {
    /// `tenant` is the tenant's country; the keys are those of all rows.
    pub fn load(tx: &mut Tx, tenant: &str, external_ids: Vec<String>, emails: Vec<String>) -> Result<Self> {
        let mut find = |column: &str, keys: Vec<String>| -> Result<HashMap<String, Country>> {
            if keys.is_empty() {
                return Ok(HashMap::new());
            }
            let found: Vec<Home> = diesel::sql_query(format!(
                "SELECT c.{column} AS key, c.billing_address, c.service_address FROM unnest($1) AS w (key)
                 JOIN customers c ON c.{column} = w.key"
            ))
            .bind::<Array<Text>, _>(keys)
            .load(tx.conn)?;
            let home = |home: Home| {
                let addresses = [&home.billing_address, &home.service_address].map(Address::from_json);
                Some((home.key, addresses.iter().find_map(Address::country)?))
            };
            Ok(found.into_iter().filter_map(home).collect())
        };
        let (by_external_id, by_email) = (find("external_id", external_ids)?, find("email", emails)?);
        Ok(Self { tenant: tenant.to_owned(), by_external_id, by_email })
    }

    /// Without customers that are known already.
    #[cfg(test)]
    pub fn of_tenant(tenant: &str) -> Self {
        Self { tenant: tenant.to_owned(), ..Self::default() }
    }

    /// The row's own address, then that of the customer that it means, then the tenant's country.
    pub fn basis(&self, row: &Typed) -> Basis {
        let own = row.customer.phone_country("");
        let written = [&row.customer.billing_country, &row.customer.service_country];
        let unknown = written.into_iter().find(|text| !text.trim().is_empty()).filter(|_| own.is_none());
        let customer = || {
            self.by_external_id
                .get(row.customer.external_id.trim())
                .or_else(|| self.by_email.get(&row.customer.email.trim().to_lowercase()))
                .copied()
        };
        Basis {
            country: own.or_else(customer).or_else(|| phone_country([], &self.tenant)),
            unknown: unknown.cloned().unwrap_or_default(),
        }
    }
}

impl Basis {
    /// Notes what a number of the row became.
    pub fn note(&self, readings: &mut Readings, line: u64, typed: &str, phone: Option<&Phone>) {
        let Some(phone) = phone else { return };
        let has_code = Phone::parse(typed).is_ok();
        let country = self.country.map_or("", Country::name);
        let doubt = if !phone.is_usual() {
            "No number like this is known to be in use. Check the digits.".to_owned()
        } else if !has_code && !self.unknown.is_empty() {
            let unknown: String = self.unknown.chars().take(40).collect();
            format!("“{unknown}” is no known country, so the number is read as one of {country}.")
        } else {
            String::new()
        };
        if !has_code || !doubt.is_empty() {
            let typed = typed.chars().take(80).collect();
            readings.note(Reading { line, typed, becomes: phone.in_field(), doubt });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(phone: &str, country: &str) -> Typed {
        let mut row = Typed::default();
        (row.customer.phone, row.customer.billing_country) = (phone.into(), country.into());
        row
    }

    #[test]
    fn the_rows_country_comes_first_then_the_customers_then_the_tenants() {
        let mut homes = Homes::of_tenant("US");
        homes.by_external_id.insert("C-1".into(), Country::by_code("FR").unwrap());
        let code = |row: &Typed| homes.basis(row).country.unwrap().to_string();
        assert_eq!(code(&row("", "Germany")), "DE");
        let mut known = row("", "");
        known.customer.external_id = "C-1".into();
        assert_eq!(code(&known), "FR");
        known.customer.billing_country = "DE".into();
        assert_eq!(code(&known), "DE");
        assert_eq!(code(&row("", "Atlantis")), "US");
    }

    #[test]
    fn what_is_doubtful_stands_first() {
        let homes = Homes::of_tenant("US");
        let mut readings = Readings::default();
        for (line, typed, country) in [
            (2, "212 555 0123", ""),
            (3, "212 555 0123", "Atlantis"),
            (4, "+49 30 901820", ""),
            (5, "030 1234567", "Germany"),
            (6, "111 111 1111", ""),
        ] {
            let row = row(typed, country);
            let basis = homes.basis(&row);
            let phone = Phone::in_country(typed, basis.country.unwrap()).unwrap();
            basis.note(&mut readings, line, typed, Some(&phone));
        }
        let lines: Vec<u64> = readings.shown.iter().map(|reading| reading.line).collect();
        assert_eq!((lines, readings.doubtful, readings.plain), (vec![3, 6, 2, 5], 2, 2));
        assert!(readings.shown[0].doubt.contains("read as one of United States"), "{readings:?}");
    }
}
