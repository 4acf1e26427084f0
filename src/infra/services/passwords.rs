//! Passwords: argon2id (19 MiB, 2 passes, 1 lane: OWASP's first choice), normalised to NFKC before they are hashed, so that it does
//! not matter how a keyboard composes an accent. Slow on purpose: on a server only on the threads of [`pool`].
mod breached;
mod judging;
mod memory;
pub mod pool;

pub use judging::judge;

use crate::infra::web::errors::{AppError, Result};
use actix_web::cookie::Key;
use argon2::{
    Algorithm, Params,
    password_hash::phc::{PasswordHash, Salt},
};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// How costly a hash is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, 2 passes.
    Real,
    /// As little as argon2 allows: for tests and throw-away tenants.
    Cheapest,
}

impl Cost {
    fn params(self) -> Result<Params> {
        let params = match self {
            Self::Real => Params::new(19 * 1024, 2, 1, None),
            Self::Cheapest => Params::new(Params::MIN_M_COST, 1, 1, None),
        };
        params.map_err(|e| AppError::internal(e.to_string()))
    }
}

/// How the passwords of one address are hashed: all its accounts, in whatever tenants, share a salt, so that one computation answers
/// for all of them and nobody can time how many there are.
#[derive(Clone)]
pub struct Hashing {
    cost: Cost,
    salt: Vec<u8>,
}

impl Hashing {
    /// For the accounts of this address (in lower case). The salt follows from the address and a secret of the installation, so that
    /// it differs from address to address and from installation to installation.
    pub fn of(email: &str, key: &Key, cost: Cost) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"password salt\0");
        digest.update(key.signing());
        digest.update(email.as_bytes());
        Self { cost, salt: digest.finalize()[..16].to_vec() }
    }

    /// A new hash, in PHC form.
    pub fn hash(&self, password: &str) -> Result<String> {
        Ok(compute(&normalised(password), &self.salt, self.cost.params()?)?.to_string())
    }

    /// Which of the accounts of one address the password belongs to. Computes two hashes, whether the address has no account, one or
    /// many; more only where old hashes bring more than two salts, which ends as their owners sign in (see [`Self::is_outdated`]).
    pub fn verify_each(&self, password: &str, stored: &[&str]) -> Result<Vec<bool>> {
        let stored: Vec<Option<PasswordHash>> =
            stored.iter().map(|hash| PasswordHash::new(hash).ok()).collect();
        let mut salts: Vec<&PasswordHash> = vec![];
        for hash in stored.iter().flatten() {
            if !salts.iter().any(|known| same_salt(known, hash)) {
                salts.push(hash);
            }
        }
        let mut matches = vec![false; stored.len()];
        for typed in forms(password) {
            for of in &salts {
                let made = compute_like(&typed, of);
                for (matched, hash) in matches.iter_mut().zip(&stored) {
                    let Some(hash) = hash.as_ref().filter(|hash| same_salt(hash, of)) else { continue };
                    *matched |= made.as_ref().is_some_and(|made| made.hash == hash.hash);
                }
            }
            for _ in salts.len()..SALTS {
                compute(&typed, &self.salt, self.cost.params()?)?;
            }
        }
        Ok(matches)
    }

    /// Whether the hash was made with another salt or other parameters than today's, and should be made anew.
    pub fn is_outdated(&self, hash: &str) -> bool {
        let salt = PasswordHash::new(hash).ok().and_then(|hash| hash.salt);
        is_outdated(hash, self.cost) || salt.as_deref() != Some(self.salt.as_slice())
    }
}

/// How many hashes a sign-in computes at least: the address's own salt, and one that an account brings along (made by the demo, or
/// under an address that it had before).
const SALTS: usize = 2;

/// Hashes with a new salt of its own, in PHC form.
pub fn hash(password: &str, cost: Cost) -> Result<String> {
    Ok(compute(&normalised(password), &Salt::generate(), cost.params()?)?.to_string())
}

/// Whether the password is the one behind the hash.
pub fn verify(password: &str, hash: &str) -> bool {
    let Ok(stored) = PasswordHash::new(hash) else { return false };
    // Not `any`: the time must not say which form it was.
    let matches = forms(password).into_iter().filter(|typed| {
        let made = compute_like(typed, &stored);
        stored.hash.is_some() && made.is_some_and(|made| made.hash == stored.hash)
    });
    matches.count() > 0
}

