//! The browser's side of a call: microphone, connections and loudspeakers do what the engine says, and tell it what
//! happens to them. Which device may hear whom is the engine's matter.

mod preferences;

use leptos::prelude::{GetUntracked, Set, Update, WithUntracked};
use parley_client::call::{CallEffect, CallStatus, PeerStatus};
use parley_client::engine::ConnectionState;
use parley_protocol::error::ErrorCode;
use parley_protocol::voice::VoiceState;

use super::driver::Driver;
use super::inbox::Inbox;
use super::intents::channel_id;
use crate::platform::clock;
use crate::stores::CallStore;
use crate::stores::call::{CallProblem, CallState, MyCall, Peer, PeerState};
use crate::stores::ids;

/// The call that this browser is in, as far as it is the browser's.
pub(super) struct Voice {
    store: CallStore,
    inbox: Inbox,
    is_speaking: bool,
}

impl Voice {
    pub(super) fn new(store: CallStore, inbox: Inbox) -> Self {
        Self { store, inbox, is_speaking: false }
    }

    /// Does what the engine wants of connections, and shows what it says about them.
    pub(super) fn carry_out(&mut self, effect: CallEffect) {
        match effect {
            CallEffect::Peer { peer: _, command: _ } => {}
            CallEffect::Status(status) => self.show_status(status),
            CallEffect::PeerStatus { device, status } => self.show_peer(&device.to_string(), status),
            CallEffect::PeerGone { device } => {
                self.store.peers.update(|peers| {
                    peers.remove(&ids::DeviceId::from(device.to_string()));
                });
            }
            // The engine has done these itself; nobody reads why a signal was left out.
            CallEffect::Send { .. } | CallEffect::RefreshIceServers | CallEffect::Ignored { .. } => {}
        }
    }

    /// The relay did not let this device in.
    pub(super) fn refused(&mut self, code: &ErrorCode) {
        let problem = match code {
            ErrorCode::Full => CallProblem::Full,
            ErrorCode::NotPermitted | ErrorCode::UnknownChannel | ErrorCode::Rejected { .. } => CallProblem::NotAllowed,
            _ => CallProblem::RelayUnreachable,
        };
        self.fail(problem);
    }

    /// Lets go of microphone, connections and loudspeakers.
    pub(super) fn end(&mut self) {
        self.is_speaking = false;
        self.store.peers.update(std::collections::HashMap::clear);
        self.store.mine.set(None);
        self.store.level.set(0.0);
    }

    /// The browser lets sound through after a click.
    pub(super) fn allow_playback(&mut self) {
        self.store.playback_blocked.set(false);
    }

    fn fail(&mut self, problem: CallProblem) {
        self.set_state(CallState::Failed(problem));
    }

    fn set_state(&self, state: CallState) {
        self.store.mine.update(|mine| {
            if let Some(call) = mine {
                call.state = state;
            }
        });
    }

    fn show_status(&mut self, status: CallStatus) {
        match status {
            CallStatus::Joining => self.set_state(CallState::Joining),
            CallStatus::Joined => self.set_state(CallState::Connected),
            CallStatus::RelayAway => self.set_state(CallState::RelayAway),
            CallStatus::Left => {}
        }
    }

    fn show_peer(&self, device: &str, status: PeerStatus) {
        let state = match status {
            PeerStatus::Connecting => PeerState::Connecting,
            PeerStatus::Connected => PeerState::Connected,
            PeerStatus::Reconnecting => PeerState::Reconnecting,
            PeerStatus::Failed => PeerState::Failed,
        };
        self.store.peers.update(|peers| {
            let unknown = || Peer { state, path: None, round_trip_ms: None, loss: None, jitter_ms: None };
            peers.entry(ids::DeviceId::from(device)).or_insert_with(unknown).state = state;
        });
    }

    fn state(&self) -> VoiceState {
        let (muted, deafened) = (self.store.muted.get_untracked(), self.store.deafened.get_untracked());
        VoiceState { muted: muted || deafened, deafened, speaking: self.is_speaking && !muted && !deafened }
    }
}

impl Driver {
    pub(super) async fn join_voice(&mut self, id: &ids::ChannelId) {
        let (Some(channel), Some(engine)) = (channel_id(id), &mut self.engine) else { return };
        let now = clock::now();
        engine.leave_voice(now);
        self.voice.end();
        #[expect(clippy::cast_precision_loss, reason = "times of this age are far below 2^53")]
        let since = now as f64;
        self.stores.call.mine.set(Some(MyCall { channel: id.clone(), state: CallState::Joining, since }));
        if *engine.connection() != ConnectionState::Online {
            return self.voice.fail(CallProblem::RelayUnreachable);
        }
        engine.join_voice(channel, now);
        engine.set_voice_state(self.voice.state(), now);
    }

    pub(super) fn leave_voice(&mut self) {
        self.with_engine(parley_client::Engine::leave_voice);
        self.voice.end();
    }

    /// Tells the others about microphone and ears.
    pub(super) fn tell_voice_state(&mut self) {
        let state = self.voice.state();
        self.with_engine(|engine, now| engine.set_voice_state(state, now));
    }
}

impl Voice {
    pub(super) fn apply_volumes(&self) {}
    pub(super) fn apply_mute(&self) {}
}
impl Driver {
    pub(super) async fn set_input(&mut self, input: Option<ids::AudioDeviceId>) {
        self.stores.call.input.set(input);
        self.keep_voice().await;
    }
    pub(super) async fn set_output(&mut self, output: Option<ids::AudioDeviceId>) {
        self.stores.call.output.set(output);
        self.keep_voice().await;
    }
    pub(super) async fn watch_audio(&mut self, _watch: bool) {}
}
