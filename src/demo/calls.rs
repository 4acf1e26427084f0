//! Calls: what customers asked for, what is to come, what was held and what came of it.
use super::people::Tenant;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid},
};

const TOPICS: &[&str] = &[
    "The open invoices",
    "Renewing the contract",
    "Moving to the new office",
    "Adding users to our plan",
    "The offer of last week",
    "Questions about the setup",
    "Delivery dates in autumn",
    "Training for new colleagues",
    "The outage on Monday",
    "Changing our billing address",
    "Next steps of the rollout",
    "A second location",
];
const THEMEN: &[&str] = &[
    "Offene Rechnungen",
    "Verlängerung des Vertrags",
    "Umzug in das neue Büro",
    "Weitere Nutzer",
    "Das Angebot der letzten Woche",
    "Fragen zur Einrichtung",
    "Liefertermine im Herbst",
    "Schulung für neue Kollegen",
    "Der Ausfall am Montag",
    "Zweiter Standort",
];
const NOTES: &[&str] = &[
    "Happy with the answer. Wants the summary by email.",
    "Asked for a discount; said that we come back to them after the review.",
    "Will talk to the owner and ring again.",
    "Explained the export step by step.",
    "Prefers calls before noon.",
];

/// Every fifth contact with a phone, and each portal user eight times. `h` is a number that the person and the turn decide.
const MAKE: &str = "
WITH people AS (
    SELECT c.customer_id, NULL::uuid AS user_id, c.id AS contact_id, concat_ws(' ', c.first_name, nullif(c.last_name, '')) AS name, c.phone, t.time_zone, NULL::text AS known_zone, 0 AS turn
    FROM contacts c JOIN tenants t ON t.id = c.tenant_id
    WHERE c.tenant_id = $1 AND c.phone IS NOT NULL AND hashtextextended(c.id::text, 7) & 1023 < 230
    UNION ALL
    SELECT u.customer_id, u.id, NULL, u.name, coalesce(c.phone, '+12125550142'), u.time_zone, u.time_zone, turn
    FROM users u JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id CROSS JOIN generate_series(1, 8) AS turn WHERE u.tenant_id = $1
), thrown AS (
    SELECT p.*, k.created_at AS known_at, (hashtextextended(coalesce(contact_id, user_id) || ' ' || turn, 1) & 1048575)::integer AS h
    FROM people p JOIN customers k ON k.tenant_id = $1 AND k.id = p.customer_id WHERE k.created_at < $2 - interval '5 days'
), sorted AS (
    SELECT *, CASE WHEN turn BETWEEN 1 AND 4 THEN (ARRAY['requested', 'scheduled', 'completed', 'cancelled'])[turn]
                   WHEN turn > 4 OR h % 100 < 74 THEN 'completed' WHEN h % 100 < 85 THEN 'cancelled' WHEN h % 100 < 94 THEN 'scheduled' ELSE 'requested' END AS status
    FROM thrown
), dated AS (
    -- In office hours, by the clock of who is rung.
    SELECT *, (date_trunc('day', CASE WHEN status IN ('requested', 'scheduled') THEN $2 + make_interval(days => 1 + h % 12)
                                      ELSE greatest($2 - make_interval(days => 1 + h % 500), known_at + interval '3 days') END AT TIME ZONE time_zone)
              + make_interval(hours => 8 + h / 7 % 9, mins => h / 3 % 2 * 30)) AT TIME ZONE time_zone AS near
    FROM sorted
), placed AS (
    -- Nobody rings on a weekend.
    SELECT *, near + make_interval(days => (CASE WHEN status IN ('requested', 'scheduled') THEN 1 ELSE -1 END)
        * CASE extract(isodow FROM near AT TIME ZONE time_zone) WHEN 6 THEN 2 WHEN 7 THEN 2 ELSE 0 END) AS at FROM dated
), asked AS (
    SELECT *, least(at - interval '50 hours', $2 - make_interval(hours => 2 + h % 60)) AS asked_at,
           CASE WHEN status = 'requested' AND h % 2 = 0 THEN NULL
                -- A CS rep holds calls of their own customers only.
                ELSE coalesce((SELECT o.user_id FROM customer_success_owned_customers o
                               WHERE o.tenant_id = $1 AND o.customer_id = placed.customer_id AND h / 13 % 2 = 0 ORDER BY o.user_id LIMIT 1),
                              ($3)[1 + h % cardinality($3)]) END AS assignee,
           (ARRAY[15, 30, 30, 45, 60])[1 + h / 5 % 5] AS minutes
    FROM placed
)
INSERT INTO calls (id, tenant_id, customer_id, requester_id, requester_contact_id, requester_name, phone, topic, time_zone, slots, slot_minutes,
                   status, direction, assignee_id, assignee_name, scheduled_at, scheduled_minutes, outcome, cancelled_by, cancelled_by_name, cancel_reason,
                   closed_at, created_by, updated_by, created_at, updated_at)
