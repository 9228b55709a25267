//! Frames on the socket: JSON text, one frame per message. The relay starts with a challenge; the client answers
//! with a hello; then both send at any time.

mod bounds;
mod presence;
mod to_client;
mod to_relay;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use bounds::OverLimit;
pub use presence::PresenceState;
pub use to_client::{ChannelPage, ChannelPosition, RelayToClient, Response, Welcome};
pub use to_relay::{ClientToRelay, Hello, Positions, Request, RequestId};

use crate::json;
use crate::limits::MAX_FRAME_BYTES;

/// Why a text is not a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME_BYTES`].
    #[error("the frame has {bytes} bytes, {MAX_FRAME_BYTES} are allowed")]
    TooLarge {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Not JSON, or not of the shape of its type.
    #[error("the frame cannot be read: {0}")]
    Malformed(String),
    /// The type of the frame, or of something in it, is unknown here. The peer may be newer.
    #[error("the frame has an unknown type")]
    UnknownType,
}

/// Parses a frame.
///
/// # Errors
/// [`FrameError`]; never panics, whatever the text.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, FrameError> {
    if text.len() > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge { bytes: text.len() });
    }
    json::read(text).map_err(|error| {
        let why = error.to_string();
        if why.starts_with("unknown variant") {
            FrameError::UnknownType
        } else {
            FrameError::Malformed(why)
        }
    })
}

/// Serialises a frame.
pub fn encode<T: Serialize>(frame: &T) -> String {
    json::write(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_error(text: &str) -> FrameError {
        decode::<ClientToRelay>(text).expect_err("it is no frame")
    }

    #[test]
    fn an_unknown_frame_says_so() {
        for text in [
            r#""dance""#,
            r#"{"dance":{"steps":3}}"#,
            r#"{"dance":["ping"]}"#,
        ] {
            assert_eq!(decode_error(text), FrameError::UnknownType, "{text}");
        }
    }

    #[test]
    fn an_unknown_request_says_so() {
        let text = r#"{"request":{"id":1,"request":{"dance":{"steps":3}}}}"#;
        assert_eq!(decode_error(text), FrameError::UnknownType);
        let text = r#"{"request":{"request":"dance","id":1}}"#;
        assert_eq!(decode_error(text), FrameError::UnknownType);
    }

    #[test]
    fn an_unknown_response_or_refusal_says_so() {
        for text in [
            r#"{"response":{"id":1,"response":"dance"}}"#,
            r#"{"refused":{"id":1,"error":{"code":"dance","message":"m"}}}"#,
        ] {
            let read = decode::<RelayToClient>(text);
            assert_eq!(read, Err(FrameError::UnknownType), "{text}");
        }
    }

    #[test]
    fn what_is_no_frame_is_malformed() {
        for text in [
            "",
            "null",
            "7",
            "{}",
            "[",
            r#"{"typing":7}"#,
            r#"{"typing":{}}"#,
            r#""typing""#,
            r#"{"ping":{}}"#,
            r#"{"mail_received":{"through":1},"ping":null}"#,
            r#"{"mail_received":{"through":1,"through":2}}"#,
        ] {
            assert!(
                matches!(decode_error(text), FrameError::Malformed(_)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_deep_frame_is_malformed() {
        let text = format!(r#"{{"typing":{{"x":{}"#, "[".repeat(200_000));
        assert!(matches!(decode_error(&text), FrameError::Malformed(_)));
    }

    #[test]
    fn a_long_frame_is_too_large() {
        let text = " ".repeat(MAX_FRAME_BYTES + 1);
        let bytes = text.len();
        assert_eq!(decode_error(&text), FrameError::TooLarge { bytes });
    }
}
