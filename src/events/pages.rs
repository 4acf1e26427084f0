//! The pages, which the console and the platform dress differently.
use super::{
    differences::{self, Difference},
    export::{self, Format},
    listing::{self, Events, LOG},
    sentences::{self, Place},
};
use crate::{
    events::timeline::Names,
    infra::{
        db::{self, Plan, events::Event},
        lists::{ListQuery, ListRequest},
        web::{downloads, prelude::*, staff::Offered},
    },
    urls::Log,
};
use chrono::{DateTime, Utc};

/// A change as a line of the list.
pub struct Row {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub sentence: String,
    /// What people call the record: "Customer".
    pub kind: String,
    pub record: String,
    pub fields: Vec<String>,
}

fn row(event: &Event, names: &Names) -> Row {
    Row {
        id: event.id,
        at: event.occurred_at,
        actor: names.actor(event),
        sentence: sentences::describe(event, names, Place::Log).1,
        kind: sentences::kind(names.entities, &event.entity),
        record: sentences::record_url(event, names),
        fields: event.changed.iter().flatten().map(|field| names.label(event, field)).collect(),
    }
}

/// The list, wherever it is shown.
pub struct Index {
    pub at: Log,
    pub query: ListQuery,
    pub rows: Vec<Row>,
    pub actors: Vec<(String, String)>,
    /// What can be chosen: code and words.
    pub topics: Vec<(String, String)>,
    pub more: String,
    pub zone: String,
    pub now: DateTime<Utc>,
}

impl Index {
    pub async fn of(person: &SignedIn, at: Log, query: ListQuery) -> Result<Self> {
        let query = query.in_zone(&person.time_zone);
        let wanted = query.clone();
        let (rows, actors, topics, next, now) = person
            .read_planned(Plan::Custom, move |tx| {
                let found = listing::page(tx, &wanted)?;
                let names = Names::of(tx, &found.rows)?;
                let now = db::now(tx)?;
                let rows: Vec<Row> = found.rows.iter().map(|event| row(event, &names)).collect();
                Ok((rows, Offered::Everybody.options(tx)?, listing::topics(tx.entities), found.next, now))
            })
            .await?;
        let more = next.map_or(String::new(), |next| at.with(&query.query_with("before", &next)));
        Ok(Self { at, query, rows, actors, topics, more, zone: person.time_zone.clone(), now })
    }

    /// The filters that are on: what, value, the list without.
    pub fn chips(&self) -> Vec<(&'static str, String, String)> {
        let actor = match self.query.text("actor").as_str() {
            "system" => "Clientele itself".to_owned(),
            id => {
                let known = self.actors.iter().find(|(known, _)| known == id);
                known.map_or("somebody unknown".to_owned(), |(_, name)| name.clone())
            }
        };
        let topic = self.query.text("topic");
        let topic = self.topics.iter().find(|(code, _)| *code == topic).map_or("unknown", |(_, name)| name);
        ["topic", "actor", "record", "from", "to", "together"]
            .into_iter()
            .filter(|parameter| self.query.is_on(parameter))
            .filter_map(|parameter| LOG.filter(parameter))
            .map(|filter| {
                let value = match filter.parameter {
                    "topic" => topic.to_owned(),
                    "actor" => actor.clone(),
                    parameter => self.query.text(parameter),
                };
                let without = self.query.query_with(filter.parameter, "");
                (filter.label(LOG), value, self.at.with(&without))
            })
            .collect()
    }

    pub fn export(&self, ending: &str) -> String {
        self.at.export(ending, &self.query.query())
    }
}

/// One change, wherever it is shown.
pub struct Show {
    pub at: Log,
    pub event: Event,
    pub row: Row,
    pub audience: &'static str,
    pub differences: Vec<Difference>,
    pub others: Vec<Row>,
    pub zone: String,
}

impl Show {
    pub async fn of(person: &SignedIn, at: Log, id: i64) -> Result<Self> {
        let zone = person.time_zone.clone();
        let (event, row, differences, others) = person
            .read(move |tx| {
                let event = listing::event(tx, id)?;
                let mut all = listing::together(tx, &event)?;
                all.push(event.clone());
                let names = Names::of(tx, &all)?;
                all.pop();
                let differences = differences::whole(&event, &names, &zone);
                let row_of = |event: &Event| row(event, &names);
                Ok((event.clone(), row_of(&event), differences, all.iter().map(row_of).collect()))
            })
            .await?;
        let audience =
            if event.actor_id.is_none() && event.operation != "access" { "in the background" } else { "" };
        Ok(Self { at, event, row, audience, differences, others, zone: person.time_zone.clone() })
    }

    /// All that happened to the record.
    pub fn of_record(&self) -> String {
        self.at.with(&format!("record={}", self.event.entity_id))
    }

    /// All that was done together.
    pub fn of_transaction(&self) -> String {
        self.at.with(&format!("together={}", self.event.transaction_id))
    }
}

/// The file of what is filtered.
pub async fn file(person: &SignedIn, list: ListRequest<Events>, ending: &str) -> PageResult {
    let query = list.understood()?.in_zone(&person.time_zone);
    if let Some((name, right)) = query.problems().first() {
        return Err(AppError::Unclear(format!(
            "Nothing was exported. The filter “{name}” can't be used: {right}"
        )));
    }
    let format = Format::of(ending).ok_or(AppError::NotFound)?;
    downloads::stream(
        person.door(),
        Plan::Custom,
        format!("events.{ending}"),
        format.content_type(),
        move |tx, take| export::write(tx, &query, format, take),
    )
    .await
}
