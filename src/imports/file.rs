//! A file as people have it: whatever its encoding and separator, read as rows of text under a header.
use crate::customers::parsing;
use csv::{ReaderBuilder, StringRecord, Terminator};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What may be uploaded: 64 MB.
pub const MOST_BYTES: usize = 64 << 20;
/// Rows below the header.
pub const MOST_ROWS: usize = 200_000;
/// Columns that a page can offer to match.
const MOST_COLUMNS: usize = 200;
/// How much of a file tells its encoding and separator.
const SAMPLE: usize = 64 << 10;

/// A CSV file with a header and at least one row.
#[derive(Clone, Debug)]
pub struct CsvFile {
    text: String,
    separator: u8,
    header: Vec<String>,
}

/// A row and the line of the file that it starts on.
pub struct Line {
    pub number: u64,
    pub cells: StringRecord,
}

impl CsvFile {
    /// Reads what was uploaded, or says why it can't be.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MOST_BYTES {
            return Err(too_large());
        }
        Self::of_text(decode(bytes)?)
    }

    /// Reads what [`CsvFile::read`] made of an upload.
    pub fn of_text(text: String) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("The file is empty.".into());
        }
        let separator = separator_of(&text);
        let mut file = Self { text, separator, header: vec![] };
        let first = file.lines(false).next();
        file.header = first
            .map(|line| line.cells.iter().map(|cell| cell.trim().to_owned()).collect())
            .unwrap_or_default();
        if file.header.len() > MOST_COLUMNS {
            return Err(format!(
                "The file has more than {MOST_COLUMNS} columns. Leave out those you don't need."
            ));
        }
        if !names_columns(&file.header) {
            return Err(
                "The first line has to name the columns, like: Name, Email, Phone. Add such a line, \
                        then upload the file again."
                    .into(),
            );
        }
        Ok(file)
    }

    /// Its text, to be kept.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of its columns; those without one are numbered.
    pub fn columns(&self) -> Vec<String> {
        let named = |(at, name): (usize, &String)| {
            if name.is_empty() { format!("Column {}", at + 1) } else { name.clone() }
        };
        self.header.iter().enumerate().map(named).collect()
    }

    /// The header as it is written.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows under the header. Those without anything in them are passed over.
    pub fn rows(&self) -> impl Iterator<Item = Line> + '_ {
        self.lines(true).filter(|line| line.cells.iter().any(|cell| !cell.trim().is_empty()))
    }

    /// How many rows there are, or why that is not a number that can be imported.
    pub fn count(&self) -> Result<usize, String> {
        match self.rows().take(MOST_ROWS + 1).count() {
            0 => Err("There is no row below the first line, which names the columns.".into()),
            n if n > MOST_ROWS => {
                Err("The file has more than 200,000 rows. Split it, then import one part after the other."
                    .into())
            }
            n => Ok(n),
        }
    }

    fn lines(&self, after_header: bool) -> impl Iterator<Item = Line> + '_ {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(after_header)
            .flexible(true)
            .terminator(Terminator::CRLF)
            .from_reader(self.text.as_bytes());
        std::iter::from_fn(move || {
            let mut cells = StringRecord::new();
            // Reading text from memory can't fail: whatever its quotes are like, it is some row.
            reader.read_record(&mut cells).ok().filter(|more| *more)?;
            let (line, byte) = cells.position().map_or((1, 0), |at| (at.line(), at.byte()));
            Some(Line { number: line + self.blank_lines(byte), cells })
        })
    }

    /// A position is that before the blank lines that were passed over on the way to the row.
    fn blank_lines(&self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).filter(|b| **b == b'\n').count() as u64
    }
}

/// What to say of a file beyond the limit.
pub fn too_large() -> String {
    "The file is larger than 64 MB. Split it, then import one part after the other.".into()
}

