//! What reaches the call from its own parts and tasks.

mod pictures;

use parley_client::call::{PeerEvent, PeerId};
use parley_protocol::ids::DeviceId;

pub use self::pictures::PictureEvent;
use super::Begin;
use crate::call::store::CallProblem;
use crate::platform::level_meter::Reading;
use crate::platform::microphone::{Devices, Microphone, MicrophoneError};
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
    /// The own microphone is louder or quieter.
    Own(Reading),
    /// Somebody's sound comes.
    Heard {
        peer: PeerId,
        sound: RemoteSound,
    },
    /// Somebody begins or ends to speak, or is not heard any more.
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
