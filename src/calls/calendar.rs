//! A scheduled call as a calendar file (RFC 5545). Its times are in UTC, which every calendar shows by its owner's clock.
use super::model::Call;
use crate::{
    infra::{
        services::mail,
        web::{errors::AppError, pages::PageResult},
    },
    urls,
};
use actix_web::{HttpResponse, http::header};
use chrono::TimeDelta;
use icalendar::{Alarm, Attendee, Calendar, Component, Event, EventLike, EventStatus, PartStat, Property};

/// Whose calendar it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Staff,
    Portal,
}

/// Somebody of an appointment that is sent by mail.
#[derive(Clone, Debug)]
pub struct Party {
    pub name: String,
    pub address: String,
}

/// The file. `with` is the other side's name, `base` how people reach this server. `None` where no time has been agreed.
pub fn file(call: &Call, reader: Reader, with: &str, base: &str) -> Option<String> {
    Some(written(event(call, reader, with, base)?, None))
}

/// The file that a mail brings to the requester: calendars enter it, and put the next one of this call in its place, until one takes it
/// out again (RFC 5546). `None` where no time has been agreed.
pub fn invitation(call: &Call, from: &Party, to: &Party, base: &str) -> Option<mail::File> {
    let mut organizer = Property::new("ORGANIZER", format!("mailto:{}", from.address));
    organizer.add_parameter("CN", &parameter(&from.name));
    // They offered the time, and nobody reads an answer.
    let attendee =
        Attendee::new(format!("mailto:{}", to.address)).cn(parameter(&to.name)).partstat(PartStat::Accepted);
    let mut event = event(call, Reader::Portal, &from.name, base)?;
    event.append_property(organizer.done()).attendee(attendee.rsvp(false));
    let method = if call.is_cancelled() { "CANCEL" } else { "REQUEST" };
    Some(mail::File {
        name: "call.ics".into(),
        kind: format!("text/calendar; charset=utf-8; method={method}"),
        text: written(event, Some(method)),
    })
}

/// A name where the format knows no escape: without what would end it.
fn parameter(name: &str) -> String {
    name.chars().map(|c| if c == '"' { '\'' } else { c }).filter(|c| !c.is_control()).collect()
}

fn event(call: &Call, reader: Reader, with: &str, base: &str) -> Option<Event> {
    // One that has been held is in no calendar any more that should be told of it.
    let at = call.scheduled_at.filter(|_| !call.is_completed())?;
    let path = match reader {
        Reader::Staff => urls::calls::one(&call.id),
        Reader::Portal => urls::calls::own(&call.id),
    };
    let link = urls::absolute(base, &path);
    let who = match reader {
        Reader::Staff => format!("Ring {} of {with}: {}", call.requester_name, call.number()),
        Reader::Portal if call.holder().is_empty() => format!("{with} rings {}.", call.number()),
        Reader::Portal => format!("{} of {with} rings {}.", call.holder(), call.number()),
    };
    let status = if call.is_cancelled() { EventStatus::Cancelled } else { EventStatus::Confirmed };
    let mut event = Event::new();
    event
        .uid(&format!("{}@clientele", call.id))
        .sequence(u32::try_from(call.version).unwrap_or(0))
        .timestamp(call.updated_at)
        .summary(&format!("Call with {with}: {}", call.topic))
        .description(&format!("{who}\n{link}"))
        .location(&call.number())
        .url(&link)
        .status(status)
        .starts(at)
        .ends(at + TimeDelta::minutes(call.minutes().into()));
    if !call.is_cancelled() {
        // Named here, or every download would be another.
        let mut alarm = Alarm::display(&call.topic, -TimeDelta::minutes(10));
        alarm.uid(&format!("{}-alarm@clientele", call.id)).timestamp(call.updated_at);
        event.alarm(alarm);
    }
    Some(event.done())
}

fn written(event: Event, method: Option<&str>) -> String {
    // Not `new`, which names another maker.
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Clientele//Calls//EN"), ("CALSCALE", "GREGORIAN")]
    {
        calendar.append_property(Property::new(name, value));
    }
    if let Some(method) = method {
        calendar.append_property(Property::new("METHOD", method));
    }
    calendar.push(event).done().to_string()
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
