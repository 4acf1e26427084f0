//! The one cleaning of text, wherever it comes in: forms, JSON, queries, uploads, imports, documents, the command line.
//!
//! Text is kept in Unicode's composed form (NFC), without characters that nobody sees, with one kind of space. What is empty
//! afterwards was empty: whether a field is filled in is judged behind this. Cleaning twice is cleaning once.
use super::joiners::{self, Joins};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A text of one line: names, subjects, tags, addresses. Line breaks and every run of spaces become one space, the ends have none.
pub fn line(typed: &str) -> String {
    if is_plain_line(typed) {
        return typed.to_owned();
    }
    let mut clean = String::with_capacity(typed.len());
    for word in visible(typed).split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    clean
}

/// A text of several lines: messages, notes. Every kind of line break becomes `\n`; blank lines before and all space after the text go,
/// the indentation of its first line stays.
pub fn lines(typed: &str) -> String {
    let clean = visible(typed);
    let clean = clean.trim_end_matches([' ', '\t', '\n']);
    let begin = clean.find(|c| !matches!(c, ' ' | '\t' | '\n')).unwrap_or(clean.len());
    let begin = clean.get(..begin).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    clean.get(begin..).unwrap_or_default().to_owned()
}

/// Whether a text is clean as it stands. Nearly all are, and most of an import's time would go into looking closer.
fn is_plain_line(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7F).contains(&byte))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
}

/// The text composed, with one kind of space and of line break, and without what is not seen. A joiner or a variation selector stays
/// where it shapes its neighbours.
fn visible(typed: &str) -> String {
    let mut clean: Vec<char> = Vec::with_capacity(typed.len());
    let mut rest = typed.nfc().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                if rest.peek() == Some(&'\n') {
                    rest.next();
                }
                clean.push('\n');
            }
            '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\t' => clean.push('\t'),
            _ if c.general_category() == GeneralCategory::SpaceSeparator || is_blank(c) => clean.push(' '),
            _ => match joiners::joins(c) {
                Joins::Nothing if is_unseen(c) => {}
                _ => clean.push(c),
            },
        }
    }
    // Judged by what is left: a joiner between two characters of which one goes joins nothing.
    let text: String = joiners::kept(&clean).into_iter().nfc().collect();
    text
}

/// Letters and signs that are drawn as nothing: the Braille blank and the fillers of Hangul.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// What is neither seen nor shapes what is: controls, directions, zero widths, tags, hidden marks, and what is no character.
fn is_unseen(c: char) -> bool {
    match c {
        // Signs of numbers and verses that span what follows: format characters by category, but seen.
        '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}' => false,
        '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' => false,
        '\u{34F}' | '\u{17B4}' | '\u{17B5}' | '\u{2060}'..='\u{206F}' | '\u{FFF0}'..='\u{FFFB}' => true,
        '\u{FDD0}'..='\u{FDEF}' | '\u{E0000}'..='\u{E0FFF}' => true,
        _ if u32::from(c) & 0xFFFE == 0xFFFE => true,
        _ => matches!(c.general_category(), GeneralCategory::Control | GeneralCategory::Format),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_no_text() {
        for blank in [
            "\u{200B}",
            "\u{FEFF}",
            "\u{00AD}",
            "\u{2060}",
            "\u{202E}",
            "\u{2066}\u{2069}",
            "\u{200D}",
            "\u{200C}",
            "\u{FE0F}",
            "\u{E0041}",
            "\u{E0101}",
            "\u{3164}",
            "\u{2800}",
            "\u{00A0}",
            "\u{3000}",
            "\0",
            "\u{7F}",
            "\u{9F}",
            "\u{34F}",
            "\u{180E}",
            "\u{61C}",
            "\u{FFFF}",
            "\u{FDD0}",
            "\u{17B5}",
            " \t\r\n\u{2028}",
        ] {
            assert_eq!(line(blank), "", "{blank:?}");
            assert_eq!(lines(blank), "", "{blank:?}");
        }
    }

    #[test]
    fn one_line_has_one_kind_of_space_and_no_more_than_one() {
        assert_eq!(line(" Acme\u{A0}\u{2009} Ltd\u{200B}. \r\n\tNorth "), "Acme Ltd. North");
        assert_eq!(line("caf\u{65}\u{301}"), "caf\u{E9}");
        assert_eq!(line("Acme \u{202E}moc.live\u{202C}"), "Acme moc.live");
        assert_eq!(line("\u{E0041}\u{E0042}soft\u{AD}ware"), "software");
    }

    #[test]
    fn several_lines_keep_their_breaks_and_the_first_ones_indentation() {
        assert_eq!(lines("\r\n \n    let a  = 1;\r\tb\u{2029}\u{A0}c  \n\n"), "    let a  = 1;\n\tb\n c");
        assert_eq!(lines("one\r\n\r\ntwo"), "one\n\ntwo");
    }

    proptest::proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in "(\\PC|[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{FE00}-\u{FE0F}\u{900}-\u{95F}\u{300}-\u{34F}\u{1F466}-\u{1F469}\u{E0061}-\u{E007F} \r\n\t])*") {
            let (one, many) = (line(&text), lines(&text));
            proptest::prop_assert_eq!(line(&one), one.clone());
            proptest::prop_assert_eq!(lines(&many), many.clone());
            proptest::prop_assert_eq!(line(&many), one.clone());
            let is_hidden = one.contains(['\n', '\t', '\r', '\0', '\u{200B}', '\u{202E}', '\u{FEFF}']);
            proptest::prop_assert!(!is_hidden);
        }
    }
}
