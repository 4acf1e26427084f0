//! A scheduled call as a calendar file (RFC 5545). Its times are in UTC, which every calendar shows by its owner's clock.
use super::model::Call;
use crate::platform::{errors::AppError, pages::PageResult, urls};
use actix_web::{HttpResponse, http::header};
use chrono::TimeDelta;
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus, Property};

/// Whose calendar it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Staff,
    Portal,
}

/// The file. `with` is the other side's name, `base` how people reach this server. `None` where no time has been agreed.
pub fn file(call: &Call, reader: Reader, with: &str, base: &str) -> Option<String> {
    let at = call.scheduled_at?;
    let path = match reader {
        Reader::Staff => urls::calls::one(&call.id),
        Reader::Portal => urls::calls::own(&call.id),
    };
    let link = urls::absolute(base, &path);
    let who = match reader {
        Reader::Staff => format!("Ring {} of {with}: {}", call.requester_name, call.phone),
        Reader::Portal if call.assignee_name.is_empty() => format!("{with} rings {}.", call.phone),
        Reader::Portal => format!("{} of {with} rings {}.", call.assignee_name, call.phone),
    };
    let status = if call.is("cancelled") { EventStatus::Cancelled } else { EventStatus::Confirmed };
    let event = Event::new()
        .uid(&format!("{}@clientele", call.id))
        .sequence(u32::try_from(call.version).unwrap_or(0))
        .timestamp(call.updated_at)
        .summary(&format!("Call with {with}: {}", call.topic))
        .description(&format!("{who}\n{link}"))
        .location(&call.phone)
        .url(&link)
        .status(status)
        .starts(at)
        .ends(at + TimeDelta::minutes(call.minutes().into()))
        .alarm(Alarm::display(&call.topic, -TimeDelta::minutes(10)))
        .done();
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("PRODID", "-//Clientele//Calls//EN")).push(event);
    Some(calendar.done().to_string())
}

/// The answer with the file; `NotFound` where there is none.
pub fn answer(file: Option<String>) -> PageResult {
    let file = file.ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"call.ics\""))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(file))
}
