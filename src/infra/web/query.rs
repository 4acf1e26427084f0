//! Query strings. A page or program says by a type which parameters it has and which of their values mean something; what it does not know
//! is not passed over in silence: programs are refused, people read that it was ignored, and nothing is done to a list that it should
//! have narrowed.
use crate::infra::{
    refusal::Refusal,
    web::{
        errors::{AppError, Result},
        forms::clean,
        problem::is_for_programs,
        shell::{Flash, FlashKind},
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _},
    forward_to_deserialize_any,
};
use std::{cell::RefCell, rc::Rc};

/// The parameters of a page: a struct whose fields are their names.
pub trait Parameters: DeserializeOwned + Default + 'static {
    /// Whether this value of this parameter means something; only asked of values that are not empty.
    fn knows(_name: &str, _value: &str) -> bool {
        true
    }
}

/// A query string, read leniently: what is not known is as if it were not there, and [`Unknown`] has it.
#[derive(Clone, Debug, Default)]
pub struct Query<Q>(pub Q, pub Unknown);

impl<Q> Query<Q> {
    /// What is asked for, where all of it is known; for whatever acts on a list rather than showing it.
    pub fn understood(self) -> Result<Q> {
        self.1.refused().map(|()| self.0)
    }
}

impl<Q: Parameters> FromRequest for Query<Q> {
    type Error = AppError;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (query, unknown) = read(req.query_string());
        Leftover::of(req).set(unknown.clone());
        ready(Ok(Self(query, unknown)))
    }
}

/// Reads a query string: what is known, and what is not.
pub fn read<Q: Parameters>(encoded: &str) -> (Q, Unknown) {
    let names = names::<Q>();
    let (known, unknown): (Vec<_>, Vec<_>) =
        clean(encoded.as_bytes()).into_iter().partition(|(name, value)| {
            names.contains(&name.as_str()) && (value.is_empty() || Q::knows(name, value))
        });
    let unknown = Unknown::new(unknown, names.to_vec());
    let text = serde_html_form::to_string(&known).unwrap_or_default();
    match serde_html_form::from_str(&text) {
        Ok(query) => (query, unknown),
        // A parameter with several values where there is one: which is meant can't be known.
        Err(_) => (Q::default(), Unknown::new([unknown.pairs, known].concat(), names.to_vec())),
    }
}

/// What of a query string a page does not know: parameters that it has not, and values that mean nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unknown {
    pairs: Vec<(String, String)>,
    /// What it has.
    names: Vec<&'static str>,
}

/// How many parameters are named at most, where what is there is listed.
const FEW: usize = 12;

impl Unknown {
    /// These pairs, of a page that has these parameters.
    pub fn new(pairs: Vec<(String, String)>, names: Vec<&'static str>) -> Self {
        Self { pairs, names }
    }

    /// The pairs whose names are none of these.
    pub fn of(pairs: &[(String, String)], names: &'static [&'static str]) -> Self {
        let pairs = pairs.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect();
        Self::new(pairs, names.to_vec())
    }

    /// Whether everything is known.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The query string with this at its end: so what acts on the list gets to know of it.
    pub fn carried_by(&self, query: String) -> String {
        let rest = serde_html_form::to_string(&self.pairs).unwrap_or_default();
        if query.is_empty() || rest.is_empty() { query + &rest } else { format!("{query}&{rest}") }
    }

    /// What a person reads; empty where all is known.
    pub fn words(&self) -> String {
        let mut described: Vec<String> =
            self.pairs.iter().take(3).map(|(name, value)| self.word(name, value)).collect();
        if self.pairs.len() > 3 {
            described.push("and more".into());
        }
        described.join(", ")
    }

    fn word(&self, name: &str, value: &str) -> String {
        let short = |text: &str| text.chars().take(40).collect::<String>();
        if self.names.contains(&name) {
            format!("“{} = {}”", short(name), short(value))
        } else {
            format!("“{}”", short(name))
        }
    }

    /// What stands above a list that was not narrowed by it.
    pub fn notice(&self) -> Option<Flash> {
        let text = format!("Unknown filter ignored: {}. The page is shown without it.", self.words());
        (!self.is_empty()).then_some(Flash::new(FlashKind::Warn, text))
    }

    /// Refuses to act, for people; naming what is not known.
    pub fn refused(&self) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let words = self.words();
        Err(AppError::Unclear(format!("Nothing was done, because a filter of the list is unknown: {words}.")))
    }

    /// Refuses a program, naming each parameter.
    fn invalid(&self) -> AppError {
        let has = match &self.names[..] {
            [] => " This address has none.".to_owned(),
            names if names.len() <= FEW => format!(" There are: {}.", names.join(", ")),
            _ => String::new(),
        };
        let described = self.pairs.iter().map(|(name, value)| {
            let wrong = if self.names.contains(&name.as_str()) {
                format!("“{value}” is no value of this parameter, or one too many.")
            } else {
                format!("There is no such parameter.{has}")
            };
            Refusal::new(name.clone(), wrong)
        });
        AppError::Invalid(described.collect())
    }
}