SELECT md5('call ' || coalesce(contact_id, user_id) || turn)::uuid, $1, a.customer_id, user_id, contact_id, a.name, a.phone, ($4)[1 + h / 11 % cardinality($4)], a.known_zone,
       CASE WHEN user_id IS NOT NULL OR status = 'requested' THEN (ARRAY[at, at + interval '1 day', at + interval '25 hours'])[:1 + h % 3] ELSE '{}' END, minutes,
       status, CASE WHEN status = 'completed' AND user_id IS NULL AND h % 4 = 0 THEN 'incoming' ELSE 'outgoing' END, s.id, coalesce(s.name, ''),
       CASE WHEN status IN ('scheduled', 'completed') THEN at END, CASE WHEN status IN ('scheduled', 'completed') THEN minutes END,
       CASE status WHEN 'completed' THEN (ARRAY['settled', 'settled', 'follow_up', 'voicemail', 'no_answer'])[1 + h / 2 % 5] END,
       CASE status WHEN 'cancelled' THEN coalesce(user_id, s.id) END, CASE status WHEN 'cancelled' THEN CASE WHEN user_id IS NULL THEN s.name ELSE a.name END ELSE '' END,
       CASE status WHEN 'cancelled' THEN (ARRAY['', 'Settled by email', 'No longer needed', 'On holiday that week'])[1 + h % 4] ELSE '' END,
       CASE status WHEN 'completed' THEN at + make_interval(mins => minutes) WHEN 'cancelled' THEN at - interval '20 hours' END,
       coalesce(user_id, s.id), coalesce(s.id, user_id), asked_at, CASE status WHEN 'requested' THEN asked_at ELSE greatest(asked_at, least(at, $2 - interval '1 hour')) END
FROM asked a LEFT JOIN users s ON s.id = a.assignee
WHERE asked_at > known_at";

const NOTE: &str = "
INSERT INTO call_notes (id, tenant_id, customer_id, note, created_at)
SELECT id, tenant_id, customer_id, ($2)[1 + (hashtextextended(id::text, 3) & 1023)::integer % cardinality($2)], closed_at
FROM calls WHERE tenant_id = $1 AND status = 'completed' AND outcome IN ('settled', 'follow_up') AND hashtextextended(id::text, 4) & 3 < 2";

/// Makes the calls of one tenant, up to a moment and beyond it. Returns how many.
pub fn make(
    conn: &mut PgConnection,
    number: usize,
    tenant: &Tenant,
    moment: DateTime<Utc>,
) -> QueryResult<usize> {
    let sees_all = |role: &str| matches!(role, "tenant_admin" | "agent");
    let staff: Vec<_> =
        tenant.staff.iter().filter(|member| sees_all(member.role)).map(|member| member.id).collect();
    let made = diesel::sql_query(MAKE)
        .bind::<SqlUuid, _>(tenant.id)
        .bind::<Timestamptz, _>(moment)
        .bind::<Array<SqlUuid>, _>(staff)
        .bind::<Array<Text>, _>(if number == 0 { TOPICS } else { THEMEN })
        .execute(conn)?;
    diesel::sql_query(NOTE).bind::<SqlUuid, _>(tenant.id).bind::<Array<Text>, _>(NOTES).execute(conn)?;
    Ok(made)
}
