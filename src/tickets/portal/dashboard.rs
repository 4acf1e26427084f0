//! What waits for a customer, first of all.
use crate::{
    calls::{self, Call},
    infra::{
        db::{
            self, Plan,
            ids::{CustomerId, UserId},
        },
        web::prelude::*,
    },
    tickets::{copies::ContactPerson, kinds::Status, own::OwnTicket},
};
use askama::Template;
use chrono::{DateTime, Utc};

/// How many of each are shown; the list has the others.
const PARTS: [(Status, usize); 4] =
    [(Status::Pending, 20), (Status::Open, 20), (Status::Solved, 5), (Status::Closed, 5)];

#[derive(Template)]
#[template(path = "tickets/portal/dashboard.html")]
struct DashboardPage {
    shell: Shell,
    user: UserId,
    customer: CustomerId,
    waiting: Vec<OwnTicket>,
    open: Vec<OwnTicket>,
    done: Vec<OwnTicket>,
    people: Vec<ContactPerson>,
    calls: Vec<Call>,
    now: DateTime<Utc>,
}

/// `GET /customer/dashboard`
pub async fn show(user: PortalUser) -> PageResult {
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    // Four parts behind the tickets' policies cost more to plan than to read, and one plan is right for all.
    let (found, people, calls, now) = user
        .read_planned(Plan::Generic, move |tx| {
            Ok((
                OwnTicket::of(tx, customer, &PARTS, None)?,
                ContactPerson::own(tx)?,
                calls::upcoming(tx)?,
                db::now(tx)?,
            ))
        })
        .await?;
    let of = |statuses: &[Status], most: usize| -> Vec<OwnTicket> {
        found.iter().filter(|ticket| statuses.contains(&ticket.status)).take(most).cloned().collect()
    };
    DashboardPage {
        shell: user.portal_shell("Your tickets"),
        user: user.user_id,
        customer,
        waiting: of(&[Status::Pending], 20),
        open: of(&[Status::Open], 20),
        done: of(&[Status::Solved, Status::Closed], 5),
        people,
        calls,
        now,
    }
    .ok()
}

impl DashboardPage {
    /// Whether a new person has nothing to look at yet.
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.open.is_empty() && self.done.is_empty()
    }
}
