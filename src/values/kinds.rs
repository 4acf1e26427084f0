//! The words that a customer is described with: each a code in the database and a name for people (SPEC §4).

/// A code and what people call it.
pub type Word = (&'static str, &'static str);

/// Lifecycle stages.
pub const STAGES: &[Word] =
    &[("onboarding", "Onboarding"), ("active", "Active"), ("inactive", "Inactive"), ("churned", "Churned")];

/// Kinds of contacts that every tenant has; others are its own words.
pub const CONTACT_TYPES: &[Word] =
    &[("account_owner", "Account owner"), ("billing", "Billing"), ("technical", "Technical")];

/// Customer types.
pub const TYPES: &[Word] = &[("business", "Business"), ("consumer", "Consumer")];

/// Where a customer came from.
pub const SOURCES: &[Word] = &[
    ("direct", "Direct"),
    ("referral", "Referral"),
    ("website", "Website"),
    ("campaign", "Campaign"),
    ("partner", "Partner"),
    ("other", "Other"),
];

/// Legal forms.
pub const CLASSIFICATIONS: &[Word] = &[
    ("sole_proprietorship", "Sole proprietorship"),
    ("general_partnership", "General partnership"),
    ("limited_partnership", "Limited partnership"),
    ("llp", "LLP"),
    ("llc", "LLC"),
    ("s_corporation", "S corporation"),
    ("c_corporation", "C corporation"),
    ("b_corporation", "B corporation"),
    ("nonprofit", "Nonprofit"),
];

/// Sizes by number of employees.
pub const SIZES: &[Word] = &[
    ("1-10", "1–10"),
    ("11-50", "11–50"),
    ("51-200", "51–200"),
    ("201-500", "201–500"),
    ("501-1000", "501–1,000"),
    ("1001-5000", "1,001–5,000"),
    ("5001-10000", "5,001–10,000"),
    ("10001+", "10,001+"),
];

/// The 11 sectors of the Global Industry Classification Standard.
pub const SECTORS: &[Word] = &[
    ("energy", "Energy"),
    ("materials", "Materials"),
    ("industrials", "Industrials"),
    ("consumer_discretionary", "Consumer discretionary"),
    ("consumer_staples", "Consumer staples"),
    ("health_care", "Health care"),
    ("financials", "Financials"),
    ("information_technology", "Information technology"),
    ("communication_services", "Communication services"),
    ("utilities", "Utilities"),
    ("real_estate", "Real estate"),
];

/// The 24 industry groups of GICS 2018: sector, code, name.
pub const GROUPS: &[(&str, &str, &str)] = &[
    ("energy", "energy", "Energy"),
    ("materials", "materials", "Materials"),
    ("industrials", "capital_goods", "Capital goods"),
    ("industrials", "commercial_professional_services", "Commercial & professional services"),
    ("industrials", "transportation", "Transportation"),
    ("consumer_discretionary", "automobiles_components", "Automobiles & components"),
    ("consumer_discretionary", "consumer_durables_apparel", "Consumer durables & apparel"),
    ("consumer_discretionary", "consumer_services", "Consumer services"),
    ("consumer_discretionary", "retailing", "Retailing"),
    ("consumer_staples", "food_staples_retailing", "Food & staples retailing"),
    ("consumer_staples", "food_beverage_tobacco", "Food, beverage & tobacco"),
    ("consumer_staples", "household_personal_products", "Household & personal products"),
    ("health_care", "health_care_equipment_services", "Health care equipment & services"),
    ("health_care", "pharmaceuticals_biotechnology", "Pharmaceuticals, biotechnology & life sciences"),
    ("financials", "banks", "Banks"),
    ("financials", "diversified_financials", "Diversified financials"),
    ("financials", "insurance", "Insurance"),
    ("information_technology", "software_services", "Software & services"),
    ("information_technology", "technology_hardware_equipment", "Technology hardware & equipment"),
    ("information_technology", "semiconductors", "Semiconductors & semiconductor equipment"),
    ("communication_services", "telecommunication_services", "Telecommunication services"),
    ("communication_services", "media_entertainment", "Media & entertainment"),
    ("utilities", "utilities", "Utilities"),
    ("real_estate", "real_estate", "Real estate"),
];

/// What people call a code; the code itself where it is unknown.
pub fn name(words: &[Word], code: &str) -> String {
    words.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name).to_owned()
}

/// The code behind what somebody wrote: the code or the name, in any case. Types also in the words of older systems
/// (Commercial, Residential).
pub fn code(words: &[Word], written: &str) -> Option<&'static str> {
    let written = written.trim().to_lowercase();
    let synonym = match written.as_str() {
        "commercial" | "b2b" | "company" => "business",
        "residential" | "b2c" | "private" => "consumer",
        other => other,
    };
    words
        .iter()
        .find(|(code, name)| *code == synonym || name.to_lowercase() == synonym)
        .map(|(code, _)| *code)
}

/// Options of a select.
pub fn options(words: &[Word]) -> Vec<(String, String)> {
    words.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
}

/// Sectors and their groups as options of one select: `financials` and `financials:banks`.
pub fn industry_options() -> Vec<(String, String)> {
    let mut options = vec![];
    for (sector, name) in SECTORS {
        options.push(((*sector).to_owned(), (*name).to_owned()));
        for (_, group, group_name) in GROUPS.iter().filter(|(of, _, _)| of == sector) {
            options.push((format!("{sector}:{group}"), format!("{name}: {group_name}")));
        }
    }
    options
}

/// An industry group in words.
pub fn group_name(code: &str) -> String {
    GROUPS.iter().find(|(_, known, _)| *known == code).map_or(code, |(.., name)| name).to_owned()
}

/// The parts of an address, in the order in which it is written.
pub const ADDRESS: [&str; 5] = ["street", "city", "state", "zip", "country"];

/// An industry as a form writes it, `financials:banks`, in words.
pub fn industry(written: &str) -> String {
    match written.split_once(':') {
        Some((sector, group)) => industry_name(sector, Some(group)),
        None => name(SECTORS, written),
    }
}

/// Sector and group in words.
pub fn industry_name(sector: &str, group: Option<&str>) -> String {
    let sector_name = name(SECTORS, sector);
    match group.and_then(|code| GROUPS.iter().find(|(of, known, _)| *of == sector && *known == code)) {
        Some((_, _, group)) => format!("{sector_name}: {group}"),
        None => sector_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_type_are_understood() {
        for (written, meant) in
            [("Commercial", "business"), ("RESIDENTIAL", "consumer"), ("Business", "business")]
        {
            assert_eq!(code(TYPES, written), Some(meant));
        }
        assert_eq!(code(TYPES, "robot"), None);
        assert_eq!(code(SIZES, "1–10"), Some("1-10"));
    }

    #[test]
    fn there_are_eleven_sectors_and_twenty_four_groups_each_within_one() {
        assert_eq!((SECTORS.len(), GROUPS.len(), CLASSIFICATIONS.len(), SIZES.len()), (11, 24, 9, 8));
        assert!(GROUPS.iter().all(|(sector, _, _)| SECTORS.iter().any(|(code, _)| code == sector)));
    }
}
