//! A tag, and that a customer has one, described once.
use super::{urls, values::TagName};
use crate::infra::entity::{Entity, Field, Sentence};

pub const TAG: Entity = Entity::new("tag", "TAG", "tag", "tags", "tags")
    .known_by("name")
    .at(|_, _| urls::tags())
    .internal(&["name_key"])
    .guarded_by(&["staff"])
    .fields(&[Field::text("name", "Name", TagName::LIMIT).required(), Field::number("colour", "Colour")])
    .sentences(&[
        Sentence::created("made {it}").on_record("added this tag"),
        Sentence::deleted("deleted {it}"),
        Sentence::updated("changed {it}").on_record("changed {changed}"),
    ]);

pub const CUSTOMER_TAG: Entity =
    Entity::new("customer_tag", "CUSTOMER_TAG", "tag of a customer", "tags of customers", "customer_tags")
        .of_customer()
        .in_document("tags")
        .counted_as("tag on it", "tags on it")
        .titled("{tag_id}")
        .guarded_by(&["staff"])
        .fields(&[Field::reference("tag_id", "Tag", "tags").required()])
        .sentences(&[
            Sentence::created("tagged {customer} with {tag_id}")
                .icon("tag")
                .on_customer("added the tag {tag_id}"),
            Sentence::restored("restored the tag {tag_id}{of customer}").icon("tag"),
            Sentence::deleted("took the tag {tag_id} off {customer}")
                .icon("tag")
                .on_customer("removed the tag {tag_id}"),
            Sentence::updated("changed {it}{of customer}").icon("tag"),
        ]);
