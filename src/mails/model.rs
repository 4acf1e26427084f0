//! The row of a mail.
use crate::infra::{
    db::{Tx, ids::MailId, schema::mails},
    services::mail::{File, Mail},
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid},
};

/// A mail as it is stored.
#[derive(QueryableByName, Debug)]
pub struct Stored {
    #[diesel(sql_type = Uuid)]
    id: MailId,
    #[diesel(sql_type = Text)]
    from_name: String,
    #[diesel(sql_type = Text)]
    to_name: String,
    #[diesel(sql_type = Text)]
    to_address: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    sent_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    body_text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body_html: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    file_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    file_type: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    file_body: Option<String>,
}

impl Stored {
    /// The mail of this id, as soon as no server of an earlier version is sending it.
    pub fn find(tx: &mut Tx, id: MailId) -> Result<Self> {
        Ok(sql_query("SELECT * FROM mail_to_send($1)").bind::<Uuid, _>(id).get_result(tx.conn)?)
    }

    /// Whether it has left already.
    pub fn is_sent(&self) -> bool {
        self.sent_at.is_some()
    }

    /// What there is to send; none where its bodies were wiped.
    pub fn mail(self) -> Option<Mail> {
        let file = match (self.file_name, self.file_type) {
            (Some(name), Some(kind)) => Some(File { name, kind, text: self.file_body? }),
            _ => None,
        };
        Some(Mail {
            id: self.id,
            from_name: self.from_name,
            to_name: self.to_name,
            to_address: self.to_address,
            subject: self.subject,
            text: self.body_text?,
            html: self.body_html?,
            file,
            created_at: self.created_at,
        })
    }
}

/// Notes that it has left, and forgets what it said. Where its tenant went meanwhile there is nothing to note.
pub fn note_sent(tx: &mut Tx, id: MailId) -> Result<()> {
    diesel::update(mails::table.filter(mails::id.eq(id)))
        .set((
            mails::sent_at.eq(sql::<Timestamptz>("clock_timestamp()").nullable()),
            mails::body_text.eq(None::<&str>),
            mails::body_html.eq(None::<&str>),
            mails::file_body.eq(None::<&str>),
        ))
        .execute(tx.conn)?;
    Ok(())
}
