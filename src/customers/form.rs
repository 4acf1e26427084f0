//! What a person types about a customer, into what is true.
use super::{
    entity::CUSTOMER,
    model::{Customer, WriteCustomer},
    values::{CallRequests, PostalAddress},
};
use crate::{
    infra::{
        entity::Kind,
        refusal::{Checks, Refusal},
    },
    values::{
        Address, Country, CustomerSource, CustomerType, Industry, Stage, WebAddress, address, domain, kinds,
        phone::field,
    },
};
use serde::{Deserialize, Serialize, de::value::MapDeserializer};
use validator::Validate;

/// Every field is text, so that whatever was typed can be shown again.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[serde(default)]
pub struct CustomerForm {
    pub name: String,
    pub customer_type: String,
    pub lifecycle_stage: String,
    pub source: String,
    pub company_id: String,
    pub email: String,
    pub email_domain: String,
    pub phone: String,
    pub website: String,
    pub billing_street: String,
    pub billing_city: String,
    pub billing_state: String,
    pub billing_zip: String,
    pub billing_country: String,
    pub service_street: String,
    pub service_city: String,
    pub service_state: String,
    pub service_zip: String,
    pub service_country: String,
    pub notes: String,
    pub products: String,
    pub external_id: String,
    pub vat_number: String,
    pub industry: String,
    pub classification: String,
    pub size_range: String,
    pub linkedin_url: String,
    pub x_url: String,
    pub facebook_url: String,
    pub instagram_url: String,
    pub youtube_url: String,
    pub github_url: String,
    pub session_expiration_seconds: String,
    /// Whether portal users may ask for calls; empty is as "allowed".
    pub call_requests: String,
    /// The version that the form was made from.
    pub version: String,
    /// Set when somebody saves although it looks like a customer that exists.
    pub anyway: String,
}

/// How long portal users may stay signed in: seconds and words.
pub const SESSION_LENGTHS: &[kinds::Word] = crate::infra::web::sessions::LENGTHS;

impl CustomerForm {
    /// A form for a new customer.
    pub fn blank() -> Self {
        Self {
            customer_type: CustomerType::Business.to_string(),
            lifecycle_stage: Stage::Onboarding.to_string(),
            source: CustomerSource::Direct.to_string(),
            ..Self::default()
        }
    }

