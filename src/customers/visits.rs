//! Recently viewed: who opened which customer when.
use crate::infra::{
    db::{
        Db, Scope, Tx,
        ids::CustomerId,
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use diesel::prelude::*;

/// Notes a visit after the page is on its way: the reader does not wait for it, and a page that looks does not write.
pub fn note_later((db, scope): (Db, Scope), customer: CustomerId) {
    actix_web::rt::spawn(async move {
        if let Err(error) = db.write(scope, move |tx| note(tx, customer)).await {
            tracing::warn!(?error, "a visit was not noted");
        }
    });
}

fn note(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    let Some(user) = tx.member() else { return Ok(()) };
    let mut sql = Statement::new("INSERT INTO customer_visits (user_id, customer_id) SELECT ");
    sql.bind(Bind::Uuid(user.0)).push(", id FROM customers WHERE id = ").bind(Bind::Uuid(customer.0));
    sql.push(
        " ON CONFLICT ON CONSTRAINT customer_visits_pkey DO UPDATE SET visited_at = now()
         WHERE customer_visits.visited_at < now() - interval '1 minute'",
    );
    sql.execute(tx.conn)?;
    Ok(())
}
