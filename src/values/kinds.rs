//! The words that a customer is described with: each a code in the database and a name for people (SPEC §4).

use super::{Invalid, traits::choice};
use std::{fmt, str::FromStr};

/// A code and what people call it.
pub type Word = (&'static str, &'static str);

choice!(
    /// Where a customer is in its life.
    Stage {
        Onboarding = "onboarding", "Onboarding";
        Active = "active", "Active";
        Inactive = "inactive", "Inactive";
        Churned = "churned", "Churned";
    }
);

choice!(
    /// What kind of customer it is.
    CustomerType {
        Business = "business", "Business", also "commercial" "b2b" "company";
        Consumer = "consumer", "Consumer", also "residential" "b2c" "private";
    }
);

choice!(
    /// Where a customer came from.
    CustomerSource {
        Direct = "direct", "Direct";
        Referral = "referral", "Referral";
        Website = "website", "Website";
        Campaign = "campaign", "Campaign";
        Partner = "partner", "Partner";
        Other = "other", "Other";
    }
);

choice!(
    /// A legal form.
    Classification {
        SoleProprietorship = "sole_proprietorship", "Sole proprietorship";
        GeneralPartnership = "general_partnership", "General partnership";
        LimitedPartnership = "limited_partnership", "Limited partnership";
        Llp = "llp", "LLP";
        Llc = "llc", "LLC";
        SCorporation = "s_corporation", "S corporation";
        CCorporation = "c_corporation", "C corporation";
        BCorporation = "b_corporation", "B corporation";
        Nonprofit = "nonprofit", "Nonprofit";
    }
);

choice!(
    /// Sizes by number of employees.
    SizeRange {
        UpTo10 = "1-10", "1–10";
        UpTo50 = "11-50", "11–50";
        UpTo200 = "51-200", "51–200";
        UpTo500 = "201-500", "201–500";
        UpTo1000 = "501-1000", "501–1,000";
        UpTo5000 = "1001-5000", "1,001–5,000";
        UpTo10000 = "5001-10000", "5,001–10,000";
        Over10000 = "10001+", "10,001+";
    }
);

choice!(
    /// The 11 sectors of the Global Industry Classification Standard.
    Sector {
        Energy = "energy", "Energy";
        Materials = "materials", "Materials";
        Industrials = "industrials", "Industrials";
        ConsumerDiscretionary = "consumer_discretionary", "Consumer discretionary";
        ConsumerStaples = "consumer_staples", "Consumer staples";
        HealthCare = "health_care", "Health care";
        Financials = "financials", "Financials";
        InformationTechnology = "information_technology", "Information technology";
        CommunicationServices = "communication_services", "Communication services";
        Utilities = "utilities", "Utilities";
        RealEstate = "real_estate", "Real estate";
    }
);

choice!(
    /// The 24 industry groups of GICS 2018.
    IndustryGroup {
        Energy = "energy", "Energy";
        Materials = "materials", "Materials";
        CapitalGoods = "capital_goods", "Capital goods";
        CommercialProfessionalServices = "commercial_professional_services", "Commercial & professional services";
        Transportation = "transportation", "Transportation";
        AutomobilesComponents = "automobiles_components", "Automobiles & components";
        ConsumerDurablesApparel = "consumer_durables_apparel", "Consumer durables & apparel";
        ConsumerServices = "consumer_services", "Consumer services";
        Retailing = "retailing", "Retailing";
        FoodStaplesRetailing = "food_staples_retailing", "Food & staples retailing";
        FoodBeverageTobacco = "food_beverage_tobacco", "Food, beverage & tobacco";
        HouseholdPersonalProducts = "household_personal_products", "Household & personal products";
        HealthCareEquipmentServices = "health_care_equipment_services", "Health care equipment & services";
        PharmaceuticalsBiotechnology = "pharmaceuticals_biotechnology", "Pharmaceuticals, biotechnology & life sciences";
        Banks = "banks", "Banks";
        DiversifiedFinancials = "diversified_financials", "Diversified financials";
        Insurance = "insurance", "Insurance";
        SoftwareServices = "software_services", "Software & services";
        TechnologyHardwareEquipment = "technology_hardware_equipment", "Technology hardware & equipment";
        Semiconductors = "semiconductors", "Semiconductors & semiconductor equipment";
        TelecommunicationServices = "telecommunication_services", "Telecommunication services";
        MediaEntertainment = "media_entertainment", "Media & entertainment";
        Utilities = "utilities", "Utilities";
        RealEstate = "real_estate", "Real estate";
    }
);

