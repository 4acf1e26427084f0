//! The two tenants, and who signs in.
use super::{
    dice::{Kind, id},
    tenants::{TENANTS, TenantPlan},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{insert_into, prelude::*};
use uuid::Uuid;

/// The password of everybody.
pub const PASSWORD: &str = "brisk-otter-lantern";

/// A user as a step of history needs them.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub id: Uuid,
    pub email: &'static str,
    pub role: &'static str,
}

/// A tenant with the ids of what every customer refers to.
pub struct Tenant {
    pub id: Uuid,
    pub plan: &'static TenantPlan,
    pub staff: Vec<Member>,
    pub companies: Vec<Uuid>,
    pub tags: Vec<Uuid>,
}

impl Tenant {
    /// The staff with a role, in their order.
    pub fn with_role(&self, role: &str) -> Vec<Member> {
        self.staff.iter().copied().filter(|member| member.role == role).collect()
    }

    /// The member of staff with this email; the admin where there is none.
    pub fn member(&self, email: &str) -> Member {
        self.staff.iter().copied().find(|member| member.email == email).unwrap_or(self.staff[0])
    }
}

fn user_id(number: &mut u64) -> Uuid {
    *number += 1;
    id(Kind::User, *number)
}

/// Makes the tenants with staff, companies and tags, and the platform admin. `opened` is when all began.
pub fn make(conn: &mut PgConnection, hash: &str, opened: DateTime<Utc>) -> QueryResult<Vec<Tenant>> {
    use crate::infra::db::schema::{companies, tags, tenants, users};
    let (mut next_user, mut next_company, mut next_tag) = (0, 0, 0);
    let stamps = |days: i64| opened + TimeDelta::days(days);
    let root = user_id(&mut next_user);
    insert_into(users::table)
        .values((
            users::id.eq(root),
            users::tenant_id.eq(None::<Uuid>),
            users::email.eq("root@clientele.test"),
            users::name.eq("Root"),
            users::password_hash.eq(hash),
            users::roles.eq(vec!["platform_admin"]),
            users::created_at.eq(opened),
            users::updated_at.eq(opened),
        ))
        .execute(conn)?;
    let mut made = vec![];
    for (number, plan) in TENANTS.iter().enumerate() {
        let tenant = id(Kind::Tenant, number as u64 + 1);
        insert_into(tenants::table)
            .values((
                tenants::id.eq(tenant),
                tenants::name.eq(plan.name),
                tenants::slug.eq(plan.slug),
                tenants::country.eq(plan.country),
                tenants::time_zone.eq(plan.time_zone),
                tenants::created_at.eq(opened),
                tenants::updated_at.eq(opened),
            ))
            .execute(conn)?;
        let staff: Vec<_> = plan
            .staff
            .iter()
            .map(|&(email, name, role)| (Member { id: user_id(&mut next_user), email, role }, name))
            .collect();
        let rows: Vec<_> = staff
            .iter()
            .enumerate()
            .map(|(i, (member, name))| {
                (
                    users::id.eq(member.id),
                    users::tenant_id.eq(tenant),
                    users::email.eq(member.email),
                    users::name.eq(*name),
                    users::password_hash.eq(hash),
                    users::roles.eq(vec![member.role]),
                    users::time_zone.eq(plan.time_zone),
                    users::created_at.eq(stamps(i as i64)),
                    users::updated_at.eq(stamps(i as i64)),
                )
            })
            .collect();
        insert_into(users::table).values(rows).execute(conn)?;
        let brands: Vec<_> = plan
            .companies
            .iter()
            .map(|name| {
                next_company += 1;
                (id(Kind::Company, next_company), name)
            })
            .collect();
        let rows: Vec<_> = brands
            .iter()
            .map(|(brand, name)| {
                (
                    companies::id.eq(*brand),
                    companies::tenant_id.eq(tenant),
                    companies::name.eq(**name),
                    companies::created_at.eq(opened),
                    companies::updated_at.eq(opened),
                )
            })
            .collect();
        insert_into(companies::table).values(rows).execute(conn)?;
        let words: Vec<_> = plan
            .tags
            .iter()
            .map(|tag| {
                next_tag += 1;
                (id(Kind::Tag, next_tag), tag)
            })
            .collect();
        let rows: Vec<_> = words
            .iter()
            .map(|(word, (name, colour, _))| {
                (
                    tags::id.eq(*word),
                    tags::tenant_id.eq(tenant),
                    tags::name.eq(*name),
                    tags::colour.eq(*colour),
                    tags::created_at.eq(opened),
                    tags::updated_at.eq(opened),
                )
            })
            .collect();
        insert_into(tags::table).values(rows).execute(conn)?;
        made.push(Tenant {
            id: tenant,
            plan,
            staff: staff.into_iter().map(|(member, _)| member).collect(),
            companies: brands.into_iter().map(|(brand, _)| brand).collect(),
            tags: words.into_iter().map(|(word, _)| word).collect(),
        });
    }
    Ok(made)
}

