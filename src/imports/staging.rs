//! Where the rows of a run wait: temporary tables, since `COPY` is refused into tables that have policies.
use crate::{
    contacts::JobRole,
    customers::{
        entity::CUSTOMER,
        model::WriteCustomer,
        values::{About, CustomerName, ExternalId, PostalAddress, Product},
    },
    infra::{
        db::{
            Tx,
            ids::{CompanyId, CustomerId},
        },
        web::errors::Result,
    },
    tags::TagName,
    values::{
        CustomerSource, CustomerType, Domain, Email, IndustryGroup, PersonName, Phone, Sector, Stage,
        WebAddress,
    },
};
use diesel::{connection::SimpleConnection, prelude::*};
use serde_json::Value;
use std::sync::LazyLock;

diesel::table! {
    import_rows (n) {
        n -> Int4,
        name -> Text,
        customer_type -> Nullable<Text>,
        lifecycle_stage -> Nullable<Text>,
        source -> Nullable<Text>,
        company_id -> Nullable<Uuid>,
        email -> Nullable<Text>,
        email_domain -> Nullable<Text>,
        domain_guess -> Nullable<Text>,
        phone -> Nullable<Text>,
        website -> Nullable<Text>,
        billing_address -> Jsonb,
        service_address -> Jsonb,
        notes -> Nullable<Text>,
        products -> Nullable<Array<Text>>,
        external_id -> Nullable<Text>,
        industry_sector -> Nullable<Text>,
        industry_group -> Nullable<Text>,
        plain -> Jsonb,
        contact_first_name -> Nullable<Text>,
        contact_last_name -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        contact_job_role -> Nullable<Text>,
        tags -> Nullable<Array<Text>>,
    }
}

diesel::table! {
    import_targets (n) {
        n -> Int4,
        id -> Uuid,
        known -> Bool,
    }
}

/// A row that is fit to be saved. `None` is what it says nothing about.
#[derive(Insertable, Clone, Debug)]
#[diesel(table_name = import_rows, treat_none_as_default_value = false)]
pub struct StagedRow {
    /// Counts the rows of the file from 1.
    pub n: i32,
    /// The customer of this id, where there is one.
    #[diesel(skip_insertion)]
    pub known_as: Option<CustomerId>,
    pub name: CustomerName,
    pub customer_type: Option<CustomerType>,
    pub lifecycle_stage: Option<Stage>,
    pub source: Option<CustomerSource>,
    pub company_id: Option<CompanyId>,
    pub email: Option<Email>,
    /// The domain that the row names.
    pub email_domain: Option<Domain>,
    /// The domain that its addresses tell, where it names none.
    pub domain_guess: Option<Domain>,
    pub phone: Option<Phone>,
    pub website: Option<WebAddress>,
    pub billing_address: PostalAddress,
    pub service_address: PostalAddress,
    pub notes: Option<About>,
    pub products: Option<Vec<Product>>,
    pub external_id: Option<ExternalId>,
    pub industry_sector: Option<Sector>,
    pub industry_group: Option<IndustryGroup>,
    /// The fields that are saved as they are: see [`PLAIN`].
    pub plain: Value,
    pub contact_first_name: Option<PersonName>,
    pub contact_last_name: Option<PersonName>,
    pub contact_email: Option<Email>,
    pub contact_phone: Option<Phone>,
    pub contact_job_role: Option<JobRole>,
    pub tags: Option<Vec<TagName>>,
}

/// Columns of [`import_rows`], since they decide about more than themselves.
const COLUMNS: [&str; 12] = [
    "name",
    "customer_type",
    "lifecycle_stage",
    "source",
    "email",
    "email_domain",
    "phone",
    "website",
    "notes",
    "products",
    "external_id",
    "industry_group",
];

/// The other fields of a customer that can be imported: each is text, empty or not.
pub static PLAIN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let fields = CUSTOMER.fields.iter().filter(|field| field.headings.is_some());
    fields.map(|field| field.name).filter(|name| !COLUMNS.contains(name)).collect()
});

/// Their values in a customer that is about to be saved.
pub fn plain(command: &WriteCustomer) -> Value {
    let mut all = serde_json::to_value(command).unwrap_or_default();
    let taken = PLAIN.iter().map(|name| (*name, all[*name].take())).filter(|(_, value)| !value.is_null());
    Value::Object(taken.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Which customer a row becomes or changes.
#[derive(Insertable, Clone, Copy, Debug)]
#[diesel(table_name = import_targets, treat_none_as_default_value = false)]
pub struct Target {
    pub n: i32,
    pub id: CustomerId,
    /// It exists already.
    pub known: bool,
}

/// Rows that are sent to the database at once.
const BATCH: usize = 5_000;

/// Takes rows, and sends them in batches, so that a large file is never in memory as rows.
#[derive(Default)]
pub struct Staging {
    waiting: Vec<StagedRow>,
}

impl Staging {
    /// Makes the tables; they go with the transaction.
    pub fn open(tx: &mut Tx) -> Result<Self> {
        tx.conn.batch_execute(
            "CREATE TEMP TABLE import_rows (
                 n integer NOT NULL, name text NOT NULL, customer_type text, lifecycle_stage text, source text, company_id uuid, email text,
                 email_domain text, domain_guess text, phone text, website text, billing_address jsonb NOT NULL, service_address jsonb NOT NULL,
                 notes text, products text[], external_id text, industry_sector text, industry_group text, plain jsonb NOT NULL,
                 contact_first_name text, contact_last_name text, contact_email text, contact_phone text, contact_job_role text, tags text[]
             ) ON COMMIT DROP;
             CREATE TEMP TABLE import_targets (n integer NOT NULL, id uuid NOT NULL, known boolean NOT NULL) ON COMMIT DROP;
             CREATE TEMP TABLE import_changed (id uuid NOT NULL) ON COMMIT DROP",
        )?;
        Ok(Self::default())
    }

    /// Takes a row.
    pub fn push(&mut self, tx: &mut Tx, row: StagedRow) -> Result<()> {
        self.waiting.push(row);
        if self.waiting.len() >= BATCH { self.send(tx) } else { Ok(()) }
    }

    fn send(&mut self, tx: &mut Tx) -> Result<()> {
        if !self.waiting.is_empty() {
            diesel::copy_from(import_rows::table).from_insertable(&self.waiting).execute(tx.conn)?;
            self.waiting.clear();
        }
        Ok(())
    }

    /// Sends the rest and where each row goes; from here on SQL has it all.
    pub fn close(mut self, tx: &mut Tx, targets: &[Target]) -> Result<()> {
        self.send(tx)?;
        if !targets.is_empty() {
            diesel::copy_from(import_targets::table).from_insertable(targets).execute(tx.conn)?;
        }
        tx.conn.batch_execute(
            "CREATE INDEX ON import_rows (n); CREATE INDEX ON import_targets (n); ANALYZE import_rows, import_targets",
        )?;
        Ok(())
    }
}
