//! The queue.
use crate::{
    calls::{
        listing::{self, ASSIGNEES, Listed, Queue},
        words::CallStatus,
    },
    infra::{
        db::ids::CustomerId,
        lists::{ListQuery, ListRequest},
        web::{prelude::*, staff::Offered},
    },
    urls,
    values::kinds,
};
use askama::Template;

#[derive(Template)]
#[template(path = "calls/console/index.html")]
struct QueuePage {
    shell: Shell,
    query: ListQuery,
    status: &'static str,
    calls: Vec<Listed>,
    /// The customer whose calls alone are shown.
    customer: Option<String>,
    colleagues: Vec<(String, String)>,
    next: String,
}

impl QueuePage {
    fn tabs(&self) -> Vec<(&'static str, String, bool)> {
        let url = |code: &str| urls::calls::queue_with(&self.query.query_having("status", code));
        let tab = |status: &CallStatus| (status.label(), url(status.code()), status.code() == self.status);
        CallStatus::ALL.iter().map(tab).collect()
    }
    fn assignees(&self) -> Vec<(String, String)> {
        kinds::options(ASSIGNEES).into_iter().chain(self.colleagues.clone()).collect()
    }
    fn first(&self) -> String {
        urls::calls::queue_with(&self.query.query())
    }
    fn of_all_customers(&self) -> String {
        urls::calls::queue_with(&self.query.query_with("customer", ""))
    }
    fn is_filtered(&self) -> bool {
        !self.query.is_whole()
    }
    fn is_first(&self) -> bool {
        self.query.is_first()
    }
}

pub async fn queue(staff: Staff, list: ListRequest<Queue>) -> PageResult {
    let query = list.query;
    let wanted = query.clone();
    let (found, customer, colleagues) = staff
        .read(move |tx| {
            let customer = wanted.ids_of("customer").first().map(|id| CustomerId(*id));
            let customer = customer.map(|id| tx.must_see(id)).transpose()?;
            Ok((listing::queue(tx, &wanted)?, customer, Offered::Staff.options(tx)?))
        })
        .await?;
    let next = query.next(&found, urls::calls::queue_with);
    let shell = staff.shell("Calls");
    QueuePage { shell, status: query.code("status"), query, calls: found.rows, customer, colleagues, next }
        .ok()
}
