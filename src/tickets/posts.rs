//! A message with what came with it.
use super::{messages::Message, model::Ticket};
use crate::{
    attachments::Attachment,
    infra::{
        db::{Tx, ids::MessageId},
        web::errors::Result,
    },
};

/// One of a conversation, as its page shows it.
pub struct Post {
    pub message: Message,
    pub files: Vec<Attachment>,
}

impl Post {
    /// The messages of a ticket with their files: one statement, however many they are.
    pub fn of(tx: &mut Tx, ticket: &Ticket, messages: Vec<Message>) -> Result<Vec<Self>> {
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        let files = Attachment::of_messages(tx, ticket.customer_id, ticket.id, &ids)?;
        Ok(Self::with(messages, files))
    }

    /// Each message with its own of these files.
    pub fn with(messages: Vec<Message>, mut files: Vec<Attachment>) -> Vec<Self> {
        messages
            .into_iter()
            .map(|message| {
                let is_own = |file: &mut Attachment| file.message_id == message.id;
                Self { files: files.extract_if(.., is_own).collect(), message }
            })
            .collect()
    }
}
