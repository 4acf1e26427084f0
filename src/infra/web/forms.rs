//! What people send: cleaned, validated, and kept as typed.
use crate::{
    infra::{
        db::submissions::Submission,
        refusal::Refusal,
        web::{body, errors::AppError, limits::Reached, stash::Restored, typed::Typed},
    },
    values::text,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use validator::Validate;

pub use crate::infra::web::query::Query;

/// A submitted form: what was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Submitted<F> {
    pub values: F,
    errors: Vec<Refusal>,
    /// The names as they arrived: browsers send fields from the top of a form to its end.
    order: Vec<String>,
    sent: Option<Submission>,
    /// It is given back to its writer, who has not sent it.
    is_restored: bool,
}

impl<F: Default> Submitted<F> {
    /// An empty form.
    pub fn blank() -> Self {
        Self::default()
    }
}

impl<F> Submitted<F> {
    /// A form filled in by us.
    pub fn filled(values: F) -> Self {
        Self { values, errors: vec![], order: vec![], sent: None, is_restored: false }
    }
    /// The first thing that is wrong with a field, or nothing.
    pub fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|refusal| refusal.field == field).map_or("", |refusal| &refusal.message)
    }
    /// Everything that is wrong, in the order of the form.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().map(|refusal| (&*refusal.field, &*refusal.message))
    }
    /// Whether it is to be shown again rather than done: anything is wrong, or nobody has sent it (see [`crate::infra::web::stash`]).
    pub fn has_errors(&self) -> bool {
        self.is_restored || !self.errors.is_empty()
    }
    /// The command that it is.
    ///
    /// # Errors
    /// `Invalid`, with everything that is wrong with it; also where nobody has sent it: then it is shown again.
    pub fn command<'a, C: TryFrom<&'a F, Error = Vec<Refusal>>>(&'a self) -> Result<C, AppError> {
        self.read(C::try_from)
    }
    /// As [`Self::command`], where it takes more than the form to read it.
    pub fn read<'a, C>(&'a self, read: impl FnOnce(&'a F) -> Result<C, Vec<Refusal>>) -> Result<C, AppError> {
        match read(&self.values) {
            Ok(command) if !self.has_errors() => Ok(command),
            Ok(_) => Err(AppError::Invalid(vec![])),
            Err(refusals) => Err(AppError::Invalid(refusals)),
        }
    }
    /// Under which key it was sent, if under one.
    pub fn sent(&self) -> Option<Submission> {
        self.sent.clone()
    }
    /// The same form, sent under this key.
    pub fn sent_as(self, sent: Option<Submission>) -> Self {
        Self { sent, ..self }
    }
    /// Notes what is wrong with a field.
    pub fn refuse(&mut self, field: &str, message: impl Into<Cow<'static, str>>) {
        self.note(Refusal::new(field.to_owned(), message));
    }
    fn note(&mut self, refusal: Refusal) {
        if self.error(&refusal.field).is_empty() {
            self.errors.push(refusal);
            self.sort();
        }
    }
    /// What has not arrived, like a choice that was not made, comes last.
    fn sort(&mut self) {
        let Self { errors, order, .. } = self;
        errors.sort_by_key(|refusal| {
            order.iter().position(|name| *name == refusal.field).unwrap_or(usize::MAX)
        });
    }
    /// Says at each field what is wrong with it.
    pub fn refuse_all(&mut self, refusals: Vec<Refusal>) {
        refusals.into_iter().for_each(|refusal| self.note(refusal));
    }
    /// The same form, with a limit that is reached: that stands above it, at no field.
    pub fn over(self, reached: &Reached) -> Self {
        self.refused("", reached.sentence.clone())
    }
    /// The same form, whose reason to be confirmed has gone meanwhile.
    pub fn to_send_again(self) -> Self {
        self.refused("", "What stood against this has changed meanwhile. Send it again.")
    }
    /// The same form with one thing wrong.
    pub fn refused(mut self, field: &str, message: impl Into<Cow<'static, str>>) -> Self {
        self.refuse(field, message);
        self
    }
    /// The same form, to be shown again with why it was refused, and what its page is answered with.
    ///
    /// # Errors
    /// Whatever else went wrong: that is not the form's.
    pub fn refused_by(mut self, error: AppError) -> Result<(Self, Refused), AppError> {
        match error {
            AppError::Invalid(refusals) => {
                self.refuse_all(refusals);
                Ok((self, Refused::Invalid))
            }
            AppError::Limit(reached) => Ok((self.over(&reached), Refused::Limit(reached))),
            other => Err(other),
        }
    }
}

impl<F: DeserializeOwned + Validate> Submitted<F> {
    /// A form of names and values that are [`clean`] already.
    pub fn of_pairs(pairs: &[(String, String)]) -> Result<Self, AppError> {
        let order: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
        Ok(Self::validated(parse(pairs)?, order))
    }
}

impl<F: Validate> Submitted<F> {
    fn validated(values: F, order: Vec<String>) -> Self {
        let mut errors = vec![];
        if let Err(found) = values.validate() {
            for (field, problems) in found.field_errors() {
                if let Some(message) = problems.first().and_then(|p| p.message.clone()) {
                    errors.push(Refusal::new(field, message));
                }
            }
        }
        let mut form = Self { values, errors, order, sent: None, is_restored: false };
        form.sort();
        form
    }
}

