//! The row and its queries.
use crate::{
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId, UserId},
            schema::{contacts, customers},
        },
        web::errors::{AppError, Result},
    },
    values::{Phone, kinds},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use serde::Serialize;

/// A person at a customer.
#[derive(HasQuery, Clone, Debug, Serialize)]
pub struct Contact {
    pub id: ContactId,
    pub customer_id: CustomerId,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_role: String,
    pub contact_type: String,
    pub location: String,
    pub notes: String,
    pub is_primary: bool,
    pub updated_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

impl Contact {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The kind of contact in words; a tenant's own word as it is.
    pub fn type_name(&self) -> String {
        kinds::name(kinds::CONTACT_TYPES, &self.contact_type)
    }
}

/// A contact that is fit to be saved.
#[derive(Insertable, AsChangeset, Clone, Debug, PartialEq)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
pub struct ContactDraft {
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<Phone>,
    pub job_role: String,
    pub contact_type: String,
    pub location: String,
    pub notes: String,
    pub is_primary: bool,
}

/// Why a contact could not be saved.
pub enum Unsaved {
    /// A field is wrong in a way that only the database knows: field and message.
    Field(&'static str, &'static str),
    /// Somebody saved first: this is what stands now.
    Outdated(Box<Contact>),
}

/// A contact elsewhere that looks the same.
#[derive(QueryableByName, Clone, Debug)]
pub struct Lookalike {
    #[diesel(sql_type = sql_types::Uuid)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub customer: String,
    #[diesel(sql_type = sql_types::Text)]
    pub same: String,
}

impl Contact {
    /// A contact of this very customer.
    pub fn find(tx: &mut Tx, customer: CustomerId, id: ContactId) -> Result<Self> {
        Ok(Self::query()
            .filter(contacts::customer_id.eq(customer))
            .filter(contacts::id.eq(id))
            .first(tx.conn)?)
    }

    /// Adds a contact to a customer that the person at work may see.
    pub fn create(
        tx: &mut Tx,
        customer: CustomerId,
        draft: &ContactDraft,
    ) -> Result<Result<ContactId, Unsaved>> {
        lock_customer(tx, customer)?;
        if draft.is_primary {
            unmake_primary(tx, customer)?;
        }
        let id = ContactId::new();
        let made = diesel::insert_into(contacts::table)
            .values((draft, contacts::id.eq(id), contacts::customer_id.eq(customer)))
            .execute(tx.conn);
        Ok(refused_by_constraint(made)?.map(|_| id))
    }

    /// Saves over the version that the form was made from, and over no other.
    pub fn update(
        tx: &mut Tx,
        customer: CustomerId,
        id: ContactId,
        version: i32,
        draft: &ContactDraft,
    ) -> Result<Result<(), Unsaved>> {
        lock_customer(tx, customer)?;
        let current = Self::find(tx, customer, id)?;
        if current.version != version {
            return Ok(Err(Unsaved::Outdated(Box::new(current))));
        }
        if draft.is_primary && !current.is_primary {
            unmake_primary(tx, customer)?;
        }
        let known = contacts::table.filter(contacts::id.eq(id));
        Ok(refused_by_constraint(diesel::update(known).set(draft).execute(tx.conn))?.map(|_| ()))
    }

    /// Makes it the one to ask first, and the one before no longer.
    pub fn make_primary(tx: &mut Tx, customer: CustomerId, id: ContactId) -> Result<Self> {
        lock_customer(tx, customer)?;
        let contact = Self::find(tx, customer, id)?;
        if !contact.is_primary {
            unmake_primary(tx, customer)?;
            diesel::update(contacts::table.filter(contacts::id.eq(id)))
                .set(contacts::is_primary.eq(true))
                .execute(tx.conn)?;
        }
        Ok(contact)
    }

    /// Removes it.
    pub fn delete(tx: &mut Tx, customer: CustomerId, id: ContactId) -> Result<Self> {
        lock_customer(tx, customer)?;
        let contact = Self::find(tx, customer, id)?;
        diesel::delete(contacts::table.filter(contacts::id.eq(id))).execute(tx.conn)?;
        Ok(contact)
    }

    /// Contacts of the tenant's other customers with the same email or phone; the first few.
    pub fn lookalikes(tx: &mut Tx, draft: &ContactDraft, customer: CustomerId) -> Result<Vec<Lookalike>> {
        Ok(diesel::sql_query(
            "SELECT p.customer_id, concat_ws(' ', p.first_name, nullif(p.last_name, '')) AS name, c.name AS customer, p.same FROM (
                (SELECT id, customer_id, first_name, last_name, 'email' AS same FROM contacts WHERE email = $1 AND customer_id <> $3 LIMIT 5)
                UNION ALL (SELECT id, customer_id, first_name, last_name, 'phone' FROM contacts WHERE phone = $2 AND customer_id <> $3 LIMIT 5)
             ) p JOIN customers c ON c.id = p.customer_id LIMIT 5",
        )
        .bind::<sql_types::Nullable<sql_types::Text>, _>(&draft.email)
        .bind::<sql_types::Nullable<sql_types::Text>, _>(&draft.phone)
        .bind::<sql_types::Uuid, _>(customer)
        .load(tx.conn)?)
    }
}

/// Changes of a customer's contacts wait for one another, so that two clicks on "make primary" never leave two.
fn lock_customer(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::id)
        .for_no_key_update()
        .first::<CustomerId>(tx.conn)?;
    Ok(())
}

fn unmake_primary(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    diesel::update(contacts::table.filter(contacts::customer_id.eq(customer)).filter(contacts::is_primary))
        .set(contacts::is_primary.eq(false))
        .execute(tx.conn)?;
    Ok(())
}

fn refused_by_constraint(outcome: QueryResult<usize>) -> Result<Result<usize, Unsaved>> {
    match outcome {
        Ok(rows) => Ok(Ok(rows)),
        Err(error) => match AppError::constraint(&error) {
            Some("contacts_email_taken") => {
                Ok(Err(Unsaved::Field("email", "Another contact of this customer has this email address.")))
            }
            _ => Err(error.into()),
        },
    }
}
