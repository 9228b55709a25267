//! Who is in which voice channel, and the call this browser is in.
//! Never: peer connections or audio nodes. Drivers put the figures here; the call bar and panel show them.

pub mod figures;
pub mod moderation;
pub mod pictures;
pub mod sound;

use leptos::prelude::*;
use litemap::LiteMap;

use self::figures::{Figures, Moment};
use self::moderation::{ModerationStore, Standing};
use self::pictures::PictureIntent;
use self::sound::SoundIntent;
use crate::channels::store::Me;
use crate::ids::{AudioDeviceId, ChannelId, DeviceId, UserId};

/// Said where a browser has no connections for calls.
pub const NOT_POSSIBLE: &str = "This browser can't do calls. Text works here; for voice, open Parley in Firefox, Chrome, Edge or Safari.";

/// One device in a voice channel's roster. The same person may be there twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as the roster has them"
)]
pub struct Participant {
    pub device: DeviceId,
    pub user: UserId,
    pub name: String,
    /// Their microphone is off.
    pub muted: bool,
    /// They hear nobody.
    pub deafened: bool,
    /// They would like to be let speak.
    pub hand: bool,
    /// Their camera is on.
    pub camera: bool,
    /// They share a screen, window or tab.
    pub screen: bool,
    /// What the log says about them here.
    pub standing: Standing,
}

#[cfg(test)]
impl Participant {
    /// One of which a test needs no more than the name.
    pub fn named(name: &str) -> Self {
        Self {
            device: name.into(),
            user: name.into(),
            name: name.into(),
            muted: false,
            deafened: false,
            hand: false,
            camera: false,
            screen: false,
            standing: Standing::default(),
        }
    }
}

/// The call I am in.
#[derive(Clone, Debug, PartialEq)]
pub struct MyCall {
    pub channel: ChannelId,
    /// How far it is.
    pub state: CallState,
    /// When I joined, in milliseconds since 1970.
    pub since: f64,
}

/// How far my call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallState {
    /// Microphone and roster are being asked for.
    Joining,
    /// In. Somebody may still be connecting; see the peers.
    Connected,
    /// The relay is away. The voice goes on; who is there is as last known.
    RelayAway,
    /// No call came about, and why. Stays until left or tried again.
    Failed(CallProblem),
}

/// Why a call could not be joined, or not with a microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallProblem {
    /// The person or the browser said no to the microphone.
    MicrophoneRefused,
    /// There is no microphone.
    MicrophoneMissing,
    /// Another program holds the microphone.
    MicrophoneBusy,
    /// The page did not come over HTTPS, so the browser gives it no microphone.
    MicrophoneInsecure,
    /// This browser has no connections for calls.
    NotPossible,
    /// The program for calls could not be loaded.
    NotLoaded,
    /// It could not, because the relay has a newer version of the page.
    Outdated,
    /// The relay did not let me in.
    NotAllowed,
    /// The channel is full.
    Full,
    /// The relay did not answer.
    RelayUnreachable,
}

/// The connection to one other device in my call.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    pub state: PeerState,
    /// How it was in the last seconds.
    pub figures: Figures,
    /// The last minutes, oldest first.
    pub past: Vec<Moment>,
}

/// How the connection to a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerState {
    /// Being made.
    Connecting,
    /// Sound goes both ways.
    Connected,
    /// Broken, and being made again.
    Reconnecting,
    /// Given up for now.
    Failed,
    /// Somebody else answered in their place, and was refused.
    Refused,
}

/// A microphone or loudspeaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioDevice {
    /// The browser's id.
    pub id: AudioDeviceId,
    /// Its name; browsers hide it until the microphone was allowed once.
    pub label: String,
}

/// Calls as the sidebar and the call bar see them. Drivers write every field.
#[derive(Clone, Copy)]
pub struct CallStore {
    /// Who is in each voice channel, in the order they came.
    pub rosters: RwSignal<LiteMap<ChannelId, Vec<Participant>>>,
    /// The devices that are speaking now. In my call measured here; from outside as the roster says.
    pub speaking: RwSignal<Vec<DeviceId>>,
    /// The call I am in.
    pub mine: RwSignal<Option<MyCall>>,
    /// My microphone is off. Kept between calls.
    pub muted: RwSignal<bool>,
    /// Why my call has no microphone: I only listen.
    pub listening: RwSignal<Option<CallProblem>>,
    /// I hear nobody. Kept between calls. Implies muted.
    pub deafened: RwSignal<bool>,
    /// My connection to each other device in the call.
    pub peers: RwSignal<LiteMap<DeviceId, Peer>>,
    /// Loudness of a person in percent, 0 to 200. Missing: 100.
    pub volumes: RwSignal<LiteMap<UserId, u16>>,
    /// How loud my microphone is now, 0 to 1.
    pub level: RwSignal<f64>,
    /// Microphones.
    pub inputs: RwSignal<Vec<AudioDevice>>,
    /// Loudspeakers; empty where the browser does not let a page choose.
    pub outputs: RwSignal<Vec<AudioDevice>>,
    /// The microphone in use; `None` is the system's choice.
    pub input: RwSignal<Option<AudioDeviceId>>,
    /// The loudspeaker in use; `None` is the system's choice.
    pub output: RwSignal<Option<AudioDeviceId>>,
    /// This browser can do calls.
    pub is_possible: RwSignal<bool>,
    /// The browser holds back sound until the person clicks something.
    pub playback_blocked: RwSignal<bool>,
    /// Who may speak, and who decides it.
    pub moderation: ModerationStore,
    /// What was chosen about sound, as it was kept; read once there is a call or its settings.
    pub kept_sound: RwSignal<String>,
    /// The call stands in the place of the conversation. The view's.
    pub stage_shown: RwSignal<bool>,
    /// It lies behind the conversation, because one of its pictures floats over other windows. The view's.
    pub stage_kept: RwSignal<bool>,
}

