//! Handing a file out: always as a file to keep, but for pictures, and never as a page of ours.
use super::model::Attachment;
use crate::infra::{
    db::ids::AttachmentId,
    web::{
        app::Settings,
        auth::SignedIn,
        downloads,
        errors::{AppError, Result},
    },
};
use actix_web::{
    HttpResponse,
    body::SizedStream,
    http::header::{self, ContentDisposition, DispositionType},
};

/// Whatever it may hold: no script, no form, no origin of ours.
const CONFINED: &str = "default-src 'none'; sandbox";

/// The file, to be kept.
pub async fn download(person: &SignedIn, settings: &Settings, id: AttachmentId) -> Result<HttpResponse> {
    let attachment = person.read(move |tx| Attachment::find(tx, id)).await?;
    let disposition = downloads::attachment(attachment.name.clone());
    respond(settings, attachment, disposition).await
}

/// A picture, to be looked at. Anything else is not there.
pub async fn view(person: &SignedIn, settings: &Settings, id: AttachmentId) -> Result<HttpResponse> {
    let attachment = person.read(move |tx| Attachment::find(tx, id)).await?;
    if !attachment.is_picture() {
        return Err(AppError::NotFound);
    }
    let inline = ContentDisposition { disposition: DispositionType::Inline, parameters: vec![] };
    respond(settings, attachment, inline).await
}

async fn respond(
    settings: &Settings,
    attachment: Attachment,
    disposition: ContentDisposition,
) -> Result<HttpResponse> {
    let (size, pieces) = settings.files.read(attachment.tenant_id, attachment.id.0).await?;
    Ok(HttpResponse::Ok()
        .content_type(attachment.content_type)
        .insert_header(disposition)
        .insert_header((header::CONTENT_SECURITY_POLICY, CONFINED))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // It never changes, and is asked for again by who signs in next.
        .insert_header((header::CACHE_CONTROL, "private, max-age=300"))
        .insert_header((header::VARY, "Cookie"))
        // What is compressed already only costs time.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(size, pieces)))
}
