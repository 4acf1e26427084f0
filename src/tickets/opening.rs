//! A new ticket, with its first message.
use super::{
    kinds::{Priority, Status},
    messages::{Body, Message},
    model::Ticket,
    replying,
};
use crate::{
    attachments::{self, Uploaded, Uploads},
    customers::Requester,
    infra::{
        db::{
            Audience, Tx,
            ids::{CustomerId, TicketId, UserId},
            schema::tickets,
        },
        web::{
            errors::{AppError, Result},
            limits::{
                self,
                quota::{self, Use},
            },
        },
    },
    values::bounded::bounded_text,
};
use diesel::prelude::*;

bounded_text! {
    /// What a ticket is about.
    Subject: line 200,
        empty "Enter a subject.",
        long "A subject may have 200 characters. Put the rest into the message.";
}

/// A ticket as it is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTicket {
    pub requester: Requester,
    pub subject: Subject,
    /// `None`: its first message consists of files.
    pub body: Option<Body>,
    pub priority: Priority,
    pub assignee: Option<UserId>,
}

impl Ticket {
    /// Opens a ticket; `author` is the name beside its first message. The customer waits from now on, whoever wrote it down.
    ///
    /// # Errors
    /// `Invalid` where the requester is not of the customer, or the assignee must not work for it.
    pub fn open(tx: &mut Tx, customer: CustomerId, author: &str, command: &OpenTicket) -> Result<Self> {
        quota::take(tx, opened_by(tx.scope.audience))?;
        let Some(requester) = command.requester.known(tx, customer)? else {
            return Err(AppError::refused("requester", "Choose somebody of this customer."));
        };
        let id = TicketId::new();
        diesel::insert_into(tickets::table)
            .values((
                tickets::id.eq(id),
                tickets::customer_id.eq(customer),
                tickets::subject.eq(&command.subject),
                tickets::status.eq(Status::Open),
                tickets::priority.eq(command.priority),
                tickets::requested_priority.eq(command.priority),
                tickets::requester_id.eq(command.requester.user()),
                tickets::requester_contact_id.eq(command.requester.contact()),
                tickets::requester_name.eq(requester.name),
                tickets::assignee_id.eq(command.assignee),
                tickets::waiting_since.eq(diesel::dsl::now),
            ))
            .execute(tx.conn)
            .map_err(not_opened)?;
        let body = command.body.as_ref();
        let message = replying::Writing { body, is_internal: false, author_name: author };
        let ticket = Self::find(tx, id)?;
        let (_, at) = replying::write(tx, &ticket, &message)?;
        // Staff who open a ticket write down what the customer asked; that is no answer to it.
        let by_customer = tx.scope.audience == Audience::Portal;
        diesel::update(tickets::table.filter(tickets::id.eq(id)))
            .set((tickets::activity_at.eq(at), by_customer.then(|| tickets::customer_wrote_at.eq(at))))
            .execute(tx.conn)?;
        Self::find(tx, id)
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

fn not_opened(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("tickets_assignee_is_staff") => not_assignable(),
        Some("tickets_customer") => AppError::NotFound,
        _ => error.into(),
    }
}

/// Somebody can't be given a ticket.
pub(super) fn not_assignable() -> AppError {
    AppError::refused("assignee", NOT_ASSIGNABLE)
}

/// What a form says then.
pub(super) const NOT_ASSIGNABLE: &str = "Choose somebody of your staff who may see this customer.";
