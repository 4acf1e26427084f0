//! Writing the document, piece by piece.
use super::{
    CONTENT, EVENTS, FILES_LEFT_OUT, FORMAT, VERSION, files,
    parts::{self, Column, Link, Part},
};
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, TenantId},
    },
    entity::Kind,
    services::files::Files,
    web::{
        downloads::Take,
        errors::{AppError, Result},
        limits,
    },
};
use diesel::{connection::SimpleConnection, prelude::*, sql_types};
use serde_json::{Value, json};
use uuid::Uuid;

/// Rows of one step: of the longest messages some megabytes.
const STEP: usize = 100;
/// Pieces are collected up to this.
const PIECE: usize = 1 << 16;
/// How much of the log a document tells, the latest first to stay.
const MOST_EVENTS: usize = 50_000;
/// Pairs of one `jsonb_build_object`, which takes 100 arguments.
const PAIRS: usize = 50;

#[derive(QueryableByName)]
struct Doc {
    #[diesel(sql_type = sql_types::Text)]
    doc: String,
}

/// Hands out everything that the person at work may see of a customer. `NotFound` where that is nothing, before the first piece.
pub fn write(tx: &mut Tx, id: CustomerId, files: &Files, take: Take) -> Result<()> {
    tx.must_see(id)?;
    let parts = parts::of(tx)?;
    let head: Doc = diesel::sql_query(
        "SELECT jsonb_build_object('exported_at', now(), 'tenant', (SELECT slug FROM tenants WHERE id = current_tenant()))::text AS doc",
    )
    .get_result(tx.conn)?;
    let mut out = Out { buffer: vec![], take };
    out.push(&format!(
        "{{\n\"format\": \"{FORMAT}\",\n\"version\": {VERSION},\n{}",
        head.doc.trim_matches(['{', '}'])
    ))?;
    let mut share = Share { tenant: tx.scope.tenant_id, files, bytes: 0, left_out: vec![] };
    for part in &parts {
        out.push(&format!(",\n\"{}\": ", part.name))?;
        let rows = select(part, id);
        if part.is_customer() {
            let row: Doc = diesel::sql_query(rows).get_result(tx.conn)?;
            out.push(&row.doc)?;
        } else if part.entity.belonging.has_file {
            list(tx, &rows, &mut out, &mut |out, row| share.write(out, row))?;
        } else {
            list(tx, &rows, &mut out, &mut |out, row| out.push(row))?;
        }
    }
    out.push(&format!(",\n\"{FILES_LEFT_OUT}\": {}", Value::from(share.left_out)))?;
    out.push(&format!(",\n\"{EVENTS}\": "))?;
    list(tx, &events(id), &mut out, &mut |out, row| out.push(row))?;
    out.push("\n}\n")?;
    out.flush()
}

/// Where the text goes.
struct Out<'a> {
    buffer: Vec<u8>,
    take: Take<'a>,
}

