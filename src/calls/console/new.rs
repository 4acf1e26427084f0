//! Calls that staff make: agreed on with somebody, or noted after they were held.
use crate::{
    calls::{choices, form::CallForm, model::Call, moving::Appointment, times, words},
    customers::PrimaryContact,
    customers::model::Customer,
    infra::{
        db::{self, ids::CustomerId},
        web::{prelude::*, staff::Offered},
    },
    urls,
    values::{Country, kinds::Word, parsing::phone_in_field},
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};

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
        words::OUTCOMES
    }
    fn directions(&self) -> &'static [Word] {
        words::DIRECTIONS
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
        shell: staff.shell(Section::Customers, format!("{what} {}", customer.name)),
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

/// What a form is read by: the time, and the country of the customer's phone numbers.
async fn basis(staff: &SignedIn, customer: CustomerId) -> Result<(DateTime<Utc>, Option<Country>)> {
    let tenant = staff.country.clone();
    staff.read(move |tx| Ok((db::now(tx)?, Customer::find(tx, customer)?.phone_country(&tenant)))).await
}

/// A form for the primary contact, held by whoever reads it.
async fn proposal(staff: &SignedIn, customer: CustomerId) -> Result<CallForm> {
    let (primary, phone) = staff
        .read(move |tx| Ok((PrimaryContact::of(tx, customer)?, Customer::find(tx, customer)?.phone)))
        .await?;
    let own = primary.as_ref().and_then(|contact| contact.phone.clone());
    Ok(CallForm {
        requester: primary.map_or(String::new(), |contact| format!("contact {}", contact.id)),
        phone: phone_in_field(own.or(phone).as_deref()),
        when: "at".into(),
        minutes: "30".into(),
        assignee_id: staff.user_id.to_string(),
        direction: "outgoing".into(),
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

/// Why a call was not scheduled.
enum Refusal {
    Field(&'static str, &'static str),
    /// Whoever is to hold it has these at that time.
    Overlaps(Vec<Call>),
}

pub async fn create(staff: Staff, customer: Path<CustomerId>, mut form: Submitted<CallForm>) -> PageResult {
    let customer = customer.into_inner();
    let (now, country) = basis(&staff, customer).await?;
    let draft = match form.values.parse_plan(&staff, country, now) {
        Ok(draft) => draft,
        Err(problems) => {
            form.refuse_all(problems);
            return page(&staff, customer, form, false).await?.unprocessable();
        }
    };
    let (anyway, is_soon) = (form.values.anyway == "true", draft.at.is_none());
    let made = staff
        .once(form.sent(), move |tx| {
            let overlaps = match draft.at {
                Some(at) if !anyway => {
                    let (minutes, assignee_id) = (draft.minutes, draft.assignee_id);
                    Call::overlapping(tx, &Appointment { at, minutes, assignee_id, anyway }, None)?
                }
                _ => vec![],
            };
            if !overlaps.is_empty() {
                return Ok(Err(Refusal::Overlaps(overlaps)));
            }
            Ok(Call::plan(tx, customer, &draft)?.map_err(|(field, wrong)| Refusal::Field(field, wrong)))
        })
        .await;
    let made = match made {
        Err(AppError::Limit(reached)) => {
            return page(&staff, customer, form.over(&reached), false).await?.at_limit(&reached);
        }
        made => made?,
    };
    match made {
        Ok(id) => {
            let done = if is_soon { "The call is in the queue." } else { "The call is scheduled." };
            see_other_saying(urls::calls::one(&id), Flash::good(done))
        }
        Err(Refusal::Field(field, wrong)) => {
            page(&staff, customer, form.refused(field, wrong), false).await?.unprocessable()
        }
        Err(Refusal::Overlaps(overlaps)) => {
            let wrong = "There is another call at that time. Choose another time, or schedule it anyway.";
            let page = page(&staff, customer, form.refused("anyway", wrong), false).await?;
            FormPage { overlaps, ..page }.unprocessable()
        }
    }
}

pub async fn log(staff: Staff, customer: Path<CustomerId>, mut form: Submitted<CallForm>) -> PageResult {
    let customer = customer.into_inner();
    let (now, country) = basis(&staff, customer).await?;
    let (draft, outcome) = match form.values.parse_log(&staff, country, now) {
        Ok(parsed) => parsed,
        Err(problems) => {
            form.refuse_all(problems);
            return page(&staff, customer, form, true).await?.unprocessable();
        }
    };
    let noted = match staff.once(form.sent(), move |tx| Call::log(tx, customer, &draft, &outcome)).await {
        Err(AppError::Limit(reached)) => {
            return page(&staff, customer, form.over(&reached), true).await?.at_limit(&reached);
        }
        noted => noted?,
    };
    match noted {
        Ok(id) => see_other_saying(urls::calls::one(&id), Flash::good("The call is noted.")),
        Err((field, wrong)) => {
            page(&staff, customer, form.refused(field, wrong), true).await?.unprocessable()
        }
    }
}