impl<F: DeserializeOwned + Validate + 'static> FromRequest for Submitted<F> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (body, path) = (body::whole(req.clone(), payload.take()), req.path().to_owned());
        let (is_restored, req) = (req.extensions().contains::<Restored>(), req.clone());
        Box::pin(async move {
            let pairs = clean(&body.await?);
            req.extensions_mut().insert(Typed::of(&pairs));
            let form = Self::of_pairs(&pairs)?.sent_as(Submission::of_form(&path, &pairs));
            Ok(Self { is_restored, ..form })
        })
    }
}

/// Why a form is shown again.
#[derive(Debug)]
pub enum Refused {
    /// Something of it is wrong.
    Invalid,
    /// A limit is reached.
    Limit(Box<Reached>),
}

/// A form that is a button and nothing else.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, Validate)]
pub struct Button {}

/// Fields that keep their line breaks, by the name that they have in every form, body and document. All others are of one line.
/// `products`, `tags` and `domains` are lists, which may be written one on each line.
pub const MULTI_LINE: &[&str] =
    &["about", "body", "context", "domains", "explanation", "note", "notes", "products", "tags", "words"];

/// Name and value pairs as fields take them: see [`clean_field`].
pub fn clean(encoded: &[u8]) -> Vec<(String, String)> {
    serde_html_form::from_bytes::<Vec<(String, String)>>(encoded)
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| {
            let value = clean_field(&name, &value);
            (name, value)
        })
        .collect()
}

/// What was typed into a field as it is judged and kept: [`text::line`], or [`text::lines`] for [`MULTI_LINE`]. A password is left as
/// it was typed, but for NUL.
pub fn clean_field(name: &str, typed: &str) -> String {
    if name.contains("password") {
        typed.replace('\0', "")
    } else if MULTI_LINE.contains(&name) {
        text::lines(typed)
    } else {
        text::line(typed)
    }
}

/// Every text of a JSON document as the field takes it under whose name it stands.
pub fn clean_json(name: &str, value: &mut Value) {
    match value {
        Value::String(typed) => *typed = clean_field(name, typed),
        Value::Array(values) => values.iter_mut().for_each(|value| clean_json(name, value)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| clean_json(name, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Pairs that are [`clean`] as a struct.
pub fn parse<F: DeserializeOwned>(pairs: &[(String, String)]) -> Result<F, AppError> {
    let encoded = serde_html_form::to_string(pairs).map_err(AppError::internal)?;
    serde_html_form::from_str(&encoded).map_err(|error| {
        tracing::info!(%error, "a form that does not fit its page");
        let twice = pairs
            .iter()
            .enumerate()
            .find(|(n, (name, _))| pairs[..*n].iter().any(|(other, _)| other == name));
        if let Some((_, (name, _))) = twice {
            let name: String = name.chars().take(40).collect();
            return AppError::Unclear(format!("“{name}” is given more than once. Give it once."));
        }
        AppError::BadRequest(
            "The form was not filled in as its page offers it. Reload the page, then try again.".into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, serde::Deserialize, Validate)]
    #[serde(default)]
    struct Sample {
        #[validate(length(min = 1, message = "Enter a name."))]
        name: String,
        tags: Vec<String>,
    }

    #[test]
    fn text_is_trimmed_and_loses_what_nobody_sees() {
        let pairs = clean(b"name=%00+caf%C3%A9%0D%0Ax+&body=a%0D%0A+b+&password=+a+b+&bad=%FF");
        assert_eq!(pairs[0].1, "café x");
        assert_eq!(pairs[1].1, "a\n b");
        assert_eq!(pairs[2].1, " a b ");
        assert_eq!(pairs[3].1, "\u{FFFD}");
    }

    #[test]
    fn what_is_required_is_required_to_be_seen() {
        for blank in ["%E2%80%8B", "%C2%A0", "%E2%80%AE", "%EF%BB%BF", "%0D%0A"] {
            let pairs = clean(format!("name={blank}").as_bytes());
            assert_eq!(
                Submitted::<Sample>::of_pairs(&pairs).unwrap().error("name"),
                "Enter a name.",
                "{blank}"
            );
        }
    }

    #[test]
    fn a_blank_is_seen_to_be_empty_and_several_values_are_a_list() {
        let pairs = clean(b"name=++&tags=a&tags=b");
        let form = Submitted::<Sample>::of_pairs(&pairs).unwrap();
        assert_eq!(form.error("name"), "Enter a name.");
        assert_eq!(form.values.tags, ["a", "b"]);
    }

    #[test]
    fn what_is_wrong_is_told_from_the_top_of_the_form_to_its_end() {
        let pairs = clean(b"reason=&name=&tags=a");
        let mut form = Submitted::<Sample>::of_pairs(&pairs).unwrap();
        form.refuse("choice", "Choose one.");
        form.refuse("tags", "Too few.");
        form.refuse("reason", "Choose a reason.");
        assert_eq!(
            form.errors().map(|(field, _)| field).collect::<Vec<_>>(),
            ["reason", "name", "tags", "choice"]
        );
    }
}
