//! What a person types about tags.
use super::{
    model::{Tag, WriteTag},
    values::{TagColour, TagName},
};
use crate::infra::{
    db::ids::TagId,
    refusal::{Checks, Refusal},
};
use serde::Deserialize;
use validator::Validate;

/// Name and colour of a tag.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TagForm {
    pub name: String,
    pub colour: String,
}

impl TagForm {
    /// A form that shows what is saved.
    pub fn of(tag: &Tag) -> Self {
        Self { name: tag.name.clone(), colour: tag.colour.to_string() }
    }
}

impl TryFrom<&TagForm> for WriteTag {
    type Error = Vec<Refusal>;

    /// Where no colour is chosen, it follows from the name.
    fn try_from(form: &TagForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name: Option<TagName> = checks.parse("name", &form.name);
        checks.finish(|| {
            let name = name?;
            let colour = form.colour.parse().unwrap_or_else(|_| TagColour::of_name(&name));
            Some(Self { name, colour })
        })
    }
}

/// A tag to add by name, or one to take off by id.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TaggingForm {
    pub add: String,
    pub remove: String,
}

/// What is to be done with the tags of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// By name; a tag that does not exist yet is made.
    Add(TagName),
    Remove(TagId),
}

impl TryFrom<&TaggingForm> for Tagging {
    type Error = Vec<Refusal>;

    fn try_from(form: &TaggingForm) -> Result<Self, Vec<Refusal>> {
        if let Ok(tag) = form.remove.parse() {
            return Ok(Self::Remove(tag));
        }
        let mut checks = Checks::default();
        let name = checks.parse("add", &form.add);
        checks.finish(|| name.map(Self::Add))
    }
}
