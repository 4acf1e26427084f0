//! The list: what was imported, when, by whom, with what outcome.
use crate::{
    imports::listing::{self, Listed, Page as Rows},
    infra::{db::paging, web::prelude::*},
    urls,
};
use askama::Template;
use serde::Deserialize;

/// Where the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Params {
    after: String,
    before: String,
}

impl Parameters for Params {}

#[derive(Template)]
#[template(path = "imports/console/index.html")]
struct IndexPage {
    shell: Shell,
    rows: Vec<Listed>,
    previous: String,
    next: String,
}

/// `GET /console/imports`
pub async fn index(staff: Staff, query: Query<Params>) -> PageResult {
    let (after, before) = (paging::keys(&query.0.after), paging::keys(&query.0.before));
    let Rows { rows, previous, next } = staff.read(move |tx| listing::page(tx, after, before)).await?;
    let url = |name: &str, cursor: Option<String>| {
        cursor.map_or(String::new(), |cursor| format!("{}?{name}={cursor}", urls::imports()))
    };
    IndexPage {
        shell: staff.shell("Imports"),
        rows,
        previous: url("before", previous),
        next: url("after", next),
    }
    .ok()
}

impl IndexPage {
    fn summary(&self) -> String {
        match self.rows.len() {
            1 => "1 import".into(),
            n => format!("{n} imports"),
        }
    }
}
