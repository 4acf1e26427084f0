//! That a CS rep owns a customer, described once.
use crate::infra::entity::{Entity, Field, Sentence};

pub const ASSIGNMENT: Entity = Entity::new(
    "assignment",
    "CUSTOMER_ASSIGNMENT",
    "ownership",
    "ownerships",
    "customer_success_owned_customers",
)
.of_customer()
.in_document("owners")
.counted_as("owner's assignment", "owners' assignments")
.titled("{user_id}")
.guarded_by(&["admins_delete", "admins_insert", "staff_read"])
.fields(&[Field::reference("user_id", "Owner", "users")
    .required()
    .restored_where("r.roles @> '{customer_success}' AND r.disabled_at IS NULL")
    .lost("{} is no CS rep here any more, and does not own it.")])
.sentences(&[
    Sentence::restored("restored {user_id} as an owner{of customer}").icon("user-plus"),
    Sentence::created("made {user_id} an owner{of customer}").icon("user-plus"),
    Sentence::deleted("took {user_id} off the owners{of customer}").icon("user"),
    Sentence::updated("changed {it}{of customer}").icon("user"),
]);