fn is_outdated(hash: &str, cost: Cost) -> bool {
    let Ok(wanted) = cost.params() else { return false };
    match PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok()) {
        Some(found) => {
            (found.m_cost(), found.t_cost(), found.p_cost())
                != (wanted.m_cost(), wanted.t_cost(), wanted.p_cost())
        }
        None => true,
    }
}

/// The form in which a password is hashed and measured (NIST SP 800-63B, 3.1.1.2).
pub fn normalised(password: &str) -> String {
    password.nfkc().collect()
}

/// The forms to try: normalised, and as it was typed, where that differs, for hashes from before passwords were normalised. How many
/// they are follows from what was typed alone.
fn forms(password: &str) -> Vec<String> {
    let mut forms = vec![normalised(password)];
    if forms[0] != password {
        forms.push(password.to_owned());
    }
    forms
}

fn same_salt(one: &PasswordHash, other: &PasswordHash) -> bool {
    one.salt == other.salt && one.params == other.params && one.algorithm == other.algorithm
}

fn compute(password: &str, salt: &[u8], params: Params) -> Result<PasswordHash> {
    let made = memory::hash(Algorithm::Argon2id, params, password.as_bytes(), salt);
    made.map_err(|e| AppError::internal(e.to_string()))
}

/// With the salt and the parameters of another; nothing where they are none of argon2's.
fn compute_like(password: &str, other: &PasswordHash) -> Option<PasswordHash> {
    let params = Params::try_from(other).ok()?;
    let algorithm = Algorithm::try_from(other.algorithm.as_str()).ok()?;
    memory::hash(algorithm, params, password.as_bytes(), other.salt.as_deref()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashing(email: &str) -> Hashing {
        Hashing::of(email, &Key::from(&[7; 64]), Cost::Cheapest)
    }

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let made = hash("brisk-otter-lantern", Cost::Cheapest).unwrap();
        assert!(verify("brisk-otter-lantern", &made));
        assert!(!verify("brisk-otter-lanterns", &made));
        assert!(!verify("", "not a hash"));
        assert!(!verify("", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ"), "a hash without its end");
    }

    #[test]
    fn a_hash_of_other_parameters_is_outdated() {
        let made = hash("x", Cost::Cheapest).unwrap();
        assert!(!is_outdated(&made, Cost::Cheapest));
        assert!(is_outdated(&made, Cost::Real));
        let own = hashing("ada@acme.test");
        assert!(own.is_outdated(&made), "another salt");
        assert!(!own.is_outdated(&own.hash("x").unwrap()));
        assert!(own.is_outdated(&hashing("eve@globex.test").hash("x").unwrap()));
    }

    #[test]
    fn an_accent_is_the_same_however_it_is_composed() {
        let made = hash("cafe\u{301} \u{FB01}lter seven", Cost::Cheapest).unwrap();
        assert!(verify("caf\u{e9} filter seven", &made));
        // Hashed before passwords were normalised.
        let params = Cost::Cheapest.params().unwrap();
        let old = compute("cafe\u{301} seven lanterns", b"saltsaltsaltsalt", params).unwrap().to_string();
        assert!(verify("cafe\u{301} seven lanterns", &old));
        assert!(!verify("caf\u{e9} seven lanterns", &old));
    }

    #[test]
    fn the_accounts_of_an_address_are_verified_each() {
        let ada = hashing("ada@acme.test");
        let (one, other) = (ada.hash("violet harbour").unwrap(), ada.hash("marble signal").unwrap());
        let brought = hash("violet harbour", Cost::Cheapest).unwrap();
        let stored = [one.as_str(), &other, &brought, "nonsense"];
        assert_eq!(ada.verify_each("violet harbour", &stored).unwrap(), [true, false, true, false]);
        assert_eq!(ada.verify_each("wrong", &stored).unwrap(), [false; 4]);
        assert_eq!(ada.verify_each("wrong", &[]).unwrap(), [false; 0]);
    }
}
