//! Forms with files: texts as any form has them, and files that go to the store as they come.
use super::{
    judging::{self, HEAD},
    model::{self, Message},
};
use crate::infra::{
    db::{
        Tx,
        ids::{AttachmentId, TenantId},
        submissions::Submission,
    },
    services::files::{Files, Writing},
    web::{
        app::Settings,
        auth::{Actor, SignedIn},
        body::{self, Held, Parts},
        errors::{AppError, Result},
        forms::{self, Submitted},
        limits::{
            self,
            quota::{self, Use},
        },
        typed::Typed,
    },
};
use actix_multipart::Field;
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, Data},
};
use futures_util::{StreamExt, TryStreamExt, future::LocalBoxFuture, stream::Fuse};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use validator::Validate;

/// The name of the field: `templates/attachments/field.html`.
const FIELD: &str = "files";
/// What the texts of a form may hold together: 1 MiB.
const TEXTS: usize = limits::FORM_TEXTS.size();

/// A file that lies in the store, and has no row yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    pub id: AttachmentId,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub sha256: String,
}

/// The share of what somebody may send in a day, taken before the first byte of a file is kept: all that the form announces, once.
struct Share {
    person: SignedIn,
    bytes: u64,
    is_taken: bool,
}

impl Share {
    async fn of(req: &HttpRequest, store: &Files) -> Result<Self> {
        // A form that does not say how long it is may be as long as any.
        let most = store.limits.size.saturating_mul(store.limits.number as u64);
        let length =
            req.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(Self { person: SignedIn::extract(req).await?, bytes: length.unwrap_or(most), is_taken: false })
    }

    /// The error is the message for the field.
    async fn take(&mut self) -> Result<Result<(), String>> {
        if self.is_taken {
            return Ok(Ok(()));
        }
        self.is_taken = true;
        let uses = [
            Use::more(&limits::UPLOADED_BY_A_PERSON, self.bytes),
            Use::more(&limits::UPLOADED_BY_A_CUSTOMER, self.bytes),
            Use::more(&limits::UPLOADED_BY_A_TENANT, self.bytes),
        ];
        match self.person.write(move |tx| quota::take(tx, &uses)).await {
            Err(AppError::Limit(reached)) => Ok(Err(reached.sentence)),
            counted => counted.map(Ok),
        }
    }
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

/// Reads the parts in the order in which they come.
async fn receive<F: DeserializeOwned + Validate>(
    mut files: Uploads,
    mut share: Share,
    Parts(mut parts): Parts,
    req: &HttpRequest,
) -> Result<WithFiles<F>> {
    let (mut texts, mut length, mut wrong) = (vec![], 0, String::new());
    let mut held = Held::by(req);
    let mut left = Left::of(&files.store);
    while let Some(mut part) = parts.try_next().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != FIELD {
            let mut text = Vec::new();
            while let Some(piece) = part.try_next().await.map_err(broken)? {
                length += piece.len();
                if length > TEXTS {
                    return Err(AppError::TooLarge("A form may hold 1 MB of text.".into()));
                }
                held.grows_to(length)?;
                text.extend_from_slice(&piece);
            }
            texts.push((name, String::from_utf8_lossy(&text).into_owned()));
            continue;
        }
        match file(&files, &mut share, &mut left, part, wrong.is_empty()).await? {
            Ok(Some(file)) => files.files.push(file),
            Ok(None) => {}
            Err(problem) if wrong.is_empty() => wrong = problem,
            Err(_) => {}
        }
    }
    let encoded = serde_html_form::to_string(&texts).map_err(AppError::internal)?;
    let pairs = forms::clean(encoded.as_bytes());
    let sums = files.files.iter().map(|file| file.sha256.as_str());
    req.extensions_mut().insert(Typed::of(&pairs));
    let sent = Submission::of_form(req.path(), &pairs).map(|sent| sent.with(sums));
    let mut form = Submitted::of_pairs(&pairs)?.sent_as(sent);
    if !wrong.is_empty() {
        form.refuse(FIELD, wrong);
    }
    Ok(WithFiles { form, files })
}

