//! A JSON body, typed. Its struct holds plain optional text, numbers and lists, and becomes a command by `TryFrom`, so that one answer
//! names every wrong or missing field.
mod reading;

use crate::infra::{
    db::submissions::Submission,
    refusal::Refusal,
    web::{
        body,
        errors::{AppError, Result},
        forms::clean_json,
        query,
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use futures_util::future::LocalBoxFuture;
use reading::{Caller, read};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A body with the fields of `B` and no others: what it has besides is refused by name. An empty body is one without fields.
///
/// Whose a record is follows from who sent it. A portal user's body may name a tenant, a customer and a client, which are passed over
/// (S004); where others name a tenant that is not theirs, it is a mistake that must not go unnoticed (SPEC §3).
#[derive(Debug)]
pub struct Json<B> {
    body: B,
    refusals: Vec<Refusal>,
    sent: Option<Submission>,
}

/// A body without fields.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
pub struct Nothing {}

impl<B> Json<B> {
    /// The command that it is.
    ///
    /// # Errors
    /// `Invalid`, with everything that is wrong with it.
    pub fn command<C: TryFrom<B, Error = Vec<Refusal>>>(self) -> Result<C> {
        self.read(C::try_from)
    }

    /// As [`Self::command`], where it takes more than the body to read it.
    pub fn read<C>(self, read: impl FnOnce(B) -> std::result::Result<C, Vec<Refusal>>) -> Result<C> {
        let mut refusals = self.refusals;
        match read(self.body) {
            Ok(command) if refusals.is_empty() => Ok(command),
            Ok(_) => Err(refusals.into()),
            Err(more) => {
                // A member of a wrong type was left out: that it is missing is not said as well.
                let is_new = |refusal: &Refusal| refusals.iter().all(|known| known.field != refusal.field);
                let more: Vec<_> = more.into_iter().filter(is_new).collect();
                refusals.extend(more);
                Err(refusals.into())
            }
        }
    }

    /// Under which key it was sent, if under one.
    pub fn sent(&self) -> Option<Submission> {
        self.sent.clone()
    }
}

impl<B: DeserializeOwned + Default + 'static> FromRequest for Json<B> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::of(req);
        let is_json = is_json(req);
        let (key, path) = (key_of(req), req.path().to_owned());
        let query = query::strictly(req, Ok(()));
        let body = body::whole(req.clone(), payload.take());
        Box::pin(async move {
            query.await?;
            let key = key?;
            let bytes = body.await?;
            if !is_json && !bytes.is_empty() {
                return Err(AppError::BadRequest("Send JSON, with Content-Type: application/json.".into()));
            }
            let object = object(&bytes)?;
            let sent = key.map(|key| Submission::new(&path, &key, &pairs(&object)));
            let (body, refusals) = read(object, &caller)?;
            Ok(Self { body, refusals, sent })
        })
    }
}

/// A form of another site can send any text, but not with this type.
fn is_json(req: &HttpRequest) -> bool {
    let content_type = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        value.split(';').next().is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"))
    })
}

/// What a program calls a request that it may have to send again (`Idempotency-Key`): what it asks for happens once.
fn key_of(req: &HttpRequest) -> Result<Option<String>> {
    let Some(key) = req.headers().get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let wrong = "An Idempotency-Key has 1 to 255 visible characters.";
    key.map(|key| Some(key.to_owned())).ok_or_else(|| AppError::BadRequest(wrong.into()))
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(mut object)) => {
            object.iter_mut().for_each(|(name, value)| clean_json(name, value));
            Ok(object)
        }
        _ => Err(AppError::BadRequest("The body is not a JSON object.".into())),
    }
}

/// Every member by its name, so that two bodies can be compared.
fn pairs(object: &Map<String, Value>) -> Vec<(String, String)> {
    object.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_cleaned_as_in_a_form() {
        let body = json!({ "subject": " Hi\u{0}  there ", "body": "a\r\nb", "password": " a\u{0} " });
        let cleaned = json!({ "subject": "Hi there", "body": "a\nb", "password": " a " });
        assert_eq!(object(body.to_string().as_bytes()).unwrap(), cleaned.as_object().cloned().unwrap());
        assert!(object(b"").unwrap().is_empty());
        assert!(matches!(object(b"[1]"), Err(AppError::BadRequest(_))));
        assert!(matches!(object(b"{"), Err(AppError::BadRequest(_))));
    }

    #[test]
    fn what_is_wrong_with_the_command_is_found_as_well() {
        let refusals = vec![
            Refusal::new("minutes", "Give a whole number."),
            Refusal::new("x", "There is no such field."),
        ];
        let json = Json { body: (), refusals, sent: None };
        let more = vec![Refusal::new("subject", "Enter a subject."), Refusal::new("minutes", "Enter it.")];
        let Err(AppError::Invalid(refusals)) = json.read(|()| Err::<(), _>(more)) else { panic!("taken") };
        assert_eq!(refusals.iter().map(|one| &*one.field).collect::<Vec<_>>(), ["minutes", "x", "subject"]);
    }
}
