//! The identities that the person has verified, which all their devices know. A member whose identity is another one now
//! is not who was verified. And how often members asked for it.

use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use parley_protocol::keys::Ed25519PublicKey;

use super::{Engine, SetDataError};

/// Whether the person has verified a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// Not verified.
    Unverified,
    /// The identity in the log is the one that was verified.
    Verified,
    /// Another identity was verified: the member has new keys since.
    Changed,
}

pub(super) fn trust(engine: &Engine, user: &UserId) -> Trust {
    let verified = engine.account_data(&name(user));
    let known = engine.community().members().get(user);
    match (verified, known) {
        (None, _) | (_, None) => Trust::Unverified,
        (Some(verified), Some(known)) if verified.parse() == Ok(known.identity) => Trust::Verified,
        (Some(_), Some(_)) => Trust::Changed,
    }
}

impl Engine {
    /// The person has verified that this is a member's identity.
    ///
    /// # Errors
    /// [`SetDataError`] if too many are kept.
    pub fn set_verified(
        &mut self,
        user: UserId,
        identity: Ed25519PublicKey,
        now: Millis,
    ) -> Result<(), SetDataError> {
        self.set_account_data(name(&user), identity.to_string(), now)
    }

    /// The person takes it back, or has seen that the member has another identity now.
    pub fn forget_verified(&mut self, user: UserId, now: Millis) {
        // Takes no room.
        self.set_account_data(name(&user), "", now).ok();
    }
}

/// How often members asked to be verified lately, as `verification::VerificationEffect::Counted` says it.
const COUNTED: &str = "asked";

impl Engine {
    /// What [`Engine::set_verification_counts`] kept; empty if nothing.
    pub fn verification_counts(&self) -> &str {
        self.account_data(COUNTED).unwrap_or_default()
    }

    /// Keeps how often members asked to be verified.
    ///
    /// # Errors
    /// [`SetDataError`] if too many values are kept.
    pub fn set_verification_counts(
        &mut self,
        counted: String,
        now: Millis,
    ) -> Result<(), SetDataError> {
        self.set_account_data(COUNTED, counted, now)
    }
}

fn name(user: &UserId) -> String {
    format!("verified/{user}")
}
