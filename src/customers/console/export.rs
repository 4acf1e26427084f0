//! Taking customers along: a list as CSV, one customer as JSON.
use crate::{
    customers::{export, listing::Customers, portable},
    infra::{
        db::{self, Plan, ids::CustomerId},
        lists::ListRequest,
        web::{app::Settings, csv, downloads, prelude::*},
    },
};
use actix_web::web::{Data, Path};
use diesel::{prelude::*, sql_types::Text};

/// `GET /console/customers/export?…`: what the list under the same query shows, on all its pages.
pub async fn csv(staff: Staff, list: ListRequest<Customers>) -> PageResult {
    let query = list.understood()?;
    let zone = staff.time_zone.clone();
    let today: String = staff
        .read(move |tx| {
            Ok(diesel::select(
                diesel::dsl::sql::<Text>("to_char(now() AT TIME ZONE ")
                    .bind::<Text, _>(zone)
                    .sql(", 'YYYY-MM-DD')"),
            )
            .get_result(tx.conn)?)
        })
        .await?;
    let plan = query.plan();
    let name = format!("customers-{today}.csv");
    downloads::stream(staff.door(), plan, name, csv::CONTENT_TYPE, move |tx, take| {
        export::write(tx, &query, take)
    })
    .await
}

/// `GET /console/customers/{id}/export.json`
pub async fn json(staff: Staff, settings: Data<Settings>, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let (customer, now) = staff.read(move |tx| Ok((tx.must_see(id)?, db::now(tx)?))).await?;
    let name = format!("{}-{}.json", portable::file_stem(&customer), now.format("%Y-%m-%d"));
    let files = settings.files.clone();
    downloads::stream(staff.door(), Plan::Auto, name, "application/json", move |tx, take| {
        portable::write(tx, id, &files, take)
    })
    .await
}
