//! Every change in a sentence, by the description of the thing it happened to.
use super::timeline::{Names, accesses};
use crate::infra::{
    db::{events::Event, ids::CustomerId},
    entity::{self, Entity, Operation, Piece, Sentence, When},
    web::{access_log, sessions},
};
use uuid::Uuid;

/// Where a sentence is read: what the page is about needs no name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The log of a tenant or of the platform.
    Log,
    /// The timeline of a customer.
    Customer,
    /// The page of the record itself.
    Record,
}

/// What operations are called by people.
const VERBS: [(Operation, &str); 4] = [
    (Operation::Created, "made"),
    (Operation::Restored, "restored"),
    (Operation::Updated, "changed"),
    (Operation::Deleted, "removed"),
];

/// What people call a kind of record: "Customer".
pub fn kind(entities: &'static [Entity], code: &str) -> String {
    entity::by_code(entities, code)
        .map_or_else(|| entity::from_name(code), |entity| entity::capitalised(entity.singular.to_owned()))
}

/// A topic as people read it: "Customer changed".
pub fn topic(entities: &'static [Entity], topic: &str) -> String {
    if let Some((_, name)) = access_log::TOPICS.iter().find(|(code, _)| *code == topic) {
        return (*name).to_owned();
    }
    let known = entities.iter().find_map(|entity| {
        let operation = topic.strip_prefix(entity.topic)?.strip_prefix('_')?;
        let (_, verb) = VERBS.iter().find(|(known, _)| known.topic() == operation)?;
        Some(format!("{} {verb}", entity.singular))
    });
    entity::capitalised(known.unwrap_or_else(|| topic.to_lowercase().replace('_', " ")))
}

/// What happened, without who, and the icon that stands for it: "changed the stage of the customer Northwind".
pub fn describe(event: &Event, names: &Names, place: Place) -> (&'static str, String) {
    if event.operation == "access" {
        return accesses::describe(event);
    }
    let Some(entity) = entity::by_code(names.entities, &event.entity) else {
        return ("pencil", format!("changed {}", event.entity.replace('_', " ")));
    };
    let Some(sentence) = fitting(entity, event) else { return ("pencil", "changed something".to_owned()) };
    let text = match place {
        Place::Log => None,
        Place::Customer => sentence.on_customer,
        Place::Record => sentence.on_record,
    };
    let filling = Filling { event, names, place, entity };
    (sentence.icon, filling.fill(text.unwrap_or(sentence.text)))
}

/// Whether a page that shows the record as it goes on leaves this out.
pub fn is_routine(event: &Event, names: &Names) -> bool {
    let entity = entity::by_code(names.entities, &event.entity);
    entity.and_then(|entity| fitting(entity, event)).is_some_and(|sentence| sentence.is_routine)
}

/// The first sentence that fits. A test demands one that fits any change.
fn fitting(entity: &Entity, event: &Event) -> Option<&'static Sentence> {
    let operation = Operation::of(&event.operation, &event.topic);
    entity.all_sentences().find(|sentence| {
        sentence.on == operation && sentence.when.iter().all(|when| holds(*when, entity, event))
    })
}

fn holds(when: When, entity: &Entity, event: &Event) -> bool {
    let has = |name: &str| event.changed.iter().flatten().any(|field| field == name);
    match when {
        When::Changed(name) => has(name),
        When::Only(name) => has(name) && changed(entity, event).all(|field| field == name),
        When::Derived => changed(entity, event).next().is_none(),
        When::Is(name, value) => event.text(name) == value,
        When::Empty(name) => event.text(name).is_empty(),
        When::Filled(name) => !event.text(name).is_empty(),
        When::Topic(topic) => event.topic == topic,
        When::NoActor => event.actor_id.is_none(),
        When::IsActor(name) => event.actor_id.is_some_and(|actor| actor.to_string() == event.text(name)),
    }
}

/// The fields that differ, but for derived ones.
fn changed<'a>(entity: &'a Entity, event: &'a Event) -> impl Iterator<Item = &'a String> {
    let is_derived = |name: &str| entity.field(name).is_some_and(|field| field.is_derived);
    event.changed.iter().flatten().filter(move |name| !is_derived(name))
}

/// A sentence about to be written.
struct Filling<'a> {
    event: &'a Event,
    names: &'a Names,
    place: Place,
    entity: &'static Entity,
}

