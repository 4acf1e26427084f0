//! What is typed about a tenant, into what is set.
use super::{
    model::{Draft, Tenant},
    opening::Opening,
};
use crate::{
    infra::web::{forms::Submitted, sessions},
    values::{Country, domain, parsing, person_name},
};
use serde::Deserialize;
use validator::Validate;

/// The settings of a tenant. Its own admins' page has no host.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct SettingsForm {
    #[validate(length(min = 1, max = 200, message = "Enter a name of 1 to 200 characters."))]
    pub name: String,
    pub host: String,
    pub country: String,
    pub time_zone: String,
    pub session_expiration_seconds: String,
    pub idle_expiration_seconds: String,
    pub access_log_days: String,
    pub version: String,
}

impl SettingsForm {
    /// As they stand.
    pub fn of(tenant: &Tenant) -> Self {
        Self {
            name: tenant.name.clone(),
            host: tenant.host.clone().unwrap_or_default(),
            country: tenant.country.clone(),
            time_zone: tenant.time_zone.clone(),
            session_expiration_seconds: tenant
                .session_expiration_seconds
                .map_or(String::new(), |seconds| seconds.to_string()),
            idle_expiration_seconds: tenant
                .idle_expiration_seconds
                .map_or(String::new(), |seconds| seconds.to_string()),
            access_log_days: tenant.access_log_days.to_string(),
            version: tenant.version.to_string(),
        }
    }

    /// Every field by its label and as it is written, so that two versions can be shown side by side.
    pub fn describe(&self) -> Vec<(&'static str, String)> {
        let length = |seconds: &str| seconds.parse().map_or(String::new(), sessions::length_name);
        vec![
            ("Name", self.name.clone()),
            ("Host", self.host.clone()),
            ("Country", self.country.clone()),
            ("Time zone", self.time_zone.clone()),
            ("Sessions last", length(&self.session_expiration_seconds)),
            ("Signed out when inactive for", length(&self.idle_expiration_seconds)),
            ("Days that access records are kept", self.access_log_days.clone()),
        ]
    }
}

/// How long sessions may last; what is set already is offered too.
pub fn lengths(set: &str) -> Vec<(String, String)> {
    let mut offered: Vec<_> =
        sessions::LENGTHS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
    if let Ok(seconds) = set.parse::<i32>()
        && !offered.iter().any(|(code, _)| code == set)
    {
        offered.push((set.to_owned(), sessions::length_name(seconds)));
    }
    offered
}

/// Every time zone: code and words.
pub fn zones() -> Vec<(String, String)> {
    let words = |zone: &chrono_tz::Tz| (zone.name().to_owned(), zone.name().replace('_', " "));
    chrono_tz::TZ_VARIANTS.iter().map(words).collect()
}

/// A host in lower case and in the ASCII form of international names; nothing where none is written.
pub fn host(text: &str) -> Result<Option<String>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    domain::ascii(text)
        .map(Some)
        .ok_or("Enter a host like support.example.com, without https:// and without a port.")
}

/// A country's two letters.
fn country(text: &str) -> Result<String, &'static str> {
    let code = text.to_uppercase();
    let is_known = Country::by_code(&code).is_some_and(|country| country.calling_code().is_some());
    if is_known { Ok(code) } else { Err("Enter the two letters of a country, like US or DE.") }
}

impl Submitted<SettingsForm> {
    /// What to save; `None` where something is wrong, which then stands in the form.
    pub fn draft(&mut self) -> Option<Draft> {
        let typed = self.values.clone();
        let host = self.take("host", host(&typed.host));
        let country = self.take("country", country(&typed.country));
        if typed.time_zone.parse::<chrono_tz::Tz>().is_err() {
            self.refuse("time_zone", "Choose a time zone from the list.");
        }
        let seconds = self.seconds(
            "session_expiration_seconds",
            &typed.session_expiration_seconds,
            "Choose how long people stay signed in.",
        );
        let idle = self.seconds(
            "idle_expiration_seconds",
            &typed.idle_expiration_seconds,
            "Choose after how long people are signed out who do nothing.",
        );
        let days = typed.access_log_days.parse::<i32>().ok().filter(|days| (30..=3650).contains(days));
        if days.is_none() {
            self.refuse("access_log_days", "Enter a number of days from 30 to 3650.");
        }
        if self.has_errors() {
            return None;
        }
        Some(Draft {
            name: typed.name,
            host: host?,
            country: country?,
            time_zone: typed.time_zone,
            session_expiration_seconds: seconds,
            idle_expiration_seconds: idle,
            access_log_days: days?,
        })
    }
}

