//! An account, described once.
use super::urls::{self, People};
use crate::infra::{
    db::ids::{CustomerId, UserId},
    entity::{Entity, Field, Kind, Sentence, When},
    web::permissions::Role,
};

pub const USER: Entity = Entity::new("user", "USER", "account", "accounts", "users")
    .of_customer()
    .in_tab("Users", |customer| urls::customer_users(&CustomerId(customer)))
    .in_document("portal_users")
    .counted_as("portal user, who can no longer sign in", "portal users, who can no longer sign in")
    // Nobody is let in by a document.
    .only_read(
        "One portal user is not restored: invite them again.",
        "{} portal users are not restored: invite them again.",
    )
    .known_by("email")
    .at(|id, _| People::Console.one(&UserId(id)))
    .internal(&["name_key", "last_signed_in_at", "products", "claims_version"])
    .guarded_by(&["self", "staff", "team"])
    .fields(&[
        Field::text("name", "Name", 200).required(),
        Field::new("email", "Email", Kind::Email).required(),
        Field::new("phone", "Phone", Kind::Phone),
        Field::new("password_hash", "Password", Kind::Text { max: 0 }).secret(),
        Field::bool("is_set_up", "Set up"),
        Field::moment("password_changed_at", "Password changed").unquoted(),
        Field::new("roles", "Roles", Kind::Choices(Role::WORDS)),
        Field::text("time_zone", "Time zone", 64),
        Field::bool("compact", "Compact tables"),
        Field::moment("disabled_at", "Disabled").unquoted(),
    ])
    .sentences(&[
        Sentence::created("made an account for {name} ({email})")
            .icon("user")
            .on_customer("gave {name} access to the portal")
            .on_record("added this account"),
        Sentence::deleted("withdrew the invitation of {name} ({email})")
            .when(&[When::Is("is_set_up", "no")])
            .icon("user")
            .on_customer("withdrew the invitation of {name}"),
        Sentence::deleted("removed the account of {name} ({email})")
            .icon("user")
            .on_customer("removed the portal user {name}")
            .on_record("deleted this account"),
        Sentence::updated("enabled the account of {name}")
            .when(&[When::Changed("disabled_at"), When::Empty("disabled_at")])
            .icon("shield")
            .on_record("enabled this account"),
        Sentence::updated("disabled the account of {name}")
            .when(&[When::Changed("disabled_at")])
            .icon("shield")
            .on_record("disabled this account"),
        Sentence::updated("chose the first password of {name}")
            .when(&[When::Changed("is_set_up")])
            .icon("shield")
            .on_record("chose the first password"),
        Sentence::updated("changed the password of {name}")
            .when(&[When::Changed("password_changed_at")])
            .icon("shield")
            .on_record("changed the password"),
        Sentence::updated("changed the account of {name}")
            .icon("pencil")
            .on_customer("changed the portal user {name}")
            .on_record("changed {changed}"),
    ]);
