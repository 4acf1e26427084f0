//! Files that are too long to be held in memory: written by a transaction, piece by piece, as fast as their reader takes them.
use super::{
    csv,
    db::{Db, Plan, Scope, Tx},
    errors::{AppError, Result},
    ids::{TenantId, UserId},
    limits::{
        self,
        quota::{self, Use},
    },
};
use actix_web::{
    HttpResponse,
    http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue},
    web::{self, Bytes},
};
use futures_util::stream;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, sync::mpsc, time::timeout};

/// The files that are being written, by tenant and person.
static RUNNING: Mutex<Vec<(Option<TenantId>, Option<UserId>)>> = Mutex::new(vec![]);

/// A place among [`RUNNING`], given back when it is dropped.
struct Running(Option<TenantId>, Option<UserId>);

impl Running {
    /// So many for a person, for a tenant, and in all (`limits`), so that nobody's slow reader closes exports for others.
    fn begin(scope: &Scope) -> Result<Self> {
        let (tenant, user) = (scope.tenant_id, scope.user_id);
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let of_user = running.iter().filter(|(_, of)| *of == user).count();
        let of_tenant = running.iter().filter(|(of, _)| *of == tenant).count();
        if of_user >= limits::DOWNLOADS_OF_A_PERSON.size()
            || of_tenant >= limits::DOWNLOADS_OF_A_TENANT.size()
        {
            return Err(AppError::TooMany(10));
        }
        if running.len() >= limits::DOWNLOADS.size() {
            return Err(AppError::Unavailable);
        }
        running.push((tenant, user));
        Ok(Self(tenant, user))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = running.iter().position(|one| *one == (self.0, self.1)) {
            running.swap_remove(at);
        }
    }
}

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
    let permit = Running::begin(&scope)?;
    db.write(scope.clone(), |tx| quota::take(tx, &[Use::one(&limits::EXPORTS_OF_A_PERSON)])).await?;
    let (sender, mut pieces) = mpsc::channel::<Result<Bytes>>(2);
    actix_web::rt::spawn(async move {
        let (server, taken) = (Handle::current(), sender.clone());
        let written = web::block(move || {
            let _running = permit;
            db.snapshot_blocking(&scope, plan, |tx| {
                write(tx, &mut |piece| {
                    let sent = server.block_on(timeout(PATIENCE, taken.send(Ok(piece.into()))));
                    sent.ok().and_then(std::result::Result::ok).ok_or(AppError::Unavailable)
                })
            })
        });
        if let Err(error) = written.await.map_err(AppError::from).and_then(|outcome| outcome) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_exports_close_those_of_another_tenant() {
        let person = |tenant: TenantId| Scope {
            tenant_id: Some(tenant),
            user_id: Some(UserId::new()),
            ..Scope::nobody()
        };
        let (acme, globex) = (TenantId(uuid::Uuid::from_u128(1)), TenantId(uuid::Uuid::from_u128(2)));
        let (eve, gil, iris, ada) = (person(globex), person(globex), person(globex), person(acme));
        let first = Running::begin(&eve).unwrap();
        assert!(matches!(Running::begin(&eve), Err(AppError::TooMany(_))), "one for a person");
        let _second = Running::begin(&gil).unwrap();
        assert!(matches!(Running::begin(&iris), Err(AppError::TooMany(_))), "two for a tenant");
        assert!(Running::begin(&ada).is_ok());
        drop(first);
        assert!(Running::begin(&iris).is_ok());
    }
}
