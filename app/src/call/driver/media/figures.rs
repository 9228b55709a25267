//! How the sound of each connection travels: every few seconds while somebody looks at it or somebody speaks, now and
//! then otherwise, for the call bar, for what is sent, and for how long sound waits.

use leptos::prelude::Update;
use parley_client::call::PeerId;

use super::{Media, MediaEvent};
use crate::call::sound::buffering::Counts;
use crate::call::store::figures::remember;
use crate::driver::convert::millis;
use crate::ids;
use crate::platform::clock::{self, Timer};
use crate::platform::peer_connection::PeerStats;
use crate::platform::task;

/// Between two looks while somebody looks on, in milliseconds. More often costs power and shows no more.
const WATCHED: u64 = 2_000;
/// Between two looks while nobody does. Seldomer, and a bad connection is shown late.
const UNWATCHED: u64 = 10_000;

impl Media {
    /// Sets the clock for the next look.
    pub(super) fn watch_figures(&mut self) {
        let is_anybody_speaking = self.speaking_by_device.values().any(|speaks| *speaks);
        let after = if self.is_watched || is_anybody_speaking {
            WATCHED
        } else {
            UNWATCHED
        };
        let port = self.port.clone();
        self.figures = Timer::after(after, move || port.put(MediaEvent::FiguresDue));
    }

    pub(super) fn ask_for_figures(&mut self) {
        for peer in self.peers.keys() {
            self.ask_for_figures_of(*peer);
        }
        if self.microphone.is_some() {
            self.watch_figures();
        }
    }

    pub(super) fn ask_for_figures_of(&self, peer: PeerId) {
        let Some(connected) = self.peers.get(&peer) else {
            return;
        };
        let (asked, port) = (connected.connection.stats(), self.port.clone());
        task::spawn(async move {
            if let Some(stats) = asked.await {
                port.put(MediaEvent::Figures { peer, stats });
            }
        });
    }

    pub(super) fn show_figures(&mut self, peer: PeerId, stats: &PeerStats) {
        let is_speaking = self.speaking_by_device.get(&peer.device) == Some(&true);
        let Some(connected) = self.peers.get_mut(&peer) else {
            return;
        };
        let now = millis(clock::now());
        let figures = connected.rates.take(stats, now);
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
            remember(&mut shown.past, figures.moment(now));
            shown.figures = figures;
        });
    }
}
