//! The records that selects offer. A tenant may have hundreds of tags and staff, and most pages of a list are read without opening a select:
//! so it comes with few of them, and a script fills it when somebody reaches for it (`static/js/choices.js`) from the same page with every
//! choice, to which a link leads where scripts are off.
use super::Options;

/// What a list's address has besides its own parameters, where its page is to have every choice.
pub const EVERY_CHOICE: &str = "choices=all";
/// So many records are on every page.
const FEW: usize = 3;

/// Which records a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// No more than a few for each select.
    Few,
    Every,
}

/// What a select offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    pub options: Options,
    /// There are records besides, which the page does not hold.
    pub has_more: bool,
}

impl Offer {
    /// What the query string of a list asks for, and the rest of it.
    pub(super) fn read(query: &str) -> (Self, String) {
        let rest: Vec<&str> = query.split('&').filter(|part| *part != EVERY_CHOICE).collect();
        let rest = rest.join("&");
        (if rest.len() == query.len() { Self::Few } else { Self::Every }, rest)
    }

    /// These words, and these records where they are few or all are wanted.
    pub fn of(self, mut words: Options, records: Options) -> Choices {
        let has_more = self == Self::Few && records.len() > FEW;
        if !has_more {
            words.extend(records);
        }
        Choices { options: words, has_more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(many: usize) -> Options {
        (0..many).map(|n| (n.to_string(), format!("Name {n}"))).collect()
    }

    #[test]
    fn a_query_string_says_whether_every_choice_is_wanted() {
        for (query, offer, rest) in [
            ("", Offer::Few, ""),
            ("stage=active", Offer::Few, "stage=active"),
            ("choices=all", Offer::Every, ""),
            ("stage=active&choices=all&sort=name", Offer::Every, "stage=active&sort=name"),
            ("choices=some", Offer::Few, "choices=some"),
            ("q=choices%3Dall", Offer::Few, "q=choices%3Dall"),
        ] {
            assert_eq!(Offer::read(query), (offer, rest.to_owned()), "{query}");
        }
    }

    #[test]
    fn many_records_wait_until_they_are_wanted() {
        let words = || vec![("none".to_owned(), "Nobody".to_owned())];
        let few = Offer::Few.of(words(), options(FEW));
        assert_eq!((few.options.len(), few.has_more), (FEW + 1, false));
        let many = Offer::Few.of(words(), options(FEW + 1));
        assert_eq!((many.options, many.has_more), (words(), true));
        let every = Offer::Every.of(words(), options(FEW + 1));
        assert_eq!((every.options.len(), every.has_more), (FEW + 2, false));
    }
}
