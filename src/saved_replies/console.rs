//! The page of saved replies, where staff write them.
use super::SavedReply;
use crate::{
    events::timeline::History,
    infra::{db::ids::SavedReplyId, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/saved-replies", index).needs(Permission::TicketRead),
        Route::post("/saved-replies", create).needs(Permission::TicketWrite),
        Route::get("/saved-replies/{reply}", edit).needs(Permission::TicketWrite),
        Route::post("/saved-replies/{reply}", update).needs(Permission::TicketWrite),
        Route::post("/saved-replies/{reply}/deletion", destroy).needs(Permission::TicketWrite),
    ]
}

/// A name to find it by, and the text.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReplyForm {
    #[validate(length(min = 1, max = 100, message = "Enter a name of 1 to 100 characters."))]
    pub name: String,
    #[validate(length(min = 1, max = 20000, message = "Enter a text of 1 to 20,000 characters."))]
    pub body: String,
    pub version: String,
}

#[derive(Template)]
#[template(path = "saved_replies/index.html")]
struct IndexPage {
    shell: Shell,
    replies: Vec<SavedReply>,
    form: Submitted<ReplyForm>,
}

async fn page(staff: &Staff, form: Submitted<ReplyForm>) -> Result<IndexPage> {
    let replies = staff.read(SavedReply::all).await?;
    Ok(IndexPage { shell: staff.shell(Section::Tickets, "Saved replies"), replies, form })
}

async fn index(staff: Staff) -> PageResult {
    page(&staff, Submitted::blank()).await?.ok()
}

async fn create(staff: Staff, form: Submitted<ReplyForm>) -> PageResult {
    if form.has_errors() {
        return page(&staff, form).await?.unprocessable();
    }
    let typed = form.values.clone();
    let made = match staff.once(form.sent(), move |tx| SavedReply::create(tx, &typed.name, &typed.body)).await
    {
        Err(AppError::Limit(reached)) => {
            return page(&staff, form.over(&reached)).await?.at_limit(&reached);
        }
        made => made?,
    };
    match made {
        Ok(()) => redirect(format!("The reply {} is saved.", form.values.name)),
        Err(refusal) => page(&staff, form.refused("name", refusal)).await?.unprocessable(),
    }
}

#[derive(Template)]
#[template(path = "saved_replies/edit.html")]
struct EditPage {
    shell: Shell,
    reply: SavedReply,
    form: Submitted<ReplyForm>,
    history: History,
}

async fn edit_page(staff: &Staff, id: SavedReplyId, form: Option<Submitted<ReplyForm>>) -> Result<EditPage> {
    let (reply, history) = staff
        .read(move |tx| Ok((SavedReply::find(tx, id)?, History::of(tx, &["saved_reply"], id.0)?)))
        .await?;
    let form = form.unwrap_or_else(|| {
        Submitted::filled(ReplyForm {
            name: reply.name.clone(),
            body: reply.body.clone(),
            version: reply.version.to_string(),
        })
    });
    Ok(EditPage {
        shell: staff.shell(Section::Tickets, format!("Edit {}", reply.name)),
        reply,
        form,
        history,
    })
}

async fn edit(staff: Staff, id: Path<SavedReplyId>) -> PageResult {
    edit_page(&staff, id.into_inner(), None).await?.ok()
}

async fn update(staff: Staff, id: Path<SavedReplyId>, form: Submitted<ReplyForm>) -> PageResult {
    let id = id.into_inner();
    if form.has_errors() {
        return edit_page(&staff, id, Some(form)).await?.unprocessable();
    }
    let typed = form.values.clone();
    let version = typed.version.parse().unwrap_or(0);
    match staff
        .once(form.sent(), move |tx| SavedReply::update(tx, id, version, &typed.name, &typed.body))
        .await?
    {
        Ok(()) => redirect(format!("The reply {} is saved.", form.values.name)),
        Err(refusal) => {
            let mut page = edit_page(&staff, id, Some(form.refused("name", refusal))).await?;
            // Whoever has been told saves over what stands now.
            page.form.values.version = page.reply.version.to_string();
            page.unprocessable()
        }
    }
}

async fn destroy(staff: Staff, id: Path<SavedReplyId>) -> PageResult {
    let id = id.into_inner();
    let reply = staff.write(move |tx| SavedReply::delete(tx, id)).await?;
    redirect(format!("The reply {} is deleted.", reply.name))
}

fn redirect(text: String) -> PageResult {
    see_other_saying(urls::saved_replies(), Flash::good(text))
}
