//! What a saved view is made of, as values that can't be wrong.
use crate::{
    customers::listing::CUSTOMERS,
    infra::lists::ListQuery,
    values::{Invalid, bounded::bounded_text, traits::text_traits},
};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::str::FromStr;

bounded_text! {
    /// What a view is called.
    ViewName: line 60, empty "Name the view.", long "The name may have 60 characters.";
}

/// Which customers a view selects, and in which order: the query string of their list.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Selection(String);

impl Selection {
    /// The most bytes that one may have.
    pub const LIMIT: usize = 2000;
}

impl TryFrom<&ListQuery> for Selection {
    type Error = Invalid;

    fn try_from(query: &ListQuery) -> Result<Self, Invalid> {
        let text = query.query();
        if text.len() > Self::LIMIT {
            return Err(Invalid::from("This list has too many filters to be saved. Take some off."));
        }
        Ok(Self(text))
    }
}

impl FromStr for Selection {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let (query, unknown) = CUSTOMERS.read(typed);
        if !unknown.is_empty() {
            let words = unknown.words();
            return Err(format!("This list has an unknown filter: {words}. Open it without it.").into());
        }
        Self::try_from(&query)
    }
}

text_traits!(Selection);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    proptest::proptest! {
        #[test]
        fn a_selection_is_read_back(
            any in "\\PC*",
            query in "((stage=(active|churned)|type=business|q=[a-zé%+&]{0,5}|sort=-?(name|created)|owner=(@me|none)|size=(25|50))&){0,5}",
        ) {
            proptest::prop_assert!(laws::is_read_back::<Selection>(&any) && laws::is_read_back::<Selection>(&query));
        }
    }
}
