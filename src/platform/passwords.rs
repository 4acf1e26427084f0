//! Passwords: argon2id (19 MiB, 2 passes, 1 lane: OWASP's first choice), judged by zxcvbn. Slow on purpose: call on the blocking pool.
use super::errors::{AppError, Result};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::LazyLock;

/// How costly a hash is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, 2 passes.
    Real,
    /// As little as argon2 allows: for tests and throw-away tenants.
    Cheapest,
}

impl Cost {
    fn argon2(self) -> Result<Argon2<'static>> {
        let params = match self {
            Self::Real => Params::new(19 * 1024, 2, 1, None),
            Self::Cheapest => Params::new(Params::MIN_M_COST, 1, 1, None),
        };
        Ok(Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            params.map_err(|e| AppError::internal(e.to_string()))?,
        ))
    }
}

/// Hashes with a new salt, in PHC form.
pub fn hash(password: &str, cost: Cost) -> Result<String> {
    let hash: argon2::password_hash::phc::PasswordHash =
        cost.argon2()?.hash_password(password.as_bytes()).map_err(|e| AppError::internal(e.to_string()))?;
    Ok(hash.to_string())
}

/// Whether the password is the one behind the hash.
pub fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Takes as long as [`verify`] does, for an account that does not exist: the answer's time must not tell.
pub fn verify_nothing(password: &str, cost: Cost) {
    static REAL: LazyLock<Option<String>> =
        LazyLock::new(|| hash("a password that nobody has", Cost::Real).ok());
    static CHEAP: LazyLock<Option<String>> =
        LazyLock::new(|| hash("a password that nobody has", Cost::Cheapest).ok());
    let known = match cost {
        Cost::Real => &*REAL,
        Cost::Cheapest => &*CHEAP,
    };
    if let Some(known) = known {
        verify(password, known);
    }
}

/// Whether the hash was made with other parameters than today's and should be made anew.
pub fn is_outdated(hash: &str, cost: Cost) -> bool {
    let Ok(argon2) = cost.argon2() else { return false };
    let wanted = (argon2.params().m_cost(), argon2.params().t_cost(), argon2.params().p_cost());
    match PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok()) {
        Some(found) => (found.m_cost(), found.t_cost(), found.p_cost()) != wanted,
        None => true,
    }
}

/// What is wrong with a new password, or nothing: 10 to 128 characters, and zxcvbn's score at least 3 of 4, where `known` are words
/// that a guesser would try first (name, email).
pub fn judge(password: &str, known: &[&str]) -> Option<String> {
    match password.chars().count() {
        0..10 => Some("Use at least 10 characters.".into()),
        129.. => Some("Use at most 128 characters.".into()),
        _ => {
            let entropy = zxcvbn::zxcvbn(password, known);
            if entropy.score() >= zxcvbn::Score::Three {
                return None;
            }
            let hint = entropy
                .feedback()
                .and_then(|f| {
                    f.warning()
                        .map(|w| w.to_string())
                        .or_else(|| f.suggestions().first().map(ToString::to_string))
                })
                .unwrap_or_else(|| "Add another word or two that don't belong together.".into());
            Some(format!("This password is easy to guess. {hint}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let made = hash("brisk-otter-lantern", Cost::Cheapest).unwrap();
        assert!(verify("brisk-otter-lantern", &made));
        assert!(!verify("brisk-otter-lanterns", &made));
        assert!(!verify("", "not a hash"));
    }

    #[test]
    fn a_hash_of_other_parameters_is_outdated() {
        let made = hash("x", Cost::Cheapest).unwrap();
        assert!(!is_outdated(&made, Cost::Cheapest));
        assert!(is_outdated(&made, Cost::Real));
    }

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        assert!(judge("short", &[]).is_some());
        assert!(judge(&"a".repeat(129), &[]).is_some());
        assert!(judge("password1234", &[]).is_some());
        assert!(judge("ada@acme.test", &["ada@acme.test"]).is_some());
        assert_eq!(judge("brisk-otter-lantern", &[]), None);
    }
}
