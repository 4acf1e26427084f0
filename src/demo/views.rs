//! Saved views, which of them are pinned, and whom somebody looked at lately.
use super::{
    dice::{Kind, id},
    people::Tenant,
};
use crate::infra::db::schema::{customer_visits, saved_view_pins, saved_views};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{insert_into, prelude::*};
use uuid::Uuid;

/// Makes them for one tenant. `lately` are customers that its people opened.
pub fn make(
    conn: &mut PgConnection,
    number: usize,
    tenant: &Tenant,
    lately: &[Uuid],
    moment: DateTime<Utc>,
) -> QueryResult<usize> {
    let tag = |n: usize| format!("tag={}", tenant.tags.get(n).copied().unwrap_or_default());
    let views: Vec<(&str, &str, String, bool, bool)> = if number == 0 {
        vec![
            ("ada@acme.test", "Churned customers", "stage=churned&sort=-changed".into(), true, true),
            ("ada@acme.test", "Renewals due", tag(1), true, true),
            ("ada@acme.test", "New from campaigns", "source=campaign&sort=-created".into(), false, true),
            ("grace@acme.test", "At risk", format!("{}&sort=-changed", tag(2)), true, false),
            (
                "grace@acme.test",
                "Consumers in onboarding",
                "stage=onboarding&type=consumer".into(),
                false,
                false,
            ),
            ("chloe@acme.test", "My onboarding", "stage=onboarding&owner=%40me".into(), false, true),
            ("chloe@acme.test", "My quiet ones", "stage=inactive&owner=%40me".into(), false, false),
        ]
    } else {
        vec![
            ("eve@globex.test", "Gekündigt", "stage=churned&sort=-changed".into(), true, true),
            ("gil@globex.test", "Großkunden", tag(0), true, true),
            ("hanna@globex.test", "Meine Neuen", "stage=onboarding&owner=%40me".into(), false, true),
        ]
    };
    let made_at = moment - TimeDelta::days(75);
    let keyed: Vec<_> = views
        .iter()
        .enumerate()
        .map(|(i, view)| (id(Kind::View, (number * 100 + i) as u64), tenant.member(view.0).id, view))
        .collect();
    let rows: Vec<_> = keyed
        .iter()
        .map(|(view, user, (_, name, query, is_shared, _))| {
            (
                saved_views::id.eq(*view),
                saved_views::tenant_id.eq(tenant.id),
                saved_views::user_id.eq(*user),
                saved_views::name.eq(*name),
                saved_views::query.eq(query.as_str()),
                saved_views::is_shared.eq(*is_shared),
                saved_views::created_at.eq(made_at),
                saved_views::updated_at.eq(made_at),
            )
        })
        .collect();
    insert_into(saved_views::table).values(rows).execute(conn)?;
    let pins: Vec<_> = keyed
        .iter()
        .filter(|(.., (.., pinned))| *pinned)
        .map(|(view, user, _)| {
            (
                saved_view_pins::tenant_id.eq(tenant.id),
                saved_view_pins::user_id.eq(*user),
                saved_view_pins::view_id.eq(*view),
            )
        })
        .collect();
    insert_into(saved_view_pins::table).values(pins).execute(conn)?;
    let visits: Vec<_> = tenant.staff[..3]
        .iter()
        .enumerate()
        .flat_map(|(i, member)| {
            lately
                .iter()
                .take(12)
                .skip(i % 2)
                .enumerate()
                .map(move |(n, customer)| (i, member.id, n, *customer))
        })
        .map(|(i, user, n, customer)| {
            let at = moment - TimeDelta::hours(9) - TimeDelta::minutes((n * 97 + i * 13) as i64);
            (
                customer_visits::tenant_id.eq(tenant.id),
                customer_visits::user_id.eq(user),
                customer_visits::customer_id.eq(customer),
                customer_visits::visited_at.eq(at),
            )
        })
        .collect();
    insert_into(customer_visits::table).values(visits).execute(conn)?;
    Ok(keyed.len())
}
