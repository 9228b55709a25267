//! Megolm sessions: one's own, one a channel, and everybody's, to read with. State and crypto only; who
//! shares keys with whom is the engine's matter.

mod inbound;
mod outbound;

pub(crate) use inbound::{Counted, ImportOutcome, InboundSessions, ReadError};
pub(crate) use outbound::OutboundSession;

use parley_protocol::keys::SessionId;

/// A session id from vodozemac's text form.
fn session_id(text: &str) -> Option<SessionId> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(text)
        .ok()?;
    Some(SessionId::from_bytes(bytes.try_into().ok()?))
}
