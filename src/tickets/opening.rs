//! A new ticket, with its first message.
use super::{
    kinds::{Priority, Status},
    messages::Message,
    model::Ticket,
    replying,
};
use crate::{
    attachments::{self, Uploaded, Uploads},
    infra::{
        db::{
            Audience, Tx,
            ids::{ContactId, CustomerId, TicketId, UserId},
            schema::{contacts, tickets, users},
        },
        web::{
            errors::{AppError, Result},
            limits::{
                self,
                quota::{self, Use},
            },
        },
    },
};
use diesel::prelude::*;

/// Who asks: somebody of the very customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    User(UserId),
    Contact(ContactId),
}

/// A ticket that is fit to be opened.
#[derive(Clone, Debug)]
pub struct Opening {
    pub customer: CustomerId,
    pub requester: Requester,
    pub subject: String,
    pub body: String,
    pub priority: Priority,
    pub assignee: Option<UserId>,
    /// Who writes: the name beside the first message.
    pub author_name: String,
}

/// Why a ticket could not be opened, which only the database knows: field and message.
pub type Unopened = (&'static str, &'static str);

impl Ticket {
    /// Opens a ticket. The customer waits from now on, whoever wrote it down.
    pub fn open(tx: &mut Tx, opening: &Opening) -> Result<Result<Self, Unopened>> {
        quota::take(tx, opened_by(tx.scope.audience))?;
        let Some(name) = name_of(tx, opening)? else {
            return Ok(Err(("requester", "Choose somebody of this customer.")));
        };
        let (user, contact) = match opening.requester {
            Requester::User(id) => (Some(id), None),
            Requester::Contact(id) => (None, Some(id)),
        };
        let id = TicketId::new();
        let made = diesel::insert_into(tickets::table)
            .values((
                tickets::id.eq(id),
                tickets::customer_id.eq(opening.customer),
                tickets::subject.eq(&opening.subject),
                tickets::status.eq(Status::Open),
                tickets::priority.eq(opening.priority),
                tickets::requested_priority.eq(opening.priority),
                tickets::requester_id.eq(user),
                tickets::requester_contact_id.eq(contact),
                tickets::requester_name.eq(name),
                tickets::assignee_id.eq(opening.assignee),
                tickets::waiting_since.eq(diesel::dsl::now),
            ))
            .execute(tx.conn);
        if let Err(error) = made {
            return match AppError::constraint(&error) {
                Some("tickets_assignee_is_staff") => Ok(Err(("assignee", NOT_ASSIGNABLE))),
                Some("tickets_customer") => Err(AppError::NotFound),
                _ => Err(error.into()),
            };
        }
        let message =
            replying::Writing { body: &opening.body, is_internal: false, author_name: &opening.author_name };
        let ticket = Self::find(tx, id)?;
        let (_, at) = replying::write(tx, &ticket, &message)?;
        // Staff who open a ticket write down what the customer asked; that is no answer to it.
        let by_customer = tx.scope.audience == Audience::Portal;
        diesel::update(tickets::table.filter(tickets::id.eq(id)))
            .set((tickets::activity_at.eq(at), by_customer.then(|| tickets::customer_wrote_at.eq(at))))
            .execute(tx.conn)?;
        Ok(Ok(Self::find(tx, id)?))
    }

    /// Notes which files came with its first message, in the transaction that opened it.
    pub fn attach(&self, tx: &mut Tx, files: &[Uploaded]) -> Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        let first = Message::of_ticket(tx, self.id, None, 1)?;
        let Some(first) = first.first() else { return Ok(()) };
        let of = attachments::Message { customer: self.customer_id, ticket: self.id, id: first.id };
        Uploads::attach(files, tx, of)
    }
}

/// What opening a ticket is counted under.
fn opened_by(audience: Audience) -> &'static [Use<'static>] {
    const BY_CUSTOMER: &[Use] =
        &[Use::one(&limits::TICKETS_OF_A_PORTAL_USER), Use::one(&limits::TICKETS_OF_A_CUSTOMER)];
    const BY_STAFF: &[Use] =
        &[Use::one(&limits::TICKETS_OF_STAFF), Use::one(&limits::TICKETS_OF_STAFF_IN_A_DAY)];
    if audience == Audience::Portal { BY_CUSTOMER } else { BY_STAFF }
}

/// What a form says where somebody can't be given a ticket.
pub(super) const NOT_ASSIGNABLE: &str = "Choose somebody of your staff who may see this customer.";

/// The requester's name, if they are of this customer.
fn name_of(tx: &mut Tx, opening: &Opening) -> Result<Option<String>> {
    Ok(match opening.requester {
        Requester::User(id) => users::table
            .filter(users::id.eq(id))
            .filter(users::customer_id.eq(opening.customer))
            .select(users::name)
            .first::<String>(tx.conn)
            .optional()?,
        Requester::Contact(id) => contacts::table
            .filter(contacts::id.eq(id))
            .filter(contacts::customer_id.eq(opening.customer))
            .select((contacts::first_name, contacts::last_name))
            .first::<(String, String)>(tx.conn)
            .optional()?
            .map(|(first, last)| format!("{first} {last}").trim().to_owned()),
    })
}
