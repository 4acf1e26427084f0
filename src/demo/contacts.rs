//! The people at a customer.
use super::{
    copy::Rows,
    customers::Customer,
    dice::{Dice, Kind, id},
    names::{Person, Vocabulary, slug},
    places::{City, Country},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A contact as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_role: &'static str,
    pub contact_type: &'static str,
    pub location: String,
    pub notes: &'static str,
    pub is_primary: bool,
    pub created_at: DateTime<Utc>,
}

/// How many there are, by type of customer, with their weights.
const AT_BUSINESSES: &[(usize, usize)] = &[(0, 6), (1, 36), (2, 30), (3, 16), (4, 8), (5, 4)];
const AT_CONSUMERS: &[(usize, usize)] = &[(0, 10), (1, 62), (2, 24), (3, 4)];

/// What a contact is for, and the jobs that go with it.
const TYPES: &[((&str, &[&str]), usize)] = &[
    (
        ("account_owner", &["Managing Director", "Owner", "Head of Operations", "Office Manager", "Partner"]),
        28,
    ),
    (("billing", &["Accounts Payable", "Bookkeeper", "Controller", "Finance Director"]), 22),
    (
        (
            "technical",
            &["IT Manager", "Systems Administrator", "Plant Engineer", "Developer", "Facility Manager"],
        ),
        22,
    ),
    (("", &["Assistant", "Coordinator", "Project Manager", ""]), 14),
    (("Procurement", &["Buyer", "Head of Procurement"]), 5),
    (("Executive sponsor", &["Chief Executive", "Chief Operating Officer", "Vice President"]), 4),
    (("Reception", &["Front Desk"]), 3),
    (("Legal", &["General Counsel", "Paralegal"]), 2),
];

const NOTES: &[&str] = &[
    "Best reached before noon.",
    "Prefers email.",
    "Out on Fridays.",
    "Back from leave in autumn; ask for the deputy until then.",
    "Met at the spring fair.",
    "Decides together with the owner.",
];

/// Makes the contacts of a customer. `person` is who a consumer is; `number` goes on from contact to contact.
pub fn of(
    customer: &Customer,
    person: Option<&Person>,
    place: (&Country, &City),
    words: &Vocabulary,
    number: &mut u64,
    dice: &mut Dice,
) -> Vec<Contact> {
    let (country, city) = place;
    let count = *dice.weighted(if person.is_some() { AT_CONSUMERS } else { AT_BUSINESSES });
    let has_primary = dice.permille(880);
    let mut made: Vec<Contact> = Vec::with_capacity(count);
    for i in 0..count {
        *number += 1;
        let who = match person {
            Some(person) if i == 0 => person.clone(),
            Some(person) => {
                Person { given: words.person(country.culture, dice).given, surname: person.surname.clone() }
            }
            None => words.person(country.culture, dice),
        };
        let (contact_type, jobs) = if person.is_some() { ("", &[""][..]) } else { *dice.weighted(TYPES) };
        let domain = customer.email_domain.as_deref().unwrap_or("inbox.test");
        let email = dice.permille(900).then(|| match person {
            Some(_) if i == 0 => customer.email.clone(),
            _ => Some(format!("{}.{}@{domain}", slug(&who.given.latin), slug(&who.surname.latin))),
        });
        made.push(Contact {
            id: id(Kind::Contact, *number),
            email: email
                .flatten()
                .filter(|email| made.iter().all(|other| other.email.as_ref() != Some(email))),
            first_name: who.given.shown,
            last_name: who.surname.shown,
            phone: dice.permille(620).then(|| city.phone(dice)),
            job_role: dice.word(jobs),
            contact_type,
            location: if dice.permille(300) { city.0.to_owned() } else { String::new() },
            notes: if dice.permille(60) { dice.word(NOTES) } else { "" },
            is_primary: has_primary && i == 0,
            created_at: customer.created_at,
        });
    }
    made
}

/// Writes a contact as a row for the columns below.
pub fn write(contact: &Contact, tenant: Uuid, customer: &Customer, rows: &mut Rows) {
    rows.row()
        .plain(contact.id)
        .plain(tenant)
        .plain(customer.id)
        .text(&contact.first_name)
        .text(&contact.last_name)
        .maybe(contact.email.as_deref())
        .maybe(contact.phone.as_deref())
        .text(contact.job_role)
        .text(contact.contact_type)
        .text(&contact.location)
        .text(contact.notes)
        .plain(contact.is_primary)
        .maybe_plain(customer.created_by)
        .maybe_plain(customer.created_by)
        .time(contact.created_at)
        .time(contact.created_at)
        .end();
}

/// The columns that [`write`] fills.
macro_rules! columns {
    () => {{
        use crate::infra::db::schema::contacts::*;
        (
            id,
            tenant_id,
            customer_id,
            first_name,
            last_name,
            email,
            phone,
            job_role,
            contact_type,
            location,
            notes,
            is_primary,
            created_by,
            updated_by,
            created_at,
            updated_at,
        )
    }};
}
pub(super) use columns;