impl Out<'_> {
    fn push(&mut self, text: &str) -> Result<()> {
        self.buffer.extend_from_slice(text.as_bytes());
        if self.buffer.len() < PIECE { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<()> {
        (self.take)(std::mem::take(&mut self.buffer))
    }
}

/// Writes the rows of a query as a JSON list, each as `row` has it.
fn list(
    tx: &mut Tx,
    rows: &str,
    out: &mut Out,
    row: &mut dyn FnMut(&mut Out, &str) -> Result<()>,
) -> Result<()> {
    out.push("[")?;
    tx.conn.batch_execute(&format!("DECLARE document NO SCROLL CURSOR FOR {rows}"))?;
    let mut is_first = true;
    loop {
        let step: Vec<Doc> = diesel::sql_query(format!("FETCH {STEP} FROM document")).load(tx.conn)?;
        for Doc { doc } in &step {
            out.push(if is_first { "\n" } else { ",\n" })?;
            is_first = false;
            row(out, doc)?;
        }
        if step.len() < STEP {
            break;
        }
    }
    tx.conn.batch_execute("CLOSE document")?;
    out.push("]")
}

/// The rows of a part. The id is no text that anybody typed.
fn select(part: &Part, id: CustomerId) -> String {
    let (table, customer) = (part.entity.table, part.customer_column());
    let doc = match part.columns.as_slice() {
        [only] if part.is_list() => format!("to_jsonb({})", value(only)),
        columns => {
            let pairs: Vec<String> =
                columns.iter().map(|column| format!("'{}', {}", column.key, value(column))).collect();
            let objects =
                pairs.chunks(PAIRS).map(|pairs| format!("jsonb_build_object({})", pairs.join(", ")));
            objects.collect::<Vec<_>>().join(" || ")
        }
    };
    // In one order that does not hang on ids which a restored customer may not have again.
    let has_time = part.columns.iter().any(|column| column.name == "created_at");
    let order = if part.has_id() && has_time { "x.created_at, x.id" } else { "1" };
    format!("SELECT ({doc})::text AS doc FROM {table} x WHERE x.{customer} = '{id}' ORDER BY {order}")
}

/// What stands in the document for a column of `x`.
fn value(column: &Column) -> String {
    let name = &column.name;
    match column.link {
        Link::Named(entity) => {
            let (table, known_by) = (entity.table, entity.known_by.unwrap_or("id"));
            format!(
                "(SELECT r.{known_by} FROM {table} r WHERE r.tenant_id = x.tenant_id AND r.id = x.{name})"
            )
        }
        // A decimal number as text stays exact.
        _ if column.field.is_some_and(|field| matches!(field.kind, Kind::Money)) => format!("x.{name}::text"),
        Link::Within(_) | Link::Nothing => format!("x.{name}"),
    }
}

fn events(id: CustomerId) -> String {
    format!(
        "SELECT e.doc FROM (
             SELECT e.id, e.occurred_at, jsonb_build_object('topic', e.topic, 'entity', e.entity, 'entity_id', e.entity_id, 'operation', e.operation,
                    'actor', u.email, 'before', e.before, 'after', e.after, 'changed', e.changed, 'occurred_at', e.occurred_at)::text AS doc
             FROM events e LEFT JOIN users u ON u.id = e.actor_id
             WHERE e.customer_id = '{id}' ORDER BY e.occurred_at DESC, e.id DESC LIMIT {MOST_EVENTS}) e ORDER BY e.occurred_at, e.id"
    )
}

/// The files of a customer, of which as many bytes are in its document as the limit allows, the oldest first.
struct Share<'a> {
    tenant: Option<TenantId>,
    files: &'a Files,
    bytes: u64,
    left_out: Vec<Value>,
}

/// What a document has of a file.
enum Content {
    Bytes(Vec<u8>),
    /// Why it is left out.
    LeftOut(String),
}

impl Share<'_> {
    fn write(&mut self, out: &mut Out, row: &str) -> Result<()> {
        let fields: Value = serde_json::from_str(row).map_err(AppError::internal)?;
        let found = match self.content(&fields)? {
            Content::Bytes(bytes) => Some(bytes),
            Content::LeftOut(why) => {
                self.left_out.push(
                    json!({ "id": fields["id"], "name": fields["name"], "size": fields["size"], "why": why }),
                );
                None
            }
        };
        out.push(row.strip_suffix('}').unwrap_or(row))?;
        out.push(&format!(", \"{CONTENT}\": "))?;
        match found {
            None => out.push("null}"),
            Some(bytes) => {
                out.push("\"")?;
                out.push(&files::encoded(&bytes))?;
                out.push("\"}")
            }
        }
    }

    fn content(&mut self, fields: &Value) -> Result<Content> {
        let size = fields["size"].as_u64().unwrap_or_default();
        let (Some(tenant), Ok(id)) = (self.tenant, serde_json::from_value::<Uuid>(fields["id"].clone()))
        else {
            return Ok(Content::LeftOut("It has no id.".into()));
        };
        if self.bytes + size > limits::DOCUMENT_FILES.most {
            let most = limits::DOCUMENT_FILES.most >> 20;
            let why = format!("The files of this customer are more than {most} MB together.");
            return Ok(Content::LeftOut(why));
        }
        let found = self.files.whole(tenant, id)?;
        self.bytes += found.as_ref().map_or(0, |bytes| bytes.len() as u64);
        Ok(found.map_or_else(|| Content::LeftOut("It is not in the store of files.".into()), Content::Bytes))
    }
}
