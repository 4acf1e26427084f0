//! What stands beside a ticket's thread: one statement, whatever there is of it.
use super::{
    kinds::Status,
    model::Ticket,
    readers::{self, ReaderState},
};
use crate::{
    attachments::Attachment,
    infra::{
        db::{
            Tx,
            ids::{CustomerId, MessageId, TagId, TicketId},
            json_rows::{JsonRows, json_rows},
            sql::{Bind, Statement},
        },
        lists::ListQuery,
        web::errors::Result,
    },
    values::Stage,
};
use diesel::{prelude::*, sql_types};

/// Whom a ticket is of.
#[derive(QueryableByName)]
pub struct OfCustomer {
    #[diesel(sql_type = sql_types::Uuid, column_name = "customer_id")]
    pub id: CustomerId,
    #[diesel(sql_type = sql_types::Text, column_name = "customer_name")]
    pub name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub lifecycle_stage: Stage,
}

/// Another ticket of the same customer.
pub struct Other {
    pub id: TicketId,
    number: i64,
    pub subject: String,
    pub status: Status,
}

impl Other {
    /// "#1042"
    pub fn hash(&self) -> String {
        format!("#{}", self.number)
    }
}

/// Email, phone and job role.
type Reached = (Option<String>, Option<String>, Option<String>);

#[derive(QueryableByName)]
pub struct Aside {
    #[diesel(embed)]
    pub customer: OfCustomer,
    #[diesel(embed)]
    pub reader: ReaderState,
    /// The portal user who asks, or the contact.
    #[diesel(sql_type = sql_types::Jsonb)]
    asker: JsonRows<Reached>,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    pub copies: Vec<String>,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    pub writing: Vec<String>,
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    pub tag_ids: Vec<TagId>,
    #[diesel(sql_type = sql_types::Jsonb)]
    others: JsonRows<(TicketId, i64, String, Status)>,
    #[diesel(sql_type = sql_types::Jsonb)]
    files: JsonRows<(Attachment,)>,
    /// The ids of a page of the list that the ticket was reached from.
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    listed: Vec<TicketId>,
}

impl Aside {
    /// Beside these messages of it, in this list.
    pub fn load(tx: &mut Tx, ticket: &Ticket, messages: &[MessageId], list: &ListQuery) -> Result<Self> {
        let files = json_rows(
            "to_jsonb(a)",
            "FROM (SELECT tenant_id, id, ticket_id, message_id, name, content_type, size, created_at FROM attachments
                   WHERE customer_id = t.customer_id AND ticket_id = t.id AND message_id = ANY (shown.messages) ORDER BY id) a",
        );
        let others = json_rows(
            "o.id, o.number, o.subject, o.status",
            "FROM (SELECT id, number, subject, status FROM tickets o WHERE o.tenant_id = t.tenant_id AND o.customer_id = t.customer_id AND o.id <> t.id
                   ORDER BY o.activity_at DESC, o.id DESC LIMIT 5) o",
        );
        let asker = match (ticket.requester_id, ticket.requester_contact_id) {
            (Some(_), _) => json_rows("u.email, NULL, NULL", "FROM users u WHERE u.id = t.requester_id"),
            (None, Some(_)) => json_rows(
                "p.email, p.phone, p.job_role",
                "FROM contacts p WHERE p.id = t.requester_contact_id",
            ),
            (None, None) => "'[]'::jsonb".to_owned(),
        };
        let (reader, writing) = (readers::COLUMNS, readers::WRITING);
        let mut sql = Statement::new(&format!(
            "SELECT c.id AS customer_id, c.name AS customer_name, c.lifecycle_stage, {reader}, {asker} AS asker, {files} AS files, {others} AS others,
                ARRAY(SELECT u.name FROM ticket_copies k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
                      WHERE k.tenant_id = t.tenant_id AND k.ticket_id = t.id ORDER BY u.name) AS copies,
                ARRAY({writing}) AS writing,
                ARRAY(SELECT x.tag_id FROM ticket_tags x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id) AS tag_ids,
                ARRAY(SELECT listed.id FROM ("
        ));
        sql.append(list.ids_of_page(tx.scope)).push(
            ") listed) AS listed
             FROM tickets t JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id CROSS JOIN (SELECT ",
        );
        sql.bind(Bind::Uuids(messages.iter().map(|id| id.0).collect()))
            .push("::uuid[] AS messages) shown WHERE t.id = ")
            .bind(Bind::Uuid(ticket.id.0));
        Ok(sql.get_result(tx.conn)?)
    }

    /// What came with the messages.
    pub fn files(&mut self) -> Vec<Attachment> {
        self.files.take().into_iter().map(|(file,)| file).collect()
    }

    /// The customer's other tickets, the latest few.
    pub fn others(&mut self) -> Vec<Other> {
        let other = |(id, number, subject, status)| Other { id, number, subject, status };
        self.others.take().into_iter().map(other).collect()
    }

    /// How to reach whoever asks.
    pub fn reached(&mut self) -> Option<Reached> {
        self.asker.take().pop()
    }

    /// The tickets before and after this one in the list.
    pub fn neighbours(&self, id: TicketId) -> (Option<TicketId>, Option<TicketId>) {
        let at = self.listed.iter().position(|near| *near == id);
        let near = |at: Option<usize>| at.and_then(|at| self.listed.get(at)).copied();
        (near(at.and_then(|at| at.checked_sub(1))), near(at.map(|at| at + 1)))
    }
}
