//! A customer as one document: with everything that belongs to it, to take elsewhere or to bring back (S003).
mod registering;
mod restoring;

use crate::infra::{
    db::{
        Tx,
        ids::CustomerId,
        sql::{Bind, Statement},
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Jsonb, Nullable, Text, Timestamptz},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

pub use restoring::{Restored, restore};

/// What a document calls itself.
const FORMAT: &str = "clientele customer";

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// How much of the log a document tells, the latest first to stay.
const MOST_EVENTS: usize = 50_000;

/// The document. Names and emails stand in it rather than ids, so that it means the same in another installation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub format: String,
    pub version: u32,
    pub exported_at: DateTime<Utc>,
    /// The short name of the tenant that it comes from.
    pub tenant: String,
    pub customer: Profile,
    pub tags: Vec<String>,
    /// The emails of the CS reps who own it.
    pub owners: Vec<String>,
    pub contacts: Vec<Person>,
    #[serde(default)]
    pub locations: Vec<Place>,
    /// When its access was switched off, and what was said about it. For reading: a customer that is restored has access.
    #[serde(default)]
    pub deactivations: Vec<Value>,
    /// Whether its people make their own accounts, where anybody has set that, or it may be seen.
    #[serde(default)]
    pub registration: Option<Registration>,
    /// Who could sign in to its portal. Nobody is let in again by a document: they are invited anew.
    #[serde(default)]
    pub portal_users: Vec<Value>,
    /// What it asked, the oldest first, each with its messages and notes. For reading: numbers are given once.
    #[serde(default)]
    pub tickets: Vec<Value>,
    /// What the log tells of it, the oldest first. For reading: a log is never written from outside.
    #[serde(default)]
    pub events: Vec<Value>,
}

/// The customer itself. But for company and creator, the fields are named like its columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub id: Uuid,
    pub name: String,
    pub customer_type: String,
    pub lifecycle_stage: String,
    pub source: String,
    /// The name of the tenant's company that it belongs to.
    pub company: Option<String>,
    pub email: Option<String>,
    pub email_domain: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub billing_address: BTreeMap<String, String>,
    pub service_address: BTreeMap<String, String>,
    pub notes: String,
    pub products: Vec<String>,
    pub external_id: Option<String>,
    pub industry_sector: Option<String>,
    pub industry_group: Option<String>,
    pub classification: Option<String>,
    pub size_range: Option<String>,
    pub linkedin_url: Option<String>,
    pub x_url: Option<String>,
    pub facebook_url: Option<String>,
    pub instagram_url: Option<String>,
    pub youtube_url: Option<String>,
    pub github_url: Option<String>,
    pub session_expiration_seconds: Option<i32>,
    /// A decimal number, as text so that it stays exact.
    pub revenue_total: String,
    pub first_purchase_on: Option<NaiveDate>,
    pub last_purchase_on: Option<NaiveDate>,
    pub churned_at: Option<DateTime<Utc>>,
    /// The email of the member of staff who made it.
    pub created_by: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A contact. The fields are named like its columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_role: String,
    pub contact_type: String,
    pub location: String,
    pub notes: String,
    pub is_primary: bool,
    pub created_at: DateTime<Utc>,
}

/// A location. The fields are named like its columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub id: Uuid,
    pub name: String,
    pub secondary_name: String,
    pub internal_code: Option<String>,
    pub address: BTreeMap<String, String>,
    pub country_code: String,
    pub website: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub is_hq: bool,
    pub is_active: bool,
    pub notes: String,
    pub created_at: DateTime<Utc>,
}

/// The settings of self-registration. But for the domains, the fields are named like the columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    pub is_on: bool,
    /// In lower case and ASCII.
    pub domains: Vec<String>,
    /// What is granted to whoever registers.
    pub roles: Vec<String>,
    /// The only host on which people register.
    pub host: Option<String>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    tenant: String,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
    #[diesel(sql_type = Jsonb)]
    customer: Value,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    owners: Vec<String>,
    #[diesel(sql_type = Jsonb)]
    contacts: Value,
    #[diesel(sql_type = Jsonb)]
    locations: Value,
    #[diesel(sql_type = Array<Jsonb>)]
    deactivations: Vec<Value>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    registration: Option<Value>,
    #[diesel(sql_type = Array<Jsonb>)]
    portal_users: Vec<Value>,
    #[diesel(sql_type = Array<Jsonb>)]
    tickets: Vec<Value>,
    #[diesel(sql_type = Array<Jsonb>)]
    events: Vec<Value>,
}

