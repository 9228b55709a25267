//! The door through which the engine reaches a call. It names [`Call`] nowhere but in [`begin`]: a program that is
//! loaded in parts needs the mesh only with the part that joins a call.

use parley_protocol::Millis;
use parley_protocol::ids::{CallSessionId, DeviceId};
use parley_protocol::voice::{IceServers, Roster};

use super::effect::{CallEffect, PeerId, PeerStatus};
use super::event::PeerEvent;
use super::peer::Peer;
use super::signal::CallSignal;
use super::{Call, CallConfig};

/// Something for a call, named after the method of [`Call`] that takes it.
pub(crate) enum CallInput<'a> {
    Roster(&'a Roster),
    Signal { from: DeviceId, signal: CallSignal },
    Peer { peer: PeerId, event: PeerEvent },
    RelayLost,
    RelayBack,
    NetworkChange,
    IceServers(IceServers),
    Removed(DeviceId),
    Retry(DeviceId),
    RelayOnly(bool),
    Leave,
    Timeout,
}

/// One stay in one voice channel, as the engine sees it.
pub(crate) trait CallMachine: Send {
    fn handle(&mut self, input: CallInput<'_>, now: Millis);
    fn poll_effect(&mut self) -> Option<CallEffect>;
    fn poll_timeout(&self) -> Option<Millis>;
    /// The other devices.
    fn devices(&self) -> Vec<DeviceId>;
    /// The stay of another device, if it is here.
    fn stay_of(&self, device: &DeviceId) -> Option<CallSessionId>;
    /// How the connection to another device is.
    fn status_of(&self, device: &DeviceId) -> Option<PeerStatus>;
    fn call(&self) -> &Call;
}

/// Begins a stay.
pub(crate) type Begin = fn(CallConfig, Millis) -> Box<dyn CallMachine>;

/// The one way to a [`Call`] behind the door.
pub(crate) fn begin(config: CallConfig, now: Millis) -> Box<dyn CallMachine> {
    Box::new(Call::new(config, now))
}

impl CallMachine for Call {
    fn handle(&mut self, input: CallInput<'_>, now: Millis) {
        match input {
            CallInput::Roster(roster) => self.handle_roster(roster, now),
            CallInput::Signal { from, signal } => self.handle_signal(from, signal, now),
            CallInput::Peer { peer, event } => self.handle_peer(peer, event, now),
            CallInput::RelayLost => self.handle_relay_lost(now),
            CallInput::RelayBack => self.handle_relay_back(now),
            CallInput::NetworkChange => self.handle_network_change(now),
            CallInput::IceServers(ice) => self.handle_ice_servers(ice, now),
            CallInput::Removed(device) => self.handle_removed(device),
            CallInput::Retry(device) => self.retry(device, now),
            CallInput::RelayOnly(relay_only) => self.set_relay_only(relay_only, now),
            CallInput::Leave => self.leave(now),
            CallInput::Timeout => self.handle_timeout(now),
        }
    }

    fn poll_effect(&mut self) -> Option<CallEffect> {
        self.poll_effect()
    }

    fn poll_timeout(&self) -> Option<Millis> {
        self.poll_timeout()
    }

    fn devices(&self) -> Vec<DeviceId> {
        self.peers().map(|peer| peer.id.device).collect()
    }

    fn stay_of(&self, device: &DeviceId) -> Option<CallSessionId> {
        self.peers.get(device).map(Peer::session)
    }

    fn status_of(&self, device: &DeviceId) -> Option<PeerStatus> {
        self.peers.get(device).map(Peer::status)
    }

    fn call(&self) -> &Call {
        self
    }
}
