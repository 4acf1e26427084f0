//! Which rows of a list an action is about: some that were picked, or everything that matches.
use super::{ListQuery, Listing, Select};
use crate::infra::{
    db::{
        Tx,
        sql::{Bind, Statement},
    },
    entity::Entity,
    web::errors::Result,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use uuid::Uuid;

/// Which rows are meant. Those that the person at work does not see are never among them.
#[derive(Clone, Debug)]
pub enum Selection {
    Picked(&'static Listing, Vec<Uuid>),
    /// Everything that a list shows, on all its pages.
    Matching(Box<ListQuery>),
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

impl Selection {
    /// The rows of these ids; what is no id is left out.
    pub fn picked(listing: &'static Listing, ids: &[String]) -> Self {
        Self::Picked(listing, ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// The ids that were picked; none where all that match are meant.
    pub fn ids(&self) -> &[Uuid] {
        match self {
            Self::Picked(_, ids) => ids,
            Self::Matching(_) => &[],
        }
    }

    /// Whether all that match are meant.
    pub fn is_matching(&self) -> bool {
        matches!(self, Self::Matching(_))
    }

    /// Their ids as the first part of a statement, `chosen`: one more than an action may change, so that too many are noticed.
    pub fn chosen(&self, tx: &Tx, most: i64) -> Statement {
        let mut sql = Statement::new("WITH chosen AS MATERIALIZED (");
        let ids = match self {
            Self::Picked(listing, ids) => rows(listing, "", ids),
            Self::Matching(query) => query.ids(tx.scope, usize::try_from(most).unwrap_or_default() + 1),
        };
        sql.append(ids).push(")");
        sql
    }

    /// How many they are; more than `most` are not counted.
    pub fn count(&self, tx: &mut Tx, most: i64) -> Result<i64> {
        let mut sql = self.chosen(tx, most);
        sql.push(" SELECT count(*) AS n FROM chosen");
        Ok(sql.get_result::<Counted>(tx.conn)?.n)
    }

    /// The names of the first few of them.
    pub fn names(&self, tx: &mut Tx, few: usize) -> Result<Vec<String>> {
        let found: Vec<Named> = match self {
            Self::Picked(listing, ids) => {
                let mut sql = rows(listing, &format!(", {} AS name", title(listing)), ids);
                let order = listing.whole().order;
                let keys: Vec<&str> =
                    order.keys.iter().chain([order.id(&listing.id)]).map(|key| key.column).collect();
                sql.push(&format!(" ORDER BY {} LIMIT {few}", keys.join(", ")));
                sql.load(tx.conn)?
            }
            Self::Matching(query) => {
                let columns = format!("{} AS name, ", title(query.listing));
                let select = Select { columns: &columns, page: "page", shown: "page.name", joined: "" };
                query.after(None).select(tx.scope, &select, few).load(tx.conn)?
            }
        };
        Ok(found.into_iter().map(|row| row.name).collect())
    }
}

/// The statement of those rows that are seen of these.
fn rows(listing: &Listing, columns: &str, ids: &[Uuid]) -> Statement {
    let id = listing.id.column;
    let mut sql =
        Statement::new(&format!("SELECT {id} AS id{columns} FROM {} WHERE {id} = ANY(", listing.from));
    sql.bind(Bind::Uuids(ids.to_vec())).push(")");
    sql
}

fn title(listing: &Listing) -> String {
    listing.entity.map_or("''".to_owned(), Entity::title_sql)
}