impl Filling<'_> {
    fn fill(&self, text: &str) -> String {
        let filled: String = entity::pieces(text)
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Field(name) => self.value(name),
            })
            .collect();
        filled.trim().to_owned()
    }

    fn value(&self, name: &str) -> String {
        match name {
            "it" => self.it(),
            "changed" => self.changed(),
            "customer" if self.place == Place::Log => self.customer(),
            "customer" => "this customer".to_owned(),
            "(customer)" if self.place == Place::Log => format!(" ({})", self.customer()),
            "(customer)" => String::new(),
            "from where" => place_of(self.event),
            _ => match name.strip_suffix(" customer") {
                Some(word) if self.place == Place::Log => format!(" {word} {}", self.customer()),
                Some(_) => String::new(),
                None => self.names.value(self.entity, name, self.event.field(name)),
            },
        }
    }

    fn customer(&self) -> String {
        let id = self.event.customer_id;
        id.and_then(|id| self.names.customer(id)).unwrap_or("a customer that is gone").to_owned()
    }

    fn it(&self) -> String {
        let singular = self.entity.singular;
        let is_page_of_customer = self.place == Place::Customer && self.entity.customer == Some("id");
        if self.place == Place::Record || is_page_of_customer {
            return format!("this {singular}");
        }
        format!("the {singular} {}", self.fill(self.entity.title)).trim().to_owned()
    }

    /// The fields that differ: "the stage and the name".
    fn changed(&self) -> String {
        let labels: Vec<String> = changed(self.entity, self.event)
            .map(|name| {
                let noun = self.entity.field(name).and_then(|field| field.noun);
                format!("the {}", noun.map_or_else(|| self.entity.label(name).to_lowercase(), str::to_owned))
            })
            .collect();
        match labels.as_slice() {
            [] => "the details".to_owned(),
            [one] => one.clone(),
            [rest @ .., last] if rest.len() < 4 => format!("{} and {last}", rest.join(", ")),
            many => format!("{} fields", many.len()),
        }
    }
}

/// From where: " with Firefox on Linux from 192.0.2.7".
fn place_of(event: &Event) -> String {
    let (device, address) = (sessions::device(&event.text("agent")), event.text("address"));
    if address.is_empty() { format!(" with {device}") } else { format!(" with {device} from {address}") }
}

/// Where the record is looked at, if it is there still; empty where it has no page or is gone.
pub fn record_url(event: &Event, names: &Names) -> String {
    let customer: Option<Uuid> = event.customer_id.filter(|id| names.customer(*id).is_some());
    // Of a customer that the user at work may not see they see no part either.
    let is_hidden = event.customer_id.is_some() && customer.is_none();
    let own = entity::by_code(names.entities, &event.entity)
        .filter(|_| event.operation != "delete" && !is_hidden)
        .map_or_else(String::new, |entity| (entity.url)(event.entity_id, customer));
    match customer {
        Some(id) if own.is_empty() => crate::urls::customer(&CustomerId(id)),
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::samples::{event, names};
    use serde_json::{Value, json};

    fn sentence(place: Place, event: &Event) -> String {
        describe(event, &names(), place).1
    }

    #[test]
    fn topics_are_told_in_words() {
        assert_eq!(topic(crate::ENTITIES, "CUSTOMER_UPDATED"), "Customer changed");
        assert_eq!(topic(crate::ENTITIES, "CUSTOMER_ASSIGNMENT_CREATED"), "Ownership made");
        assert_eq!(topic(crate::ENTITIES, "SOMETHING_NEW"), "Something new");
    }

    #[test]
    fn a_sentence_fits_its_place() {
        let (before, after) = (json!({ "name": "A", "phone": null }), json!({ "name": "B", "phone": "+1" }));
        let update = event("customer", "update", before, after.clone(), &["name", "phone"]);
        assert_eq!(sentence(Place::Log, &update), "changed the name and the phone of the customer B");
        assert_eq!(sentence(Place::Customer, &update), "changed the name and the phone");
        let gone = event("tag", "delete", after, Value::Null, &[]);
        assert_eq!(sentence(Place::Log, &gone), "deleted the tag B");
        assert_eq!(sentence(Place::Record, &gone), "deleted this tag");
    }

    #[test]
    fn a_change_of_stage_is_told_in_words() {
        let before = json!({ "lifecycle_stage": "active" });
        let after = json!({ "lifecycle_stage": "churned", "churned_at": "2026-01-01" });
        let event = event("customer", "update", before, after, &["churned_at", "lifecycle_stage"]);
        assert_eq!(sentence(Place::Customer, &event), "changed the stage");
    }

    #[test]
    fn making_a_contact_primary_says_so() {
        let doc =
            |primary: bool| json!({ "first_name": "Carol", "last_name": "Winter", "is_primary": primary });
        let made = event("contact", "update", doc(false), doc(true), &["is_primary"]);
        assert_eq!(sentence(Place::Customer, &made), "made Carol Winter the primary contact");
        assert_eq!(sentence(Place::Record, &made), "made this the primary contact");
        let unmade = event("contact", "update", doc(true), doc(false), &["is_primary"]);
        assert_eq!(sentence(Place::Record, &unmade), "made somebody else the primary contact");
    }

    #[test]
    fn a_sign_in_says_from_where() {
        let doc = json!({ "agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "address": "192.0.2.7" });
        assert_eq!(
            sentence(Place::Record, &event("session", "insert", Value::Null, doc.clone(), &[])),
            "signed in with Firefox on Linux from 192.0.2.7"
        );
        assert_eq!(
            sentence(Place::Record, &event("session", "delete", doc, Value::Null, &[])),
            "ended a session with Firefox on Linux from 192.0.2.7"
        );
    }

    #[test]
    fn an_import_tells_its_steps() {
        let after = json!({ "state": "done", "rows_created": 3, "rows_updated": 1 });
        let import = event("import", "update", json!({ "state": "running" }), after, &["state"]);
        assert_eq!(sentence(Place::Record, &import), "imported it: 3 new, 1 updated");
    }
}
