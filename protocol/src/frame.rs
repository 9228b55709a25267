//! What travels on the socket: JSON text, one frame a message. The relay speaks first, with a challenge;
//! the client answers with a hello; from then on both send as they like.

mod to_client;
mod to_relay;

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
    /// A type that this side does not know.
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
        let message = error.to_string();
        if message.starts_with("unknown variant") {
            FrameError::UnknownType
        } else {
            FrameError::Malformed(message)
        }
    })
}

/// Writes a frame. Frames have only string keys and finite numbers, so this always gives a text.
pub fn encode<T: Serialize>(frame: &T) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}
