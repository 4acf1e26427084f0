//! What is done at certain times: each time once, however many servers there are.
use super::{claiming, handlers::Handler};
use crate::infra::{
    db::{Db, Scope},
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use croner::Cron;
use diesel::{RunQueryDsl, dsl::sql, sql_types::Timestamptz};
use std::{collections::HashMap, str::FromStr};

/// Remembers what was asked for already, so that a quiet minute costs no query.
#[derive(Default)]
pub(super) struct Clock {
    enqueued: HashMap<&'static str, DateTime<Utc>>,
}

impl Clock {
    /// Asks for what has come due. After a time in which no server ran, the last missed time is made up for, not all of them.
    pub fn tick(&mut self, db: &Db, handlers: &'static [Handler]) -> Result<()> {
        let now: DateTime<Utc> = db.read_blocking(&Scope::background(None), |tx| {
            Ok(diesel::select(sql::<Timestamptz>("now()")).get_result(tx.conn)?)
        })?;
        for handler in handlers.iter().filter(|handler| !handler.at.is_empty()) {
            let due = last_due(handler.at, now)?;
            if self.enqueued.get(handler.name) != Some(&due) {
                claiming::schedule(db, handler.name, due, handler.tries)?;
                self.enqueued.insert(handler.name, due);
            }
        }
        Ok(())
    }
}

/// The last time at or before `now` that a cron expression names.
fn last_due(expression: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let cron = Cron::from_str(expression).map_err(AppError::internal)?;
    cron.find_previous_occurrence(&now, true).map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_before_now_is_due() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let due = |cron| last_due(cron, at("2026-03-01T02:59:30Z")).unwrap();
        assert_eq!(due("0 3 * * *"), at("2026-02-28T03:00:00Z"));
        assert_eq!(due("*/5 * * * *"), at("2026-03-01T02:55:00Z"));
        assert_eq!(last_due("0 3 * * *", at("2026-03-01T03:00:00Z")).unwrap(), at("2026-03-01T03:00:00Z"));
    }
}
