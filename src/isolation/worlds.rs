//! A throw-away tenant with something in every table.
use super::{
    catalog::{Catalog, Table},
    within::{Neighbour, of_first_customer},
};
use crate::infra::{
    services::passwords::{self, Cost},
    web::permissions::Role,
};
use anyhow::Context;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{Nullable, Text},
};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Everybody's password.
pub const PASSWORD: &str = "brisk-otter-lantern";

/// A word in the names of both tenants' customers: searching for it finds one's own and nobody else's.
pub const SHARED_WORD: &str = "quillfeather";

/// Values that a rule of the table asks for, as SQL; `{}` stands for a word that no other row has.
const VALUES: &[(&str, &str, &str)] = &[
    ("account_tokens", "purpose", "'invitation'"),
    ("attachments", "content_type", "'text/plain'"),
    ("attachments", "sha256", "encode(sha256('{}'), 'hex')"),
    ("api_keys", "prefix", "'ck_test'"),
    ("deactivations", "reason", "'price'"),
    ("calls", "phone", "'+12125550199'"),
    ("calls", "time_zone", "'UTC'"),
    ("customers", "customer_type", "'business'"),
    ("customers", "name", "'Quillfeather {}'"),
    ("import_files", "content", "convert_to('name,notes', 'UTF8')"),
    ("events", "operation", "'insert'"),
    ("mails", "kind", "'invitation'"),
    ("mails", "to_address", "'{}@isolation.test'"),
    ("notification_choices", "kind", "'ticket_created'"),
    ("notifications", "kind", "'ticket_created'"),
    ("registration_domains", "domain", "'{}.isolation.test'"),
    ("registrations", "email", "'{}@isolation.test'"),
    ("search_documents", "entity", "'customer'"),
    ("search_documents", "search", "array_to_tsvector(words('{} quillfeather'))"),
    ("search_documents", "title", "'Quillfeather {}'"),
    // The word itself was learnt from the customer's name.
    ("search_words", "word", "'{}s'"),
    ("ticket_messages", "from_staff", "true"),
    ("ticket_search", "search", "array_to_tsvector(words('{} quillfeather'))"),
    ("tickets", "number", "(random() * 1e12)::bigint + 1"),
    ("users", "email", "'{}@isolation.test'"),
    ("users", "roles", "'{tenant_admin}'"),
];

/// Values for columns that could be left empty: they make a row that shows itself wherever it can.
const FURTHER: &[(&str, &str, &str)] = &[
    // Somebody's, unless it was withdrawn.
    ("account_tokens", "user_id", "(SELECT id FROM users WHERE email = '{}@isolation.test')"),
    ("contacts", "notes", "'{}'"),
    ("customers", "email", "'{}@isolation.test'"),
    ("customers", "external_id", "'{}'"),
    ("customers", "notes", "'{}'"),
    ("deactivations", "explanation", "'{}'"),
    // Over already: one that stands would keep the world's customer out.
    ("deactivations", "reactivated_at", "now()"),
    ("mails", "body_html", "'{}'"),
    ("mails", "body_text", "'{}'"),
    ("saved_views", "is_shared", "true"),
    ("submissions", "user_id", "(SELECT id FROM users WHERE email = '{}@isolation.test')"),
    ("tasks", "event_at", "now()"),
    ("tasks", "event_id", "-(random() * 1e15)::bigint"),
    ("tenants", "is_throwaway", "true"),
];

/// Tables whose `user_id` has to be a portal user's; everything else belongs to the admin.
const OF_PORTAL_USERS: [&str; 1] = ["ticket_copies"];

/// Tables whose row comes with another one.
const MADE_BY_TRIGGERS: [&str; 1] = ["customer_figures"];

/// A tenant, somebody of each kind in it, and a row of every table.
pub struct World {
    pub tenant: Uuid,
    /// Stands in every text that it has.
    pub mark: String,
    rows: HashMap<String, Value>,
    pub admin: Uuid,
    pub rep: Uuid,
    pub portal: Uuid,
}

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

#[derive(QueryableByName)]
struct Fingerprint {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
}

