//! The state of the call and of each connection, as the page shows it.

use leptos::prelude::{GetUntracked, Set, Update};
use parley_client::call::{CallStatus, PeerStatus};
use parley_protocol::ids::DeviceId;

use super::{Media, MediaEvent};
use crate::call::driver::running::RunningCall;
use crate::call::store::{CallState, MyCall, Peer, PeerState};
use crate::ids;

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
        };
        self.store.peers.update(|peers| {
            let unknown = || Peer {
                state,
                path: None,
                round_trip_ms: None,
                loss: None,
                jitter_ms: None,
            };
            peers
                .entry(ids::DeviceId::from(device.to_string()))
                .or_insert_with(unknown)
                .state = state;
        });
    }

    fn end_unless_failed(&mut self) {
        let failed = |call: &MyCall| matches!(call.state, CallState::Failed(_));
        let kept = self.store.mine.get_untracked().filter(failed);
        self.end();
        self.store.mine.set(kept);
    }
}
