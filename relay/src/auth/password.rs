//! Hashes of login secrets. The password itself never reaches the relay.

use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use parley_protocol::auth::LoginSecret;

use super::secret_gate::Permit;
use crate::storage::password_record::PasswordRecord;

/// Cost of one hash. The client has already stretched the secret, so this only slows down somebody who stole the
/// database and tries the secrets of known passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB. 7 MiB with five passes are as strong as OWASP's 19 MiB with two, and the relay keeps the
    /// memory of two hashes allocated.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self {
            memory_kib: 7 * 1024,
            passes: 5,
        }
    }
}

impl PasswordCost {
    /// Minimal cost, for tests that register many members.
    pub const CHEAPEST: Self = Self {
        memory_kib: 8,
        passes: 1,
    };
}

impl PasswordRecord {
    /// Hashes a secret. Slow on purpose.
    pub(crate) fn new(secret: &LoginSecret, salt: [u8; 16], cost: PasswordCost, _: Permit) -> Self {
        Self {
            salt,
            hash: argon2id(secret, &salt, cost),
            memory_kib: cost.memory_kib,
            passes: cost.passes,
        }
    }

    /// A record that no secret matches, so that an unknown name costs the same work as a known one.
    pub(crate) fn of_nobody(cost: PasswordCost) -> Self {
        Self {
            salt: [0; 16],
            hash: [0; 32],
            memory_kib: cost.memory_kib,
            passes: cost.passes,
        }
    }

    /// Whether the secret matches. Slow on purpose.
    pub(crate) fn fits(&self, secret: &LoginSecret, _: Permit) -> bool {
        let cost = PasswordCost {
            memory_kib: self.memory_kib,
            passes: self.passes,
        };
        let hash = argon2id(secret, &self.salt, cost);
        let difference = hash
            .iter()
            .zip(self.hash)
            .fold(0, |difference, (a, b)| difference | (a ^ b));
        difference == 0 && self.hash != [0; 32]
    }
}

fn argon2id(secret: &LoginSecret, salt: &[u8; 16], cost: PasswordCost) -> [u8; 32] {
    let mut hash = [0; 32];
    let done = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).and_then(|params| {
        let mut memory = take_memory(params.block_count());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let secret = secret.0.as_bytes();
        let done = argon2.hash_password_into_with_memory(secret, salt, &mut hash, &mut memory);
        give_memory_back(memory);
        done
    });
    if let Err(error) = done {
        tracing::error!(%error, "password hashing failed");
        return [0; 32];
    }
    hash
}

/// Reused memory of hashes. If it were allocated anew each time, every thread's allocator would keep a copy.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn take_memory(blocks: usize) -> Vec<Block> {
    let mut kept = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = kept.pop().unwrap_or_default();
    drop(kept);
    memory.resize(blocks, Block::new());
    memory
}

/// Clears the memory: its content is useless without the salt, but need not lie around.
fn give_memory_back(mut memory: Vec<Block>) {
    memory.fill(Block::new());
    let mut kept = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() < 2 {
        kept.push(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_fits() {
        let cheapest = PasswordCost::CHEAPEST;
        let one = LoginSecret("one".into());
        let fits = |record: &PasswordRecord, secret: &str| {
            record.fits(&LoginSecret(secret.into()), Permit::for_test())
        };
        let record = PasswordRecord::new(&one, [3; 16], cheapest, Permit::for_test());
        assert!(fits(&record, "one"));
        assert!(!fits(&record, "two"));
        assert!(!fits(&PasswordRecord::of_nobody(cheapest), "one"));
    }
}
