//! A new ticket on behalf of a customer: whoever called, wrote or stood at the door.
use super::{
    choices::Choices,
    form::{NO_WORDS, NewForm},
};
use crate::{
    attachments::{Uploads, WithFiles},
    customers::{Requester, model::Customer},
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId, TicketId, UserId},
            schema::{contacts, users},
            sql::{Bind, Statement},
            submissions::Once,
        },
        web::prelude::*,
    },
    tickets::{OpenTicket, kinds::Priority, model::Ticket},
    urls,
};
use askama::Template;
use diesel::{prelude::*, sql_types};
use serde::Deserialize;

/// Which customer, or what was typed to find one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    pub customer: String,
    pub q: String,
}

impl Parameters for Params {}

/// A customer that matches what was typed.
#[derive(QueryableByName)]
pub struct Match {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub detail: String,
}

#[derive(Template)]
#[template(path = "tickets/console/choose.html")]
struct ChoosePage {
    shell: Shell,
    q: String,
    matches: Vec<Match>,
}

#[derive(Template)]
#[template(path = "tickets/console/new.html")]
struct NewPage {
    shell: Shell,
    customer: Customer,
    requesters: Vec<(String, String)>,
    staff: Vec<(String, String)>,
    form: Submitted<NewForm>,
}

/// `GET /console/tickets/new`: first whose, then what.
pub async fn new(staff: Staff, query: Query<Params>) -> PageResult {
    let params = query.0;
    let Ok(customer) = params.customer.parse::<CustomerId>() else {
        let q = params.q.clone();
        let matches = staff.read(move |tx| if q.is_empty() { viewed(tx) } else { found(tx, &q) }).await?;
        let shell = staff.shell("New ticket");
        return ChoosePage { shell, q: params.q, matches }.ok();
    };
    let form =
        NewForm { customer: params.customer, priority: Priority::Normal.code().into(), ..NewForm::default() };
    page(&staff, customer, Submitted::filled(form)).await?.ok()
}

/// Whom the person at work looked at last: whoever rings while their page is open.
fn viewed(tx: &mut Tx) -> Result<Vec<Match>> {
    let sql = Statement::new(
        "SELECT c.id, c.name, coalesce(c.email, c.email_domain, '') AS detail
         FROM (SELECT customer_id, visited_at FROM customer_visits WHERE user_id = (SELECT current_actor()) ORDER BY visited_at DESC LIMIT 8) v
         JOIN customers c ON c.id = v.customer_id ORDER BY v.visited_at DESC",
    );
    Ok(sql.load(tx.conn)?)
}

fn found(tx: &mut Tx, typed: &str) -> Result<Vec<Match>> {
    let mut sql = Statement::new(
        "SELECT c.id, c.name, coalesce(c.email, c.email_domain, '') AS detail
         FROM unnest(ARRAY(SELECT search_customers(",
    );
    sql.bind(Bind::Text(typed.into()));
    sql.push(
        ", 20))) WITH ORDINALITY AS found (id, place) JOIN customers c ON c.id = found.id ORDER BY place",
    );
    Ok(sql.load(tx.conn)?)
}

impl NewPage {
    fn priorities(&self) -> Vec<(&'static str, &'static str)> {
        Priority::WORDS.to_vec()
    }
}

async fn page(staff: &Staff, customer: CustomerId, form: Submitted<NewForm>) -> Result<NewPage> {
    let (customer, requesters, choices) = staff
        .read(move |tx| {
            let people: Vec<(UserId, String, String)> = users::table
                .filter(users::customer_id.eq(customer))
                .filter(users::disabled_at.is_null())
                .select((users::id, users::name, users::email))
                .order(users::name)
                .limit(200)
                .load(tx.conn)?;
            let known: Vec<(ContactId, String, String, Option<String>)> = contacts::table
                .filter(contacts::customer_id.eq(customer))
                .select((contacts::id, contacts::first_name, contacts::last_name, contacts::email))
                .order((contacts::is_primary.desc(), contacts::last_name, contacts::first_name, contacts::id))
                .limit(200)
                .load(tx.conn)?;
            let mut requesters: Vec<(String, String)> = people
                .iter()
                .map(|(id, name, email)| {
                    (Requester::User(*id).to_string(), format!("{name} ({email}, portal)"))
                })
                .collect();
            // Somebody who signs in is not offered twice.
            let is_user =
                |email: &Option<String>| people.iter().any(|(.., known)| Some(known) == email.as_ref());
            requesters.extend(known.iter().filter(|(.., email)| !is_user(email)).map(
                |(id, first, last, _)| {
                    let name = format!("{first} {last} (contact)").replace("  ", " ");
                    (Requester::Contact(*id).to_string(), name)
                },
            ));
            Ok((Customer::find(tx, customer)?, requesters, Choices::load(tx)?))
        })
        .await?;
    Ok(NewPage {
        shell: staff.shell(format!("New ticket of {}", customer.name)),
        customer,
        requesters,
        staff: choices.staff,
        form,
    })
}

/// `POST /console/tickets`
pub async fn create(staff: Staff, mut posted: WithFiles<NewForm>) -> PageResult {
    posted.needs_words("body", |form| &form.body, NO_WORDS);
    let WithFiles { form, files } = posted;
    let Ok(customer) = form.values.customer.parse::<CustomerId>() else {
        let shell = staff.shell("New ticket");
        return ChoosePage { shell, q: String::new(), matches: vec![] }.unprocessable();
    };
    match open(&staff, customer, &form, &files).await {
        Ok(Once { of: (id, number), is_new }) => {
            files.keep_if(is_new);
            see_other_saying(urls::ticket(&id), Flash::good(format!("The ticket {number} is open.")))
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, customer, form).await?.refused(why)
        }
    }
}

async fn open(
    staff: &Staff,
    customer: CustomerId,
    form: &Submitted<NewForm>,
    files: &Uploads,
) -> Result<Once<(TicketId, String)>> {
    let command = form.command::<OpenTicket>()?;
    let (author, sent) = (staff.name.clone(), files.files().to_vec());
    staff
        .once_or_again(form.sent(), move |tx| {
            Customer::find(tx, customer)?;
            let ticket = Ticket::open(tx, customer, &author, &command)?;
            ticket.attach(tx, &sent)?;
            Ok((ticket.id, ticket.hash()))
        })
        .await
}
