//! The names of what the log refers to by id, and its values in words.
use crate::{
    infra::{
        db::{
            Audience, Tx,
            events::{Event, plain},
            ids::UserId,
        },
        entity::{self, Entity, Kind},
        web::errors::Result,
    },
    values::kinds,
};
use diesel::{prelude::*, sql_types};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The names of what some events refer to.
pub struct Names {
    /// What there is to describe.
    pub entities: &'static [Entity],
    /// By table and id.
    records: HashMap<(&'static str, Uuid), String>,
    /// Whether the person at work sees all users of the tenant, so that one who is missing has left.
    sees_colleagues: bool,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

impl Names {
    /// Of nothing at all.
    pub fn none(entities: &'static [Entity]) -> Self {
        Self { entities, records: HashMap::new(), sees_colleagues: false }
    }

    /// Looks them up: a query for each table that they lie in, however many events there are.
    pub fn of(tx: &mut Tx, events: &[Event]) -> Result<Self> {
        let sees_colleagues = matches!(tx.scope.audience, Audience::Staff | Audience::System);
        let mut names = Self { sees_colleagues, ..Self::none(tx.entities) };
        let mut wanted: BTreeMap<&'static str, BTreeSet<Uuid>> = BTreeMap::new();
        for event in events {
            wanted.entry("users").or_default().extend(event.actor_id.map(|id| id.0));
            wanted.entry("customers").or_default().extend(event.customer_id);
            let Some(entity) = entity::by_code(names.entities, &event.entity) else { continue };
            for field in entity.fields {
                let Kind::Reference { table } = field.kind else { continue };
                let ids = [&event.before, &event.after]
                    .into_iter()
                    .filter_map(|doc| doc.as_ref()?.get(field.name)?.as_str()?.parse::<Uuid>().ok());
                wanted.entry(table).or_default().extend(ids);
            }
        }
        names.records = entity::titles(tx, &wanted)?;
        names.note_visitors(tx, wanted.remove("users").unwrap_or_default())?;
        Ok(names)
    }

    /// Platform admins who were inside the tenant, or made it, have no account in it to look up.
    fn note_visitors(&mut self, tx: &mut Tx, wanted: BTreeSet<Uuid>) -> Result<()> {
        let is_unknown = |id: &Uuid| !self.records.contains_key(&("users", *id));
        let wanted: Vec<Uuid> = wanted.into_iter().filter(is_unknown).collect();
        if !self.sees_colleagues || wanted.is_empty() {
            return Ok(());
        }
        let found: Vec<Named> = diesel::sql_query("SELECT id, name FROM visitors($1)")
            .bind::<sql_types::Array<sql_types::Uuid>, _>(wanted)
            .load(tx.conn)?;
        let described = |visitor: Named| (("users", visitor.id), format!("{} (platform)", visitor.name));
        self.records.extend(found.into_iter().map(described));
        Ok(())
    }

    /// Who did it: a name, the system, or somebody who is not there any more.
    pub fn actor(&self, event: &Event) -> String {
        match event.actor_id {
            None if event.operation == "access" => "Someone".to_owned(),
            None => "Clientele".to_owned(),
            Some(UserId(id)) => {
                let unknown = if self.sees_colleagues { "Somebody who has left" } else { "Somebody else" };
                self.record("users", id).unwrap_or(unknown).to_owned()
            }
        }
    }

    /// A customer that is still there, and that the person at work may see.
    pub fn customer(&self, id: Uuid) -> Option<&str> {
        self.record("customers", id)
    }

    fn record(&self, table: &'static str, id: Uuid) -> Option<&str> {
        self.records.get(&(table, id)).map(String::as_str)
    }

    /// What users call a field of the record that an event is about.
    pub fn label(&self, event: &Event, field: &str) -> String {
        entity::by_code(self.entities, &event.entity)
            .map_or_else(|| entity::from_name(field), |entity| entity.label(field))
    }

    /// Whether a timeline lists the fields that an update of such a record changed, beside the sentence.
    pub fn lists_changes(&self, event: &Event) -> bool {
        entity::by_code(self.entities, &event.entity).is_some_and(|entity| entity.lists_changes)
    }

    /// The value of a field in words.
    pub fn value(&self, entity: &'static Entity, name: &str, value: Option<&Value>) -> String {
        let value = value.unwrap_or(&Value::Null);
        let kind = entity.field(name).map(|field| field.kind);
        // Whatever its column is called, who made or changed it is a user.
        let kind = kind.or(name.ends_with("_by").then_some(Kind::Reference { table: "users" }));
        match (value, kind) {
            (Value::String(code), Some(Kind::Choice(words))) => kinds::name(words, code),
            (Value::String(code), Some(Kind::IndustryGroup)) => {
                kinds::name(kinds::IndustryGroup::WORDS, code)
            }
            (Value::Array(codes), Some(Kind::Choices(words))) => {
                let names: Vec<String> =
                    codes.iter().filter_map(Value::as_str).map(|code| kinds::name(words, code)).collect();
                names.join(", ")
            }
            (Value::String(id), Some(Kind::Reference { table })) => self.reference(table, id),
            (Value::Object(parts), Some(Kind::Address)) => {
                let parts = kinds::ADDRESS.iter().filter_map(|part| parts.get(*part)?.as_str());
                parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            }
            (value, _) => plain(value),
        }
    }

    fn reference(&self, table: &'static str, id: &str) -> String {
        let found = id.parse().ok().and_then(|id| self.record(table, id)).map(str::to_owned);
        found
            .unwrap_or_else(|| if table == "users" { "somebody who has left" } else { "that is gone" }.into())
    }
}
