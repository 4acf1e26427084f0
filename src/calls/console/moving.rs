//! The forms by which a call moves on.
use super::{
    new::OVERLAPS,
    show::{Forms, page},
};
use crate::{
    calls::{
        form::{AssigneeForm, CancelForm, OutcomeForm, ScheduleForm},
        model::Call,
        moving::{Appointment, AssignCall, CancelCall, CompleteCall},
        requesting::NO_COLLEAGUE,
        times,
    },
    infra::{
        db::{self, ids::CallId},
        web::prelude::*,
    },
    urls,
};
use actix_web::web::Path;

pub async fn schedule(staff: Staff, id: Path<CallId>, form: Submitted<ScheduleForm>) -> PageResult {
    let id = id.into_inner();
    let appointment = match read_appointment(&staff, id, &form).await {
        Ok(appointment) => appointment,
        Err(error) => return again(&staff, id, form, error).await,
    };
    match staff.once(form.sent(), move |tx| Call::schedule(tx, id, &appointment)).await {
        Ok(()) => {
            let when = times::describe(appointment.at, appointment.minutes, &staff.time_zone);
            see_other_saying(urls::calls::one(&id), Flash::good(format!("The call is scheduled for {when}.")))
        }
        Err(AppError::Unconfirmed) => {
            let overlaps = staff.read(move |tx| Call::overlapping(tx, &appointment, Some(id))).await?;
            let schedule = Some(form.refused("anyway", OVERLAPS));
            page(&staff, id, Forms { schedule, overlaps, ..Forms::default() }).await?.unprocessable()
        }
        Err(AppError::Changed(text)) => over(id, text),
        Err(error) => again(&staff, id, form, error).await,
    }
}

async fn again(staff: &Staff, id: CallId, form: Submitted<ScheduleForm>, error: AppError) -> PageResult {
    let (form, why) = form.refused_by(error)?;
    let forms = Forms { schedule: Some(form), ..Forms::default() };
    page(staff, id, forms).await?.refused(why)
}

/// The appointment that is meant, by the clock of whoever typed it.
async fn read_appointment(staff: &Staff, id: CallId, form: &Submitted<ScheduleForm>) -> Result<Appointment> {
    let (now, current) = staff.read(move |tx| Ok((db::now(tx)?, Call::find(tx, id)?.scheduled_at))).await?;
    let appointment = form.read(|form| form.command(&staff.time_zone, now))?;
    Ok(form.values.kept(appointment, current, &staff.time_zone))
}

pub async fn assign(staff: Staff, id: Path<CallId>, form: Submitted<AssigneeForm>) -> PageResult {
    let id = id.into_inner();
    let flash = match give(&staff, id, &form).await {
        Ok(call) if call.assignee_name.is_empty() => Flash::good("The call is nobody's now."),
        Ok(call) => Flash::good(format!("The call is {}'s now.", call.assignee_name)),
        Err(AppError::Changed(text)) => return over(id, text),
        Err(AppError::Invalid(_)) => Flash::new(FlashKind::Bad, NO_COLLEAGUE),
        Err(error) => return Err(error),
    };
    see_other_saying(urls::calls::one(&id), flash)
}

async fn give(staff: &Staff, id: CallId, form: &Submitted<AssigneeForm>) -> Result<Call> {
    let command = form.command::<AssignCall>()?;
    staff
        .write(move |tx| {
            Call::assign(tx, id, command)?;
            Call::find(tx, id)
        })
        .await
}

pub async fn complete(staff: Staff, id: Path<CallId>, form: Submitted<OutcomeForm>) -> PageResult {
    let id = id.into_inner();
    let command = match form.command::<CompleteCall>() {
        Ok(command) => command,
        Err(error) => {
            let (outcome, why) = form.refused_by(error)?;
            return page(&staff, id, Forms { outcome, ..Forms::default() }).await?.refused(why);
        }
    };
    match staff.once(form.sent(), move |tx| Call::complete(tx, id, &command)).await {
        Ok(()) => see_other_saying(urls::calls::one(&id), Flash::good("The call is completed.")),
        Err(AppError::Changed(text)) if form.values.note.is_empty() => over(id, text),
        // What they noted is theirs to copy.
        Err(AppError::Changed(_)) => {
            page(&staff, id, Forms { outcome: form, ..Forms::default() }).await?.unprocessable()
        }
        Err(AppError::Invalid(refusals)) => {
            let why = refusals.into_iter().next().map_or_else(String::new, |why| why.message.into_owned());
            see_other_saying(urls::calls::one(&id), Flash::new(FlashKind::Bad, why))
        }
        Err(error) => Err(error),
    }
}

pub async fn cancel(staff: Staff, id: Path<CallId>, form: Submitted<CancelForm>) -> PageResult {
    let id = id.into_inner();
    match call_off(&staff, id, &form).await {
        Ok(()) => see_other_saying(urls::calls::one(&id), Flash::good("The call is cancelled.")),
        Err(AppError::Changed(text)) => over(id, text),
        Err(error) => {
            let (cancel, why) = form.refused_by(error)?;
            page(&staff, id, Forms { cancel, ..Forms::default() }).await?.refused(why)
        }
    }
}

async fn call_off(staff: &Staff, id: CallId, form: &Submitted<CancelForm>) -> Result<()> {
    let command = form.command::<CancelCall>()?;
    staff.once(form.sent(), move |tx| Call::cancel(tx, id, &command)).await
}

/// Somebody was faster.
fn over(id: CallId, text: String) -> PageResult {
    see_other_saying(urls::calls::one(&id), Flash::new(FlashKind::Warn, text))
}