impl World {
    /// Makes it. What was made is gone again if it can't be made whole.
    pub fn make(owner: &mut PgConnection, catalog: &Catalog, label: &str) -> anyhow::Result<Self> {
        owner.build_transaction().run(|owner| {
            let tenant = Uuid::new_v4();
            let mark = format!("{label}{}", &tenant.simple().to_string()[..12]);
            let nobody = Uuid::nil();
            let mut world = Self { tenant, mark, rows: HashMap::new(), admin: nobody, rep: nobody, portal: nobody };
            let (of_portal, of_all): (Vec<&Table>, Vec<&Table>) =
                catalog.tables.iter().partition(|table| OF_PORTAL_USERS.contains(&table.name.as_str()));
            for table in of_all {
                world.make_row(owner, catalog, table)?;
            }
            world.people(owner)?;
            for table in of_portal {
                world.make_row(owner, catalog, table)?;
            }
            // A worker beside us must not change what we compare.
            let quiet = "UPDATE tasks SET state = 'discarded', finished_at = now() WHERE state = 'queued' AND tenant_id = $1";
            diesel::sql_query(quiet).bind::<diesel::sql_types::Uuid, _>(tenant).execute(owner)?;
            Ok(world)
        })
    }

    fn make_row(&mut self, owner: &mut PgConnection, catalog: &Catalog, table: &Table) -> anyhow::Result<()> {
        let sql = if MADE_BY_TRIGGERS.contains(&table.name.as_str()) {
            format!(
                "SELECT to_jsonb(r.*)::text AS value FROM {} r WHERE r.{} = '{}'",
                table.name, table.key, self.tenant
            )
        } else {
            let insertion = self.insertion(catalog, table, &self.mark, None);
            format!("{insertion} RETURNING to_jsonb({}.*)::text AS value", table.name)
        };
        let row = one(owner, &sql)
            .with_context(|| {
                format!("no row could be made for the table {}: src/isolation/worlds.rs may need a value for a column of it", table.name)
            })?;
        self.rows.insert(table.name.clone(), serde_json::from_str(&row)?);
        Ok(())
    }

    /// The admin, whom everything belongs to, gets a password; a rep and a portal user join.
    fn people(&mut self, owner: &mut PgConnection) -> anyhow::Result<()> {
        let hash = passwords::hash(PASSWORD, Cost::Cheapest)?;
        let (tenant, mark) = (self.tenant, self.mark.clone());
        self.admin = self.id("users").parse()?;
        owner.batch_execute(&format!(
            "UPDATE users SET password_hash = '{hash}' WHERE id = '{}'",
            self.admin
        ))?;
        let mut person = |role: &str, customer: &str| -> anyhow::Result<Uuid> {
            let id = one(
                owner,
                &format!(
                    "INSERT INTO users (tenant_id, customer_id, email, name, roles, password_hash)
                     VALUES ('{tenant}', {customer}, '{role}.{mark}@isolation.test', '{mark}', '{{{role}}}', '{hash}') RETURNING id::text AS value"
                ),
            )?;
            Ok(id.parse()?)
        };
        self.rep = person("customer_success", "NULL")?;
        self.portal = person("customer_admin", &format!("'{}'", self.id("customers")))?;
        Ok(())
    }

    /// The address that a user signs in with.
    pub fn email(&self, role: &str) -> String {
        match role {
            "tenant_admin" => self.text("users", "email"),
            _ => format!("{role}.{}@isolation.test", self.mark),
        }
    }

    /// The id of its row in a table; empty where rows have none.
    pub fn id(&self, table: &str) -> String {
        self.text(table, "id")
    }

    /// What its row in a table holds in a column.
    pub fn text(&self, table: &str, column: &str) -> String {
        match self.rows.get(table).and_then(|row| row.get(column)) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    }

