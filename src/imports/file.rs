//! A file as people have it: whatever its encoding and separator, read as rows of text under a header.
use super::{
    encodings,
    quotes::{self, Flaw},
    reading::{self, Reading},
};
use crate::infra::{refusal::Refusal, web::limits};
use csv::{ReaderBuilder, StringRecord, Terminator};

/// What may be uploaded.
pub const MOST_BYTES: usize = limits::IMPORT_SIZE.size();
/// Rows below the header.
pub const MOST_ROWS: usize = limits::IMPORT_ROWS.size();
/// Columns that a page can offer to match.
const MOST_COLUMNS: usize = limits::IMPORT_COLUMNS.size();

/// A CSV file with a header and at least one row.
#[derive(Clone, Debug)]
pub struct CsvFile {
    text: String,
    reading: Reading,
    separator: u8,
    quote: Option<u8>,
    /// Where the rows begin, behind a line that names the separator, and on which line that is.
    start: usize,
    first_line: u64,
    header: Vec<String>,
}

/// A row and the lines of the file that it stands on.
pub struct Line {
    pub number: u64,
    pub last: u64,
    pub cells: StringRecord,
    /// What is wrong with its quotation marks.
    pub flaw: Option<Flaw>,
    /// How its line ends.
    pub end: &'static str,
}

impl CsvFile {
    /// Reads what was uploaded, as `chosen` says.
    ///
    /// # Errors
    /// Why it can't be, of the choice that is to blame (`file` where none is).
    pub fn read(bytes: &[u8], chosen: &Reading) -> Result<Self, Refusal> {
        if bytes.len() > MOST_BYTES {
            return Err(Refusal::new("file", too_large()));
        }
        if let Some(problem) = no_text(bytes) {
            return Err(Refusal::new("file", problem));
        }
        let encoding = chosen.encoding_of(bytes)?;
        let text = encodings::decode(bytes, encoding).map_err(|problem| Refusal::new("encoding", problem))?;
        if text.trim().is_empty() {
            return Err(Refusal::new("file", "The file is empty."));
        }
        let named = reading::named_separator(&text);
        let start = named.map_or(0, |(_, length)| length);
        let body = text.get(start..).unwrap_or_default();
        let separator = chosen.separator_of(body, named.map(|(separator, _)| separator))?;
        let quote = chosen.quote_of(body, separator)?;
        let quote_word = quote.map_or("none", |quote| if quote == b'"' { "double" } else { "single" });
        let mut file = Self {
            reading: Reading {
                encoding: encoding.name().into(),
                separator: reading::word_of(separator).into(),
                quote: quote_word.into(),
                ..chosen.clone()
            },
            separator,
            quote,
            start,
            first_line: if start > 0 { 2 } else { 1 },
            header: vec![],
            text,
        };
        file.take_header()?;
        Ok(file)
    }

    fn take_header(&mut self) -> Result<(), Refusal> {
        let chosen = (self.reading.header > 0).then_some(self.reading.header);
        let line = chosen.or_else(|| reading::guess_header(self)).ok_or_else(|| {
            let text = "The first line has to name the columns, like: Name, Email, Phone. Add such a line, then upload the file \
                        again.";
            Refusal::new("header", text)
        })?;
        let found = self.records().find(|row| row.number == line);
        let found = found.ok_or_else(|| {
            Refusal::new("header", format!("No row begins on line {line}. Choose another."))
        })?;
        if found.cells.len() > MOST_COLUMNS {
            let text = format!(
                "The file has {} columns; {MOST_COLUMNS} are the most. Leave out those you don't need.",
                found.cells.len()
            );
            return Err(Refusal::new("header", text));
        }
        let name = |cell: &str| crate::infra::web::csv::unguarded(cell.trim()).chars().take(200).collect();
        self.header = found.cells.iter().map(name).collect();
        self.reading.header = line;
        Ok(())
    }

    /// How it is read, with everything found out.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Its separator and quotation mark.
    pub(super) fn marks(&self) -> (u8, Option<u8>) {
        (self.separator, self.quote)
    }

    /// Whether its first line names the separator, as for Excel.
    pub fn names_separator(&self) -> bool {
        self.start > 0
    }

    /// How many characters could not be read, and the line of the first.
    pub fn unread(&self) -> (usize, u64) {
        let mut places = self.text.match_indices('\u{FFFD}');
        let Some((first, _)) = places.next() else { return (0, 0) };
        (1 + places.count(), 1 + breaks(self.text.get(..first).unwrap_or_default()))
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

    /// Columns that a row has to have: up to the last that has a name.
    pub fn needed(&self) -> usize {
        self.header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1)
    }

