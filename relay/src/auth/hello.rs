//! Verifies a hello: a valid access token, a device of the same member, and its signature over this connection's
//! challenge.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Hello, Positions, PresenceState};
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::keys::Nonce;
use parley_protocol::signing;

use super::token::AccessTokens;
use crate::command::FamilyId;

/// A verified hello. Whether its session still exists is checked in the database.
#[derive(Debug)]
pub(crate) struct ProvenHello {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) family: FamilyId,
    pub(crate) positions: Positions,
    pub(crate) presence: PresenceState,
}

pub(crate) fn prove(
    community: Option<&Community>,
    tokens: &AccessTokens,
    nonce: &Nonce,
    hello: Hello,
    now: Millis,
) -> Result<ProvenHello, ErrorCode> {
    let community = community.ok_or(ErrorCode::NotSetUp)?;
    let access = tokens.check(&hello.access_token, now)?;
    let device = community
        .present_device(&hello.device, now)
        .filter(|device| device.user == access.user)
        .ok_or(ErrorCode::UnknownDevice)?;
    let message = signing::socket(&community.id(), &hello.device, nonce);
    device
        .ed25519
        .verify(&message, &hello.signature)
        .map_err(|_| ErrorCode::BadSignature)?;
    Ok(ProvenHello {
        user: access.user,
        device: hello.device,
        family: access.family,
        positions: hello.positions,
        presence: hello.presence,
    })
}
