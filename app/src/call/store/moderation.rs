//! What the log lets people do in calls, and what those ask for who moderate them.
//! Never: rights being decided. The reducer in `protocol` does that; this holds its answers.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::{ChannelId, DeviceId, UserId};

/// Why somebody is not heard in a call that they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The channel is a stage, and nobody has let them speak.
    Audience,
    /// They were muted.
    Muted,
    /// They were deafened.
    Deafened,
}

/// The rules of a voice channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallRules {
    /// Most people at the same time.
    pub limit: Option<u32>,
    /// Only those speak who were let.
    pub stage: bool,
}

/// How somebody in a call stands in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each holds or not, whatever the others do"
)]
pub struct Standing {
    /// Somebody who moderates has muted them.
    pub muted: bool,
    /// The same, deafened.
    pub deafened: bool,
    /// They listen, because the channel is a stage.
    pub audience: bool,
    /// They were let speak on the stage.
    pub speaker: bool,
    /// I may mute, deafen, move and disconnect them.
    pub moderated: bool,
    /// I may let them speak, or send them back to the listeners.
    pub lettable: bool,
}

/// What is known here about moderation. Drivers write every field.
#[derive(Clone, Copy)]
pub struct ModerationStore {
    /// Why nobody hears me in my call, as the log has it.
    pub silence: RwSignal<Option<Silence>>,
    /// My hand is raised.
    pub hand: RwSignal<bool>,
    /// I was let speak on the stage that I am on.
    pub on_stage: RwSignal<bool>,
    /// The rules of voice channels that have some.
    pub rules: RwSignal<LiteMap<ChannelId, CallRules>>,
}

impl ModerationStore {
    /// Nothing known, nobody silenced.
    pub fn new() -> Self {
        Self {
            silence: RwSignal::new(None),
            hand: RwSignal::new(false),
            on_stage: RwSignal::new(false),
            rules: RwSignal::new(LiteMap::new()),
        }
    }

    /// Whether I only listen and watch, because the channel is a stage.
    pub fn is_audience(&self) -> bool {
        self.silence.get() == Some(Silence::Audience)
    }

    /// The rules of a voice channel.
    pub fn rules_of(&self, channel: &ChannelId) -> CallRules {
        self.rules
            .with(|all| all.get(channel).copied().unwrap_or_default())
    }
}

/// What a person asks who moderates calls.
#[derive(Clone, Debug, PartialEq)]
pub enum ModerationIntent {
    /// Whom nobody hears, and who hears nobody, in all calls.
    Restrict {
        user: UserId,
        muted: bool,
        deafened: bool,
    },
    /// Let somebody speak on a stage, or not any more; oneself only the latter.
    LetSpeak {
        channel: ChannelId,
        user: UserId,
        speaks: bool,
    },
    /// End a stay in a call, and begin another one there.
    End {
        device: DeviceId,
        to: Option<ChannelId>,
    },
    /// Other rules for a voice channel.
    SetRules {
        channel: ChannelId,
        rules: CallRules,
    },
}
