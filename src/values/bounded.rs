//! Bounded text: a type for each, so that a subject is no body, and its limit stands in one place.
use super::{Invalid, text};

/// How many lines a text has, and so how it is cleaned (see [`text`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    One,
    Several,
}

/// The rule of a bounded text.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub lines: Lines,
    /// In characters.
    pub most: usize,
    /// What is said of a text that has none; `None`: it may be empty.
    pub empty: Option<&'static str>,
    /// What is said of a text that is too long.
    pub long: &'static str,
}

impl Bounds {
    /// The text as it is kept.
    pub fn read(self, typed: &str) -> Result<String, Invalid> {
        let text = match self.lines {
            Lines::One => text::line(typed),
            Lines::Several => text::lines(typed),
        };
        match (self.empty, text.chars().count()) {
            (Some(empty), 0) => Err(Invalid::from(empty)),
            (_, length) if length > self.most => Err(Invalid::from(self.long)),
            _ => Ok(text),
        }
    }
}

/// A type of bounded text: `line` or `lines`, its limit in characters, and what is said where it is empty (left out: it may be) or too
/// long.
macro_rules! bounded_text {
    ($($(#[$of:meta])* $name:ident: $lines:ident $most:literal, $(empty $empty:literal,)? long $long:literal;)+) => {$(
        $(#[$of])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        impl $name {
            /// The most characters that it may have.
            pub const LIMIT: usize = $most;

            const BOUNDS: crate::values::bounded::Bounds = crate::values::bounded::Bounds {
                lines: crate::values::bounded::bounded_text!(@$lines),
                most: $most,
                empty: crate::values::bounded::bounded_text!(@empty $($empty)?),
                long: $long,
            };
        }

        impl std::str::FromStr for $name {
            type Err = crate::values::Invalid;
            fn from_str(typed: &str) -> Result<Self, crate::values::Invalid> {
                Self::BOUNDS.read(typed).map(Self)
            }
        }

        crate::values::traits::text_traits!($name);
    )+};
    (@line) => { crate::values::bounded::Lines::One };
    (@lines) => { crate::values::bounded::Lines::Several };
    (@empty $empty:literal) => { Some($empty) };
    (@empty) => { None };
}
pub(crate) use bounded_text;

#[cfg(test)]
mod tests {
    use crate::values::laws;

    bounded_text! {
        Title: line 5, empty "Enter a title.", long "A title may have 5 characters.";
        Remark: lines 8, long "Keep it to 8 characters.";
    }

    #[test]
    fn text_is_cleaned_and_bounded() {
        assert_eq!(" a \r\n b ".parse::<Title>().unwrap().as_str(), "a b");
        assert_eq!(" a \r\n b ".parse::<Remark>().unwrap().as_str(), " a \n b");
        assert_eq!("\u{200B}".parse::<Title>().unwrap_err().0, "Enter a title.");
        assert_eq!("abcdef".parse::<Title>().unwrap_err().0, "A title may have 5 characters.");
        assert_eq!("".parse::<Remark>().unwrap().as_str(), "");
        assert_eq!(Title::LIMIT, 5);
    }

    proptest::proptest! {
        #[test]
        fn bounded_text_is_read_back(any in "\\PC*", text in "[ a\u{0}\r\n\té\u{301}]{0,12}") {
            for typed in [&any, &text] {
                proptest::prop_assert!(laws::is_read_back::<Title>(typed) && laws::is_read_back::<Remark>(typed));
            }
        }
    }
}
