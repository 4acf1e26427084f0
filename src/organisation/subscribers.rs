//! What happens in the background when customers change.
use crate::infra::{
    db::sql::{Bind, Statement},
    jobs::Job,
    web::errors::Result,
};
use diesel::RunQueryDsl;

/// Gives a new business customer a headquarters at its address, the billing address before the service address, in the US where no
/// country is known (S002 §2). Once only: whoever has a headquarters keeps it.
pub fn add_headquarters(job: &mut Job) -> Result<()> {
    let mut sql = Statement::new(
        "INSERT INTO locations (tenant_id, customer_id, name, address, country_code, website, phone, email, is_hq)
         SELECT tenant_id, id, left(name, 200), address,
                CASE WHEN address->>'country' ~ '^[A-Za-z]{2}$' THEN upper(address->>'country') ELSE 'US' END, website, phone, email, true
         FROM (SELECT *, CASE WHEN has_place(billing_address) THEN billing_address ELSE service_address END AS address FROM customers
               WHERE customer_type = 'business' AND id = ANY (",
    );
    sql.bind(Bind::Uuids(job.entities())).push(
        ") ORDER BY id) AS c WHERE has_place(address)
         ON CONFLICT (tenant_id, customer_id) WHERE is_hq DO NOTHING",
    );
    sql.execute(job.tx.conn)?;
    Ok(())
}
