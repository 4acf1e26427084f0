//! A list of customers as CSV: exactly what the list shows, in its order, with columns that an import understands.
use super::listing::{Listing, Place};
use crate::{
    infra::{
        db::Tx,
        web::{csv, errors::Result},
    },
    values::{
        kinds::{self, Word},
        lists,
    },
};
use diesel::{prelude::*, sql_types};

/// Rows of one step.
const STEP: usize = 1000;

/// How a column's value is written.
enum Cell {
    Text,
    /// A code, written as people call it.
    Code(&'static [Word]),
    /// The code of an industry group, which belongs to a sector.
    Group,
    /// Several names, as a JSON array.
    List,
}
use Cell::{Code, Group, List, Text};

/// Header, value on `customers c`, company `y` and primary contact `p`, and how it is written.
static COLUMNS: &[(&str, &str, Cell)] = &[
    ("Name", "c.name", Text),
    ("Type", "c.customer_type", Code(kinds::TYPES)),
    ("Stage", "c.lifecycle_stage", Code(kinds::STAGES)),
    ("Source", "c.source", Code(kinds::SOURCES)),
    ("Company", "y.name", Text),
    ("Email", "c.email", Text),
    ("Email domain", "c.email_domain", Text),
    ("Phone", "c.phone", Text),
    ("Website", "c.website", Text),
    ("External id", "c.external_id", Text),
    (
        "Tags",
        "to_json(ARRAY(SELECT t.name FROM customer_tags ct JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id WHERE ct.tenant_id = c.tenant_id AND ct.customer_id = c.id ORDER BY t.name_key))::text",
        List,
    ),
    ("Products", "to_json(c.products)::text", List),
    (
        "Owners",
        "to_json(ARRAY(SELECT u.name FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id ORDER BY u.name, u.email))::text",
        List,
    ),
    (
        "Owners' emails",
        "to_json(ARRAY(SELECT u.email FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id ORDER BY u.name, u.email))::text",
        List,
    ),
    ("Contact first name", "p.first_name", Text),
    ("Contact last name", "p.last_name", Text),
    ("Contact email", "p.email", Text),
    ("Contact phone", "p.phone", Text),
    ("Contact role", "p.job_role", Text),
    ("Billing street", "c.billing_address->>'street'", Text),
    ("Billing city", "c.billing_address->>'city'", Text),
    ("Billing state", "c.billing_address->>'state'", Text),
    ("Billing zip", "c.billing_address->>'zip'", Text),
    ("Billing country", "c.billing_address->>'country'", Text),
    ("Service street", "c.service_address->>'street'", Text),
    ("Service city", "c.service_address->>'city'", Text),
    ("Service state", "c.service_address->>'state'", Text),
    ("Service zip", "c.service_address->>'zip'", Text),
    ("Service country", "c.service_address->>'country'", Text),
    ("Industry", "c.industry_sector", Code(kinds::SECTORS)),
    ("Industry group", "c.industry_group", Group),
    ("Legal form", "c.classification", Code(kinds::CLASSIFICATIONS)),
    ("Size", "c.size_range", Code(kinds::SIZES)),
    ("LinkedIn", "c.linkedin_url", Text),
    ("X", "c.x_url", Text),
    ("Facebook", "c.facebook_url", Text),
    ("Instagram", "c.instagram_url", Text),
    ("YouTube", "c.youtube_url", Text),
    ("GitHub", "c.github_url", Text),
    ("Notes", "c.notes", Text),
    ("Portal session seconds", "c.session_expiration_seconds::text", Text),
    ("Revenue", "c.revenue_total::text", Text),
    ("First purchase", "c.first_purchase_on::text", Text),
    ("Last purchase", "c.last_purchase_on::text", Text),
    ("Churned (UTC)", "to_char(c.churned_at, 'YYYY-MM-DD HH24:MI:SS')", Text),
    ("Created (UTC)", "to_char(c.created_at, 'YYYY-MM-DD HH24:MI:SS')", Text),
    ("Last change (UTC)", "to_char(c.updated_at, 'YYYY-MM-DD HH24:MI:SS')", Text),
    ("Clientele id", "c.id::text", Text),
];

const JOINED: &str = "JOIN customers c ON c.tenant_id = page.tenant_id AND c.id = page.id
    LEFT JOIN companies y ON y.tenant_id = c.tenant_id AND y.id = c.company_id
    LEFT JOIN contacts p ON p.tenant_id = c.tenant_id AND p.customer_id = c.id AND p.is_primary";

#[derive(QueryableByName)]
struct Line {
    #[diesel(embed)]
    place: Place,
    #[diesel(sql_type = sql_types::Array<sql_types::Nullable<sql_types::Text>>)]
    cells: Vec<Option<String>>,
}

/// Hands the file to `take` in pieces, so that no more than one step of it is ever in memory. The transaction should see one moment
/// throughout ([`crate::infra::db::Db::snapshot_blocking`]), or a row that moves in the order meanwhile may be missed.
pub fn write(tx: &mut Tx, listing: &Listing, mut take: impl FnMut(Vec<u8>) -> Result<()>) -> Result<()> {
    let cells = COLUMNS.iter().map(|(_, value, _)| *value).collect::<Vec<_>>().join(", ");
    let select = format!(
        "SELECT page.id, page.name_key, page.created_at, page.updated_at, page.position, ARRAY[{cells}] AS cells"
    );
    take(csv::begin(COLUMNS.iter().map(|(header, ..)| *header))?)?;
    let mut last: Option<Place> = None;
    loop {
        let found: Vec<Line> =
            listing.around(tx.scope, last.as_ref(), STEP, &select, JOINED).load(tx.conn)?;
        let more = found.len() == STEP;
        last = found.last().map(|line| line.place.clone());
        if !found.is_empty() {
            take(csv::lines(found.into_iter().map(|line| {
                line.cells.into_iter().zip(COLUMNS).map(|(value, (_, _, cell))| written(value, cell))
            }))?)?;
        }
        if !more {
            return Ok(());
        }
    }
}

fn written(value: Option<String>, cell: &Cell) -> String {
    let value = value.unwrap_or_default();
    match cell {
        _ if value.is_empty() => value,
        Text => value,
        Code(words) => kinds::name(words, &value),
        List => lists::written(&serde_json::from_str::<Vec<String>>(&value).unwrap_or_default()),
        Group => kinds::GROUPS
            .iter()
            .find(|(_, code, _)| *code == value)
            .map_or(value, |(_, _, name)| (*name).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_as_people_call_them() {
        assert_eq!(written(Some("s_corporation".into()), &Code(kinds::CLASSIFICATIONS)), "S corporation");
        assert_eq!(written(Some("banks".into()), &Group), "Banks");
        assert_eq!(written(None, &Code(kinds::SIZES)), "");
        assert_eq!(written(Some(r#"["a, b","c"]"#.into()), &List), "\"a, b\", c");
    }
}
