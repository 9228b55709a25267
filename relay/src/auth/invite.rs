//! Verifies invite proofs: a non-member may read the log with the secret of a usable invite.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::invite::InviteProof;

use crate::refusal::refused;

/// How long a proof is valid after the relay's time that it names. Longer helps whoever stole one; shorter
/// interrupts slow connections in the middle of a long log.
const LIFETIME: Millis = 10 * 60 * 1000;
/// Tolerance for a relay clock that was set back in between.
const AHEAD: Millis = 60 * 1000;

pub(crate) fn check(
    community: &Community,
    proof: &InviteProof,
    now: Millis,
) -> Result<(), ApiError> {
    let invite = community.check_invite(&proof.invite, now)?;
    if proof.at > now.saturating_add(AHEAD) || now > proof.at.saturating_add(LIFETIME) {
        return Err(refused(ErrorCode::TokenExpired));
    }
    invite
        .key
        .verify(&proof.message(&community.id()), &proof.signature)
        .map_err(|_| refused(ErrorCode::BadSignature))
}