impl<F> Submitted<F> {
    /// Five minutes to a year, or nothing.
    fn seconds(&mut self, field: &str, typed: &str, wrong: &'static str) -> Option<i32> {
        let seconds = typed.parse::<i32>().ok().filter(|seconds| (300..=31_536_000).contains(seconds));
        if seconds.is_none() && !typed.is_empty() {
            self.refuse(field, wrong);
        }
        seconds
    }

    /// A value, or `None` with its problem at the field.
    fn take<T>(&mut self, field: &str, read: Result<T, &'static str>) -> Option<T> {
        read.map_err(|problem| self.refuse(field, problem)).ok()
    }
}

/// A tenant that is to be, with its first admin. Whoever brings a bootstrap key has no host to choose.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct OpeningForm {
    pub key: String,
    #[validate(length(
        min = 1,
        max = 200,
        message = "Enter the organisation’s name, in at most 200 characters."
    ))]
    pub name: String,
    pub slug: String,
    pub host: String,
    pub country: String,
    pub time_zone: String,
    #[validate(custom(function = person_name::valid))]
    pub admin_name: String,
    pub admin_email: String,
}

impl Submitted<OpeningForm> {
    /// What to open; `None` where something is wrong, which then stands in the form.
    pub fn opening(&mut self) -> Option<Opening> {
        let typed = self.values.clone();
        let slug = typed.slug.to_lowercase();
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=63).contains(&slug.len())
            || !slug.chars().all(inner)
            || slug.starts_with('-')
            || slug.ends_with('-')
        {
            self.refuse("slug", "Use 1 to 63 letters from a to z, digits, and hyphens between them.");
        }
        let host = self.take("host", host(&typed.host));
        let country = self.take("country", country(&typed.country));
        if typed.time_zone.parse::<chrono_tz::Tz>().is_err() {
            self.refuse("time_zone", "Choose a time zone from the list.");
        }
        let email = match parsing::email(&typed.admin_email) {
            Ok(Some(email)) => Some(email),
            _ => {
                self.refuse("admin_email", "Enter an email address like name@example.com.");
                None
            }
        };
        if self.has_errors() {
            return None;
        }
        Some(Opening {
            name: typed.name,
            slug,
            host: host?,
            country: country?,
            time_zone: typed.time_zone,
            admin_name: typed.admin_name,
            admin_email: email?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_alone() {
        assert_eq!(host(""), Ok(None));
        assert_eq!(host("Support.Example.COM"), Ok(Some("support.example.com".into())));
        assert_eq!(host("bücher.example"), Ok(Some("xn--bcher-kva.example".into())));
        for wrong in ["https://a.example", "a.example:8080", "a b", "a/b", "a_b.example", "."] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let mut form = Submitted::filled(SettingsForm {
            name: "Acme".into(),
            host: "a b".into(),
            country: "USA".into(),
            time_zone: "Mars/Olympus".into(),
            session_expiration_seconds: "60".into(),
            idle_expiration_seconds: "1".into(),
            access_log_days: "7".into(),
            version: "1".into(),
        });
        assert_eq!(form.draft(), None);
        let wrong: Vec<_> = form.errors().map(|(field, _)| field.to_owned()).collect();
        assert_eq!(
            wrong,
            [
                "host",
                "country",
                "time_zone",
                "session_expiration_seconds",
                "idle_expiration_seconds",
                "access_log_days"
            ]
        );
    }

    #[test]
    fn a_length_that_is_no_usual_one_can_be_kept() {
        assert_eq!(lengths("900").last().map(|(_, name)| name.as_str()), Some("15 minutes"));
        assert_eq!(lengths("3600").len(), lengths("").len());
    }
}
