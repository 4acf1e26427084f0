//! The pages, which the console and the platform dress differently.
use super::model::{self, Decision, LISTS, Page as Listed, Shown, cursor};
use crate::{
    infra::{db::paging, web::prelude::*},
    routing::HANDLERS,
    urls::Tasks,
};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// The list, wherever it is shown.
pub(super) struct Index {
    pub at: Tasks,
    pub list: String,
    pub handler: String,
    pub page: Listed,
    pub zone: String,
}

/// A task, wherever it is shown.
pub(super) struct Show {
    pub at: Tasks,
    pub task: Shown,
    pub payload: String,
    pub zone: String,
}

/// What the URL asks for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    list: String,
    handler: String,
    before: String,
}

impl Parameters for Params {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "list" => LISTS.iter().any(|(code, ..)| *code == value),
            "handler" => HANDLERS.iter().any(|handler| handler.name == value),
            _ => true,
        }
    }
}

/// What a person decided.
#[derive(Deserialize, Serialize, Default, Validate, Clone)]
#[serde(default)]
pub(super) struct DecisionForm {
    decision: String,
    list: String,
    handler: String,
}

impl DecisionForm {
    fn decision(&self) -> Result<Decision> {
        match self.decision.as_str() {
            "retry" => Ok(Decision::Retry),
            "discard" => Ok(Decision::Discard),
            _ => Err(AppError::BadRequest("Choose whether to retry or to discard.".into())),
        }
    }
}

impl Index {
    pub async fn of(person: &SignedIn, at: Tasks, wanted: Params) -> Result<Self> {
        let known = LISTS.iter().any(|(code, ..)| *code == wanted.list);
        let before = cursor(&wanted.before);
        let handler = wanted.handler.clone();
        let (list, page) = person
            .read(move |tx| {
                // Without a choice: what needs somebody first.
                let mut list = if known { wanted.list } else { "dead".to_owned() };
                let mut page = model::page(tx, &list, &handler, before)?;
                if !known && page.rows.is_empty() {
                    let filled = |code: &str| page.counts.iter().any(|(of, n)| *of == code && *n > 0);
                    list = ["failed", "running", "queued"]
                        .into_iter()
                        .find(|code| filled(code))
                        .unwrap_or("done")
                        .to_owned();
                    page = model::page(tx, &list, &handler, before)?;
                }
                Ok((list, page))
            })
            .await?;
        Ok(Self { at, list, handler: wanted.handler, page, zone: person.time_zone.clone() })
    }

    /// Name, url, count, whether it is this one.
    pub fn tabs(&self) -> Vec<(&'static str, String, String, bool)> {
        LISTS
            .iter()
            .map(|(code, name, _)| {
                let count = self.page.counts.iter().find(|(of, n)| of == code && *n > 0).map(|(_, n)| *n);
                let count =
                    count.map_or(String::new(), |n| if n < 1000 { n.to_string() } else { "1,000+".into() });
                (*name, self.at.list(code, "", ""), count, *code == self.list)
            })
            .collect()
    }

    pub fn next(&self) -> String {
        self.page
            .next
            .map_or(String::new(), |id| self.at.list(&self.list, &self.handler, &paging::cursor(&id)))
    }

    pub fn all_of_handler(&self) -> String {
        self.at.list(&self.list, "", "")
    }

    pub fn handler_purpose(&self) -> String {
        model::purpose(&self.handler)
    }

    pub fn may_decide_all(&self) -> bool {
        matches!(self.list.as_str(), "failed" | "dead") && !self.page.rows.is_empty()
    }
}

impl Show {
    pub async fn of(person: &SignedIn, at: Tasks, id: i64) -> Result<Self> {
        let (task, payload) =
            person.read(move |tx| Ok((Shown::find(tx, id)?, Shown::payload(tx, id)?))).await?;
        let payload = if payload.is_null() { String::new() } else { format!("{payload:#}") };
        Ok(Self { at, task, payload, zone: person.time_zone.clone() })
    }
}

/// Decides about one and says so.
pub(super) async fn decide_one(person: &SignedIn, at: Tasks, id: i64, form: DecisionForm) -> PageResult {
    // What is not theirs to see does not exist, whatever they want done to it.
    person.read(move |tx| Shown::find(tx, id)).await?;
    let decision = form.decision()?;
    person.write(move |tx| model::decide(tx, id, decision)).await?;
    let text = match decision {
        Decision::Retry => "The task runs again now.",
        Decision::Discard => "The task is discarded: it will not run.",
    };
    see_other_saying(at.one(&id), Flash::good(text))
}

/// Decides about all of a list and says so.
pub(super) async fn decide_many(person: &SignedIn, at: Tasks, form: DecisionForm) -> PageResult {
    let decision = form.decision()?;
    let (list, handler) = (form.list.clone(), form.handler.clone());
    let many = person.write(move |tx| model::decide_all(tx, &list, &handler, decision)).await?;
    let tasks = crate::infra::web::filters::counted(many, "task", "tasks");
    let text = match (decision, many) {
        (Decision::Retry, 1) => format!("{tasks} runs again now."),
        (Decision::Retry, _) => format!("{tasks} run again now."),
        (Decision::Discard, 1) => format!("{tasks} is discarded."),
        (Decision::Discard, _) => format!("{tasks} are discarded."),
    };
    see_other_saying(at.list(&form.list, "", ""), Flash::good(text))
}
