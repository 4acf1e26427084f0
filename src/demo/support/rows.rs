//! Tickets with all that hangs on them, as rows for `COPY`.
use super::{Desk, Draft, log::demo_ticket_steps as steps};
use crate::{
    demo::{
        DemoError,
        copy::{Rows, send},
        dice::{Kind, id},
    },
    infra::db::schema::{ticket_messages, ticket_numbers, ticket_tags, tickets},
};
use diesel::{insert_into, prelude::*};
use uuid::Uuid;

#[derive(Default)]
struct Batch {
    tickets: Rows,
    messages: Rows,
    tags: Rows,
    steps: Rows,
    written: u64,
}

/// The number before the first ticket's.
const BEFORE_FIRST: i64 = 1000;

/// Sends the tickets of a tenant, which come in the order of their opening.
pub fn send(conn: &mut PgConnection, desk: &Desk, drafts: &[Draft]) -> Result<(), DemoError> {
    let first = desk.number as u64 * 10_000_000;
    let mut batch = Batch { written: first * 10, ..Batch::default() };
    for (place, draft) in drafts.iter().enumerate() {
        let number = BEFORE_FIRST + 1 + place as i64;
        batch.write(desk.tenant.id, id(Kind::Ticket, first + place as u64), number, draft);
    }
    let Batch { tickets, messages, tags, steps, .. } = &mut batch;
    send!(
        conn,
        tickets,
        tickets::table,
        (
            tickets::id,
            tickets::tenant_id,
            tickets::customer_id,
            tickets::number,
            tickets::subject,
            tickets::status,
            tickets::priority,
            tickets::requested_priority,
            tickets::requester_id,
            tickets::requester_contact_id,
            tickets::requester_name,
            tickets::assignee_id,
            tickets::waiting_since,
            tickets::first_replied_at,
            tickets::resolved_at,
            tickets::customer_wrote_at,
            tickets::staff_wrote_at,
            tickets::activity_at,
            tickets::created_by,
            tickets::updated_by,
            tickets::created_at,
            tickets::updated_at,
            tickets::version,
        )
    );
    send!(
        conn,
        messages,
        ticket_messages::table,
        (
            ticket_messages::id,
            ticket_messages::tenant_id,
            ticket_messages::customer_id,
            ticket_messages::ticket_id,
            ticket_messages::is_internal,
            ticket_messages::from_staff,
            ticket_messages::author_id,
            ticket_messages::author_name,
            ticket_messages::body,
            ticket_messages::created_at,
        )
    );
    send!(
        conn,
        tags,
        ticket_tags::table,
        (ticket_tags::tenant_id, ticket_tags::customer_id, ticket_tags::ticket_id, ticket_tags::tag_id)
    );
    send!(
        conn,
        steps,
        steps::table,
        (
            steps::tenant_id,
            steps::ticket_id,
            steps::number,
            steps::at,
            steps::actor_id,
            steps::audience,
            steps::assignee_id,
            steps::status,
            steps::waiting_since,
            steps::first_replied_at,
            steps::resolved_at,
        )
    );
    let last = BEFORE_FIRST + drafts.len() as i64;
    insert_into(ticket_numbers::table)
        .values((ticket_numbers::tenant_id.eq(desk.tenant.id), ticket_numbers::last_number.eq(last)))
        .execute(conn)?;
    Ok(())
}

impl Batch {
    fn write(&mut self, tenant: Uuid, ticket: Uuid, number: i64, draft: &Draft) {
        let (story, customer) = (&draft.story, draft.customer);
        let (Some(first), Some(last), Some(newest)) =
            (story.steps.first(), story.steps.last(), story.messages.last())
        else {
            return;
        };
        // What staff wrote down to open it is no answer.
        let public = || story.messages.iter().enumerate().rev().filter(|(_, written)| !written.is_internal);
        let asked_at = public().find(|(_, written)| !written.from_staff).map(|(_, written)| written.at);
        let answered =
            public().find(|(n, written)| *n > 0 && written.from_staff).map(|(_, written)| written.at);
        let now = &last.state;
        self.tickets
            .row()
            .plain(ticket)
            .plain(tenant)
            .plain(customer)
            .plain(number)
            .text(&draft.subject)
            .plain(now.status)
            .plain(draft.priority)
            .plain(draft.priority)
            .maybe_plain(draft.requester.id)
            .maybe_plain(draft.contact)
            .text(&draft.requester.name)
            .maybe_plain(now.assignee)
            .maybe_time(now.waiting_since)
            .maybe_time(now.first_replied_at)
            .maybe_time(now.resolved_at)
            .maybe_time(asked_at)
            .maybe_time(answered)
            .time(newest.at)
            .maybe_plain(first.actor)
            .maybe_plain(last.actor)
            .time(first.at)
            .time(last.at)
            .plain(story.steps.len())
            .end();
        for written in &story.messages {
            self.written += 1;
            self.messages
                .row()
                .plain(id(Kind::Message, self.written))
                .plain(tenant)
                .plain(customer)
                .plain(ticket)
                .plain(written.is_internal)
                .plain(written.from_staff)
                .maybe_plain(written.author.id)
                .text(&written.author.name)
                .text(&written.body)
                .time(written.at)
                .end();
        }
        if let Some(tag) = draft.tag {
            self.tags.row().plain(tenant).plain(customer).plain(ticket).plain(tag).end();
        }
        for (place, step) in story.steps.iter().enumerate() {
            let state = &step.state;
            self.steps
                .row()
                .plain(tenant)
                .plain(ticket)
                .plain(place + 1)
                .time(step.at)
                .maybe_plain(step.actor)
                .plain(step.audience)
                .maybe_plain(state.assignee)
                .plain(state.status)
                .maybe_time(state.waiting_since)
                .maybe_time(state.first_replied_at)
                .maybe_time(state.resolved_at)
                .end();
        }
    }
}
