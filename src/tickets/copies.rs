//! Colleagues of the requester who read and write along.
use super::model::Ticket;
use crate::infra::{
    db::{
        Tx,
        ids::{TicketId, UserId},
        schema::ticket_copies,
        sql::{Bind, Statement},
    },
    web::{
        errors::{AppError, Result},
        permissions::Permission,
    },
};
use diesel::{
    prelude::*,
    sql_types::{Bool, Text, Uuid},
};

/// Somebody who uses the portal for the same customer.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    #[diesel(sql_type = Uuid)]
    pub id: UserId,
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// Who looks after the customer, on the tenant's side.
#[derive(QueryableByName, Clone, Debug)]
pub struct ContactPerson {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub email: String,
}

impl Colleague {
    /// All of them, whoever is at work included.
    pub fn all(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Statement::new("SELECT id, name FROM colleagues()").load(tx.conn)?)
    }

    /// All of them, and whether each is in copy of a ticket: one statement.
    pub fn beside(tx: &mut Tx, ticket: TicketId) -> Result<Vec<(Self, bool)>> {
        let mut sql = Statement::new(
            "SELECT c.id, c.name, EXISTS (SELECT FROM ticket_copies k WHERE k.user_id = c.id AND k.ticket_id = ",
        );
        sql.bind(Bind::Uuid(ticket.0)).push(") AS is_copied FROM colleagues() c");
        let found: Vec<Beside> = sql.load(tx.conn)?;
        Ok(found.into_iter().map(|one| (one.colleague, one.is_copied)).collect())
    }
}

#[derive(QueryableByName)]
struct Beside {
    #[diesel(embed)]
    colleague: Colleague,
    #[diesel(sql_type = Bool)]
    is_copied: bool,
}

impl ContactPerson {
    /// The few whom the customer of the person at work can turn to.
    pub fn own(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Statement::new("SELECT name, email FROM contact_people()").load(tx.conn)?)
    }
}

impl Ticket {
    /// Whether the portal user at work says who reads along: the requester does, and an admin of the customer.
    pub fn is_shared_by(&self, tx: &Tx) -> bool {
        tx.scope.may(Permission::TicketAll)
            || self.requester_id.is_some() && self.requester_id == tx.scope.user_id
    }

    /// Puts colleagues in copy. Ids of anybody else are nobody's.
    pub fn add_copies(&self, tx: &mut Tx, people: &[UserId]) -> Result<()> {
        if !self.is_shared_by(tx) {
            return Err(AppError::Forbidden);
        }
        let known = Colleague::all(tx)?;
        if people.iter().any(|user| known.iter().all(|colleague| colleague.id != *user)) {
            return Err(AppError::NotFound);
        }
        let rows: Vec<_> = people
            .iter()
            .filter(|user| Some(**user) != self.requester_id)
            .map(|user| {
                (
                    ticket_copies::customer_id.eq(self.customer_id),
                    ticket_copies::ticket_id.eq(self.id),
                    ticket_copies::user_id.eq(*user),
                )
            })
            .collect();
        diesel::insert_into(ticket_copies::table).values(rows).on_conflict_do_nothing().execute(tx.conn)?;
        Ok(())
    }

    /// Takes somebody out of copy; everybody may take themselves out.
    pub fn remove_copy(&self, tx: &mut Tx, user: UserId) -> Result<()> {
        if !self.is_shared_by(tx) && tx.scope.user_id != Some(user) {
            return Err(AppError::Forbidden);
        }
        let copy = ticket_copies::table
            .filter(ticket_copies::ticket_id.eq(self.id))
            .filter(ticket_copies::user_id.eq(user));
        match diesel::delete(copy).execute(tx.conn)? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }
}
