//! A JSON object read into a struct: every member that it does not have, or that is of a wrong type, is named.
use crate::infra::{
    refusal::Refusal,
    web::{
        auth::Actor,
        errors::{AppError, Result},
    },
};
use actix_web::HttpRequest;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serde_path_to_error::{Path, Segment, Track};

/// What says whose a record is.
const TENANT: &[&str] = &["tenantId", "tenant_id"];
const OTHER_CLAIMS: &[&str] = &["customerId", "customer_id", "clientId", "client_id"];

/// How many members are named at most, and how much of a name: the answer to a body must not be larger than it.
const MOST_NAMED: usize = 20;
const LONGEST_NAME: usize = 40;

/// Who sent it, as far as their claims go.
pub enum Caller {
    Portal,
    /// With their tenant, where they have one.
    Other(Option<String>),
}

impl Caller {
    pub fn of(req: &HttpRequest) -> Self {
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

/// serde stops at the first member of a wrong type: that is noted and left out, so that the next one is found.
pub fn read<B: DeserializeOwned + Default>(
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
        read(value.as_object().cloned().unwrap(), caller)
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
            read_it(&json!({ "subject": "Hi", "minutes": null, "slots": null }), &STAFF).unwrap();
        assert_eq!((body, refusals), (Body { subject: Some("Hi".into()), ..Body::default() }, vec![]));
        assert_eq!(names(&json!({ "subject": "Hi", "x": {}, "subjekt": 1 })), ["subjekt", "x"]);
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
