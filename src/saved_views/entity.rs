//! A saved view of the list of customers, described once.
use super::values::{Selection, ViewName};
use crate::infra::entity::{Entity, Field, Sentence, When};

pub const SAVED_VIEW: Entity = Entity::new("saved_view", "SAVED_VIEW", "view", "views", "saved_views")
    .guarded_by(&["orphaned", "owner", "readers"])
    .fields(&[
        Field::reference("user_id", "Owner", "users"),
        Field::text("name", "Name", ViewName::LIMIT).required(),
        Field::text("query", "Selection", Selection::LIMIT).unquoted(),
        Field::bool("is_shared", "Shared with colleagues"),
    ])
    .sentences(&[
        Sentence::created("saved {it}").on_record("added {it}"),
        Sentence::deleted("deleted {it}"),
        Sentence::updated("changed {it}")
            .when(&[When::Only("query")])
            .on_record("changed what this view selects"),
        Sentence::updated("changed {it}").on_record("changed {changed}"),
    ]);

pub const SAVED_VIEW_PIN: Entity =
    Entity::new("saved_view_pin", "SAVED_VIEW_PIN", "pinned view", "pinned views", "saved_view_pins")
        .titled("")
        .guarded_by(&["self"])
        .fields(&[
            Field::reference("user_id", "User", "users"),
            Field::reference("view_id", "View", "saved_views"),
        ])
        .sentences(&[
            Sentence::created("pinned a view"),
            Sentence::deleted("unpinned a view"),
            Sentence::updated("changed a pinned view"),
        ]);
