//! What staff see of a customer's contacts, and do with them.
use super::super::{
    form::ContactForm,
    listing::{self, OfCustomer},
    model::{Contact, Lookalike, WriteContact},
};
use crate::{
    customers::{
        PrimaryContact,
        head::{Head, Tab},
        model::{Customer, user_name},
    },
    events::timeline::History,
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId},
        },
        lists::ListRequest,
        web::{conflicts::Conflict, prelude::*},
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{customer}/contacts", index).needs(Permission::CustomerRead),
        Route::post("/customers/{customer}/contacts", create).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/contacts/new", new).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/contacts/{contact}", update).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/contacts/{contact}/edit", edit).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/contacts/{contact}/primary", make_primary)
            .needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/contacts/{contact}/deletion", confirm_deletion)
            .needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/contacts/{contact}/deletion", destroy)
            .needs(Permission::CustomerWrite),
    ]
}

#[derive(Template)]
#[template(path = "contacts/console/index.html")]
struct IndexPage {
    shell: Shell,
    head: Head,
    contacts: Vec<Contact>,
    next: String,
    is_first: bool,
    may_write: bool,
    may_delete: bool,
}

async fn index(staff: Staff, customer: Path<CustomerId>, list: ListRequest<OfCustomer>) -> PageResult {
    let customer = customer.into_inner();
    let query = list.query.of_customer(customer);
    let is_first = query.is_first();
    let (head, found) = staff
        .read(move |tx| Ok((Head::load(tx, customer, Tab::Of("contact"))?, listing::find(tx, &query)?)))
        .await?;
    let next =
        found.next.map_or(String::new(), |after| format!("{}?after={after}", urls::contacts(&customer)));
    IndexPage {
        shell: staff.shell(format!("Contacts of {}", head.customer.name)),
        head,
        contacts: found.rows,
        next,
        is_first,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
    }
    .ok()
}

#[derive(Template)]
#[template(path = "contacts/console/form.html")]
struct FormPage {
    shell: Shell,
    customer: Customer,
    form: Submitted<ContactForm>,
    lookalikes: Vec<Lookalike>,
    conflict: Option<Conflict>,
    /// The contact that is edited, or `None` for a new one.
    id: Option<ContactId>,
    history: Option<History>,
}

impl FormPage {
    fn action(&self) -> String {
        self.id.map_or_else(|| urls::contacts(&self.customer.id), |id| urls::contact(&self.customer.id, &id))
    }
    fn cancel(&self) -> String {
        urls::contacts(&self.customer.id)
    }
}

async fn page(
    staff: &Staff,
    customer: CustomerId,
    id: Option<ContactId>,
    form: Submitted<ContactForm>,
) -> Result<FormPage> {
    let (customer, contact, history) = staff
        .read(move |tx| {
            let contact = id.map(|id| Contact::find(tx, customer, id)).transpose()?;
            let history = id.map(|id| History::of(tx, &["contact"], id.0)).transpose()?;
            Ok((Customer::find(tx, customer)?, contact, history))
        })
        .await?;
    let title =
        contact.map_or_else(|| "New contact".to_owned(), |contact| format!("Edit {}", contact.name()));
    let shell = staff.shell(title);
    Ok(FormPage { shell, customer, form, lookalikes: vec![], conflict: None, id, history })
}

async fn new(staff: Staff, customer: Path<CustomerId>) -> PageResult {
    let customer = customer.into_inner();
    // The first contact of a customer is most likely the one to ask first.
    let has_primary = staff.read(move |tx| Ok(PrimaryContact::of(tx, customer)?.is_some())).await?;
    let is_primary = if has_primary { String::new() } else { "true".into() };
    let form = ContactForm { is_primary, ..ContactForm::default() };
    page(&staff, customer, None, Submitted::filled(form)).await?.ok()
}

async fn edit(staff: Staff, ids: Path<(CustomerId, ContactId)>) -> PageResult {
    let (customer, id) = ids.into_inner();
    let contact = staff.read(move |tx| Contact::find(tx, customer, id)).await?;
    page(&staff, customer, Some(id), Submitted::filled(ContactForm::of(&contact))).await?.ok()
}

async fn create(staff: Staff, customer: Path<CustomerId>, form: Submitted<ContactForm>) -> PageResult {
    answer(staff, customer.into_inner(), None, form).await
}

async fn update(
    staff: Staff,
    ids: Path<(CustomerId, ContactId)>,
    form: Submitted<ContactForm>,
) -> PageResult {
    let (customer, id) = ids.into_inner();
    answer(staff, customer, Some(id), form).await
}

