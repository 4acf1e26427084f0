//! What a column of a file can fill, and how its header is usually called.
use super::rows::Typed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A field that a column can fill.
pub struct Field {
    /// As forms and problems call it.
    pub code: &'static str,
    /// As people call it.
    pub label: &'static str,
    /// Headers that mean it, folded as by [`folded`].
    synonyms: &'static [&'static str],
    /// Where a cell of it goes.
    pub slot: fn(&mut Typed) -> &mut String,
}

/// Fields that belong together, under a heading.
pub struct Group {
    pub label: &'static str,
    pub fields: &'static [Field],
}

macro_rules! fields {
    ($($code:ident, $label:literal, $($slot:ident).+, [$($synonym:literal),*];)*) => {
        &[$(Field { code: stringify!($code), label: $label, synonyms: &[$($synonym),*], slot: |row| &mut row.$($slot).+ }),*]
    };
}

/// Every field, in the order of the page.
pub static GROUPS: &[Group] = &[
    Group {
        label: "Customer",
        fields: fields![
            name, "Name", customer.name, ["customer", "customername", "company", "companyname", "account", "accountname", "organisation", "organization", "organizationname", "business", "businessname", "firma", "firmenname", "kunde", "kundenname", "nom", "nombre", "client", "clientname"];
            external_id, "External id", customer.external_id, ["id", "externalid", "customerid", "customernumber", "customerno", "accountid", "accountnumber", "number", "reference", "ref", "code", "kundennummer", "kundennr", "crmid"];
            clientele_id, "Clientele id", clientele_id, [];
            customer_type, "Type", customer.customer_type, ["type", "customertype", "accounttype", "kundentyp", "art"];
            lifecycle_stage, "Stage", customer.lifecycle_stage, ["stage", "lifecyclestage", "lifecycle", "status", "customerstatus"];
            source, "Source", customer.source, ["source", "leadsource", "origin", "quelle", "herkunft"];
            company, "Company it belongs to", company, ["belongsto", "brand", "legalentity", "entity", "ourcompany", "marke", "company"];
            tags, "Tags", tags, ["tags", "tag", "labels", "label", "keywords", "schlagworte", "tagnames"];
            products, "Products", customer.products, ["products", "product", "services", "produkte", "produkt"];
            notes, "Notes", customer.notes, ["notes", "note", "comment", "comments", "description", "remarks", "bemerkung", "bemerkungen", "notiz", "notizen"];
        ],
    },
    Group {
        label: "How to reach it",
        fields: fields![
            email, "Email", customer.email, ["email", "mail", "emailaddress", "companyemail", "customeremail", "emailadresse", "courriel", "correo"];
            phone, "Phone", customer.phone, ["phone", "tel", "telephone", "phonenumber", "telefon", "telefonnummer", "rufnummer", "mobile", "companyphone", "customerphone"];
            website, "Website", customer.website, ["website", "web", "url", "homepage", "webseite", "site", "webaddress"];
            email_domain, "Email domain", customer.email_domain, ["domain", "emaildomain", "companydomain", "maildomain"];
        ],
    },
    Group {
        label: "Primary contact",
        fields: fields![
            contact_first_name, "First name, or whole name", contact.first_name, ["firstname", "contactfirstname", "primarycontactfirstname", "contact", "contactname", "contactperson", "primarycontact", "primarycontactname", "givenname", "vorname", "ansprechpartner", "prenom"];
            contact_last_name, "Last name", contact.last_name, ["lastname", "contactlastname", "primarycontactlastname", "surname", "familyname", "nachname"];
            contact_email, "Contact's email", contact.email, ["contactemail", "primarycontactemail", "contactsemail", "contactmail", "personalemail"];
            contact_phone, "Contact's phone", contact.phone, ["contactphone", "primarycontactphone", "contactsphone", "contacttel", "directphone", "durchwahl"];
            contact_job_role, "Job role", contact.job_role, ["jobrole", "jobtitle", "role", "position", "contactrole", "contactjobrole", "primarycontactjobrole", "funktion"];
        ],
    },
    Group {
        label: "Billing address",
        fields: fields![
            billing_street, "Billing street", customer.billing_street, ["street", "address", "address1", "addressline1", "streetaddress", "billingstreet", "billingaddress", "strasse", "adresse", "rue"];
            billing_city, "Billing city", customer.billing_city, ["city", "town", "billingcity", "ort", "stadt", "ville", "ciudad"];
            billing_state, "Billing state", customer.billing_state, ["state", "province", "region", "county", "billingstate", "bundesland", "kanton"];
            billing_zip, "Billing zip", customer.billing_zip, ["zip", "zipcode", "postcode", "postalcode", "postal", "billingzip", "billingpostcode", "billingpostalcode", "plz", "postleitzahl", "codepostal"];
            billing_country, "Billing country", customer.billing_country, ["country", "billingcountry", "land", "staat", "pays", "pais"];
        ],
    },
    Group {
        label: "Service address",
        fields: fields![
            service_street, "Service street", customer.service_street, ["servicestreet", "serviceaddress", "shippingstreet", "shippingaddress", "deliverystreet", "deliveryaddress", "lieferadresse", "lieferstrasse"];
            service_city, "Service city", customer.service_city, ["servicecity", "shippingcity", "deliverycity", "lieferort"];
            service_state, "Service state", customer.service_state, ["servicestate", "shippingstate", "deliverystate"];
            service_zip, "Service zip", customer.service_zip, ["servicezip", "servicepostcode", "servicepostalcode", "shippingzip", "shippingpostcode", "deliveryzip", "deliverypostcode", "lieferplz"];
            service_country, "Service country", customer.service_country, ["servicecountry", "shippingcountry", "deliverycountry", "lieferland"];
        ],
    },
    Group {
        label: "Business profile",
        fields: fields![
            industry, "Industry", customer.industry, ["industry", "sector", "industrysector", "branche"];
            industry_group, "Industry group", industry_group, ["industrygroup"];
            classification, "Legal form", customer.classification, ["legalform", "classification", "entitytype", "rechtsform"];
            size_range, "Size", customer.size_range, ["size", "sizerange", "companysize", "employees", "numberofemployees", "headcount", "mitarbeiter"];
        ],
    },
    Group {
        label: "Profiles elsewhere",
        fields: fields![
            linkedin_url, "LinkedIn", customer.linkedin_url, ["linkedin", "linkedinurl"];
            x_url, "X", customer.x_url, ["x", "xurl", "twitter", "twitterurl"];
            facebook_url, "Facebook", customer.facebook_url, ["facebook", "facebookurl"];
            instagram_url, "Instagram", customer.instagram_url, ["instagram", "instagramurl"];
            youtube_url, "YouTube", customer.youtube_url, ["youtube", "youtubeurl"];
            github_url, "GitHub", customer.github_url, ["github", "githuburl"];
        ],
    },
];

