//! A location, described once.
use crate::infra::entity::{Entity, Field, Kind, Sentence, When};

pub const LOCATION: Entity =
    Entity::new("location", "CUSTOMER_LOCATION", "location", "locations", "locations")
        .of_customer()
        .guarded_by(&["staff"])
        .fields(&[
            Field::text("name", "Name", 200).required(),
            Field::text("secondary_name", "Secondary name", 200),
            Field::text("internal_code", "Internal code", 100),
            Field::new("address", "Address", Kind::Address),
            Field::text("country_code", "Country code", 2),
            Field::new("website", "Website", Kind::WebAddress),
            Field::new("phone", "Phone", Kind::Phone),
            Field::new("email", "Email", Kind::Email),
            Field::bool("is_hq", "Headquarters"),
            Field::bool("is_active", "Active"),
            Field::prose("notes", "Notes", 20_000),
        ])
        .sentences(&[
            Sentence::created("added the headquarters {name}{to customer}")
                .when(&[When::Is("is_hq", "yes")])
                .icon("map-pin"),
            Sentence::created("added {it}{to customer}").icon("map-pin"),
            Sentence::deleted("removed {it}{from customer}").icon("map-pin"),
            Sentence::updated("changed {it}{of customer}").icon("map-pin"),
        ]);
