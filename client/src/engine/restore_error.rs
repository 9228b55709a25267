//! Why a store does not make an engine.

use parley_protocol::community::Rejection;

/// Records that do not make an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The device's keys are missing or cannot be read.
    #[error("the device's keys are not in the store")]
    KeysMissing,
    /// The checkpoint cannot be read, and not all of the log was given. With the whole log, and without the
    /// checkpoint, there is a way on.
    #[error("the checkpoint of the community log is damaged")]
    CheckpointDamaged,
    /// The log is missing, or its first entry cannot be read.
    #[error("the community log is missing, or damaged from its first entry on")]
    LogDamaged,
    /// The log does not follow the rules.
    #[error("entry {seq} of the community log is not allowed: {rejection}")]
    LogInvalid {
        /// The entry's sequence number in the log.
        seq: u64,
        /// The rule that it breaks.
        rejection: Rejection,
    },
}
