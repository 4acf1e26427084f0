//! The engine on a list of its own, which has one of everything.
use super::*;
use crate::infra::{db::sql::Bind, entity::Field};
use proptest::prelude::*;

const TICKET: Entity = Entity::new("thing", "THING", "thing", "things", "things").of_customer().fields(&[
    Field::choice("colour", "Colour", &[("red", "Red"), ("blue", "Blue")]),
    Field::reference("maker_id", "Maker", "makers"),
]);

const KINDS: &[crate::values::kinds::Word] = &[("small", "Small"), ("large", "Large")];

static THINGS: Listing = Listing::new("things t", Key::uuid("t.id"))
    .of(&TICKET)
    .in_chosen_sizes()
    .both_ways()
    .filters(&[
        Filter::search(Narrows::Each(" AND t.word = fold(", ")")),
        Filter::of("colour", "colour", "t.colour"),
        Filter::new("kind", "Kind", Takes::Codes(KINDS), Narrows::Column("t.kind")),
        Filter::of("maker", "maker_id", "t.maker_id"),
        Filter::new("record", "Record", Takes::Ids("things", &[("none", "None")]), Narrows::Column("t.of"))
            .single()
            .corrected("Give an id."),
    ])
    .orders(&[
        Order::by(&[Key::number("t.rank")]).called("", "Best").offered(Offered::With("q")),
        Order::by(&[Key::text("t.name")]).called("name", "Name").index("things_by_name"),
        Order::by(&[Key::time("t.at")]).called("-at", "Latest").descending().index("things_by_time"),
    ]);

const ID: &str = "018f0000-0000-7000-8000-000000000001";

fn query(text: &str) -> ListQuery {
    THINGS.read(text).0
}

/// The statement of a page.
fn page(query: &ListQuery) -> Statement {
    let select = Select { columns: "", page: "page", shown: "page.id", joined: "" };
    query.select(&Scope::nobody(), &select, 26)
}

fn cursor(keys: serde_json::Value) -> String {
    crate::infra::db::paging::cursor(&keys)
}

#[test]
fn a_page_is_one_statement() {
    let after = cursor(serde_json::json!(["2026-01-02T03:04:05.678901+00:00", ID]));
    let sql = page(&query(&format!("colour=blue&sort=-at&after={after}")));
    assert_eq!(
        sql.text(),
        "SELECT page.id, jsonb_build_array(page.key_0, page.id) AS place FROM (SELECT t.at AS key_0, t.id AS id FROM things t \
         WHERE true AND t.colour = 'blue' AND (t.at, t.id) < ($1::timestamptz, $2::uuid) ORDER BY t.at DESC, t.id DESC LIMIT 26) page  \
         ORDER BY page.key_0 DESC, page.id DESC"
    );
    assert_eq!(sql.values().count(), 2);
}

#[test]
fn values_are_put_in_order_and_wrong_ones_are_named() {
    let (query, unknown) =
        THINGS.read("kind=large&kind=small&colour=RED&colour=blue&record=x&sort=size&made=1");
    assert_eq!(query.query(), "colour=blue&colour=red&kind=small&kind=large&record=x");
    assert_eq!(unknown.words(), "“sort = size”, “made”");
    assert_eq!(query.problems(), [("record", "Give an id.")]);
    assert!(!page(&query).text().contains("t.of"));
}

#[test]
fn one_too_many_is_as_none() {
    let (query, unknown) = THINGS.read("q=a&colour=red&q=b");
    assert!(query.is_whole() && !unknown.is_empty());
}

#[test]
fn an_order_is_offered_where_it_makes_sense() {
    assert_eq!((query("").order.label, query("q=a").order.label), ("Name", "Best"));
    assert_eq!(query("q=a&sort=name").query(), "q=a&sort=name");
    assert_eq!(query("sort=name").query(), "");
}

#[test]
fn a_cursor_is_of_its_order_or_none() {
    let name = cursor(serde_json::json!(["north", ID]));
    assert!(!query(&format!("after={name}")).is_first());
    assert!(!query(&format!("before={name}")).is_first());
    assert!(query(&format!("sort=-at&after={name}")).is_first());
    for wrong in [
        serde_json::json!(["north"]),
        serde_json::json!(["north", "x"]),
        serde_json::json!([7, ID]),
        serde_json::json!(["north", ID, 1]),
        serde_json::json!({"a": 1}),
    ] {
        assert!(query(&format!("after={}", cursor(wrong.clone()))).is_first(), "{wrong}");
    }
}

#[test]
fn a_page_knows_what_is_beyond_it() {
    let rows = |n: usize| (0..n).map(|n| (n, serde_json::json!([format!("{n:03}"), ID]))).collect::<Vec<_>>();
    let first = query("").page(rows(26));
    assert_eq!((first.rows.len(), first.previous.is_some()), (25, false));
    assert_eq!(first.summary(" or more"), "25 things on this page or more");
    let second = query(&format!("after={}", first.next.unwrap_or_default())).page(rows(1));
    assert_eq!((second.next.is_none(), second.summary("")), (true, "1 thing".to_owned()));
    let back = query(&format!("before={}", second.previous.unwrap_or_default()));
    assert!(page(&back).text().contains("(t.name, t.id) < "));
    let back = back.page(rows(25));
    assert_eq!((back.rows[0], back.previous, back.next.is_some()), (24, None, true));
}

proptest! {
    #[test]
    fn what_was_typed_is_never_in_the_text(typed in "[^\\x00]*") {
        let text = |typed: &str| serde_html_form::to_string([
            ("q", typed), ("colour", typed), ("colour", "red"), ("kind", typed), ("maker", typed), ("record", typed),
            ("sort", typed), ("after", typed), ("size", typed),
        ]).unwrap_or_default();
        let query = query(&text(&typed));
        let sql = page(&query);
        prop_assert_eq!(sql.text(), if query.is_on("q") { page(&THINGS.read("q=x&colour=red").0).text() } else { page(&THINGS.read("colour=red").0).text() });
        if query.is_on("q") {
            prop_assert_eq!(sql.values().next(), Some(&Bind::Text(query.text("q"))));
        }
    }

    #[test]
    fn a_query_is_read_back_as_written(
        q in "[a-z ]{0,9}", colours in prop::collection::vec("red|blue|grey", 0..4), kinds in prop::collection::vec("small|large", 0..3),
        ids in prop::collection::vec(any::<u128>(), 0..4), order in "|name|-at|x", size in "|25|50|7", record in "|none|y",
    ) {
        let mut pairs = vec![("q", q), ("sort", order), ("size", size), ("record", record)];
        pairs.extend(colours.into_iter().map(|colour| ("colour", colour)));
        pairs.extend(kinds.into_iter().map(|kind| ("kind", kind)));
        pairs.extend(ids.into_iter().map(|id| ("maker", uuid::Uuid::from_u128(id).to_string())));
        let written = query(&serde_html_form::to_string(&pairs).unwrap_or_default()).query();
        let (again, unknown) = THINGS.read(&written);
        prop_assert_eq!(again.query(), written);
        prop_assert!(unknown.is_empty());
    }
}