/// Text from bytes: by the byte order mark, else by what they look like.
fn decode(bytes: &[u8]) -> Result<String, String> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(
            "This is a spreadsheet, not a CSV file. In your spreadsheet program choose “Save as”, then CSV, \
                    and upload that."
                .into(),
        );
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => looks_like_utf_16(sample)
            .unwrap_or_else(|| if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }),
    };
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let (mut seen, mut odd) = (0, 0);
    for c in text.chars().take(SAMPLE) {
        seen += 1;
        if c == '\u{FFFD}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            odd += 1;
        }
    }
    if odd * 50 > seen {
        return Err("This is not a text file. Save your list as CSV, then upload that.".into());
    }
    Ok(text.into_owned())
}

/// Latin text in UTF-16 has a zero in every other byte.
fn looks_like_utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let most = sample.len() * 3 / 10;
    match (zeros(0) > most, zeros(1) > most) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// The separator under which the most rows have as many cells as the header, and the more the better.
fn separator_of(text: &str) -> u8 {
    let score = |separator: u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records().take(50).flatten();
        let columns = records.next().map_or(0, |header| header.len());
        if columns < 2 {
            return (0, 0);
        }
        let (same, all) =
            records.fold((0, 0), |(same, all), row| (same + usize::from(row.len() == columns), all + 1));
        (1 + (same * 100usize).checked_div(all).unwrap_or(99), columns)
    };
    // The first wins a tie, so the commonest comes last in what max_by_key goes through.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// Whether a first line can be a header: words, no data.
fn names_columns(header: &[String]) -> bool {
    let is_data = |cell: &String| {
        cell.chars().count() > 200
            || parsing::email(cell).is_ok_and(|found| found.is_some())
            || (cell.chars().any(|c| c.is_ascii_digit())
                && cell.chars().all(|c| c.is_ascii_digit() || "+-./() ".contains(c)))
            || cell.contains("://")
    };
    header.iter().any(|cell| !cell.is_empty()) && !header.iter().any(is_data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let file = CsvFile::read(bytes).unwrap();
        file.rows().map(|line| (line.number, line.cells.iter().map(str::to_owned).collect())).collect()
    }

    #[test]
    fn separators_and_encodings_are_found_out() {
        let meant = vec![(2, vec!["Café Zürich".to_owned(), "a@b.test".to_owned()])];
        for separator in [",", ";", "\t", "|"] {
            let text = format!("Name{separator}Email\nCafé Zürich{separator}a@b.test\n");
            assert_eq!(rows(text.as_bytes()), meant, "{separator}");
            assert_eq!(rows(format!("\u{FEFF}{text}").as_bytes()), meant, "with a byte order mark");
            assert_eq!(rows(&WINDOWS_1252.encode(&text).0), meant, "Windows-1252");
            let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(rows(&utf_16), meant, "UTF-16");
            assert_eq!(rows(&[b"\xFF\xFE", &*utf_16].concat()), meant, "UTF-16 with a byte order mark");
        }
    }

    #[test]
    fn quoted_lines_and_blank_ones_count_in_line_numbers() {
        let found = rows(b"Name,Notes\r\nA,\"one\r\ntwo\"\r\n\r\n,\r\nB,x\r\n");
        assert_eq!(found[0], (2, vec!["A".into(), "one\r\ntwo".into()]));
        assert_eq!(found[1], (6, vec!["B".into(), "x".into()]));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let zeros = [0u8; 400];
        for wrong in [
            &b""[..],
            b" \n\n",
            b"\xEF\xBB\xBF",
            b"PK\x03\x04rest",
            &zeros,
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0",
            b"ada@acme.test,Ada\nb@c.test,B\n",
            b",,\na,b,c\n",
            b"1,2,3\n",
        ] {
            assert!(CsvFile::read(wrong).is_err(), "{wrong:?}");
        }
        assert!(CsvFile::read(b"Name,Email\n").unwrap().count().is_err());
    }

    #[test]
    fn a_single_column_is_a_list_too() {
        assert_eq!(rows(b"Name\nSmith, Jones; and Sons\n")[0].1.len(), 2);
        assert_eq!(rows(b"Name\nAcme\n"), [(2, vec!["Acme".to_owned()])]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            if let Ok(file) = CsvFile::read(&bytes) {
                let _ = file.count();
            }
        }
    }
}
