//! Forms with files: texts as any form has them, and files that go to the store as they come.
mod receiving;

use super::model::{self, Message};
use crate::infra::{
    db::{
        Tx,
        ids::{AttachmentId, TenantId},
    },
    services::files::Files,
    web::{
        app::Settings,
        auth::Actor,
        body::{self, Parts},
        errors::{AppError, Result},
        forms::Submitted,
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;
use receiving::{Share, receive};
use serde::de::DeserializeOwned;
use validator::Validate;

/// The name of the field: `templates/attachments/field.html`.
const FIELD: &str = "files";

/// A file that lies in the store, and has no row yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    pub id: AttachmentId,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub sha256: String,
}

/// The files of a form. They are removed again unless they are [kept](Uploads::keep).
#[derive(Debug)]
pub struct Uploads {
    store: Files,
    tenant: TenantId,
    files: Vec<Uploaded>,
    is_kept: bool,
}

/// A form with files. Takes forms without any too, in either encoding. What is wrong with a file stands at the field `files`.
pub struct WithFiles<F> {
    pub form: Submitted<F>,
    pub files: Uploads,
}

impl<F> WithFiles<F> {
    /// Refuses a message that says nothing: it needs words in this field, or a file.
    pub fn needs_words(&mut self, field: &str, words: impl Fn(&F) -> &str, wrong: &'static str) {
        let has_file = !self.files.files().is_empty() || !self.form.error(FIELD).is_empty();
        if !has_file && words(&self.form.values).is_empty() {
            self.form.refuse(field, wrong);
        }
    }
}

impl Uploads {
    fn none_yet(req: &HttpRequest) -> Result<Self> {
        let tenant = Actor::of(req).ok_or(AppError::SignedOut)?.tenant_id.ok_or(AppError::NotFound)?;
        let settings = req.app_data::<Data<Settings>>();
        let store = settings.ok_or_else(|| AppError::internal("there are no settings"))?.files.clone();
        Ok(Self { store, tenant, files: vec![], is_kept: false })
    }

    /// What came.
    pub fn files(&self) -> &[Uploaded] {
        &self.files
    }

    /// Notes whose they are, in the transaction of the message.
    pub fn attach(files: &[Uploaded], tx: &mut Tx, message: Message) -> Result<()> {
        model::attach(tx, message, files)
    }

    /// They stay: the transaction that noted them is through.
    pub fn keep(self) {
        self.keep_if(true);
    }

    /// They stay if what came with them is new: what is sent twice has its files already.
    pub fn keep_if(mut self, is_new: bool) {
        self.is_kept = is_new;
    }
}

impl Drop for Uploads {
    fn drop(&mut self) {
        if self.is_kept || self.files.is_empty() {
            return;
        }
        let (store, tenant, files) = (self.store.clone(), self.tenant, std::mem::take(&mut self.files));
        // Where there is nobody to do it, the sweep does it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                for file in files {
                    if let Err(error) = store.remove(tenant, file.id.0).await {
                        tracing::warn!(?error, "a file that nobody needs is left for the sweep");
                    }
                }
            });
        }
    }
}

impl<F: DeserializeOwned + Validate + 'static> FromRequest for WithFiles<F> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let found = Uploads::none_yet(req);
        if !body::is_multipart(req) {
            let form = Submitted::<F>::from_request(req, payload);
            return Box::pin(async move { Ok(Self { files: found?, form: form.await? }) });
        }
        let (parts, req) = (Parts::of(req, payload), req.clone());
        Box::pin(async move {
            let files = found?;
            let share = Share::of(&req, &files.store).await?;
            receive(files, share, parts, &req).await
        })
    }
}
