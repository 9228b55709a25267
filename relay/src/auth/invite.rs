//! Whether somebody who is no member may read the log: they have the secret of an invite that can be used now.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::invite::InviteProof;

use crate::refusal::refused;

/// How long a proof is good, from the relay's time that it names. Longer helps whoever got hold of one; shorter
/// breaks off a slow line in the middle of a long log.
const LIFETIME: Millis = 10 * 60 * 1000;
/// The relay's clock may have been set back so far in between.
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