impl Document {
    /// Everything that the person at work may see of a customer; `NotFound` where that is nothing.
    pub fn of(tx: &mut Tx, id: CustomerId) -> Result<Self> {
        let mut sql = Statement::new(&format!(
            "SELECT (SELECT slug FROM tenants WHERE id = c.tenant_id) AS tenant, now() AS now,
                {profile} || jsonb_build_object('revenue_total', c.revenue_total::text,
                    'company', (SELECT y.name FROM companies y WHERE y.tenant_id = c.tenant_id AND y.id = c.company_id),
                    'created_by', (SELECT u.email FROM users u WHERE u.id = c.created_by)) AS customer,
                ARRAY(SELECT t.name FROM customer_tags ct JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id
                      WHERE ct.customer_id = c.id ORDER BY t.name_key) AS tags,
                ARRAY(SELECT u.email FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id
                      WHERE o.customer_id = c.id ORDER BY u.email) AS owners,
                (SELECT coalesce(jsonb_agg({person} ORDER BY p.is_primary DESC, p.created_at, p.id), '[]') FROM contacts p
                 WHERE p.customer_id = c.id) AS contacts,
                (SELECT coalesce(jsonb_agg({place} ORDER BY l.is_hq DESC, l.created_at, l.id), '[]') FROM locations l
                 WHERE l.customer_id = c.id) AS locations,
                ARRAY(SELECT jsonb_build_object('grace_ends_at', d.grace_ends_at, 'reason', d.reason, 'explanation', d.explanation, 'likelihood', d.likelihood,
                             'context', d.context, 'requested_by', d.requested_by, 'reactivated_at', d.reactivated_at, 'churned_at', d.churned_at,
                             'created_at', d.created_at)
                      FROM deactivations d WHERE d.customer_id = c.id ORDER BY d.created_at) AS deactivations,
                (SELECT jsonb_build_object('is_on', s.is_on, 'roles', s.roles, 'host', s.host,
                        'domains', ARRAY(SELECT d.domain FROM registration_domains d WHERE d.customer_id = c.id ORDER BY d.domain))
                 FROM registration_settings s WHERE s.customer_id = c.id) AS registration,
                ARRAY(SELECT jsonb_build_object('name', u.name, 'email', u.email, 'roles', u.roles, 'time_zone', u.time_zone,
                             'disabled_at', u.disabled_at, 'created_at', u.created_at)
                      FROM users u WHERE u.customer_id = c.id ORDER BY u.email) AS portal_users,
                ARRAY(SELECT jsonb_build_object('number', k.number, 'subject', k.subject, 'status', k.status, 'priority', k.priority,
                             'requester', k.requester_name, 'assignee', a.email, 'created_at', k.created_at, 'first_replied_at', k.first_replied_at,
                             'resolved_at', k.resolved_at,
                             'tags', ARRAY(SELECT t.name FROM ticket_tags kt JOIN tags t ON t.tenant_id = kt.tenant_id AND t.id = kt.tag_id
                                           WHERE kt.ticket_id = k.id ORDER BY t.name_key),
                             'messages', (SELECT coalesce(jsonb_agg(jsonb_build_object('author', m.author_name, 'from_staff', m.from_staff,
                                                 'is_internal', m.is_internal, 'body', m.body, 'created_at', m.created_at) ORDER BY m.created_at, m.id), '[]')
                                          FROM ticket_messages m WHERE m.ticket_id = k.id))
                      FROM tickets k LEFT JOIN users a ON a.id = k.assignee_id
                      WHERE k.customer_id = c.id ORDER BY k.number) AS tickets,
                ARRAY(SELECT e.doc FROM (
                    SELECT e.id, e.occurred_at, jsonb_build_object('topic', e.topic, 'entity', e.entity, 'entity_id', e.entity_id, 'operation', e.operation,
                           'actor', u.email, 'before', e.before, 'after', e.after, 'changed', e.changed, 'occurred_at', e.occurred_at) AS doc
                    FROM events e LEFT JOIN users u ON u.id = e.actor_id
                    WHERE e.customer_id = c.id ORDER BY e.occurred_at DESC, e.id DESC LIMIT {MOST_EVENTS}) e ORDER BY e.occurred_at, e.id) AS events
             FROM customers c WHERE c.id = ",
            profile = columns_of("c", PROFILE),
            person = columns_of("p", PERSON),
            place = columns_of("l", PLACE),
        ));
        let found: Found = sql.bind(Bind::Uuid(id.0)).clone().get_result(tx.conn)?;
        let wrong = |error: serde_json::Error| AppError::internal(error);
        Ok(Self {
            format: FORMAT.into(),
            version: VERSION,
            exported_at: found.now,
            tenant: found.tenant,
            customer: serde_json::from_value(found.customer).map_err(wrong)?,
            tags: found.tags,
            owners: found.owners,
            contacts: serde_json::from_value(found.contacts).map_err(wrong)?,
            locations: serde_json::from_value(found.locations).map_err(wrong)?,
            deactivations: found.deactivations,
            registration: found.registration.map(serde_json::from_value).transpose().map_err(wrong)?,
            portal_users: found.portal_users,
            tickets: found.tickets,
            events: found.events,
        })
    }

