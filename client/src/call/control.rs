//! What two devices of a call tell each other beside their media: which track is what, and which pictures somebody
//! looks at. JSON texts on a data channel of their own connection (`control`, negotiated with id 0, ordered), so inside
//! the DTLS of two devices that log and roster name: the relay can neither read nor write there.
//!
//! Never here: what is sent because of it ([`super::sending`]).

use parley_protocol::{Millis, json};
use serde::{Deserialize, Serialize};

/// The label of the data channel.
pub const CONTROL_LABEL: &str = "control";
/// The number that both sides give it, so that neither has to announce it.
pub const CONTROL_ID: u16 = 0;
/// A message, in bytes. The longest that this program writes has about 600.
pub const MAX_CONTROL_BYTES: usize = 4 * 1024;
/// Messages in one second. A window that is drawn larger makes about seven.
pub const MAX_CONTROL_PER_SECOND: u32 = 40;
/// Tracks or pictures that one message names.
pub const MAX_TRACKS: usize = 8;
/// The name of a media section, in bytes (RFC 5888 calls it a token; browsers write one or two digits).
const MAX_MID_BYTES: usize = 16;
/// The longest side of a tile that is believed, in pixels.
pub const MAX_TILE_SIDE: u32 = 8192;

/// One message on the control channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ControlMessage {
    /// What the sender's tracks are. Those that are not named are off.
    Tracks {
        /// At most [`MAX_TRACKS`].
        tracks: Vec<TrackNote>,
    },
    /// Which of the receiver's pictures the sender looks at. What is not named is not looked at, and not sent.
    Viewing {
        /// At most [`MAX_TRACKS`].
        pictures: Vec<Viewed>,
    },
    /// A kind that this program does not know. Of no consequence.
    #[serde(other)]
    Unknown,
}

/// What one track is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackNote {
    /// Its media section, as both descriptions name it.
    pub mid: String,
    /// What it carries.
    pub track: TrackKind,
}

/// What a track carries, beside the microphone, which is always the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackKind {
    /// The picture of a camera.
    Camera,
    /// The picture of a screen, a window or a tab.
    Screen,
    /// The sound that belongs to the screen.
    ScreenSound,
    /// Something that this program does not know.
    #[serde(other)]
    Unknown,
}

/// A picture that somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewed {
    /// Camera or screen.
    pub track: TrackKind,
    /// The width of its tile in the viewer's own pixels.
    pub width: u32,
    /// The height of its tile in the viewer's own pixels.
    pub height: u32,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// It is too long.
    #[error("the control message has {bytes} bytes, {MAX_CONTROL_BYTES} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// It is no JSON of this shape.
    #[error("the control message cannot be read")]
    Malformed,
    /// It names too much.
    #[error("the control message names {count} tracks, {MAX_TRACKS} are allowed")]
    TooManyTracks {
        /// How many.
        count: usize,
    },
    /// A media section's name is too long, or a side too large.
    #[error("the control message has a value out of bounds")]
    OutOfBounds,
    /// The other side talks too much: its channel is ignored from now on.
    #[error("more than {MAX_CONTROL_PER_SECOND} control messages came in one second")]
    TooMany,
}

impl ControlMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// [`ControlError`], never [`ControlError::TooMany`].
    pub fn parse(text: &str) -> Result<Self, ControlError> {
        if text.len() > MAX_CONTROL_BYTES {
            return Err(ControlError::TooLong { bytes: text.len() });
        }
        let message: Self = json::read(text.as_bytes()).map_err(|_| ControlError::Malformed)?;
        message.check()?;
        Ok(message)
    }

    /// The text to send.
    pub fn write(&self) -> String {
        json::write(self)
    }

    fn check(&self) -> Result<(), ControlError> {
        let count = match self {
            Self::Tracks { tracks } => tracks.len(),
            Self::Viewing { pictures } => pictures.len(),
            Self::Unknown => 0,
        };
        if count > MAX_TRACKS {
            return Err(ControlError::TooManyTracks { count });
        }
        let fits = match self {
            Self::Tracks { tracks } => tracks.iter().all(|note| note.mid.len() <= MAX_MID_BYTES),
            Self::Viewing { pictures } => pictures
                .iter()
                .all(|one| one.width <= MAX_TILE_SIDE && one.height <= MAX_TILE_SIDE),
            Self::Unknown => true,
        };
        if fits {
            Ok(())
        } else {
            Err(ControlError::OutOfBounds)
        }
    }
}

