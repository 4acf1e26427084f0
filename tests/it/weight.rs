//! What pages weigh, and that what was taken out of them for it is still told.
use crate::support::*;
use std::fs;

/// 30 KB, before they are packed.
const MOST: usize = 30 * 1024;

/// The pages that staff have open all day, with the class of their table.
const LISTS: [(&str, &str); 2] =
    [("/console/customers", "table--customers"), ("/console/tickets", "table--tickets")];

#[actix_web::test]
async fn a_full_page_of_the_long_lists_weighs_30_kb_at_most() {
    let app = TestApp::start_live_demo(2_000).await;
    let ada = app.person("ada@acme.test").await;
    for (path, _) in LISTS {
        let page = ada.get(path).await;
        assert_eq!(page.assert_ok().all("tbody tr").len(), 25, "{path}");
        assert!(page.body.len() <= MOST, "{path} has {} bytes", page.body.len());
        // The style draws icons: no page carries a shape, and none a choice of a select that nobody has opened.
        assert!(!page.body.contains("<path") && !page.body.contains("<svg"), "{path}");
        assert!(!page.attributes("select[data-more]", "name").is_empty(), "{path}");
        assert_eq!(page.all("select[data-more] option[value*='-']"), Vec::<String>::new(), "{path}");
    }
}

#[actix_web::test]
async fn a_list_has_every_choice_where_it_is_asked_for() {
    let app = TestApp::start_demo(300).await;
    let ada = app.person("ada@acme.test").await;
    for (path, select, chosen) in
        [("/console/customers", "tag", "VIP"), ("/console/tickets", "assignee", "Grace Okafor")]
    {
        let few = ada.get(path).await;
        let every = few.assert_ok().attribute("form[data-choices]", "data-choices").unwrap();
        assert!(
            few.body.contains(&format!("<noscript><a class=\"btn btn--quiet\" href=\"{every}\">")),
            "{path}"
        );
        let full = ada.get(&every).await;
        let options = format!("select[name={select}] option");
        assert!(full.assert_ok().all(&options).contains(&chosen.to_owned()), "{path}");
        assert!(full.attributes("[data-choices], [data-more]", "class").is_empty(), "{path}");
        // It is the same page else: nothing is said to be unknown, and it goes on as the list itself.
        assert_eq!(full.all(".flash"), few.all(".flash"), "{path}");
        assert_eq!(full.all("tbody tr"), few.all("tbody tr"), "{path}");
        assert_eq!(full.attribute("a[rel=next]", "href"), few.attribute("a[rel=next]", "href"), "{path}");
    }
}

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