    /// A form of which these fields are filled; names that it has not are passed over.
    pub fn of_cells<'a>(cells: impl Iterator<Item = (&'static str, &'a str)>) -> Self {
        // Every field is text, so nothing can be refused.
        Self::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(cells)).unwrap_or_default()
    }

    /// A form that shows what is saved.
    pub fn of(customer: &Customer) -> Self {
        let billing = Address::from_json(&customer.billing_address);
        let service = Address::from_json(&customer.service_address);
        Self {
            name: customer.name.to_string(),
            customer_type: customer.customer_type.to_string(),
            lifecycle_stage: customer.lifecycle_stage.to_string(),
            source: customer.source.to_string(),
            company_id: text(customer.company_id.as_ref()),
            email: text(customer.email.as_ref()),
            email_domain: text(customer.email_domain.as_ref()),
            phone: field::shown(customer.phone.as_deref()),
            website: text(customer.website.as_ref()),
            billing_street: billing.street,
            billing_city: billing.city,
            billing_state: billing.state,
            billing_zip: billing.zip,
            billing_country: billing.country,
            service_street: service.street,
            service_city: service.city,
            service_state: service.state,
            service_zip: service.zip,
            service_country: service.country,
            notes: customer.notes.to_string(),
            products: customer.products.to_string(),
            external_id: text(customer.external_id.as_ref()),
            vat_number: text(customer.vat_number.as_ref()),
            industry: text(customer.industry().as_ref()),
            classification: text(customer.classification.as_ref()),
            size_range: text(customer.size_range.as_ref()),
            linkedin_url: text(customer.linkedin_url.as_ref()),
            x_url: text(customer.x_url.as_ref()),
            facebook_url: text(customer.facebook_url.as_ref()),
            instagram_url: text(customer.instagram_url.as_ref()),
            youtube_url: text(customer.youtube_url.as_ref()),
            github_url: text(customer.github_url.as_ref()),
            session_expiration_seconds: text(customer.session_expiration_seconds.as_ref()),
            call_requests: CallRequests::of(customer.call_requests_allowed).to_string(),
            version: customer.version.to_string(),
            anyway: String::new(),
        }
    }

    /// The new customer that is meant. `tenant` is the tenant's country. Where no email domain is written, it is that of the email
    /// address or the website.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn command(&self, tenant: &str) -> Result<WriteCustomer, Vec<Refusal>> {
        let mut command = self.command_over(tenant, None)?;
        if command.email_domain.is_none() {
            command.email_domain = domain::of(command.email.as_ref(), command.website.as_ref());
        }
        Ok(command)
    }

    /// As [`CustomerForm::command`], over a customer that has this phone number, and whose email domain is what its form says.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn command_over(&self, tenant: &str, stored: Option<&str>) -> Result<WriteCustomer, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &self.name);
        let customer_type = checks.parse_or("customer_type", &self.customer_type, CustomerType::Business);
        let lifecycle_stage = checks.parse_or("lifecycle_stage", &self.lifecycle_stage, Stage::Onboarding);
        let source = checks.parse_or("source", &self.source, CustomerSource::Direct);
        let company_id =
            checks.optional_with("company_id", &self.company_id, "Choose a company from the list.");
        let email = checks.optional("email", &self.email);
        let phone = field::read(&self.phone, self.phone_country(tenant), stored);
        let phone = checks.keep("phone", phone);
        let website = checks.optional("website", &self.website);
        let email_domain = checks.optional("email_domain", &self.email_domain);
        let industry = checks.optional::<Industry>("industry", &self.industry);
        let mut web = |field, typed: &str| checks.optional::<WebAddress>(field, typed);
        let [linkedin, x, facebook, instagram, youtube, github] = [
            web("linkedin_url", &self.linkedin_url),
            web("x_url", &self.x_url),
            web("facebook_url", &self.facebook_url),
            web("instagram_url", &self.instagram_url),
            web("youtube_url", &self.youtube_url),
            web("github_url", &self.github_url),
        ];
        let products = checks.parse("products", &self.products);
        let notes = checks.parse("notes", &self.notes);
        let external_id = checks.optional("external_id", &self.external_id);
        let vat_number = checks.optional("vat_number", &self.vat_number);
        let billing = checks.keep("billing_street", PostalAddress::try_from(self.billing()));
        let service = checks.keep("service_street", PostalAddress::try_from(self.service()));
        let session = checks.optional_with(
            "session_expiration_seconds",
            &self.session_expiration_seconds,
            "Choose how long its users stay signed in.",
        );
        let calls = checks.parse_or("call_requests", &self.call_requests, CallRequests::Allowed);
        let classification = checks.optional("classification", &self.classification);
        let size_range = checks.optional("size_range", &self.size_range);
        checks.finish(|| {
            Some(WriteCustomer {
                name: name?,
                customer_type: customer_type?,
                lifecycle_stage: lifecycle_stage?,
                source: source?,
                company_id: company_id?,
                email: email?,
                email_domain: email_domain?,
                phone: phone?,
                website: website?,
                billing_address: billing?,
                service_address: service?,
                notes: notes?,
                products: products?,
                external_id: external_id?,
                vat_number: vat_number?,
                industry: industry?.into(),
                classification: classification?,
                size_range: size_range?,
                linkedin_url: linkedin?,
                x_url: x?,
                facebook_url: facebook?,
                instagram_url: instagram?,
                youtube_url: youtube?,
                github_url: github?,
                session_expiration_seconds: session?,
                call_requests_allowed: calls? == CallRequests::Allowed,
            })
        })
    }

    /// The country of its phone numbers without a country code: of its addresses, else the tenant's.
    pub fn phone_country(&self, tenant: &str) -> Option<Country> {
        address::phone_country([&self.billing(), &self.service()], tenant)
    }

    fn billing(&self) -> Address {
        Address {
            street: self.billing_street.clone(),
            city: self.billing_city.clone(),
            state: self.billing_state.clone(),
            zip: self.billing_zip.clone(),
            country: self.billing_country.clone(),
        }
    }

    fn service(&self) -> Address {
        Address {
            street: self.service_street.clone(),
            city: self.service_city.clone(),
            state: self.service_state.clone(),
            zip: self.service_zip.clone(),
            country: self.service_country.clone(),
        }
    }

    /// Every field by its label and as it is written, so that two versions can be shown side by side.
    pub fn describe(&self) -> Vec<(String, String)> {
        let written = serde_json::to_value(self).unwrap_or_default();
        let of = |name: &str| written[name].as_str().unwrap_or_default();
        let mut described = vec![];
        for field in CUSTOMER.fields {
            let shown = match (field.name, field.kind) {
                ("billing_address", _) => self.billing().lines().join("\n"),
                ("service_address", _) => self.service().lines().join("\n"),
                ("industry_sector", _) => self.industry.parse().map_or(String::new(), Industry::label),
                ("call_requests_allowed", _) => kinds::name(CallRequests::WORDS, &self.call_requests),
                ("session_expiration_seconds", _) => {
                    kinds::name(SESSION_LENGTHS, &self.session_expiration_seconds)
                }
                (name, Kind::Choice(words)) => kinds::name(words, of(name)),
                (name, _) if written.get(name).is_some() => of(name).to_owned(),
                _ => continue,
            };
            described.push((field.label.to_owned(), shown));
        }
        described
    }
}