/// How much more is read, of what is too large as well: a browser shows an answer only after it has sent everything.
struct Left {
    bytes: u64,
}

impl Left {
    fn of(store: &Files) -> Self {
        Self { bytes: store.limits.size.saturating_mul(store.limits.number as u64 + 1) }
    }

    fn take(&mut self, piece: &Bytes) -> Result<()> {
        let left = self.bytes.checked_sub(piece.len() as u64);
        self.bytes = left.ok_or_else(|| AppError::TooLarge("Send fewer files at once.".into()))?;
        Ok(())
    }
}

/// Takes one file; `None` where nothing was chosen. Once something is wrong (`is_fine` is false) the rest is only read.
async fn file(
    files: &Uploads,
    share: &mut Share,
    left: &mut Left,
    part: Field,
    is_fine: bool,
) -> Result<Result<Option<Uploaded>, String>> {
    let limits = files.store.limits;
    let typed = part.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
    let name = judging::name(&typed);
    // A part may not be asked again after its end.
    let mut part = part.fuse();
    let mut head: Vec<u8> = Vec::new();
    while head.len() < HEAD {
        let Some(piece) = part.try_next().await.map_err(broken)? else { break };
        left.take(&piece)?;
        head.extend_from_slice(&piece);
    }
    if typed.is_empty() && head.is_empty() {
        return Ok(Ok(None));
    }
    let problem = match judging::content_type(&name, head.get(..HEAD).unwrap_or(&head)) {
        _ if head.is_empty() => Err(format!("{name} is empty.")),
        _ if files.files.len() >= limits.number => {
            Err(format!("A message takes {} files. Send the others with another message.", limits.number))
        }
        found => found,
    };
    let problem = match problem {
        Ok(content_type) if is_fine => share.take().await?.map(|()| content_type),
        other => other,
    };
    let content_type = match problem {
        Ok(content_type) if is_fine => content_type,
        other => {
            drain(&mut part, left).await?;
            return Ok(other.map(|_| None));
        }
    };
    let id = AttachmentId::new();
    let mut writing = files.store.write(files.tenant, id.0).await?;
    match copy(&mut writing, &mut part, left, head.into(), limits.size).await {
        Ok(Some((size, sha256))) => {
            writing.finish().await?;
            Ok(Ok(Some(Uploaded { id, name, content_type, size, sha256 })))
        }
        Ok(None) => {
            writing.give_up().await;
            drain(&mut part, left).await?;
            Ok(Err(format!("{name} is too large. A file may have {} MB.", limits.size >> 20)))
        }
        Err(error) => {
            writing.give_up().await;
            Err(error)
        }
    }
}

/// Size and checksum of what was copied, or `None` where it is too large.
async fn copy(
    writing: &mut Writing,
    part: &mut Fuse<Field>,
    left: &mut Left,
    head: Bytes,
    most: u64,
) -> Result<Option<(i64, String)>> {
    let (mut size, mut hash, mut next) = (0_u64, Sha256::new(), Some(head));
    while let Some(piece) = next {
        size += piece.len() as u64;
        if size > most {
            return Ok(None);
        }
        hash.update(&piece);
        writing.push(piece).await?;
        next = part.try_next().await.map_err(broken)?;
        if let Some(piece) = &next {
            left.take(piece)?;
        }
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some((i64::try_from(size).unwrap_or(i64::MAX), sha256)))
}

async fn drain(part: &mut Fuse<Field>, left: &mut Left) -> Result<()> {
    while let Some(piece) = part.try_next().await.map_err(broken)? {
        left.take(&piece)?;
    }
    Ok(())
}

fn broken(error: actix_multipart::MultipartError) -> AppError {
    body::upload_failure(error, "The upload was cut off. Choose the files again.")
}
