//! The profile of a customer as its page shows it: every field of its description that has a value.
use super::{entity::CUSTOMER, model::Customer};
use crate::{
    infra::entity::{Field, Kind, capitalised},
    values::{Address, Industry, kinds},
};
use serde_json::{Map, Value};

/// A fact: what it is called, and what it says.
pub struct Fact {
    pub label: &'static str,
    pub value: Shown,
}

/// How a fact is shown.
pub enum Shown {
    Text(String),
    Lines(Vec<String>),
    Email(String),
    Phone(String),
    Link(String),
}

/// Fields that other parts of the page show: the header, the text beside it, the deactivation.
const ELSEWHERE: [&str; 8] = [
    "name",
    "customer_type",
    "lifecycle_stage",
    "external_id",
    "notes",
    "session_expiration_seconds",
    "industry_group",
    "churned_at",
];

/// First how it is reached.
const FIRST: [&str; 3] = ["email", "phone", "website"];

/// The facts that staff see; `company` is the name of the tenant's company that it belongs to.
pub fn of(customer: &Customer, company: &str) -> Vec<Fact> {
    chosen(customer, company, |_| true)
}

/// The facts that its own people see: the description says which.
pub fn for_portal(customer: &Customer) -> Vec<Fact> {
    chosen(customer, "", |field| field.is_in_portal)
}

/// What of it programs of its own people read beside the fields that S004 names, under names in camel case.
pub fn for_programs(customer: &Customer, named: &[&str]) -> Map<String, Value> {
    let Ok(Value::Object(mut values)) = serde_json::to_value(customer) else { return Map::new() };
    let further = CUSTOMER.fields.iter().filter(|f| f.is_in_portal && !f.is_kept && !named.contains(&f.name));
    further.filter_map(|field| Some((camel_case(field.name), values.remove(field.name)?))).collect()
}

/// `vat_number` is `vatNumber`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_').map(str::to_owned);
    let first = words.next().unwrap_or_default();
    words.fold(first, |all, word| all + &capitalised(word))
}

fn chosen(customer: &Customer, company: &str, is_chosen: fn(&Field) -> bool) -> Vec<Fact> {
    let values = serde_json::to_value(customer).unwrap_or_default();
    let first = FIRST.iter().filter_map(|name| CUSTOMER.field(name));
    let rest = CUSTOMER.fields.iter().filter(|field| !FIRST.contains(&field.name));
    let shown = |field: &'static Field| {
        if ELSEWHERE.contains(&field.name) || field.is_kept || !is_chosen(field) {
            return None;
        }
        let value = match field.name {
            "company_id" => Shown::Text(company.to_owned()),
            "industry_sector" => Shown::Text(customer.industry().map(Industry::label).unwrap_or_default()),
            _ => shown(field, values.get(field.name)?)?,
        };
        (!value.is_empty()).then_some(Fact { label: field.label, value })
    };
    first.chain(rest).filter_map(shown).collect()
}

fn shown(field: &Field, value: &Value) -> Option<Shown> {
    let text = || value.as_str().map(str::to_owned);
    Some(match field.kind {
        Kind::Email => Shown::Email(text()?),
        Kind::Phone => Shown::Phone(text()?),
        Kind::WebAddress => Shown::Link(text()?),
        Kind::Choice(words) => Shown::Text(kinds::name(words, value.as_str()?)),
        Kind::Address => Shown::Lines(Address::from_json(value).lines()),
        Kind::Texts => {
            let items = value.as_array()?.iter().filter_map(Value::as_str);
            Shown::Text(items.collect::<Vec<_>>().join(", "))
        }
        // What is as usual needs no line.
        Kind::Bool => return (value == &Value::Bool(false)).then(|| Shown::Text("Switched off".into())),
        _ => Shown::Text(text()?),
    })
}

impl Shown {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Email(text) | Self::Phone(text) | Self::Link(text) => text.is_empty(),
            Self::Lines(lines) => lines.is_empty(),
        }
    }
}
