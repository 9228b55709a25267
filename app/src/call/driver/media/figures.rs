//! How the sound of each connection travels: every few seconds while somebody looks at it, now and then otherwise, for
//! the call bar and for what is sent.

use leptos::prelude::Update;
use parley_client::call::PeerId;

use super::{Media, MediaEvent};
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
        let after = if self.devices.is_some() {
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
        let Some(connected) = self.peers.get_mut(&peer) else {
            return;
        };
        let now = millis(clock::now());
        let figures = connected.rates.take(stats, now);
        self.store.peers.update(|peers| {
            let Some(shown) = peers.get_mut(&ids::DeviceId::from(peer.device.to_string())) else {
                return;
            };
            remember(&mut shown.past, figures.moment(now));
            shown.figures = figures;
        });
    }
}
