//! Random words that are mailed to somebody: whoever brings one back has read that mail. The database keeps only their hash.
use sha2::{Digest, Sha256};

/// A new one: `text` for the mail, `hash` for the database.
pub struct Secret {
    pub text: String,
    pub hash: Vec<u8>,
}

impl Secret {
    /// 244 random bits.
    pub fn new() -> Self {
        let text = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        let hash = hash(&text);
        Self { text, hash }
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::new()
    }
}

/// What the database knows a token by.
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_text_alone() {
        let (one, other) = (Secret::new(), Secret::new());
        assert_eq!((one.hash.len(), hash(&one.text)), (32, one.hash));
        assert_ne!(one.text, other.text);
    }
}
