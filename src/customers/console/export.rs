//! Taking customers along: a list as CSV, one customer as JSON.
use crate::{
    customers::{
        export,
        listing::{Asking, Listing},
        portable::Document,
    },
    platform::{
        auth::Staff,
        db::{Db, Scope},
        errors::{AppError, Result},
        forms::Asked,
        ids::CustomerId,
        pages::PageResult,
        permissions::ReadCustomers,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web::{self, Bytes, Path},
};
use diesel::{prelude::*, sql_types::Text};
use futures_util::stream;
use std::time::Duration;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, SemaphorePermit, mpsc},
    time::timeout,
};

/// How many exports may run at once: each holds a connection until its reader has everything.
static RUNNING: Semaphore = Semaphore::const_new(3);

/// A reader who takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// `GET /console/customers/export?…`: what the list under the same query shows, on all its pages.
pub async fn csv(staff: Staff<ReadCustomers>, asked: Asked<Asking>) -> PageResult {
    let listing = Listing::of(asked.0);
    let permit = RUNNING.try_acquire().map_err(|_| AppError::Unavailable)?;
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
    let (sender, mut pieces) = mpsc::channel(2);
    actix_web::rt::spawn(send(staff.door(), listing, permit, sender));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(attachment(format!("customers-{today}.csv")))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .streaming(stream::poll_fn(move |context| pieces.poll_recv(context))))
}

/// Writes the file into the channel. When something fails the connection breaks off, so that half a file never passes for a whole one.
async fn send(
    (db, scope): (Db, Scope),
    listing: Listing,
    permit: SemaphorePermit<'static>,
    sender: mpsc::Sender<Result<Bytes>>,
) {
    let (server, pieces) = (Handle::current(), sender.clone());
    let written = web::block(move || {
        let _running = permit;
        db.snapshot_blocking(&scope, listing.plan(), |tx| {
            export::write(tx, &listing, |piece| {
                let sent = server.block_on(timeout(PATIENCE, pieces.send(Ok(piece.into()))));
                sent.ok().and_then(Result::ok).ok_or(AppError::Unavailable)
            })
        })
    });
    let outcome = written.await.map_err(AppError::from).and_then(|outcome| outcome);
    if let Err(error) = outcome {
        tracing::warn!(?error, "an export broke off");
        let _ = sender.try_send(Err(error));
    }
}

/// `GET /console/customers/{id}/export.json`
pub async fn json(staff: Staff<ReadCustomers>, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let document = staff.read(move |tx| Document::of(tx, id)).await?;
    let name = format!("{}-{}.json", document.file_stem(), document.exported_at.format("%Y-%m-%d"));
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(attachment(name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(serde_json::to_string_pretty(&document).map_err(AppError::internal)?))
}

fn attachment(name: String) -> ContentDisposition {
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    }
}
