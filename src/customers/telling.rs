//! A list of customers in words: what a saved view selects, what a bulk action is about to change.
use super::listing::{Listing, Order, Owner, Show};
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CompanyId, TagId, UserId},
            schema::{companies, tags, users},
        },
        web::errors::Result,
    },
    values::kinds,
};
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// The names of what some lists refer to by id.
#[derive(Default)]
pub struct Names(HashMap<Uuid, String>);

impl Names {
    /// Loads them in three queries at most, however many lists there are.
    pub fn of(tx: &mut Tx, listings: &[&Listing]) -> Result<Self> {
        let tag_ids: Vec<TagId> = listings.iter().flat_map(|l| l.tags.iter().copied().map(TagId)).collect();
        let company_ids: Vec<CompanyId> =
            listings.iter().flat_map(|l| l.companies.iter().copied().map(CompanyId)).collect();
        let user_ids: Vec<UserId> = listings
            .iter()
            .flat_map(|l| &l.owners)
            .filter_map(|owner| match owner {
                Owner::User(id) => Some(*id),
                Owner::Me | Owner::Nobody => None,
            })
            .collect();
        let mut names = HashMap::new();
        if !tag_ids.is_empty() {
            let found: Vec<(TagId, String)> =
                tags::table.filter(tags::id.eq_any(tag_ids)).select((tags::id, tags::name)).load(tx.conn)?;
            names.extend(found.into_iter().map(|(id, name)| (id.0, name)));
        }
        if !company_ids.is_empty() {
            let found: Vec<(CompanyId, String)> = companies::table
                .filter(companies::id.eq_any(company_ids))
                .select((companies::id, companies::name))
                .load(tx.conn)?;
            names.extend(found.into_iter().map(|(id, name)| (id.0, name)));
        }
        if !user_ids.is_empty() {
            let found: Vec<(UserId, String)> = users::table
                .filter(users::id.eq_any(user_ids))
                .select((users::id, users::name))
                .load(tx.conn)?;
            names.extend(found.into_iter().map(|(id, name)| (id.0, name)));
        }
        Ok(Self(names))
    }

    fn name(&self, id: Uuid) -> String {
        self.0.get(&id).cloned().unwrap_or_else(|| "(no longer there)".into())
    }
}

/// A part of a description: what it is about, and what it says.
pub type Fact = (&'static str, String);

/// Which customers a list selects.
pub fn selection(listing: &Listing, names: &Names) -> Vec<Fact> {
    if listing.is_whole() {
        return vec![("Customers", "All".into())];
    }
    let mut facts: Vec<Fact> = vec![];
    let mut add = |label, values: Vec<String>, joint: &str| {
        if !values.is_empty() {
            facts.push((label, values.join(joint)));
        }
    };
    let worded =
        |words, codes: &[&'static str]| codes.iter().map(|code| kinds::name(words, code)).collect::<Vec<_>>();
    let named = |ids: &[Uuid]| ids.iter().map(|id| names.name(*id)).collect::<Vec<_>>();
    if !listing.q.is_empty() {
        add("Search", vec![format!("“{}”", listing.q)], "");
    }
    match listing.show {
        Show::All => {}
        Show::Mine => add("Customers", vec!["Mine".into()], ""),
        Show::Recent => add("Customers", vec!["Recently viewed".into()], ""),
    }
    add("Stage", worded(kinds::STAGES, &listing.stages), " or ");
    add("Type", worded(kinds::TYPES, &listing.types), " or ");
    add("Source", worded(kinds::SOURCES, &listing.sources), " or ");
    add("Tag", named(&listing.tags), " and ");
    add("Company", named(&listing.companies), " or ");
    let owners = listing
        .owners
        .iter()
        .map(|owner| match owner {
            Owner::Me => "Me".to_owned(),
            Owner::Nobody => "Nobody".to_owned(),
            Owner::User(id) => names.name(id.0),
        })
        .collect();
    add("Owner", owners, " or ");
    facts
}

/// The order of a list.
pub fn order(order: Order, descending: bool) -> &'static str {
    match (order, descending) {
        (Order::Name, false) => "Name",
        (Order::Name, true) => "Name, Z to A",
        (Order::Created, false) => "Created, oldest first",
        (Order::Created, true) => "Created, latest first",
        (Order::Changed, false) => "Least recently updated",
        (Order::Changed, true) => "Recently updated",
        (Order::Best, _) => "Best match",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(query: &str) -> Vec<Fact> {
        selection(&Listing::read(query), &Names::default())
    }

    #[test]
    fn a_list_is_told_in_words() {
        assert_eq!(
            describe("q=north&stage=churned&stage=active&owner=@me&owner=none&sort=-changed"),
            [
                ("Search", "“north”".to_owned()),
                ("Stage", "Active or Churned".to_owned()),
                ("Owner", "Me or Nobody".to_owned()),
            ]
        );
    }

    #[test]
    fn the_whole_list_and_what_is_gone_are_told_too() {
        assert_eq!(describe("sort=-name"), [("Customers", "All".to_owned())]);
        assert_eq!(describe(&format!("tag={}", Uuid::nil())), [("Tag", "(no longer there)".to_owned())]);
    }
}