/// Every field.
pub fn all() -> impl Iterator<Item = &'static Field> {
    GROUPS.iter().flat_map(|group| group.fields)
}

/// What people call a field that has a problem.
pub fn label(code: &str) -> &'static str {
    match code {
        "company_id" => "Company it belongs to",
        ROW => "Row",
        code => all().find(|field| field.code == code).map_or("Row", |field| field.label),
    }
}

/// The field of problems that concern the row as a whole.
pub const ROW: &str = "row";

/// Which column of a file fills which field: field to column, counted from zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(BTreeMap<String, usize>);

impl Mapping {
    /// What the headers say, as far as they say it. Each column is taken once.
    pub fn guess(columns: &[String]) -> Self {
        let folded: Vec<String> = columns.iter().map(|name| self::folded(name)).collect();
        let mut mapping = Self::default();
        let mut taken = vec![false; columns.len()];
        // A header that is the very name of a field belongs to it before any synonym of another.
        let exact = |field: &Field, header: &str| {
            header == self::folded(field.label) || header == self::folded(field.code)
        };
        let synonym = |field: &Field, header: &str| field.synonyms.contains(&header);
        for fits in [&exact as &dyn Fn(&Field, &str) -> bool, &synonym] {
            for field in all() {
                mapping.take(field, &folded, &mut taken, fits);
            }
        }
        // "Company" is the customer's own name, unless another column is.
        if mapping.column("name").is_none()
            && let Some(column) = mapping.0.remove("company")
        {
            mapping.0.insert("name".into(), column);
        }
        mapping
    }

