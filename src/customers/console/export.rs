//! Taking customers along: a list as CSV, one customer as JSON.
use crate::{
    customers::{
        export,
        listing::{Asking, Listing},
        portable::Document,
    },
    infra::{
        db::ids::CustomerId,
        web::{
            csv,
            downloads::{self, attachment},
            prelude::*,
        },
    },
};
use actix_web::{HttpResponse, http::header, web::Path};
use diesel::{prelude::*, sql_types::Text};

/// `GET /console/customers/export?…`: what the list under the same query shows, on all its pages.
pub async fn csv(staff: Staff, query: Asked<Asking>) -> PageResult {
    let listing = Listing::of(query.understood()?);
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
    let plan = listing.plan();
    let name = format!("customers-{today}.csv");
    downloads::stream(staff.door(), plan, name, csv::CONTENT_TYPE, move |tx, take| {
        export::write(tx, &listing, take)
    })
    .await
}

/// `GET /console/customers/{id}/export.json`
pub async fn json(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    downloads::count(&staff).await?;
    let document = staff.read(move |tx| Document::of(tx, id)).await?;
    let name = format!("{}-{}.json", document.file_stem(), document.exported_at.format("%Y-%m-%d"));
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(attachment(name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(serde_json::to_string_pretty(&document).map_err(AppError::internal)?))
}
