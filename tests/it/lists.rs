//! Every list by its description: what it is ordered by has an index, and what it names exists.
use crate::support::*;
use clientele::{
    LISTINGS,
    infra::{
        db::Scope,
        lists::{Key, Listing, Order, Takes},
    },
};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

#[derive(diesel::QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// The columns of an order as an index has them, in this direction.
fn columns(listing: &Listing, order: &Order, is_descending: bool) -> String {
    let direction = if is_descending { " DESC" } else { "" };
    let column = |key: &Key| format!("{}{direction}", key.name());
    let keys: Vec<String> = order.keys.iter().chain([order.id(&listing.id)]).map(column).collect();
    let first = order.first.map_or(String::new(), |flag| format!("{} DESC, ", flag.name()));
    first + &keys.join(", ")
}

#[test]
fn every_order_has_the_index_that_it_names() {
    let database = TestDatabase::new();
    let found: Vec<Index> = sql_query(
        "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = 'public'",
    )
    .load(&mut database.owner())
    .unwrap();
    let mut checked = 0;
    for listing in LISTINGS {
        for (order, name) in listing.orders.iter().filter_map(|order| Some((order, order.index?))) {
            let own = listing.from.split(' ').next().unwrap();
            let table = order.beside.map_or(own, |beside| beside.table);
            let index = found.iter().find(|index| index.name == name);
            let definition = &index.unwrap_or_else(|| panic!("{name} is no index")).definition;
            assert!(definition.contains(&format!(".{table} ")), "{name} is of another table");
            // Followed backwards, an index is in the opposite order.
            let fits = |is_descending| {
                definition.contains(&format!(", {})", columns(listing, order, is_descending)))
            };
            let include = |is_descending| {
                definition.contains(&format!(", {}) INCLUDE", columns(listing, order, is_descending)))
            };
            assert!(
                [true, false].into_iter().any(|way| fits(way) || include(way)),
                "{name} is not in the order {}: {definition}",
                columns(listing, order, order.is_descending)
            );
            checked += 1;
        }
    }
    assert!(checked > 9);
}

#[test]
fn every_list_is_a_statement_that_postgresql_can_plan() {
    let database = TestDatabase::new();
    for listing in LISTINGS {
        for order in listing.orders.iter().filter(|order| order.index.is_some()) {
            let text = if order.code.is_empty() { String::new() } else { format!("sort={}", order.code) };
            let sql = listing.read(&text).0.ids_of_page(&Scope::nobody());
            let values = vec!["NULL"; sql.values().count()].join(", ");
            let values = if values.is_empty() { values } else { format!("({values})") };
            let prepared = format!("PREPARE list AS {}; EXPLAIN EXECUTE list {values}", sql.text());
            database.owner().batch_execute(&prepared).unwrap();
        }
    }
}

#[test]
fn every_filter_says_what_it_takes() {
    for listing in LISTINGS {
        let mut names = listing.names();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}: two parameters have one name", listing.from);
        for filter in listing.filters {
            assert!(!filter.label(listing).is_empty(), "{} has no label", filter.parameter);
            assert!(!matches!(filter.takes(listing), Takes::Field(_)));
        }
    }
}
