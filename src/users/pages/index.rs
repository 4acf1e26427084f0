//! The list.
use super::shell;
use crate::{
    infra::{db, lists::ListQuery, web::prelude::*},
    urls::{self, People},
    users::{
        listing::{self, SIDES, STATES},
        model::Account,
    },
    values::kinds::Word,
};
use askama::Template;
use chrono::{DateTime, Utc};

struct Body {
    people: People,
    query: ListQuery,
    accounts: Vec<Account>,
    me: crate::infra::db::ids::UserId,
    now: DateTime<Utc>,
    next: String,
}

impl Body {
    fn is_console(&self) -> bool {
        self.people == People::Console
    }
    fn new_url(&self) -> String {
        if self.is_console() { urls::user_new() } else { urls::team_new() }
    }
    fn first(&self) -> String {
        at(self.people, &self.query.query())
    }
    fn is_first(&self) -> bool {
        self.query.is_first()
    }
    fn is_filtered(&self) -> bool {
        !self.query.is_whole()
    }
    fn sides(&self) -> &'static [Word] {
        SIDES
    }
    fn states(&self) -> &'static [Word] {
        STATES
    }
}

/// The list with a query string.
fn at(people: People, query: &str) -> String {
    match people {
        People::Console => urls::users_with(query),
        People::Team => urls::team_with(query),
    }
}

#[derive(Template)]
#[template(path = "users/index_console.html")]
struct ConsolePage {
    shell: Shell,
    body: Body,
}

#[derive(Template)]
#[template(path = "users/index_portal.html")]
struct PortalPage {
    shell: Shell,
    body: Body,
}

pub async fn index(person: &SignedIn, people: People, query: ListQuery) -> PageResult {
    let wanted = query.clone();
    let (found, now) = person.read(move |tx| Ok((listing::accounts(tx, &wanted)?, db::now(tx)?))).await?;
    let next = query.next(&found, |query| at(people, query));
    let title = if people == People::Console { "Users" } else { "Team" };
    let shell = shell(person, people, title);
    let body = Body { people, query, accounts: found.rows, me: person.user_id, now, next };
    match people {
        People::Console => ConsolePage { shell, body }.ok(),
        People::Team => PortalPage { shell, body }.ok(),
    }
}
