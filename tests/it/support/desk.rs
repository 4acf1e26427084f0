//! Tickets, opened and written to by the real verbs, as somebody of the cast.
use super::{Answer, Person, TestApp};
use clientele::{
    customers::Requester,
    infra::{
        db::{
            Scope, Tx,
            ids::{MessageId, TicketId, UserId},
        },
        web::{permissions::Role, principal::Principal},
    },
    tickets::{OpenTicket, Priority, Reply, Ticket},
};

impl TestApp {
    /// Whoever has this address, at work.
    pub fn scope_of(&self, email: &str) -> Scope {
        let cell = |column: &str| self.cell(&format!("SELECT {column} FROM users WHERE email = '{email}'"));
        let role: Role = cell("roles[1]").parse().unwrap();
        let customer = cell("customer_id");
        Scope::of(Principal {
            tenant_id: cell("tenant_id").parse().ok(),
            user_id: Some(cell("id").parse().unwrap()),
            customer_id: customer.parse().ok(),
            permissions: role.permissions(),
            ..Principal::default()
        })
    }

    /// Their id.
    pub fn user(&self, email: &str) -> UserId {
        self.cell(&format!("SELECT id FROM users WHERE email = '{email}'")).parse().unwrap()
    }

    /// A ticket that this portal user opens.
    pub fn open_ticket(&self, email: &str, subject: &str) -> TicketId {
        let scope = self.scope_of(email);
        let (customer, author) = (scope.customer_id.unwrap(), self.name(email));
        let command = OpenTicket {
            requester: Requester::User(scope.user_id.unwrap()),
            subject: subject.parse().unwrap(),
            body: Some(format!("About: {subject}").parse().unwrap()),
            priority: Priority::Normal,
            assignee: None,
        };
        self.db.write_blocking(&scope, |tx| Ticket::open(tx, customer, &author, &command)).unwrap().id
    }

    /// A public message.
    pub fn write_to(&self, ticket: TicketId, email: &str, body: &str) -> MessageId {
        self.write(ticket, email, body, false)
    }

    /// A note among staff.
    pub fn note_on(&self, ticket: TicketId, email: &str, body: &str) -> MessageId {
        self.write(ticket, email, body, true)
    }

    fn write(&self, ticket: TicketId, email: &str, body: &str, is_internal: bool) -> MessageId {
        let (author, body) = (self.name(email), Some(body.parse().unwrap()));
        let reply = Reply { body, is_internal, then: None, seen: None };
        let write = |tx: &mut Tx| Ticket::reply(tx, ticket, &author, &reply);
        self.db.write_blocking(&self.scope_of(email), write).unwrap()
    }

    /// Gives a ticket to somebody of the staff.
    pub fn assign(&self, ticket: TicketId, by: &str, to: &str) {
        let to = Some(self.user(to));
        self.db.write_blocking(&self.scope_of(by), |tx| Ticket::assign(tx, ticket, to)).unwrap();
    }

    fn name(&self, email: &str) -> String {
        self.cell(&format!("SELECT name FROM users WHERE email = '{email}'"))
    }
}

impl Person {
    /// Sends a form with texts and files.
    pub async fn send_files(&self, path: &str, texts: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut form = reqwest::multipart::Form::new();
        for (name, text) in texts {
            form = form.text((*name).to_owned(), (*text).to_owned());
        }
        for (name, content) in files {
            let part = reqwest::multipart::Part::bytes(content.to_vec()).file_name((*name).to_owned());
            form = form.part("files", part);
        }
        self.send(self.client.post(format!("{}{path}", self.url)).multipart(form)).await
    }
}
