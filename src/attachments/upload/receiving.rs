//! The parts of a form with files, as they come.
use super::{
    super::judging::{self, HEAD},
    FIELD, Uploaded, Uploads, WithFiles,
};
use crate::infra::{
    db::{ids::AttachmentId, submissions::Submission},
    services::files::{Files, Writing},
    web::{
        auth::SignedIn,
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
use actix_web::{FromRequest, HttpMessage, HttpRequest, http::header, web::Bytes};
use futures_util::{StreamExt, TryStreamExt, stream::Fuse};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use validator::Validate;

/// What the texts of a form may hold together: 1 MiB.
const TEXTS: usize = limits::FORM_TEXTS.size();

/// The share of what somebody may send in a day, taken before the first byte of a file is kept: all that the form announces, once.
pub(super) struct Share {
    person: SignedIn,
    bytes: u64,
    is_taken: bool,
}

impl Share {
    pub async fn of(req: &HttpRequest, store: &Files) -> Result<Self> {
        // A form that does not say how long it is may be as long as any.
        let most = store.limits.size.saturating_mul(store.limits.number as u64);
        let length =
            req.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(Self { person: SignedIn::extract(req).await?, bytes: length.unwrap_or(most), is_taken: false })
    }

    /// `Limit` where there is not so much left of it.
    async fn take(&mut self) -> Result<()> {
        if self.is_taken {
            return Ok(());
        }
        self.is_taken = true;
        let uses = [
            Use::more(&limits::UPLOADED_BY_A_PERSON, self.bytes),
            Use::more(&limits::UPLOADED_BY_A_CUSTOMER, self.bytes),
            Use::more(&limits::UPLOADED_BY_A_TENANT, self.bytes),
        ];
        self.person.write(move |tx| quota::take(tx, &uses)).await
    }
}

/// Reads the parts in the order in which they come.
pub(super) async fn receive<F: DeserializeOwned + Validate>(
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
            Received::File(file) => files.files.push(file),
            Received::Refused(problem) if wrong.is_empty() => wrong = problem,
            Received::Refused(_) | Received::Nothing => {}
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

/// What became of the part of a form that holds a file.
enum Received {
    /// Nothing was chosen, or something was wrong before.
    Nothing,
    File(Uploaded),
    /// Why it is not taken: the form is shown again with that, and the rest of it is read all the same.
    Refused(String),
}

/// Takes one file. Once something is wrong (`is_fine` is false) the rest is only read.
async fn file(
    files: &Uploads,
    share: &mut Share,
    left: &mut Left,
    part: Field,
    is_fine: bool,
) -> Result<Received> {
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
        return Ok(Received::Nothing);
    }
    let judged = match judging::content_type(&name, head.get(..HEAD).unwrap_or(&head)) {
        _ if head.is_empty() => Err(format!("{name} is empty.")),
        _ if files.files.len() >= limits.number => {
            Err(format!("A message takes {} files. Send the others with another message.", limits.number))
        }
        found => found,
    };
    // Once something is wrong nothing more is kept, so nothing is taken of the share.
    let counted = if judged.is_ok() && is_fine { share.take().await } else { Ok(()) };
    let judged = match counted {
        Err(AppError::Limit(reached)) => Err(reached.sentence),
        counted => {
            counted?;
            judged
        }
    };
    let content_type = match judged {
        Ok(content_type) if is_fine => content_type,
        other => {
            drain(&mut part, left).await?;
            return Ok(other.map_or_else(Received::Refused, |_| Received::Nothing));
        }
    };
    let id = AttachmentId::new();
    let mut writing = files.store.write(files.tenant, id.0).await?;
    match copy(&mut writing, &mut part, left, head.into(), limits.size).await {
        Ok(Some((size, sha256))) => {
            writing.finish().await?;
            Ok(Received::File(Uploaded { id, name, content_type, size, sha256 }))
        }
        Ok(None) => {
            writing.give_up().await;
            drain(&mut part, left).await?;
            let limit = limits.size >> 20;
            Ok(Received::Refused(format!("{name} is too large. A file may have {limit} MB.")))
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
