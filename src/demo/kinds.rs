//! What only a business has, what only a consumer has, and what is noted about either.
use super::{
    customers::Customer,
    dice::Dice,
    industries::Industry,
    names::{Person, slug},
};

/// Size ranges with how much more their businesses buy, by weight.
/// Size ranges, by how much more their businesses buy, with weights.
pub const SIZES: &[((&str, i64), usize)] = &[
    (("1-10", 1), 40),
    (("11-50", 4), 27),
    (("51-200", 12), 15),
    (("201-500", 30), 8),
    (("501-1000", 60), 4),
    (("1001-5000", 150), 3),
    (("5001-10000", 400), 2),
    (("10001+", 900), 1),
];
const CLASSES: &[(&str, usize)] = &[
    ("llc", 36),
    ("c_corporation", 20),
    ("s_corporation", 14),
    ("sole_proprietorship", 12),
    ("general_partnership", 5),
    ("limited_partnership", 4),
    ("llp", 4),
    ("nonprofit", 3),
    ("b_corporation", 2),
];
const MAILBOXES: &[(&str, usize)] =
    &[("info", 40), ("contact", 18), ("office", 16), ("hello", 14), ("accounts", 7), ("service", 5)];
const PROVIDERS: &[&str] = &["postbox.test", "inbox.test", "quickmail.test", "homemail.test"];

/// What somebody wrote down about a customer.
pub const NOTES: &[&str] = &[
    "Prefers to be called in the morning.",
    "Renewal is decided by the board; send figures a month ahead.",
    "Asked for a discount last year and got 5%.",
    "Invoices go to the head office, deliveries to the branch.",
    "Moved to the new plan without trouble.",
    "Two sites share one account.",
    "Wants a summary after every call.",
    "Came over from a competitor after a long outage there.",
    "Pays by purchase order only.",
    "Interested in training for new colleagues.",
    "Speaks little English; write in their own language.",
    "Parking is behind the building, ring twice.",
];

/// A private person: only a name and perhaps an email with one of the great providers.
pub fn consumer(customer: &mut Customer, person: &Person, dice: &mut Dice) {
    customer.customer_type = "consumer";
    customer.name = format!("{} {}", person.given.shown, person.surname.shown);
    customer.email = dice.permille(880).then(|| {
        let tail = if dice.permille(700) { format!(".{}", dice.below(9999)) } else { String::new() };
        format!(
            "{}.{}{tail}@{}",
            slug(&person.given.latin),
            slug(&person.surname.latin),
            dice.pick(PROVIDERS)
        )
    });
}

/// A business: its domain and what is called after it, its trade, form and size.
pub fn corporate(customer: &mut Customer, slug: &str, industry: &Industry, dice: &mut Dice) {
    customer.customer_type = "business";
    if dice.permille(920) {
        let domain = format!("{slug}.test");
        customer.email = dice.permille(850).then(|| format!("{}@{domain}", dice.weighted(MAILBOXES)));
        customer.website = dice.permille(700).then(|| format!("https://www.{domain}"));
        customer.email_domain = Some(domain);
        customer.linkedin_url =
            dice.permille(280).then(|| format!("https://www.linkedin.com/company/{slug}"));
        customer.x_url = dice.permille(90).then(|| format!("https://x.com/{}", slug.replace('-', "_")));
        customer.facebook_url = dice.permille(160).then(|| format!("https://www.facebook.com/{slug}"));
        customer.instagram_url =
            dice.permille(110).then(|| format!("https://www.instagram.com/{}", slug.replace('-', ".")));
        customer.youtube_url = dice.permille(30).then(|| format!("https://www.youtube.com/@{slug}"));
        customer.github_url = (industry.sector == "information_technology" && dice.permille(300))
            .then(|| format!("https://github.com/{slug}"));
    }
    if dice.permille(930) {
        customer.industry_sector = Some(industry.sector);
        customer.industry_group = dice.permille(920).then_some(industry.group);
    }
    customer.classification = dice.permille(750).then(|| *dice.weighted(CLASSES));
    customer.size_range = dice.permille(850).then(|| dice.weighted(SIZES).0);
}
