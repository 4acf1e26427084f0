//! A JSON body, typed. Its struct holds plain optional text, numbers and lists, and becomes a command by `TryFrom`, so that one answer
//! names every wrong or missing field.
use crate::infra::{
    db::submissions::Submission,
    refusal::Refusal,
    web::{
        auth::Actor,
        body,
        errors::{AppError, Result},
        query,
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment, Track};

/// A body with the fields of `B` and no others: what it has besides is refused by name. An empty body is one without fields.
///
/// Whose a record is follows from who sent it, so a portal user's body may name a tenant and a customer, and they are passed over
/// (S004); to name another tenant than one's own is a mistake that must not go unnoticed (SPEC §3).
#[derive(Debug)]
pub struct Json<B> {
    body: B,
    sent: Option<Submission>,
}

/// What a body may name although it decides nothing.
const CLAIMS: &[&str] = &["tenantId", "tenant_id", "customerId", "customer_id", "clientId", "client_id"];

/// A body without fields.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
pub struct Nothing {}

impl<B> Json<B> {
    /// The command that it is.
    ///
    /// # Errors
    /// `Invalid`, with everything that is wrong with it.
    pub fn command<C: TryFrom<B, Error = Vec<Refusal>>>(self) -> Result<C> {
        Ok(C::try_from(self.body)?)
    }

    /// The body, where it takes more to read it.
    pub fn into_inner(self) -> B {
        self.body
    }

    /// Under which key it was sent, if under one.
    pub fn sent(&self) -> Option<Submission> {
        self.sent.clone()
    }
}

impl<B: DeserializeOwned + 'static> FromRequest for Json<B> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let actor = Actor::of(req);
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
            if let Some(actor) = &actor
                && actor.customer_id.is_none()
            {
                same_tenant(&object, actor.tenant_id.map(|id| id.to_string()).as_deref())?;
            }
            let sent = key.map(|key| Submission::new(&path, &key, &pairs(&object)));
            read(object).map(|body| Self { body, sent })
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
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(AppError::BadRequest("The body is not a JSON object.".into())),
    }
}

/// Nobody names another tenant than their own.
fn same_tenant(object: &Map<String, Value>, own: Option<&str>) -> Result<()> {
    let named = ["tenantId", "tenant_id"].iter().filter_map(|name| object.get(*name));
    let mut others = named.filter(|value| !value.is_null() && value.as_str() != own);
    if others.next().is_some() { Err(AppError::KeyMismatch) } else { Ok(()) }
}

/// Every member by its name, so that two bodies can be compared.
fn pairs(object: &Map<String, Value>) -> Vec<(String, String)> {
    object.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
}

/// serde stops at the first member of a wrong type: that is noted and left out, so that the next one is found.
fn read<B: DeserializeOwned>(object: Map<String, Value>) -> Result<B> {
    let mut refusals = vec![];
    let mut object = Value::Object(object);
    loop {
        let mut unknown = vec![];
        match attempt(&object, &mut unknown) {
            Ok(body) => {
                refusals.extend(unknown);
                return if refusals.is_empty() { Ok(body) } else { Err(AppError::Invalid(refusals)) };
            }
            Err((path, why)) => {
                let member = path.iter().next().and_then(|segment| match segment {
                    Segment::Map { key } => object.as_object_mut()?.remove(key),
                    _ => None,
                });
                refusals.push(Refusal::new(path.to_string(), format!("This has the wrong type: {why}.")));
                if member.is_none() {
                    return Err(AppError::Invalid(refusals));
                }
            }
        }
    }
}

/// The body; or where it is wrong, and why.
fn attempt<B: DeserializeOwned>(
    object: &Value,
    unknown: &mut Vec<Refusal>,
) -> std::result::Result<B, (Path, serde_json::Error)> {
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(object, &mut track);
    let found = serde_ignored::deserialize(tracked, |path| {
        let path = path.to_string();
        if !CLAIMS.contains(&path.as_str()) {
            unknown.push(Refusal::new(path, "There is no such field."));
        }
    });
    found.map_err(|why| (track.path(), why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Body {
        subject: Option<String>,
        minutes: Option<i32>,
        slots: Vec<String>,
    }

    fn read_it(value: Value) -> Result<Body> {
        let Value::Object(object) = value else { panic!("no object") };
        read(object)
    }

    fn wrong(value: Value) -> Vec<String> {
        match read_it(value) {
            Err(AppError::Invalid(refusals)) => {
                refusals.into_iter().map(|refusal| refusal.field.into_owned()).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_unknown_field_is_named() {
        let body = read_it(json!({ "subject": "Hi", "minutes": null })).unwrap();
        assert_eq!(body, Body { subject: Some("Hi".into()), ..Body::default() });
        assert_eq!(wrong(json!({ "subject": "Hi", "x": {}, "subjekt": 1 })), ["subjekt", "x"]);
    }

    #[test]
    fn a_wrong_type_is_named_where_it_stands() {
        assert_eq!(wrong(json!({ "minutes": "30" })), ["minutes"]);
        assert_eq!(wrong(json!({ "slots": ["a", 3] })), ["slots[1]"]);
        assert_eq!(wrong(json!({ "a": 1, "minutes": {}, "subject": 3 })), ["minutes", "subject", "a"]);
    }

    #[test]
    fn whose_it_is_decides_nothing() {
        assert!(read_it(json!({ "tenantId": "x", "customer_id": "y" })).is_ok());
        let object = |value: Value| value.as_object().cloned().unwrap();
        assert!(same_tenant(&object(json!({ "tenantId": "a", "tenant_id": null })), Some("a")).is_ok());
        assert!(same_tenant(&object(json!({ "tenantId": "b" })), Some("a")).is_err());
        assert!(same_tenant(&object(json!({ "tenant_id": 3 })), Some("a")).is_err());
    }
}
