//! Tries within one tenant: a second customer's people and a rep who owns nothing reach for what belongs to the first customer.
use super::{
    Findings,
    catalog::{Catalog, Table},
    tables::{DENIED, Outcome, attempt},
    walks::{self, Asking},
    worlds::World,
};
use crate::infra::{
    db::{
        Db, Scope,
        ids::{CustomerId, TenantId, UserId},
    },
    web::{permissions::Role, principal::Principal},
};
use diesel::PgConnection;
use uuid::Uuid;

/// Those who have nothing to do with the first customer.
const OUTSIDERS: [Asking; 3] = [
    Asking { who: "a rep who owns nothing", role: Role::CustomerSuccess, is_neighbour: false },
    Asking { who: "an admin of another customer", role: Role::CustomerAdmin, is_neighbour: true },
    Asking { who: "a user of another customer", role: Role::CustomerUser, is_neighbour: true },
];

/// Every try on every table and through every route.
pub fn try_all(
    owner: &mut PgConnection,
    db: &Db,
    catalog: &Catalog,
    house: &World,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let neighbour = house.neighbour(owner, catalog)?;
    let before = house.customers_fingerprint(owner, catalog)?;
    for asking in &OUTSIDERS {
        let (user, customer_id) = if asking.is_neighbour {
            (neighbour.user(asking.role)?, Some(CustomerId(neighbour.customer)))
        } else {
            (house.rep, None)
        };
        let scope = Scope::of(Principal {
            tenant_id: Some(TenantId(house.tenant)),
            user_id: Some(UserId(user)),
            customer_id,
            permissions: asking.role.permissions(),
            ..Principal::default()
        });
        for table in &catalog.tables {
            let Some(is_theirs) = of_first_customer(catalog, table, house) else { continue };
            for (tried, sql) in tries(table, &is_theirs) {
                let wrong = match attempt(db, &scope, &sql)? {
                    Outcome::Rows(0) => String::new(),
                    Outcome::Refused(code) if code == DENIED => String::new(),
                    outcome => format!("{outcome:?}"),
                };
                findings.note(&format!("table {}, as {}: {tried}", table.name, asking.who), &wrong)?;
            }
        }
    }
    walks::within(owner, db, catalog, house, &neighbour, &OUTSIDERS, findings)?;
    let after = house.customers_fingerprint(owner, catalog)?;
    super::report_changes(&before, &after, "by people of another customer", findings)
}

/// The condition that a row of a table belongs to the first customer; `None` where rows belong to none.
pub(super) fn of_first_customer(catalog: &Catalog, table: &Table, house: &World) -> Option<String> {
    let customer = house.id("customers");
    match table.name.as_str() {
        "customers" => Some(format!("id = '{customer}'")),
        name if catalog.has_customer(name) => Some(format!("customer_id = '{customer}'")),
        _ => None,
    }
}

fn tries(table: &Table, is_theirs: &str) -> Vec<(&'static str, String)> {
    let name = format!("public.{}", table.name);
    let mut tries = vec![
        ("read", format!("SELECT FROM {name} WHERE {is_theirs}")),
        ("read by its bare name", format!("SELECT FROM {} WHERE {is_theirs}", table.name)),
        ("delete", format!("DELETE FROM {name} WHERE {is_theirs}")),
    ];
    if let Some(column) = &table.updatable {
        tries.push(("update", format!("UPDATE {name} SET {column} = {column} WHERE {is_theirs}")));
    }
    tries
}

/// A second customer of the same tenant, with people.
pub struct Neighbour {
    pub customer: Uuid,
    /// Users by their role, and the addresses that they sign in with.
    pub people: Vec<(Role, Uuid, String)>,
}

impl Neighbour {
    fn user(&self, role: Role) -> anyhow::Result<Uuid> {
        let found = self.people.iter().find(|(held, ..)| *held == role);
        found.map(|(_, id, _)| *id).ok_or_else(|| anyhow::anyhow!("the neighbour has no {}", role.name()))
    }

    /// The address of whoever has this role.
    pub fn email(&self, role: Role) -> Option<&str> {
        self.people.iter().find(|(held, ..)| *held == role).map(|(.., email)| email.as_str())
    }
}
