//! Tickets, opened and written to by the real verbs, as somebody of the cast.
use super::{Answer, Person, TestApp};
use clientele::{
    infra::{
        db::{
            Audience, Scope,
            ids::{MessageId, TicketId, UserId},
        },
        web::permissions::Role,
    },
    tickets::{Opening, Priority, Replied, Reply, Requester, Ticket},
};

impl TestApp {
    /// Whoever has this address, at work.
    pub fn scope_of(&self, email: &str) -> Scope {
        let cell = |column: &str| self.cell(&format!("SELECT {column} FROM users WHERE email = '{email}'"));
        let role: Role = cell("roles[1]").parse().unwrap();
        let customer = cell("customer_id");
        Scope {
            audience: if customer.is_empty() { Audience::Staff } else { Audience::Portal },
            tenant_id: cell("tenant_id").parse().ok(),
            user_id: Some(cell("id").parse().unwrap()),
            customer_id: customer.parse().ok(),
            roles: vec![role],
            ..Scope::nobody()
        }
    }

    /// Their id.
    pub fn user(&self, email: &str) -> UserId {
        self.cell(&format!("SELECT id FROM users WHERE email = '{email}'")).parse().unwrap()
    }

    /// A ticket that this portal user opens.
    pub fn open_ticket(&self, email: &str, subject: &str) -> TicketId {
        let scope = self.scope_of(email);
        let opening = Opening {
            customer: scope.customer_id.unwrap(),
            requester: Requester::User(scope.user_id.unwrap()),
            subject: subject.into(),
            body: format!("About: {subject}"),
            priority: Priority::Normal,
            assignee: None,
            author_name: self.name(email),
        };
        self.db.write_blocking(&scope, |tx| Ticket::open(tx, &opening)).unwrap().unwrap().id
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
        let reply =
            Reply { body: body.into(), is_internal, author_name: self.name(email), then: None, seen: None };
        let written = self.db.write_blocking(&self.scope_of(email), |tx| Ticket::reply(tx, ticket, &reply));
        match written.unwrap() {
            Replied::Sent(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Gives a ticket to somebody of the staff.
    pub fn assign(&self, ticket: TicketId, by: &str, to: &str) {
        let to = Some(self.user(to));
        self.db.write_blocking(&self.scope_of(by), |tx| Ticket::assign(tx, ticket, to)).unwrap().unwrap();
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
