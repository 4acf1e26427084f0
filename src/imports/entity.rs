//! An import, described once.
use super::urls;
use crate::infra::{
    db::ids::ImportId,
    entity::{Entity, Field, Kind, Sentence, When},
};

pub const IMPORT: Entity = Entity::new("import", "IMPORT", "import", "imports", "imports")
    .titled("of {file_name}")
    .in_sentences_only()
    .at(|id, _| urls::import(&ImportId(id)))
    .internal(&["reading", "mapping", "outcome", "rows_done"])
    .guarded_by(&["staff"])
    .fields(&[
        Field::text("file_name", "File name", 200),
        Field::bool("skip_bad", "Skip bad"),
        Field::text("state", "State", 20),
        Field::text("problem", "Problem", 1000),
        Field::number("rows_total", "Rows total"),
        Field::number("rows_created", "Rows created"),
        Field::number("rows_updated", "Rows updated"),
        Field::number("rows_skipped", "Rows skipped"),
        Field::new("transaction_id", "Transaction id", Kind::Number),
        Field::moment("started_at", "Started at"),
        Field::moment("finished_at", "Finished at"),
        Field::moment("undone_at", "Undone at"),
    ])
    .sentences(&[
        Sentence::created("uploaded {file_name} for import").icon("upload").on_record("uploaded this file"),
        Sentence::deleted("deleted the import of {file_name}").on_record("deleted this import"),
        Sentence::updated("changed the import of {file_name}")
            .when(&[When::Is("state", "mapped")])
            .icon("upload")
            .on_record("matched the columns"),
        Sentence::updated("began to import {file_name}")
            .when(&[When::Changed("state"), When::Is("state", "running")])
            .icon("upload")
            .on_record("began to import it"),
        Sentence::updated("imported {file_name}")
            .when(&[When::Changed("state"), When::Is("state", "done")])
            .icon("upload")
            .on_record("imported it: {rows_created} new, {rows_updated} updated"),
        Sentence::updated("failed to import {file_name}")
            .when(&[When::Changed("state"), When::Is("state", "failed")])
            .icon("upload")
            .on_record("could not import it"),
        Sentence::updated("took back the import of {file_name}")
            .when(&[When::Changed("state"), When::Is("state", "undone")])
            .icon("upload")
            .on_record("took the import back"),
        Sentence::updated("changed the import of {file_name}")
            .icon("upload")
            .on_record("changed this import"),
    ]);
