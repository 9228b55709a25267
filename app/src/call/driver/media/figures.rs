//! How the sound of each connection travels, asked for every few seconds, and how long it waits for it.

use leptos::prelude::Update;
use parley_client::call::PeerId;

use super::{Media, MediaEvent};
use crate::call::sound::buffering::Counts;
use crate::call::store::Path;
use crate::ids;
use crate::platform::clock::Timer;
use crate::platform::peer_connection::PeerStats;
use crate::platform::task;

/// Between two looks, in milliseconds. More often costs power and shows no more.
const INTERVAL: u64 = 2_000;

impl Media {
    pub(super) fn watch_figures(&mut self) {
        let port = self.port.clone();
        self.figures = Timer::after(INTERVAL, move || port.put(MediaEvent::FiguresDue));
    }

    pub(super) fn ask_for_figures(&mut self) {
        for (peer, connected) in &self.peers {
            let (asked, port, peer) = (connected.connection.stats(), self.port.clone(), *peer);
            task::spawn(async move {
                if let Some(stats) = asked.await {
                    port.put(MediaEvent::Figures { peer, stats });
                }
            });
        }
        if self.microphone.is_some() {
            self.watch_figures();
        }
    }

    pub(super) fn show_figures(&mut self, peer: PeerId, stats: &PeerStats) {
        let is_speaking = self.speaking_by_device.get(&peer.device) == Some(&true);
        let Some(connected) = self.peers.get_mut(&peer) else {
            return;
        };
        let counts = Counts {
            samples: stats.samples_received,
            concealed: stats.samples_concealed,
            jitter_ms: stats.jitter_ms.unwrap_or(0.0),
        };
        if let Some(wait) = connected.buffering.hear(counts, is_speaking) {
            connected.connection.set_wait(wait);
        }
        self.store.peers.update(|peers| {
            let Some(shown) = peers.get_mut(&ids::DeviceId::from(peer.device.to_string())) else {
                return;
            };
            shown.path = stats
                .is_relayed
                .map(|relayed| if relayed { Path::Relayed } else { Path::Direct });
            shown.round_trip_ms = stats.round_trip_ms;
            shown.loss = stats.loss();
            shown.jitter_ms = stats.jitter_ms;
        });
    }
}