/// What of this request's query nobody has understood: all of it, until the page's [`Query`] says what it knows.
#[derive(Clone, Default)]
pub struct Leftover(Rc<RefCell<Unknown>>);

impl Leftover {
    /// That of a request.
    pub fn of(req: &HttpRequest) -> Self {
        if let Some(known) = req.extensions().get::<Self>() {
            return known.clone();
        }
        let unknown = Unknown::new(clean(req.query_string().as_bytes()), vec![]);
        let made = Self(Rc::new(RefCell::new(unknown)));
        req.extensions_mut().insert(made.clone());
        made
    }

    /// Says what is left.
    pub fn set(&self, unknown: Unknown) {
        *self.0.borrow_mut() = unknown;
    }

    /// What stands above the page.
    pub fn notice(&self) -> Option<Flash> {
        self.0.borrow().notice()
    }
}

/// A program's query is understood whole or refused, which is judged when every extractor of a handler has been made: `found`, unless
/// something is left over.
pub fn strictly<T: 'static>(
    req: &HttpRequest,
    found: Result<T>,
) -> Either<Ready<Result<T>>, LocalBoxFuture<'static, Result<T>>> {
    if found.is_err() || req.query_string().is_empty() || !is_for_programs(req.path()) {
        return Either::Left(ready(found));
    }
    let leftover = Leftover::of(req);
    Either::Right(Box::pin(async move {
        let unknown = leftover.0.borrow();
        if unknown.is_empty() { found } else { Err(unknown.invalid()) }
    }))
}

/// The names of the fields of a struct, as serde knows them.
pub fn names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names = Names(&[]);
    // It ends in an error on purpose, once it has been told the names.
    let _ = T::deserialize(&mut names);
    names.0
}

struct Names(&'static [&'static str]);

impl<'de> Deserializer<'de> for &mut Names {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("only names"))
    }

    fn deserialize_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.0 = fields;
        Err(Self::Error::custom("only names"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Whether a value is one of these words.
pub fn one_of(words: &[(&str, &str)], value: &str) -> bool {
    words.iter().any(|(code, _)| *code == value)
}

/// Whether a value is an id.
pub fn is_id(value: &str) -> bool {
    value.parse::<uuid::Uuid>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Sample {
        q: String,
        user_id: String,
        r#type: Vec<String>,
    }

    impl Parameters for Sample {
        fn knows(name: &str, value: &str) -> bool {
            name != "type" || one_of(&[("business", "Business")], value)
        }
    }

    #[test]
    fn names_are_those_of_the_url() {
        assert_eq!(names::<Sample>(), ["q", "userId", "type"]);
    }

    #[test]
    fn what_is_not_known_is_left_over() {
        let (query, unknown) = read::<Sample>("q=+a+&user_id=1&type=business&type=bussines&userId=");
        assert_eq!(query, Sample { q: "a".into(), user_id: String::new(), r#type: vec!["business".into()] });
        assert_eq!(unknown.words(), "“user_id”, “type = bussines”");
        assert_eq!(unknown.carried_by("q=a".into()), "q=a&user_id=1&type=bussines");
        assert!(matches!(unknown.refused(), Err(AppError::Unclear(text)) if text.contains("user_id")));
        let AppError::Invalid(fields) = unknown.invalid() else { panic!("refused otherwise") };
        assert_eq!(fields[0].message, "There is no such parameter. There are: q, userId, type.");
    }

    #[test]
    fn one_too_many_is_not_known_either() {
        let (query, unknown) = read::<Sample>("q=a&q=b");
        assert_eq!(query, Sample::default());
        assert!(!unknown.is_empty());
        assert_eq!(read::<Sample>("").1.notice().map(|flash| flash.text), None);
    }
}
