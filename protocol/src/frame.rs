//! What travels on the socket: JSON text, one frame a message. The relay speaks first, with a challenge;
//! the client answers with a hello; from then on both send as they like.

mod to_client;
mod to_relay;
mod unknown;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use to_client::{ChannelPage, ChannelPosition, RelayToClient, Response, Welcome};
pub use to_relay::{ClientToRelay, Hello, Positions, Request, RequestId};

use crate::limits::MAX_FRAME_BYTES;

/// A text that is no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME_BYTES`].
    #[error("the frame has {bytes} bytes, {MAX_FRAME_BYTES} are allowed")]
    TooLarge {
        /// How long it is.
        bytes: usize,
    },
    /// Not JSON, or not of the shape that its type has.
    #[error("the frame cannot be read: {0}")]
    Malformed(String),
    /// A frame, request or response of a type that this side does not know. Another side may be newer.
    #[error("the frame has an unknown type")]
    UnknownType,
}

/// Reads a frame.
///
/// # Errors
/// [`FrameError`]; never panics, whatever the text.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, FrameError> {
    if text.len() > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge { bytes: text.len() });
    }
    serde_json::from_str(text).map_err(|error| {
        if unknown::has_unknown_type::<T>(text) {
            FrameError::UnknownType
        } else {
            FrameError::Malformed(error.to_string())
        }
    })
}

/// Writes a frame. Frames have only string keys and finite numbers, so this always gives a text.
pub fn encode<T: Serialize>(frame: &T) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_error(text: &str) -> FrameError {
        decode::<ClientToRelay>(text).expect_err("it is no frame")
    }

    #[test]
    fn an_unknown_frame_says_so() {
        assert_eq!(decode_error(r#"{"type":"dance"}"#), FrameError::UnknownType);
        assert_eq!(
            decode_error(r#"{"steps":[{"type":"ping"}],"type":"dance"}"#),
            FrameError::UnknownType
        );
    }

    #[test]
    fn an_unknown_request_says_so() {
        let text = r#"{"type":"request","id":1,"request":{"type":"dance","steps":3}}"#;
        assert_eq!(decode_error(text), FrameError::UnknownType);
        let text = r#"{"request":{"steps":3,"type":"dance"},"id":1,"type":"request"}"#;
        assert_eq!(decode_error(text), FrameError::UnknownType);
    }

    #[test]
    fn an_unknown_response_says_so() {
        let text = r#"{"type":"response","id":1,"response":{"type":"dance"}}"#;
        assert_eq!(decode::<RelayToClient>(text), Err(FrameError::UnknownType));
    }

    #[test]
    fn an_unknown_value_inside_a_known_frame_is_malformed() {
        let text = r#"{"type":"refused","id":1,"error":{"code":"dance","message":"m"}}"#;
        assert!(matches!(
            decode::<RelayToClient>(text),
            Err(FrameError::Malformed(_))
        ));
    }

    #[test]
    fn what_is_no_frame_is_malformed() {
        for text in [
            "",
            "null",
            "7",
            "{}",
            "[",
            r#"{"type":7}"#,
            r#"{"type":"typing"}"#,
            r#"{"type":"ping","type":"ping"}"#,
        ] {
            assert!(
                matches!(decode_error(text), FrameError::Malformed(_)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_deep_frame_is_malformed() {
        let text = format!(r#"{{"type":"ping","x":{}"#, "[".repeat(200_000));
        assert!(matches!(decode_error(&text), FrameError::Malformed(_)));
    }

    #[test]
    fn a_long_frame_is_too_large() {
        let text = " ".repeat(MAX_FRAME_BYTES + 1);
        let bytes = text.len();
        assert_eq!(decode_error(&text), FrameError::TooLarge { bytes });
    }
}
