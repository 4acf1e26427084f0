//! The queue.
use crate::{
    calls::{
        listing::{self, Assignee, Listed, Which},
        words,
    },
    customers::model::Customer,
    infra::{
        db::paging,
        web::{prelude::*, query, staff::Offered},
    },
    urls,
};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Calls of one page.
const ROWS: usize = 50;

/// What of the queue is wanted.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(skip_serializing_if = "String::is_empty")]
    status: String,
    /// The id of a colleague, `@me` or `nobody`.
    #[serde(skip_serializing_if = "String::is_empty")]
    assignee: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    customer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

impl Query for Wanted {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "status" => query::one_of(words::STATUSES, value),
            "assignee" => matches!(value, "@me" | "nobody") || query::is_id(value),
            "customer" => query::is_id(value),
            _ => true,
        }
    }
}

impl Wanted {
    fn url(&self) -> String {
        urls::calls::queue_with(&serde_html_form::to_string(self).unwrap_or_default())
    }
    fn status(&self) -> &'static str {
        words::STATUSES.iter().find(|(code, _)| *code == self.status).map_or("requested", |(code, _)| code)
    }
}

#[derive(Template)]
#[template(path = "calls/console/index.html")]
struct QueuePage {
    shell: Shell,
    wanted: Wanted,
    status: &'static str,
    calls: Vec<Listed>,
    /// The customer whose calls alone are shown.
    customer: Option<Customer>,
    colleagues: Vec<(String, String)>,
    next: String,
}

impl QueuePage {
    fn tabs(&self) -> Vec<(&'static str, String, bool)> {
        let url =
            |code: &str| Wanted { status: code.into(), after: String::new(), ..self.wanted.clone() }.url();
        words::STATUSES.iter().map(|(code, name)| (*name, url(code), *code == self.status)).collect()
    }
    fn assignees(&self) -> Vec<(String, String)> {
        let fixed =
            [("@me", "Me"), ("nobody", "Nobody")].map(|(value, name)| (value.to_owned(), name.to_owned()));
        fixed.into_iter().chain(self.colleagues.clone()).collect()
    }
    fn first(&self) -> String {
        Wanted { after: String::new(), ..self.wanted.clone() }.url()
    }
    fn of_all_customers(&self) -> String {
        Wanted { after: String::new(), customer: String::new(), ..self.wanted.clone() }.url()
    }
    fn is_filtered(&self) -> bool {
        !self.wanted.assignee.is_empty() || self.customer.is_some()
    }
    fn is_first(&self) -> bool {
        self.wanted.after.is_empty()
    }
}

pub async fn queue(staff: Staff, params: Asked<Wanted>) -> PageResult {
    let wanted = params.0;
    let me = staff.user_id;
    let assignee = match wanted.assignee.as_str() {
        "@me" => Assignee::One(me),
        "nobody" => Assignee::Nobody,
        id => id.parse().map_or(Assignee::Anybody, Assignee::One),
    };
    let which = Which {
        status: wanted.status(),
        assignee,
        customer: wanted.customer.parse().ok(),
        after: paging::keys(&wanted.after),
    };
    let status = which.status;
    let (mut calls, customer, colleagues) = staff
        .read(move |tx| {
            let customer = which.customer.map(|id| Customer::find(tx, id)).transpose()?;
            Ok((listing::queue(tx, &which, ROWS as i64 + 1)?, customer, Offered::Staff.options(tx)?))
        })
        .await?;
    let more = calls.len() > ROWS;
    calls.truncate(ROWS);
    let next = calls.last().filter(|_| more).map_or(String::new(), |last| {
        Wanted { after: paging::cursor(&(last.call.due_at, last.call.id)), ..wanted.clone() }.url()
    });
    let shell = staff.shell(Section::Calls, "Calls");
    QueuePage { shell, wanted, status, calls, customer, colleagues, next }.ok()
}
