//! A list of customers as CSV: exactly what the list shows, in its order, with columns that an import understands.
use super::entity::CUSTOMER;
use crate::infra::{
    db::Tx,
    entity::cells::{self, Cell},
    lists::{ListQuery, Select},
    web::{csv, errors::Result},
};
use diesel::{prelude::*, sql_types};
use std::sync::LazyLock;

/// Heading, value on `customers c`, company `y` and primary contact `p`, and how it is written.
type Column = (String, String, Cell);

/// What stands beside the customer's own fields: after which of them, heading, value, and whether it is a list.
const FURTHER: &[(&str, &str, &str, bool)] = &[
    (
        "external_id",
        "Tags",
        "to_json(ARRAY(SELECT t.name FROM customer_tags ct JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id WHERE ct.tenant_id = c.tenant_id AND ct.customer_id = c.id ORDER BY t.name_key))::text",
        true,
    ),
    (
        "products",
        "Owners",
        "to_json(ARRAY(SELECT u.name FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id ORDER BY u.name, u.email))::text",
        true,
    ),
    (
        "products",
        "Owners' emails",
        "to_json(ARRAY(SELECT u.email FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id ORDER BY u.name, u.email))::text",
        true,
    ),
    ("products", "Contact first name", "p.first_name", false),
    ("products", "Contact last name", "p.last_name", false),
    ("products", "Contact email", "p.email", false),
    ("products", "Contact phone", "p.phone", false),
    ("products", "Contact role", "p.job_role", false),
];

/// The customer's own fields, as they are described, with what stands beside them.
static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let mut columns: Vec<Column> = vec![];
    for field in CUSTOMER.fields.iter().filter(|field| !field.is_secret) {
        match field.name {
            "company_id" => columns.push((field.heading().into(), "y.name".into(), Cell::Text)),
            _ => columns.extend(cells::columns(field, "c")),
        }
        let further = FURTHER.iter().filter(|(after, ..)| *after == field.name);
        columns.extend(further.map(|(_, heading, value, is_list)| {
            let cell = if *is_list { Cell::List } else { Cell::Text };
            ((*heading).to_owned(), (*value).to_owned(), cell)
        }));
    }
    for (heading, value) in [("Created (UTC)", "c.created_at"), ("Last change (UTC)", "c.updated_at")] {
        columns.push((heading.into(), cells::moment(value), Cell::Text));
    }
    columns.push(("Clientele id".into(), "c.id::text".into(), Cell::Text));
    columns
});

const JOINED: &str = "JOIN customers c ON c.tenant_id = page.tenant_id AND c.id = page.id
    LEFT JOIN companies y ON y.tenant_id = c.tenant_id AND y.id = c.company_id
    LEFT JOIN contacts p ON p.tenant_id = c.tenant_id AND p.customer_id = c.id AND p.is_primary";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = sql_types::Array<sql_types::Nullable<sql_types::Text>>)]
    cells: Vec<Option<String>>,
}

/// Hands the file to `take` in pieces, so that no more than one step of it is ever in memory. The transaction should see one moment
/// throughout ([`crate::infra::db::Db::snapshot_blocking`]), or a row that moves in the order meanwhile may be missed.
pub fn write(tx: &mut Tx, list: &ListQuery, mut take: impl FnMut(Vec<u8>) -> Result<()>) -> Result<()> {
    let values = COLUMNS.iter().map(|(_, value, _)| value.as_str()).collect::<Vec<_>>().join(", ");
    let cells = format!("ARRAY[{values}] AS cells");
    let select = Select { columns: "c.tenant_id, ", page: "page", shown: &cells, joined: JOINED };
    take(csv::begin(COLUMNS.iter().map(|(heading, ..)| heading))?)?;
    list.each(
        tx,
        |tx, step, most| step.rows_of::<Line>(tx, &select, most),
        |_, lines| {
            take(csv::lines(lines.into_iter().map(|line| {
                line.cells.into_iter().zip(&*COLUMNS).map(|(value, (_, _, cell))| cell.written(value))
            }))?)
        },
    )
}
