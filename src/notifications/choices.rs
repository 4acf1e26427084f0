//! Of what somebody wants to hear, and how.
use super::model::{KINDS, Side};
use crate::infra::{
    db::{Tx, schema::notification_choices},
    web::errors::{AppError, Result},
};
use diesel::prelude::*;

/// One kind, and how it is told. Nobody has chosen: both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub kind: &'static str,
    pub name: &'static str,
    pub in_app: bool,
    pub by_email: bool,
}

impl Choice {
    /// All that there are for people on this side, as the person at work has chosen.
    pub fn own(tx: &mut Tx, side: Side) -> Result<Vec<Self>> {
        let columns =
            (notification_choices::kind, notification_choices::in_app, notification_choices::by_email);
        let chosen: Vec<(String, bool, bool)> = notification_choices::table.select(columns).load(tx.conn)?;
        let of =
            |code: &str| chosen.iter().find(|(kind, ..)| kind == code).map_or((true, true), |c| (c.1, c.2));
        Ok(KINDS
            .iter()
            .filter(|(.., whose)| *whose == side)
            .map(|(code, name, _)| {
                let (in_app, by_email) = of(code);
                Self { kind: code, name, in_app, by_email }
            })
            .collect())
    }

    /// Keeps it.
    pub fn keep(&self, tx: &mut Tx) -> Result<()> {
        use notification_choices::{by_email, in_app, kind, table, tenant_id, user_id};
        let Some(user) = tx.member() else {
            return Err(AppError::Conflict("You are a guest here, and nothing is told to you.".into()));
        };
        diesel::insert_into(table)
            .values((
                user_id.eq(user),
                kind.eq(self.kind),
                in_app.eq(self.in_app),
                by_email.eq(self.by_email),
            ))
            .on_conflict((tenant_id, user_id, kind))
            .do_update()
            .set((in_app.eq(self.in_app), by_email.eq(self.by_email)))
            .execute(tx.conn)?;
        Ok(())
    }
}
