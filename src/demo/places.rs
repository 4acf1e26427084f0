//! Countries with their cities, streets, postcodes and telephone numbers. Patterns are filled by `Dice::fill`; where a country
//! reserves numbers for films and books, they are those.
use super::{dice::Dice, words::Culture};
use serde::Serialize;

/// A postal address as the `jsonb` columns hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Address {
    pub street: String,
    pub city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    pub zip: String,
    pub country: String,
}

/// Name, state, postcode and telephone number.
pub struct City(pub &'static str, &'static str, &'static str, &'static str);

/// A country, and how one lives in it.
pub struct Country {
    pub code: &'static str,
    pub culture: Culture,
    pub cities: &'static [City],
    streets: &'static [&'static str],
    number_first: bool,
}

impl Country {
    /// A city of it.
    pub fn city(&self, dice: &mut Dice) -> &'static City {
        dice.pick(self.cities)
    }

    /// An address in a city of it.
    pub fn address(&self, city: &City, dice: &mut Dice) -> Address {
        let street = dice.pick(self.streets);
        let number = if dice.permille(850) { dice.between(1, 180) } else { dice.between(181, 4900) };
        Address {
            street: if self.number_first {
                format!("{number} {street}")
            } else {
                format!("{street} {number}")
            },
            city: city.0.to_owned(),
            state: city.1.to_owned(),
            zip: dice.fill(city.2),
            country: self.code.to_owned(),
        }
    }
}

impl City {
    /// A telephone number there, in E.164.
    pub fn phone(&self, dice: &mut Dice) -> String {
        dice.fill(self.3)
    }
}

macro_rules! country {
    ($code:literal $culture:ident $first:literal [$($street:literal),+] $(($city:literal, $state:literal, $zip:literal, $phone:literal)),+ $(,)?) => {
        Country { code: $code, culture: Culture::$culture, number_first: $first, streets: &[$($street),+],
            cities: &[$(City($city, $state, $zip, $phone)),+] }
    };
}

