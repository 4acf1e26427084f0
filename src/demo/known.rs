//! The two customers that everybody knows, filled richly: Northwind of Acme and Initech of Globex.
use super::{
    contacts::Contact,
    dice::{Kind, id},
    maker::Made,
    people::Tenant,
    places::Address,
};
use chrono::{DateTime, TimeDelta, Utc};

struct Someone(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const AT_NORTHWIND: &[Someone] = &[
    Someone(
        "Carol",
        "Jensen",
        "carol@northwind.test",
        "+12065550142",
        "Head of Operations",
        "account_owner",
        "Runs the day to day. Prefers email, answers the same day.",
    ),
    Someone("Cody", "Marsh", "cody@northwind.test", "+12065550143", "Warehouse Systems", "technical", ""),
    Someone(
        "Ingrid",
        "Solberg",
        "ingrid.solberg@northwind.test",
        "+12065550150",
        "Accounts Payable",
        "billing",
        "Invoices by the 25th, please.",
    ),
    Someone(
        "Hiroshi",
        "Tanaka",
        "hiroshi.tanaka@northwind.test",
        "+15035550117",
        "Regional Manager",
        "Executive sponsor",
        "",
    ),
    Someone("Renée", "Delacroix", "renee.delacroix@northwind.test", "", "Buyer", "Procurement", ""),
];

const AT_INITECH: &[Someone] = &[
    Someone(
        "Iris",
        "Lumbergh",
        "iris@initech.test",
        "+493023125401",
        "Bereichsleiterin",
        "account_owner",
        "",
    ),
    Someone(
        "Peter",
        "Gibbons",
        "peter.gibbons@initech.test",
        "+493023125402",
        "Softwareentwickler",
        "technical",
        "Nicht vor zehn Uhr.",
    ),
    Someone(
        "Milena",
        "Wäldner",
        "milena.waeldner@initech.test",
        "+493023125403",
        "Buchhaltung",
        "billing",
        "",
    ),
    Someone("Bożena", "Łukasik", "bozena.lukasik@initech.test", "", "Einkauf", "Procurement", ""),
];

fn address(street: &str, city: &str, state: &str, zip: &str, country: &str) -> Option<Address> {
    let text = str::to_owned;
    Some(Address {
        street: text(street),
        city: text(city),
        state: text(state),
        zip: text(zip),
        country: text(country),
    })
}

/// Fills in the best-known customer of the tenant of this number; id and time are given.
pub fn describe(made: &mut Made, number: usize, tenant: &Tenant, contacts: &mut u64, moment: DateTime<Utc>) {
    let is_northwind = number == 0;
    let c = &mut made.customer;
    let domain = if is_northwind { "northwind.test" } else { "initech.test" };
    let slug = if is_northwind { "northwind-traders-demo" } else { "initech-demo" };
    c.customer_type = "business";
    // Where they are today is told by their history.
    c.lifecycle_stage = "onboarding";
    c.company_id = tenant.companies.first().copied();
    c.email_domain = Some(domain.to_owned());
    c.website = Some(format!("https://www.{domain}"));
    c.linkedin_url = Some(format!("https://www.linkedin.com/company/{slug}"));
    c.youtube_url = Some(format!("https://www.youtube.com/@{slug}"));
    c.first_purchase_on = Some((c.created_at + TimeDelta::days(19)).date_naive());
    c.last_purchase_on = Some(
        (moment - TimeDelta::days(6)).date_naive().max((c.created_at + TimeDelta::days(19)).date_naive()),
    );
    c.created_by = tenant.staff.get(1).map(|agent| agent.id);
    c.updated_by = c.created_by;
    c.updated_at = c.created_at;
    c.version = 1;
    let people = if is_northwind {
        c.name = "Northwind".to_owned();
        c.source = "referral";
        c.email = Some("office@northwind.test".to_owned());
        c.phone = Some("+12065550100".to_owned());
        c.billing_address = address("1200 Harbor Boulevard, Suite 400", "Seattle", "WA", "98104", "US");
        c.notes = "Wholesaler of fine foods; came on a recommendation from Fairbanks Logistics.".to_owned();
        c.products = vec!["Core"];
        c.external_id = Some("C-100000".to_owned());
        (c.industry_sector, c.industry_group) = (Some("consumer_staples"), Some("food_staples_retailing"));
        c.classification = Some("c_corporation");
        c.size_range = Some("201-500");
        c.x_url = Some("https://x.com/northwind_demo".to_owned());
        c.facebook_url = Some(format!("https://www.facebook.com/{slug}"));
        c.instagram_url = Some("https://www.instagram.com/northwind.demo".to_owned());
        c.revenue_cents = 18_425_000;
        made.tags = vec![6, 9];
        AT_NORTHWIND
    } else {
        c.name = "Initech".to_owned();
        c.source = "partner";
        c.email = Some("kontakt@initech.test".to_owned());
        c.phone = Some("+493023125400".to_owned());
        c.billing_address = address("Friedrichstraße 68", "Berlin", "", "10117", "DE");
        c.notes = "Softwarehaus; Rechnungen nur mit Bestellnummer.".to_owned();
        c.products = vec!["Basis"];
        c.external_id = Some("K-100000".to_owned());
        (c.industry_sector, c.industry_group) = (Some("information_technology"), Some("software_services"));
        c.classification = Some("llc");
        c.size_range = Some("51-200");
        c.github_url = Some(format!("https://github.com/{slug}"));
        c.revenue_cents = 9_648_000;
        made.tags = vec![4, 6];
        AT_INITECH
    };
    c.service_address = c.billing_address.clone();
    let reps = tenant.with_role("customer_success");
    made.owners = reps.first().map(|rep| rep.id).into_iter().collect();
    made.contacts = people
        .iter()
        .enumerate()
        .map(|(i, someone)| {
            *contacts += 1;
            let Someone(first, last, email, phone, job_role, contact_type, notes) = *someone;
            Contact {
                id: id(Kind::Contact, *contacts),
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                email: Some(email.to_owned()),
                phone: (!phone.is_empty()).then(|| phone.to_owned()),
                job_role,
                contact_type,
                location: made.customer.billing_address.as_ref().map_or(String::new(), |a| a.city.clone()),
                notes,
                is_primary: i == 0,
                created_at: made.customer.created_at,
            }
        })
        .collect();
}
