//! The browser's side of a call: microphone, connections and loudspeakers do what the engine says, and tell it what
//! happens to them. Which device may hear whom is the engine's matter.

mod choices;
mod figures;
mod joining;
mod listening;
pub mod rosters;
mod showing;
mod sound;

use leptos::prelude::{GetUntracked, Set, Update};
use litemap::LiteMap;
use parley_client::call::{CallEffect, PeerCommand, PeerEvent, PeerId};
use parley_protocol::ids::DeviceId;
use parley_protocol::voice::VoiceState;

use self::listening::Listening;
use super::store::CallStore;
use crate::ids;
use crate::platform::clock::Timer;
use crate::platform::microphone::{DeviceWatch, Microphone};
use crate::platform::peer_connection;
use crate::platform::peer_connection::PeerConnection;
use crate::platform::playback::{MicrophoneMeter, Playback, Sink};
use crate::shell::driver::coordinator::Driver;
use crate::shell::driver::inbox::{Inbox, Input};

pub use self::sound::Sound;

/// The call that this browser is in, as far as it is the browser's.
pub struct Voice {
    store: CallStore,
    inbox: Inbox,
    /// Counts calls: a microphone that opens after its call was left is let go.
    stay: u64,
    microphone: Option<Microphone>,
    meter: Option<MicrophoneMeter>,
    playback: Option<Playback>,
    /// Until then a browser may still be starting its loudspeakers.
    starting: Option<Timer>,
    peers: LiteMap<PeerId, Connected>,
    is_speaking: bool,
    speaking_by_device: LiteMap<DeviceId, bool>,
    /// Listens to those who may be heard.
    listening: Listening,
    figures: Option<Timer>,
    devices: Option<DeviceWatch>,
}

/// A connection, and the sound that comes through it.
struct Connected {
    connection: PeerConnection,
    sink: Option<Sink>,
}

impl Voice {
    pub fn new(store: CallStore, inbox: Inbox) -> Self {
        store.is_possible.set(peer_connection::is_supported());
        Self {
            store,
            inbox,
            stay: 0,
            microphone: None,
            meter: None,
            playback: None,
            starting: None,
            peers: LiteMap::new(),
            is_speaking: false,
            speaking_by_device: LiteMap::new(),
            listening: Listening::default(),
            figures: None,
            devices: None,
        }
    }

    /// Does what the engine wants of connections, and shows what it says about them.
    pub fn carry_out(&mut self, effect: CallEffect) {
        match effect {
            CallEffect::Peer { peer, command } => self.command(peer, command),
            CallEffect::Status(status) => self.show_status(status),
            CallEffect::PeerStatus { device, status } => self.show_peer(device, status),
            CallEffect::PeerGone { device } => self.forget_peer(device),
            // The engine has done these itself; nobody reads why a signal was left out.
            CallEffect::Send { .. }
            | CallEffect::RefreshIceServers
            | CallEffect::Ignored { .. } => {}
        }
    }

    /// Lets go of microphone, connections and loudspeakers.
    pub fn end(&mut self) {
        self.stay += 1;
        self.peers.clear();
        self.listening = Listening::default();
        self.meter = None;
        self.microphone = None;
        self.playback = None;
        self.starting = None;
        self.figures = None;
        self.is_speaking = false;
        self.speaking_by_device.clear();
        self.store.peers.update(std::collections::HashMap::clear);
        self.store.mine.set(None);
        self.store.listening.set(None);
        self.store.level.set(0.0);
        self.store.playback_blocked.set(false);
    }

    /// The browser lets sound through after a click.
    pub fn allow_playback(&mut self) {
        if let Some(playback) = &self.playback {
            playback.resume();
        }
    }

    fn command(&mut self, peer: PeerId, command: PeerCommand) {
        let report = self.reporter(peer);
        match command {
            PeerCommand::Create { ice, relay_only } => {
                let Some(microphone) = &self.microphone else {
                    return report(PeerEvent::CreationFailed);
                };
                let inbox = self.inbox.clone();
                let heard = move |sound| inbox.put(Input::Sound(Sound::Heard { peer, sound }));
                match PeerConnection::new(&ice, relay_only, microphone, report.clone(), heard) {
                    Ok(connection) => {
                        self.peers.insert(
                            peer,
                            Connected {
                                connection,
                                sink: None,
                            },
                        );
                    }
                    Err(_) => report(PeerEvent::CreationFailed),
                }
            }
            PeerCommand::Close => {
                self.peers.remove(&peer);
            }
            PeerCommand::SetLocalDescription { .. }
            | PeerCommand::SetRemoteDescription { .. }
            | PeerCommand::AddCandidates { .. }
            | PeerCommand::RestartIce
            | PeerCommand::SetConfiguration { .. } => {
                if let Some(connected) = self.peers.get(&peer) {
                    connected.connection.command(command, report);
                }
            }
        }
    }

    fn reporter(&self, peer: PeerId) -> impl Fn(PeerEvent) + Clone + 'static + use<> {
        let inbox = self.inbox.clone();
        move |event| inbox.put(Input::Peer { peer, event })
    }

    fn forget_peer(&mut self, device: DeviceId) {
        self.speaking_by_device.remove(&device);
        self.store.peers.update(|peers| {
            peers.remove(&ids::DeviceId::from(device.to_string()));
        });
    }

    /// What the others are told about this device.
    fn state(&self) -> VoiceState {
        let deafened = self.store.deafened.get_untracked();
        let listening = self.store.listening.get_untracked().is_some();
        let muted = self.store.muted.get_untracked() || deafened || listening;
        VoiceState {
            muted,
            deafened,
            speaking: self.is_speaking && !muted,
        }
    }
}

impl Driver {
    /// Tells the others about microphone and ears.
    pub fn tell_voice_state(&mut self) {
        let state = self.voice.state();
        self.with_engine(|engine, now| engine.set_voice_state(state, now));
    }
}
