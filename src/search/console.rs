//! The page on which staff search everything.
use super::model::{Hit, KINDS};
use crate::{
    infra::web::{limits, prelude::*},
    urls,
};
use askama::Template;
use serde::Deserialize;

/// For `/search`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/search", index).needs(Permission::CustomerRead)]
}

/// What the URL asks for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Params {
    q: String,
    kind: String,
}

impl Parameters for Params {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "kind" => KINDS.iter().any(|(code, ..)| *code == value),
            _ => true,
        }
    }
}

#[derive(Template)]
#[template(path = "search/index.html")]
struct IndexPage {
    shell: Shell,
    typed: String,
    kind: String,
    hits: Vec<Hit>,
}

impl IndexPage {
    /// Name, address, whether it is this one.
    fn tabs(&self) -> Vec<(&'static str, String, bool)> {
        let all = ("Everything", urls::search(&self.typed, ""), self.kind.is_empty());
        let each = KINDS
            .iter()
            .map(|(code, _, many, _)| (*many, urls::search(&self.typed, code), *code == self.kind));
        std::iter::once(all).chain(each).collect()
    }
}

async fn index(staff: Staff, wanted: Query<Params>) -> PageResult {
    let typed: String =
        wanted.0.q.trim().chars().filter(|c| *c != '\0').take(limits::SEARCH_TEXT.size()).collect();
    let kind = KINDS
        .iter()
        .find(|(code, ..)| *code == wanted.0.kind)
        .map_or(String::new(), |(code, ..)| (*code).to_owned());
    let (what, of) = (typed.clone(), kind.clone());
    let hits = staff.read(move |tx| Hit::find(tx, &what, &of)).await?;
    let title = if typed.is_empty() { "Search".to_owned() } else { format!("“{typed}”") };
    let mut shell = staff.shell(title);
    shell.query = typed.clone();
    IndexPage { shell, typed, kind, hits }.ok()
}
