//! Rows on their way into `COPY ... FROM STDIN`, in PostgreSQL's text format.
use chrono::{DateTime, Utc};
use std::{
    fmt::Display,
    io::{self, Write},
};

/// Rows of one table, as bytes.
#[derive(Debug, Default)]
pub struct Rows {
    bytes: Vec<u8>,
    pub count: usize,
}

impl Rows {
    /// Begins a row.
    pub fn row(&mut self) -> Row<'_> {
        self.count += 1;
        Row { start: self.bytes.len(), out: &mut self.bytes }
    }

    /// Hands the bytes over in pieces that libpq need not gather up.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.bytes.chunks(1 << 16).try_for_each(|part| out.write_all(part))
    }

    /// Forgets the rows and keeps the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }
}

/// A row being written, one column after the other.
pub struct Row<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl Row<'_> {
    fn next(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b'\t');
        }
    }

    /// A text, escaped. A first column must not be an empty text.
    pub fn text(mut self, value: &str) -> Self {
        self.next();
        for &byte in value.as_bytes() {
            match byte {
                b'\\' => self.out.extend_from_slice(b"\\\\"),
                b'\t' => self.out.extend_from_slice(b"\\t"),
                b'\n' => self.out.extend_from_slice(b"\\n"),
                b'\r' => self.out.extend_from_slice(b"\\r"),
                other => self.out.push(other),
            }
        }
        self
    }

    /// Something whose words hold nothing to escape: ids, numbers, dates.
    pub fn plain(mut self, value: impl Display) -> Self {
        self.next();
        // Writing to a Vec can't fail.
        let _ = write!(self.out, "{value}");
        self
    }

    /// A text or NULL.
    pub fn maybe(self, value: Option<&str>) -> Self {
        match value {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A plain value or NULL.
    pub fn maybe_plain(self, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.plain(value),
            None => self.null(),
        }
    }

    /// A moment.
    pub fn time(self, at: DateTime<Utc>) -> Self {
        self.plain(at.format("%Y-%m-%dT%H:%M:%SZ"))
    }

    /// A moment or NULL.
    pub fn maybe_time(self, at: Option<DateTime<Utc>>) -> Self {
        match at {
            Some(at) => self.time(at),
            None => self.null(),
        }
    }

    /// An array of texts without quotes or backslashes in them.
    pub fn texts(self, values: &[&str]) -> Self {
        let quoted: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
        self.text(&format!("{{{}}}", quoted.join(",")))
    }

    fn null(mut self) -> Self {
        self.next();
        self.out.extend_from_slice(b"\\N");
        self
    }

    /// Ends the row.
    pub fn end(self) {
        self.out.push(b'\n');
    }
}

/// Sends rows into some columns of a table and forgets them; an empty batch is not sent.
macro_rules! send {
    ($conn:expr, $rows:expr, $table:path, $columns:expr) => {{
        use diesel::ExecuteCopyFromDsl;
        if $rows.count > 0 {
            let rows = &*$rows;
            diesel::copy_from($table)
                .from_raw_data(
                    $columns,
                    |out: &mut dyn std::io::Write| -> Result<(), $crate::demo::DemoError> {
                        Ok(rows.write_to(out)?)
                    },
                )
                .execute($conn)?;
            $rows.clear();
        }
    }};
}
pub(super) use send;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_separated() {
        let mut rows = Rows::default();
        rows.row().plain(7).text("a\tb\\c\nd").maybe(None).texts(&["Core", "Two words"]).end();
        let mut out = vec![];
        rows.write_to(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "7\ta\\tb\\\\c\\nd\t\\N\t{\"Core\",\"Two words\"}\n");
    }
}
