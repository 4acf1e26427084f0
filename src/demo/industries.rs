//! The 24 industry groups, how common they are here, and what their businesses call themselves.
use super::words::Culture;

/// An industry group within its sector, as the schema writes them.
pub struct Industry {
    pub sector: &'static str,
    pub group: &'static str,
    english: &'static [&'static str],
    german: &'static [&'static str],
}

impl Industry {
    /// Words for the trade, in English or German.
    pub fn trades(&self, culture: Culture) -> &'static [&'static str] {
        if culture == Culture::German { self.german } else { self.english }
    }
}

macro_rules! industries {
    ($($weight:literal $sector:ident $group:ident [$($en:literal),+] [$($de:literal),+])+) => {
        pub static INDUSTRIES: &[(Industry, usize)] = &[$((Industry {
            sector: stringify!($sector), group: stringify!($group), english: &[$($en),+], german: &[$($de),+] }, $weight)),+];
    };
}

industries! {
    3 energy energy ["Energy", "Petroleum", "Drilling", "Fuels", "Wind Power"] ["Energie", "Mineralöl", "Windkraft", "Bioenergie"]
    4 materials materials ["Chemicals", "Paper", "Timber", "Glass", "Metals", "Plastics", "Mining"] ["Chemie", "Papierfabrik", "Glashütte", "Stahlwerke", "Kunststofftechnik"]
    9 industrials capital_goods ["Engineering", "Machinery", "Construction", "Industries", "Tooling", "Builders", "Electrical"] ["Maschinenbau", "Anlagenbau", "Hochbau", "Werkzeugbau", "Elektrotechnik"]
    10 industrials commercial_professional_services ["Consulting", "Staffing", "Security", "Printing", "Cleaning", "Advisors", "Associates"] ["Unternehmensberatung", "Personaldienste", "Druckerei", "Gebäudereinigung", "Ingenieure"]
    6 industrials transportation ["Logistics", "Freight", "Shipping", "Transport", "Airways", "Couriers", "Moving"] ["Logistik", "Spedition", "Transporte", "Reederei", "Umzüge"]
    4 consumer_discretionary automobiles_components ["Motors", "Auto Parts", "Automotive", "Tire"] ["Automobile", "Fahrzeugteile", "Karosseriebau"]
    4 consumer_discretionary consumer_durables_apparel ["Furniture", "Apparel", "Textiles", "Outfitters", "Footwear", "Toys"] ["Möbelwerkstätten", "Textil", "Schuhfabrik", "Spielwaren"]
    8 consumer_discretionary consumer_services ["Hotel", "Restaurant", "Catering", "Travel", "Academy", "Fitness", "Salon"] ["Gasthof", "Hotel", "Reisen", "Akademie", "Gastronomie"]
    8 consumer_discretionary retailing ["Outlet", "Books", "Hardware", "Trading", "Stores", "Interiors", "Bicycles"] ["Handel", "Buchhandlung", "Eisenwaren", "Fahrräder", "Warenhaus"]
    3 consumer_staples food_staples_retailing ["Grocers", "Market", "Foods Wholesale", "Pharmacy"] ["Feinkost", "Lebensmittel", "Apotheke"]
    6 consumer_staples food_beverage_tobacco ["Bakery", "Brewing", "Farms", "Coffee Roasters", "Creamery", "Provisions", "Vineyards"] ["Bäckerei", "Brauerei", "Molkerei", "Kaffeerösterei", "Weingut"]
    2 consumer_staples household_personal_products ["Cosmetics", "Home Care", "Soapworks"] ["Kosmetik", "Haushaltswaren", "Seifenmanufaktur"]
    6 health_care health_care_equipment_services ["Clinic", "Dental", "Medical", "Home Health", "Veterinary", "Diagnostics"] ["Zahntechnik", "Klinik", "Medizintechnik", "Pflegedienst"]
    3 health_care pharmaceuticals_biotechnology ["Pharma", "Biotech", "Therapeutics", "Life Sciences"] ["Pharma", "Biotechnologie", "Arzneimittel"]
    2 financials banks ["Bank", "Savings", "Credit Union"] ["Bank", "Sparkasse"]
    3 financials diversified_financials ["Capital", "Investments", "Wealth", "Ventures"] ["Kapital", "Beteiligungen", "Vermögensverwaltung"]
    3 financials insurance ["Insurance", "Mutual", "Brokers", "Assurance"] ["Versicherungen", "Assekuranz"]
    11 information_technology software_services ["Software", "Systems", "Data", "Cloud", "Labs", "Digital", "Apps"] ["Software", "Systemhaus", "Datentechnik", "Digital"]
    4 information_technology technology_hardware_equipment ["Networks", "Instruments", "Devices", "Optics", "Robotics"] ["Messtechnik", "Netzwerke", "Optik", "Robotik"]
    2 information_technology semiconductors ["Semiconductor", "Microsystems", "Silicon", "Photonics"] ["Halbleiter", "Mikroelektronik"]
    2 communication_services telecommunication_services ["Telecom", "Wireless", "Broadband"] ["Telekom", "Glasfaser"]
    5 communication_services media_entertainment ["Media", "Studios", "Pictures", "Publishing", "Games", "Records"] ["Verlag", "Medien", "Filmproduktion", "Tonstudio"]
    2 utilities utilities ["Utilities", "Water", "Power", "Gas"] ["Stadtwerke", "Wasserwerke", "Energieversorgung"]
    6 real_estate real_estate ["Realty", "Properties", "Estates", "Land", "Homes"] ["Immobilien", "Hausverwaltung", "Wohnbau"]
}

