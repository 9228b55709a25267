//! Frames on their way to one connection, serialised once and shared by all receivers. No sockets.

mod outbox;
mod queue;

use bytes::Bytes;
use parley_protocol::frame::{RelayToClient, encode};

pub(crate) use outbox::{Next, Outbox};
pub(crate) use queue::{Pushed, StateKey};

/// A frame as the WebSocket bytes that carry its JSON text: serialised once, shared by all receivers. Servers do
/// not mask, so the bytes are the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    wire: Bytes,
    /// Length of the WebSocket header before the text.
    header: u8,
}

/// Opcodes of unfragmented frames, with the FIN bit (RFC 6455 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text = 0x81,
    Close = 0x88,
    Ping = 0x89,
    Pong = 0x8A,
}

impl Frame {
    pub(crate) fn new(frame: &RelayToClient) -> Self {
        let text = encode(frame);
        let wire = wire_frame(Kind::Text, text.as_bytes());
        Self {
            header: u8::try_from(wire.len() - text.len()).unwrap_or_default(),
            wire,
        }
    }

    /// The JSON text.
    pub(crate) fn as_str(&self) -> &str {
        let text = self.wire.get(usize::from(self.header)..);
        std::str::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.wire.len()
    }

    /// The WebSocket bytes.
    pub(crate) fn wire(&self) -> Bytes {
        self.wire.clone()
    }
}

/// Encodes a payload as a WebSocket frame, with the shortest form of its length.
pub(crate) fn wire_frame(kind: Kind, payload: &[u8]) -> Bytes {
    let mut wire = Vec::with_capacity(10 + payload.len());
    wire.push(kind as u8);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..126), _) => wire.push(short),
        (_, Ok(medium)) => {
            wire.push(126);
            wire.extend_from_slice(&medium.to_be_bytes());
        }
        (_, Err(_)) => {
            wire.push(127);
            wire.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    wire.extend_from_slice(payload);
    wire.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures from RFC 6455 section 5.7 and the rules of section 5.2.
    #[test]
    fn lengths_are_written_in_the_shortest_form() {
        for (payload, expected) in [
            (5, vec![0x81, 0x05]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (256, vec![0x81, 0x7E, 0x01, 0x00]),
            (65_535, vec![0x81, 126, 0xFF, 0xFF]),
            (65_536, vec![0x81, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let wire = wire_frame(Kind::Text, &vec![0; payload]);
            assert_eq!(wire[..wire.len() - payload], expected);
        }
    }
}
