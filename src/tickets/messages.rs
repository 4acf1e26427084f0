//! What was written about a ticket. Never changed afterwards.
use crate::{
    infra::{
        db::{
            Tx,
            ids::{MessageId, TicketId, UserId},
            schema::ticket_messages,
        },
        web::errors::Result,
    },
    values::{Invalid, bounded::bounded_text},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types};
use serde::Serialize;

bounded_text! {
    /// The words of a message. One that consists of files has none.
    Body: lines 20_000,
        empty "Enter a message, or choose a file.",
        long "A message may have 20,000 characters. Shorten it, or send the rest as a file.";
}

impl Body {
    /// The words, where there are any.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence.
    pub fn optional(typed: &str) -> Result<Option<Self>, Invalid> {
        if typed.trim().is_empty() { Ok(None) } else { typed.parse().map(Some) }
    }
}

/// A message to the customer, one of the customer, or a note among staff. The portal reads no notes, whatever it asks for.
#[derive(HasQuery, Clone, Debug, Serialize)]
#[diesel(table_name = ticket_messages)]
pub struct Message {
    pub id: MessageId,
    pub ticket_id: TicketId,
    pub is_internal: bool,
    pub from_staff: bool,
    pub author_id: Option<UserId>,
    pub author_name: String,
    pub body: String,
    pub created_at: DateTime<Utc>,
}

/// Where a page of messages begins.
pub type Before = (DateTime<Utc>, MessageId);

impl Message {
    /// A message that the person at work may see.
    pub fn find(tx: &mut Tx, id: MessageId) -> Result<Self> {
        Ok(Self::query().filter(ticket_messages::id.eq(id)).first(tx.conn)?)
    }

    /// The newest `most` before a place (or of all), oldest first.
    pub fn of_ticket(
        tx: &mut Tx,
        ticket: TicketId,
        before: Option<Before>,
        most: usize,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query().filter(ticket_messages::ticket_id.eq(ticket)).into_boxed();
        if let Some((at, id)) = before {
            query = query.filter(
                sql::<sql_types::Bool>("(created_at, id) < (")
                    .bind::<sql_types::Timestamptz, _>(at)
                    .sql(", ")
                    .bind::<sql_types::Uuid, _>(id)
                    .sql(")"),
            );
        }
        let mut found: Vec<Self> = query
            .order((ticket_messages::created_at.desc(), ticket_messages::id.desc()))
            .limit(i64::try_from(most).unwrap_or(i64::MAX))
            .load(tx.conn)?;
        found.reverse();
        Ok(found)
    }

    /// What the customer's side has written after a moment, oldest first; the first few.
    pub fn of_customer_since(tx: &mut Tx, ticket: TicketId, seen: DateTime<Utc>) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(ticket_messages::ticket_id.eq(ticket))
            .filter(ticket_messages::created_at.gt(seen))
            .filter(ticket_messages::from_staff.eq(false))
            .order((ticket_messages::created_at, ticket_messages::id))
            .limit(20)
            .load(tx.conn)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::web::limits;

    #[test]
    fn a_message_is_as_long_as_the_list_of_limits_has_it() {
        assert_eq!(Body::LIMIT, limits::MESSAGE_LENGTH.size());
    }

    #[test]
    fn a_message_may_have_no_words() {
        assert_eq!(Body::optional(" \n"), Ok(None));
        assert_eq!(Body::optional(" Hello ").map(|body| body.map(String::from)), Ok(Some(" Hello".into())));
        assert!(Body::optional(&"x".repeat(Body::LIMIT + 1)).is_err());
    }
}
