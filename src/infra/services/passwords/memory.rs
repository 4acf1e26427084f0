//! What hashes are computed in. A thread keeps it from one hash to the next while it has work, so that a burst of sign-ins takes as much
//! memory as there are threads (19 MiB each) rather than as the allocator has not yet given back, and gives it back when it rests.
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        self,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use std::cell::RefCell;

thread_local! {
    static BLOCKS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Hashes with this salt, in the memory of this thread.
pub fn hash(
    algorithm: Algorithm,
    params: Params,
    password: &[u8],
    salt: &[u8],
) -> password_hash::Result<PasswordHash> {
    let argon2 = Argon2::new(algorithm, Version::V0x13, params);
    let params = argon2.params();
    let salt = Salt::new(salt)?;
    let mut buffer = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let out = buffer.get_mut(..length).ok_or(password_hash::Error::OutputSize)?;
    BLOCKS.with_borrow_mut(|blocks| {
        // Each hash writes all of its blocks before it reads one.
        blocks.resize(params.block_count().max(blocks.len()), Block::new());
        argon2.hash_password_into_with_memory(password, &salt, out, &mut blocks[..params.block_count()])
    })?;
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(salt),
        hash: Some(Output::new(out)?),
    })
}

/// Gives back what this thread has kept.
pub fn give_back() {
    BLOCKS.with_borrow_mut(|blocks| *blocks = Vec::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher;
    use proptest::prelude::*;

    proptest! {
        /// Whatever was computed in the same memory before.
        #[test]
        fn a_hash_is_that_of_argon2_itself(password in ".{0,40}", salt in any::<[u8; 16]>(), sizes in proptest::collection::vec(8_u32..64, 1..4)) {
            for size in sizes {
                let params = Params::new(size, 2, 1, None).unwrap();
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
                let own: PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), &salt).unwrap();
                let made = hash(Algorithm::Argon2id, params, password.as_bytes(), &salt).unwrap();
                prop_assert_eq!(made.to_string(), own.to_string());
            }
            give_back();
        }
    }
}
