//! Everything that happened at a customer.
use crate::{
    customers::head::{Head, Tab},
    events::timeline::{self, Entry},
    infra::{
        db::{events, ids::CustomerId},
        web::prelude::*,
    },
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

/// Where a timeline goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Older {
    before: String,
}

impl Parameters for Older {}

#[derive(Template)]
#[template(path = "customers/console/timeline.html")]
struct TimelinePage {
    shell: Shell,
    head: Head,
    entries: Vec<Entry>,
    older: String,
    may_write: bool,
    may_delete: bool,
}

/// Entries of one page of a timeline.
const ENTRIES: usize = 50;

/// `GET /console/customers/{id}/timeline`
pub async fn show(staff: Staff, id: Path<CustomerId>, query: Query<Older>) -> PageResult {
    let (id, before) = (id.into_inner(), events::place(&query.0.before));
    let (head, mut entries) = staff
        .read(move |tx| {
            let head = Head::load(tx, id, Tab::Timeline)?;
            let entries = timeline::of(tx, id, head.is_new(), before, ENTRIES as i64 + 1)?;
            Ok((head, entries))
        })
        .await?;
    let more = entries.len() > ENTRIES;
    entries.truncate(ENTRIES);
    let older = match entries.last() {
        Some(last) if more => {
            format!("{}?before={}", urls::customer_timeline(&id), events::cursor((last.at, last.id)))
        }
        _ => String::new(),
    };
    TimelinePage {
        shell: staff.shell(format!("Timeline of {}", head.customer.name)),
        head,
        entries,
        older,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
    }
    .ok()
}
