//! How the sound of each connection travels, asked for every few seconds while somebody looks at it.

use leptos::prelude::Update;
use parley_client::call::PeerId;

use super::{Media, MediaEvent};
use crate::call::store::Path;
use crate::ids;
use crate::platform::clock::Timer;
use crate::platform::peer_connection::PeerStats;
use crate::platform::task;

/// Between two looks, in milliseconds. More often costs power and shows no more.
const INTERVAL: u64 = 2_000;

impl Media {
    pub(super) fn watch_figures(&mut self) {
        if self.devices.is_none() {
            self.figures = None;
            return;
        }
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
        if !self.peers.contains_key(&peer) {
            return;
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
