//! What reaches the call from its own parts and tasks.

mod pictures;

use parley_client::call::{PeerEvent, PeerId};
use parley_protocol::ids::DeviceId;

pub use self::pictures::PictureEvent;
use super::Begin;
use crate::call::sound::keys::Button;
use crate::call::store::CallProblem;
use crate::call::store::sound::HeldKey;
use crate::platform::microphone::{Devices, Microphone, MicrophoneError};
use crate::platform::microphone_trial::{Played, Recording};
use crate::platform::peer_connection::{PeerStats, RemoteSound};
use crate::platform::speech_watch::Heard;

/// Something that the call hears of.
pub enum CallInput {
    /// The setting that hides the address was changed.
    HideAddress(bool),
    /// The chunk is here, or could not be loaded.
    Loaded(Result<Begin, CallProblem>),
    Media(MediaEvent),
}

impl From<PictureEvent> for MediaEvent {
    fn from(event: PictureEvent) -> Self {
        Self::Picture(event)
    }
}

/// Something that happened to a part of the call's media.
pub enum MediaEvent {
    Peer {
        peer: PeerId,
        event: PeerEvent,
    },
    /// The browser's answer about the microphone.
    Microphone {
        stay: u64,
        opened: Result<Microphone, MicrophoneError>,
    },
    /// The microphone was pulled out.
    MicrophoneLost {
        stay: u64,
    },
    /// The log says something else about who may speak.
    RightsChanged,
    /// The call stands.
    Joined,
    /// The own microphone is louder or quieter, open or closed.
    Own(Talking),
    /// The page hears keys again, or not any more.
    HearsKeys,
    /// A key or button was pressed that something is to be bound to; `None`: Escape.
    Learned {
        key: HeldKey,
        learned: Option<Button>,
    },
    /// The test of the microphone goes on.
    Trial {
        number: u64,
        event: TrialEvent,
    },
    /// Somebody's sound comes.
    Heard {
        peer: PeerId,
        sound: RemoteSound,
    },
    /// Somebody begins or ends to speak, is not heard any more, or how loudly they speak.
    Theirs {
        device: DeviceId,
        heard: Heard,
    },
    /// The browser holds sound back, or not any more.
    PlaybackChanged,
    /// The loudspeakers have had time to start.
    PlaybackStarted,
    /// The chosen loudspeaker is to be used.
    ApplyOutput,
    /// Microphones and loudspeakers came or went.
    DevicesChanged,
    Devices(Devices),
    /// Something about cameras and screens.
    Picture(PictureEvent),
    /// It is time to ask how the sound travels.
    FiguresDue,
    Figures {
        peer: PeerId,
        stats: PeerStats,
    },
}

/// What the page shows of the own microphone.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Talking {
    /// How loud the microphone is, 0 to 1.
    pub level: f32,
    /// From which level on it opens.
    pub threshold: f32,
    /// Somebody speaks, and the others hear it.
    pub is_speaking: bool,
}

/// How a test goes on.
pub enum TrialEvent {
    Begun(Result<Recording, MicrophoneError>),
    /// How loud it is, 0 to 1.
    Level(f32),
    /// Enough was said.
    Enough,
    /// It is played, or there was nothing to play.
    Plays(Option<Played>),
    Ended,
}
