//! The browser's side of a call: microphone, connections and loudspeakers do what the engine says, and tell it what
//! happens to them. Which device may hear whom is the engine's matter.

mod choices;
mod devices;
mod endings;
mod events;
mod figures;
mod joining;
mod listening;
mod options;
mod pictures;
mod rates;
mod rights;
mod showing;
mod sound;
mod talk;
mod trial;
mod voices;

use leptos::prelude::{GetUntracked, Set, Update};
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::call::{CallEffect, CallEnd, PeerCommand, PeerEvent, PeerId, Rights};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::DeviceId;
use parley_protocol::voice::VoiceState;

use self::listening::Listening;
use self::pictures::{PeerPictures, Pictures};
use self::rates::Rates;
use self::talk::Talk;
use self::trial::Trying;
use self::voices::Voices;
use super::choices::PictureChoices;
use super::input::{MediaEvent, PictureEvent};
use super::running::{Pending, RunningCall};
use super::{CallInput, IN_CALL};
use crate::call::sound::buffering::Buffering;
use crate::call::store::moderation::Silence;
use crate::call::store::{CallIntent, CallStore};
use crate::driver::convert::channel_id;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::ids;
use crate::platform::clock::Timer;
use crate::platform::held_keys::HeldKeys;
use crate::platform::microphone::{DeviceWatch, Microphone};
use crate::platform::peer_connection::PeerConnection;
use crate::platform::playback::{MicrophoneMeter, Playback, Sink};
use crate::platform::tab_memory;
use crate::stores::Stores;

/// The call that this browser is in, as far as it is the browser's.
pub(super) struct Media {
    stores: Stores,
    store: CallStore,
    port: Port<MediaEvent>,
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
    /// What the log allows. `None`: not known yet.
    rights: Option<Rights>,
    /// Their list is on the screen.
    is_watched: bool,
    asked: Asked,
    talk: Talk,
    keys: Option<HeldKeys>,
    /// Waits for the key that something is bound to.
    learning: Option<HeldKeys>,
    voices: Voices,
    trying: Trying,
    /// Cameras and screens.
    pictures: Pictures,
}

/// A connection, and the sound that comes through it.
struct Connected {
    connection: PeerConnection,
    sink: Option<Sink>,
    buffering: Buffering,
    rates: Rates,
    pictures: PeerPictures,
}

/// What the browser was asked for.
#[derive(Default)]
struct Asked {
    /// A microphone, and it has not answered.
    is_opening: bool,
    /// It is in place of one that went away.
    is_lost: bool,
}

impl RunningCall for Media {
    fn handle_intent<'a>(
        &'a mut self,
        intent: CallIntent,
        engine: Option<&'a mut Engine>,
        now: u64,
    ) -> Pending<'a> {
        Box::pin(self.act(intent, engine, now))
    }

    fn handle<'a>(
        &'a mut self,
        event: MediaEvent,
        engine: Option<&'a mut Engine>,
        now: u64,
    ) -> Pending<'a> {
        Box::pin(self.take(event, engine, now))
    }

    fn carry_out(&mut self, effect: CallEffect) {
        match effect {
            CallEffect::Peer { peer, command } => self.command(peer, command),
            CallEffect::Status(status) => self.show_status(status),
            CallEffect::PeerStatus { device, status } => self.show_peer(device, status),
            CallEffect::PeerGone { device } => self.forget_peer(device),
            // The engine has done these itself; nobody reads why a signal was left out.
            CallEffect::Send { .. }
            | CallEffect::RefreshIceServers
            | CallEffect::TakenOver
            | CallEffect::Ignored { .. } => {}
        }
    }

    fn leave(&mut self, next: Option<&ids::ChannelId>, engine: Option<&mut Engine>, now: u64) {
        if let Some(engine) = engine {
            engine.leave_voice_for(next.and_then(channel_id), now);
        }
        self.end();
    }

    fn end(&mut self) {
        self.stay += 1;
        self.peers.clear();
        self.end_pictures();
        self.listening = Listening::default();
        self.meter = None;
        self.talk.set_valve(None);
        self.microphone = None;
        self.asked = Asked::default();
        self.listen_to_keys();
        self.watch_devices();
        self.end_playback();
        self.starting = None;
        self.figures = None;
        self.is_speaking = false;
        self.speaking_by_device.clear();
        self.forget_rights();
        self.store.peers.set(LiteMap::new());
        tab_memory::forget(IN_CALL);
        self.store.mine.set(None);
        self.store.listening.set(None);
        self.store.level.set(0.0);
        self.store.playback_blocked.set(false);
    }

    fn refused(&mut self, code: &ErrorCode) {
        self.refuse(code);
    }

    fn obey(&mut self, engine: &Engine) {
        self.obey_again(engine);
    }

    fn ended(&mut self, why: CallEnd, engine: &Engine) -> Option<ids::ChannelId> {
        self.say_ended(why, engine)
    }

    fn listen(&mut self, engine: &Engine) {
        self.listen_again(engine);
        self.hear_arrivals(engine);
    }

    /// `None` for one that is not heard here.
    fn hears_speaking(&self, device: &DeviceId) -> Option<bool> {
        self.speaking_by_device.get(device).copied()
    }

    fn speaks(&self) -> bool {
        self.state().speaking
    }
}

