//! Proves possession of an invite's secret, which allows to read the log before joining.

use std::fmt;
use std::str::FromStr;

use crate::Millis;
use crate::ids::{CommunityId, InviteId};
use crate::keys::Signature;
use crate::signing;

/// The credentials of `Authorization: Invite …`: `<invite>.<time>.<signature>`. The relay accepts them for some
/// minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteProof {
    /// The invite's id in the log.
    pub invite: InviteId,
    /// The relay's own time, as it gave it with the community's name.
    pub at: Millis,
    /// Signature by the invite's secret half, over [`InviteProof::message`].
    pub signature: Signature,
}

/// The text is not an invite proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a proof that somebody has an invite")]
pub struct ParseProofError;

impl InviteProof {
    /// The bytes that the signature covers.
    pub fn message(&self, community: &CommunityId) -> Vec<u8> {
        signing::log_read(community, &self.invite, self.at)
    }
}

impl fmt::Display for InviteProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            invite,
            at,
            signature,
        } = self;
        write!(f, "{invite}.{at}.{signature}")
    }
}

impl FromStr for InviteProof {
    type Err = ParseProofError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('.');
        let (Some(invite), Some(at), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseProofError);
        };
        Ok(Self {
            invite: invite.parse().map_err(|_| ParseProofError)?,
            at: at.parse().map_err(|_| ParseProofError)?,
            signature: signature.parse().map_err(|_| ParseProofError)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_written_as_it_is_read() {
        let proof = InviteProof {
            invite: InviteId::from_bytes([1; 16]),
            at: 1_700_000_000_000,
            signature: Signature::from_bytes([2; 64]),
        };
        assert_eq!(proof.to_string().parse(), Ok(proof.clone()));
        let text = proof.to_string();
        for bad in [
            "",
            "..",
            &text[1..],
            &format!("{text}."),
            &text.replace('.', ","),
        ] {
            assert_eq!(bad.parse::<InviteProof>(), Err(ParseProofError), "{bad}");
        }
    }
}
