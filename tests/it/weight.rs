//! What was taken out of the long lists, so that they weigh little, is still told.
use crate::support::*;
use std::fs;

/// The pages that staff have open all day, with the class of their table.
const LISTS: [(&str, &str); 2] =
    [("/console/customers", "table--customers"), ("/console/tickets", "table--tickets")];

#[actix_web::test]
async fn cells_of_small_screens_are_called_as_their_columns() {
    let style = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/static/css/lists.css")).unwrap();
    let app = TestApp::start_demo(300).await;
    for (path, table) in LISTS.into_iter().chain([("/console/customers?sort=-contact", "table--customers")]) {
        let page = app.person("ada@acme.test").await.get(path).await;
        let heads = page.assert_ok().all(&format!(".{table} thead th"));
        let cells = page.all(&format!(".{table} tbody tr:first-child > *")).len();
        assert_eq!(heads.len(), cells, "{path}");
        let class = page.attribute(&format!(".{table}"), "class").unwrap();
        // All but the checkbox and the name.
        for (place, head) in heads.iter().skip(2).rev().enumerate() {
            let label = |selector: &str| {
                let rule = format!("{selector} td:nth-last-child({})::before {{ content: \"", place + 1);
                let (_, rest) = style.split_once(&rule)?;
                rest.split('"').next().map(str::to_lowercase)
            };
            let narrower = class.split(' ').find_map(|more| label(&format!(".{table}.{more}")));
            let found = narrower.or_else(|| label(&format!(".{table}")));
            assert!(found.is_some_and(|found| head.to_lowercase().starts_with(&found)), "{path}: {head}");
        }
    }
}
