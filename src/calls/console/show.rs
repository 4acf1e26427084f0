//! A call: what was asked for, and the forms by which it moves on.
use crate::{
    calls::{
        calendar::{self, Reader},
        choices,
        form::{AssigneeForm, CancelForm, OutcomeForm, ScheduleForm},
        model::Call,
        moving::Unmoved,
        times::{self, Both},
        words,
    },
    customers::model::Customer,
    events::timeline::History,
    infra::{
        db::{self, ids::CallId},
        web::{app::Settings, prelude::*, staff::Offered},
    },
    notifications, urls,
    values::kinds::Word,
};
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};

/// The forms of the page: at most one of them is wrong.
#[derive(Default)]
struct Forms {
    schedule: Option<Submitted<ScheduleForm>>,
    outcome: Submitted<OutcomeForm>,
    cancel: Submitted<CancelForm>,
    /// Other calls of the assignee at the time that was chosen.
    overlaps: Vec<Call>,
}

#[derive(Template)]
#[template(path = "calls/console/show.html")]
struct ShowPage {
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
        words::OUTCOMES
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

async fn page(staff: &SignedIn, id: CallId, forms: Forms) -> Result<ShowPage> {
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
        shell: staff.shell(Section::Calls, format!("Call with {}: {}", customer.name, call.topic)),
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

pub async fn schedule(staff: Staff, id: Path<CallId>, mut form: Submitted<ScheduleForm>) -> PageResult {
    let id = id.into_inner();
    let (now, current) = staff.read(move |tx| Ok((db::now(tx)?, Call::find(tx, id)?.scheduled_at))).await?;
    let wanted = match form.values.parse(&staff.time_zone, now) {
        Ok(wanted) => form.values.kept(wanted, current, &staff.time_zone),
        Err(problems) => {
            form.refuse_all(problems);
            let forms = Forms { schedule: Some(form), ..Forms::default() };
            return page(&staff, id, forms).await?.unprocessable();
        }
    };
    match staff.once(form.sent(), move |tx| Call::schedule(tx, id, &wanted)).await? {
        Ok(()) => {
            let when = times::describe(wanted.at, wanted.minutes, &staff.time_zone);
            see_other_saying(urls::calls::one(&id), Flash::good(format!("The call is scheduled for {when}.")))
        }
        Err(Unmoved::Overlaps(overlaps)) => {
            let schedule = Some(form.refused(
                "anyway",
                "There is another call at that time. Choose another time, or schedule it anyway.",
            ));
            page(&staff, id, Forms { schedule, overlaps, ..Forms::default() }).await?.unprocessable()
        }
        Err(Unmoved::Field(field, wrong)) => {
            let forms = Forms { schedule: Some(form.refused(field, wrong)), ..Forms::default() };
            page(&staff, id, forms).await?.unprocessable()
        }
        Err(Unmoved::Over(call)) => over(&call),
    }
}

pub async fn assign(staff: Staff, id: Path<CallId>, form: Submitted<AssigneeForm>) -> PageResult {
    let id = id.into_inner();
    let here = urls::calls::one(&id);
    let Some(assignee) = form.values.parse() else {
        return see_other_saying(here, Flash::new(FlashKind::Bad, "Choose a colleague from the list."));
    };
    let assigned = staff
        .write(move |tx| match Call::assign(tx, id, assignee)? {
            Ok(()) => Ok(Ok(Call::find(tx, id)?)),
            Err(unmoved) => Ok(Err(unmoved)),
        })
        .await?;
    match assigned {
        Ok(call) if call.assignee_name.is_empty() => {
            see_other_saying(here, Flash::good("The call is nobody's now."))
        }
        Ok(call) => see_other_saying(here, Flash::good(format!("The call is {}'s now.", call.assignee_name))),
        Err(Unmoved::Over(call)) => over(&call),
        Err(Unmoved::Field(..) | Unmoved::Overlaps(_)) => {
            see_other_saying(here, Flash::new(FlashKind::Bad, "Choose a colleague from the list."))
        }
    }
}

pub async fn complete(staff: Staff, id: Path<CallId>, mut form: Submitted<OutcomeForm>) -> PageResult {
    let id = id.into_inner();
    let outcome = match form.values.parse() {
        Ok(outcome) => outcome,
        Err(problems) => {
            form.refuse_all(problems);
            return page(&staff, id, Forms { outcome: form, ..Forms::default() }).await?.unprocessable();
        }
    };
    match staff.once(form.sent(), move |tx| Call::complete(tx, id, &outcome)).await? {
        Ok(()) => see_other_saying(urls::calls::one(&id), Flash::good("The call is completed.")),
        Err(Unmoved::Over(call)) if form.values.note.is_empty() => over(&call),
        // What they noted is theirs to copy.
        Err(Unmoved::Over(_)) => {
            page(&staff, id, Forms { outcome: form, ..Forms::default() }).await?.unprocessable()
        }
        Err(Unmoved::Field(_, wrong)) => {
            see_other_saying(urls::calls::one(&id), Flash::new(FlashKind::Bad, wrong))
        }
        Err(Unmoved::Overlaps(_)) => {
            see_other_saying(urls::calls::one(&id), Flash::new(FlashKind::Bad, "Nothing was changed."))
        }
    }
}

pub async fn cancel(staff: Staff, id: Path<CallId>, form: Submitted<CancelForm>) -> PageResult {
    let id = id.into_inner();
    if form.has_errors() {
        return page(&staff, id, Forms { cancel: form, ..Forms::default() }).await?.unprocessable();
    }
    let reason = form.values.reason.clone();
    match staff.once(form.sent(), move |tx| Call::cancel(tx, id, &reason)).await? {
        Ok(()) => see_other_saying(urls::calls::one(&id), Flash::good("The call is cancelled.")),
        Err(Unmoved::Over(call)) => over(&call),
        Err(Unmoved::Field(..) | Unmoved::Overlaps(_)) => {
            see_other_saying(urls::calls::one(&id), Flash::new(FlashKind::Bad, "Nothing was changed."))
        }
    }
}

/// Somebody was faster.
fn over(call: &Call) -> PageResult {
    let text = format!("The call was {} meanwhile: nothing was changed.", call.status);
    see_other_saying(urls::calls::one(&call.id), Flash::new(FlashKind::Warn, text))
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
