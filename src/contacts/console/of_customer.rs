//! What staff see of a customer's contacts, and do with them.
use super::super::{
    form::ContactForm,
    listing::{self, OfCustomer},
    model::{Contact, Lookalike, Unsaved},
};
use crate::{
    customers::{
        PrimaryContact,
        head::{Head, Tab},
        model::{Customer, user_name},
    },
    events::timeline::History,
    infra::{
        db::ids::{ContactId, CustomerId},
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
        shell: staff.shell(Section::Customers, format!("Contacts of {}", head.customer.name)),
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
    let shell = staff.shell(Section::Customers, title);
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

/// Why nothing was saved.
enum Refusal {
    Looks(Vec<Lookalike>),
    Wrong(&'static str, &'static str),
    Outdated(Box<Conflict>, i32),
}

async fn create(staff: Staff, customer: Path<CustomerId>, form: Submitted<ContactForm>) -> PageResult {
    save(staff, customer.into_inner(), None, form).await
}

async fn update(
    staff: Staff,
    ids: Path<(CustomerId, ContactId)>,
    form: Submitted<ContactForm>,
) -> PageResult {
    let (customer, id) = ids.into_inner();
    save(staff, customer, Some(id), form).await
}

async fn save(
    staff: Staff,
    customer: CustomerId,
    id: Option<ContactId>,
    mut form: Submitted<ContactForm>,
) -> PageResult {
    let tenant = staff.country.clone();
    let (country, stored) = staff
        .read(move |tx| {
            let country = Customer::find(tx, customer)?.phone_country(&tenant);
            Ok((
                country,
                id.map(|id| Contact::find(tx, customer, id)).transpose()?.and_then(|known| known.phone),
            ))
        })
        .await?;
    let draft = match form.values.parse(country, stored.as_deref()) {
        Ok(draft) => draft,
        Err(problems) => {
            problems.into_iter().for_each(|(field, message)| form.refuse(field, message));
            return page(&staff, customer, id, form).await?.unprocessable();
        }
    };
    let typed = form.values.clone();
    let saved = staff
        .once(form.sent(), move |tx| {
            if typed.anyway != "true" && id.is_none() {
                let lookalikes = Contact::lookalikes(tx, &draft, customer)?;
                if !lookalikes.is_empty() {
                    return Ok(Err(Refusal::Looks(lookalikes)));
                }
            }
            let outcome = match id {
                None => Contact::create(tx, customer, &draft)?.map(|_| ()),
                Some(id) => Contact::update(tx, customer, id, typed.version.parse().unwrap_or(0), &draft)?,
            };
            Ok(Err(match outcome {
                Ok(()) => return Ok(Ok(())),
                Err(Unsaved::Field(field, message)) => Refusal::Wrong(field, message),
                Err(Unsaved::Outdated(current)) => {
                    let by = user_name(tx, current.updated_by)?.unwrap_or_else(|| "somebody else".into());
                    let conflict =
                        Conflict::between(by, typed.describe(), ContactForm::of(&current).describe());
                    Refusal::Outdated(Box::new(conflict), current.version)
                }
            }))
        })
        .await?;
    match saved {
        Ok(()) => {
            let name = format!("{} {}", form.values.first_name, form.values.last_name);
            redirect(&customer, format!("{} is saved.", name.trim()))
        }
        Err(Refusal::Wrong(field, message)) => {
            page(&staff, customer, id, form.refused(field, message)).await?.unprocessable()
        }
        Err(Refusal::Looks(lookalikes)) => {
            let page = page(&staff, customer, id, form).await?;
            FormPage { lookalikes, ..page }.unprocessable()
        }
        Err(Refusal::Outdated(conflict, version)) => {
            form.values.version = version.to_string();
            let page = page(&staff, customer, id, form).await?;
            FormPage { conflict: Some(*conflict), ..page }.with_status(StatusCode::CONFLICT)
        }
    }
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
    let shell = staff.shell(Section::Customers, format!("Remove {}", contact.name()));
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
