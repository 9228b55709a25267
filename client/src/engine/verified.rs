//! The identities that the person has verified, which all their devices know. A member whose identity is another one now
//! is not who was verified.

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

fn name(user: &UserId) -> String {
    format!("verified/{user}")
}
