//! A new ticket on behalf of a customer: whoever called, wrote or stood at the door.
use super::{
    choices::Choices,
    form::{NO_WORDS, NewForm, wrong_body},
};
use crate::{
    attachments::WithFiles,
    customers::model::Customer,
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId, UserId},
            schema::{contacts, users},
            sql::{Bind, Statement},
            submissions::Once,
        },
        web::prelude::*,
    },
    tickets::{
        kinds::Priority,
        model::Ticket,
        opening::{Opening, Requester},
    },
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
    let wanted = query.0;
    let Ok(customer) = wanted.customer.parse::<CustomerId>() else {
        let q = wanted.q.clone();
        let matches = staff.read(move |tx| if q.is_empty() { viewed(tx) } else { found(tx, &q) }).await?;
        let shell = staff.shell(Section::Tickets, "New ticket");
        return ChoosePage { shell, q: wanted.q, matches }.ok();
    };
    let form =
        NewForm { customer: wanted.customer, priority: Priority::Normal.code().into(), ..NewForm::default() };
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
        Priority::ALL.iter().map(|priority| (priority.code(), priority.name())).collect()
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
                .map(|(id, name, email)| (format!("user {id}"), format!("{name} ({email}, portal)")))
                .collect();
            // Somebody who signs in is not offered twice.
            let is_user =
                |email: &Option<String>| people.iter().any(|(.., known)| Some(known) == email.as_ref());
            requesters.extend(known.iter().filter(|(.., email)| !is_user(email)).map(
                |(id, first, last, _)| {
                    (format!("contact {id}"), format!("{first} {last} (contact)").replace("  ", " "))
                },
            ));
            Ok((Customer::find(tx, customer)?, requesters, Choices::load(tx)?))
        })
        .await?;
    Ok(NewPage {
        shell: staff.shell(Section::Tickets, format!("New ticket of {}", customer.name)),
        customer,
        requesters,
        staff: choices.staff,
        form,
    })
}

fn requester(typed: &str) -> Option<Requester> {
    match typed.split_once(' ')? {
        ("user", id) => id.parse().ok().map(Requester::User),
        ("contact", id) => id.parse().ok().map(Requester::Contact),
        _ => None,
    }
}

/// `POST /console/tickets`
pub async fn create(staff: Staff, mut posted: WithFiles<NewForm>) -> PageResult {
    posted.needs_words("body", |form| &form.body, NO_WORDS);
    let WithFiles { mut form, files } = posted;
    let typed = form.values.clone();
    let Ok(customer) = typed.customer.parse::<CustomerId>() else {
        let shell = staff.shell(Section::Tickets, "New ticket");
        return ChoosePage { shell, q: String::new(), matches: vec![] }.unprocessable();
    };
    let asker = requester(&typed.requester);
    if asker.is_none() {
        form.refuse("requester", "Choose who asks.");
    }
    match typed.subject.chars().count() {
        1..=200 => {}
        0 => form.refuse("subject", "Enter a subject."),
        _ => form.refuse("subject", "A subject may have 200 characters. Put the rest into the message."),
    }
    if let Some(wrong) = wrong_body(&typed.body) {
        form.refuse("body", wrong);
    }
    let (Some(requester), false) = (asker, form.has_errors()) else {
        return page(&staff, customer, form).await?.unprocessable();
    };
    let opening = Opening {
        customer,
        requester,
        subject: typed.subject.replace('\n', " "),
        body: typed.body,
        priority: typed.priority.parse().unwrap_or(Priority::Normal),
        assignee: typed.assignee.parse().ok(),
        author_name: staff.name.clone(),
    };
    let sent = files.files().to_vec();
    let opened = staff
        .once_or_again(form.sent(), move |tx| {
            Customer::find(tx, customer)?;
            let ticket = match Ticket::open(tx, &opening)? {
                Ok(ticket) => ticket,
                Err(why) => return Ok(Err(why)),
            };
            ticket.attach(tx, &sent)?;
            Ok(Ok((ticket.id, ticket.hash())))
        })
        .await;
    let opened = match opened {
        Err(AppError::Limit(reached)) => {
            return page(&staff, customer, form.over(&reached)).await?.at_limit(&reached);
        }
        opened => opened?,
    };
    match opened {
        Ok(Once { of: (id, number), is_new }) => {
            files.keep_if(is_new);
            see_other_saying(urls::ticket(&id), Flash::good(format!("The ticket {number} is open.")))
        }
        Err((field, message)) => page(&staff, customer, form.refused(field, message)).await?.unprocessable(),
    }
}
