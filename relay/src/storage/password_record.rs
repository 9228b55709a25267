//! The password columns of an account. `auth::password` computes and compares them.

/// Argon2id hash of a login secret, with its salt and cost.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PasswordRecord {
    pub(crate) salt: [u8; 16],
    pub(crate) hash: [u8; 32],
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
}

impl std::fmt::Debug for PasswordRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            salt: _,
            hash: _,
            memory_kib,
            passes,
        } = self;
        f.debug_struct("PasswordRecord")
            .field("memory_kib", memory_kib)
            .field("passes", passes)
            .finish_non_exhaustive()
    }
}
