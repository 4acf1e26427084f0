//! Quotation marks gone wrong: a cell that never ends, and cells that have swallowed the rows below them.
use csv::StringRecord;

/// What is wrong with the quotation marks of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A cell goes on to the end of the file.
    Open,
    /// A cell holds what looks like rows.
    Swallowed,
}

impl Flaw {
    /// What to say of it, with the lines from which to which it goes.
    pub fn reason(self, first: u64, last: u64) -> String {
        match self {
            Self::Open => format!(
                "A quotation mark opens a cell that never ends: lines {first} to {last} are in it. Remove the mark, double it inside a \
                 text, or read the file without quotation marks."
            ),
            Self::Swallowed => format!(
                "A cell holds what looks like rows: lines {first} to {last} are read as one row. Look for a quotation mark that is not \
                 closed, or read the file without quotation marks."
            ),
        }
    }
}

/// How a file separates and quotes, and how many columns it has.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub separator: u8,
    pub quote: u8,
    pub columns: usize,
}

/// The flaw of a row, which was read from `raw`.
pub fn flaw(raw: &str, cells: &StringRecord, rules: Rules) -> Option<Flaw> {
    let is_long = raw.trim_end_matches(['\r', '\n']).contains(['\r', '\n']);
    let (open, goes_on) = ends(raw, rules);
    if open {
        return Some(Flaw::Open);
    }
    let swallowed = is_long && (goes_on || cells.iter().any(|cell| holds_rows(cell, rules)));
    swallowed.then_some(Flaw::Swallowed)
}

/// Whether the row ends within a cell, and whether a cell goes on behind its closing quotation mark.
fn ends(raw: &str, rules: Rules) -> (bool, bool) {
    enum Within {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let (mut at, mut goes_on) = (Within::Start, false);
    for byte in raw.bytes() {
        let (is_quote, is_separator) = (byte == rules.quote, byte == rules.separator);
        at = match at {
            Within::Start if is_quote => Within::Quoted,
            Within::Quoted if is_quote => Within::Closed,
            Within::Quoted => Within::Quoted,
            Within::Closed if is_quote => Within::Quoted,
            _ if is_separator => Within::Start,
            // Line breaks before the row, and the one at its end.
            Within::Start | Within::Closed if matches!(byte, b'\r' | b'\n' | b' ') => at,
            Within::Closed => {
                goes_on = true;
                Within::Plain
            }
            _ => Within::Plain,
        };
    }
    (matches!(at, Within::Quoted), goes_on)
}

/// Whether the lines of a cell are rows. A note may have a line with as many separators as a row; where a row has few, all lines have to
/// be like that.
fn holds_rows(cell: &str, rules: Rules) -> bool {
    if rules.columns < 2 || !cell.contains(['\r', '\n']) {
        return false;
    }
    let (mut lines, mut rows) = (0, 0);
    for line in cell.split(['\r', '\n']).skip(1).filter(|line| !line.trim().is_empty()) {
        lines += 1;
        rows += usize::from(line.bytes().filter(|b| *b == rules.separator).count() + 1 == rules.columns);
    }
    if rules.columns >= 4 { rows > 0 } else { rows >= 2 && rows == lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &str, columns: usize) -> Option<Flaw> {
        let mut cells = StringRecord::new();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(raw.as_bytes());
        reader.read_record(&mut cells).unwrap();
        flaw(raw, &cells, Rules { separator: b',', quote: b'"', columns })
    }

    #[test]
    fn open_cells_and_swallowed_rows_are_seen() {
        assert_eq!(of("Q,\"6 inch pipe\nR,x\nS,y\n", 2), Some(Flaw::Open));
        assert_eq!(of("Q,\"6 inch pipe\nR,x\nS,\"y\"\n", 2), Some(Flaw::Swallowed));
        assert_eq!(of("Q,\"6 inch pipe\nR,x\nS,5\"\n", 2), Some(Flaw::Swallowed));
        assert_eq!(of("Q,1,2,\"6 inch\nR,1,2,3\nS,1,2,5\"\n", 4), Some(Flaw::Swallowed));
    }

    #[test]
    fn what_people_write_into_a_cell_is_none() {
        for right in [
            "A,\"one\ntwo, three\"\n",
            "A,\"say \"\"x\"\"\n\"\n",
            "A,\"1 Main St, NY\nFloor 2\"\n",
            "A,\"x\" \n",
            "A,5\" pipe\n",
            "\r\n\"A\",b\r\n",
        ] {
            assert_eq!(of(right, 2), None, "{right}");
        }
        assert_eq!(of("\"Acme\" GmbH,x\n", 2), None, "on one line it is just a name");
    }
}
