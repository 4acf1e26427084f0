//! What happens in the background when calls are arranged.
use super::{
    calendar::Party,
    emails::{CallNotice, Turn},
    model::Call,
    words::CallStatus,
};
use crate::{
    infra::{
        db::{
            events::Event,
            ids::CallId,
            schema::{tenants, users},
        },
        jobs::Job,
        services::mail,
        web::errors::{AppError, Result},
    },
    notifications::News,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A call gets a time, another one, or is called off: whoever asked for it hears of it, with a file for their calendar.
pub fn on_call_arranged(job: &mut Job) -> Result<()> {
    for task in job.tasks {
        let Some(event) = Event::behind(job.tx, task)? else { continue };
        let call = match Call::find(job.tx, CallId(event.entity_id)) {
            Err(AppError::NotFound) => continue,
            found => found?,
        };
        if let Some(turn) = turn(&event).filter(|_| is_still(&event, &call)) {
            notify(job, &call, turn, &event)?;
        }
    }
    Ok(())
}

/// What became of the call by this event; `None`: nothing that its requester does not know.
fn turn(event: &Event) -> Option<Turn> {
    let before = event.before.as_ref().and_then(|doc| doc.get("status")?.as_str()?.parse().ok());
    match (before, event.text("status").parse().ok()?) {
        (Some(CallStatus::Scheduled), CallStatus::Scheduled) => Some(Turn::Moved),
        (_, CallStatus::Scheduled) => Some(Turn::Scheduled),
        (_, CallStatus::Cancelled) => Some(Turn::Cancelled),
        (_, CallStatus::Requested | CallStatus::Completed) => None,
    }
}

/// Whether the call stands as the event left it. Where it does not, another event tells of it.
fn is_still(event: &Event, call: &Call) -> bool {
    let at = event.text("scheduled_at").parse::<DateTime<Utc>>().ok();
    let minutes = event.text("scheduled_minutes").parse::<i32>().ok();
    call.status.code() == event.text("status")
        && call.scheduled_at == at
        && (at.is_none() || minutes == Some(call.minutes()))
}

fn notify(job: &mut Job, call: &Call, turn: Turn, event: &Event) -> Result<()> {
    let Some(user) = call.requester_id else { return Ok(()) };
    let found: Option<(String, String, String)> = users::table
        .inner_join(tenants::table)
        .filter(users::id.eq(user))
        .select((users::name, users::email, tenants::name))
        .first(job.tx.conn)
        .optional()?;
    let Some((name, address, tenant)) = found else { return Ok(()) };
    let arranged = CallNotice {
        call,
        turn,
        tenant,
        sender: job.tools.mailer.address(),
        to: Party { name, address },
        base: job.tools.public_url.clone(),
    };
    let news = News {
        kind: "call_arranged",
        ticket: None,
        call: Some(call.id),
        message: None,
        actor: event.actor_id,
        text: arranged.sentence(),
    };
    let by_email = news.notify_in_app(job.tx, user)?;
    // Whoever called off a call of their own knows, but their calendar does not.
    if by_email && (event.actor_id != Some(user) || call.scheduled_at.is_some()) {
        mail::queue(job.tx, &arranged.letter())?;
    }
    Ok(())
}