impl Media {
    pub(super) fn new(stores: Stores, port: Port<CallInput>, kept: &PictureChoices) -> Self {
        pictures::restore(kept);
        let port: Port<MediaEvent> = Port::new(move |event| port.put(CallInput::Media(event)));
        let made = Self {
            stores,
            store: stores.call,
            talk: Talk::new(port.clone()),
            port,
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
            rights: None,
            is_watched: false,
            asked: Asked::default(),
            keys: None,
            learning: None,
            voices: Voices::default(),
            trying: Trying::default(),
            pictures: Pictures::default(),
        };
        made.restore_sound();
        made
    }

    async fn act(&mut self, intent: CallIntent, engine: Option<&mut Engine>, now: u64) -> Wishes {
        match intent {
            CallIntent::JoinVoice(channel) => self.join(channel, engine, now),
            CallIntent::LeaveVoice => self.leave(None, engine, now),
            CallIntent::SetMuted(muted) => return self.set_muted(muted, engine, now),
            CallIntent::SetDeafened(deafened) => return self.set_deafened(deafened, engine, now),
            CallIntent::RaiseHand(raised) => self.raise_hand(raised, engine, now),
            CallIntent::SetVolume { user, percent } => return self.set_volume(user, percent),
            CallIntent::SetInput(input) => return self.set_input(input),
            CallIntent::SetOutput(output) => return self.set_output(output).await,
            CallIntent::WatchAudio(watch) => self.watch_audio(watch),
            CallIntent::AllowPlayback => self.allow_playback(),
            CallIntent::Sound(intent) => return self.act_on_sound(intent),
            CallIntent::RetryPeers => {
                if let Some(engine) = engine {
                    self.retry_peers(engine, now);
                }
            }
            CallIntent::Picture(intent) => return self.act_on_picture(intent, engine, now),
        }
        Wishes::new()
    }

    /// The browser lets sound through after a click.
    fn allow_playback(&self) {
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
                let port = self.port.clone();
                let heard = move |sound| port.put(MediaEvent::Heard { peer, sound });
                let port = self.port.clone();
                let told = move |news| port.put(PictureEvent::News { peer, news }.into());
                match PeerConnection::new(&ice, relay_only, microphone, report.clone(), heard, told)
                {
                    Ok(connection) => {
                        if !self.is_sent_to(&peer.device) {
                            connection.send_nothing();
                        }
                        connection.set_music(Self::plays_music());
                        self.peers.insert(
                            peer,
                            Connected {
                                connection,
                                sink: None,
                                buffering: Buffering::default(),
                                rates: Rates::default(),
                                pictures: PeerPictures::default(),
                            },
                        );
                        self.offer_pictures();
                    }
                    Err(_) => report(PeerEvent::CreationFailed),
                }
            }
            PeerCommand::Close => {
                self.peers.remove(&peer);
                self.show_pictures();
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
        let port = self.port.clone();
        move |event| port.put(MediaEvent::Peer { peer, event })
    }

    fn forget_peer(&mut self, device: DeviceId) {
        self.speaking_by_device.remove(&device);
        self.store.peers.update(|peers| {
            peers.remove(&ids::DeviceId::from(device.to_string()));
        });
    }

    /// What the others are told about this device.
    fn state(&self) -> VoiceState {
        let silence = self.store.moderation.silence.get_untracked();
        let deafened = self.store.deafened.get_untracked() || silence == Some(Silence::Deafened);
        let listening = self.store.listening.get_untracked().is_some();
        let muted = self.store.muted.get_untracked() || deafened || listening || silence.is_some();
        VoiceState {
            muted,
            deafened,
            speaking: self.is_speaking && !muted,
            hand: self.store.moderation.hand.get_untracked(),
            camera: self.pictures.camera_is_on(),
            screen: self.pictures.screen_is_on(),
        }
    }

    /// Tells the others about microphone and ears.
    fn tell_state(&self, engine: Option<&mut Engine>, now: u64) {
        if let Some(engine) = engine {
            engine.set_voice_state(self.state(), now);
        }
    }
}
