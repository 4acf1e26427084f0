//! Characters that are not seen themselves but shape their neighbours: they stay where they do, and go everywhere else.
//!
//! Without them families fall apart into persons, Persian words run together, Indic letters lose their form, and names of Japan get
//! the wrong one of two characters. Standing alone they would make two of one name.
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// What a character may shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joins {
    /// It is none of them.
    Nothing,
    /// A joiner or a non-joiner: what is before and after it.
    Neighbours,
    /// A variation selector: what is before it.
    Before,
    /// A letter of a flag's name, or its end.
    Flag,
}

/// What `c` may shape.
pub(super) fn joins(c: char) -> Joins {
    match c {
        '\u{200C}' | '\u{200D}' => Joins::Neighbours,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Joins::Before,
        '\u{180B}'..='\u{180D}' | '\u{180F}' => Joins::Before,
        '\u{E0061}'..='\u{E007A}' | '\u{E007F}' => Joins::Flag,
        _ => Joins::Nothing,
    }
}

/// The flags that are written by tags behind a black flag: England, Scotland, Wales (RGI of UTS #51).
const FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// The characters without those that shape nothing where they stand.
pub(super) fn kept(text: &[char]) -> Vec<char> {
    let mut clean: Vec<char> = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        at += 1;
        let before = clean.last().copied();
        // What a joiner meets is the next character that is none itself.
        let after = text.get(at..).unwrap_or_default().iter().copied().find(|c| joins(*c) == Joins::Nothing);
        match joins(c) {
            Joins::Nothing => clean.push(c),
            Joins::Neighbours if shapes_both(c, &clean, after) => clean.push(c),
            Joins::Before if before.is_some_and(|before| has_variants(before, c)) => clean.push(c),
            Joins::Flag if before == Some('\u{1F3F4}') => {
                let tags = text.get(at - 1..).unwrap_or_default();
                let flag = FLAGS.iter().find(|flag| is_flag(tags, flag));
                if let Some(flag) = flag {
                    clean.extend(tags.iter().take(flag.len() + 1));
                    at += flag.len();
                }
            }
            _ => {}
        }
    }
    clean
}

fn is_flag(tags: &[char], name: &str) -> bool {
    let written = name.bytes().filter_map(|byte| char::from_u32(0xE0000 + u32::from(byte)));
    tags.iter().copied().take(name.len() + 1).eq(written.chain(['\u{E007F}']))
}

/// Whether a joiner stands between two emoji, or between two letters of a script that knows it.
fn shapes_both(joiner: char, before: &[char], after: Option<char>) -> bool {
    let Some(after) = after else { return false };
    let Some(&last) = before.last() else { return false };
    let is_selector = joins(last) == Joins::Before;
    let seen = if is_selector { before.iter().rev().nth(1).copied() } else { Some(last) };
    if joiner == '\u{200D}' && seen.is_some_and(is_picture) && is_picture(after) {
        return true;
    }
    is_joining(last) && is_joining(after)
}

/// An emoji of its own: digits are emoji too, but only with a keycap.
fn is_picture(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char()
}

/// A letter or mark of the scripts in which joiners tell words and forms apart: Arabic and its kin, Indic ones, Mongolian.
fn is_joining(c: char) -> bool {
    let is_script = matches!(c,
        '\u{600}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1800}'..='\u{18AF}'
        | '\u{1A20}'..='\u{1CFF}' | '\u{A800}'..='\u{A8FF}' | '\u{A980}'..='\u{AAFF}' | '\u{FB50}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' | '\u{10A00}'..='\u{10FFF}' | '\u{11000}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}');
    is_script
        && joins(c) == Joins::Nothing
        && matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
}

/// Whether `selector` chooses between forms of `c`.
fn has_variants(c: char, selector: char) -> bool {
    match selector {
        // As text or as a picture.
        '\u{FE0E}' | '\u{FE0F}' => c.is_emoji_char(),
        // Forms of a Chinese character.
        '\u{E0100}'..='\u{E01EF}' => is_han(c),
        '\u{FE00}'..='\u{FE02}' => {
            is_han(c) || matches!(c, '\u{2200}'..='\u{22FF}' | '\u{2A00}'..='\u{2AFF}')
        }
        '\u{180B}'..='\u{180D}' | '\u{180F}' => matches!(c, '\u{1820}'..='\u{18AA}'),
        _ => false,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use crate::values::text::line;

    #[test]
    fn what_shapes_its_neighbours_stays() {
        for text in [
            "👨\u{200D}👩\u{200D}👧",
            "❤\u{FE0F}\u{200D}🔥",
            "1\u{FE0F}\u{20E3}",
            "👩🏽\u{200D}🚀",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "🏳\u{FE0F}\u{200D}🌈",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "ക്\u{200C}ഷ",
            "葛\u{E0100}城",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn and_goes_where_there_is_nothing_to_shape() {
        for (typed, clean) in [
            ("Ac\u{200D}me", "Acme"),
            ("Ac\u{200C}me\u{FE0F}", "Acme"),
            ("می\u{200C}", "می"),
            ("می\u{200C}\u{200C}خواهم", "می\u{200C}خواهم"),
            ("👨\u{200D} x", "👨 x"),
            ("Acme\u{E0067}\u{E0062}", "Acme"),
            ("🏴\u{E0068}\u{E0069}\u{E007F}", "🏴"),
            ("A\u{E0100}", "A"),
        ] {
            assert_eq!(line(typed), clean, "{typed:?}");
        }
    }
}
