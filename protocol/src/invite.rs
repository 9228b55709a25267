//! Invite links. The fragment after the `#` never reaches the relay: it has the hash of the genesis entry, which
//! authenticates the community to the joiner, and the secret half of the invite key.

mod proof;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::InviteId;
use crate::keys::Hash;

pub use proof::{InviteProof, ParseProofError};

/// The fragment of an invite link: `<invite>.<genesis>.<secret>`, each part base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct InviteLink {
    /// The invite's id in the log.
    pub invite: InviteId,
    /// Hash of the head after the genesis entry.
    pub genesis: Hash,
    /// Ed25519 seed of the invite key.
    pub secret: [u8; 32],
}

/// The text is not an invite link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a whole invite link")]
pub struct ParseInviteError;

impl fmt::Display for InviteLink {
    /// Writes the fragment, without the `#`. It contains the secret: show it only to the inviter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}",
            self.invite,
            self.genesis,
            URL_SAFE_NO_PAD.encode(self.secret)
        )
    }
}

impl fmt::Debug for InviteLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            invite,
            genesis,
            secret: _,
        } = self;
        f.debug_struct("InviteLink")
            .field("invite", invite)
            .field("genesis", genesis)
            .finish_non_exhaustive()
    }
}

impl FromStr for InviteLink {
    type Err = ParseInviteError;

    /// Parses the fragment with or without `#`, or a whole link.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fragment = text.rsplit('#').next().unwrap_or(text).trim();
        let mut parts = fragment.split('.');
        let (Some(invite), Some(genesis), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseInviteError);
        };
        Ok(Self {
            invite: invite.parse().map_err(|_| ParseInviteError)?,
            genesis: genesis.parse().map_err(|_| ParseInviteError)?,
            secret: URL_SAFE_NO_PAD
                .decode(secret)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(ParseInviteError)?,
        })
    }
}
