//! The one way CSV is written, so that every spreadsheet opens it alike: UTF-8 with its mark, RFC 4180 quoting, CRLF, and no cell that is
//! run as a formula (CWE-1236). What an import reads of such a cell is what was in it.
use crate::infra::web::errors::{AppError, Result};

/// By this spreadsheets know that a file is UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What it is served as.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8";

/// A whole file: its header and rows.
pub fn file<H: AsRef<str>, R: IntoIterator<Item = String>>(
    header: impl IntoIterator<Item = H>,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>> {
    let mut file = begin(header)?;
    file.extend(lines(rows)?);
    Ok(file)
}

/// The beginning of a file that is written in pieces; [`lines`] writes the others.
pub fn begin<H: AsRef<str>>(header: impl IntoIterator<Item = H>) -> Result<Vec<u8>> {
    let header = header.into_iter().map(|name| name.as_ref().to_owned());
    Ok([MARK, &lines([header])?].concat())
}

/// Rows of a file.
pub fn lines<R: IntoIterator<Item = String>>(rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::with_capacity(1 << 12));
    for row in rows {
        let cells = row.into_iter().zip(0..).map(|(cell, column)| guarded(cell, column == 0));
        writer.write_record(cells).map_err(AppError::internal)?;
    }
    writer.into_inner().map_err(|error| AppError::internal(error.to_string()))
}

/// What spreadsheets take for the beginning of a formula; in East Asian settings in full width too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// After these a spreadsheet may begin another cell: where its separator is a semicolon or a tab, it knows nothing of our quotation
/// marks, which to it stand within a cell.
const BREAKS: [char; 4] = [';', '\t', '\r', '\n'];

/// A cell that no spreadsheet runs, whichever separator it takes: wherever a cell may begin (at its start, after a semicolon, a tab, a
/// line break) an apostrophe stands before what looks like a formula. A number with a sign and a phone number (`-12.50`,
/// `+12125550123`, `+12125550123;ext=45`) as a whole cell stay as they are, so that they can be summed and dialled; but not in the first
/// column, where a spreadsheet with semicolons reads on beyond the comma: `-1,2+A1`.
pub fn guarded(cell: String, is_first: bool) -> String {
    let may_be_formula = cell.contains(FORMULA) || cell.trim_start_matches('\'').starts_with(BREAKS);
    if !may_be_formula || (!is_first && is_number(&cell)) {
        return cell;
    }
    rewritten(&cell, |part, is_formula| if is_formula { format!("'{part}") } else { part.to_owned() })
}

/// The cell before [`guarded`]: what an import reads.
pub fn unguarded(cell: &str) -> String {
    if !cell.contains('\'') {
        return cell.to_owned();
    }
    rewritten(cell, |part, is_formula| {
        part.strip_prefix('\'').filter(|_| is_formula).unwrap_or(part).to_owned()
    })
}

/// The cell with each part that may be a cell of its own as `change` has it, which is told whether the part is a formula, or one
/// behind apostrophes: what came so gets one more, and so loses no more than that.
fn rewritten(cell: &str, change: impl Fn(&str, bool) -> String) -> String {
    let mut changed = String::with_capacity(cell.len() + 8);
    for (part, n) in cell.split_inclusive(BREAKS).zip(0..) {
        changed.push_str(&change(part, is_formula(part, n == 0)));
    }
    changed
}

/// Whether a part begins like a formula, behind apostrophes or not. Spreadsheets pass over space, and some over quotation marks.
fn is_formula(part: &str, is_start: bool) -> bool {
    let bare = part.trim_start_matches('\'');
    let skipped = |c: char| c == '"' || (c.is_whitespace() && !BREAKS.contains(&c));
    let is_break = |c: char| c != ';' && BREAKS.contains(&c);
    bare.trim_start_matches(skipped).starts_with(FORMULA) || (is_start && bare.starts_with(is_break))
}

/// A number, or a phone number with or without an extension (RFC 3966).
fn is_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    if let Some((phone, extension)) = number.split_once(";ext=") {
        return digits(phone) && digits(extension);
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    digits(whole) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_left_alone() {
        for (cell, safe) in [
            ("=HYPERLINK(\"http://evil.test\")", "'=HYPERLINK(\"http://evil.test\")"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("- item", "'- item"),
            (" =1", "' =1"),
            ("\t=1", "'\t'=1"),
            ("\ttabbed", "'\ttabbed"),
            ("'=1", "''=1"),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("x;=HYPERLINK(A1;A2);y", "x;'=HYPERLINK(A1;A2);y"),
            ("x; \"=A1", "x;' \"=A1"),
            ("a\n- b\n-1", "a\n'- b\n'-1"),
            ("a\t@b\r=c", "a\t'@b\r'=c"),
            ("+12125550123", "+12125550123"),
            ("+12125550123;ext=45", "+12125550123;ext=45"),
            ("-12.50", "-12.50"),
            ("x;-1", "x;'-1"),
            ("O'Hara", "O'Hara"),
            ("'quoted'", "'quoted'"),
            ("a=b; c", "a=b; c"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell.into(), false), safe);
            assert_eq!(unguarded(safe), cell);
        }
        assert_eq!(guarded("-12.50".into(), true), "'-12.50");
    }

    /// The cells of a file as a spreadsheet has them whose separator is `separator`: quotation marks count only where a cell begins.
    fn opened(file: &str, separator: char) -> Vec<String> {
        let (mut cells, mut rest) = (vec![], file.chars().peekable());
        while rest.peek().is_some() {
            let mut cell = String::new();
            if rest.next_if_eq(&'"').is_some() {
                while let Some(c) = rest.next() {
                    if c == '"' && rest.next_if_eq(&'"').is_none() {
                        break;
                    }
                    cell.push(c);
                }
            }
            while let Some(c) = rest.next_if(|c| *c != separator && *c != '\n' && *c != '\r') {
                cell.push(c);
            }
            rest.next();
            cells.push(cell);
        }
        cells
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_as_it_was(cell in "['=＝+@\t\r\n;\" 0-9.a-]{0,8}", first: bool) {
            prop_assert_eq!(unguarded(&guarded(cell.clone(), first)), cell);
        }

        #[test]
        fn no_separator_makes_a_formula_of_it(rows in proptest::collection::vec(proptest::collection::vec("['=＝+@\t\r\n;,\" 0-9.a-]{0,8}", 1..4), 1..4)) {
            let file = String::from_utf8(lines(rows).unwrap()).unwrap();
            for separator in [',', ';', '\t'] {
                for cell in opened(&file, separator) {
                    let bare = cell.trim_start();
                    let harmless = is_number(bare) || is_number(bare.trim_start_matches(['+', '-']));
                    prop_assert!(harmless || !bare.starts_with(FORMULA), "{:?} in {:?} by {:?}", cell, file, separator);
                }
            }
        }
    }

    #[test]
    fn a_file_has_its_mark_and_ends_lines_as_spreadsheets_do() {
        let made = file(["A", "=B"], [vec!["a,b".to_owned(), "say \"x\"".to_owned()], vec!["c".to_owned()]])
            .unwrap();
        assert_eq!(made, "\u{feff}A,'=B\r\n\"a,b\",\"say \"\"x\"\"\"\r\nc\r\n".as_bytes());
    }
}
