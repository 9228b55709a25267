//! How loud everybody is here: mute, deafen, volumes, and who is speaking.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::call::PeerId;
use parley_protocol::ids::DeviceId;

use super::Media;
use crate::call::store::sound::sound;
use crate::ids;
use crate::platform::peer_connection::RemoteSound;
use crate::platform::playback::Playback;

impl Media {
    /// Silences or opens the microphone, and the ears.
    pub(super) fn apply_mute(&mut self) {
        let state = self.state();
        if let Some(microphone) = &self.microphone {
            microphone.set_enabled(!state.muted);
            for (peer, connected) in &self.peers {
                if self.is_sent_to(&peer.device) {
                    connected.connection.set_microphone(microphone);
                } else {
                    connected.connection.send_nothing();
                }
            }
        }
        self.measure_own();
        if let Some(playback) = &self.playback {
            playback.set_deafened(state.deafened);
        }
    }

    /// Makes everybody as loud as the person wants them.
    pub(super) fn apply_volumes(&self) {
        let evens = sound().choices.with_untracked(|choices| choices.even);
        for (peer, connected) in &self.peers {
            if let Some(sink) = &connected.sink {
                let even = if evens {
                    self.voices.factor(peer.device)
                } else {
                    1.0
                };
                let by_hand = f32::from(self.volume(peer.device)) / 100.0;
                sink.set_loudness(by_hand * even);
            }
            connected.pictures.set_volume(self.volume(peer.device));
        }
    }

    /// Measures the own microphone, while it is on.
    fn measure_own(&mut self) {
        let on = self.microphone.as_ref().filter(|it| it.is_on());
        let Some((microphone, playback)) = on.zip(self.playback.as_ref()) else {
            self.meter = None;
            self.is_speaking = false;
            self.talk.forget_what_was_heard();
            self.store.level.set(0.0);
            return;
        };
        if self.meter.is_none() {
            let talk = self.talk.clone();
            self.meter = playback.meter(microphone, move |loudness| talk.hear(loudness));
        }
    }

    pub(super) fn show_blocked(&self) {
        let blocked = self.playback.as_ref().is_some_and(Playback::is_blocked);
        self.store
            .playback_blocked
            .set(blocked && self.starting.is_none());
    }

    pub(super) fn play(&mut self, peer: PeerId, sound: &RemoteSound) {
        let sink = self
            .playback
            .as_ref()
            .and_then(|playback| playback.sink(sound).ok());
        if let (Some(sink), Some(connected)) = (sink, self.peers.get_mut(&peer)) {
            connected.sink = Some(sink);
        }
        self.apply_volumes();
    }

    /// In percent. Whoever may not speak is not heard, whatever the person chose.
    fn volume(&self, device: DeviceId) -> u16 {
        if !self.plays(&device) {
            return 0;
        }
        let device = ids::DeviceId::from(device.to_string());
        let rosters = self.store.rosters.get_untracked();
        let user = rosters
            .iter()
            .flat_map(|(_, roster)| roster)
            .find(|there| there.device == device)
            .map(|there| there.user.clone());
        user.and_then(|user| self.store.volumes.get_untracked().get(&user).copied())
            .unwrap_or(100)
    }
}
