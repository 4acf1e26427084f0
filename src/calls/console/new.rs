//! Calls that staff make: agreed on with somebody, or noted after they were held.
use crate::{
    calls::{
        choices,
        form::{Basis, CallForm},
        model::Call,
        requesting::PlanCall,
        times,
        words::{self, CallOutcome, Direction},
    },
    customers::{PrimaryContact, Requester, model::Customer},
    infra::{
        db::{
            self,
            ids::{CallId, CustomerId},
        },
        web::{prelude::*, staff::Offered},
    },
    urls,
    values::{kinds::Word, phone::field},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "calls/console/new.html")]
struct FormPage {
    shell: Shell,
    customer: Customer,
    form: Submitted<CallForm>,
    people: Vec<(String, String)>,
    tickets: Vec<(String, String)>,
    colleagues: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    overlaps: Vec<Call>,
    /// Whether the call was held already.
    is_log: bool,
}

impl FormPage {
    fn whens(&self) -> [(&'static str, &'static str); 2] {
        [("at", "At this time"), ("soon", "As soon as we can")]
    }
    fn action(&self) -> String {
        let id = &self.customer.id;
        if self.is_log { urls::calls::log(id) } else { urls::calls::of_customer(id) }
    }
    fn cancel(&self) -> String {
        urls::calls::of_customer(&self.customer.id)
    }
    fn by_my_clock(&self) -> String {
        times::by_clock_of(&self.shell.time_zone)
    }
    fn lengths(&self) -> &'static [Word] {
        words::LENGTHS
    }
    fn outcomes(&self) -> &'static [Word] {
        CallOutcome::WORDS
    }
    fn directions(&self) -> &'static [Word] {
        Direction::WORDS
    }
}

async fn page(
    staff: &SignedIn,
    customer: CustomerId,
    form: Submitted<CallForm>,
    is_log: bool,
) -> Result<FormPage> {
    let (customer, people, tickets, colleagues) = staff
        .read(move |tx| {
            let found = Customer::find(tx, customer)?;
            let (people, tickets) = (choices::people(tx, customer)?, choices::tickets_of(tx, customer)?);
            Ok((found, people, tickets, Offered::Staff.options(tx)?))
        })
        .await?;
    let what = if is_log { "Log a phone call with" } else { "Schedule a call with" };
    Ok(FormPage {
        shell: staff.shell(format!("{what} {}", customer.name)),
        customer,
        form,
        people,
        tickets,
        colleagues,
        zones: times::zones(),
        overlaps: vec![],
        is_log,
    })
}

/// A form for the primary contact, held by whoever reads it.
async fn proposal(staff: &SignedIn, customer: CustomerId) -> Result<CallForm> {
    let (primary, phone) = staff
        .read(move |tx| Ok((PrimaryContact::of(tx, customer)?, Customer::find(tx, customer)?.phone)))
        .await?;
    let own = primary.as_ref().and_then(|contact| contact.phone.clone());
    Ok(CallForm {
        requester: primary.map_or(String::new(), |contact| Requester::Contact(contact.id).to_string()),
        phone: field::shown(own.or(phone).as_deref()),
        when: "at".into(),
        minutes: "30".into(),
        assignee_id: staff.user_id.to_string(),
        direction: Direction::Outgoing.to_string(),
        ..CallForm::default()
    })
}

pub async fn new(staff: Staff, customer: Path<CustomerId>) -> PageResult {
    let customer = customer.into_inner();
    let form = proposal(&staff, customer).await?;
    page(&staff, customer, Submitted::filled(form), false).await?.ok()
}

pub async fn new_log(staff: Staff, customer: Path<CustomerId>) -> PageResult {
    let customer = customer.into_inner();
    let now = staff.read(db::now).await?;
    let form = CallForm {
        at: times::typed(now, &staff.time_zone),
        minutes: "10".into(),
        ..proposal(&staff, customer).await?
    };
    page(&staff, customer, Submitted::filled(form), true).await?.ok()
}

pub async fn create(staff: Staff, customer: Path<CustomerId>, form: Submitted<CallForm>) -> PageResult {
    let customer = customer.into_inner();
    let basis = Basis::of(&staff, customer).await?;
    match plan(&staff, customer, &basis, &form).await {
        Ok((id, is_soon)) => {
            let done = if is_soon { "The call is in the queue." } else { "The call is scheduled." };
            see_other_saying(urls::calls::one(&id), Flash::good(done))
        }
        Err(AppError::Unconfirmed) => {
            let appointment = form.read(|form| form.plan(&basis))?.appointment();
            let overlaps = staff.read(move |tx| match appointment {
                Some(appointment) => Call::overlapping(tx, &appointment, None),
                None => Ok(vec![]),
            });
            let overlaps = overlaps.await?;
            let page = page(&staff, customer, form.refused("anyway", OVERLAPS), false).await?;
            FormPage { overlaps, ..page }.unprocessable()
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, customer, form, false).await?.refused(why)
        }
    }
}

/// What a form says where the assignee has another call then.
pub(super) const OVERLAPS: &str =
    "There is another call at that time. Choose another time, or schedule it anyway.";

/// The call, and whether it is to be held as soon as somebody can.
async fn plan(
    staff: &Staff,
    customer: CustomerId,
    basis: &Basis,
    form: &Submitted<CallForm>,
) -> Result<(CallId, bool)> {
    let command: PlanCall = form.read(|form| form.plan(basis))?;
    let is_soon = command.call.at.is_none();
    let id = staff.once(form.sent(), move |tx| Call::plan(tx, customer, &command)).await?;
    Ok((id, is_soon))
}

pub async fn log(staff: Staff, customer: Path<CustomerId>, form: Submitted<CallForm>) -> PageResult {
    let customer = customer.into_inner();
    match note(&staff, customer, &form).await {
        Ok(id) => see_other_saying(urls::calls::one(&id), Flash::good("The call is noted.")),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, customer, form, true).await?.refused(why)
        }
    }
}

async fn note(staff: &Staff, customer: CustomerId, form: &Submitted<CallForm>) -> Result<CallId> {
    let basis = Basis::of(staff, customer).await?;
    let command = form.read(|form| form.log(&basis))?;
    staff.once(form.sent(), move |tx| Call::log(tx, customer, &command)).await
}