/// How businesses elsewhere name themselves: `{}` is the surname, the group comes with the trade.
pub static ABROAD: &[(Culture, &str, &str)] = &[
    (Culture::French, "capital_goods", "Ateliers {}"),
    (Culture::French, "retailing", "Établissements {}"),
    (Culture::French, "food_beverage_tobacco", "Boulangerie {} et Fils"),
    (Culture::French, "food_beverage_tobacco", "Château {}"),
    (Culture::French, "transportation", "Transports {}"),
    (Culture::French, "commercial_professional_services", "{} Conseil"),
    (Culture::French, "software_services", "{} Numérique"),
    (Culture::French, "real_estate", "Immobilière {}"),
    (Culture::Dutch, "transportation", "{} Vervoer"),
    (Culture::Dutch, "retailing", "Gebroeders {}"),
    (Culture::Dutch, "food_beverage_tobacco", "Kwekerij {}"),
    (Culture::Dutch, "capital_goods", "{} Bouw"),
    (Culture::Dutch, "commercial_professional_services", "{} Adviesgroep"),
    (Culture::Italian, "capital_goods", "Officine {}"),
    (Culture::Italian, "food_beverage_tobacco", "Fratelli {}"),
    (Culture::Italian, "consumer_durables_apparel", "Calzature {}"),
    (Culture::Italian, "consumer_services", "Trattoria {}"),
    (Culture::Italian, "commercial_professional_services", "Studio {}"),
    (Culture::Spanish, "capital_goods", "Talleres {}"),
    (Culture::Spanish, "food_beverage_tobacco", "Bodegas {}"),
    (Culture::Spanish, "retailing", "Hermanos {}"),
    (Culture::Spanish, "real_estate", "Inmobiliaria {}"),
    (Culture::Spanish, "transportation", "Transportes {} e Hijos"),
    (Culture::Portuguese, "capital_goods", "Construções {}"),
    (Culture::Portuguese, "retailing", "Irmãos {}"),
    (Culture::Portuguese, "food_beverage_tobacco", "Padaria São {}"),
    (Culture::Portuguese, "health_care_equipment_services", "Clínica {}"),
    (Culture::Portuguese, "software_services", "{} Soluções"),
    (Culture::Polish, "capital_goods", "Zakłady {}"),
    (Culture::Polish, "food_beverage_tobacco", "Piekarnia {}"),
    (Culture::Polish, "transportation", "{} Przewozy"),
    (Culture::Polish, "commercial_professional_services", "Kancelaria {}"),
    (Culture::Polish, "consumer_durables_apparel", "Meble {} Łódź"),
    (Culture::Swedish, "capital_goods", "{} Bygg"),
    (Culture::Swedish, "transportation", "{} Åkeri"),
    (Culture::Swedish, "retailing", "{} & Söner"),
    (Culture::Swedish, "food_beverage_tobacco", "{}s Konditori"),
    (Culture::Japanese, "capital_goods", "株式会社{}製作所"),
    (Culture::Japanese, "technology_hardware_equipment", "{}電機株式会社"),
    (Culture::Japanese, "retailing", "{}商店"),
    (Culture::Japanese, "real_estate", "{}不動産株式会社"),
    (Culture::Japanese, "transportation", "{}運輸有限会社"),
    (Culture::Arabic, "diversified_financials", "مجموعة {}"),
    (Culture::Arabic, "retailing", "شركة {} للتجارة"),
    (Culture::Arabic, "capital_goods", "{} للمقاولات"),
    (Culture::Arabic, "real_estate", "{} العقارية"),
];

/// Legal forms by country; the empty one stands for a name without.
pub fn legal_forms(country: &str) -> &'static [&'static str] {
    match country {
        "US" => &["", "", "", "Inc", "LLC", "LLC", "Corp", "Co", "Group"],
        "CA" => &["", "", "Inc", "Ltd"],
        "GB" => &["", "", "Ltd", "Ltd", "plc", "LLP"],
        "AU" => &["", "", "Pty Ltd"],
        "DE" => &["", "GmbH", "GmbH", "GmbH & Co. KG", "AG", "e.K."],
        "AT" => &["", "GmbH", "OG"],
        "CH" => &["", "AG", "GmbH"],
        "FR" => &["", "SARL", "SAS", "SA"],
        "NL" => &["", "B.V."],
        "IT" => &["", "S.r.l.", "S.p.A."],
        "ES" => &["", "S.L.", "S.A."],
        "BR" | "PT" => &["", "Lda", "Ltda", "S.A."],
        "PL" => &["", "Sp. z o.o.", "S.A."],
        "SE" => &["", "AB"],
        _ => &[""],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trade_abroad_has_its_group() {
        for (_, group, pattern) in ABROAD {
            assert!(INDUSTRIES.iter().any(|(known, _)| known.group == *group), "{group}");
            assert!(pattern.contains("{}"));
        }
        assert_eq!(INDUSTRIES.len(), 24);
    }
}
