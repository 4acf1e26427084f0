//! A saved reply, described once.
use super::urls;
use crate::infra::{
    db::ids::SavedReplyId,
    entity::{Entity, Field, Sentence},
};

pub const SAVED_REPLY: Entity =
    Entity::new("saved_reply", "SAVED_REPLY", "saved reply", "saved replies", "saved_replies")
        .at(|id, _| urls::saved_reply(&SavedReplyId(id)))
        .internal(&["name_key"])
        .guarded_by(&["staff"])
        .fields(&[
            Field::text("name", "Name", 100).required(),
            Field::prose("body", "Body", 20_000).required(),
        ])
        .sentences(&[
            Sentence::created("made {it}").on_record("added {it}"),
            Sentence::deleted("deleted {it}"),
            Sentence::updated("changed {it}").on_record("changed {changed}"),
        ]);
