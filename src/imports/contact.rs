//! The primary contact that a row tells of.
use super::names;
use crate::{
    contacts::JobRole,
    infra::refusal::Checks,
    values::{Country, Email, Invalid, PersonName, Phone, phone::field},
};

/// What a row says about the primary contact.
#[derive(Clone, Debug, Default)]
pub struct TypedContact {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub job_role: String,
}

/// The primary contact as a row tells of it.
pub struct Primary {
    pub first_name: PersonName,
    pub last_name: Option<PersonName>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub job_role: Option<JobRole>,
}

impl TypedContact {
    /// The contact as it is to be saved, where the row tells of one. The outer `None`: something is wrong, and noted.
    pub fn command(
        self,
        country: Option<Country>,
        is_whole: bool,
        checks: &mut Checks,
    ) -> Option<Option<Primary>> {
        let Self { mut first_name, mut last_name, email, phone, job_role } = self;
        if [&first_name, &last_name, &email, &phone, &job_role].iter().all(|text| text.is_empty()) {
            return Some(None);
        }
        if is_whole && last_name.is_empty() {
            (first_name, last_name) = names::split(&first_name);
        }
        if first_name.is_empty() {
            first_name = std::mem::take(&mut last_name);
        }
        let first_name = if first_name.is_empty() {
            checks.refuse("contact_first_name", "Enter the contact's name.");
            None
        } else {
            checks.parse("contact_first_name", &first_name)
        };
        let last_name = checks.optional("contact_last_name", &last_name);
        let job_role = if job_role.is_empty() { Ok(None) } else { job_role.parse().map(Some) };
        let job_role = job_role.map_err(|_| Invalid::from("This may have 100 characters."));
        let job_role = checks.keep("contact_job_role", job_role);
        let email = checks.optional("contact_email", &email);
        let phone = checks.keep("contact_phone", field::read(&phone, country, None));
        Some(Some(Primary {
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            phone: phone?,
            job_role: job_role?,
        }))
    }
}
