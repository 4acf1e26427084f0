//! That a customer left, and a key of its programs, described once.
use super::reasons::Reason;
use crate::infra::entity::{Entity, Field, Kind, Sentence, When};

pub const DEACTIVATION: Entity =
    Entity::new("deactivation", "CUSTOMER_DEACTIVATION", "deactivation", "deactivations", "deactivations")
        .of_customer()
        .counted_as("deactivation with what was said about it", "deactivations with what was said about them")
        .titled("")
        .internal(&["ended_at"])
        .guarded_by(&["staff"])
        .fields(&[
            Field::moment("grace_ends_at", "Grace ends at"),
            Field::choice("reason", "Reason", Reason::WORDS),
            Field::prose("explanation", "Explanation", 4000),
            Field::number("likelihood", "Likelihood"),
            Field::prose("context", "Context", 4000),
            Field::text("requested_by", "Requested by", 200),
            Field::moment("asked_at", "Asked at").derived(),
            Field::reference("asked_by", "Asked by", "users").derived(),
            Field::prose("asked_words", "Asked words", 2000),
            Field::moment("reactivated_at", "Reactivated at").derived(),
            Field::reference("reactivated_by", "Reactivated by", "users").derived(),
            Field::moment("churned_at", "Churned").derived(),
        ])
        .sentences(&[
            Sentence::created("noted why {customer} leaves")
                .icon("message")
                .on_customer("noted why this customer leaves"),
            Sentence::restored("restored why {customer} left")
                .icon("message")
                .on_customer("restored why this customer left"),
            Sentence::deleted("deleted why {customer} left")
                .icon("power")
                .on_customer("deleted why this customer left"),
            Sentence::updated("asked for the return of {customer}")
                .when(&[When::Changed("asked_at")])
                .icon("power"),
            Sentence::updated("noted the return of {customer}")
                .when(&[When::Changed("reactivated_at")])
                .icon("power"),
            Sentence::updated("ended the grace period of {customer}")
                .when(&[When::Changed("churned_at")])
                .icon("power"),
            Sentence::updated("changed the deactivation of {customer}").icon("power"),
        ]);

pub const API_KEY: Entity = Entity::new("api_key", "API_KEY", "API key", "API keys", "api_keys")
    .of_customer()
    .in_document("keys")
    .counted_as("API key, which stops working", "API keys, which stop working")
    // Without its hash, which is in no document, a key opens nothing.
    .only_read(
        "One API key is not restored: issue a new one.",
        "{} API keys are not restored: issue new ones.",
    )
    .guarded_by(&["staff"])
    .fields(&[
        Field::text("name", "Name", 200).required(),
        Field::text("prefix", "Prefix", 20),
        Field::new("key_hash", "Key", Kind::Text { max: 0 }).secret(),
        Field::new("scopes", "Scopes", Kind::Texts),
        Field::text("foreign_id", "Foreign id", 200),
        Field::moment("expires_at", "Expires at").derived(),
        Field::moment("last_used_at", "Last used").secret(),
        Field::text("last_used_from", "Last used from", 100).secret(),
        Field::moment("revoked_at", "Revoked at"),
    ])
    .sentences(&[
        Sentence::created("issued {it}{to customer}").icon("key"),
        Sentence::deleted("deleted {it}{of customer}").icon("key"),
        Sentence::updated("ended {it}{of customer}").when(&[When::Changed("expires_at")]).icon("key"),
        Sentence::updated("changed {it}{of customer}").icon("key"),
    ]);
