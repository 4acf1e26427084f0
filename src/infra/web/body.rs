//! Bodies of requests: the one place through which each of them comes. How they are encoded is judged before anything is read; how much
//! and how slowly, while it is read.
#![expect(clippy::disallowed_types, reason = "the one place")]
use crate::infra::web::{
    auth::Actor,
    errors::{AppError, Result},
    limits,
    shares::{Share, Shares},
    stash::Restored,
};
use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{
        Version,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING},
    },
    middleware::Next,
    web::Bytes,
};
use futures_util::{Stream, StreamExt};
use std::{
    cell::RefCell,
    future::Future as _,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Middleware: nothing of ours comes packed, and what unpacks itself to a thousand times its size is an attack. Outside of everything that
/// could read.
pub async fn plain(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let encoded = req.headers().get_all(CONTENT_ENCODING).any(|value| {
        let value = value.as_bytes().trim_ascii();
        !value.is_empty() && !value.eq_ignore_ascii_case(b"identity")
    });
    if encoded {
        return Ok(req.error_response(AppError::Encoded));
    }
    Ok(next.call(req).await?.map_into_boxed_body())
}

/// Middleware: whoever reads the body, by whatever means, reads it through [`Watched`]. What was not read to its end is kept until the
/// answer is sent: then the connection is closed, rather than read on for ever. Outside of everything that makes an answer.
pub async fn watch(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_empty = announced(&req) == Some(0) && req.version() < Version::HTTP_2;
    if is_empty {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let watched = Rc::new(RefCell::new(Watched::new(
        req.take_payload(),
        limits::BODY_DEADLINE.time(),
        limits::BODY_SILENCE.time(),
    )));
    req.set_payload(Payload::Stream { payload: Box::pin(Shared(Rc::clone(&watched))) });
    let response = next.call(req).await?;
    let is_open = !watched.borrow().has_ended;
    Ok(if is_open {
        response.map_body(|_, body| BoxBody::new(Keeping { body: Box::pin(body), _payload: watched }))
    } else {
        response.map_into_boxed_body()
    })
}

/// Middleware: a body that says itself that it is too large is refused before a byte is read. Inside of what knows who asks.
pub async fn sized(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(length @ 1..) = announced(&req)
        && !(is_multipart(req.request()) && Actor::of(req.request()).is_some())
    {
        let most = most(req.request());
        if length > most as u64 {
            return Ok(req.error_response(too_large(most)));
        }
    }
    Ok(next.call(req).await?.map_into_boxed_body())
}

/// How long a body says that it is; nothing where it does not say.
fn announced(req: &ServiceRequest) -> Option<u64> {
    if req.headers().contains_key(TRANSFER_ENCODING) {
        return None;
    }
    req.headers().get(CONTENT_LENGTH).map_or(Some(0), |length| length.to_str().ok()?.parse().ok())
}

/// A whole body that is no upload, and no larger than who sends it may.
pub async fn whole(req: HttpRequest, payload: Payload) -> Result<Body> {
    up_to(most(&req), payload, Held::by(&req)).await
}

/// A whole body that is no upload, of at most so many bytes.
pub async fn up_to(most: usize, mut payload: Payload, mut held: Held) -> Result<Body> {
    let mut bytes = Vec::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|error| failure(&error))?;
        if bytes.len() + piece.len() > most {
            return Err(too_large(most));
        }
        held.grows_to(bytes.len() + piece.len())?;
        bytes.extend_from_slice(&piece);
    }
    Ok(Body { bytes, _held: held })
}

static LARGE: Shares =
    Shares::new(&limits::LARGE_BODIES_OF_A_PERSON, &limits::LARGE_BODIES_OF_A_TENANT, &limits::LARGE_BODIES);

/// Memory that a request holds for somebody: what is large counts for as long as this is there.
pub struct Held {
    tenant: String,
    person: String,
    share: Option<Share>,
}

impl Held {
    /// By the person who is signed in.
    pub fn by(req: &HttpRequest) -> Self {
        let actor = Actor::of(req);
        let tenant =
            actor.as_ref().and_then(|actor| actor.tenant_id).map_or(String::new(), |id| id.to_string());
        let person = actor.map_or(String::new(), |actor| actor.user_id.to_string());
        Self { tenant, person, share: None }
    }

    /// By somebody who is signed out, whose browser is known by this.
    pub fn by_signed_out(person: &str) -> Self {
        Self { tenant: "signed out".into(), person: person.to_owned(), share: None }
    }

    /// Takes a share once it is large: `TooMany` or `Unavailable` where there is none left for them.
    pub fn grows_to(&mut self, bytes: usize) -> Result<()> {
        if bytes > limits::OPEN_BODY.size() && self.share.is_none() {
            self.share = Some(LARGE.take(&self.tenant, &self.person)?);
        }
        Ok(())
    }
}

/// What [`whole`] read. It counts as held for as long as it is there.
pub struct Body {
    bytes: Vec<u8>,
    _held: Held,
}

impl std::ops::Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The parts of an upload, read as they come. How large it may be is for the reader to say; how slow is not.
pub struct Parts(pub Multipart);

impl actix_web::FromRequest for Parts {
    type Error = AppError;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::of(req, payload)))
    }
}

impl Parts {
    /// The parts of this request.
    pub fn of(req: &HttpRequest, payload: &mut Payload) -> Self {
        Self(Multipart::new(req.headers(), payload.take()))
    }
}

/// Whether a request brings a form with files.
pub fn is_multipart(req: &HttpRequest) -> bool {
    req.content_type().eq_ignore_ascii_case("multipart/form-data")
}

