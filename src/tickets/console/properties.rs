//! Status, priority, assignee and tags of a ticket.
use super::{
    form::PropertiesForm,
    show::{Params, page},
};
use crate::{
    infra::{
        db::{
            ids::{TagId, TicketId, UserId},
            schema::ticket_tags,
        },
        web::prelude::*,
    },
    tags::{Tag, TaggingForm},
    tickets::{
        kinds::{Priority, Status},
        messages::Message,
        model::Ticket,
        moving::Moved,
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What became of the change.
enum Outcome {
    Saved,
    NotAssignable(&'static str),
    Overtaken(Vec<Message>),
}

/// `POST /console/tickets/{id}/properties`: what is empty or unknown stays as it is.
pub async fn update(
    staff: Staff,
    id: Path<TicketId>,
    query: Query<Params>,
    form: Submitted<PropertiesForm>,
) -> PageResult {
    let (id, typed) = (id.into_inner(), form.values);
    let assignee = match typed.assignee.as_str() {
        "" => None,
        "none" => Some(None),
        "@me" => staff.member().map(Some),
        id => id.parse::<UserId>().ok().map(Some),
    };
    let seen = typed.seen.parse::<DateTime<Utc>>().ok().filter(|_| typed.anyway != "true");
    let (status, priority) = (typed.status.parse::<Status>().ok(), typed.priority.parse::<Priority>().ok());
    let outcome = staff
        .write(move |tx| {
            let ticket = Ticket::find(tx, id)?;
            if let Some(to) = status.filter(|to| *to != ticket.status)
                && let Moved::Overtaken(news) = Ticket::move_to(tx, id, to, seen)?
            {
                return Ok(Outcome::Overtaken(news));
            }
            if let Some(priority) = priority.filter(|priority| *priority != ticket.priority) {
                Ticket::prioritise(tx, id, priority)?;
            }
            // Last: where it is refused, nothing may follow in this transaction, which is then rolled back.
            if let Some(to) = assignee
                && let Err(refusal) = Ticket::assign(tx, id, to)?
            {
                return Ok(Outcome::NotAssignable(refusal));
            }
            Ok(Outcome::Saved)
        })
        .await?;
    match outcome {
        Outcome::Saved => redirect(&id, &query.0, FlashKind::Good, "The ticket is saved."),
        Outcome::NotAssignable(refusal) => {
            redirect(&id, &query.0, FlashKind::Bad, &format!("Nothing was changed. {refusal}"))
        }
        Outcome::Overtaken(news) => {
            page(&staff, id, query.0, None, false, news).await?.with_status(StatusCode::CONFLICT)
        }
    }
}

/// `POST /console/tickets/{id}/tags`
pub async fn tag(
    staff: Staff,
    id: Path<TicketId>,
    query: Query<Params>,
    form: Submitted<TaggingForm>,
) -> PageResult {
    let (id, typed) = (id.into_inner(), form.values);
    let text = match (typed.remove.parse::<TagId>(), typed.add.chars().count()) {
        (Ok(tag), _) => {
            staff
                .write(move |tx| {
                    Ticket::find(tx, id)?;
                    let tag = Tag::find(tx, tag)?;
                    let carried = ticket_tags::table
                        .filter(ticket_tags::ticket_id.eq(id))
                        .filter(ticket_tags::tag_id.eq(tag.id));
                    diesel::delete(carried).execute(tx.conn)?;
                    Ok(format!("The tag {} is removed.", tag.name))
                })
                .await?
        }
        (Err(_), 1..=50) => {
            staff
                .write(move |tx| {
                    let ticket = Ticket::find(tx, id)?;
                    let tag = Tag::named(tx, &typed.add)?;
                    diesel::insert_into(ticket_tags::table)
                        .values((
                            ticket_tags::ticket_id.eq(id),
                            ticket_tags::customer_id.eq(ticket.customer_id),
                            ticket_tags::tag_id.eq(tag.id),
                        ))
                        .on_conflict_do_nothing()
                        .execute(tx.conn)?;
                    Ok::<_, AppError>(format!("The tag {} is added.", tag.name))
                })
                .await?
        }
        (Err(_), _) => {
            staff.read(move |tx| Ticket::find(tx, id)).await?;
            return redirect(
                &id,
                &query.0,
                FlashKind::Bad,
                "No tag was added: enter a name of 1 to 50 characters.",
            );
        }
    };
    redirect(&id, &query.0, FlashKind::Good, &text)
}

fn redirect(id: &TicketId, wanted: &Params, kind: FlashKind, text: &str) -> PageResult {
    see_other_saying(urls::ticket_in(id, &wanted.list), Flash::new(kind, text))
}
