//! What is found.
use crate::{
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId, TicketId},
            sql::{Bind, Statement},
        },
        web::errors::Result,
    },
    urls,
    values::domain,
};
use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{BigInt, Text, Uuid},
};

/// The kinds of records that are found: code, name of one, name of many, icon.
pub const KINDS: [(&str, &str, &str, &str); 3] = [
    ("customer", "Customer", "Customers", "building"),
    ("contact", "Contact", "Contacts", "user"),
    (TICKET, "Ticket", "Tickets", "inbox"),
];

/// Tickets are found by an index of their own, which is for staff alone, as internal notes are in it.
const TICKET: &str = "ticket";
/// Tickets among everything: they are many, and must not stand in the way of their customers.
const AMONG_OTHERS: i64 = 10;

/// Results of one page: who has not found it among these types more.
const MOST: i64 = 50;

/// A record that matches.
#[derive(QueryableByName, Clone, Debug)]
pub struct Hit {
    #[diesel(sql_type = Text)]
    pub entity: String,
    #[diesel(sql_type = Uuid)]
    pub entity_id: uuid::Uuid,
    #[diesel(sql_type = Uuid)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub detail: String,
    /// The customer that it belongs to, as it is called now.
    #[diesel(sql_type = Text)]
    pub customer: String,
    /// The customer's stage; of a ticket, its status.
    #[diesel(sql_type = Text)]
    pub stage: String,
}

impl Hit {
    /// What matches, best first; of one kind, or of all where `kind` is empty. Whoever types a number looks for the ticket that has it.
    pub fn find(tx: &mut Tx, typed: &str, kind: &str) -> Result<Vec<Self>> {
        match kind {
            TICKET => Self::tickets(tx, typed, MOST),
            "" => {
                let tickets = Self::tickets(tx, typed, AMONG_OTHERS)?;
                let others = Self::documents(tx, typed, kind)?;
                let number = typed.strip_prefix('#').unwrap_or(typed);
                let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
                Ok(if is_number { [tickets, others] } else { [others, tickets] }.concat())
            }
            _ => Self::documents(tx, typed, kind),
        }
    }

    /// The tickets that match, the latest first.
    fn tickets(tx: &mut Tx, typed: &str, most: i64) -> Result<Vec<Self>> {
        let mut sql = Statement::new(
            "SELECT 'ticket' AS entity, t.id AS entity_id, t.customer_id, '#' || t.number || ' ' || t.subject AS title, t.requester_name AS detail,
                    c.name AS customer, t.status AS stage
             FROM unnest(ARRAY(SELECT search_tickets(",
        );
        sql.bind(Bind::Text(domain::searched(typed))).push(", ").push(&most.to_string()).push(
            "))) WITH ORDINALITY AS s (id, place) JOIN tickets t ON t.id = s.id JOIN customers c ON c.id = t.customer_id ORDER BY s.place",
        );
        Ok(sql.load(tx.conn)?)
    }

    /// Customers and contacts.
    fn documents(tx: &mut Tx, typed: &str, kind: &str) -> Result<Vec<Self>> {
        let mut sql = Statement::new(
            "SELECT s.entity, s.entity_id, s.customer_id, s.title, s.detail, c.name AS customer, c.lifecycle_stage AS stage FROM search_everything(",
        );
        sql.bind(Bind::Text(domain::searched(typed))).push(", ").bind(Bind::Text(kind.to_owned())).push(", ");
        sql.push(&MOST.to_string())
            .push(") WITH ORDINALITY AS s (entity, entity_id, customer_id, title, detail, rank, place) JOIN customers c ON c.id = s.customer_id ORDER BY s.place");
        Ok(sql.load(tx.conn)?)
    }

    /// Where it is looked at.
    pub fn url(&self) -> String {
        match self.entity.as_str() {
            "contact" => urls::contact_edit(&self.customer_id, &ContactId(self.entity_id)),
            TICKET => urls::ticket(&TicketId(self.entity_id)),
            _ => urls::customer(&self.customer_id),
        }
    }

    pub fn is_ticket(&self) -> bool {
        self.entity == TICKET
    }

    pub fn is_customer(&self) -> bool {
        self.entity == "customer"
    }

    pub fn kind(&self) -> &'static str {
        KINDS.iter().find(|(code, ..)| *code == self.entity).map_or("Record", |(_, name, ..)| name)
    }

    pub fn icon(&self) -> &'static str {
        KINDS.iter().find(|(code, ..)| *code == self.entity).map_or("file", |(.., icon)| icon)
    }
}

#[derive(QueryableByName)]
struct Rebuilt {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    documents: i64,
}

/// Makes the whole index anew, a tenant after the other, and tells of each. For the owner of the tables.
pub fn rebuild(owner: &mut PgConnection, notify: &mut dyn FnMut(&str, i64)) -> QueryResult<()> {
    let tenants: Vec<uuid::Uuid> = crate::infra::db::schema::tenants::table
        .select(crate::infra::db::schema::tenants::id)
        .load::<crate::infra::db::ids::TenantId>(owner)?
        .into_iter()
        .map(|id| id.0)
        .collect();
    for tenant in tenants {
        let rebuilt: Rebuilt =
            diesel::sql_query("SELECT name, rebuild_search(id) + rebuild_ticket_search(id) AS documents FROM tenants WHERE id = $1")
                .bind::<Uuid, _>(tenant)
                .get_result(owner)?;
        notify(&rebuilt.name, rebuilt.documents);
    }
    Ok(())
}
