//! A tenant, a platform admin's time in one, and a key to set one up, described once.
use super::urls;
use crate::infra::{
    db::ids::TenantId,
    entity::{Entity, Field, Kind, Sentence, When},
};

pub const TENANT: Entity = Entity::new("tenant", "TENANT", "tenant", "tenants", "tenants")
    .at(|id, _| urls::tenant(&TenantId(id)))
    .guarded_by(&["admins", "own", "platform"])
    .fields(&[
        Field::text("name", "Name", 200).required(),
        Field::text("slug", "Slug", 63).required(),
        Field::new("host", "Host", Kind::Domain),
        Field::text("time_zone", "Time zone", 64),
        Field::text("country", "Country", 2),
        Field::number("session_expiration_seconds", "Session length"),
        Field::number("idle_expiration_seconds", "Idle session length"),
        Field::number("access_log_days", "Access log days"),
        Field::bool("is_throwaway", "Throw-away"),
        Field::moment("disabled_at", "Disabled").unquoted(),
        Field::new("served_by", "Served by", Kind::Reference { table: "tenants" }),
        Field::new("served_as", "Served as", Kind::Reference { table: "customers" }),
    ])
    .sentences(&[
        Sentence::created("made {it}").on_record("added {it}"),
        Sentence::deleted("deleted {it}"),
        Sentence::updated("enabled {it}")
            .when(&[When::Changed("disabled_at"), When::Empty("disabled_at")])
            .icon("power"),
        Sentence::updated("disabled {it}").when(&[When::Changed("disabled_at")]).icon("power"),
        Sentence::updated("changed {it}").on_record("changed {changed}"),
    ]);

pub const TENANT_ENTRY: Entity = Entity::new(
    "tenant_entry",
    "TENANT_ENTRY",
    "visit of a platform admin",
    "visits of platform admins",
    "tenant_entries",
)
.titled("of {user_name}")
.internal(&["session_id"])
.guarded_by(&["admins", "platform"])
.fields(&[
    Field::reference("user_id", "User", "users"),
    Field::text("user_name", "User name", 200),
    Field::text("reason", "Reason", 500),
    Field::moment("entered_at", "Entered at"),
    Field::moment("left_at", "Left at"),
])
.sentences(&[
    Sentence::created("entered the tenant: {reason}"),
    Sentence::deleted("deleted the visit of {user_name}"),
    Sentence::updated("left the tenant"),
]);

pub const BOOTSTRAP_KEY: Entity =
    Entity::new("bootstrap_key", "BOOTSTRAP_KEY", "bootstrap key", "bootstrap keys", "bootstrap_keys")
        .of_customer()
        .counted_as("bootstrap key, which stops working", "bootstrap keys, which stop working")
        // As an API key: it is nothing without its hash.
        .only_read(
            "The bootstrap key is not restored: make a new one.",
            "{} bootstrap keys are not restored: make new ones.",
        )
        .titled("")
        .guarded_by(&["admins"])
        .fields(&[
            Field::new("key_hash", "Key", Kind::Text { max: 0 }).secret(),
            Field::moment("issued_at", "Issued at").derived(),
            Field::reference("issued_by", "Issued by", "users").derived(),
            Field::moment("redeemed_at", "Redeemed at").derived(),
        ])
        .sentences(&[
            Sentence::created("made the bootstrap key{of customer}").icon("key"),
            Sentence::deleted("deleted the bootstrap key{of customer}").icon("key"),
            Sentence::updated("set up a tenant with the bootstrap key{of customer}")
                .when(&[When::Changed("redeemed_at")])
                .icon("key"),
            Sentence::updated("replaced the bootstrap key{of customer}").icon("key"),
        ]);
