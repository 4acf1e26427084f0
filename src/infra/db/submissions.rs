//! What is sent twice happens once. Every form that makes something carries a key of its own (`submission`), and a program names one
//! (`Idempotency-Key`): the first to come does the work and leaves its outcome beside the key, in one transaction; whoever comes with
//! the same key waits for it, and gets that outcome.
use crate::infra::{
    db::{Scope, Tx, schema::submissions},
    web::errors::{AppError, Result},
};
use diesel::{prelude::*, sql_types::Binary};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[diesel::declare_sql_function]
extern "SQL" {
    fn claim_submission(new_id: diesel::sql_types::Uuid, new_content: Binary) -> Bool;
}

/// The name of the field that holds a form's key.
pub const FIELD: &str = "submission";

/// Something that was sent under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Where it was sent to, and the key.
    name: String,
    /// SHA-256 of what was sent.
    content: Vec<u8>,
}

/// What came of something that happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Once<T> {
    pub of: T,
    /// It happened now; otherwise it had happened before.
    pub is_new: bool,
}

/// A key for a form.
pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}

impl Submission {
    /// What was sent to `path` under `key`: names and values. Passwords are no part of it, since a hash of them would be kept.
    pub fn new(path: &str, key: &str, pairs: &[(String, String)]) -> Self {
        let mut hash = Sha256::new();
        for (name, value) in pairs.iter().filter(|(name, _)| name != FIELD && !name.contains("password")) {
            for part in [name, value] {
                hash.update(part.len().to_be_bytes());
                hash.update(part);
            }
        }
        Self { name: format!("{path} {key}"), content: hash.finalize().to_vec() }
    }

    /// As [`Submission::new`], with the key in the field that every form has for it; `None` where it has none.
    pub fn of_form(path: &str, pairs: &[(String, String)]) -> Option<Self> {
        let (_, key) = pairs.iter().find(|(name, key)| name == FIELD && !key.is_empty())?;
        Some(Self::new(path, key, pairs))
    }

    /// The same with files: their checksums.
    pub fn with<'a>(mut self, files: impl Iterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new_with_prefix(&self.content);
        files.for_each(|sum| hash.update(sum));
        self.content = hash.finalize().to_vec();
        self
    }

    /// The row that it has, which is its sender's own; `None` for somebody who is not signed in.
    fn own_id(&self, scope: &Scope) -> Option<Uuid> {
        let tenant = scope.tenant_id.map_or(Uuid::nil(), |id| id.0);
        let digest = Sha256::digest(format!("{tenant} {} {}", scope.user_id?, self.name));
        Uuid::from_slice(digest.get(..16)?).ok()
    }
}

/// Does `work`, unless the same was sent before: then its outcome is that of the first time. What `work` fails at may be sent again,
/// since the key goes with its transaction. `Reused` where something else was sent under the key.
pub fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx,
    sent: Option<&Submission>,
    work: impl FnOnce(&mut Tx) -> Result<T>,
) -> Result<Once<T>> {
    let Some((id, sent)) = sent.and_then(|sent| Some((sent.own_id(tx.scope)?, sent))) else {
        return Ok(Once { of: work(tx)?, is_new: true });
    };
    // Whoever sent it first holds the key until their transaction ends: this waits for that.
    let is_first = diesel::insert_into(submissions::table)
        .values((
            submissions::id.eq(id),
            submissions::user_id.eq(tx.scope.user_id),
            submissions::content.eq(&sent.content),
        ))
        .on_conflict(submissions::id)
        .do_nothing()
        .execute(tx.conn)?;
    let known = submissions::table.filter(submissions::id.eq(id));
    if is_first == 0 {
        let (content, result): (Vec<u8>, serde_json::Value) =
            known.select((submissions::content, submissions::result)).first(tx.conn)?;
        if content != sent.content {
            return Err(AppError::Reused);
        }
        return Ok(Once { of: serde_json::from_value(result).map_err(AppError::internal)?, is_new: false });
    }
    let of = work(tx)?;
    let result = serde_json::to_value(&of).map_err(AppError::internal)?;
    diesel::update(known).set(submissions::result.eq(result)).execute(tx.conn)?;
    Ok(Once { of, is_new: true })
}

/// Whether the same was sent before, and done: for what is judged by how things were before it was done.
pub fn is_done(tx: &mut Tx, sent: Option<&Submission>) -> Result<bool> {
    let Some((id, sent)) = sent.and_then(|sent| Some((sent.own_id(tx.scope)?, sent))) else {
        return Ok(false);
    };
    let known =
        submissions::table.filter(submissions::id.eq(id)).filter(submissions::content.eq(&sent.content));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(tx.conn)?)
}

/// Whether it is sent for the first time by somebody who is not signed in: nobody has the key to themselves then, so what was sent
/// counts as a part of it. For what is answered the same however often it comes.
pub fn is_first(tx: &mut Tx, sent: Option<&Submission>) -> Result<bool> {
    let Some(sent) = sent else { return Ok(true) };
    let digest = Sha256::new_with_prefix(&sent.name).chain_update(&sent.content).finalize();
    let id = digest.get(..16).and_then(|half| Uuid::from_slice(half).ok()).unwrap_or_default();
    Ok(diesel::select(claim_submission(id, &sent.content)).get_result(tx.conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::{
        db::ids::{TenantId, UserId},
        web::principal::Principal,
    };

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_the_same_whatever_its_password() {
        let of = |body: &[(&str, &str)]| Submission::of_form("/a", &pairs(body));
        let one = of(&[("submission", "k"), ("name", "ab"), ("password", "x")]);
        assert_eq!(one, of(&[("submission", "k"), ("name", "ab"), ("password", "y")]));
        assert_ne!(one, of(&[("submission", "k"), ("name", "a"), ("b", "")]));
        assert_ne!(one.clone(), one.map(|one| one.with(["f00"].into_iter())));
        assert_eq!(of(&[("submission", ""), ("name", "ab")]), None);
    }

    #[test]
    fn a_key_is_its_senders_own_and_of_one_address() {
        let scope = |tenant, user| {
            Scope::of(Principal {
                tenant_id: Some(TenantId(Uuid::from_u128(tenant))),
                user_id: Some(UserId(Uuid::from_u128(user))),
                ..Principal::default()
            })
        };
        let sent = |path| Submission::new(path, "k", &[]);
        let id = sent("/a").own_id(&scope(1, 1));
        assert!(id.is_some());
        assert_eq!(id, sent("/a").own_id(&scope(1, 1)));
        for other in [
            sent("/b").own_id(&scope(1, 1)),
            sent("/a").own_id(&scope(2, 1)),
            sent("/a").own_id(&scope(1, 2)),
        ] {
            assert_ne!(id, other);
        }
        assert_eq!(sent("/a").own_id(&Scope::nobody()), None);
    }
}
