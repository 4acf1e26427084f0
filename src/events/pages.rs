//! The pages, which the console and the platform dress differently.
use super::{
    differences::{self, Difference},
    export::{self, Format},
    listing::{self, Filter},
    sentences::{self, Place},
};
use crate::{
    events::timeline::Names,
    infra::{
        db::{self, Plan, events::Event},
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
    pub filter: Filter,
    pub rows: Vec<Row>,
    pub actors: Vec<(String, String)>,
    /// What can be chosen: code and words.
    pub topics: Vec<(String, String)>,
    pub more: String,
    pub zone: String,
    pub now: DateTime<Utc>,
}

impl Index {
    pub async fn of(person: &SignedIn, at: Log, filter: Filter) -> Result<Self> {
        let (wanted, zone) = (filter.clone(), person.time_zone.clone());
        let (rows, actors, topics, more, now) = person
            .read_planned(Plan::Custom, move |tx| {
                let (events, more) = wanted.page(tx, &zone)?;
                let names = Names::of(tx, &events)?;
                let now = db::now(tx)?;
                let rows: Vec<Row> = events.iter().map(|event| row(event, &names)).collect();
                let more = events
                    .last()
                    .filter(|_| more)
                    .map_or(String::new(), |last| at.with(&wanted.query_after(last)));
                Ok((rows, Offered::Everybody.options(tx)?, Filter::topics(tx.entities), more, now))
            })
            .await?;
        Ok(Self { at, filter, rows, actors, topics, more, zone: person.time_zone.clone(), now })
    }

    /// The filters that are on: what, value, the list without.
    pub fn chips(&self) -> Vec<(&'static str, String, String)> {
        let f = &self.filter;
        let actor = match f.actor.as_str() {
            "system" => "Clientele itself".to_owned(),
            id => self
                .actors
                .iter()
                .find(|(known, _)| known == id)
                .map_or("somebody unknown".to_owned(), |(_, name)| name.clone()),
        };
        let topic = self.topics.iter().find(|(code, _)| *code == f.topic).map_or("unknown", |(_, name)| name);
        let topic = topic.to_owned();
        let without = |change: fn(&mut Filter)| {
            let mut rest = f.clone();
            change(&mut rest);
            self.at.with(&rest.query())
        };
        let all: [(&'static str, &str, String, String); 6] = [
            ("Topic", &f.topic, topic, without(|f| f.topic.clear())),
            ("Actor", &f.actor, actor, without(|f| f.actor.clear())),
            ("Record", &f.record, f.record.clone(), without(|f| f.record.clear())),
            ("From", &f.from, f.from.clone(), without(|f| f.from.clear())),
            ("To", &f.to, f.to.clone(), without(|f| f.to.clear())),
            ("Done together", &f.together, f.together.clone(), without(|f| f.together.clear())),
        ];
        all.into_iter()
            .filter(|(_, on, ..)| !on.is_empty())
            .map(|(what, _, value, url)| (what, value, url))
            .collect()
    }

    pub fn export(&self, ending: &str) -> String {
        self.at.export(ending, &self.filter.query())
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
                let event = listing::find(tx, id)?;
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
        self.at.with(&Filter { record: self.event.entity_id.to_string(), ..Filter::default() }.query())
    }

    /// All that was done together.
    pub fn of_transaction(&self) -> String {
        self.at.with(&Filter { together: self.event.transaction_id.to_string(), ..Filter::default() }.query())
    }
}

/// The file of what is filtered.
pub async fn file(person: &SignedIn, filter: Asked<Filter>, ending: &str) -> PageResult {
    let filter = filter.understood()?;
    if let Some((name, right)) = filter.problems().first() {
        return Err(AppError::Unclear(format!(
            "Nothing was exported. The filter “{name}” can't be used: {right}"
        )));
    }
    let format = Format::of(ending).ok_or(AppError::NotFound)?;
    let zone = person.time_zone.clone();
    downloads::stream(
        person.door(),
        Plan::Custom,
        format!("events.{ending}"),
        format.content_type(),
        move |tx, take| export::write(tx, &filter, &zone, format, take),
    )
    .await
}
