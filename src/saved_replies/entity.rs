//! A saved reply, described once.
use super::{
    model::{ReplyBody, ReplyName},
    urls,
};
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
            Field::text("name", "Name", ReplyName::LIMIT).required(),
            Field::prose("body", "Body", ReplyBody::LIMIT).required(),
        ])
        .sentences(&[
            Sentence::created("made {it}").on_record("added {it}"),
            Sentence::deleted("deleted {it}"),
            Sentence::updated("changed {it}").on_record("changed {changed}"),
        ]);
