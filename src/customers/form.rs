//! What a person types about a customer, into what is true.
use super::{
    entity::CUSTOMER,
    model::{Customer, CustomerDraft},
};
use crate::{
    infra::entity::Kind,
    values::{
        Country, Industry, Invalid, kinds, lists,
        parsing::{self, Address},
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

/// What is wrong: field and message.
pub type Problems = Vec<(&'static str, String)>;

/// How long portal users may stay signed in: seconds and words.
pub const SESSION_LENGTHS: &[kinds::Word] = crate::infra::web::sessions::LENGTHS;

/// Whether portal users may ask for calls.
pub const CALL_REQUESTS: &[kinds::Word] = &[("allowed", "Allowed"), ("off", "Switched off")];

impl CustomerForm {
    /// A form for a new customer.
    pub fn blank() -> Self {
        Self {
            customer_type: "business".into(),
            lifecycle_stage: "onboarding".into(),
            source: "direct".into(),
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
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let billing = Address::from_json(&customer.billing_address);
        let service = Address::from_json(&customer.service_address);
        Self {
            name: customer.name.clone(),
            customer_type: customer.customer_type.clone(),
            lifecycle_stage: customer.lifecycle_stage.clone(),
            source: customer.source.clone(),
            company_id: customer.company_id.map(|id| id.to_string()).unwrap_or_default(),
            email: text(&customer.email),
            email_domain: text(&customer.email_domain),
            phone: parsing::phone_in_field(customer.phone.as_deref()),
            website: text(&customer.website),
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
            notes: customer.notes.clone(),
            products: lists::written(&customer.products()),
            external_id: text(&customer.external_id),
            vat_number: text(&customer.vat_number),
            industry: match (&customer.industry_sector, &customer.industry_group) {
                (Some(sector), Some(group)) => format!("{sector}:{group}"),
                (Some(sector), None) => sector.clone(),
                _ => String::new(),
            },
            classification: text(&customer.classification),
            size_range: text(&customer.size_range),
            linkedin_url: text(&customer.linkedin_url),
            x_url: text(&customer.x_url),
            facebook_url: text(&customer.facebook_url),
            instagram_url: text(&customer.instagram_url),
            youtube_url: text(&customer.youtube_url),
            github_url: text(&customer.github_url),
            session_expiration_seconds: customer
                .session_expiration_seconds
                .map(|s| s.to_string())
                .unwrap_or_default(),
            call_requests: CALL_REQUESTS[usize::from(!customer.call_requests_allowed)].0.to_owned(),
            version: customer.version.to_string(),
            anyway: String::new(),
        }
    }

    /// The new customer that is meant, or everything that is wrong. `tenant` is the tenant's country. Where no email domain is written, it
    /// is that of the email address or the website.
    pub fn parse(&self, tenant: &str) -> Result<CustomerDraft, Problems> {
        let mut draft = self.parse_over(tenant, None)?;
        if draft.email_domain.is_none() {
            draft.email_domain = parsing::domain_of(draft.email.as_deref(), draft.website.as_deref());
        }
        Ok(draft)
    }

    /// As [`CustomerForm::parse`], over a customer that has this phone number, and whose email domain is what its form says.
    pub fn parse_over(&self, tenant: &str, stored: Option<&str>) -> Result<CustomerDraft, Problems> {
        let mut problems: Problems = vec![];
        let name = self.name.trim().to_owned();
        match name.chars().count() {
            0 => problems.push(("name", "Enter the customer's name.".into())),
            201.. => problems.push(("name", "The name may have 200 characters.".into())),
            _ => {}
        }
        let customer_type = choice(
            &mut problems,
            "customer_type",
            kinds::CustomerType::WORDS,
            &self.customer_type,
            "business",
        );
        let lifecycle_stage = choice(
            &mut problems,
            "lifecycle_stage",
            kinds::Stage::WORDS,
            &self.lifecycle_stage,
            "onboarding",
        );
        let source = choice(&mut problems, "source", kinds::CustomerSource::WORDS, &self.source, "direct");
        let company_id = match parsing::optional(&self.company_id).map(|id| id.parse()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => {
                problems.push(("company_id", "Choose a company from the list.".into()));
                None
            }
        };
        let email = keep(&mut problems, "email", parsing::email(&self.email));
        let phone = keep(
            &mut problems,
            "phone",
            parsing::phone_over(&self.phone, self.phone_country(tenant), stored),
        );
        let website = keep(&mut problems, "website", parsing::web_address(&self.website));
        let email_domain = keep(&mut problems, "email_domain", parsing::domain(&self.email_domain));
        let industry = self.industry(&mut problems);
        let mut web = |field, text: &str| keep(&mut problems, field, parsing::web_address(text));
        let [linkedin_url, x_url, facebook_url, instagram_url, youtube_url, github_url] = [
            web("linkedin_url", &self.linkedin_url),
            web("x_url", &self.x_url),
            web("facebook_url", &self.facebook_url),
            web("instagram_url", &self.instagram_url),
            web("youtube_url", &self.youtube_url),
            web("github_url", &self.github_url),
        ];
        let products = lists::read(&self.products);
        if products.len() > 50 || products.iter().any(|p| p.chars().count() > 100) {
            problems.push(("products", "Name at most 50 products, of 100 characters each.".into()));
        }
        if self.notes.chars().count() > 20_000 {
            problems.push(("notes", "This may have 20,000 characters.".into()));
        }
        let external_id = parsing::optional(&self.external_id);
        if external_id.as_ref().is_some_and(|id| id.chars().count() > 100) {
            problems.push(("external_id", "An external id may have 100 characters.".into()));
        }
        let vat_number = parsing::optional(&self.vat_number);
        if vat_number.as_ref().is_some_and(|number| number.chars().count() > 20) {
            problems.push(("vat_number", "A VAT number may have 20 characters.".into()));
        }
        for (field, address) in [("billing_street", self.billing()), ("service_street", self.service())] {
            if address.lines().iter().any(|line| line.chars().count() > 500) {
                problems.push((field, "An address may have 500 characters a line.".into()));
            }
        }
        let session_expiration_seconds = self.session_expiration(&mut problems);
        let call_requests =
            choice(&mut problems, "call_requests", CALL_REQUESTS, &self.call_requests, "allowed");
        let draft = CustomerDraft {
            name,
            customer_type,
            lifecycle_stage,
            source,
            company_id,
            email,
            email_domain,
            phone,
            website,
            billing_address: self.billing().to_json(),
            service_address: self.service().to_json(),
            notes: self.notes.clone(),
            products,
            external_id,
            vat_number,
            industry_sector: industry.map(|industry| industry.sector.code().into()),
            industry_group: industry.and_then(|industry| Some(industry.group?.code().into())),
            classification: optional_choice(
                &mut problems,
                "classification",
                kinds::Classification::WORDS,
                &self.classification,
            ),
            size_range: optional_choice(
                &mut problems,
                "size_range",
                kinds::SizeRange::WORDS,
                &self.size_range,
            ),
            linkedin_url,
            x_url,
            facebook_url,
            instagram_url,
            youtube_url,
            github_url,
            session_expiration_seconds,
            call_requests_allowed: call_requests == "allowed",
        };
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    /// The country of its phone numbers without a country code: of its addresses, else the tenant's.
    pub fn phone_country(&self, tenant: &str) -> Option<Country> {
        parsing::phone_country([&self.billing(), &self.service()], tenant)
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

    fn industry(&self, problems: &mut Problems) -> Option<Industry> {
        let written = parsing::optional(&self.industry)?;
        keep(problems, "industry", written.parse().map(Some).map_err(|why: Invalid| why.to_string()))
    }

    fn session_expiration(&self, problems: &mut Problems) -> Option<i32> {
        let written = parsing::optional(&self.session_expiration_seconds)?;
        let seconds = written.parse().ok().filter(|s| (300..=31_536_000).contains(s));
        if seconds.is_none() {
            problems.push(("session_expiration_seconds", "Choose how long its users stay signed in.".into()));
        }
        seconds
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
                ("call_requests_allowed", _) => kinds::name(CALL_REQUESTS, &self.call_requests),
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

fn keep<T>(problems: &mut Problems, field: &'static str, parsed: Result<Option<T>, String>) -> Option<T> {
    parsed.unwrap_or_else(|problem| {
        problems.push((field, problem));
        None
    })
}

/// A word from a list; empty means the first.
fn choice(
    problems: &mut Problems,
    field: &'static str,
    words: &[kinds::Word],
    written: &str,
    first: &str,
) -> String {
    if written.trim().is_empty() {
        return first.to_owned();
    }
    optional_choice(problems, field, words, written).unwrap_or_default()
}

fn optional_choice(
    problems: &mut Problems,
    field: &'static str,
    words: &[kinds::Word],
    written: &str,
) -> Option<String> {
    let written = parsing::optional(written)?;
    let code = kinds::code(words, &written);
    if code.is_none() {
        let known = words.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
        let start: String = written.chars().take(40).collect();
        problems.push((field, format!("“{start}” is not one of: {known}.")));
    }
    code.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_field_by_field() {
        let form = CustomerForm {
            email: "nobody".into(),
            phone: "x".into(),
            website: "javascript:1".into(),
            customer_type: "robot".into(),
            ..CustomerForm::default()
        };
        let fields: Vec<_> = form.parse("US").unwrap_err().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "customer_type", "email", "phone", "website"]);
    }

    #[test]
    fn a_domain_is_taken_from_the_email_where_none_is_written() {
        let form =
            CustomerForm { name: "Acme".into(), email: "hi@Acme.test".into(), ..CustomerForm::default() };
        let draft = form.parse("US").unwrap();
        assert_eq!(draft.email_domain.as_deref(), Some("acme.test"));
        // Whoever edits a customer sees the field, and may have emptied it.
        assert_eq!(form.parse_over("US", None).unwrap().email_domain, None);
        assert_eq!(
            (draft.customer_type.as_str(), draft.lifecycle_stage.as_str()),
            ("business", "onboarding")
        );
    }

    #[test]
    fn a_group_belongs_to_its_sector() {
        let mut form = CustomerForm {
            name: "Bank".into(),
            industry: "financials:banks".into(),
            ..CustomerForm::default()
        };
        assert_eq!(form.parse("US").unwrap().industry_group.as_deref(), Some("banks"));
        form.industry = "energy:banks".into();
        assert_eq!(form.parse("US").unwrap_err()[0].0, "industry");
    }
}
