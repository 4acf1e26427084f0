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
    values::{ContactType, Email, PersonName, Phone, bounded::bounded_text},
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
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub job_role: String,
    pub contact_type: ContactType,
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
}

bounded_text! {
    /// What they do at the customer.
    JobRole: line 100, long "The job role may have 100 characters.";
    /// Where they are.
    ContactLocation: line 200, long "The location may have 200 characters.";
    /// What else there is to know about them.
    ContactNotes: lines 20_000, long "Notes may have 20000 characters.";
}

/// A contact as it is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteContact {
    pub first_name: PersonName,
    pub last_name: Option<PersonName>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub job_role: JobRole,
    pub contact_type: ContactType,
    pub location: ContactLocation,
    pub notes: ContactNotes,
    pub is_primary: bool,
}

/// A contact in the columns that it is kept in.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
struct Columns<'a> {
    first_name: &'a PersonName,
    last_name: &'a str,
    email: Option<&'a Email>,
    phone: Option<&'a Phone>,
    job_role: &'a JobRole,
    contact_type: &'a ContactType,
    location: &'a ContactLocation,
    notes: &'a ContactNotes,
    is_primary: bool,
}

impl<'a> From<&'a WriteContact> for Columns<'a> {
    fn from(command: &'a WriteContact) -> Self {
        Self {
            first_name: &command.first_name,
            last_name: command.last_name.as_deref().unwrap_or_default(),
            email: command.email.as_ref(),
            phone: command.phone.as_ref(),
            job_role: &command.job_role,
            contact_type: &command.contact_type,
            location: &command.location,
            notes: &command.notes,
            is_primary: command.is_primary,
        }
    }
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
    ///
    /// # Errors
    /// `Invalid` where another contact of the customer has the email address.
    pub fn create(tx: &mut Tx, customer: CustomerId, command: &WriteContact) -> Result<ContactId> {
        lock_customer(tx, customer)?;
        if command.is_primary {
            unmake_primary(tx, customer)?;
        }
        let id = ContactId::new();
        diesel::insert_into(contacts::table)
            .values((Columns::from(command), contacts::id.eq(id), contacts::customer_id.eq(customer)))
            .execute(tx.conn)
            .map_err(refused_by_constraint)?;
        Ok(id)
    }

    /// Saves over the version that the form was made from.
    ///
    /// # Errors
    /// `Changed` where another stands; else as [`Contact::create`].
    pub fn update(
        tx: &mut Tx,
        customer: CustomerId,
        id: ContactId,
        version: i32,
        command: &WriteContact,
    ) -> Result<()> {
        lock_customer(tx, customer)?;
        let current = Self::find(tx, customer, id)?;
        if current.version != version {
            return Err(AppError::outdated());
        }
        if command.is_primary && !current.is_primary {
            unmake_primary(tx, customer)?;
        }
        let known = diesel::update(contacts::table.filter(contacts::id.eq(id)));
        known.set(Columns::from(command)).execute(tx.conn).map_err(refused_by_constraint)?;
        Ok(())
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
    pub fn lookalikes(tx: &mut Tx, command: &WriteContact, customer: CustomerId) -> Result<Vec<Lookalike>> {
        Ok(diesel::sql_query(
            "SELECT p.customer_id, concat_ws(' ', p.first_name, nullif(p.last_name, '')) AS name, c.name AS customer, p.same FROM (
                (SELECT id, customer_id, first_name, last_name, 'email' AS same FROM contacts WHERE email = $1 AND customer_id <> $3 LIMIT 5)
                UNION ALL (SELECT id, customer_id, first_name, last_name, 'phone' FROM contacts WHERE phone = $2 AND customer_id <> $3 LIMIT 5)
             ) p JOIN customers c ON c.id = p.customer_id LIMIT 5",
        )
        .bind::<sql_types::Nullable<sql_types::Text>, _>(&command.email)
        .bind::<sql_types::Nullable<sql_types::Text>, _>(&command.phone)
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

fn refused_by_constraint(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("contacts_email_taken") => {
            AppError::refused("email", "Another contact of this customer has this email address.")
        }
        _ => error.into(),
    }
}