/// The users of a tenant's best-known customer: email, name, role.
pub fn portal_users(tenant: usize) -> &'static [(&'static str, &'static str, &'static str)] {
    match tenant {
        0 => &[
            ("carol@northwind.test", "Carol Jensen", "customer_admin"),
            ("cody@northwind.test", "Cody Marsh", "customer_user"),
        ],
        _ => &[("iris@initech.test", "Iris Lumbergh", "customer_admin")],
    }
}

/// The same as those who ask: their ids and names.
pub fn portal_writers(number: usize) -> Vec<(Uuid, &'static str)> {
    let mut next = 100 * (number as u64 + 1);
    portal_users(number).iter().map(|(_, name, _)| (user_id(&mut next), *name)).collect()
}

/// The domain whose people register with a tenant's best-known customer.
fn domain(tenant: usize) -> &'static str {
    if tenant == 0 { "northwind.test" } else { "initech.test" }
}

/// Lets its people make their own accounts.
pub fn open_registration(
    conn: &mut PgConnection,
    number: usize,
    tenant: &Tenant,
    customer: Uuid,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use crate::infra::db::schema::{registration_domains, registration_settings};
    insert_into(registration_settings::table)
        .values((
            registration_settings::id.eq(id(Kind::Registration, 2 * number as u64)),
            registration_settings::tenant_id.eq(tenant.id),
            registration_settings::customer_id.eq(customer),
            registration_settings::is_on.eq(true),
            registration_settings::created_at.eq(at),
            registration_settings::updated_at.eq(at),
        ))
        .execute(conn)?;
    insert_into(registration_domains::table)
        .values((
            registration_domains::id.eq(id(Kind::Registration, 2 * number as u64 + 1)),
            registration_domains::tenant_id.eq(tenant.id),
            registration_domains::customer_id.eq(customer),
            registration_domains::domain.eq(domain(number)),
            registration_domains::verified_at.eq(Some(at)),
            registration_domains::verified_by.eq(Some("dns")),
            // However long the demo runs.
            registration_domains::verified_until.eq(Some(at + TimeDelta::days(3650))),
            registration_domains::created_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Gives a customer its portal users.
pub fn make_portal_users(
    conn: &mut PgConnection,
    number: usize,
    tenant: &Tenant,
    customer: Uuid,
    hash: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use crate::infra::db::schema::users;
    let mut next = 100 * (number as u64 + 1);
    let rows: Vec<_> = portal_users(number)
        .iter()
        .map(|(email, name, role)| {
            (
                users::id.eq(user_id(&mut next)),
                users::tenant_id.eq(tenant.id),
                users::customer_id.eq(customer),
                users::email.eq(*email),
                users::name.eq(*name),
                users::password_hash.eq(hash),
                users::roles.eq(vec![*role]),
                users::time_zone.eq(tenant.plan.time_zone),
                users::created_at.eq(at),
                users::updated_at.eq(at),
            )
        })
        .collect();
    insert_into(users::table).values(rows).execute(conn).map(|_| ())
}
