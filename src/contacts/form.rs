//! What a person types about a contact, into what is true.
use super::model::{Contact, ContactDraft};
use crate::values::{Country, kinds, parsing, person_name};
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
            email: contact.email.clone().unwrap_or_default(),
            phone: parsing::phone_in_field(contact.phone.as_deref()),
            job_role: contact.job_role.clone(),
            contact_type: contact.type_name(),
            location: contact.location.clone(),
            notes: contact.notes.clone(),
            is_primary: if contact.is_primary { "true".into() } else { String::new() },
            version: contact.version.to_string(),
            anyway: String::new(),
        }
    }

    /// The contact that is meant, or everything that is wrong. `country` is the customer's, and `stored` the phone number that the
    /// contact has.
    pub fn parse(
        &self,
        country: Option<Country>,
        stored: Option<&str>,
    ) -> Result<ContactDraft, Vec<(&'static str, String)>> {
        let mut problems: Vec<(&'static str, String)> = vec![];
        if self.first_name.is_empty() {
            problems.push(("first_name", "Enter a first name.".into()));
        }
        for (field, text) in [("first_name", &self.first_name), ("last_name", &self.last_name)] {
            if let Some(problem) = person_name::problem(text) {
                problems.push((field, problem.into()));
            }
        }
        for (field, label, text, most) in [
            ("job_role", "The job role", &self.job_role, 100),
            ("contact_type", "The type", &self.contact_type, 50),
            ("location", "The location", &self.location, 200),
            ("notes", "Notes", &self.notes, 20_000),
        ] {
            if text.chars().count() > most {
                problems.push((field, format!("{label} may have {most} characters.")));
            }
        }
        let email = parsing::email(&self.email).unwrap_or_else(|problem| {
            problems.push(("email", problem));
            None
        });
        let phone = parsing::phone_over(&self.phone, country, stored).unwrap_or_else(|problem| {
            problems.push(("phone", problem));
            None
        });
        // Any other word is the tenant's own.
        let known = kinds::CONTACT_TYPES.iter().find(|(code, name)| {
            self.contact_type.eq_ignore_ascii_case(name) || self.contact_type.eq_ignore_ascii_case(code)
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(ContactDraft {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email,
            phone,
            job_role: self.job_role.clone(),
            contact_type: known.map_or_else(|| self.contact_type.clone(), |(code, _)| (*code).to_owned()),
            location: self.location.clone(),
            notes: self.notes.clone(),
            is_primary: self.is_primary == "true",
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
        assert_eq!(form("account OWNER").parse(None, None).unwrap().contact_type, "account_owner");
        assert_eq!(form("Gatekeeper").parse(None, None).unwrap().contact_type, "Gatekeeper");
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
            .parse(Country::by_code("US"), None)
            .unwrap_err()
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields, ["first_name", "job_role", "email", "phone"]);
    }
}
