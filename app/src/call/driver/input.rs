//! What connections, microphone, loudspeakers and the others' sound report, and what is done about it.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::call::{PeerEvent, PeerId};
use parley_protocol::ids::DeviceId;

use super::Call;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::platform::level_meter::Reading;
use crate::platform::microphone::{Devices, Microphone, MicrophoneError};
use crate::platform::peer_connection::{PeerStats, RemoteSound};

/// Something that happened to a part of the call.
pub enum CallInput {
    Peer {
        peer: PeerId,
        event: PeerEvent,
    },
    /// The setting that hides the address was changed.
    HideAddress(bool),
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
    /// Somebody begins or ends to speak.
    Theirs {
        device: DeviceId,
        is_speaking: bool,
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
    /// It is time to ask how the sound travels.
    FiguresDue,
    Figures {
        peer: PeerId,
        stats: PeerStats,
    },
}

impl Call {
    pub async fn handle(
        &mut self,
        input: CallInput,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match input {
            CallInput::Peer { peer, event } => {
                if let Some(engine) = engine {
                    engine.handle_peer(peer, event, now);
                }
            }
            CallInput::HideAddress(hide) => {
                if let Some(engine) = engine {
                    engine.set_relay_only(hide, now);
                }
            }
            CallInput::Microphone { stay, opened } => {
                self.handle_microphone(stay, opened, engine, now);
            }
            CallInput::MicrophoneLost { stay } if stay == self.stay => {
                return self.set_input(None);
            }
            CallInput::MicrophoneLost { .. } => {}
            CallInput::Own(reading) => return self.handle_own_sound(reading, engine, now),
            CallInput::Heard { peer, sound } => {
                self.play(peer, &sound);
                return vec![Wish::Show(Matter::Voice)];
            }
            CallInput::Theirs {
                device,
                is_speaking,
            } => {
                self.speaking_by_device.insert(device, is_speaking);
                return vec![Wish::Show(Matter::Voice)];
            }
            CallInput::PlaybackChanged => self.show_blocked(),
            CallInput::PlaybackStarted => {
                self.starting = None;
                self.show_blocked();
            }
            CallInput::ApplyOutput => self.apply_output().await,
            CallInput::DevicesChanged => self.list_devices(),
            CallInput::Devices(devices) => self.show_devices(devices),
            CallInput::FiguresDue => self.ask_for_figures(),
            CallInput::Figures { peer, stats } => self.show_figures(peer, &stats),
        }
        Wishes::new()
    }

    fn handle_own_sound(
        &mut self,
        reading: Reading,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        if self.meter.is_none() {
            return Wishes::new();
        }
        self.store.level.set(f64::from(reading.level));
        if reading.is_speaking == self.is_speaking {
            return Wishes::new();
        }
        self.is_speaking = reading.is_speaking;
        self.tell_state(engine, now);
        vec![Wish::Show(Matter::Voice)]
    }
}
