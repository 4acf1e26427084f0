//! What is typed about a tenant, into what is set.
use super::{
    model::{SaveSettings, Tenant},
    opening::OpenTenant,
};
use crate::{
    infra::{
        refusal::{Checks, Refusal},
        web::{conflicts::Conflict, forms::Submitted, sessions},
    },
    values::Country,
};
use serde::Deserialize;
use validator::Validate;

/// The settings of a tenant. Its own admins' page has no host.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct SettingsForm {
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

/// The form over the version that somebody else has saved meanwhile, and what differs from it.
pub fn beside(mut form: Submitted<SettingsForm>, now: &Tenant) -> (Submitted<SettingsForm>, Conflict) {
    let theirs = SettingsForm::of(now);
    let conflict = Conflict::between("somebody else".into(), form.values.describe(), theirs.describe());
    form.values.version = theirs.version;
    (form, conflict)
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

impl TryFrom<&SettingsForm> for SaveSettings {
    type Error = Vec<Refusal>;

    fn try_from(form: &SettingsForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &form.name);
        let host = checks.optional("host", &form.host);
        let country = country(&mut checks, &form.country);
        let time_zone = checks.parse("time_zone", &form.time_zone);
        let session = checks.optional_with(
            "session_expiration_seconds",
            &form.session_expiration_seconds,
            "Choose how long people stay signed in.",
        );
        let idle = checks.optional_with(
            "idle_expiration_seconds",
            &form.idle_expiration_seconds,
            "Choose after how long people are signed out who do nothing.",
        );
        let days = form.access_log_days.parse::<i32>().ok().filter(|days| (30..=3650).contains(days));
        let access_log_days =
            checks.keep("access_log_days", days.ok_or("Enter a number of days from 30 to 3650."));
        checks.finish(|| {
            Some(Self {
                name: name?,
                host: host?,
                country: country?,
                time_zone: time_zone?,
                session_expiration: session?,
                idle_expiration: idle?,
                access_log_days: access_log_days?,
            })
        })
    }
}

/// One that has a telephone network, since numbers without a country code are read as of it.
fn country(checks: &mut Checks, typed: &str) -> Option<Country> {
    let known = typed.parse::<Country>().ok().filter(|country| country.calling_code().is_some());
    checks.keep("country", known.ok_or("Enter the two letters of a country, like US or DE."))
}

/// A tenant that is to be, with its first admin. Whoever brings a bootstrap key has no host to choose.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct OpeningForm {
    pub key: String,
    pub name: String,
    pub slug: String,
    pub host: String,
    pub country: String,
    pub time_zone: String,
    pub admin_name: String,
    pub admin_email: String,
}

impl TryFrom<&OpeningForm> for OpenTenant {
    type Error = Vec<Refusal>;

    fn try_from(form: &OpeningForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let nameless = "Enter the organisation’s name, in at most 200 characters.";
        let name = checks.parse_with("name", &form.name, nameless);
        let slug = checks.parse("slug", &form.slug);
        let host = checks.optional("host", &form.host);
        let country = country(&mut checks, &form.country);
        let time_zone = checks.parse("time_zone", &form.time_zone);
        let admin_name = checks.parse("admin_name", &form.admin_name);
        let admin_email = checks.parse("admin_email", &form.admin_email);
        checks.finish(|| {
            Some(Self {
                name: name?,
                slug: slug?,
                host: host?,
                country: country?,
                time_zone: time_zone?,
                admin_name: admin_name?,
                admin_email: admin_email?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let form = SettingsForm {
            name: "Acme".into(),
            host: "a b".into(),
            country: "USA".into(),
            time_zone: "Mars/Olympus".into(),
            session_expiration_seconds: "60".into(),
            idle_expiration_seconds: "1".into(),
            access_log_days: "7".into(),
            version: "1".into(),
        };
        let refusals = SaveSettings::try_from(&form).unwrap_err();
        let wrong: Vec<_> = refusals.iter().map(|refusal| &*refusal.field).collect();
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
