//! The log of the tickets: what the triggers would have written, had they been there when it happened.
use crate::demo::history::logged;
use diesel::{connection::SimpleConnection, prelude::*};

diesel::table! {
    /// Where each step left a ticket.
    demo_ticket_steps (ticket_id, number) {
        tenant_id -> Uuid,
        ticket_id -> Uuid,
        number -> Integer,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        audience -> Text,
        assignee_id -> Nullable<Uuid>,
        status -> Text,
        waiting_since -> Nullable<Timestamptz>,
        first_replied_at -> Nullable<Timestamptz>,
        resolved_at -> Nullable<Timestamptz>,
    }
}

/// From here to [`write`] the log hears nothing of tickets.
pub fn begin(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "CREATE TEMPORARY TABLE demo_ticket_steps (tenant_id uuid, ticket_id uuid, number integer, at timestamptz, actor_id uuid, audience text,
             assignee_id uuid, status text, waiting_since timestamptz, first_replied_at timestamptz, resolved_at timestamptz) ON COMMIT DROP;
         ALTER TABLE tickets DISABLE TRIGGER log_insert;
         ALTER TABLE ticket_messages DISABLE TRIGGER log_insert;
         ALTER TABLE ticket_tags DISABLE TRIGGER log_insert;",
    )
}

/// Writes it all, in the order in which it happened: what happened to one ticket at one moment is one transaction.
pub fn write(conn: &mut PgConnection) -> QueryResult<()> {
    let ticket = logged(conn, "tickets")?.columns;
    let message = logged(conn, "ticket_messages")?.columns;
    let tag = logged(conn, "ticket_tags")?.columns;
    conn.batch_execute(&format!(
        "ANALYZE demo_ticket_steps; ANALYZE tickets; ANALYZE ticket_messages; ANALYZE ticket_tags;
         WITH told AS (
             SELECT n.tenant_id, n.id, n.customer_id, s.number, s.at, s.actor_id, s.audience,
                    to_jsonb(t) || jsonb_build_object('assignee_id', s.assignee_id, 'status', s.status, 'waiting_since', s.waiting_since,
                        'first_replied_at', s.first_replied_at, 'resolved_at', s.resolved_at,
                        'updated_at', s.at, 'updated_by', s.actor_id, 'version', s.number) AS doc
             FROM demo_ticket_steps s JOIN tickets n ON n.tenant_id = s.tenant_id AND n.id = s.ticket_id CROSS JOIN LATERAL (SELECT {ticket}) AS t
         ), pairs AS (
             SELECT *, lag(doc) OVER (PARTITION BY tenant_id, id ORDER BY number) AS old FROM told
         ), changes AS (
             SELECT *, CASE WHEN old IS NULL THEN '{{}}' ELSE ARRAY(SELECT key FROM jsonb_each(doc)
                 WHERE value IS DISTINCT FROM old->key AND key NOT IN ('version', 'updated_at', 'updated_by') ORDER BY key) END AS changed
             FROM pairs
         ), entries AS (
             SELECT tenant_id, CASE WHEN old IS NULL THEN 'TICKET_CREATED' ELSE 'TICKET_UPDATED' END AS topic, 'ticket' AS entity, id AS entity_id,
                    customer_id, actor_id, audience, CASE WHEN old IS NULL THEN 'insert' ELSE 'update' END AS operation, old AS before,
                    CASE WHEN old IS NULL THEN jsonb_strip_nulls(doc) ELSE doc END AS after, changed, id AS ticket_id, at,
                    CASE WHEN old IS NULL THEN 0 ELSE 2 END AS rank
             FROM changes WHERE old IS NULL OR changed <> '{{}}'
             UNION ALL
             SELECT n.tenant_id, 'TICKET_MESSAGE_CREATED', 'message', n.id, n.customer_id, n.author_id,
                    CASE WHEN n.from_staff THEN 'staff' ELSE 'portal' END, 'insert', NULL, jsonb_strip_nulls(to_jsonb(t)), '{{}}', n.ticket_id, n.created_at, 1
             FROM ticket_messages n CROSS JOIN LATERAL (SELECT {message}) AS t
             UNION ALL
             SELECT n.tenant_id, 'TICKET_TAG_CREATED', 'ticket_tag', n.ticket_id, n.customer_id, k.assignee_id,
                    'staff', 'insert', NULL, jsonb_strip_nulls(to_jsonb(t)), '{{}}', n.ticket_id, coalesce(k.first_replied_at, k.updated_at), 3
             FROM ticket_tags n JOIN tickets k ON k.tenant_id = n.tenant_id AND k.id = n.ticket_id CROSS JOIN LATERAL (SELECT {tag}) AS t
         )
         INSERT INTO events (tenant_id, topic, entity, entity_id, customer_id, actor_id, audience, operation, before, after, changed, transaction_id, occurred_at)
         SELECT tenant_id, topic, entity, entity_id, customer_id, actor_id, audience, operation, before, after, changed,
                -(hashtextextended(ticket_id::text || at::text, 0) & 4503599627370495) - 1048576, at
         FROM entries ORDER BY at, ticket_id, rank;
         ALTER TABLE tickets ENABLE TRIGGER log_insert;
         ALTER TABLE ticket_messages ENABLE TRIGGER log_insert;
         ALTER TABLE ticket_tags ENABLE TRIGGER log_insert;"
    ))
}
