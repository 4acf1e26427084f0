//! What a customer's own people see of calls, and do with them.
use super::{
    calendar::{self, Reader},
    choices,
    form::{self, CancelForm, RequestForm},
    listing::{self, OWN},
    model::Call,
    moving::Unmoved,
    requesting::{Unasked, requests_allowed},
    times, words,
};
use crate::{
    customers::model::Customer,
    infra::{
        db::{
            self,
            ids::{CallId, CustomerId, TicketId, UserId},
        },
        web::{app::Settings, prelude::*, urls::pair},
    },
    notifications, urls,
    values::kinds::Word,
};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/calls", index).any_user(),
        Route::post("/calls", create).any_user(),
        Route::get("/calls/new", new).any_user(),
        Route::get("/calls/{call}", show).any_user(),
        Route::post("/calls/{call}/cancellation", cancel).any_user(),
        Route::get("/calls/{call}/calendar.ics", calendar_file).any_user(),
    ]
}

/// Where a list goes on, and what a new call is about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Params {
    after: String,
    ticket: String,
}

impl Parameters for Params {}

#[derive(Template)]
#[template(path = "calls/portal/index.html")]
struct IndexPage {
    shell: Shell,
    user: UserId,
    customer: CustomerId,
    calls: Vec<Call>,
    next: String,
    is_first: bool,
    allowed: bool,
}

async fn index(user: PortalUser, query: Query<Params>) -> PageResult {
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let list = OWN.read(&pair("after", &query.0.after)).0.of_customer(customer);
    let is_first = list.is_first();
    let (found, allowed) =
        user.read(move |tx| Ok((listing::find(tx, &list)?, requests_allowed(tx, customer)?))).await?;
    let next = found.next.map_or(String::new(), |after| urls::calls::own_after(&after));
    let calls = found.rows;
    let shell = user.portal_shell(Section::Calls, "Calls");
    IndexPage { shell, user: user.user_id, customer, calls, next, is_first, allowed }.ok()
}

#[derive(Template)]
#[template(path = "calls/portal/new.html")]
struct NewPage {
    shell: Shell,
    form: Submitted<RequestForm>,
    tickets: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    allowed: bool,
}

impl NewPage {
    fn whens(&self) -> Vec<(&'static str, &'static str)> {
        form::WHENS.to_vec()
    }
    fn lengths(&self) -> &'static [Word] {
        words::LENGTHS
    }
}

async fn page(user: &PortalUser, form: Submitted<RequestForm>) -> Result<NewPage> {
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let (tickets, allowed) = user
        .read(move |tx| Ok((choices::tickets_of(tx, customer)?, requests_allowed(tx, customer)?)))
        .await?;
    let shell = user.portal_shell(Section::Calls, "Request a call");
    Ok(NewPage { shell, form, tickets, zones: times::zones(), allowed })
}

async fn new(user: PortalUser, query: Query<Params>) -> PageResult {
    let form = RequestForm {
        time_zone: user.time_zone.clone(),
        when: "soon".into(),
        minutes: "30".into(),
        ticket_id: query.0.ticket,
        ..RequestForm::default()
    };
    page(&user, Submitted::filled(form)).await?.ok()
}

async fn create(user: PortalUser, mut form: Submitted<RequestForm>) -> PageResult {
    let (customer, tenant) = (user.customer_id.ok_or(AppError::NotFound)?, user.country.clone());
    let (now, country) =
        user.read(move |tx| Ok((db::now(tx)?, Customer::find(tx, customer)?.phone_country(&tenant)))).await?;
    let wanted = match form.values.parse(country, now) {
        Ok(wanted) => wanted,
        Err(problems) => {
            problems.into_iter().for_each(|(field, wrong)| form.refuse(field, wrong));
            return page(&user, form).await?.unprocessable();
        }
    };
    let requested = match user.once(form.sent(), move |tx| Call::request(tx, &wanted)).await {
        Err(AppError::Limit(reached)) => return page(&user, form.over(&reached)).await?.at_limit(&reached),
        requested => requested?,
    };
    match requested {
        Ok(id) => {
            let text = "We have your request. You’ll see here when we call.";
            see_other_saying(urls::calls::own(&id), Flash::good(text))
        }
        Err(Unasked::SwitchedOff) => page(&user, form).await?.unprocessable(),
    }
}

#[derive(Template)]
#[template(path = "calls/portal/show.html")]
struct ShowPage {
    shell: Shell,
    call: Call,
    ticket: Option<(TicketId, String)>,
    form: Submitted<CancelForm>,
}

impl ShowPage {
    /// What happens next, in a sentence.
    fn next(&self) -> String {
        match self.call.status.as_str() {
            "requested" if self.call.is_soon() => "We call you as soon as we can.".into(),
            "requested" => "We choose one of your times, and tell you which.".into(),
            "scheduled" if self.call.holder().is_empty() => format!("We ring {}.", self.call.number()),
            "scheduled" => format!("{} rings {}.", self.call.holder(), self.call.number()),
            "completed" => "This call has been held.".into(),
            _ => "This call has been cancelled.".into(),
        }
    }
}

async fn shown(user: &PortalUser, id: CallId, form: Submitted<CancelForm>) -> Result<ShowPage> {
    let (call, ticket) = user
        .read(move |tx| {
            let call = Call::find(tx, id)?;
            let ticket = choices::ticket_of(tx, &call)?;
            Ok((call, ticket))
        })
        .await?;
    let ticket = call.ticket_id.zip(ticket);
    Ok(ShowPage {
        shell: user.portal_shell(Section::Calls, format!("Call: {}", call.topic)),
        call,
        ticket,
        form,
    })
}

async fn show(user: PortalUser, id: Path<CallId>) -> PageResult {
    let id = id.into_inner();
    let page = shown(&user, id, Submitted::blank()).await?;
    notifications::seen_call_later(user.door(), id);
    page.ok()
}

async fn cancel(user: PortalUser, id: Path<CallId>, form: Submitted<CancelForm>) -> PageResult {
    let id = id.into_inner();
    if form.has_errors() {
        return shown(&user, id, form).await?.unprocessable();
    }
    let reason = form.values.reason.clone();
    match user.once(form.sent(), move |tx| Call::cancel(tx, id, &reason)).await? {
        Ok(()) => see_other_saying(urls::calls::own(&id), Flash::good("The call is cancelled.")),
        Err(Unmoved::Over(_)) => see_other_saying(
            urls::calls::own(&id),
            Flash::new(FlashKind::Warn, "The call was over already: nothing was changed."),
        ),
        Err(Unmoved::Field(..) | Unmoved::Overlaps(_)) => Err(AppError::NotFound),
    }
}

async fn calendar_file(user: PortalUser, id: Path<CallId>, settings: Data<Settings>) -> PageResult {
    let id = id.into_inner();
    let call = user.read(move |tx| Call::find(tx, id)).await?;
    calendar::answer(calendar::file(&call, Reader::Portal, &user.tenant_name, &settings.public_url))
}
