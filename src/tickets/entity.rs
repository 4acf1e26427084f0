//! A ticket and what hangs on one, described once. The log does not repeat what was written: whoever may read it reads it on the ticket.
use super::{
    kinds::{Priority, Status},
    messages::Body,
    opening::Subject,
    urls,
};
use crate::infra::{
    db::ids::{CustomerId, TicketId},
    entity::{Entity, Field, Sentence, When},
};

/// A number that was given once and is nobody's now. One that is still to come would be given a second time.
const FREE_NUMBER: &str =
    "x.number <= (SELECT last_number FROM ticket_numbers WHERE tenant_id = current_tenant())
    AND NOT EXISTS (SELECT FROM tickets t WHERE t.tenant_id = current_tenant() AND t.number = x.number)";

pub const TICKET: Entity = Entity::new("ticket", "TICKET", "ticket", "tickets", "tickets")
    .of_customer()
    .in_tab("Tickets", |customer| urls::customer_tickets(&CustomerId(customer)))
    .counted_as("ticket, with all that was written to it", "tickets, with all that was written to them")
    .titled("#{number}")
    .in_sentences_only()
    .at(|id, _| urls::ticket(&TicketId(id)))
    .internal(&["search", "spoke_at", "worker_id"])
    .guarded_by(&["portal_move", "portal_open", "portal_read", "staff"])
    .fields(&[
        Field::number("number", "Number").kept().in_portal().restored_where(FREE_NUMBER),
        Field::text("subject", "Subject", Subject::LIMIT).required().searchable().in_portal(),
        Field::choice("status", "Status", Status::WORDS).in_portal(),
        Field::choice("priority", "Priority", Priority::WORDS).in_portal(),
        Field::choice("requested_priority", "Requested priority", Priority::WORDS)
            .kept()
            .unlogged()
            .in_portal(),
        Field::reference("requester_id", "Requester", "users").restored_where("r.customer_id = customer.id"),
        Field::reference("requester_contact_id", "Contact who asked", "contacts"),
        Field::text("requester_name", "Requester's name", 201).kept().in_portal(),
        Field::reference("assignee_id", "Assignee", "users").restored_where("may_work_on(r.id, customer.id)"),
        Field::moment("waiting_since", "Customer waits since").derived().kept(),
        Field::moment("first_replied_at", "First answered").derived().kept(),
        Field::moment("resolved_at", "Solved or closed").derived().kept(),
        Field::moment("customer_wrote_at", "Customer last wrote").kept().unlogged(),
        Field::moment("staff_wrote_at", "Staff last wrote").kept().unlogged(),
        Field::moment("activity_at", "Last message or note").kept().unlogged(),
    ])
    .sentences(&[
        Sentence::created("opened the ticket #{number}: {subject}{(customer)}").routine(),
        Sentence::restored("restored the ticket #{number}: {subject}{(customer)}"),
        Sentence::deleted("deleted the ticket #{number}: {subject}{(customer)}"),
        Sentence::updated("opened the ticket #{number} again{(customer)}")
            .when(&[When::Only("status"), When::Is("status", Status::Open.code())])
            .routine(),
        Sentence::updated("left the ticket #{number} to the customer{(customer)}")
            .when(&[When::Only("status"), When::Is("status", Status::Pending.code())]),
        Sentence::updated("solved the ticket #{number}{(customer)}")
            .when(&[When::Only("status"), When::Is("status", Status::Solved.code())]),
        Sentence::updated("closed the ticket #{number}{(customer)}").when(&[When::Only("status")]),
        Sentence::updated("took the assignee off the ticket #{number}{(customer)}")
            .when(&[When::Only("assignee_id"), When::Empty("assignee_id")]),
        Sentence::updated("took the ticket #{number}{(customer)}")
            .when(&[When::Only("assignee_id"), When::IsActor("assignee_id")]),
        Sentence::updated("gave {assignee_id} the ticket #{number}{(customer)}")
            .when(&[When::Only("assignee_id")]),
        Sentence::updated("set the priority {priority} for the ticket #{number}{(customer)}")
            .when(&[When::Only("priority")]),
        Sentence::updated("renamed the ticket #{number}{(customer)}").when(&[When::Only("subject")]),
        Sentence::updated("noted a time of the ticket #{number}{(customer)}")
            .when(&[When::Derived])
            .routine(),
        Sentence::updated("changed the ticket #{number}{(customer)}"),
    ]);

pub const TICKET_MESSAGE: Entity =
    Entity::new("message", "TICKET_MESSAGE", "message", "messages", "ticket_messages")
        .of_customer()
        .in_document("messages")
        // It goes with its ticket, which is counted.
        .not_counted()
        .titled("")
        .guarded_by(&["portal_read", "portal_write", "restoring", "staff_read", "staff_write"])
        .fields(&[
            Field::reference("ticket_id", "Ticket", "tickets").required(),
            Field::bool("is_internal", "Internal note"),
            Field::bool("from_staff", "From staff"),
            Field::reference("author_id", "Author", "users"),
            Field::text("author_name", "Author's name", 201).kept(),
            Field::prose("body", "Text", Body::LIMIT).searchable(),
        ])
        .sentences(&[
            Sentence::created("wrote a note on the ticket {ticket_id}{(customer)}")
                .when(&[When::Is("is_internal", "yes")])
                .icon("pencil"),
            Sentence::created("wrote to the ticket {ticket_id}{(customer)}").icon("mail"),
            Sentence::updated("changed a message of the ticket {ticket_id}{(customer)}"),
            Sentence::restored("restored a message of the ticket {ticket_id}{(customer)}"),
            Sentence::deleted("deleted a message of the ticket {ticket_id}{(customer)}"),
        ]);

pub const TICKET_TAG: Entity =
    Entity::new("ticket_tag", "TICKET_TAG", "tag of a ticket", "tags of tickets", "ticket_tags")
        .of_customer()
        // As a message.
        .not_counted()
        .titled("{tag_id}")
        .guarded_by(&["staff"])
        .fields(&[
            Field::reference("ticket_id", "Ticket", "tickets").required(),
            Field::reference("tag_id", "Tag", "tags").required(),
        ])
        .sentences(&[
            Sentence::created("put the tag {tag_id} on the ticket {ticket_id}{(customer)}").icon("tag"),
            Sentence::restored("restored the tag {tag_id} of the ticket {ticket_id}{(customer)}").icon("tag"),
            Sentence::deleted("took the tag {tag_id} off the ticket {ticket_id}{(customer)}").icon("tag"),
            Sentence::updated("changed {it} of the ticket {ticket_id}{(customer)}").icon("tag"),
        ]);

pub const TICKET_COPY: Entity =
    Entity::new("ticket_copy", "TICKET_COPY", "copy of a ticket", "copies of tickets", "ticket_copies")
        .of_customer()
        // As a message.
        .not_counted()
        .titled("{user_id}")
        .guarded_by(&["whoever_sees_the_ticket"])
        .fields(&[
            Field::reference("ticket_id", "Ticket", "tickets").required(),
            Field::reference("user_id", "In copy", "users")
                .required()
                .restored_where("r.customer_id = customer.id"),
        ])
        .sentences(&[
            Sentence::created("put {user_id} in copy of the ticket {ticket_id}{(customer)}")
                .icon("user-plus"),
            Sentence::restored("restored {user_id} in copy of the ticket {ticket_id}{(customer)}")
                .icon("user-plus"),
            Sentence::deleted("took {user_id} off the copies of the ticket {ticket_id}{(customer)}")
                .icon("user"),
            Sentence::updated("changed {it} of the ticket {ticket_id}{(customer)}").icon("user"),
        ]);
