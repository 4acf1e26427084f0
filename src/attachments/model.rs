//! The row, and who may have it: that is the policies' business.
use super::upload::Uploaded;
use crate::infra::{
    db::{
        Tx,
        ids::{AttachmentId, CustomerId, MessageId, TenantId, TicketId},
        schema::attachments,
    },
    web::{
        errors::Result,
        limits::{
            self,
            quota::{self, Use},
        },
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;

/// A file that came with a message.
#[derive(HasQuery, Deserialize, Clone, Debug)]
pub struct Attachment {
    pub tenant_id: TenantId,
    pub id: AttachmentId,
    pub ticket_id: TicketId,
    pub message_id: MessageId,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub created_at: DateTime<Utc>,
}

/// The message that files belong to.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub customer: CustomerId,
    pub ticket: TicketId,
    pub id: MessageId,
}

/// Notes in the transaction of a message which files came with it.
pub fn attach(tx: &mut Tx, message: Message, files: &[Uploaded]) -> Result<()> {
    let rows: Vec<_> = files
        .iter()
        .map(|file| {
            (
                attachments::id.eq(file.id),
                attachments::customer_id.eq(message.customer),
                attachments::ticket_id.eq(message.ticket),
                attachments::message_id.eq(message.id),
                attachments::name.eq(&file.name),
                attachments::content_type.eq(&file.content_type),
                attachments::size.eq(file.size),
                attachments::sha256.eq(&file.sha256),
            )
        })
        .collect();
    if !rows.is_empty() {
        quota::take(tx, &[Use::more(&limits::UPLOADS_OF_A_PERSON, files.len() as u64)])?;
        diesel::insert_into(attachments::table).values(rows).execute(tx.conn)?;
    }
    Ok(())
}

impl Attachment {
    /// One that the person at work may have.
    pub fn find(tx: &mut Tx, id: AttachmentId) -> Result<Self> {
        Ok(Self::query().filter(attachments::id.eq(id)).get_result(tx.conn)?)
    }

    /// Those of some messages of a ticket, in the order in which they were sent.
    pub fn of_messages(
        tx: &mut Tx,
        customer: CustomerId,
        ticket: TicketId,
        messages: &[MessageId],
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(attachments::customer_id.eq(customer))
            .filter(attachments::ticket_id.eq(ticket))
            .filter(attachments::message_id.eq_any(messages))
            .order(attachments::id)
            .load(tx.conn)?)
    }

    /// Whether a page may show it as a picture.
    pub fn is_picture(&self) -> bool {
        super::judging::is_picture(&self.content_type)
    }

    /// "340 KB"
    pub fn size_label(&self) -> String {
        size_label(self.size)
    }
}

/// A size as people read it.
pub fn size_label(bytes: i64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_told_in_words_that_people_use() {
        assert_eq!([12, 348_160, 26_214_400].map(super::size_label), ["12 B", "340 KB", "25.0 MB"]);
    }
}
