//! What microphone, loudspeakers and the others' sound report, and what is done about it.

use leptos::prelude::{GetUntracked, Set};
use parley_client::call::PeerId;
use parley_protocol::ids::DeviceId;

use super::Voice;
use crate::ids;
use crate::platform::level_meter::Reading;
use crate::platform::microphone::{Devices, Microphone, MicrophoneError};
use crate::platform::peer_connection::{PeerStats, RemoteSound};
use crate::platform::playback::Playback;
use crate::shell::driver::coordinator::Driver;
use crate::shell::driver::inbox::Input;

/// Something about sound.
pub enum Sound {
    /// The browser's answer about the microphone.
    Microphone {
        /// For which call.
        stay: u64,
        /// What it said.
        opened: Result<Microphone, MicrophoneError>,
    },
    /// The microphone was pulled out.
    MicrophoneLost {
        /// In which call.
        stay: u64,
    },
    /// The own microphone is louder or quieter.
    Own(Reading),
    /// Somebody's sound comes.
    Heard {
        /// Through which connection.
        peer: PeerId,
        /// What.
        sound: RemoteSound,
    },
    /// Somebody begins or ends to speak.
    Theirs {
        /// Who.
        device: DeviceId,
        /// Begins.
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
    /// All of them.
    Devices(Devices),
    /// It is time to ask how the sound travels.
    FiguresDue,
    /// How it travels.
    Figures {
        /// Through which connection.
        peer: PeerId,
        /// In figures.
        stats: PeerStats,
    },
}

impl Driver {
    pub async fn handle_sound(&mut self, sound: Sound) {
        match sound {
            Sound::Microphone { stay, opened } => self.handle_microphone(stay, opened),
            Sound::MicrophoneLost { stay } => {
                if stay == self.voice.stay {
                    self.set_input(None).await;
                }
            }
            Sound::Own(reading) => self.handle_own_sound(reading),
            Sound::Heard { peer, sound } => {
                self.voice.play(peer, &sound);
                self.changed.voice = true;
            }
            Sound::Theirs {
                device,
                is_speaking,
            } => {
                self.voice.speaking_by_device.insert(device, is_speaking);
                self.changed.voice = true;
            }
            Sound::PlaybackChanged => self.voice.show_blocked(),
            Sound::PlaybackStarted => {
                self.voice.starting = None;
                self.voice.show_blocked();
            }
            Sound::ApplyOutput => self.apply_output().await,
            Sound::DevicesChanged => self.voice.list_devices(),
            Sound::Devices(devices) => self.voice.show_devices(devices),
            Sound::FiguresDue => self.voice.ask_for_figures(),
            Sound::Figures { peer, stats } => self.voice.show_figures(peer, &stats),
        }
    }

    fn handle_own_sound(&mut self, reading: Reading) {
        if self.voice.meter.is_none() {
            return;
        }
        self.stores.call.level.set(f64::from(reading.level));
        if reading.is_speaking != self.voice.is_speaking {
            self.voice.is_speaking = reading.is_speaking;
            self.changed.voice = true;
            self.tell_voice_state();
        }
    }
}

impl Voice {
    /// Whether a device of this call is speaking, as measured here. `None` for one that is not heard here.
    pub fn hears_speaking(&self, device: &DeviceId) -> Option<bool> {
        self.speaking_by_device.get(device).copied()
    }

    /// Whether this device itself is speaking, for the others to hear.
    pub fn speaks(&self) -> bool {
        self.state().speaking
    }

    /// Silences or opens the microphone, and the ears.
    pub fn apply_mute(&mut self) {
        let state = self.state();
        if let Some(microphone) = &self.microphone {
            microphone.set_enabled(!state.muted);
            for connected in self.peers.values() {
                connected.connection.set_microphone(microphone);
            }
        }
        self.measure_own();
        if let Some(playback) = &self.playback {
            playback.set_deafened(state.deafened);
        }
    }

    /// Makes everybody as loud as the person wants them.
    pub fn apply_volumes(&self) {
        for (peer, connected) in &self.peers {
            if let Some(sink) = &connected.sink {
                sink.set_volume(self.volume(peer.device));
            }
        }
    }

    /// Measures the own microphone, while it is on.
    fn measure_own(&mut self) {
        let on = self.microphone.as_ref().filter(|it| it.is_on());
        let Some((microphone, playback)) = on.zip(self.playback.as_ref()) else {
            self.meter = None;
            self.is_speaking = false;
            self.store.level.set(0.0);
            return;
        };
        if self.meter.is_none() {
            let inbox = self.inbox.clone();
            let report = move |reading| inbox.put(Input::Sound(Sound::Own(reading)));
            self.meter = playback.meter(microphone, report);
        }
    }

    pub fn show_blocked(&self) {
        let blocked = self.playback.as_ref().is_some_and(Playback::is_blocked);
        self.store
            .playback_blocked
            .set(blocked && self.starting.is_none());
    }

    fn play(&mut self, peer: PeerId, sound: &RemoteSound) {
        let sink = self
            .playback
            .as_ref()
            .and_then(|playback| playback.sink(sound).ok());
        if let (Some(sink), Some(connected)) = (sink, self.peers.get_mut(&peer)) {
            connected.sink = Some(sink);
        }
        self.apply_volumes();
    }

    fn volume(&self, device: DeviceId) -> u16 {
        let device = ids::DeviceId::from(device.to_string());
        let rosters = self.store.rosters.get_untracked();
        let user = rosters
            .into_values()
            .flatten()
            .find(|there| there.device == device)
            .map(|there| there.user);
        user.and_then(|user| self.store.volumes.get_untracked().get(&user).copied())
            .unwrap_or(100)
    }
}
