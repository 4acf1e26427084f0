//! Names of people and of businesses, and the addresses in the net that go with them.
use super::{
    dice::Dice,
    industries::{ABROAD, INDUSTRIES, Industry, legal_forms},
    words::{ADJECTIVES, Culture, NOUNS, PLACE_TAILS, STEM_HEADS, STEM_MIDDLES, STEM_TAILS},
};

/// A word as it is shown, and in Latin letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub shown: String,
    pub latin: String,
}

impl Word {
    fn plain(shown: impl Into<String>) -> Self {
        let shown = shown.into();
        Self { latin: shown.clone(), shown }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub given: Word,
    pub surname: Word,
}

/// A business and what it does.
pub struct Business {
    pub name: String,
    /// What its domain is called.
    pub slug: String,
    pub industry: &'static Industry,
}

/// All words, parted once.
pub struct Vocabulary {
    given: Vec<Vec<&'static str>>,
    surnames: Vec<Vec<&'static str>>,
    halves: Vec<Option<(Vec<&'static str>, Vec<&'static str>)>>,
    heads: Vec<&'static str>,
    middles: Vec<&'static str>,
    tails: Vec<&'static str>,
    adjectives: Vec<&'static str>,
    nouns: Vec<&'static str>,
    place_tails: Vec<&'static str>,
}

fn split(text: &'static str) -> Vec<&'static str> {
    text.split(' ').collect()
}

impl Default for Vocabulary {
    fn default() -> Self {
        let names = Culture::ALL.map(Culture::names);
        Self {
            given: names.iter().map(|n| split(n.given)).collect(),
            surnames: names.iter().map(|n| split(n.surnames)).collect(),
            halves: names.iter().map(|n| n.halves.map(|(a, b)| (split(a), split(b)))).collect(),
            heads: split(STEM_HEADS),
            middles: split(STEM_MIDDLES),
            tails: split(STEM_TAILS),
            adjectives: split(ADJECTIVES),
            nouns: split(NOUNS),
            place_tails: split(PLACE_TAILS),
        }
    }
}

impl Vocabulary {
    /// Somebody of a culture; in Japan and Arabia written as there in some cases only.
    pub fn person(&self, culture: Culture, dice: &mut Dice) -> Person {
        let native = dice.permille(600);
        let read = |entry: &str| match entry.split_once('=') {
            Some((shown, latin)) if native => Word { shown: shown.to_owned(), latin: latin.to_owned() },
            Some((_, latin)) => Word::plain(latin),
            None => Word::plain(entry),
        };
        let given = read(dice.word(&self.given[culture as usize]));
        let surname = match &self.halves[culture as usize] {
            Some((first, second)) if dice.permille(550) => Word::plain(self.joined(first, second, dice)),
            _ => read(dice.word(&self.surnames[culture as usize])),
        };
        Person { given, surname }
    }

    fn surname(&self, culture: Culture, dice: &mut Dice) -> Word {
        self.person(culture, dice).surname
    }

    fn joined(&self, first: &[&str], second: &[&str], dice: &mut Dice) -> String {
        format!("{}{}", dice.pick(first), dice.pick(second))
    }

    /// A word that nobody has used yet: Velmora, Kortexa.
    fn stem(&self, dice: &mut Dice) -> String {
        let middle = if dice.permille(220) { dice.pick(&self.middles) } else { "" };
        format!("{}{middle}{}", dice.pick(&self.heads), dice.pick(&self.tails))
    }

    fn place(&self, dice: &mut Dice) -> String {
        let heads = self.halves[Culture::English as usize].as_ref().map_or(&self.heads, |(first, _)| first);
        self.joined(heads, &self.place_tails, dice)
    }

    /// A business of a country; `culture` is how it is named.
    pub fn business(&self, country: &str, culture: Culture, dice: &mut Dice) -> Business {
        let international = !matches!(culture, Culture::English | Culture::German) && dice.permille(400);
        if !international && let Some(business) = self.abroad(culture, dice) {
            return business;
        }
        let industry = dice.weighted(INDUSTRIES);
        let trade = dice.word(industry.trades(culture));
        let stem = |dice: &mut Dice| Word::plain(self.stem(dice));
        let (core, with_trade) = match dice.below(100) {
            0..34 => (stem(dice).shown, true),
            34..42 => (stem(dice).shown, false),
            42..56 => (self.surname(culture, dice).latin, true),
            56..68 => {
                let (one, other) = (self.surname(culture, dice).latin, self.surname(culture, dice).latin);
                (format!("{one} & {other}"), dice.permille(600))
            }
            68..74 => {
                let tail = match culture {
                    Culture::German => *dice.pick(&["& Söhne", "& Partner", "Gebrüder"]),
                    _ => *dice.pick(&["& Sons", "Brothers", "Partners", "& Daughters", "Family"]),
                };
                (format!("{} {tail}", self.surname(culture, dice).latin), dice.permille(700))
            }
            74..84 => (self.place(dice), true),
            84..96 => (format!("{} {}", dice.pick(&self.adjectives), dice.pick(&self.nouns)), true),
            _ => (format!("{} {}", self.stem(dice), self.stem(dice)), dice.permille(500)),
        };
        let short = if with_trade { format!("{core} {trade}") } else { core.clone() };
        let slug = slug(if dice.permille(650) { &short } else { &core });
        let name = if dice.permille(4) {
            self.long(&core, trade, culture, dice)
        } else {
            [short.as_str(), dice.word(legal_forms(country))].join(" ").trim_end().to_owned()
        };
        Business { name, slug, industry }
    }

    fn abroad(&self, culture: Culture, dice: &mut Dice) -> Option<Business> {
        let ways: Vec<_> = ABROAD.iter().filter(|(of, ..)| *of == culture).collect();
        if ways.is_empty() {
            return None;
        }
        let (_, group, pattern) = *dice.pick(&ways);
        let (industry, _) = INDUSTRIES.iter().find(|(industry, _)| industry.group == *group)?;
        let mut word = self.surname(culture, dice);
        if !matches!(culture, Culture::Japanese | Culture::Arabic) && dice.permille(550) {
            let other = self.surname(culture, dice);
            word = Word::plain(format!("{} & {}", word.latin, other.latin));
        }
        let tail = if dice.permille(700) {
            format!("-{}", slug(industry.trades(Culture::English)[0]))
        } else {
            String::new()
        };
        Some(Business {
            name: pattern.replace("{}", &word.shown),
            slug: format!("{}{tail}", slug(&word.latin)),
            industry,
        })
    }

    /// A name that no column is wide enough for.
    fn long(&self, core: &str, trade: &str, culture: Culture, dice: &mut Dice) -> String {
        let (place, other) = (self.place(dice), self.place(dice));
        let name = match culture {
            Culture::German => format!(
                "Arbeitsgemeinschaft {core} {trade} und Gemeinnütziger Verein zur Förderung der Zusammenarbeit zwischen {place} und {other} sowie der umliegenden Gemeinden e. V."
            ),
            _ => format!(
                "The {core} {trade} Association for the Advancement of Cooperation, Training and Mutual Support between Greater {place}, {other} and the Surrounding Counties, Incorporated"
            ),
        };
        name.chars().take(200).collect::<String>().trim_end().to_owned()
    }
}

/// A text in lower-case Latin letters and digits, parted by hyphens: what a domain is called.
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => out.push('a'),
            'ç' | 'ć' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' => out.push('o'),
            'ś' => out.push('s'),
            'ù' | 'ú' | 'û' => out.push('u'),
            'ź' | 'ż' => out.push('z'),
            '\'' | '’' | '.' => {}
            _ if out.ends_with('-') || out.is_empty() => {}
            _ => out.push('-'),
        }
    }
    out.truncate(60);
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn slugs_are_latin_and_lower_case() {
        assert_eq!(slug("Café São & Łódź GmbH"), "cafe-sao-lodz-gmbh");
        assert_eq!(slug("O'Brien  & Sons"), "obrien-sons");
        assert_eq!(slug("田中"), "");
    }

    #[test]
    fn every_culture_has_names_with_a_latin_spelling() {
        let words = Vocabulary::default();
        for culture in Culture::ALL {
            for i in 0..200 {
                let person = words.person(culture, &mut Dice::of(1, i));
                assert!(slug(&person.surname.latin).len() > 1, "{person:?}");
                assert!(slug(&person.given.latin).len() > 1, "{person:?}");
            }
        }
    }

    #[test]
    fn businesses_rarely_share_a_name() {
        let words = Vocabulary::default();
        let mut dice = Dice::of(1, 1);
        let made: Vec<_> = (0..5000).map(|_| words.business("US", Culture::English, &mut dice)).collect();
        let names: HashSet<_> = made.iter().map(|b| b.name.as_str()).collect();
        assert!(names.len() > 4900, "{}", names.len());
        let distinct: HashSet<_> = made.iter().flat_map(|b| b.name.split(' ')).collect();
        assert!(distinct.len() > 3500, "{}", distinct.len());
        assert!(made.iter().all(|b| b.name.chars().count() <= 200 && !b.slug.is_empty()));
    }
}
