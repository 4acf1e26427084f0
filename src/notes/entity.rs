//! A note, described once.
use super::{NoteId, model::NoteBody};
use crate::infra::{
    db::ids::CustomerId,
    entity::{Entity, Field, Sentence, When},
};

pub const NOTE: Entity = Entity::new("note", "NOTE", "note", "notes", "notes")
    .of_customer()
    .in_tab("Notes", |customer| super::all(&CustomerId(customer)))
    .titled("")
    .at(|id, of| of.map_or_else(String::new, |of| super::one(&CustomerId(of), &NoteId(id))))
    .guarded_by(&["staff"])
    .fields(&[
        Field::prose("body", "Text", NoteBody::LIMIT).required(),
        Field::bool("is_pinned", "Pinned"),
        Field::text("author_name", "Author", 201).kept(),
        Field::moment("edited_at", "Edited").kept().derived(),
    ])
    .sentences(&[
        Sentence::created("added a note{to customer}").on_record("added this note"),
        Sentence::deleted("deleted a note{of customer}").on_record("deleted this note"),
        Sentence::updated("pinned a note{of customer}")
            .when(&[When::Only("is_pinned"), When::Is("is_pinned", "yes")])
            .on_record("pinned this note"),
        Sentence::updated("unpinned a note{of customer}")
            .when(&[When::Only("is_pinned")])
            .on_record("unpinned this note"),
        Sentence::updated("edited a note{of customer}").on_record("edited this note"),
    ]);
