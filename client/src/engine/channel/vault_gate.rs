//! What the vault says to a new session of one's own.

/// Whether a new session of one's own can be kept before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum VaultGate {
    /// There is no vault, or the relay takes nothing: writing goes on without.
    Off,
    /// Nothing is on its way: what is kept is at the relay, and more can be kept at once.
    Free,
    /// A segment is on its way: it waits for the relay's word.
    Busy,
}
