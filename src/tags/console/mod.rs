//! The tags page.
pub mod of_customer;

use super::{
    form::TagForm,
    model::{Tag, Used, WriteTag},
};
use crate::{
    events::timeline::History,
    infra::{db::ids::TagId, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use askama::Template;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Tags", urls::tags, &["/console/tags"]).icon("tag");

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/tags", index).needs(Permission::CustomerRead),
        Route::post("/tags", create).needs(Permission::CustomerWrite),
        Route::post("/tags/{tag}", update).needs(Permission::CustomerDelete),
        Route::get("/tags/{tag}/edit", edit).needs(Permission::CustomerDelete),
        Route::get("/tags/{tag}/deletion", confirm_deletion).needs(Permission::CustomerDelete),
        Route::post("/tags/{tag}/deletion", destroy).needs(Permission::CustomerDelete),
    ]
}

#[derive(Template)]
#[template(path = "tags/index.html")]
struct IndexPage {
    shell: Shell,
    tags: Vec<Used>,
    form: Submitted<TagForm>,
    may_write: bool,
    may_manage: bool,
}

async fn page(staff: &Staff, form: Submitted<TagForm>) -> Result<IndexPage> {
    let tags = staff.read(Tag::all_used).await?;
    Ok(IndexPage {
        shell: staff.shell("Tags"),
        tags,
        form,
        may_write: staff.may(Permission::CustomerWrite),
        may_manage: staff.may(Permission::CustomerDelete),
    })
}

async fn index(staff: Staff) -> PageResult {
    page(&staff, Submitted::blank()).await?.ok()
}

async fn create(staff: Staff, form: Submitted<TagForm>) -> PageResult {
    match add(&staff, &form).await {
        Ok(()) => redirect(format!("The tag {} is added.", form.values.name)),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, form).await?.refused(why)
        }
    }
}

async fn add(staff: &Staff, form: &Submitted<TagForm>) -> Result<()> {
    let command = form.command::<WriteTag>()?;
    staff.once(form.sent(), move |tx| Tag::create(tx, &command)).await
}

#[derive(Template)]
#[template(path = "tags/edit.html")]
struct EditPage {
    shell: Shell,
    tag: Tag,
    form: Submitted<TagForm>,
    history: History,
}

async fn edit_page(
    staff: &Staff,
    id: TagId,
    form: impl FnOnce(&Tag) -> Submitted<TagForm>,
) -> Result<EditPage> {
    let (tag, history) =
        staff.read(move |tx| Ok((Tag::find(tx, id)?, History::of(tx, &["tag"], id.0)?))).await?;
    let shell = staff.shell(format!("Edit {}", tag.name));
    Ok(EditPage { shell, form: form(&tag), tag, history })
}

async fn edit(staff: Staff, id: Path<TagId>) -> PageResult {
    edit_page(&staff, id.into_inner(), |tag| Submitted::filled(TagForm::of(tag))).await?.ok()
}

async fn update(staff: Staff, id: Path<TagId>, form: Submitted<TagForm>) -> PageResult {
    let id = id.into_inner();
    match save(&staff, id, &form).await {
        Ok(()) => redirect(format!("The tag {} is saved.", form.values.name)),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            edit_page(&staff, id, |_| form).await?.refused(why)
        }
    }
}

async fn save(staff: &Staff, id: TagId, form: &Submitted<TagForm>) -> Result<()> {
    let command = form.command::<WriteTag>()?;
    staff.once(form.sent(), move |tx| Tag::update(tx, id, &command)).await
}

#[derive(Template)]
#[template(path = "tags/deletion.html")]
struct DeletionPage {
    shell: Shell,
    tag: Tag,
    used: i64,
}

async fn confirm_deletion(staff: Staff, id: Path<TagId>) -> PageResult {
    let id = id.into_inner();
    let (tag, used) = staff.read(move |tx| Ok((Tag::find(tx, id)?, Tag::used(tx, id)?))).await?;
    DeletionPage { shell: staff.shell(format!("Delete {}", tag.name)), tag, used }.ok()
}

async fn destroy(staff: Staff, id: Path<TagId>) -> PageResult {
    let id = id.into_inner();
    let tag = staff.write(move |tx| Tag::delete(tx, id)).await?;
    redirect(format!("The tag {} is deleted.", tag.name))
}

fn redirect(text: String) -> PageResult {
    see_other_saying(urls::tags(), Flash::good(text))
}
