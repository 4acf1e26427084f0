//! The descriptions of things, compared with each other and with what the database has.
use crate::support::*;
use clientele::{
    ENTITIES,
    infra::{
        entity::{BOOKKEEPING, Entity, Field, Kind, Operation, Sentence, by_table, placeholders},
        web::access_log,
    },
};
use std::collections::BTreeSet;

/// Tables that nobody meets: what the product keeps to do its work.
const NOT_MET: &[&str] = &[
    "access_alerts",
    "account_tokens",
    "customer_figures",
    "customer_visits",
    "events",
    "form_stashes",
    "import_files",
    "quota_uses",
    "schema_requirements",
    "search_documents",
    "search_words",
    "sign_in_failures",
    "signing_keys",
    "submissions",
    "task_routes",
    "tasks",
    "tenant_versions",
    "ticket_drafts",
    "ticket_numbers",
    "ticket_readers",
    "ticket_search",
    "used_seals",
];

/// What a sentence may name besides the fields of its thing.
fn is_known(entity: &Entity, name: &str) -> bool {
    ["it", "changed", "customer", "(customer)", "from where"].contains(&name)
        || name.ends_with(" customer")
        || entity.field(name).is_some()
}

#[test]
fn every_change_has_a_sentence() {
    for entity in ENTITIES {
        for operation in Operation::ALL {
            let mut of_any = entity.all_sentences().filter(|sentence| sentence.when.is_empty());
            assert!(of_any.any(|sentence| sentence.on == operation), "{} {operation:?}", entity.code);
        }
    }
}

#[test]
fn sentences_and_titles_name_fields_that_exist() {
    for entity in ENTITIES {
        for text in entity.sentences.iter().flat_map(Sentence::texts) {
            for name in placeholders(text) {
                assert!(is_known(entity, name), "{}: {text}", entity.code);
            }
        }
        for name in entity.title_fields() {
            assert!(entity.field(name).is_some(), "{}: {name}", entity.code);
        }
    }
}

#[test]
fn a_condition_of_a_sentence_names_a_field_that_exists() {
    use clientele::infra::entity::When::*;
    for entity in ENTITIES {
        for when in entity.sentences.iter().flat_map(|sentence| sentence.when) {
            let name = match when {
                Changed(name) | Only(name) | Is(name, _) | Empty(name) | Filled(name) | IsActor(name) => name,
                Derived | Topic(_) | NoActor => continue,
            };
            assert!(entity.field(name).is_some(), "{}: {name}", entity.code);
        }
    }
}

