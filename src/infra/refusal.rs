//! From what was sent to a command: every field is parsed, and everything that is wrong is found, not only the first.
use crate::values::Invalid;
use std::{borrow::Cow, str::FromStr};

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// As the form or the JSON body calls it; empty: nothing of it alone, but the whole.
    pub field: Cow<'static, str>,
    /// A sentence for people: what is wrong, and what would be right.
    pub message: Cow<'static, str>,
}

impl Refusal {
    /// This, of this field.
    pub fn new(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct Checks(Vec<Refusal>);

impl Checks {
    /// Notes that something is wrong with a field.
    pub fn refuse(&mut self, field: &'static str, message: impl Into<Cow<'static, str>>) {
        self.0.push(Refusal::new(field, message));
    }

    /// The value that was found; `None` where there is none, and why is noted.
    pub fn keep<V, E: Into<Invalid>>(&mut self, field: &'static str, found: Result<V, E>) -> Option<V> {
        found.map_err(|why| self.refuse(field, why.into().0)).ok()
    }

    /// A value that has to be there: what an empty text lacks is said by the value itself.
    pub fn parse<V: FromStr<Err: Into<Invalid>>>(&mut self, field: &'static str, typed: &str) -> Option<V> {
        self.keep(field, typed.parse())
    }

    /// A value that has to be there, and what is said where nothing is.
    pub fn required<V: FromStr<Err: Into<Invalid>>>(
        &mut self,
        field: &'static str,
        typed: &str,
        missing: &'static str,
    ) -> Option<V> {
        if typed.trim().is_empty() { self.keep(field, Err(missing)) } else { self.parse(field, typed) }
    }

    /// A value that may be missing. The outer `None`: it is wrong.
    pub fn optional<V: FromStr<Err: Into<Invalid>>>(
        &mut self,
        field: &'static str,
        typed: &str,
    ) -> Option<Option<V>> {
        if typed.trim().is_empty() { Some(None) } else { self.parse(field, typed).map(Some) }
    }

    /// As [`Self::parse`], where the form says in its own words what is wrong.
    pub fn parse_with<V: FromStr>(
        &mut self,
        field: &'static str,
        typed: &str,
        wrong: &'static str,
    ) -> Option<V> {
        self.keep(field, typed.parse().map_err(|_| wrong))
    }

    /// As [`Self::optional`], where the form says in its own words what is wrong.
    pub fn optional_with<V: FromStr>(
        &mut self,
        field: &'static str,
        typed: &str,
        wrong: &'static str,
    ) -> Option<Option<V>> {
        if typed.trim().is_empty() { Some(None) } else { self.parse_with(field, typed, wrong).map(Some) }
    }

    /// A value that has a usual one.
    pub fn parse_or<V: FromStr<Err: Into<Invalid>>>(
        &mut self,
        field: &'static str,
        typed: &str,
        usual: V,
    ) -> Option<V> {
        if typed.trim().is_empty() { Some(usual) } else { self.parse(field, typed) }
    }

    /// A command that is a part of another.
    pub fn part<C>(&mut self, part: Result<C, Vec<Refusal>>) -> Option<C> {
        part.map_err(|refusals| self.0.extend(refusals)).ok()
    }

    /// Whether nothing is wrong so far.
    pub fn is_ok(&self) -> bool {
        self.0.is_empty()
    }

    /// The command, where nothing is wrong. `made` is `None` only where something is.
    pub fn finish<C>(self, made: impl FnOnce() -> Option<C>) -> Result<C, Vec<Refusal>> {
        match made() {
            Some(command) if self.0.is_empty() => Ok(command),
            _ => Err(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Email;

    #[test]
    fn everything_that_is_wrong_is_found() {
        let mut checks = Checks::default();
        let wrong = checks.parse::<Email>("email", "ada@");
        let missing = checks.optional::<Email>("copy", " ");
        let also_wrong = checks.optional::<Email>("sender", "x");
        assert_eq!((wrong, missing, also_wrong), (None, Some(None), None));
        let refusals = checks.finish(|| Some(())).unwrap_err();
        assert_eq!(refusals.iter().map(|refusal| &*refusal.field).collect::<Vec<_>>(), ["email", "sender"]);
        assert_eq!(Checks::default().finish(|| Some(1)), Ok(1));
    }
}
