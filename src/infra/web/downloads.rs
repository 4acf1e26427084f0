//! Files that are too long to be held in memory: written by a transaction to its end, and then sent as fast as their reader takes them. So no
//! reader keeps a transaction open.
use crate::infra::{
    db::{Db, Plan, Scope, Tx},
    web::{
        auth::SignedIn,
        csv,
        errors::{AppError, Result},
        limits::{
            self,
            quota::{self, Use},
        },
        shares::Shares,
        spool::{Pieces, Spool},
    },
};
use actix_web::{
    HttpResponse,
    http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue},
    web::{self, Bytes},
};
use futures_util::stream;
use std::time::Duration;
use tokio::{sync::mpsc, time::timeout};

/// The files that are being written: nobody's slow reader closes exports for others.
static RUNNING: Shares =
    Shares::new(&limits::DOWNLOADS_OF_A_PERSON, &limits::DOWNLOADS_OF_A_TENANT, &limits::DOWNLOADS);

/// A reader who takes nothing for so long has gone.
const PATIENCE: Duration = limits::DOWNLOAD_PATIENCE.time();

/// Takes the next piece of a file.
pub type Take<'a> = &'a mut dyn FnMut(Vec<u8>) -> Result<()>;

/// Answers with what `write` hands out, which sees one moment throughout. When something fails the connection breaks off, so that half
/// a file never passes for a whole one. `TooMany` where the person or their tenant has too many under way, `Unavailable` where all have.
pub async fn stream(
    (db, scope): (Db, Scope),
    plan: Plan,
    name: String,
    content_type: &'static str,
    write: impl FnOnce(&mut Tx, Take) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let words = |id: Option<String>| id.unwrap_or_default();
    let permit = RUNNING.take(
        words(scope.tenant_id.map(|id| id.to_string())),
        words(scope.user_id.map(|id| id.to_string())),
    )?;
    db.write(scope.clone(), counted).await?;
    let (sender, mut pieces) = mpsc::channel::<Result<Bytes>>(2);
    actix_web::rt::spawn(async move {
        let _running = permit;
        let written = web::block(move || {
            let mut spool = Spool::default();
            db.snapshot_blocking(&scope, plan, |tx| {
                write(tx, &mut |piece| spool.write(&piece).map_err(AppError::internal))
            })?;
            spool.read().map_err(AppError::internal)
        });
        let sent = match written.await.map_err(AppError::from).and_then(|written| written) {
            Ok(spool) => send(spool, &sender).await,
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            tracing::warn!(?error, "a download broke off");
            let _ = sender.try_send(Err(error));
        }
    });
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(attachment(name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .streaming(stream::poll_fn(move |context| pieces.poll_recv(context))))
}

/// Sends what was written, as long as it is taken.
async fn send(mut spool: Pieces, reader: &mpsc::Sender<Result<Bytes>>) -> Result<()> {
    loop {
        let (rest, piece) = web::block(move || {
            let piece = spool.next();
            (spool, piece)
        })
        .await?;
        spool = rest;
        let piece = piece.map_err(AppError::internal)?;
        if piece.is_empty() {
            return Ok(());
        }
        let taken = timeout(PATIENCE, reader.send(Ok(piece.into()))).await;
        taken.ok().and_then(std::result::Result::ok).ok_or(AppError::Unavailable)?;
    }
}

/// Counts an export that is made at once; `Limit` where the person has made too many. [`stream`] does so itself.
pub async fn count(person: &SignedIn) -> Result<()> {
    person.write(counted).await
}

fn counted(tx: &mut Tx) -> Result<()> {
    quota::take(tx, &[Use::one(&limits::EXPORTS_OF_A_PERSON)])
}

/// A CSV that [`csv`] has made, to be kept as a file.
pub fn csv(name: String, content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(csv::CONTENT_TYPE)
        .insert_header(attachment(name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(content)
}

/// The header that makes a browser keep an answer as a file.
pub fn attachment(name: String) -> ContentDisposition {
    // What every browser understands, and (RFC 5987) what it is really called.
    let plain =
        |c: char| if c.is_ascii() && !c.is_control() && !matches!(c, '"' | '\\' | '%') { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let mut parameters = vec![DispositionParam::Filename(ascii.clone())];
    if ascii != name {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".into()),
            language_tag: None,
            value: name.into_bytes(),
        }));
    }
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}