    /// The rows under the header. Those without anything in them are passed over.
    pub fn rows(&self) -> impl Iterator<Item = Line> + '_ {
        self.records().filter(|line| {
            line.number > self.reading.header && line.cells.iter().any(|cell| !cell.trim().is_empty())
        })
    }

    /// How many rows there are, or why that is not a number that can be imported.
    pub fn count(&self) -> Result<usize, Refusal> {
        match self.rows().take(MOST_ROWS + 1).count() {
            0 => {
                Err(Refusal::new("header", "There is no row below the first line, which names the columns."))
            }
            n if n > MOST_ROWS => Err(Refusal::new("file", too_many())),
            n => Ok(n),
        }
    }

    /// Everything that is a row, the header and what stands above it too.
    pub(super) fn records(&self) -> impl Iterator<Item = Line> + '_ {
        let body = self.text.get(self.start..).unwrap_or_default();
        let mut reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .quote(self.quote.unwrap_or(b'"'))
            .quoting(self.quote.is_some())
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::CRLF)
            .from_reader(body.as_bytes());
        let rules = self.rules();
        let (mut at, mut line) = (0, self.first_line);
        std::iter::from_fn(move || {
            let mut cells = StringRecord::new();
            // Reading text from memory can't fail: whatever its quotes are like, it is some row.
            reader.read_record(&mut cells).ok().filter(|more| *more)?;
            let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            // The reader stops between CR and LF.
            let is_split = body.as_bytes().get(end) == Some(&b'\n')
                && body.as_bytes().get(end.wrapping_sub(1)) == Some(&b'\r');
            let raw = body.get(at..end + usize::from(is_split)).unwrap_or_default();
            at = end + usize::from(is_split);
            let row = raw.trim_start_matches(['\r', '\n']);
            let number = line + breaks(raw.get(..raw.len() - row.len()).unwrap_or_default());
            line += breaks(raw);
            let flaw = rules
                .filter(|rules| raw.as_bytes().contains(&rules.quote))
                .and_then(|rules| quotes::flaw(row, &cells, rules));
            let end = ["\r\n", "\n", "\r"].into_iter().find(|end| row.ends_with(end)).unwrap_or_default();
            Some(Line { number, last: line.saturating_sub(u64::from(!end.is_empty())), cells, flaw, end })
        })
    }
}

/// Line breaks in a text, whichever they are.
fn breaks(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let is_break =
        |(at, byte): (usize, &u8)| *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(|one| is_break(*one)).count() as u64
}

/// What to say of a file beyond the limit.
pub fn too_large() -> String {
    "The file is larger than 64 MB. Split it, then import one part after the other.".into()
}

/// What to say of a file with too many rows.
pub fn too_many() -> String {
    "The file has more than 200,000 rows. Split it, then import one part after the other.".into()
}

/// What to say of a file that its first bytes show to be no text.
pub fn no_text(bytes: &[u8]) -> Option<&'static str> {
    let is_spreadsheet = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0");
    is_spreadsheet.then_some(
        "This is a spreadsheet, not a CSV file. In your spreadsheet program choose “Save as”, then CSV, and upload that.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;

    fn read(bytes: &[u8]) -> CsvFile {
        CsvFile::read(bytes, &Reading::default()).unwrap()
    }

    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let file = read(bytes);
        file.rows().map(|line| (line.number, line.cells.iter().map(str::to_owned).collect())).collect()
    }

    #[test]
    fn encodings_and_separators_are_told_by_the_file() {
        let meant = [(2, vec!["Café Zürich".to_owned(), "a@b.test".to_owned()])];
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
    fn quoted_lines_and_blank_ones_count_in_line_numbers_whatever_ends_them() {
        for end in ["\r\n", "\n", "\r"] {
            let text = "Name,Notes\r\nA,\"one\r\ntwo\"\r\n\r\n,\r\nB,x\r\n".replace("\r\n", end);
            let found = rows(text.as_bytes());
            assert_eq!(found[0], (2, vec!["A".into(), format!("one{end}two")]));
            assert_eq!(found[1], (6, vec!["B".into(), "x".into()]), "{end:?}");
            assert_eq!(found.len(), 2);
        }
    }

    #[test]
    fn a_line_that_names_the_separator_is_no_header() {
        assert_eq!(
            rows(b"sep=;\r\nName;Email\r\nA,B;c@d.test\r\n"),
            [(3, vec!["A,B".into(), "c@d.test".into()])]
        );
        assert_eq!(rows(b"\xEF\xBB\xBFSEP=|\nName|Email\nA|\n").len(), 1);
        assert_eq!(read(b"sep=\t\nName\tx,y\nA\t\n").reading().separator, "tab");
    }

    #[test]
    fn titles_and_blank_rows_above_the_header_are_passed_over() {
        let file =
            read(b"Customers of Acme,,\nas of 2026-01-02,,\n\nName,Email,City\nA,a@b.test,Rome\nB,,Oslo\n");
        assert_eq!((file.reading().header, file.count()), (4, Ok(2)));
        let file = read(b"Liste\n\nBezeichnung;Wohin;Wieviel\nA;b;1\nB;c;2\n");
        assert_eq!((file.reading().header, file.count()), (3, Ok(2)));
        let chosen = Reading { header: 5, ..Reading::default() };
        let file = CsvFile::read(b"a,b\nc,d\nName,x\nA,y\nThe,header\nB,z\n", &chosen).unwrap();
        assert_eq!((file.header(), file.count()), (&["The".to_owned(), "header".to_owned()][..], Ok(1)));
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
            b"1,2,3\n",
        ] {
            assert!(CsvFile::read(wrong, &Reading::default()).is_err(), "{wrong:?}");
        }
        assert!(read(b"Name,Email\n").count().is_err());
        let wide = vec!["Name"; 300].join(",");
        let refusal = CsvFile::read(wide.as_bytes(), &Reading::default()).unwrap_err().message;
        assert!(refusal.contains("300 columns"), "{refusal}");
    }

    #[test]
    fn a_single_column_is_a_list_too() {
        assert_eq!(rows(b"Name\nSmith, Jones; and Sons\n")[0].1.len(), 2);
        assert_eq!(rows(b"Name\nAcme\n"), [(2, vec!["Acme".to_owned()])]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, quote in "(double|single|none)?", header in 0u64..9) {
            let chosen = Reading { quote, header, ..Reading::default() };
            if let Ok(file) = CsvFile::read(&bytes, &chosen) {
                let _ = (file.count(), file.unread());
            }
        }

        #[test]
        fn no_choice_of_an_encoding_makes_it_panic(bytes: Vec<u8>, at in 0..encodings::OFFERED.len()) {
            let chosen = Reading { encoding: encodings::OFFERED[at].0.into(), ..Reading::default() };
            if let Ok(file) = CsvFile::read(&bytes, &chosen) {
                let _ = file.count();
            }
        }
    }
}