    /// SQL that adds a row of its own to a table, with this word in it. `foreign` is a reference that leads elsewhere: column and id.
    pub fn insertion(
        &self,
        catalog: &Catalog,
        table: &Table,
        word: &str,
        foreign: Option<(&str, &str)>,
    ) -> String {
        let mut values: Vec<(&str, String)> = vec![(&table.key, format!("'{}'", self.tenant))];
        for column in
            catalog.columns.iter().filter(|column| column.table == table.name && column.name != table.key)
        {
            let reference =
                catalog.references_of(&table.name).find(|reference| reference.column == column.name);
            let value = match reference {
                Some(_) if column.name == "user_id" && OF_PORTAL_USERS.contains(&table.name.as_str()) => {
                    format!("'{}'", self.portal)
                }
                // A part of a reference to what belongs to the same customer.
                None if column.name == "customer_id" => format!("'{}'", self.id("customers")),
                None if column.name == "ticket_id" => format!("'{}'", self.id("tickets")),
                Some(reference) => format!("'{}'", self.id(&reference.to)),
                None => value(&table.name, &column.name, &column.kind, word),
            };
            values.push((&column.name, value));
        }
        for (_, column, sql) in FURTHER.iter().filter(|(of, ..)| *of == table.name) {
            values.push((column, sql.replace("{}", word)));
        }
        if let Some((column, id)) = foreign {
            values.retain(|(name, _)| *name != column);
            values.push((column, format!("'{id}'")));
        }
        let (columns, values): (Vec<&str>, Vec<String>) = values.into_iter().unzip();
        format!("INSERT INTO public.{} ({}) VALUES ({})", table.name, columns.join(", "), values.join(", "))
    }

    /// Another customer of the tenant, with an admin and a user.
    pub fn neighbour(&self, owner: &mut PgConnection, catalog: &Catalog) -> anyhow::Result<Neighbour> {
        let (tenant, word) = (self.tenant, format!("{}n", self.mark));
        let hash = passwords::hash(PASSWORD, Cost::Cheapest)?;
        let customers = catalog.tables.iter().find(|table| table.name == "customers");
        let customers = customers.context("there is no table of customers")?;
        let insertion = self.insertion(catalog, customers, &word, None);
        let customer = one(owner, &format!("{insertion} RETURNING id::text AS value"))?.parse()?;
        let mut people = vec![];
        for role in [Role::CustomerAdmin, Role::CustomerUser] {
            let (code, email) = (role.code(), format!("{}.{word}@isolation.test", role.code()));
            let sql = format!(
                "INSERT INTO users (tenant_id, customer_id, email, name, roles, password_hash)
                 VALUES ('{tenant}', '{customer}', '{email}', '{word}', '{{{code}}}', '{hash}') RETURNING id::text AS value"
            );
            people.push((role, one(owner, &sql)?.parse()?, email));
        }
        Ok(Neighbour { customer, people })
    }

    /// A checksum of what belongs to its first customer, table by table.
    pub fn customers_fingerprint(
        &self,
        owner: &mut PgConnection,
        catalog: &Catalog,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let of = |table: &Table| Some((table.name.clone(), of_first_customer(catalog, table, self)?));
        checksums(owner, catalog.tables.iter().filter_map(of))
    }

    /// A checksum of its part of every table.
    pub fn fingerprint(
        &self,
        owner: &mut PgConnection,
        catalog: &Catalog,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let of = |table: &Table| (table.name.clone(), format!("{} = '{}'", table.key, self.tenant));
        checksums(owner, catalog.tables.iter().map(of))
    }
}

/// Of the rows of each table for which the condition holds.
fn checksums(
    owner: &mut PgConnection,
    tables: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<Vec<(String, String)>> {
    let of = |(name, condition)| {
        format!(
            "SELECT '{name}' AS name, count(*) || ' ' || md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '')) AS value FROM {name} r WHERE {condition}"
        )
    };
    let all: Vec<String> = tables.map(of).collect();
    let found: Vec<Fingerprint> = diesel::sql_query(all.join(" UNION ALL ")).load(owner)?;
    Ok(found.into_iter().map(|table| (table.name, table.value)).collect())
}

fn one(owner: &mut PgConnection, sql: &str) -> anyhow::Result<String> {
    let made: Made = diesel::sql_query(sql).get_result(owner)?;
    Ok(made.value.unwrap_or_default())
}

/// A value for a column that needs one.
fn value(table: &str, column: &str, kind: &str, word: &str) -> String {
    if let Some((.., sql)) = VALUES.iter().find(|(of, name, _)| *of == table && *name == column) {
        return sql.replace("{}", word);
    }
    match kind {
        "uuid" => "gen_random_uuid()".into(),
        "bytea" => format!("sha256('{word}')"),
        "smallint" | "integer" | "bigint" | "numeric" => "1".into(),
        "boolean" => "false".into(),
        "date" => "current_date".into(),
        "jsonb" => "'{}'".into(),
        "timestamp with time zone" => "now() + interval '1 day'".into(),
        array if array.ends_with("[]") => "'{}'".into(),
        _ => format!("'{word}'"),
    }
}
