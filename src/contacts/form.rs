//! What a person types about a contact, into what is true.
use super::model::{Contact, WriteContact};
use crate::{
    infra::refusal::{Checks, Refusal},
    values::{Country, phone::field},
};
use serde::Deserialize;
use validator::Validate;

/// Every field is text, so that whatever was typed can be shown again.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ContactForm {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub job_role: String,
    pub contact_type: String,
    pub location: String,
    pub notes: String,
    pub is_primary: String,
    /// The version that the form was made from.
    pub version: String,
    /// Set when somebody saves although it looks like a contact that exists.
    pub anyway: String,
}

impl ContactForm {
    /// A form that shows what is saved.
    pub fn of(contact: &Contact) -> Self {
        Self {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.as_deref().unwrap_or_default().to_owned(),
            phone: field::shown(contact.phone.as_deref()),
            job_role: contact.job_role.clone(),
            contact_type: contact.contact_type.label().to_owned(),
            location: contact.location.clone(),
            notes: contact.notes.clone(),
            is_primary: if contact.is_primary { "true".into() } else { String::new() },
            version: contact.version.to_string(),
            anyway: String::new(),
        }
    }

    /// The contact that is meant. `country` is the customer's, and `stored` the phone number that the contact has.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn command(
        &self,
        country: Option<Country>,
        stored: Option<&str>,
    ) -> Result<WriteContact, Vec<Refusal>> {
        let mut checks = Checks::default();
        let first_name = if self.first_name.is_empty() {
            checks.refuse("first_name", "Enter a first name.");
            None
        } else {
            checks.parse("first_name", &self.first_name)
        };
        let last_name = checks.optional("last_name", &self.last_name);
        let job_role = checks.parse("job_role", &self.job_role);
        let contact_type = checks.parse("contact_type", &self.contact_type);
        let location = checks.parse("location", &self.location);
        let notes = checks.parse("notes", &self.notes);
        let email = checks.optional("email", &self.email);
        let phone = checks.keep("phone", field::read(&self.phone, country, stored));
        checks.finish(|| {
            Some(WriteContact {
                first_name: first_name?,
                last_name: last_name?,
                email: email?,
                phone: phone?,
                job_role: job_role?,
                contact_type: contact_type?,
                location: location?,
                notes: notes?,
                is_primary: self.is_primary == "true",
            })
        })
    }

    /// Every field by its label and as it is written, so that two versions can be shown side by side.
    pub fn describe(&self) -> Vec<(&'static str, String)> {
        vec![
            ("First name", self.first_name.clone()),
            ("Last name", self.last_name.clone()),
            ("Email", self.email.clone()),
            ("Phone", self.phone.clone()),
            ("Job role", self.job_role.clone()),
            ("Type", self.contact_type.clone()),
            ("Location", self.location.clone()),
            ("Notes", self.notes.clone()),
            ("Primary", if self.is_primary == "true" { "yes".into() } else { "no".into() }),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_type_is_kept_by_its_code_and_an_own_word_as_it_is() {
        let form = |word: &str| ContactForm {
            first_name: "Carol".into(),
            contact_type: word.into(),
            ..ContactForm::default()
        };
        assert_eq!(form("account OWNER").command(None, None).unwrap().contact_type.as_str(), "account_owner");
        assert_eq!(form("Gatekeeper").command(None, None).unwrap().contact_type.as_str(), "Gatekeeper");
    }

    #[test]
    fn what_is_wrong_is_said_field_by_field() {
        let form = ContactForm {
            email: "x".into(),
            phone: "y".into(),
            job_role: "z".repeat(101),
            ..ContactForm::default()
        };
        let fields: Vec<_> = form
            .command(Country::by_code("US"), None)
            .unwrap_err()
            .into_iter()
            .map(|refusal| refusal.field)
            .collect();
        assert_eq!(fields, ["first_name", "job_role", "email", "phone"]);
    }
}
