//! Megolm sessions: one's own, one a channel, and everybody's, to read with. State and crypto only; who
//! shares keys with whom is the engine's matter.

mod inbound;
mod outbound;

pub(crate) use inbound::{Counted, ImportOutcome, InboundSessions, ReadError};
pub(crate) use outbound::OutboundSession;

use parley_protocol::keys::{Ed25519PublicKey, SessionId, Signature};
use vodozemac::megolm::MegolmMessage;

/// A session id from vodozemac's text form.
fn session_id(text: &str) -> Option<SessionId> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(text)
        .ok()?;
    Some(SessionId::from_bytes(bytes.try_into().ok()?))
}

/// The number in a message, if the session's key signed it. The signature is the last 64 bytes and covers
/// all before it.
fn signed_index(session: SessionId, ciphertext: &str) -> Option<u32> {
    let message = MegolmMessage::from_base64(ciphertext).ok()?;
    let bytes = message.to_bytes();
    let (signed, _) = bytes.split_at_checked(bytes.len().checked_sub(Signature::LENGTH)?)?;
    let signature = Signature::from_bytes(message.signature().to_bytes());
    Ed25519PublicKey::from_bytes(*session.as_bytes())
        .verify(signed, &signature)
        .ok()?;
    Some(message.message_index())
}