/// Reads what one other device says, and stops listening to one that talks too much.
#[derive(Debug, Default)]
pub struct ControlIntake {
    second: Millis,
    count: u32,
    is_closed: bool,
}

impl ControlIntake {
    /// Takes a text from the channel.
    ///
    /// # Errors
    /// [`ControlError`]. After [`ControlError::TooMany`] always that.
    pub fn take(&mut self, text: &str, now: Millis) -> Result<ControlMessage, ControlError> {
        let second = now / 1_000;
        if self.second != second {
            self.second = second;
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.is_closed |= self.count > MAX_CONTROL_PER_SECOND;
        if self.is_closed {
            return Err(ControlError::TooMany);
        }
        ControlMessage::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tracks(count: usize, mid: &str) -> ControlMessage {
        let note = TrackNote {
            mid: mid.to_owned(),
            track: TrackKind::ScreenSound,
        };
        ControlMessage::Tracks {
            tracks: vec![note; count],
        }
    }

    fn viewing(width: u32) -> ControlMessage {
        ControlMessage::Viewing {
            pictures: vec![Viewed {
                track: TrackKind::Camera,
                width,
                height: 360,
            }],
        }
    }

    #[test]
    fn messages_are_plain_json() {
        let text = r#"{"kind":"tracks","tracks":[{"mid":"2","track":"screen_sound"}]}"#;
        assert_eq!(ControlMessage::parse(text), Ok(tracks(1, "2")));
        assert_eq!(tracks(1, "2").write(), text);
        let text = r#"{"kind":"viewing","pictures":[{"track":"camera","width":640,"height":360}]}"#;
        assert_eq!(ControlMessage::parse(text), Ok(viewing(640)));
        assert_eq!(viewing(640).write(), text);
        // As a page reads it.
        assert_eq!(
            json::tree::read::<ControlMessage>(text.as_bytes()).unwrap(),
            viewing(640)
        );
    }

    #[test]
    fn what_a_newer_program_says_is_no_fault() {
        let text = r#"{"kind":"weather","sunny":true}"#;
        assert_eq!(ControlMessage::parse(text), Ok(ControlMessage::Unknown));
        let text = r#"{"kind":"tracks","tracks":[{"mid":"1","track":"hologram"}]}"#;
        let Ok(ControlMessage::Tracks { tracks }) = ControlMessage::parse(text) else {
            panic!("it is read");
        };
        assert_eq!(tracks[0].track, TrackKind::Unknown);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let parse = |message: &ControlMessage| ControlMessage::parse(&message.write());
        assert!(parse(&tracks(MAX_TRACKS, "16 bytes at most")).is_ok());
        assert_eq!(
            parse(&tracks(MAX_TRACKS + 1, "1")),
            Err(ControlError::TooManyTracks {
                count: MAX_TRACKS + 1
            })
        );
        assert_eq!(
            parse(&tracks(1, "more than 16 bytes")),
            Err(ControlError::OutOfBounds)
        );
        assert!(parse(&viewing(MAX_TILE_SIDE)).is_ok());
        assert_eq!(
            parse(&viewing(MAX_TILE_SIDE + 1)),
            Err(ControlError::OutOfBounds)
        );
        let long = " ".repeat(MAX_CONTROL_BYTES + 1);
        assert_eq!(
            ControlMessage::parse(&long),
            Err(ControlError::TooLong { bytes: long.len() })
        );
        assert_eq!(ControlMessage::parse("{"), Err(ControlError::Malformed));
    }

    #[test]
    fn who_talks_too_much_is_not_listened_to_any_more() {
        let mut intake = ControlIntake::default();
        let text = viewing(10).write();
        for second in 0..3 {
            for _ in 0..MAX_CONTROL_PER_SECOND {
                assert!(intake.take(&text, second * 1_000).is_ok());
            }
        }
        assert_eq!(intake.take(&text, 2_999), Err(ControlError::TooMany));
        assert_eq!(intake.take(&text, 90_000), Err(ControlError::TooMany));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = String::from_utf8_lossy(&bytes);
            if let Ok(message) = ControlMessage::parse(&text) {
                prop_assert_eq!(ControlMessage::parse(&message.write()), Ok(message));
            }
        }

        #[test]
        fn any_tile_is_written_and_read_alike(width in 0..=MAX_TILE_SIDE) {
            prop_assert_eq!(ControlMessage::parse(&viewing(width).write()), Ok(viewing(width)));
        }
    }
}
