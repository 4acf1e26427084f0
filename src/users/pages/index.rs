//! The list.
use super::shell;
use crate::{
    infra::{
        db::{self, paging},
        web::{prelude::*, query::one_of},
    },
    urls::{self, People},
    users::{
        listing::{self, Which},
        model::Account,
    },
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Rows of a page.
const ROWS: usize = 50;

const SIDES: [(&str, &str); 3] = [("", "Everybody"), ("staff", "Staff"), ("portal", "Customers’ users")];
const STATES: [(&str, &str); 4] =
    [("", "Any state"), ("active", "Active"), ("invited", "Invited"), ("disabled", "Disabled")];

/// What of the list is wanted.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    side: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

impl Query for Wanted {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "side" => one_of(&SIDES, value),
            "state" => one_of(&STATES, value),
            _ => true,
        }
    }
}

impl Wanted {
    fn url(&self, people: People) -> String {
        let query = serde_html_form::to_string(self).unwrap_or_default();
        match people {
            People::Console => urls::users_with(&query),
            People::Team => urls::team_with(&query),
        }
    }
}

struct Body {
    people: People,
    wanted: Wanted,
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
        Wanted { after: String::new(), ..self.wanted.clone() }.url(self.people)
    }
    fn is_first(&self) -> bool {
        self.wanted.after.is_empty()
    }
    fn is_filtered(&self) -> bool {
        !(self.wanted.q.is_empty() && self.wanted.side.is_empty() && self.wanted.state.is_empty())
    }
    fn sides(&self) -> [(&'static str, &'static str); 3] {
        SIDES
    }
    fn states(&self) -> [(&'static str, &'static str); 4] {
        STATES
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

pub async fn index(person: &SignedIn, people: People, wanted: Wanted) -> PageResult {
    let which = Which {
        typed: wanted.q.clone(),
        side: wanted.side.clone(),
        state: wanted.state.clone(),
        customer: None,
        after: paging::keys(&wanted.after),
    };
    let (mut accounts, now) =
        person.read(move |tx| Ok((listing::accounts(tx, &which, ROWS + 1)?, db::now(tx)?))).await?;
    let more = accounts.len() > ROWS;
    accounts.truncate(ROWS);
    let next = accounts.last().filter(|_| more).map_or(String::new(), |last| {
        Wanted { after: paging::cursor(&(&last.name, last.id)), ..wanted.clone() }.url(people)
    });
    let title = if people == People::Console { "Users" } else { "Team" };
    let shell = shell(person, people, title);
    let body = Body { people, wanted, accounts, me: person.user_id, now, next };
    match people {
        People::Console => ConsolePage { shell, body }.ok(),
        People::Team => PortalPage { shell, body }.ok(),
    }
}