    /// The name in letters that every file system takes.
    pub fn file_stem(&self) -> String {
        let plain: String = self
            .customer
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
            .take(60)
            .collect();
        let stem = plain.split_whitespace().collect::<Vec<_>>().join("-");
        if stem.is_empty() { "customer".into() } else { stem }
    }
}

/// The columns of a customer that a document carries as they are.
const PROFILE: &[&str] = &[
    "id",
    "name",
    "customer_type",
    "lifecycle_stage",
    "source",
    "email",
    "email_domain",
    "phone",
    "website",
    "billing_address",
    "service_address",
    "notes",
    "products",
    "external_id",
    "industry_sector",
    "industry_group",
    "classification",
    "size_range",
    "linkedin_url",
    "x_url",
    "facebook_url",
    "instagram_url",
    "youtube_url",
    "github_url",
    "session_expiration_seconds",
    "revenue_total",
    "first_purchase_on",
    "last_purchase_on",
    "churned_at",
    "created_at",
];

/// The columns of a contact that a document carries.
const PERSON: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "job_role",
    "contact_type",
    "location",
    "notes",
    "is_primary",
    "created_at",
];

/// The columns of a location that a document carries.
const PLACE: &[&str] = &[
    "id",
    "name",
    "secondary_name",
    "internal_code",
    "address",
    "country_code",
    "website",
    "phone",
    "email",
    "is_hq",
    "is_active",
    "notes",
    "created_at",
];

/// SQL that makes a JSON object of some columns. `jsonb_build_object` takes at most 50 of them.
fn columns_of(table: &str, columns: &[&str]) -> String {
    let pairs: Vec<String> = columns.iter().map(|name| format!("'{name}', {table}.{name}")).collect();
    format!("jsonb_build_object({})", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        let value = serde_json::json!({
            "id": Uuid::nil(), "name": name, "customer_type": "business", "lifecycle_stage": "active", "source": "direct",
            "billing_address": {}, "service_address": {}, "notes": "", "products": [], "revenue_total": "0.00",
            "created_at": "2026-01-02T03:04:05Z",
        });
        let document = Document {
            format: FORMAT.into(),
            version: VERSION,
            exported_at: DateTime::UNIX_EPOCH,
            tenant: "acme".into(),
            customer: serde_json::from_value(value).unwrap(),
            tags: vec![],
            owners: vec![],
            contacts: vec![],
            locations: vec![],
            deactivations: vec![],
            registration: None,
            portal_users: vec![],
            tickets: vec![],
            events: vec![],
        };
        document.file_stem()
    }

    #[test]
    fn a_file_is_named_after_the_customer() {
        assert_eq!(named("Müller & Söhne, Inc."), "m-ller-s-hne-inc");
        assert_eq!(named("../../etc/passwd\"\r\n"), "etc-passwd");
        assert_eq!(named("株式会社"), "customer");
    }
}
