//! A call: what was requested, and the forms by which it moves on.
use crate::{
    calls::{
        calendar::{self, Reader},
        choices,
        form::{CancelForm, OutcomeForm, ScheduleForm},
        model::Call,
        times::{self, Both},
        words::{self, CallOutcome},
    },
    customers::model::Customer,
    events::timeline::History,
    infra::{
        db::ids::CallId,
        web::{app::Settings, prelude::*, staff::Offered},
    },
    notifications,
    values::kinds::Word,
};
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};

/// The forms of the page: at most one of them is wrong.
#[derive(Default)]
pub(super) struct Forms {
    pub schedule: Option<Submitted<ScheduleForm>>,
    pub outcome: Submitted<OutcomeForm>,
    pub cancel: Submitted<CancelForm>,
    /// Other calls of the assignee at the time that was chosen.
    pub overlaps: Vec<Call>,
}

#[derive(Template)]
#[template(path = "calls/console/show.html")]
pub(super) struct ShowPage {
    shell: Shell,
    call: Call,
    customer: Customer,
    ticket: Option<String>,
    note: Option<String>,
    history: History,
    colleagues: Vec<(String, String)>,
    schedule: Submitted<ScheduleForm>,
    outcome: Submitted<OutcomeForm>,
    cancel: Submitted<CancelForm>,
    overlaps: Vec<Call>,
    may_write: bool,
    now: DateTime<Utc>,
}

impl ShowPage {
    fn zone(&self) -> &str {
        &self.shell.time_zone
    }
    fn by_my_clock(&self) -> String {
        times::by_clock_of(self.zone())
    }
    fn lengths(&self) -> &'static [Word] {
        words::LENGTHS
    }
    fn outcomes(&self) -> &'static [Word] {
        CallOutcome::WORDS
    }
    /// The offered times that are still to come as choices, and any other.
    fn choices(&self) -> Vec<(String, String)> {
        let option = |both: Both| {
            let theirs = if both.agree() { String::new() } else { format!(" (theirs: {})", both.theirs) };
            (exact(both.at), format!("{}{theirs}", both.mine))
        };
        let offered =
            self.call.offered(self.zone()).into_iter().filter(|both| both.at > self.now).map(option);
        offered.chain([("other".to_owned(), "Another time".to_owned())]).collect()
    }
    fn assignee(&self) -> String {
        self.call.assignee_id.map_or(String::new(), |id| id.to_string())
    }
    /// What the clock of whom they call shows now, and where that is; `None`: nobody knows.
    fn their_clock(&self) -> Option<(String, String)> {
        let name = self.call.time_zone.as_deref()?;
        let now = self.now.with_timezone(&times::zone(name)?);
        Some((now.format("%a %H:%M").to_string(), name.replace('_', " ")))
    }
}

/// A moment to the second, as a form sends it back.
fn exact(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The page, with what was typed and is wrong, if anything.
pub(super) async fn page(staff: &SignedIn, id: CallId, forms: Forms) -> Result<ShowPage> {
    let (call, customer, ticket, note, history, colleagues) = staff
        .read(move |tx| {
            let call = Call::find(tx, id)?;
            let customer = Customer::find(tx, call.customer_id)?;
            let (ticket, note) = (choices::ticket_of(tx, &call)?, call.note(tx)?);
            let history = History::of(tx, &["call", "call_note"], id.0)?;
            Ok((call, customer, ticket, note, history, Offered::Staff.options(tx)?))
        })
        .await?;
    let (now, mut colleagues) = (history.now, colleagues);
    // Whoever holds it stays to choose: a form that is sent as it came changes nothing.
    if let Some(holder) = call.assignee_id.map(|id| id.to_string())
        && !colleagues.iter().any(|(id, _)| *id == holder)
    {
        colleagues.push((holder, format!("{} (not active)", call.assignee_name)));
    }
    let schedule = forms.schedule.unwrap_or_else(|| Submitted::filled(proposal(staff, &call, now)));
    Ok(ShowPage {
        shell: staff.shell(format!("Call with {}: {}", customer.name, call.topic)),
        call,
        customer,
        ticket,
        note,
        history,
        colleagues,
        schedule,
        outcome: forms.outcome,
        cancel: forms.cancel,
        overlaps: forms.overlaps,
        may_write: staff.may(Permission::CallWrite),
        now,
    })
}

/// What the form proposes: the time that stands, or the earliest offered one, held by whoever reads it.
fn proposal(staff: &SignedIn, call: &Call, now: DateTime<Utc>) -> ScheduleForm {
    let offered = call.slots().into_iter().find(|at| *at > now);
    let slot = call.scheduled_at.map_or(offered, |at| call.slots().contains(&at).then_some(at));
    let other = if call.scheduled_at.is_some() || offered.is_none() { "other" } else { "" };
    ScheduleForm {
        slot: slot.map_or(other.to_owned(), exact),
        at: call
            .scheduled_at
            .filter(|_| slot.is_none())
            .map_or(String::new(), |at| times::typed(at, &staff.time_zone)),
        minutes: call.minutes().to_string(),
        assignee_id: call.assignee_id.unwrap_or(staff.user_id).to_string(),
        anyway: String::new(),
    }
}

pub async fn show(staff: Staff, id: Path<CallId>) -> PageResult {
    let id = id.into_inner();
    let page = page(&staff, id, Forms::default()).await?;
    notifications::seen_call_later(staff.door(), id);
    page.ok()
}

pub async fn calendar_file(staff: Staff, id: Path<CallId>, settings: Data<Settings>) -> PageResult {
    let id = id.into_inner();
    let (call, customer) = staff
        .read(move |tx| {
            let call = Call::find(tx, id)?;
            let customer = Customer::find(tx, call.customer_id)?;
            Ok((call, customer.name))
        })
        .await?;
    calendar::answer(calendar::file(&call, Reader::Staff, &customer, &settings.public_url))
}
