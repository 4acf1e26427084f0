//! Keyset pages: a page goes on from the place of a row, which is in the URL as a cursor.
use super::{Key, ListQuery, Order, query::Position};
use crate::infra::{
    db::{Tx, paging},
    web::{errors::Result, filters::counted},
};
use diesel::{
    deserialize::{self, QueryableByName},
    pg::Pg,
    prelude::*,
    row::NamedRow,
    sql_types::Jsonb,
};
use serde_json::Value as Json;

/// Rows of one step of [`ListQuery::each`].
const STEP: usize = 1000;

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<R> {
    pub rows: Vec<R>,
    /// Where the next page begins, and where the one before ends.
    pub next: Option<String>,
    pub previous: Option<String>,
    /// What its rows are called.
    noun: (&'static str, &'static str),
}

/// A row with its place in the order of the list: an array of the keys and the id.
pub(super) struct Placed<R>(pub R, pub Json);

impl<R: QueryableByName<Pg>> QueryableByName<Pg> for Placed<R> {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self(R::build(row)?, NamedRow::get::<Jsonb, Json>(row, "place")?))
    }
}

/// The place that a cursor stands for; `None` for anything else, and for the places of another order.
pub(super) fn position(order: &Order, id: &Key, cursor: &str, is_backwards: bool) -> Option<Position> {
    let place: Json = paging::keys(cursor)?;
    Some(Position { keys: order.read(id, &place)?, is_backwards })
}

impl Order {
    /// The values of its keys and the id in a place, where they are of the types of their columns.
    fn read(&self, id: &Key, place: &Json) -> Option<Vec<crate::infra::db::sql::Bind>> {
        let place = place.as_array()?;
        // Rows with the flag are on the first page, so that none goes on among them.
        let place = if self.first.is_some() { place.get(1..)? } else { place };
        if place.len() != self.keys.len() + 1 {
            return None;
        }
        self.keys.iter().chain([id]).zip(place).map(|(key, value)| key.kind.read(value)).collect()
    }
}

impl ListQuery {
    /// The same list, going on after a place.
    #[must_use]
    pub fn after(&self, place: Option<&Json>) -> Self {
        let read = |place: &Json| self.order.read(&self.listing.id, place);
        let position = place.and_then(read).map(|keys| Position { keys, is_backwards: false });
        Self { position, ..self.clone() }
    }

    /// A page of rows, of which one more than it has may have been found.
    pub fn page<R>(&self, mut found: Vec<(R, Json)>) -> Page<R> {
        let more = found.len() > self.size;
        found.truncate(self.size);
        let is_backwards = self.position.as_ref().is_some_and(|position| position.is_backwards);
        if is_backwards {
            found.reverse();
        }
        let goes_back = self.listing.backward.is_some() && self.position.is_some();
        let (has_next, has_previous) = if is_backwards { (true, more) } else { (more, goes_back) };
        let cursor = |row: Option<&(R, Json)>| row.map(|(_, place)| paging::cursor(place));
        let next = has_next.then(|| cursor(found.last())).flatten();
        let previous = has_previous.then(|| cursor(found.first())).flatten();
        let rows = found.into_iter().map(|(row, _)| row).collect();
        Page { rows, next, previous, noun: self.listing.noun() }
    }

    /// The page that is asked for: one statement.
    pub fn load<R: QueryableByName<Pg> + 'static>(
        &self,
        tx: &mut Tx,
        select: &super::Select<'_>,
    ) -> Result<Page<R>> {
        Ok(self.page(self.rows_of(tx, select, self.size + 1)?))
    }

    /// `most` rows from the place on, each with its own.
    pub fn rows_of<R: QueryableByName<Pg> + 'static>(
        &self,
        tx: &mut Tx,
        select: &super::Select<'_>,
        most: usize,
    ) -> Result<Vec<(R, Json)>> {
        let found: Vec<Placed<R>> = self.select(tx.scope, select, most).load(tx.conn)?;
        Ok(found.into_iter().map(|Placed(row, place)| (row, place)).collect())
    }

    /// Everything that matches in steps, so that no more than one is ever in memory; stops at the first error. `find` is to load so
    /// many rows of a query, each with its place.
    pub fn each<R>(
        &self,
        tx: &mut Tx,
        find: impl Fn(&mut Tx, &Self, usize) -> Result<Vec<(R, Json)>>,
        mut take: impl FnMut(&mut Tx, Vec<R>) -> Result<()>,
    ) -> Result<()> {
        let mut step = self.after(None);
        loop {
            let found = find(tx, &step, STEP)?;
            let is_last = found.len() < STEP;
            step = self.after(found.last().map(|(_, place)| place));
            if !found.is_empty() {
                take(tx, found.into_iter().map(|(row, _)| row).collect())?;
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

impl<R> Page<R> {
    /// The same page of what becomes of each row.
    pub fn map<T>(self, of: impl FnMut(R) -> T) -> Page<T> {
        let Self { rows, next, previous, noun } = self;
        Page { rows: rows.into_iter().map(of).collect(), next, previous, noun }
    }

    /// How many there are, as far as the page knows: `note` follows where there are more.
    pub fn summary(&self, note: &str) -> String {
        let rows = counted(self.rows.len() as i64, self.noun.0, self.noun.1);
        let is_all = self.next.is_none() && self.previous.is_none();
        if is_all || self.rows.len() == 1 { rows } else { format!("{rows} on this page{note}") }
    }
}
