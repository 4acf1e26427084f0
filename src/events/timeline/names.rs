//! The names of what the log refers to by id.
use crate::infra::{
    db::{
        Audience, Tx,
        events::Event,
        ids::{CompanyId, CustomerId, TagId, TicketId, UserId},
        schema::{companies, customers, tags, tickets, users},
    },
    web::errors::Result,
};
use diesel::{prelude::*, sql_types};
use std::collections::HashMap;

/// The names of what the log refers to by id.
#[derive(Default)]
pub struct Names {
    users: HashMap<String, String>,
    tags: HashMap<String, String>,
    companies: HashMap<String, String>,
    customers: HashMap<String, String>,
    tickets: HashMap<String, i64>,
    /// Whether the person at work sees all users of the tenant, so that one who is missing has left.
    sees_colleagues: bool,
}

#[derive(QueryableByName)]
struct Visitor {
    #[diesel(sql_type = sql_types::Uuid)]
    id: UserId,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

impl Names {
    /// Looks them up: six queries at most, however many events there are.
    pub fn of(tx: &mut Tx, events: &[Event]) -> Result<Self> {
        let sees_colleagues = matches!(tx.scope.audience, Audience::Staff | Audience::System);
        let mut names = Self { sees_colleagues, ..Self::default() };
        let mut ticket_ids: Vec<TicketId> = vec![];
        let (mut user_ids, mut tag_ids, mut company_ids): (Vec<UserId>, Vec<TagId>, Vec<CompanyId>) =
            Default::default();
        let customer_ids: Vec<CustomerId> =
            events.iter().filter_map(|e| e.customer_id).map(CustomerId).collect();
        for event in events {
            user_ids.extend(event.actor_id);
            user_ids.extend(event.text("user_id").parse::<UserId>());
            user_ids.extend(event.text("assignee_id").parse::<UserId>());
            ticket_ids.extend(event.text("ticket_id").parse::<TicketId>());
            tag_ids.extend(event.text("tag_id").parse::<TagId>());
            company_ids.extend(event.text("company_id").parse::<CompanyId>());
            for (field, from, to) in event.changes() {
                if field == "assignee_id" {
                    user_ids.extend([&from, &to].iter().filter_map(|id| id.parse::<UserId>().ok()));
                }
                if field == "company_id" {
                    company_ids.extend([from, to].iter().filter_map(|id| id.parse::<CompanyId>().ok()));
                }
            }
        }
        if !user_ids.is_empty() {
            let wanted = user_ids.clone();
            let found: Vec<(UserId, String)> = users::table
                .filter(users::id.eq_any(user_ids))
                .select((users::id, users::name))
                .load(tx.conn)?;
            names.users = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
            names.note_visitors(tx, wanted)?;
        }
        if !tag_ids.is_empty() {
            let found: Vec<(TagId, String)> =
                tags::table.filter(tags::id.eq_any(tag_ids)).select((tags::id, tags::name)).load(tx.conn)?;
            names.tags = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        }
        if !company_ids.is_empty() {
            let found: Vec<(CompanyId, String)> = companies::table
                .filter(companies::id.eq_any(company_ids))
                .select((companies::id, companies::name))
                .load(tx.conn)?;
            names.companies = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        }
        if !customer_ids.is_empty() {
            let found: Vec<(CustomerId, String)> = customers::table
                .filter(customers::id.eq_any(customer_ids))
                .select((customers::id, customers::name))
                .load(tx.conn)?;
            names.customers = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        }
        if !ticket_ids.is_empty() {
            let found: Vec<(TicketId, i64)> = tickets::table
                .filter(tickets::id.eq_any(ticket_ids))
                .select((tickets::id, tickets::number))
                .load(tx.conn)?;
            names.tickets = found.into_iter().map(|(id, number)| (id.to_string(), number)).collect();
        }
        Ok(names)
    }

    /// Platform admins who were inside the tenant, or made it, have no account in it to look up.
    fn note_visitors(&mut self, tx: &mut Tx, mut wanted: Vec<UserId>) -> Result<()> {
        wanted.retain(|id| !self.users.contains_key(&id.to_string()));
        if !self.sees_colleagues || wanted.is_empty() {
            return Ok(());
        }
        let found: Vec<Visitor> = diesel::sql_query("SELECT id, name FROM visitors($1)")
            .bind::<sql_types::Array<sql_types::Uuid>, _>(wanted)
            .load(tx.conn)?;
        let described = |visitor: Visitor| (visitor.id.to_string(), format!("{} (platform)", visitor.name));
        self.users.extend(found.into_iter().map(described));
        Ok(())
    }

    /// Who did it: a name, the system, or somebody who is not there any more.
    pub fn actor(&self, event: &Event) -> String {
        match event.actor_id {
            None if event.operation == "access" => "Someone".to_owned(),
            None => "Clientele".to_owned(),
            Some(id) => {
                let unknown = if self.sees_colleagues { "Somebody who has left" } else { "Somebody else" };
                self.users.get(&id.to_string()).cloned().unwrap_or_else(|| unknown.into())
            }
        }
    }

    /// A customer that is still there, and that the person at work may see.
    pub fn customer(&self, id: &str) -> Option<&String> {
        self.customers.get(id)
    }
    /// What people call a ticket: "#1042".
    pub fn ticket(&self, id: &str) -> String {
        self.tickets.get(id).map_or("that is gone".into(), |number| format!("#{number}"))
    }
    pub fn tag(&self, id: &str) -> Option<&String> {
        self.tags.get(id)
    }
    pub fn company(&self, id: &str) -> Option<&String> {
        self.companies.get(id)
    }

    pub fn user(&self, id: &str) -> String {
        self.users.get(id).cloned().unwrap_or_else(|| "somebody who has left".into())
    }
}
