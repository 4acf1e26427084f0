//! The fields of a thing as columns of a file, which an import understands again.
use super::{Field, Kind};
use crate::values::{
    kinds::{self, Word},
    lists,
};

/// How the text that the database gives for a value is written into a cell.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    Text,
    /// A code, written as people call it.
    Code(&'static [Word]),
    /// The code of an industry group, which belongs to a sector.
    Group,
    /// Several texts, as a JSON array.
    List,
}

impl Cell {
    pub fn written(self, value: Option<String>) -> String {
        let value = value.unwrap_or_default();
        match self {
            _ if value.is_empty() => value,
            Self::Text => value,
            Self::Code(words) => kinds::name(words, &value),
            Self::List => lists::written(&serde_json::from_str::<Vec<String>>(&value).unwrap_or_default()),
            Self::Group => kinds::name(kinds::IndustryGroup::WORDS, &value),
        }
    }
}

/// The columns of a field: heading, SQL that gives a text or NULL on the alias of its table, and how it is written. An address has
/// one for each of its parts.
pub fn columns(field: &Field, alias: &str) -> Vec<(String, String, Cell)> {
    let (heading, column) = (field.heading().to_owned(), format!("{alias}.{}", field.name));
    let one = |value: String, cell| vec![(heading.clone(), value, cell)];
    match field.kind {
        Kind::Text { .. }
        | Kind::Prose { .. }
        | Kind::Email
        | Kind::Phone
        | Kind::Domain
        | Kind::WebAddress => one(column, Cell::Text),
        Kind::Choice(words) => one(column, Cell::Code(words)),
        Kind::IndustryGroup => one(column, Cell::Group),
        Kind::Texts | Kind::Choices(_) => one(format!("to_json({column})::text"), Cell::List),
        Kind::Address => {
            let of = heading.trim_end_matches(" address");
            let part = |part: &&str| (format!("{of} {part}"), format!("{column}->>'{part}'"), Cell::Text);
            kinds::ADDRESS.iter().map(part).collect()
        }
        Kind::Bool => one(format!("CASE WHEN {column} THEN 'yes' ELSE 'no' END"), Cell::Text),
        Kind::Moment => vec![(format!("{heading} (UTC)"), moment(&column), Cell::Text)],
        Kind::Number | Kind::Money | Kind::Date | Kind::Moments | Kind::Json | Kind::Reference { .. } => {
            one(format!("{column}::text"), Cell::Text)
        }
    }
}

/// SQL for a moment in UTC, to the second.
pub fn moment(column: &str) -> String {
    format!("to_char({column}, 'YYYY-MM-DD HH24:MI:SS')")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_as_people_call_them() {
        let legal = Cell::Code(kinds::Classification::WORDS);
        assert_eq!(legal.written(Some("s_corporation".into())), "S corporation");
        assert_eq!(Cell::Group.written(Some("banks".into())), "Banks");
        assert_eq!(Cell::Code(kinds::SizeRange::WORDS).written(None), "");
        assert_eq!(Cell::List.written(Some(r#"["a, b","c"]"#.into())), "\"a, b\", c");
    }

    #[test]
    fn an_address_has_a_column_for_each_part() {
        let field = Field::new("billing_address", "Billing address", Kind::Address);
        let headings: Vec<String> = columns(&field, "c").into_iter().map(|(heading, ..)| heading).collect();
        assert_eq!(
            headings,
            ["Billing street", "Billing city", "Billing state", "Billing zip", "Billing country"]
        );
    }
}
