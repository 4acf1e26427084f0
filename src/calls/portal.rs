//! What a customer's own people see of calls, and do with them.
use super::{
    calendar::{self, Reader},
    choices,
    form::{self, Basis, CancelForm, RequestForm},
    listing::{self, OWN},
    model::Call,
    moving::CancelCall,
    requesting::requests_allowed,
    times,
    words::{self, CallStatus},
};
use crate::{
    infra::{
        db::ids::{CallId, CustomerId, TicketId, UserId},
        web::{app::Settings, prelude::*, urls::pair},
    },
    notifications, urls,
    values::kinds::Word,
};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Calls", urls::calls::all_own, &["/customer/calls"]);

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
    let shell = user.portal_shell("Calls");
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
    let shell = user.portal_shell("Request a call");
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

async fn create(user: PortalUser, form: Submitted<RequestForm>) -> PageResult {
    match request(&user, &form).await {
        Ok(id) => {
            let text = "We have your request. You’ll see here when we call.";
            see_other_saying(urls::calls::own(&id), Flash::good(text))
        }
        Err(error @ AppError::Conflict(_)) => {
            let page = page(&user, form).await?;
            // The page itself says that calls are switched off.
            if page.allowed { Err(error) } else { page.unprocessable() }
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&user, form).await?.refused(why)
        }
    }
}

async fn request(user: &PortalUser, form: &Submitted<RequestForm>) -> Result<CallId> {
    let basis = Basis::of(user, user.customer_id.ok_or(AppError::NotFound)?).await?;
    let command = form.read(|form| form.command(basis.country, basis.now))?;
    user.once(form.sent(), move |tx| Call::request(tx, &command)).await
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
        match self.call.status {
            CallStatus::Requested if self.call.is_soon() => "We call you as soon as we can.".into(),
            CallStatus::Requested => "We choose one of your times, and tell you which.".into(),
            CallStatus::Scheduled if self.call.holder().is_empty() => {
                format!("We ring {}.", self.call.number())
            }
            CallStatus::Scheduled => format!("{} rings {}.", self.call.holder(), self.call.number()),
            CallStatus::Completed => "This call has been held.".into(),
            CallStatus::Cancelled => "This call has been cancelled.".into(),
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
    Ok(ShowPage { shell: user.portal_shell(format!("Call: {}", call.topic)), call, ticket, form })
}

async fn show(user: PortalUser, id: Path<CallId>) -> PageResult {
    let id = id.into_inner();
    let page = shown(&user, id, Submitted::blank()).await?;
    notifications::seen_call_later(user.door(), id);
    page.ok()
}

async fn cancel(user: PortalUser, id: Path<CallId>, form: Submitted<CancelForm>) -> PageResult {
    let id = id.into_inner();
    match call_off(&user, id, &form).await {
        Ok(()) => see_other_saying(urls::calls::own(&id), Flash::good("The call is cancelled.")),
        Err(AppError::Changed(_)) => see_other_saying(
            urls::calls::own(&id),
            Flash::new(FlashKind::Warn, "The call was over already: nothing was changed."),
        ),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            shown(&user, id, form).await?.refused(why)
        }
    }
}

async fn call_off(user: &PortalUser, id: CallId, form: &Submitted<CancelForm>) -> Result<()> {
    let command = form.command::<CancelCall>()?;
    user.once(form.sent(), move |tx| Call::cancel(tx, id, &command)).await
}

async fn calendar_file(user: PortalUser, id: Path<CallId>, settings: Data<Settings>) -> PageResult {
    let id = id.into_inner();
    let call = user.read(move |tx| Call::find(tx, id)).await?;
    calendar::answer(calendar::file(&call, Reader::Portal, &user.tenant_name, &settings.public_url))
}
