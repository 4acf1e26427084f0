//! A contact, described once.
use super::{
    model::{ContactLocation, ContactNotes, JobRole},
    urls,
};
use crate::{
    infra::{
        db::ids::{ContactId, CustomerId},
        entity::{Entity, Field, Kind, Sentence, When},
    },
    values::ContactType,
};

pub const CONTACT: Entity = Entity::new("contact", "CONTACT", "contact", "contacts", "contacts")
    .of_customer()
    .in_tab("Contacts", |customer| urls::contacts(&CustomerId(customer)))
    .titled("{first_name} {last_name}")
    .at(|id, customer| customer.map_or_else(String::new, |of| urls::contact(&CustomerId(of), &ContactId(id))))
    .internal(&["search"])
    .guarded_by(&["staff"])
    .fields(&[
        Field::text("first_name", "First name", 100).required().searchable(),
        Field::text("last_name", "Last name", 100).searchable(),
        Field::new("email", "Email", Kind::Email).searchable(),
        Field::new("phone", "Phone", Kind::Phone).searchable(),
        Field::text("job_role", "Job role", JobRole::LIMIT).searchable(),
        Field::choice("contact_type", "Contact type", ContactType::WORDS),
        Field::text("location", "Location", ContactLocation::LIMIT),
        Field::prose("notes", "Notes", ContactNotes::LIMIT),
        Field::bool("is_primary", "Primary contact").derived(),
    ])
    .sentences(&[
        Sentence::created("added {it}{to customer}").icon("user-plus").on_record("added this contact"),
        Sentence::deleted("removed {it}{from customer}").on_record("deleted this contact"),
        Sentence::updated("made {first_name} {last_name} the primary contact{of customer}")
            .when(&[When::Only("is_primary"), When::Is("is_primary", "yes")])
            .icon("star")
            .on_record("made this the primary contact"),
        Sentence::updated(
            "made somebody else than {first_name} {last_name} the primary contact{of customer}",
        )
        .when(&[When::Only("is_primary")])
        .icon("star")
        .on_record("made somebody else the primary contact"),
        Sentence::updated("changed {it}{of customer}").on_record("changed {changed}"),
    ]);
