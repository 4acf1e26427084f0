//! A JSON body, typed. Its struct holds plain optional text, numbers and lists, and becomes a command by `TryFrom`, so that one answer
//! names every wrong or missing field.
use crate::infra::{
    db::submissions::Submission,
    refusal::Refusal,
    web::{
        auth::Actor,
        body,
        errors::{AppError, Result},
        forms::clean_json,
        query,
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serde_path_to_error::{Path, Segment, Track};

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

/// What says whose a record is.
const TENANT: &[&str] = &["tenantId", "tenant_id"];
const OTHER_CLAIMS: &[&str] = &["customerId", "customer_id", "clientId", "client_id"];

/// How many members are named at most, and how much of a name: the answer to a body must not be larger than it.
const MOST_NAMED: usize = 20;
const LONGEST_NAME: usize = 40;

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

/// Who sent it, as far as their claims go.
enum Caller {
    Portal,
    /// With their tenant, where they have one.
    Other(Option<String>),
}

impl Caller {
    fn of(req: &HttpRequest) -> Self {
        match Actor::of(req) {
            Some(actor) if actor.customer_id.is_some() => Self::Portal,
            actor => Self::Other(actor.and_then(|actor| actor.tenant_id).map(|id| id.to_string())),
        }
    }

    /// What a member that the body does not have comes to.
    fn judge(&self, name: &str, value: &Value) -> Result<Option<Refusal>> {
        let is_tenant = TENANT.contains(&name);
        match self {
            Self::Portal if is_tenant || OTHER_CLAIMS.contains(&name) => Ok(None),
            Self::Other(own) if is_tenant => {
                if value.is_null() || (own.is_some() && value.as_str() == own.as_deref()) {
                    Ok(None)
                } else {
                    Err(AppError::KeyMismatch)
                }
            }
            _ => Ok(Some(Refusal::new(short(name), "There is no such field."))),
        }
    }
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
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

/// serde stops at the first member of a wrong type: that is noted and left out, so that the next one is found.
fn read<B: DeserializeOwned + Default>(
    mut object: Map<String, Value>,
    caller: &Caller,
) -> Result<(B, Vec<Refusal>)> {
    let mut refusals = vec![];
    loop {
        match attempt(&object) {
            Ok((body, unknown)) => {
                for name in unknown {
                    let value = object.get(&name).unwrap_or(&Value::Null);
                    refusals.extend(caller.judge(&name, value)?);
                }
                refusals.truncate(MOST_NAMED);
                return Ok((body, refusals));
            }
            Err(path) => {
                let Some(name) = member_of(&path).filter(|name| object.contains_key(*name)) else {
                    // Of the body as a whole: two names of one field.
                    refusals.push(Refusal::new("", "The body names a field twice."));
                    return Ok((B::default(), refusals));
                };
                refusals.push(Refusal::new(short(&path.to_string()), kind_of::<B>(name)));
                object.remove(name);
                if refusals.len() == MOST_NAMED {
                    return Ok((B::default(), refusals));
                }
            }
        }
    }
}

fn member_of(path: &Path) -> Option<&str> {
    match path.iter().next() {
        Some(Segment::Map { key }) => Some(key),
        _ => None,
    }
}

/// What a member takes, found by trying: the sentences of serde have the value in them, which may be a password.
fn kind_of<B: DeserializeOwned>(name: &str) -> &'static str {
    let kinds = [
        (json!(""), "Give a text."),
        (json!(0), "Give a whole number."),
        (json!(false), "Give true or false."),
        (json!([]), "Give a list of texts."),
    ];
    let fits = |value: Value| match attempt::<B>(&Map::from_iter([(name.to_owned(), value)])) {
        Ok(_) => true,
        Err(path) => member_of(&path) != Some(name),
    };
    kinds
        .into_iter()
        .find(|(value, _)| fits(value.clone()))
        .map_or("This has the wrong type.", |(_, what)| what)
}

/// The body and the names of members that it does not have; or where one is of a wrong type.
fn attempt<B: DeserializeOwned>(object: &Map<String, Value>) -> std::result::Result<(B, Vec<String>), Path> {
    let (mut track, mut unknown) = (Track::new(), vec![]);
    let tracked = serde_path_to_error::Deserializer::new(object, &mut track);
    let found = serde_ignored::deserialize(tracked, |path| {
        if unknown.len() < MOST_NAMED {
            unknown.push(path.to_string());
        }
    });
    found.map(|body| (body, unknown)).map_err(|_: serde_json::Error| track.path())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Body {
        subject: Option<String>,
        minutes: Option<i32>,
        slots: Option<Vec<String>>,
        #[serde(alias = "password")]
        new_password: Option<String>,
    }

    const STAFF: Caller = Caller::Other(None);

    fn read_it(value: &Value, caller: &Caller) -> Result<(Body, Vec<Refusal>)> {
        read(object(value.to_string().as_bytes()).unwrap(), caller)
    }

    fn wrong(value: &Value) -> Vec<(String, String)> {
        let (_, refusals) = read_it(value, &STAFF).unwrap();
        refusals.into_iter().map(|one| (one.field.into_owned(), one.message.into_owned())).collect()
    }

    fn names(value: &Value) -> Vec<String> {
        wrong(value).into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn every_unknown_field_is_named() {
        let (body, refusals) =
            read_it(&json!({ "subject": " Hi\u{0} ", "minutes": null, "slots": null }), &STAFF).unwrap();
        assert_eq!((body, refusals), (Body { subject: Some("Hi".into()), ..Body::default() }, vec![]));
        assert_eq!(names(&json!({ "subject": "Hi", "x": {}, "subjekt": 1 })), ["subjekt", "x"]);
        assert!(matches!(object(b"[1]"), Err(AppError::BadRequest(_))));
        assert!(matches!(object(b"{"), Err(AppError::BadRequest(_))));
    }

    #[test]
    fn a_wrong_type_is_named_where_it_stands_without_its_value() {
        let found = wrong(&json!({ "minutes": "30", "subject": 3, "new_password": 12345678, "x": 1 }));
        let expected = [
            ("minutes", "Give a whole number."),
            ("new_password", "Give a text."),
            ("subject", "Give a text."),
            ("x", "There is no such field."),
        ];
        let mut found: Vec<(&str, &str)> =
            found.iter().map(|(field, why)| (field.as_str(), why.as_str())).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(
            wrong(&json!({ "slots": ["a", 3] })),
            [("slots[1]".into(), "Give a list of texts.".into())]
        );
        assert_eq!(names(&json!({ "password": "a", "new_password": "b" })), [""]);
    }

    #[test]
    fn an_answer_has_an_end() {
        let many: Map<String, Value> =
            (0..500).map(|n| (format!("{n}{}", "a".repeat(100)), json!(n))).collect();
        let named = names(&Value::Object(many));
        assert!(named.len() == MOST_NAMED && named.iter().all(|name| name.len() == LONGEST_NAME));
    }

    #[test]
    fn what_is_wrong_with_the_command_is_found_as_well() {
        let (body, refusals) = read_it(&json!({ "minutes": "30", "x": 1 }), &STAFF).unwrap();
        let json = Json { body, refusals, sent: None };
        let wrong = json.read(|_| {
            Err::<(), _>(vec![
                Refusal::new("subject", "Enter a subject."),
                Refusal::new("minutes", "Enter it."),
            ])
        });
        let Err(AppError::Invalid(refusals)) = wrong else { panic!("taken") };
        assert_eq!(refusals.iter().map(|one| &*one.field).collect::<Vec<_>>(), ["minutes", "x", "subject"]);
    }

    #[test]
    fn whose_it_is_is_no_choice_of_the_sender() {
        let claims = json!({ "tenantId": "x", "tenant_id": 3, "customer_id": "y", "clientId": "z" });
        assert!(read_it(&claims, &Caller::Portal).unwrap().1.is_empty());
        let own = Caller::Other(Some("a".into()));
        assert!(read_it(&json!({ "tenantId": "a", "tenant_id": null }), &own).unwrap().1.is_empty());
        for (other, caller) in [(json!({ "tenantId": "b" }), &own), (json!({ "tenant_id": "a" }), &STAFF)] {
            assert!(matches!(read_it(&other, caller), Err(AppError::KeyMismatch)), "{other}");
        }
        assert_eq!(read_it(&json!({ "customer_id": "y" }), &own).unwrap().1.len(), 1);
    }
}