pub static COUNTRIES: &[Country] = &[
    country!("US" English true ["Main Street", "Oak Avenue", "Maple Street", "Cedar Lane", "Washington Avenue", "Lake Drive", "Hill Road", "Park Avenue", "Market Street", "Second Street", "Harbor Boulevard", "Industrial Parkway", "Commerce Drive", "Sunset Boulevard", "Mill Road", "Church Street", "Franklin Street", "Railroad Avenue", "Old County Road", "River Road"]
        ("New York", "NY", "100##", "+1212555####"), ("Brooklyn", "NY", "112##", "+1718555####"), ("Buffalo", "NY", "142##", "+1716555####"), ("Boston", "MA", "021##", "+1617555####"),
        ("Philadelphia", "PA", "191##", "+1215555####"), ("Pittsburgh", "PA", "152##", "+1412555####"), ("Baltimore", "MD", "212##", "+1410555####"), ("Atlanta", "GA", "303##", "+1404555####"),
        ("Miami", "FL", "331##", "+1305555####"), ("Orlando", "FL", "328##", "+1407555####"), ("Charlotte", "NC", "282##", "+1704555####"), ("Nashville", "TN", "372##", "+1615555####"),
        ("Chicago", "IL", "606##", "+1312555####"), ("Detroit", "MI", "482##", "+1313555####"), ("Cleveland", "OH", "441##", "+1216555####"), ("Columbus", "OH", "432##", "+1614555####"),
        ("Milwaukee", "WI", "532##", "+1414555####"), ("Minneapolis", "MN", "554##", "+1612555####"), ("Saint Louis", "MO", "631##", "+1314555####"), ("Kansas City", "MO", "641##", "+1816555####"),
        ("Houston", "TX", "770##", "+1713555####"), ("Dallas", "TX", "752##", "+1214555####"), ("Austin", "TX", "787##", "+1512555####"), ("San Antonio", "TX", "782##", "+1210555####"),
        ("Denver", "CO", "802##", "+1303555####"), ("Phoenix", "AZ", "850##", "+1602555####"), ("Salt Lake City", "UT", "841##", "+1801555####"), ("Albuquerque", "NM", "871##", "+1505555####"),
        ("Los Angeles", "CA", "900##", "+1213555####"), ("San Diego", "CA", "921##", "+1619555####"), ("San Francisco", "CA", "941##", "+1415555####"), ("Sacramento", "CA", "958##", "+1916555####"),
        ("Portland", "OR", "972##", "+1503555####"), ("Seattle", "WA", "981##", "+1206555####"), ("Anchorage", "AK", "995##", "+1907555####"), ("Honolulu", "HI", "968##", "+1808555####"),
        ("New Orleans", "LA", "701##", "+1504555####"), ("Omaha", "NE", "681##", "+1402555####"), ("Richmond", "VA", "232##", "+1804555####"), ("Hartford", "CT", "061##", "+1860555####")),
    country!("CA" English true ["King Street West", "Queen Street", "Yonge Street", "Granville Street", "Rue Sherbrooke", "Portage Avenue", "Elgin Street", "Spadina Avenue"]
        ("Toronto", "ON", "M5V #X#", "+1416555####"), ("Ottawa", "ON", "K1P #X#", "+1613555####"), ("Vancouver", "BC", "V6B #X#", "+1604555####"), ("Calgary", "AB", "T2P #X#", "+1403555####"),
        ("Montréal", "QC", "H3B #X#", "+1514555####"), ("Québec", "QC", "G1R #X#", "+1418555####"), ("Winnipeg", "MB", "R3C #X#", "+1204555####"), ("Halifax", "NS", "B3J #X#", "+1902555####")),
    country!("GB" English true ["High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane", "Queens Road", "The Crescent", "Deansgate", "Bridge Street", "Albion Terrace"]
        ("London", "", "EC1A #XX", "+442079460###"), ("Manchester", "", "M1 #XX", "+441614960###"), ("Birmingham", "", "B2 #XX", "+441214960###"), ("Leeds", "", "LS1 #XX", "+441134960###"),
        ("Bristol", "", "BS1 #XX", "+441174960###"), ("Edinburgh", "", "EH1 #XX", "+441314960###"), ("Glasgow", "", "G2 #XX", "+441414960###"), ("Cardiff", "", "CF10 #XX", "+442920180###")),
    country!("AU" English true ["George Street", "Collins Street", "Queen Street", "Adelaide Terrace", "Bourke Road", "Pacific Highway", "Wattle Grove"]
        ("Sydney", "NSW", "20##", "+6127010####"), ("Melbourne", "VIC", "30##", "+6137010####"), ("Brisbane", "QLD", "40##", "+6177010####"), ("Adelaide", "SA", "50##", "+6187010####")),
    country!("DE" German false ["Hauptstraße", "Bahnhofstraße", "Gartenweg", "Schillerstraße", "Goethestraße", "Lindenallee", "Am Markt", "Industriestraße", "Mühlenweg", "Kirchgasse", "Königstraße", "Rheinufer", "An der Alten Ziegelei", "Friedrich-Ebert-Straße"]
        ("Berlin", "", "10###", "+493023125####"), ("Hamburg", "", "20###", "+494066969####"), ("München", "", "80###", "+498999998####"), ("Köln", "", "50###", "+492214710####"),
        ("Frankfurt am Main", "", "60###", "+496990009####"), ("Stuttgart", "", "70###", "+497112N#####"), ("Düsseldorf", "", "40###", "+492112N#####"), ("Leipzig", "", "04###", "+493412N#####"),
        ("Dresden", "", "01###", "+493512N#####"), ("Hannover", "", "30###", "+495112N#####"), ("Nürnberg", "", "90###", "+499112N#####"), ("Bremen", "", "28###", "+494212N#####"),
        ("Münster", "", "481##", "+492512N#####"), ("Freiburg im Breisgau", "", "791##", "+497612N#####"), ("Lübeck", "", "235##", "+494512N#####"), ("Würzburg", "", "970##", "+499312N#####")),
    country!("AT" German false ["Ringstraße", "Mariahilfer Straße", "Getreidegasse", "Landstraße", "Herrengasse", "Am Graben"]
        ("Wien", "", "1##0", "+4315N#####"), ("Graz", "Steiermark", "80##", "+43316N#####"), ("Linz", "Oberösterreich", "40##", "+43732N#####"), ("Salzburg", "Salzburg", "50##", "+43662N#####"), ("Innsbruck", "Tirol", "60##", "+43512N#####")),
    country!("CH" German false ["Bahnhofstrasse", "Limmatquai", "Seestrasse", "Spitalgasse", "Freie Strasse", "Rue du Rhône"]
        ("Zürich", "ZH", "80##", "+4144N######"), ("Basel", "BS", "40##", "+4161N######"), ("Bern", "BE", "30##", "+4131N######"), ("Genève", "GE", "12##", "+4122N######"), ("Winterthur", "ZH", "84##", "+4152N######"), ("Luzern", "LU", "60##", "+4141N######")),
    country!("FR" French true ["rue de la République", "avenue Victor-Hugo", "place du Marché", "rue des Écoles", "boulevard Gambetta", "chemin des Vignes", "quai de l'Île"]
        ("Paris", "", "750##", "+3319900####"), ("Lyon", "", "690##", "+3346571####"), ("Marseille", "", "130##", "+3346571####"), ("Lille", "", "590##", "+3335301####"), ("Bordeaux", "", "330##", "+3353649####"), ("Nantes", "", "440##", "+3326191####"), ("Besançon", "", "250##", "+3335301####")),
    country!("NL" Dutch false ["Keizersgracht", "Stationsweg", "Dorpsstraat", "Coolsingel", "Molenlaan", "Wilhelminastraat"]
        ("Amsterdam", "", "10## XX", "+3120N######"), ("Rotterdam", "", "30## XX", "+3110N######"), ("Utrecht", "", "35## XX", "+3130N######"), ("Eindhoven", "", "56## XX", "+3140N######")),
    country!("IT" Italian false ["Via Roma", "Via Garibaldi", "Corso Italia", "Piazza del Duomo", "Viale della Libertà", "Via dei Mille"]
        ("Milano", "MI", "201##", "+3902N#######"), ("Roma", "RM", "001##", "+3906N#######"), ("Torino", "TO", "101##", "+39011N######"), ("Bologna", "BO", "401##", "+39051N######")),
    country!("ES" Spanish false ["Calle Mayor", "Gran Vía", "Avenida de la Constitución", "Paseo del Río", "Calle San José", "Plaza de España"]
        ("Madrid", "", "280##", "+3491N######"), ("Barcelona", "", "080##", "+3493N######"), ("Valencia", "", "460##", "+3496N######"), ("Málaga", "", "290##", "+34952######")),
    country!("BR" Portuguese false ["Avenida Paulista", "Rua das Flores", "Rua São Bento", "Avenida Brasil", "Praça da Sé", "Rua João Pessoa"]
        ("São Paulo", "SP", "01###-###", "+55113#######"), ("Rio de Janeiro", "RJ", "20###-###", "+55213#######"), ("Belo Horizonte", "MG", "30###-###", "+55313#######"), ("Curitiba", "PR", "80###-###", "+55413#######"), ("Florianópolis", "SC", "88###-###", "+55483#######")),
    country!("PT" Portuguese false ["Rua Augusta", "Avenida da Liberdade", "Largo do Carmo", "Rua de Santa Catarina"]
        ("Lisboa", "", "1###-###", "+35121N######"), ("Porto", "", "4###-###", "+35122N######"), ("Coimbra", "", "3###-###", "+351239######")),
    country!("PL" Polish false ["ul. Piotrkowska", "ul. Długa", "al. Jerozolimskie", "ul. Świętego Marcina", "ul. Kościuszki", "ul. Mickiewicza"]
        ("Warszawa", "", "00-###", "+4822N######"), ("Kraków", "", "30-###", "+4812N######"), ("Łódź", "", "90-###", "+4842N######"), ("Gdańsk", "", "80-###", "+4858N######"), ("Wrocław", "", "50-###", "+4871N######"), ("Poznań", "", "60-###", "+4861N######")),
    country!("SE" Swedish false ["Storgatan", "Kungsgatan", "Drottninggatan", "Skolgatan", "Järnvägsgatan", "Västra Hamngatan"]
        ("Stockholm", "", "11# ##", "+4684650####"), ("Göteborg", "", "41# ##", "+4631390####"), ("Malmö", "", "21# ##", "+4640628####"), ("Umeå", "", "90# ##", "+469017####")),
    country!("JP" Japanese false ["中央通り", "本町", "丸の内", "桜台", "銀座", "山手"]
        ("東京", "東京都", "10#-00##", "+8135N######"), ("大阪", "大阪府", "53#-00##", "+8166N######"), ("名古屋", "愛知県", "46#-00##", "+81522######"), ("札幌", "北海道", "06#-00##", "+81112######"), ("福岡", "福岡県", "81#-00##", "+81922######")),
    country!("AE" Arabic true ["Sheikh Zayed Road", "Al Maktoum Street", "شارع الوحدة", "شارع الكورنيش", "Jumeirah Beach Road"]
        ("Dubai", "", "00000", "+97143######"), ("أبو ظبي", "", "00000", "+97126######"), ("الشارقة", "", "00000", "+97165######")),
];

/// The country of a code; the first where there is none such.
pub fn country(code: &str) -> &'static Country {
    COUNTRIES.iter().find(|country| country.code == code).unwrap_or(&COUNTRIES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_valid_in_their_city() {
        let mut dice = Dice::of(1, 1);
        for country in COUNTRIES {
            for city in country.cities {
                for _ in 0..20 {
                    let phone = city.phone(&mut dice);
                    let read = crate::values::Phone::parse(&phone).unwrap();
                    assert!(read.is_usual(), "{phone} in {}", city.0);
                    assert_eq!(read.to_string(), phone);
                }
            }
        }
    }
}
