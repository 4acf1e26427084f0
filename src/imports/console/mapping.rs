//! The second step: how the file is read, and which column fills which field.
use super::{
    Steps,
    reading::{self, ReadingForm},
};
use crate::{
    imports::{
        self,
        fields::{self, Mapping},
        model::Import,
        shown::Sheet,
    },
    infra::{db::ids::ImportId, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;
use validator::Validate;

/// A select for every field: its code and the number of a column.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
pub struct MappingForm {
    #[serde(flatten)]
    choices: BTreeMap<String, String>,
}

/// A field with its select.
struct Line {
    code: &'static str,
    label: &'static str,
    column: String,
    samples: String,
}

/// Fields under a heading.
struct Block {
    label: &'static str,
    /// Whether any of them is matched: the others are folded away.
    open: bool,
    lines: Vec<Line>,
}

impl Block {
    fn matched(&self) -> usize {
        self.lines.iter().filter(|line| !line.column.is_empty()).count()
    }
}

#[derive(Template)]
#[template(path = "imports/console/mapping.html")]
pub(super) struct MappingPage {
    shell: Shell,
    steps: Steps,
    import: Import,
    form: Submitted<MappingForm>,
    read_as: Submitted<ReadingForm>,
    sheet: Sheet,
    blocks: Vec<Block>,
    columns: Vec<(String, String)>,
    /// Columns that fill nothing.
    unused: Vec<String>,
}

impl MappingPage {
    fn encodings(&self) -> &'static [(&'static str, &'static str)] {
        reading::ENCODINGS
    }
    fn separators(&self) -> &'static [(&'static str, &'static str)] {
        reading::SEPARATORS
    }
    fn quotes(&self) -> &'static [(&'static str, &'static str)] {
        reading::QUOTES
    }
}

/// The page, as far as it is made of what is in the database.
pub(super) fn page(
    staff: &Staff,
    (import, sheet): (Import, Sheet),
    mapping: &Mapping,
    form: Submitted<MappingForm>,
    read_as: Option<Submitted<ReadingForm>>,
) -> MappingPage {
    let (names, values) = (&sheet.columns, &sheet.samples);
    let line = |field: &fields::Field| {
        let column = mapping.column(field.code);
        let samples = column.and_then(|column| values.get(column)).map_or(String::new(), |v| v.join(" · "));
        let column = column.map_or(String::new(), |column| column.to_string());
        Line { code: field.code, label: field.label, column, samples }
    };
    let blocks = fields::GROUPS
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let lines: Vec<Line> = group.fields.iter().map(line).collect();
            Block { label: group.label, open: at < 2 || lines.iter().any(|l| !l.column.is_empty()), lines }
        })
        .collect();
    let filled: Vec<usize> = mapping.filled().into_iter().map(|(_, column)| column).collect();
    let unused = names
        .iter()
        .enumerate()
        .filter(|(at, _)| !filled.contains(at))
        .map(|(_, name)| name.clone())
        .collect();
    let option = |(at, name): (usize, &String)| {
        let first = values.get(at).and_then(|v| v.first());
        (at.to_string(), first.map_or_else(|| name.clone(), |first| format!("{name} ({first})")))
    };
    MappingPage {
        shell: staff.shell("Match columns"),
        steps: Steps(1),
        columns: names.iter().enumerate().map(option).collect(),
        read_as: read_as.unwrap_or_else(|| Submitted::filled(ReadingForm::of(&sheet.reading))),
        import,
        form,
        sheet,
        blocks,
        unused,
    }
}

/// The import and what its page shows of the file.
pub(super) async fn load(staff: &Staff, id: ImportId) -> Result<(Import, Sheet)> {
    staff.read(move |tx| Ok((Import::find(tx, id)?, Sheet::of(&Import::file(tx, id)?)))).await
}

/// `GET /console/imports/{id}/mapping`
pub async fn edit(staff: Staff, id: Path<ImportId>) -> PageResult {
    let loaded = load(&staff, *id).await?;
    if !loaded.0.is_open() {
        return see_other(urls::import(&id));
    }
    let mapping = loaded.0.mapping();
    page(&staff, loaded, &mapping, Submitted::blank(), None).ok()
}

/// `POST /console/imports/{id}/mapping`
pub async fn update(staff: Staff, id: Path<ImportId>, form: Submitted<MappingForm>) -> PageResult {
    let loaded = load(&staff, *id).await?;
    if !loaded.0.is_open() {
        return see_other(urls::import(&id));
    }
    let mapping = Mapping::chosen(&form.values.choices, loaded.1.columns.len());
    if mapping.column("name").is_none() {
        let form = form.refused("name", "Choose the column that holds the customer's name.");
        return page(&staff, loaded, &mapping, form, None).unprocessable();
    }
    check(&staff, *id, mapping).await
}

/// `POST /console/imports/{id}/check`
pub async fn check_again(staff: Staff, id: Path<ImportId>) -> PageResult {
    let id = *id;
    let import = staff.read(move |tx| Import::find(tx, id)).await?;
    let mapping = import.mapping();
    if mapping.column("name").is_none() {
        return see_other(urls::import_mapping(&id));
    }
    check(&staff, id, mapping).await
}

async fn check(staff: &Staff, id: ImportId, mapping: Mapping) -> PageResult {
    let country = staff.country.clone();
    match staff.write(move |tx| imports::check(tx, id, &mapping, &country)).await {
        Ok(()) => see_other(urls::import(&id)),
        Err(AppError::Changed(_)) => has_begun(id),
        Err(error) => Err(error),
    }
}

/// Back to an import that runs or has run.
pub(super) fn has_begun(id: ImportId) -> PageResult {
    let text = "This import has begun; its columns can't be changed any more.".to_owned();
    see_other_saying(urls::import(&id), Flash::new(FlashKind::Warn, text))
}