/// A contact is added, or saved where there is an id.
async fn answer(
    staff: Staff,
    customer: CustomerId,
    id: Option<ContactId>,
    form: Submitted<ContactForm>,
) -> PageResult {
    match save(&staff, customer, id, &form).await {
        Ok(()) => {
            let name = format!("{} {}", form.values.first_name, form.values.last_name);
            redirect(&customer, format!("{} is saved.", name.trim()))
        }
        Err(AppError::Unconfirmed) => {
            let command = command(&staff, customer, id, &form).await?;
            let lookalikes = staff.read(move |tx| Contact::lookalikes(tx, &command, customer)).await?;
            let form = if lookalikes.is_empty() { form.to_send_again() } else { form };
            let page = page(&staff, customer, id, form).await?;
            FormPage { lookalikes, ..page }.unprocessable()
        }
        Err(AppError::Changed(_)) => {
            let id = id.ok_or(AppError::NotFound)?;
            conflict_page(&staff, customer, id, form).await?.with_status(StatusCode::CONFLICT)
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, customer, id, form).await?.refused(why)
        }
    }
}

/// A new one that looks like a contact elsewhere only where that is confirmed.
async fn save(
    staff: &Staff,
    customer: CustomerId,
    id: Option<ContactId>,
    form: &Submitted<ContactForm>,
) -> Result<()> {
    let command = command(staff, customer, id, form).await?;
    let is_confirmed = form.values.anyway == "true";
    let version = form.values.version.parse().unwrap_or(0);
    let work = move |tx: &mut Tx| match id {
        None if !is_confirmed && !Contact::lookalikes(tx, &command, customer)?.is_empty() => {
            Err(AppError::Unconfirmed)
        }
        None => Contact::create(tx, customer, &command).map(|_| ()),
        Some(id) => Contact::update(tx, customer, id, version, &command),
    };
    staff.once(form.sent(), work).await
}

async fn command(
    staff: &Staff,
    customer: CustomerId,
    id: Option<ContactId>,
    form: &Submitted<ContactForm>,
) -> Result<WriteContact> {
    let tenant = staff.country.clone();
    let (country, stored) = staff
        .read(move |tx| {
            let country = Customer::find(tx, customer)?.phone_country(&tenant);
            let known = id.map(|id| Contact::find(tx, customer, id)).transpose()?;
            Ok((country, known.and_then(|known| known.phone)))
        })
        .await?;
    form.read(|form| form.command(country, stored.as_deref()))
}

/// The form again, beside what somebody else has saved meanwhile.
async fn conflict_page(
    staff: &Staff,
    customer: CustomerId,
    id: ContactId,
    mut form: Submitted<ContactForm>,
) -> Result<FormPage> {
    let now = staff
        .read(move |tx| {
            let current = Contact::find(tx, customer, id)?;
            let by = user_name(tx, current.updated_by)?.unwrap_or_else(|| "somebody else".into());
            Ok((ContactForm::of(&current), by))
        })
        .await?;
    let conflict = Conflict::between(now.1, form.values.describe(), now.0.describe());
    form.values.version = now.0.version;
    Ok(FormPage { conflict: Some(conflict), ..page(staff, customer, Some(id), form).await? })
}

async fn make_primary(staff: Staff, ids: Path<(CustomerId, ContactId)>) -> PageResult {
    let (customer, id) = ids.into_inner();
    let contact = staff.write(move |tx| Contact::make_primary(tx, customer, id)).await?;
    redirect(&customer, format!("{} is now the primary contact.", contact.name()))
}

#[derive(Template)]
#[template(path = "contacts/console/deletion.html")]
struct DeletionPage {
    shell: Shell,
    customer: Customer,
    contact: Contact,
}

async fn confirm_deletion(staff: Staff, ids: Path<(CustomerId, ContactId)>) -> PageResult {
    let (customer, id) = ids.into_inner();
    let (customer, contact) =
        staff.read(move |tx| Ok((Customer::find(tx, customer)?, Contact::find(tx, customer, id)?))).await?;
    let shell = staff.shell(format!("Remove {}", contact.name()));
    DeletionPage { shell, customer, contact }.ok()
}

async fn destroy(staff: Staff, ids: Path<(CustomerId, ContactId)>) -> PageResult {
    let (customer, id) = ids.into_inner();
    let contact = staff.write(move |tx| Contact::delete(tx, customer, id)).await?;
    redirect(&customer, format!("{} is removed.", contact.name()))
}

fn redirect(customer: &CustomerId, text: String) -> PageResult {
    see_other_saying(urls::contacts(customer), Flash::good(text))
}
