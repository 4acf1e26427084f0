//! What is to be done with which customers: what the form of a bulk action holds, and what its page shows beside it.
use crate::{
    customers::{
        bulk::{self, Change, Held, MOST},
        listing::CUSTOMERS,
    },
    infra::{
        db::{
            Tx,
            ids::{TagId, UserId},
            schema::tags,
        },
        lists::{Fact, Names, Selection},
        refusal::{Checks, Refusal},
        web::{
            errors::Result,
            filters::{self, counted},
            staff::Offered,
        },
    },
    tags::{TagColour, TagName},
    values::{Invalid, Stage, kinds, traits::choice},
};
use diesel::prelude::*;
use serde::Deserialize;
use uuid::Uuid;
use validator::Validate;

/// Which customers, what to do with them, and whether it was asked already.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct BulkForm {
    pub id: Vec<String>,
    pub all: String,
    pub query: String,
    pub action: String,
    pub confirmed: String,
    /// How many customers the page before spoke of.
    pub count: String,
    /// The name of a tag to put on.
    pub tag: String,
    /// The tag to take off, the rep, or the stage.
    pub choice: String,
}

choice!(
    /// What can be done.
    Action {
        Tag = "tag", "Tag";
        Untag = "untag", "Remove tag";
        Assign = "assign", "Assign";
        Unassign = "unassign", "Unassign";
        Stage = "stage", "Change stage";
    }
);

impl Action {
    /// The action and its object, for the heading and the button.
    pub fn heading(self, count: i64) -> String {
        let customers = counted(count, "customer", "customers");
        match self {
            Self::Tag => format!("Tag {customers}"),
            Self::Untag => format!("Remove a tag from {customers}"),
            Self::Assign => format!("Assign {customers}"),
            Self::Unassign => format!("Unassign {customers}"),
            Self::Stage => format!("Change the stage of {customers}"),
        }
    }
}

impl BulkForm {
    pub fn selection(&self) -> Selection {
        if self.all == "true" {
            Selection::Matching(Box::new(CUSTOMERS.read(&self.query).0))
        } else {
            Selection::picked(CUSTOMERS, &self.id)
        }
    }

    /// The change that is chosen.
    pub fn change(&self, action: Action, details: &Details) -> Result<Change, Vec<Refusal>> {
        let mut checks = Checks::default();
        let change = match action {
            Action::Tag => {
                let name: Option<TagName> = checks.keep("tag", self.tag_name());
                name.map(|name| Change::Tag(name.clone(), TagColour::of_name(&name)))
            }
            Action::Untag => {
                let tag = checks.keep("choice", self.offered(details, "Choose a tag from the list."));
                tag.map(|tag| Change::Untag(TagId(tag)))
            }
            Action::Assign | Action::Unassign => {
                let rep = checks.keep("choice", self.offered(details, "Choose a CS rep from the list."));
                let rep = rep.map(UserId);
                rep.map(if action == Action::Assign { Change::Assign } else { Change::Unassign })
            }
            Action::Stage => checks.parse_with("choice", &self.choice, "Choose a stage.").map(Change::Stage),
        };
        checks.finish(|| change)
    }

    fn tag_name(&self) -> Result<TagName, Invalid> {
        if self.tag.is_empty() {
            return Err(Invalid::from("Name a tag."));
        }
        // A file of customers lists tags with commas between them.
        match self.tag.parse::<TagName>() {
            Ok(name) if name.contains([',', ';']) => Err(Invalid::from("Name one tag, without a comma.")),
            name => name.map_err(|_| Invalid::from("A tag may have 50 characters.")),
        }
    }

    /// What is chosen of that which the page offers.
    fn offered(&self, details: &Details, otherwise: &'static str) -> Result<Uuid, Invalid> {
        let found = details.choices.iter().find(|choice| choice.id == self.choice);
        found.and_then(|choice| choice.id.parse().ok()).ok_or(Invalid::from(otherwise))
    }
}

/// What the page shows besides the form.
pub struct Details {
    pub count: i64,
    pub names: Vec<String>,
    pub facts: Vec<Fact>,
    /// The tags to choose from by name.
    pub tags: Vec<String>,
    /// What else is chosen from.
    pub choices: Vec<Choice>,
}

/// A tag, a rep or a stage that can be chosen.
pub struct Choice {
    id: String,
    name: String,
    /// How many of the customers have it, where that is known.
    held: Option<i64>,
}

impl Choice {
    fn new((id, name): (String, String)) -> Self {
        Self { id, name, held: None }
    }
}

impl From<Held> for Choice {
    fn from(held: Held) -> Self {
        Self { id: held.id.to_string(), name: held.name, held: Some(held.count) }
    }
}

/// How many are named on the page.
const NAMED: usize = 5;

impl Details {
    pub fn load(tx: &mut Tx, selection: &Selection, action: Action) -> Result<Self> {
        let count = selection.count(tx, MOST)?;
        let mut details = Self { count, names: vec![], facts: vec![], tags: vec![], choices: vec![] };
        if count == 0 || count > MOST {
            return Ok(details);
        }
        details.names = selection.names(tx, NAMED)?;
        if let Selection::Matching(query) = selection {
            details.facts = query.facts(&Names::of(tx, &[query])?);
        }
        match action {
            Action::Tag => {
                details.tags =
                    tags::table.select(tags::name).order(tags::name_key).limit(500).load(tx.conn)?;
            }
            Action::Untag => {
                details.choices = bulk::tags(tx, selection)?.into_iter().map(Choice::from).collect();
            }
            Action::Assign => {
                details.choices = Offered::Reps.options(tx)?.into_iter().map(Choice::new).collect();
            }
            Action::Unassign => {
                details.choices = bulk::owners(tx, selection)?.into_iter().map(Choice::from).collect();
            }
            Action::Stage => {
                details.choices = kinds::options(Stage::WORDS).into_iter().map(Choice::new).collect();
            }
        }
        Ok(details)
    }

    /// What the select offers: what some of the customers have says how many of them.
    pub fn options(&self) -> Vec<(String, String)> {
        let label = |choice: &Choice| match choice.held {
            Some(held) => {
                format!("{} ({} of {})", choice.name, filters::grouped(held), filters::grouped(self.count))
            }
            None => choice.name.clone(),
        };
        self.choices.iter().map(|choice| (choice.id.clone(), label(choice))).collect()
    }

    pub fn name(&self, id: &str) -> &str {
        self.choices.iter().find(|choice| choice.id == id).map_or("", |choice| &choice.name)
    }
}