#[test]
fn codes_topics_tables_and_fields_are_unique_and_references_lead_somewhere() {
    let mut seen = BTreeSet::new();
    for entity in ENTITIES {
        for key in [
            format!("code {}", entity.code),
            format!("topic {}", entity.topic),
            format!("table {}", entity.table),
        ] {
            assert!(seen.insert(key.clone()), "{key} twice");
        }
        let mut names = BTreeSet::new();
        for field in entity.fields {
            assert!(names.insert(field.name), "{}.{} twice", entity.table, field.name);
            if let Kind::Reference { table } = field.kind {
                assert!(
                    by_table(ENTITIES, table).is_some(),
                    "{}.{} leads to {table}",
                    entity.table,
                    field.name
                );
            }
            for heading in field.headings.unwrap_or_default() {
                assert!(heading.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{heading}");
            }
        }
    }
}

#[actix_web::test]
async fn every_table_and_column_that_people_meet_is_described_and_nothing_else() {
    let app = TestApp::start().await;
    let columns = app.rows(
        "SELECT c.relname || '.' || a.attname FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '__diesel_schema_migrations'
         ORDER BY 1",
    );
    let mut wrong = vec![];
    let mut there = BTreeSet::new();
    for column in &columns {
        let (table, name) = column.split_once('.').unwrap();
        there.insert((table, name));
        if NOT_MET.contains(&table) {
            continue;
        }
        match by_table(ENTITIES, table) {
            None => wrong.push(format!("{table} is described nowhere")),
            Some(entity) => {
                let is_described = BOOKKEEPING.contains(&name)
                    || entity.customer == Some(name)
                    || entity.internal.contains(&name)
                    || entity.field(name).is_some();
                if !is_described {
                    wrong.push(format!("{column} is described nowhere"));
                }
            }
        }
    }
    for entity in ENTITIES {
        let described = entity.fields.iter().map(|field| field.name).chain(entity.internal.iter().copied());
        for name in described.chain(entity.customer) {
            if !there.contains(&(entity.table, name)) {
                wrong.push(format!("{}.{name} is described, but isn't there", entity.table));
            }
        }
    }
    for table in NOT_MET {
        if !there.iter().any(|(known, _)| known == table) || by_table(ENTITIES, table).is_some() {
            wrong.push(format!("{table} is not met, but isn't there or is described"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn the_log_is_written_of_what_is_described_and_hides_what_is_secret_or_internal() {
    let app = TestApp::start().await;
    let triggers = app.rows(
        "SELECT t.tgrelid::regclass::text || ' ' || replace(replace(encode(t.tgargs, 'escape'), '\\000', ' '), '\\', '')
         FROM pg_trigger t WHERE t.tgname = 'log_insert' AND t.tgfoid = 'log_change'::regproc ORDER BY 1",
    );
    let logged: BTreeSet<String> = triggers
        .iter()
        .map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let (table, topic, code) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            let hidden: BTreeSet<String> = words.collect();
            format!("{table} {topic} {code} {}", hidden.into_iter().collect::<Vec<_>>().join(" "))
        })
        .collect();
    // What strangers ask for is logged by a trigger of its own, without anything of who.
    let described: BTreeSet<String> = ENTITIES
        .iter()
        .filter(|entity| entity.table != "reset_requests")
        .map(|entity| {
            let is_hidden = |field: &&Field| field.is_secret || field.is_unlogged;
            let secret = entity.fields.iter().filter(is_hidden).map(|field| field.name);
            let hidden: BTreeSet<&str> = secret.chain(entity.internal.iter().copied()).collect();
            let hidden = hidden.into_iter().collect::<Vec<_>>().join(" ");
            format!("{} {} {} {hidden}", entity.table, entity.topic, entity.code)
        })
        .collect();
    assert_eq!(logged, described);
}

#[actix_web::test]
async fn search_reads_the_fields_that_are_searchable_and_no_others() {
    let app = TestApp::start().await;
    let view = app.cell("SELECT pg_get_viewdef('searchable')");
    for part in view.split("UNION ALL") {
        let code = part.split("'::text AS entity").next().unwrap().rsplit('\'').next();
        let code =
            code.filter(|_| part.contains("AS entity")).unwrap_or_else(|| part.split('\'').nth(1).unwrap());
        let entity = ENTITIES.iter().find(|entity| entity.code == code).unwrap();
        let words = part.split("array_to_tsvector").nth(1).unwrap().split("FROM").next().unwrap();
        let is_read =
            |name: &str| words.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
        for field in entity.fields {
            assert_eq!(is_read(field.name), field.is_searchable, "{}.{}", entity.code, field.name);
        }
    }
}

#[actix_web::test]
async fn what_customers_see_of_themselves_is_what_their_programs_are_notified_of() {
    let app = TestApp::start().await;
    let trigger = app.cell(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger
         WHERE tgname = 'note_portal_change' AND tgrelid = 'customers'::regclass",
    );
    let watched: BTreeSet<&str> = trigger
        .split("old.")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .collect();
    let customer = by_table(ENTITIES, "customers").unwrap();
    let shown: BTreeSet<&str> =
        customer.fields.iter().filter(|field| field.is_in_portal).map(|field| field.name).collect();
    assert_eq!(watched, shown);
}

#[test]
fn every_topic_that_is_listened_to_is_one_of_a_thing() {
    let of_lifecycle = ["CUSTOMER_DEACTIVATED", "CUSTOMER_REACTIVATED"];
    for handler in clientele::routing::HANDLERS {
        for topic in handler.topics {
            let is_known = ENTITIES.iter().any(|entity| {
                Operation::ALL
                    .iter()
                    .any(|operation| format!("{}_{}", entity.topic, operation.topic()) == *topic)
            });
            let is_access = access_log::TOPICS.iter().any(|(known, _)| known == topic);
            assert!(is_known || is_access || of_lifecycle.contains(topic), "{}: {topic}", handler.name);
        }
    }
}
