//! How one talks and what is done to the sound, as it was chosen, and what is seen of it while it happens.
//! Only later parts of the program name this; it comes with them.

use leptos::prelude::ArcRwSignal;
use serde::{Deserialize, Serialize};

use super::CallProblem;

/// What one chose about sound. Kept in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a list of switches, each by itself"
)]
pub struct SoundChoices {
    /// The microphone is open only while a key is held.
    pub push_to_talk: bool,
    /// From how many decibels on the microphone opens, -80 to -10; `None`: it finds out by itself.
    pub gate: Option<i32>,
    /// The key to talk, as `Button` writes it; empty: none yet.
    pub talk_key: String,
    /// The key that mutes as long as it is held; empty: none.
    pub mute_key: String,
    /// How long a key counts as held after it was let go, in milliseconds.
    pub release_ms: u32,
    /// The microphone is off at the beginning of every call.
    pub join_muted: bool,
    /// What the loudspeaker plays is taken out.
    pub echo: bool,
    /// The browser makes a quiet voice louder.
    pub gain: bool,
    /// As [`Noise`] writes it.
    noise: String,
    /// Both channels, more bits, and nothing done to the sound.
    pub music: bool,
    /// Everybody is about equally loud.
    pub even: bool,
    /// Nothing is louder than ears bear.
    pub limit: bool,
    /// A sound when somebody comes, and when somebody leaves.
    pub join_sound: bool,
    pub leave_sound: bool,
}

impl Default for SoundChoices {
    fn default() -> Self {
        Self {
            push_to_talk: false,
            gate: None,
            talk_key: String::new(),
            mute_key: String::new(),
            release_ms: 200,
            join_muted: false,
            echo: true,
            gain: true,
            noise: Noise::Browser.as_str().to_owned(),
            music: false,
            even: true,
            limit: true,
            join_sound: true,
            leave_sound: true,
        }
    }
}

impl SoundChoices {
    pub fn noise(&self) -> Noise {
        Noise::parse(&self.noise)
    }

    pub fn set_noise(&mut self, noise: Noise) {
        noise.as_str().clone_into(&mut self.noise);
    }
}

/// What takes noise out of the own sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    Off,
    /// What the browser brings.
    Browser,
    /// `RNNoise`: takes out more, and costs more.
    Strong,
}

impl Noise {
    pub const ALL: [Self; 3] = [Self::Browser, Self::Strong, Self::Off];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Browser => "browser",
            Self::Strong => "strong",
        }
    }

    pub fn parse(text: &str) -> Self {
        let is_meant = |noise: &Self| noise.as_str() == text;
        Self::ALL
            .into_iter()
            .find(is_meant)
            .unwrap_or(Self::Browser)
    }
}

/// A key that does something as long as it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldKey {
    Talk,
    Mute,
}

/// How far the test of the microphone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    Idle,
    /// What one says is being recorded.
    Recording,
    /// It is played back.
    Playing,
    Failed(CallProblem),
}

/// What a person does about sound.
#[derive(Clone, Debug, PartialEq)]
pub enum SoundIntent {
    /// These choices are the new ones.
    Choose(Box<SoundChoices>),
    /// The next key or mouse button is the one for that; `None`: not any more.
    Learn(Option<HeldKey>),
    /// Record some seconds and play them back; `false`: stop.
    Try(bool),
}

/// Sound as the settings and the call bar see it. Drivers write every field.
#[derive(Clone)]
pub struct SoundStore {
    pub choices: ArcRwSignal<SoundChoices>,
    /// Which key is being chosen.
    pub learning: ArcRwSignal<Option<HeldKey>>,
    pub trial: ArcRwSignal<Trial>,
    /// From which level on the microphone opens, 0 to 1 as [`super::CallStore::level`].
    pub threshold: ArcRwSignal<f64>,
    /// The page is in the background, where it hears no keys.
    pub hears_no_keys: ArcRwSignal<bool>,
}

thread_local! {
    static SOUND: SoundStore = SoundStore {
        choices: ArcRwSignal::new(SoundChoices::default()),
        learning: ArcRwSignal::new(None),
        trial: ArcRwSignal::new(Trial::Idle),
        threshold: ArcRwSignal::new(0.0),
        hears_no_keys: ArcRwSignal::new(false),
    };
}

/// The one of this page. It is not among the other stores because it is not needed before there is a call.
pub fn sound() -> SoundStore {
    SOUND.with(Clone::clone)
}
