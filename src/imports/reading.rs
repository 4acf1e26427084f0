//! How a file is read: its encoding, separator, quotation mark and header. Guessed from the file, shown, and changed where the guess is wrong.
use super::{encodings, fields::Mapping, file::CsvFile, quotes};
use crate::{infra::refusal::Refusal, values::Email};
use csv::ReaderBuilder;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

/// What a select offers: its value and what it is called.
pub type Choice = (&'static str, &'static str);

pub static SEPARATORS: &[Choice] =
    &[("comma", "Comma (,)"), ("semicolon", "Semicolon (;)"), ("tab", "Tab"), ("pipe", "Vertical bar (|)")];

pub static QUOTES: &[Choice] = &[("double", "Double (\")"), ("single", "Single (')"), ("none", "None")];

/// How a file is read. What is empty (the line of the header: 0) is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// By its WHATWG name.
    pub encoding: String,
    /// A value of [`SEPARATORS`].
    pub separator: String,
    /// A value of [`QUOTES`].
    pub quote: String,
    /// The line of the file on which the header begins, from 1.
    pub header: u64,
    /// Rows with too few cells end with empty ones, rather than being wrong.
    pub fill: bool,
}

impl Reading {
    /// What a new choice leaves to be found out again. Whoever chooses another encoding or separator looks for a header that was not seen
    /// before, unless they have chosen one too.
    pub fn chosen_after(mut self, before: &Self) -> Self {
        let is_wide = |reading: &Self| reading.encoding.starts_with("UTF-16");
        let same = (&self.encoding, &self.separator, &self.quote)
            == (&before.encoding, &before.separator, &before.quote);
        if is_wide(&self) != is_wide(before) && self.separator == before.separator {
            self.separator.clear();
        }
        if !same && self.header == before.header {
            self.header = 0;
        }
        self
    }

    pub(super) fn encoding_of(&self, bytes: &[u8]) -> Result<&'static Encoding, Refusal> {
        if self.encoding.is_empty() {
            return Ok(encodings::detect(bytes));
        }
        encodings::named(&self.encoding)
            .ok_or_else(|| Refusal::new("encoding", "Choose an encoding from the list."))
    }

    pub(super) fn separator_of(&self, text: &str, named: Option<u8>) -> Result<u8, Refusal> {
        match self.separator.as_str() {
            "" => Ok(named.unwrap_or_else(|| guess_separator(text))),
            chosen => {
                byte_of(chosen).ok_or_else(|| Refusal::new("separator", "Choose a separator from the list."))
            }
        }
    }

    pub(super) fn quote_of(&self, text: &str, separator: u8) -> Result<Option<u8>, Refusal> {
        match self.quote.as_str() {
            "" => Ok(Some(guess_quote(text, separator))),
            "double" => Ok(Some(b'"')),
            "single" => Ok(Some(b'\'')),
            "none" => Ok(None),
            _ => Err(Refusal::new("quote", "Choose a quotation mark from the list.")),
        }
    }
}

fn byte_of(separator: &str) -> Option<u8> {
    Some(match separator {
        "comma" => b',',
        "semicolon" => b';',
        "tab" => b'\t',
        "pipe" => b'|',
        _ => return None,
    })
}

/// What a separator is called among [`SEPARATORS`].
pub(super) fn word_of(separator: u8) -> &'static str {
    match separator {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "pipe",
        _ => "comma",
    }
}

/// The separator that a first line `sep=;` names, as Excel writes and reads it, and the length of that line.
pub(super) fn named_separator(text: &str) -> Option<(u8, usize)> {
    let line = text.split(['\r', '\n']).next()?;
    let bare = line.trim_start_matches('"').trim_end_matches('"');
    let named = bare.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and(bare.get(4..))?;
    let separator = match named {
        "\\t" => b'\t',
        one => one.bytes().next().filter(|b| byte_of(word_of(*b)) == Some(*b))?,
    };
    let rest = text.get(line.len()..)?;
    let end = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    Some((separator, line.len() + end))
}

/// Rows that tell the separator and the header.
const TELLING: usize = 100;

/// The separator under which the most rows have the same number of cells, and the more the better.
fn guess_separator(text: &str) -> u8 {
    let score = |separator: u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let widths: Vec<usize> = reader.records().take(TELLING).flatten().map(|row| row.len()).collect();
        let wide = widths.iter().copied().filter(|width| *width > 1);
        let alike = |width: usize| widths.iter().filter(|other| **other == width).count();
        let best = wide.map(|width| (alike(width) * 20 / widths.len().max(1), width)).max();
        best.unwrap_or((0, 0))
    };
    // The last wins a tie, so the commonest comes last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// The quotation mark that stands around cells: single ones where they do and double ones nowhere.
fn guess_quote(text: &str, separator: u8) -> u8 {
    let around = |quote: u8| {
        let cells = text.lines().take(TELLING).flat_map(|line| line.split(char::from(separator)));
        let quote = char::from(quote);
        cells.filter(|cell| cell.len() > 1 && cell.starts_with(quote) && cell.ends_with(quote)).count()
    };
    if around(b'"') == 0 && around(b'\'') > 1 { b'\'' } else { b'"' }
}

/// Rows among which a header is looked for, and offered.
pub const FIRST_ROWS: usize = 20;

/// The line of the header among the first rows: the first that is as wide as the rows are and holds words, no data. Titles above it are
/// narrower. A row that names fields of ours goes before one that names none.
pub(super) fn guess_header(file: &CsvFile) -> Option<u64> {
    let rows: Vec<(u64, Vec<String>)> = file
        .records()
        .map(|line| {
            (line.number, line.cells.iter().map(|cell| cell.trim().chars().take(300).collect()).collect())
        })
        .filter(|(_, cells): &(u64, Vec<String>)| cells.iter().any(|cell| !cell.is_empty()))
        .take(FIRST_ROWS + 30)
        .collect();
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let mut widths: Vec<usize> = rows.iter().map(|(_, cells)| filled(cells)).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(1);
    let is_title = |cells: &[String]| usual > 2 && filled(cells) * 2 <= usual;
    let known = |cells: &[String]| Mapping::guess(cells).filled().len();
    let mut candidates = rows.iter().take(FIRST_ROWS).filter(|(_, cells)| !is_title(cells));
    let (first, cells) = candidates.next()?;
    if known(cells) == 0 {
        let names_fields = |cells: &Vec<String>| known(cells) > 1 && known(cells) * 2 > filled(cells);
        if let Some((line, _)) = candidates.find(|(_, cells)| names_fields(cells)) {
            return Some(*line);
        }
    }
    names_columns(cells).then_some(*first)
}

/// Whether a row can be a header: words, no data, but for a few where it names fields of ours.
fn names_columns(header: &[String]) -> bool {
    let is_data = |cell: &&String| {
        cell.chars().count() > 200
            || cell.parse::<Email>().is_ok()
            || (cell.chars().any(|c| c.is_ascii_digit())
                && cell.chars().all(|c| c.is_ascii_digit() || "+-./() ".contains(c)))
            || cell.contains("://")
    };
    let data = header.iter().filter(is_data).count();
    data == 0 || Mapping::guess(header).filled().len() > data
}

impl CsvFile {
    /// How its quotation marks are looked at; `None` where it has none.
    pub(super) fn rules(&self) -> Option<quotes::Rules> {
        let (separator, quote) = self.marks();
        Some(quotes::Rules { separator, quote: quote?, columns: self.header().len() })
    }
}