/// Why an upload broke off, as its sender is told; `cut` is the sentence where it just ended.
pub fn upload_failure(error: MultipartError, cut: &str) -> AppError {
    match error {
        MultipartError::Payload(error) if is_late(&error) => AppError::TooSlow,
        error => {
            tracing::info!(error = error.to_string(), "an upload broke off");
            AppError::BadRequest(cut.into())
        }
    }
}

/// What a form or JSON of this sender may hold.
fn most(req: &HttpRequest) -> usize {
    if req.extensions().contains::<Restored>() {
        // It was read before, and is written in more letters than it came in.
        4 * limits::FORM_BODY.size()
    } else if Actor::of(req).is_some() {
        limits::FORM_BODY.size()
    } else {
        limits::OPEN_BODY.size()
    }
}

/// The refusal of a body that holds more than so many bytes.
pub fn too_large(most: usize) -> AppError {
    let most = if most < 1 << 20 { format!("{} KB", most >> 10) } else { format!("{} MB", most >> 20) };
    AppError::TooLarge(format!("A form may hold {most}."))
}

fn failure(error: &PayloadError) -> AppError {
    if is_late(error) { AppError::TooSlow } else { AppError::BadRequest("What you sent was cut off.".into()) }
}

fn is_late(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// A body with a deadline that moves on with what has come, and with a shorter one for each piece of it. Of the first, time in which nobody
/// reads counts too: it is the same to the server what a connection waits for.
struct Watched {
    payload: Payload,
    begun: Instant,
    deadline: Duration,
    silence: Duration,
    seen: u64,
    late: Pin<Box<Sleep>>,
    /// The reader waits for its next piece.
    waits: bool,
    has_ended: bool,
}

impl Watched {
    fn new(payload: Payload, deadline: Duration, silence: Duration) -> Self {
        let begun = Instant::now();
        let late = Box::pin(sleep_until(begun + deadline));
        Self { payload, begun, deadline, silence, seen: 0, late, waits: false, has_ended: false }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        match Pin::new(&mut self.payload).poll_next(cx) {
            Poll::Ready(Some(Ok(piece))) => {
                self.seen += piece.len() as u64;
                self.waits = false;
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(other) => {
                self.has_ended = other.is_none();
                Poll::Ready(other)
            }
            Poll::Pending => {
                if !self.waits {
                    self.waits = true;
                    let whole = self.begun + self.deadline + allowed(self.seen);
                    self.late.as_mut().reset(whole.min(Instant::now() + self.silence));
                }
                match self.late.as_mut().poll(cx) {
                    Poll::Ready(()) => {
                        Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
                    }
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

/// How much longer than its deadline a body may take once so many bytes of it are there.
fn allowed(seen: u64) -> Duration {
    Duration::from_millis(seen * 1000 / limits::BODY_FLOOR.most)
}

/// The reader's end.
struct Shared(Rc<RefCell<Watched>>);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll(cx)
    }
}

/// An answer that keeps the unread rest of the request beside itself.
struct Keeping<B> {
    body: Pin<Box<B>>,
    _payload: Rc<RefCell<Watched>>,
}

impl<B: MessageBody> MessageBody for Keeping<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        self.body.as_mut().poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[actix_web::test]
    async fn a_body_that_stops_coming_is_given_up() {
        let first = stream::iter([Ok(Bytes::from_static(b"email="))]).chain(stream::pending());
        let payload: Payload = Payload::Stream { payload: Box::pin(first) };
        let (soon, never) = (Duration::from_millis(5), Duration::from_secs(3600));
        let mut body = Shared(Rc::new(RefCell::new(Watched::new(payload, soon, never))));
        assert_eq!(body.next().await.unwrap().unwrap(), "email=");
        let error = body.next().await.unwrap().unwrap_err();
        assert!(matches!(failure(&error), AppError::TooSlow));
    }

    #[actix_web::test]
    async fn much_that_has_come_buys_no_silence() {
        let first = stream::iter([Ok(Bytes::from(vec![b'a'; 1 << 20]))]).chain(stream::pending());
        let payload: Payload = Payload::Stream { payload: Box::pin(first) };
        let (soon, never) = (Duration::from_millis(5), Duration::from_secs(3600));
        let mut body = Shared(Rc::new(RefCell::new(Watched::new(payload, never, soon))));
        assert_eq!(body.next().await.unwrap().unwrap().len(), 1 << 20);
        let error = body.next().await.unwrap().unwrap_err();
        assert!(matches!(failure(&error), AppError::TooSlow));
    }

    #[test]
    fn large_bodies_of_one_tenant_leave_room_for_others() {
        let held = |tenant: &str, person: usize| {
            let mut held = Held { tenant: tenant.into(), person: person.to_string(), share: None };
            held.grows_to(20_000).map(|()| held)
        };
        let eve: Vec<Held> = (0..4).map(|_| held("globex", 0).unwrap()).collect();
        assert!(matches!(held("globex", 0), Err(AppError::TooMany(_))));
        let others: Vec<Held> = (4..16).map(|n| held("globex", n).unwrap()).collect();
        assert!(matches!(held("globex", 17), Err(AppError::TooMany(_))));
        assert!(held("acme", 0).is_ok());
        drop((eve, others));
        assert!(held("globex", 0).is_ok());
    }

    #[test]
    fn what_has_come_buys_time() {
        assert_eq!(allowed(0), Duration::ZERO);
        assert_eq!(allowed(16 << 10), Duration::from_secs(16));
        assert_eq!(allowed(1000), Duration::from_millis(976));
    }
}
