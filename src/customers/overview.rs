//! What a customer's first page shows beside its head: one statement.
use crate::{
    assignments::holding::{Holding, OF_OWNERS},
    infra::{
        db::{
            Tx,
            ids::{CustomerId, UserId},
            json_rows::{JsonRows, json_rows},
            sql::{Bind, Statement},
        },
        web::errors::Result,
    },
    organisation::Location,
    values::ContactType,
};
use diesel::{prelude::*, sql_types};
use serde::Deserialize;

/// The contact to ask first, as the page shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Primary {
    first_name: String,
    last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_role: String,
    contact_type: String,
}

impl Primary {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// What the contact is for, in words; empty where nothing is said.
    pub fn contact_type(&self) -> String {
        let known = self.contact_type.parse::<ContactType>();
        known.map_or_else(|_| self.contact_type.clone(), |known| known.label().to_owned())
    }
}

/// It.
pub struct Overview {
    pub primary: Option<Primary>,
    /// Its headquarters first; at most 50.
    pub locations: Vec<Location>,
    /// What owners hold of it that is not over, for whoever may assign.
    pub held: Vec<(UserId, Holding)>,
    /// Whether whoever is at work has not looked at it for a minute.
    pub is_new_visit: bool,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Jsonb)]
    primary: JsonRows<(Primary,)>,
    #[diesel(sql_type = sql_types::Jsonb)]
    locations: JsonRows<(Location,)>,
    #[diesel(sql_type = sql_types::Jsonb)]
    held: JsonRows<(UserId, i64, i64)>,
    #[diesel(sql_type = sql_types::Bool)]
    is_new_visit: bool,
}

impl Overview {
    /// Of a customer that the user at work may see.
    pub fn load(tx: &mut Tx, customer: CustomerId, may_assign: bool) -> Result<Self> {
        let primary = json_rows(
            "to_jsonb(p)",
            "FROM (SELECT first_name, last_name, email, phone, job_role, contact_type FROM contacts p
                   WHERE p.tenant_id = c.tenant_id AND p.customer_id = c.id AND p.is_primary) p",
        );
        let locations = json_rows(
            "to_jsonb(l)",
            "FROM (SELECT id, name, secondary_name, address, country_code, is_hq, is_active FROM locations l
                   WHERE l.tenant_id = c.tenant_id AND l.customer_id = c.id ORDER BY is_hq DESC, name, id LIMIT 50) l",
        );
        let held = json_rows(
            "h.user_id, h.tickets, h.calls",
            &format!(
                "FROM ({OF_OWNERS} WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id) h WHERE h.tickets + h.calls > 0"
            ),
        );
        let held = if may_assign { held } else { "'[]'::jsonb".to_owned() };
        let mut sql = Statement::new(&format!(
            "SELECT {primary} AS primary, {locations} AS locations, {held} AS held,
                 NOT EXISTS (SELECT FROM customer_visits v WHERE v.tenant_id = c.tenant_id AND v.customer_id = c.id
                             AND v.user_id = (SELECT current_actor()) AND v.visited_at > now() - interval '1 minute') AS is_new_visit
             FROM customers c WHERE c.id = "
        ));
        sql.bind(Bind::Uuid(customer.0));
        let found: Found = sql.get_result(tx.conn)?;
        let holding = |(user, tickets, calls)| (user, Holding { tickets, calls, customers: 0 });
        Ok(Self {
            primary: found.primary.into_inner().pop().map(|(primary,)| primary),
            locations: found.locations.into_inner().into_iter().map(|(location,)| location).collect(),
            held: found.held.into_inner().into_iter().map(holding).collect(),
            is_new_visit: found.is_new_visit,
        })
    }
}