    fn take(
        &mut self,
        field: &Field,
        folded: &[String],
        taken: &mut [bool],
        fits: &dyn Fn(&Field, &str) -> bool,
    ) {
        if self.0.contains_key(field.code) {
            return;
        }
        let free = |at: &usize| taken.get(*at) == Some(&false);
        let best = folded.iter().enumerate().find(|(at, name)| free(at) && fits(field, name));
        if let Some((at, _)) = best {
            self.0.insert(field.code.to_owned(), at);
            if let Some(one) = taken.get_mut(at) {
                *one = true;
            }
        }
    }

    /// What was chosen on the page; what makes no sense is as if it were not chosen.
    pub fn chosen(choices: &BTreeMap<String, String>, columns: usize) -> Self {
        let chosen = |field: &Field| {
            let column = choices.get(field.code)?.parse().ok().filter(|column| *column < columns)?;
            Some((field.code.to_owned(), column))
        };
        Self(all().filter_map(chosen).collect())
    }

    /// The column that fills a field.
    pub fn column(&self, code: &str) -> Option<usize> {
        self.0.get(code).copied()
    }

    /// Whether nothing is matched yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields that are filled, each with its column.
    pub fn filled(&self) -> Vec<(&'static Field, usize)> {
        all().filter_map(|field| Some((field, self.column(field.code)?))).collect()
    }
}

/// A header as it is compared: letters and digits, in lower case.
fn folded(text: &str) -> String {
    let letters = text.to_lowercase().replace('ß', "ss");
    letters.chars().filter(|c| c.is_alphanumeric()).map(plain).collect()
}

/// The letters of western Europe without their accents.
fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(header: &[&str]) -> Mapping {
        Mapping::guess(&header.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn usual_headers_are_understood() {
        let mapping = guess(&["Company name", "E-mail", "Tel", "PLZ", "Straße", "Kunden-Nr.", "Colour"]);
        for (field, column) in [
            ("name", 0),
            ("email", 1),
            ("phone", 2),
            ("billing_zip", 3),
            ("billing_street", 4),
            ("external_id", 5),
        ] {
            assert_eq!(mapping.column(field), Some(column), "{field}");
        }
        assert_eq!(mapping.filled().len(), 6);
    }

    #[test]
    fn company_is_the_name_unless_there_is_a_name() {
        assert_eq!(guess(&["Company", "Email"]).column("name"), Some(0));
        let both = guess(&["Company", "Name"]);
        assert_eq!((both.column("name"), both.column("company")), (Some(1), Some(0)));
    }

    #[test]
    fn every_label_is_understood_as_itself_and_codes_are_unique() {
        let labels: Vec<String> = all().map(|field| field.label.to_owned()).collect();
        let mapping = Mapping::guess(&labels);
        for (at, field) in all().enumerate() {
            assert_eq!(mapping.column(field.code), Some(at), "{}", field.label);
        }
    }

    #[test]
    fn a_choice_outside_the_file_is_none() {
        let choices = [("name", "0"), ("email", "7"), ("phone", "x"), ("nothing", "0")];
        let choices = choices.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mapping = Mapping::chosen(&choices, 2);
        assert_eq!(mapping.filled().len(), 1);
    }
}
