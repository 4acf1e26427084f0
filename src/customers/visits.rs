//! Recently viewed: who opened which customer when.
use crate::platform::{
    db::{Db, Scope, Tx},
    errors::Result,
    ids::CustomerId,
};
use diesel::{prelude::*, sql_types::Uuid};

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
    diesel::sql_query(
        "INSERT INTO customer_visits (user_id, customer_id) SELECT $1, id FROM customers WHERE id = $2
         ON CONFLICT ON CONSTRAINT customer_visits_pkey DO UPDATE SET visited_at = now()
         WHERE customer_visits.visited_at < now() - interval '1 minute'",
    )
    .bind::<Uuid, _>(user)
    .bind::<Uuid, _>(customer)
    .execute(tx.conn)?;
    Ok(())
}