impl IndustryGroup {
    /// The sector that it belongs to.
    pub const fn sector(self) -> Sector {
        match self {
            Self::Energy => Sector::Energy,
            Self::Materials => Sector::Materials,
            Self::CapitalGoods | Self::CommercialProfessionalServices | Self::Transportation => {
                Sector::Industrials
            }
            Self::AutomobilesComponents
            | Self::ConsumerDurablesApparel
            | Self::ConsumerServices
            | Self::Retailing => Sector::ConsumerDiscretionary,
            Self::FoodStaplesRetailing | Self::FoodBeverageTobacco | Self::HouseholdPersonalProducts => {
                Sector::ConsumerStaples
            }
            Self::HealthCareEquipmentServices | Self::PharmaceuticalsBiotechnology => Sector::HealthCare,
            Self::Banks | Self::DiversifiedFinancials | Self::Insurance => Sector::Financials,
            Self::SoftwareServices | Self::TechnologyHardwareEquipment | Self::Semiconductors => {
                Sector::InformationTechnology
            }
            Self::TelecommunicationServices | Self::MediaEntertainment => Sector::CommunicationServices,
            Self::Utilities => Sector::Utilities,
            Self::RealEstate => Sector::RealEstate,
        }
    }
}

/// What people call a code; the code itself where it is unknown.
pub fn name(words: &[Word], code: &str) -> String {
    words.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name).to_owned()
}

/// The code behind what was written: the code or the name, in any case.
pub fn code(words: &[Word], written: &str) -> Option<&'static str> {
    let written = written.trim().to_lowercase();
    words
        .iter()
        .find(|(code, name)| *code == written || name.to_lowercase() == written)
        .map(|(code, _)| *code)
}

/// Options of a select.
pub fn options(words: &[Word]) -> Vec<(String, String)> {
    words.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
}

/// A sector, and a group of it where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Industry {
    pub sector: Sector,
    pub group: Option<IndustryGroup>,
}

impl Industry {
    /// That of a group.
    pub const fn of(group: IndustryGroup) -> Self {
        Self { sector: group.sector(), group: Some(group) }
    }

    /// Each sector, and behind it its groups: `financials` and `financials:banks`, with their labels.
    pub fn options() -> Vec<(String, String)> {
        let of = |sector: Sector| {
            let groups = IndustryGroup::ALL.iter().filter(move |group| group.sector() == sector);
            std::iter::once(None)
                .chain(groups.map(|group| Some(*group)))
                .map(move |group| Self { sector, group })
        };
        let all = Sector::ALL.iter().flat_map(|sector| of(*sector));
        all.map(|industry| (industry.to_string(), industry.label())).collect()
    }

    /// Sector and group in words.
    pub fn label(self) -> String {
        match self.group {
            Some(group) => format!("{}: {}", self.sector.label(), group.label()),
            None => self.sector.label().to_owned(),
        }
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group {
            Some(group) => write!(f, "{}:{}", self.sector, group),
            None => write!(f, "{}", self.sector),
        }
    }
}

impl FromStr for Industry {
    type Err = Invalid;

    /// A group alone tells its sector.
    fn from_str(written: &str) -> Result<Self, Invalid> {
        let wrong = |_| Invalid::from("Choose an industry from the list.");
        let Some((sector, group)) = written.split_once(':') else {
            let whole = written.parse().map(|sector| Self { sector, group: None });
            return whole.or_else(|_| written.parse().map(Self::of)).map_err(wrong);
        };
        let (sector, industry) =
            (sector.parse().map_err(wrong)?, group.parse().map(Self::of).map_err(wrong)?);
        if industry.sector == sector { Ok(industry) } else { Err("Choose an industry from the list.".into()) }
    }
}

/// The parts of an address, in the order in which it is written.
pub const ADDRESS: [&str; 5] = ["street", "city", "state", "zip", "country"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn both_spellings_of_a_type_are_understood() {
        for (written, meant) in [
            ("Commercial", CustomerType::Business),
            ("RESIDENTIAL", CustomerType::Consumer),
            ("Business", CustomerType::Business),
        ] {
            assert_eq!(written.parse(), Ok(meant));
        }
        assert_eq!(
            "robot".parse::<CustomerType>().unwrap_err().0,
            "“robot” is not one of: Business, Consumer."
        );
        assert_eq!("1–10".parse(), Ok(SizeRange::UpTo10));
    }

    #[test]
    fn there_are_eleven_sectors_and_twenty_four_groups_each_within_one() {
        let counts =
            (Sector::ALL.len(), IndustryGroup::ALL.len(), Classification::ALL.len(), SizeRange::ALL.len());
        assert_eq!(counts, (11, 24, 9, 8));
        assert_eq!(Industry::options().len(), 35);
        for (code, label) in Industry::options() {
            let industry: Industry = code.parse().unwrap();
            assert_eq!((industry.to_string(), industry.label()), (code, label));
        }
        assert!("energy:banks".parse::<Industry>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn words_are_read_back(any in "\\PC*", word in "[a-z_:]{3,24}") {
            for typed in [&any, &word] {
                proptest::prop_assert!(laws::is_read_back::<Stage>(typed) && laws::is_read_back::<Industry>(typed));
            }
        }
    }
}
