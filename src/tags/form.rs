//! What a person types to tag something.
use serde::Deserialize;
use validator::Validate;

/// A tag to add by name, or one to take off by id.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TaggingForm {
    pub add: String,
    pub remove: String,
}
