//! Who is speaking: heard here, of those whose microphones are on. While all are muted nothing is measured.

use parley_client::Engine;
use parley_client::call::PeerId;
use parley_protocol::ids::DeviceId;

use super::{Media, MediaEvent};
use crate::platform::speech_watch::SpeechWatch;

/// Those who are listened to.
#[derive(Default)]
pub(super) struct Listening {
    peers: Vec<PeerId>,
    _watch: Option<SpeechWatch>,
}

impl Media {
    /// Listens to those who can be heard now, and to nobody else.
    pub(super) fn listen_again(&mut self, engine: &Engine) {
        let is_muted = |device: DeviceId| {
            let mut there = engine.rosters().flat_map(|roster| &roster.participants);
            there.any(|stay| stay.device == device && stay.state.muted)
        };
        let heard = self
            .peers
            .iter()
            .filter(|(peer, connected)| connected.sink.is_some() && !is_muted(peer.device))
            .map(|(peer, _)| *peer);
        let heard: Vec<PeerId> = heard.collect();
        if heard != self.listening.peers {
            self.listen_to(heard);
        }
    }

    fn listen_to(&mut self, heard: Vec<PeerId>) {
        let mut watched = Vec::new();
        for peer in &heard {
            let Some(connected) = self.peers.get(peer) else {
                continue;
            };
            let (port, device) = (self.port.clone(), peer.device);
            let was_speaking = self.speaking_by_device.get(&device).copied();
            let report = move |heard| port.put(MediaEvent::Theirs { device, heard });
            let was_speaking = was_speaking.unwrap_or(false);
            watched.push(connected.connection.watch_speech(was_speaking, report));
        }
        for peer in &self.listening.peers {
            if !heard.contains(peer) {
                self.speaking_by_device.remove(&peer.device);
            }
        }
        self.listening = Listening {
            peers: heard,
            _watch: SpeechWatch::new(watched),
        };
    }
}
