//! What a page shows of a file, so that somebody sees whether it is read rightly: columns with samples, the first rows, and what is odd.
use super::{
    file::{CsvFile, Line},
    reading::{FIRST_ROWS, Reading},
};
use crate::infra::web::filters;

/// Values of a column that are shown beside it.
const SAMPLES: usize = 3;
/// Rows as they are read.
const ROWS: usize = 6;
/// Columns of them.
const COLUMNS: usize = 12;
/// Rows that are looked through for samples.
const LOOKED: usize = 200;

/// A piece of text, and whether it looks wrong.
pub type Piece = (String, bool);

/// A row as it is read.
pub struct Row {
    pub line: u64,
    pub cells: Vec<Vec<Piece>>,
}

/// A file as a page shows it.
pub struct Sheet {
    pub reading: Reading,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// The first values of each column, each once, cut where they are long.
    pub samples: Vec<Vec<String>>,
    /// The header and the first rows.
    pub rows: Vec<Row>,
    /// Columns that the rows leave out.
    pub more_columns: usize,
    /// Lines that may be the header, with what stands there.
    pub headers: Vec<(String, String)>,
    pub notes: Vec<String>,
    /// Whether anything in the rows looks wrong.
    pub is_odd: bool,
}

impl Sheet {
    /// Goes through the first rows; not for the server's own threads, since a cell may be long.
    pub fn of(file: &CsvFile) -> Self {
        let header = file.reading().header;
        let columns = file.columns();
        let mut samples = vec![vec![]; columns.len()];
        for line in file.rows().take(LOOKED) {
            for (found, cell) in samples.iter_mut().zip(line.cells.iter()) {
                sample(found, cell);
            }
        }
        let shown = columns.len().min(COLUMNS);
        let rows: Vec<Row> = file
            .records()
            .filter(|line| line.number == header)
            .chain(file.rows())
            .take(ROWS + 1)
            .map(|line| Row {
                line: line.number,
                cells: (0..shown).map(|at| pieces(line.cells.get(at).unwrap_or_default())).collect(),
            })
            .collect();
        Self {
            reading: file.reading().clone(),
            more_columns: columns.len() - shown,
            is_odd: rows.iter().flat_map(|row| &row.cells).flatten().any(|(_, odd)| *odd),
            headers: headers(file, header),
            notes: notes(file),
            columns,
            samples,
            rows,
        }
    }
}

fn sample(found: &mut Vec<String>, cell: &str) {
    let cell = cell.trim();
    if found.len() == SAMPLES || cell.is_empty() {
        return;
    }
    let mut text: String = cell.chars().filter(|c| !c.is_control()).take(32).collect();
    if text.len() < cell.len() {
        text.push('…');
    }
    if !found.contains(&text) {
        found.push(text);
    }
}

fn headers(file: &CsvFile, header: u64) -> Vec<(String, String)> {
    let words = |line: &Line| {
        let words: Vec<&str> = line.cells.iter().map(str::trim).filter(|cell| !cell.is_empty()).collect();
        words.join(", ").chars().filter(|c| !c.is_control()).take(60).collect::<String>()
    };
    let mut found: Vec<(String, String)> = file
        .records()
        .map(|line| (line.number, words(&line)))
        .filter(|(_, words)| !words.is_empty())
        .take(FIRST_ROWS)
        .map(|(number, words)| (number.to_string(), format!("Line {number}: {words}")))
        .collect();
    let header = header.to_string();
    if !found.iter().any(|(number, _)| *number == header) {
        found.push((header.clone(), format!("Line {header}")));
    }
    found
}

fn notes(file: &CsvFile) -> Vec<String> {
    let mut notes = vec![];
    if file.names_separator() {
        notes.push("Line 1 names the separator (sep=) and is skipped.".to_owned());
    }
    let above = file
        .records()
        .take_while(|line| line.number < file.reading().header)
        .filter(|line| line.cells.iter().any(|cell| !cell.trim().is_empty()))
        .count();
    if above > 0 {
        notes.push(format!("{} above the header skipped.", filters::counted(above, "row", "rows")));
    }
    let mut ends = file.records().take(10 * LOOKED).filter(|line| !line.end.is_empty());
    if let Some(first) = ends.next() {
        if let Some(other) = ends.find(|line| line.end != first.end) {
            notes.push(format!(
                "Line ends are mixed: line {} ends differently from the lines before it.",
                other.last
            ));
        } else if first.end == "\r" {
            notes.push("Lines end with a carriage return (CR), as on old Macs.".to_owned());
        }
    }
    let (unread, line) = file.unread();
    if unread > 0 {
        notes.push(format!(
            "{} couldn't be read in this encoding, the first on line {line}. Such characters are shown as �.",
            filters::counted(unread, "character", "characters")
        ));
    }
    notes
}

/// A cell in pieces, cut where it is long; line breaks are shown.
fn pieces(cell: &str) -> Vec<Piece> {
    let mut shown: Vec<char> = cell.trim().replace("\r\n", "\n").chars().take(61).collect();
    if shown.len() > 60 {
        shown.truncate(60);
        shown.push('…');
    }
    let mut pieces: Vec<Piece> = vec![];
    for (at, c) in shown.iter().enumerate() {
        let next = shown.get(at + 1).copied();
        let before = at.checked_sub(1).and_then(|at| shown.get(at)).copied();
        let odd = is_odd(*c)
            || begins_gibberish(*c, next)
            || before.is_some_and(|before| begins_gibberish(before, Some(*c)));
        let c = match c {
            '\n' | '\r' => '⏎',
            c if is_odd(*c) => '�',
            c => *c,
        };
        match pieces.last_mut() {
            Some((text, was_odd)) if *was_odd == odd => text.push(c),
            _ => pieces.push((c.to_string(), odd)),
        }
    }
    pieces
}

/// What nobody types: what could not be read, control and private characters, invisible ones and those that turn the writing.
fn is_odd(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{FFFD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{E000}'..='\u{F8FF}')
}

/// How UTF-8 begins that is read as Windows-1252: `Ã¼`, `Â `, `â€™`, `Ð˜`.
fn begins_gibberish(c: char, next: Option<char>) -> bool {
    let is_rest = |c: char| {
        !c.is_ascii()
            && (!c.is_alphabetic()
                || matches!(c, 'ƒ' | 'Š' | 'Œ' | 'Ž' | 'š' | 'œ' | 'ž' | 'Ÿ' | 'ˆ' | 'ª' | 'º' | 'µ'))
    };
    matches!(c, 'Ã' | 'Â' | 'â' | 'Ð' | 'Ñ') && next.is_some_and(is_rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> Vec<String> {
        pieces(text).into_iter().filter(|(_, odd)| *odd).map(|(text, _)| text).collect()
    }

    #[test]
    fn what_looks_wrong_is_marked_and_what_people_write_is_not() {
        assert_eq!(odd("MÃ¼ller & SÃ¶hne"), ["Ã¼", "Ã¶"]);
        assert_eq!(odd("Caf\u{FFFD}"), ["�"]);
        assert_eq!(odd("a\u{202E}b"), ["�"]);
        for right in ["Müller", "SÃO PAULO", "MÃE", "Ñandú", "東京", "Œuvre – “x”", "ÂGE"] {
            assert_eq!(odd(right), [""; 0], "{right}");
        }
        assert_eq!(pieces("a\r\nb"), [("a⏎b".to_owned(), false)]);
    }
}