/// A value as it is written in its field; none is an empty field.
fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::IndustryGroup;

    #[test]
    fn what_is_wrong_is_said_field_by_field() {
        let form = CustomerForm {
            email: "nobody".into(),
            phone: "x".into(),
            website: "javascript:1".into(),
            customer_type: "robot".into(),
            ..CustomerForm::default()
        };
        let fields: Vec<_> =
            form.command("US").unwrap_err().into_iter().map(|refusal| refusal.field).collect();
        assert_eq!(fields, ["name", "customer_type", "email", "phone", "website"]);
    }

    #[test]
    fn what_is_chosen_from_a_list_is_refused_in_the_words_of_the_form() {
        let form = CustomerForm {
            name: "Acme".into(),
            company_id: "x".into(),
            session_expiration_seconds: "60".into(),
            ..CustomerForm::default()
        };
        let refusals = form.command("US").unwrap_err();
        let messages: Vec<_> = refusals.iter().map(|refusal| &*refusal.message).collect();
        assert_eq!(
            messages,
            ["Choose a company from the list.", "Choose how long its users stay signed in."]
        );
    }

    #[test]
    fn a_domain_is_taken_from_the_email_where_none_is_written() {
        let form =
            CustomerForm { name: "Acme".into(), email: "hi@Acme.test".into(), ..CustomerForm::default() };
        let command = form.command("US").unwrap();
        assert_eq!(command.email_domain.as_deref(), Some("acme.test"));
        // Whoever edits a customer sees the field, and may have emptied it.
        assert_eq!(form.command_over("US", None).unwrap().email_domain, None);
        assert_eq!(
            (command.customer_type, command.lifecycle_stage),
            (CustomerType::Business, Stage::Onboarding)
        );
    }

    #[test]
    fn a_group_belongs_to_its_sector() {
        let mut form = CustomerForm {
            name: "Bank".into(),
            industry: "financials:banks".into(),
            ..CustomerForm::default()
        };
        assert_eq!(form.command("US").unwrap().industry.group(), Some(IndustryGroup::Banks));
        form.industry = "energy:banks".into();
        assert_eq!(form.command("US").unwrap_err()[0].field, "industry");
    }
}
