//! A call and what was noted of it, described once.
use super::{
    model::{CallNote, CancelReason, Topic},
    urls,
    words::{CallOutcome, CallStatus, Direction},
};
use crate::infra::{
    db::ids::{CallId, CustomerId},
    entity::{Entity, Field, Kind, Sentence, When},
};

pub const CALL: Entity = Entity::new("call", "CALL", "call", "calls", "calls")
    .of_customer()
    .in_tab("Calls", |customer| urls::of_customer(&CustomerId(customer)))
    .titled("{topic}")
    .at(|id, _| urls::one(&CallId(id)))
    .internal(&["due_at", "worker_id"])
    .guarded_by(&["portal_cancel", "portal_read", "portal_request", "staff"])
    .fields(&[
        Field::text("topic", "Topic", Topic::LIMIT).required().in_portal(),
        Field::choice("status", "Status", CallStatus::WORDS).in_portal(),
        Field::choice("direction", "Direction", Direction::WORDS),
        Field::reference("requester_id", "Requester", "users").restored_where("r.customer_id = customer.id"),
        Field::reference("requester_contact_id", "Contact who asked", "contacts"),
        Field::text("requester_name", "Requester's name", 201).in_portal(),
        Field::new("phone", "Phone", Kind::Phone).required().in_portal(),
        Field::reference("ticket_id", "Ticket", "tickets"),
        Field::text("time_zone", "Time zone", 64),
        Field::new("slots", "Slots", Kind::Moments).in_portal(),
        Field::number("slot_minutes", "Slot minutes").in_portal(),
        Field::reference("assignee_id", "Assignee", "users").restored_where("may_work_on(r.id, customer.id)"),
        Field::text("assignee_name", "Assignee's name", 200).kept().unlogged().in_portal(),
        Field::moment("scheduled_at", "Time").in_portal(),
        Field::number("scheduled_minutes", "Minutes").in_portal(),
        Field::choice("outcome", "Outcome", CallOutcome::WORDS),
        Field::reference("cancelled_by", "Cancelled by", "users"),
        Field::text("cancelled_by_name", "Name of who cancelled", 200).kept().unlogged().in_portal(),
        Field::text("cancel_reason", "Cancel reason", CancelReason::LIMIT).in_portal(),
        Field::moment("closed_at", "Over since").kept().unlogged(),
    ])
    .sentences(&[
        Sentence::created("asked for a call: {topic}{(customer)}")
            .when(&[When::Is("status", CallStatus::Requested.code())])
            .icon("phone"),
        Sentence::created("scheduled a call: {topic}{(customer)}")
            .when(&[When::Is("status", CallStatus::Scheduled.code())])
            .icon("phone"),
        Sentence::created("noted a phone call: {topic}{(customer)}")
            .when(&[When::Is("status", CallStatus::Completed.code())])
            .icon("phone"),
        Sentence::created("noted a call: {topic}{(customer)}").icon("phone"),
        Sentence::restored("restored the call: {topic}{(customer)}")
            .icon("phone")
            .on_record("restored this call"),
        Sentence::deleted("deleted the call: {topic}{(customer)}"),
        Sentence::updated("scheduled the call: {topic}{(customer)}")
            .when(&[When::Changed("status"), When::Is("status", CallStatus::Scheduled.code())])
            .icon("phone")
            .on_record("scheduled this call"),
        Sentence::updated("completed the call: {topic}{(customer)}")
            .when(&[When::Changed("status"), When::Is("status", CallStatus::Completed.code())])
            .icon("phone")
            .on_record("completed this call"),
        Sentence::updated("cancelled the call: {topic}{(customer)}")
            .when(&[When::Changed("status"), When::Is("status", CallStatus::Cancelled.code())])
            .icon("phone")
            .on_record("cancelled this call"),
        Sentence::updated("moved the call to another time: {topic}{(customer)}")
            .when(&[When::Changed("scheduled_at")])
            .icon("phone")
            .on_record("moved this call to another time"),
        Sentence::updated("took the assignee off the call: {topic}{(customer)}")
            .when(&[When::Changed("assignee_id"), When::Empty("assignee_id")])
            .icon("phone")
            .on_record("took the assignee off this call"),
        Sentence::updated("gave the call to {assignee_id}: {topic}{(customer)}")
            .when(&[When::Changed("assignee_id")])
            .icon("phone")
            .on_record("gave this call to {assignee_id}"),
        Sentence::updated("changed the call: {topic}{(customer)}")
            .icon("phone")
            .on_record("changed this call"),
    ]);

pub const CALL_NOTE: Entity =
    Entity::new("call_note", "CALL_NOTE", "note of a call", "notes of calls", "call_notes")
        .of_customer()
        .shares_id_of("calls")
        // It goes with its call, which is counted.
        .not_counted()
        .titled("")
        .guarded_by(&["staff"])
        .fields(&[Field::prose("note", "Note", CallNote::LIMIT)])
        .sentences(&[
            Sentence::created("noted something of a call{(customer)}").icon("pencil"),
            Sentence::restored("restored the note of a call{(customer)}").icon("pencil"),
            Sentence::deleted("deleted the note of a call{(customer)}"),
            Sentence::updated("changed the note of a call{(customer)}"),
        ]);
