//! The notes of a customer, as staff read and write them.
use super::super::{
    self as notes, NoteId,
    model::{Note, OF_CUSTOMER, OfCustomer, WriteNote},
};
use crate::{
    customers::{
        head::{Head, Tab},
        model::user_name,
    },
    events::timeline::History,
    infra::{
        db::ids::CustomerId,
        lists::{ListQuery, ListRequest},
        web::{conflicts::Conflict, prelude::*},
    },
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{customer}/notes", index).needs(Permission::CustomerRead),
        Route::post("/customers/{customer}/notes", create).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/notes/{note}", edit).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/notes/{note}", update).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/notes/{note}/pin", pin).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/notes/{note}/deletion", destroy).needs(Permission::CustomerWrite),
    ]
}

/// What a person writes.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct NoteForm {
    pub body: String,
    pub is_pinned: String,
    /// The version that the form was made from.
    pub version: String,
}

impl TryFrom<&NoteForm> for WriteNote {
    type Error = Vec<Refusal>;

    fn try_from(form: &NoteForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let body = checks.parse("body", &form.body);
        checks.finish(|| Some(Self { body: body?, is_pinned: form.is_pinned() }))
    }
}

impl NoteForm {
    fn of(note: &Note) -> Self {
        let is_pinned = if note.is_pinned { "true" } else { "" };
        Self { body: note.body.clone(), is_pinned: is_pinned.into(), version: note.version.to_string() }
    }

    fn is_pinned(&self) -> bool {
        self.is_pinned == "true"
    }

    /// By label, so that two versions can be shown side by side.
    fn describe(&self) -> Vec<(&'static str, String)> {
        let is_pinned = if self.is_pinned() { "yes" } else { "no" };
        vec![("Text", self.body.clone()), ("Pinned", is_pinned.into())]
    }
}

#[derive(Template)]
#[template(path = "notes/index.html")]
struct IndexPage {
    shell: Shell,
    head: Head,
    notes: Vec<Note>,
    form: Submitted<NoteForm>,
    next: String,
    is_first: bool,
    may_write: bool,
    may_delete: bool,
}

async fn page(
    staff: &Staff,
    customer: CustomerId,
    query: ListQuery,
    form: Submitted<NoteForm>,
) -> Result<IndexPage> {
    let query = query.of_customer(customer);
    let is_first = query.is_first();
    let (head, found) = staff
        .read(move |tx| Ok((Head::load(tx, customer, Tab::Of("note"))?, Note::page(tx, &query)?)))
        .await?;
    let next = found.next.map_or(String::new(), |after| format!("{}?after={after}", notes::all(&customer)));
    Ok(IndexPage {
        shell: staff.shell(format!("Notes on {}", head.customer.name)),
        head,
        notes: found.rows,
        form,
        next,
        is_first,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
    })
}

async fn index(staff: Staff, customer: Path<CustomerId>, list: ListRequest<OfCustomer>) -> PageResult {
    page(&staff, customer.into_inner(), list.query, Submitted::blank()).await?.ok()
}

async fn create(staff: Staff, customer: Path<CustomerId>, form: Submitted<NoteForm>) -> PageResult {
    let customer = customer.into_inner();
    match add(&staff, customer, &form).await {
        Ok(()) => see_other_saying(notes::all(&customer), Flash::good("The note is added.")),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, customer, OF_CUSTOMER.whole(), form).await?.refused(why)
        }
    }
}

async fn add(staff: &Staff, customer: CustomerId, form: &Submitted<NoteForm>) -> Result<()> {
    let (command, author) = (form.command::<WriteNote>()?, staff.name.clone());
    staff.once(form.sent(), move |tx| Note::create(tx, customer, &author, &command)).await
}

#[derive(Template)]
#[template(path = "notes/edit.html")]
struct EditPage {
    shell: Shell,
    customer: String,
    note: Note,
    form: Submitted<NoteForm>,
    conflict: Option<Conflict>,
    history: History,
}

async fn edit_page(
    staff: &Staff,
    (customer, id): (CustomerId, NoteId),
    form: Option<Submitted<NoteForm>>,
) -> Result<EditPage> {
    let (name, note, history) = staff
        .read(move |tx| {
            let name = tx.must_see(customer)?;
            Ok((name, Note::find(tx, customer, id)?, History::of(tx, &["note"], id.0)?))
        })
        .await?;
    let form = form.unwrap_or_else(|| Submitted::filled(NoteForm::of(&note)));
    Ok(EditPage { shell: staff.shell("Edit note"), customer: name, note, form, conflict: None, history })
}

/// The form again, beside what somebody else has saved meanwhile.
async fn conflict_page(
    staff: &Staff,
    at: (CustomerId, NoteId),
    mut form: Submitted<NoteForm>,
) -> Result<EditPage> {
    let now = staff
        .read(move |tx| {
            let note = Note::find(tx, at.0, at.1)?;
            let by = user_name(tx, note.updated_by)?.unwrap_or_else(|| "another user".into());
            Ok((NoteForm::of(&note), by))
        })
        .await?;
    let conflict = Conflict::between(now.1, form.values.describe(), now.0.describe());
    form.values.version = now.0.version;
    Ok(EditPage { conflict: Some(conflict), ..edit_page(staff, at, Some(form)).await? })
}

async fn edit(staff: Staff, path: Path<(CustomerId, NoteId)>) -> PageResult {
    edit_page(&staff, path.into_inner(), None).await?.ok()
}

async fn update(staff: Staff, path: Path<(CustomerId, NoteId)>, form: Submitted<NoteForm>) -> PageResult {
    let at = path.into_inner();
    match save(&staff, at, &form).await {
        Ok(()) => see_other_saying(notes::all(&at.0), Flash::good("The note is saved.")),
        Err(AppError::Changed(_)) => conflict_page(&staff, at, form).await?.with_status(StatusCode::CONFLICT),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            edit_page(&staff, at, Some(form)).await?.refused(why)
        }
    }
}

async fn save(staff: &Staff, (customer, id): (CustomerId, NoteId), form: &Submitted<NoteForm>) -> Result<()> {
    let command = form.command::<WriteNote>()?;
    let version = form.values.version.parse().unwrap_or(0);
    staff.once(form.sent(), move |tx| Note::find(tx, customer, id)?.update(tx, version, &command)).await
}

/// `pinned` is what it shall be.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PinForm {
    pub pinned: String,
}

async fn pin(staff: Staff, path: Path<(CustomerId, NoteId)>, form: Submitted<PinForm>) -> PageResult {
    let (customer, id) = path.into_inner();
    let is_pinned = form.values.pinned == "true";
    staff.write(move |tx| Note::pin(tx, customer, id, is_pinned)).await?;
    let text = if is_pinned { "The note is pinned." } else { "The note is unpinned." };
    see_other_saying(notes::all(&customer), Flash::good(text))
}

async fn destroy(staff: Staff, path: Path<(CustomerId, NoteId)>) -> PageResult {
    let (customer, id) = path.into_inner();
    staff.write(move |tx| Note::delete(tx, customer, id)).await?;
    see_other_saying(notes::all(&customer), Flash::good("The note is deleted."))
}
