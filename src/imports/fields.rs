//! What a column of a file can fill, and how its header is usually called. The customer's own fields are those of its description
//! that can be imported; what is not a field of its own (an address by its parts, the contact, tags) stands here.
use crate::{customers::entity::CUSTOMER, infra::entity::Field as Described};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// A field that a column can fill.
pub struct Field {
    /// As forms and problems call it.
    pub code: &'static str,
    /// As people call it.
    pub label: &'static str,
    /// Headers that mean it, folded as by [`folded`].
    synonyms: &'static [&'static str],
}

/// Fields that belong together, under a heading.
pub struct Group {
    pub label: &'static str,
    pub fields: Vec<Field>,
}

/// A field that is not one of the customer's own.
const fn other(code: &'static str, label: &'static str, synonyms: &'static [&'static str]) -> Field {
    Field { code, label, synonyms }
}

/// The customer's own fields that can be imported.
fn own() -> impl Iterator<Item = &'static Described> {
    CUSTOMER.fields.iter().filter(|field| field.headings.is_some())
}

fn described(field: &Described) -> Field {
    Field { code: field.name, label: field.label, synonyms: field.headings.unwrap_or_default() }
}

/// What identifies a customer and where it stands: the first group.
const FIRST: [&str; 7] =
    ["name", "external_id", "customer_type", "lifecycle_stage", "source", "products", "notes"];

const REACH: [&str; 4] = ["email", "phone", "website", "email_domain"];

/// Every field, in the order of the page.
pub static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let named = |names: &[&str]| -> Vec<Field> {
        names.iter().filter_map(|name| own().find(|field| field.name == *name)).map(described).collect()
    };
    let is_profile = |field: &Described| field.name.ends_with("_url");
    let mut customer = named(&FIRST[..2]);
    customer.push(other("clientele_id", "Clientele id", &[]));
    customer.extend(named(&FIRST[2..5]));
    customer.push(other(
        "company",
        "Company it belongs to",
        &["belongsto", "brand", "legalentity", "entity", "ourcompany", "marke", "company"],
    ));
    customer.push(other(
        "tags",
        "Tags",
        &["tags", "tag", "labels", "label", "keywords", "schlagworte", "tagnames"],
    ));
    customer.extend(named(&FIRST[5..]));
    let profiles: Vec<Field> = own().filter(|field| is_profile(field)).map(described).collect();
    let mut business =
        vec![other("industry", "Industry", &["industry", "sector", "industrysector", "branche"])];
    // Whatever else can be imported.
    let is_elsewhere =
        |field: &&Described| FIRST.contains(&field.name) || REACH.contains(&field.name) || is_profile(field);
    business.extend(own().filter(|field| !is_elsewhere(field)).map(described));
    vec![
        Group { label: "Customer", fields: customer },
        Group { label: "How to reach it", fields: named(&REACH) },
        Group { label: "Primary contact", fields: contact() },
        Group { label: "Billing address", fields: billing() },
        Group { label: "Service address", fields: service() },
        Group { label: "Business profile", fields: business },
        Group { label: "Profiles elsewhere", fields: profiles },
    ]
});

fn contact() -> Vec<Field> {
    vec![
        other(
            "contact_first_name",
            "First name, or whole name",
            &[
                "firstname",
                "contactfirstname",
                "primarycontactfirstname",
                "contact",
                "contactname",
                "contactperson",
                "primarycontact",
                "primarycontactname",
                "givenname",
                "vorname",
                "ansprechpartner",
                "prenom",
            ],
        ),
        other(
            "contact_last_name",
            "Last name",
            &["lastname", "contactlastname", "primarycontactlastname", "surname", "familyname", "nachname"],
        ),
        other(
            "contact_email",
            "Contact's email",
            &["contactemail", "primarycontactemail", "contactsemail", "contactmail", "personalemail"],
        ),
        other(
            "contact_phone",
            "Contact's phone",
            &[
                "contactphone",
                "primarycontactphone",
                "contactsphone",
                "contacttel",
                "directphone",
                "durchwahl",
            ],
        ),
        other(
            "contact_job_role",
            "Job role",
            &[
                "jobrole",
                "jobtitle",
                "role",
                "position",
                "contactrole",
                "contactjobrole",
                "primarycontactjobrole",
                "funktion",
            ],
        ),
    ]
}

fn billing() -> Vec<Field> {
    vec![
        other(
            "billing_street",
            "Billing street",
            &[
                "street",
                "address",
                "address1",
                "addressline1",
                "streetaddress",
                "billingstreet",
                "billingaddress",
                "strasse",
                "adresse",
                "rue",
            ],
        ),
        other(
            "billing_city",
            "Billing city",
            &["city", "town", "billingcity", "ort", "stadt", "ville", "ciudad"],
        ),
        other(
            "billing_state",
            "Billing state",
            &["state", "province", "region", "county", "billingstate", "bundesland", "kanton"],
        ),
        other(
            "billing_zip",
            "Billing zip",
            &[
                "zip",
                "zipcode",
                "postcode",
                "postalcode",
                "postal",
                "billingzip",
                "billingpostcode",
                "billingpostalcode",
                "plz",
                "postleitzahl",
                "codepostal",
            ],
        ),
        other(
            "billing_country",
            "Billing country",
            &["country", "billingcountry", "land", "staat", "pays", "pais"],
        ),
    ]
}

fn service() -> Vec<Field> {
    vec![
        other(
            "service_street",
            "Service street",
            &[
                "servicestreet",
                "serviceaddress",
                "shippingstreet",
                "shippingaddress",
                "deliverystreet",
                "deliveryaddress",
                "lieferadresse",
                "lieferstrasse",
            ],
        ),
        other("service_city", "Service city", &["servicecity", "shippingcity", "deliverycity", "lieferort"]),
        other("service_state", "Service state", &["servicestate", "shippingstate", "deliverystate"]),
        other(
            "service_zip",
            "Service zip",
            &[
                "servicezip",
                "servicepostcode",
                "servicepostalcode",
                "shippingzip",
                "shippingpostcode",
                "deliveryzip",
                "deliverypostcode",
                "lieferplz",
            ],
        ),
        other(
            "service_country",
            "Service country",
            &["servicecountry", "shippingcountry", "deliverycountry", "lieferland"],
        ),
    ]
}

/// Every field.
pub fn all() -> impl Iterator<Item = &'static Field> {
    GROUPS.iter().flat_map(|group| &group.fields)
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