impl CallStore {
    /// No call, empty rosters.
    pub fn new() -> Self {
        Self {
            rosters: RwSignal::new(LiteMap::new()),
            speaking: RwSignal::new(Vec::new()),
            mine: RwSignal::new(None),
            muted: RwSignal::new(false),
            listening: RwSignal::new(None),
            deafened: RwSignal::new(false),
            peers: RwSignal::new(LiteMap::new()),
            volumes: RwSignal::new(LiteMap::new()),
            level: RwSignal::new(0.0),
            inputs: RwSignal::new(Vec::new()),
            outputs: RwSignal::new(Vec::new()),
            input: RwSignal::new(None),
            output: RwSignal::new(None),
            is_possible: RwSignal::new(true),
            playback_blocked: RwSignal::new(false),
            moderation: ModerationStore::new(),
            kept_sound: RwSignal::new(String::new()),
            stage_shown: RwSignal::new(false),
            stage_kept: RwSignal::new(false),
        }
    }

    /// Whether the others hear nothing of me.
    pub fn is_silent(&self) -> bool {
        self.muted.get()
            || self.deafened.get()
            || self.listening.get().is_some()
            || self.moderation.silence.get().is_some()
    }

    /// Who is in that channel.
    pub fn roster(&self, channel: &ChannelId) -> Vec<Participant> {
        self.rosters
            .with(|all| all.get(channel).cloned().unwrap_or_default())
    }

    /// Whether I am in that channel, or on my way in.
    pub fn is_in(&self, channel: &ChannelId) -> bool {
        self.mine
            .with(|mine| mine.as_ref().is_some_and(|call| call.channel == *channel))
    }

    /// The voice channel that another device of mine is in, while this one is in none.
    pub fn elsewhere(&self, me: &Me) -> Option<ChannelId> {
        if self.mine.with(Option::is_some) || !self.is_possible.get() {
            return None;
        }
        let is_other = |one: &Participant| one.user == me.id && one.device != me.device;
        self.rosters.with(|all| {
            let mut found = all.iter();
            let found = found.find(|(_, roster)| roster.iter().any(is_other));
            found.map(|(channel, _)| channel.clone())
        })
    }

    /// The voice channel that a person is in.
    pub fn channel_of(&self, user: &UserId) -> Option<ChannelId> {
        self.rosters.with(|all| {
            all.iter()
                .find(|(_, roster)| roster.iter().any(|p| p.user == *user))
                .map(|(channel, _)| channel.clone())
        })
    }
}

/// What a person does about calls and sound.
#[derive(Clone, Debug, PartialEq)]
pub enum CallIntent {
    /// Join a voice channel, leaving the one I am in.
    JoinVoice(ChannelId),
    LeaveVoice,
    /// Microphone off or on. On also ends being deafened.
    SetMuted(bool),
    /// Hear nobody, or hear again.
    SetDeafened(bool),
    /// Ask to be let speak on a stage, or not any more.
    RaiseHand(bool),
    /// Loudness of a person, 0 to 200 percent.
    SetVolume {
        user: UserId,
        percent: u16,
    },
    /// Choose a microphone; `None` is the system's choice.
    SetInput(Option<AudioDeviceId>),
    /// Choose a loudspeaker; `None` is the system's choice.
    SetOutput(Option<AudioDeviceId>),
    /// The settings or the call panel came on the screen: list devices, and keep levels and figures fresh.
    WatchAudio(bool),
    /// The person clicked, so the browser lets sound through now.
    AllowPlayback,
    /// How one talks and sounds.
    Sound(SoundIntent),
    /// Try those again to whom there is no connection.
    RetryPeers,
    /// Cameras and screens.
    Picture(PictureIntent),
}
