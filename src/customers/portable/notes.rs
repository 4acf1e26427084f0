//! What is said of what could not be restored as it was: a sentence for each kind, with a count.
use crate::infra::{
    entity::Entity,
    web::filters::{counted, thousands},
};
use std::collections::BTreeSet;

/// Names in a column to which nobody answers here.
#[derive(Debug)]
pub struct Lost {
    pub entity: &'static Entity,
    pub column: String,
    pub names: BTreeSet<String>,
    /// How many records named them.
    pub rows: usize,
    /// They are left out for it, since they are nothing without.
    pub is_dropped: bool,
}

impl Lost {
    pub fn sentence(&self) -> String {
        let field = self.entity.field(&self.column);
        let first = self.names.first().map_or("", String::as_str);
        if let (1, Some(note)) = (self.names.len(), field.and_then(|field| field.lost)) {
            return note.replace("{}", first);
        }
        let records = counted(self.rows, self.entity.singular, self.entity.plural);
        let are = if self.rows == 1 { "is" } else { "are" };
        let outcome = if self.is_dropped {
            format!("{records} {are} not restored")
        } else {
            format!("{records} {are} restored with an empty “{}”", self.entity.label(&self.column))
        };
        match self.names.len() {
            0 | 1 => format!("{outcome}: {first} is not here any more, or can't be that."),
            2 => format!("{outcome}: {first} and another are not here any more, or can't be that."),
            many => format!(
                "{outcome}: {first} and {} others are not here any more, or can't be that.",
                thousands(many as u64 - 1)
            ),
        }
    }
}

/// A value that was given to somebody else meanwhile: "2 tickets get a new number ...".
pub fn renewed(entity: &Entity, column: &str, rows: i64) -> String {
    let label = entity.label(column).to_lowercase();
    let records = counted(rows, entity.singular, entity.plural);
    if rows == 1 {
        format!("{records} gets a new {label}: its own is not free here.")
    } else {
        format!("{records} get a new {label}: their own are not free here.")
    }
}

/// Files whose bytes are not in the document.
pub fn without_content(files: usize) -> String {
    match files {
        1 => "One file is restored without its content, which is not in the document.".into(),
        many => {
            format!(
                "{} files are restored without their content, which is not in the document.",
                thousands(many as u64)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_gone_is_said_once_with_a_count() {
        let find = |code| crate::infra::entity::by_code(crate::ENTITIES, code).unwrap();
        let lost = |code, column: &str, names: &[&str], rows, is_dropped| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Lost { entity: find(code), column: column.into(), names, rows, is_dropped }.sentence()
        };
        assert_eq!(
            lost("assignment", "user_id", &["a@x.test"], 1, true),
            "a@x.test is no CS rep here any more, and does not own it."
        );
        assert_eq!(
            lost("assignment", "user_id", &["a@x.test", "b@x.test"], 2, true),
            "2 ownerships are not restored: a@x.test and another are not here any more, or can't be that."
        );
        assert_eq!(
            lost("ticket", "requester_id", &["a@x.test"], 1200, false),
            "1,200 tickets are restored with an empty “Requester”: a@x.test is not here any more, or can't be that."
        );
        assert_eq!(
            renewed(find("ticket"), "number", 1),
            "1 ticket gets a new number: its own is not free here."
        );
    }
}
