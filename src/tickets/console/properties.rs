//! Status, priority, assignee and tags of a ticket.
use super::{
    form::PropertiesForm,
    sending::news,
    show::{Params, page},
};
use crate::{
    infra::{
        db::{ids::TicketId, schema::ticket_tags},
        web::prelude::*,
    },
    tags::{Tag, Tagging, TaggingForm},
    tickets::model::Ticket,
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use diesel::prelude::*;

/// `POST /console/tickets/{id}/properties`: what is empty or unknown stays as it is.
pub async fn update(
    staff: Staff,
    id: Path<TicketId>,
    query: Query<Params>,
    form: Submitted<PropertiesForm>,
) -> PageResult {
    let id = id.into_inner();
    let command = form.values.command(staff.member());
    match staff.write(move |tx| Ticket::change(tx, id, &command)).await {
        Ok(()) => redirect(&id, &query.0, FlashKind::Good, "The ticket is saved."),
        Err(AppError::Unconfirmed) => {
            let news = news(&staff, id, command.seen).await?;
            page(&staff, id, query.0, None, false, news).await?.with_status(StatusCode::CONFLICT)
        }
        Err(AppError::Invalid(refusals)) => {
            let why = refusals.first().map_or("", |refusal| &refusal.message);
            redirect(&id, &query.0, FlashKind::Bad, &format!("Nothing was changed. {why}"))
        }
        Err(error) => Err(error),
    }
}

/// `POST /console/tickets/{id}/tags`
pub async fn tag(
    staff: Staff,
    id: Path<TicketId>,
    query: Query<Params>,
    form: Submitted<TaggingForm>,
) -> PageResult {
    let id = id.into_inner();
    let text = match Tagging::try_from(&form.values) {
        Ok(Tagging::Remove(tag)) => {
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
        Ok(Tagging::Add(name)) => {
            staff
                .write(move |tx| {
                    let ticket = Ticket::find(tx, id)?;
                    let tag = Tag::named(tx, &name)?;
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
        Err(_) => {
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

fn redirect(id: &TicketId, params: &Params, kind: FlashKind, text: &str) -> PageResult {
    see_other_saying(urls::ticket_in(id, &params.list), Flash::new(kind, text))
}
