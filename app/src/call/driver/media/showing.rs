//! The state of the call and of each connection, as the page shows it.

use leptos::prelude::{GetUntracked, Set, Update};
use parley_client::Engine;
use parley_client::call::{CallStatus, PeerStatus};
use parley_protocol::ids::DeviceId;

use super::{Media, MediaEvent};
use crate::call::driver::IN_CALL;
use crate::call::driver::running::RunningCall;
use crate::call::store::figures::Figures;
use crate::call::store::{CallState, MyCall, Peer, PeerState};
use crate::ids;
use crate::platform::tab_memory;

impl Media {
    pub(super) fn show_status(&mut self, status: CallStatus) {
        let state = match status {
            CallStatus::Joining => CallState::Joining,
            CallStatus::Joined => CallState::Connected,
            CallStatus::RelayAway => CallState::RelayAway,
            // The log or the relay ended it: what a person leaves is gone from the screen already.
            CallStatus::Left => return self.end_unless_failed(),
        };
        if state == CallState::Connected {
            self.port.put(MediaEvent::Joined);
        }
        self.store.mine.update(|mine| {
            if let Some(call) = mine {
                if state == CallState::Connected {
                    tab_memory::write(IN_CALL, call.channel.as_str());
                }
                call.state = state;
            }
        });
    }

    pub(super) fn show_peer(&self, device: DeviceId, status: PeerStatus) {
        let state = match status {
            PeerStatus::Connecting => PeerState::Connecting,
            PeerStatus::Connected => PeerState::Connected,
            PeerStatus::Reconnecting => PeerState::Reconnecting,
            PeerStatus::Failed => PeerState::Failed,
            PeerStatus::Refused => PeerState::Refused,
        };
        self.store.peers.update(|peers| {
            let unknown = || Peer {
                state,
                figures: Figures::default(),
                past: Vec::new(),
            };
            peers
                .entry(ids::DeviceId::from(device.to_string()))
                .or_insert_with(unknown)
                .state = state;
        });
    }

    /// Makes the connections anew that have failed.
    pub(super) fn retry_peers(&self, engine: &mut Engine, now: u64) {
        let shown = self.store.peers.get_untracked();
        for peer in self.peers.keys() {
            let device = ids::DeviceId::from(peer.device.to_string());
            let failed =
                |shown: &Peer| matches!(shown.state, PeerState::Failed | PeerState::Refused);
            if shown.get(&device).is_some_and(failed) {
                engine.retry_peer(peer.device, now);
            }
        }
    }

    fn end_unless_failed(&mut self) {
        let failed = |call: &MyCall| matches!(call.state, CallState::Failed(_));
        let kept = self.store.mine.get_untracked().filter(failed);
        self.end();
        self.store.mine.set(kept);
    }
}
