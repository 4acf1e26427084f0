//! The page of saved replies, where staff write them.
use super::model::{SaveReply, SavedReply};
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
    pub name: String,
    pub body: String,
    /// The version that the form was made from.
    pub version: String,
}

impl TryFrom<&ReplyForm> for SaveReply {
    type Error = Vec<Refusal>;

    fn try_from(form: &ReplyForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let (name, body) = (checks.parse("name", &form.name), checks.parse("body", &form.body));
        checks.finish(|| Some(Self { name: name?, body: body? }))
    }
}

/// What the form says where somebody saved first.
const OUTDATED: &str =
    "Somebody changed this reply while you did. Open it again in another tab to compare, then save here.";

#[derive(Template)]
#[template(path = "saved_replies/index.html")]
struct IndexPage {
    shell: Shell,
    replies: Vec<SavedReply>,
    form: Submitted<ReplyForm>,
}

async fn page(staff: &Staff, form: Submitted<ReplyForm>) -> Result<IndexPage> {
    let replies = staff.read(SavedReply::all).await?;
    Ok(IndexPage { shell: staff.shell("Saved replies"), replies, form })
}

async fn index(staff: Staff) -> PageResult {
    page(&staff, Submitted::blank()).await?.ok()
}

async fn create(staff: Staff, form: Submitted<ReplyForm>) -> PageResult {
    match add(&staff, &form).await {
        Ok(()) => redirect(format!("The reply {} is saved.", form.values.name)),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, form).await?.refused(why)
        }
    }
}

async fn add(staff: &Staff, form: &Submitted<ReplyForm>) -> Result<()> {
    let command = form.command::<SaveReply>()?;
    staff.once(form.sent(), move |tx| SavedReply::create(tx, &command)).await
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
    Ok(EditPage { shell: staff.shell(format!("Edit {}", reply.name)), reply, form, history })
}

async fn edit(staff: Staff, id: Path<SavedReplyId>) -> PageResult {
    edit_page(&staff, id.into_inner(), None).await?.ok()
}

async fn update(staff: Staff, id: Path<SavedReplyId>, form: Submitted<ReplyForm>) -> PageResult {
    let id = id.into_inner();
    match save(&staff, id, &form).await {
        Ok(()) => redirect(format!("The reply {} is saved.", form.values.name)),
        Err(AppError::Changed(_)) => {
            let mut page = edit_page(&staff, id, Some(form.refused("name", OUTDATED))).await?;
            // Whoever has read that saves over what stands now.
            page.form.values.version = page.reply.version.to_string();
            page.unprocessable()
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            edit_page(&staff, id, Some(form)).await?.refused(why)
        }
    }
}

async fn save(staff: &Staff, id: SavedReplyId, form: &Submitted<ReplyForm>) -> Result<()> {
    let command = form.command::<SaveReply>()?;
    let version = form.values.version.parse().unwrap_or(0);
    staff.once(form.sent(), move |tx| SavedReply::update(tx, id, version, &command)).await
}

async fn destroy(staff: Staff, id: Path<SavedReplyId>) -> PageResult {
    let id = id.into_inner();
    let reply = staff.write(move |tx| SavedReply::delete(tx, id)).await?;
    redirect(format!("The reply {} is deleted.", reply.name))
}

fn redirect(text: String) -> PageResult {
    see_other_saying(urls::saved_replies(), Flash::good(text))
}
