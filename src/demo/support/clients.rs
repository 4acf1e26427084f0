//! The customers who ask something, and those of their people who use the portal.
use super::story::Writer;
use crate::{
    demo::{
        dice::{Kind, id},
        maker::Made,
        people::Tenant,
    },
    infra::db::schema::users,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{insert_into, prelude::*};
use std::collections::HashSet;
use uuid::Uuid;

/// A customer who asks.
pub struct Client {
    pub id: Uuid,
    /// Since when they may ask.
    pub since: DateTime<Utc>,
    /// Those of its people who use the portal.
    pub users: Vec<Writer>,
    pub contacts: Vec<(Uuid, String)>,
    pub owner: Option<Uuid>,
    email: Option<String>,
}

impl Client {
    pub fn of(made: &Made) -> Self {
        let names = made.contacts.iter().map(|c| {
            let name = format!("{} {}", c.first_name, c.last_name).trim().to_owned();
            (c.id, name)
        });
        Self {
            id: made.customer.id,
            since: made.customer.created_at + TimeDelta::days(2),
            users: vec![],
            contacts: names.filter(|(_, name)| !name.is_empty()).collect(),
            owner: made.owners.first().copied(),
            email: made.contacts.first().and_then(|contact| contact.email.clone()),
        }
    }

    /// Those who use the portal: their ids and names.
    pub fn know(&mut self, users: &[(Uuid, &str)]) {
        self.users =
            users.iter().map(|(id, name)| Writer { id: Some(*id), name: (*name).to_owned() }).collect();
    }
}

/// Of so many customers who ask, one uses the portal.
const PORTAL: usize = 3;

/// Gives the first contact of every third an account. The best-known customer, who comes first, has its own.
pub fn make_users(
    conn: &mut PgConnection,
    number: usize,
    tenant: &Tenant,
    clients: &mut [Client],
    hash: &str,
    moment: DateTime<Utc>,
) -> QueryResult<()> {
    let mut taken = HashSet::new();
    let mut rows = vec![];
    for (place, client) in clients.iter_mut().enumerate().skip(1).step_by(PORTAL) {
        let (Some(email), Some((_, name))) = (&client.email, client.contacts.first()) else { continue };
        if client.since >= moment || !email.is_ascii() || !taken.insert(email.clone()) {
            continue;
        }
        let user = id(Kind::User, 100_000 * (number as u64 + 1) + place as u64);
        rows.push((
            users::id.eq(user),
            users::tenant_id.eq(tenant.id),
            users::customer_id.eq(client.id),
            users::email.eq(email.clone()),
            users::name.eq(name.clone()),
            users::password_hash.eq(hash),
            users::roles.eq(vec!["customer_admin"]),
            users::time_zone.eq(tenant.plan.time_zone),
            users::created_at.eq(client.since),
            users::updated_at.eq(client.since),
        ));
        client.users.push(Writer { id: Some(user), name: name.clone() });
    }
    for some in rows.chunks(500) {
        insert_into(users::table).values(some).execute(conn)?;
    }
    Ok(())
}
