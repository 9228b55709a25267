//! The community on the screen: channels, members, what this person may do, and what went wrong with the log.
//! Never: permissions being decided. The reducer in `protocol` does that; this holds its answers.

use leptos::prelude::*;

use super::ids::{ChannelId, DeviceId, UserId};

/// A list that comes from the relay: not there yet, there, or not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Load {
    /// Asked for.
    Loading,
    /// Here.
    Loaded,
    /// Not to be had now; the words say why.
    Failed(String),
}

/// What a channel carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// Messages.
    Text,
    /// A call that people come to and leave.
    Voice,
}

/// One channel in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name, without the `#`.
    pub name: String,
    /// Text or voice.
    pub kind: ChannelKind,
    /// One line about it, or empty.
    pub topic: String,
    /// Messages that came after the last one seen here.
    pub unread: usize,
    /// Some of them name me.
    pub mentions_me: bool,
}

/// Whether a person's browser is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Presence {
    /// Connected.
    Online,
    /// Not connected.
    Offline,
    /// The relay cannot be asked at the moment.
    Unknown,
}

/// One person in the member list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Their id.
    pub id: UserId,
    /// The name they chose.
    pub name: String,
    /// Names of their roles, most powerful first. Empty for a plain member.
    pub roles: Vec<String>,
    /// They made the community.
    pub owner: bool,
    /// Connected or not.
    pub presence: Presence,
    /// I may remove them.
    pub removable: bool,
}

/// Who is using this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// My id.
    pub id: UserId,
    /// My name.
    pub name: String,
    /// This browser.
    pub device: DeviceId,
}

/// What the log lets me do. Buttons for the rest are not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Powers {
    /// Make and take back invites.
    pub invite: bool,
    /// Make channels.
    pub manage_channels: bool,
    /// Remove members.
    pub remove_members: bool,
}

/// Something the person must know and cannot miss. Stays until dismissed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Alert {
    /// The relay does what an honest one does not, or a member's device says what cannot be.
    Warning {
        /// What is the matter, without a full stop.
        headline: &'static str,
        /// What it means and what to do.
        advice: String,
        /// For those who look closer.
        detail: String,
    },
    /// I was removed from the community.
    Removed,
    /// Some of what this browser kept could not be read.
    StoreDamaged {
        /// Messages that were not sent are among it.
        unsent: bool,
        /// Which records.
        detail: String,
    },
}

/// One of my own devices, or of somebody else's, in the security details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it says it is ("Firefox on Linux"), or empty.
    pub label: String,
    /// Its Ed25519 key in groups, for reading aloud.
    pub fingerprint: String,
    /// It is this browser.
    pub this: bool,
}

/// What the security details show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Hash of the genesis entry, in hex.
    pub genesis: String,
    /// Number of the newest log entry.
    pub log_height: u64,
    /// Hash of the newest log entry, in hex.
    pub log_head: String,
    /// My devices that the log knows.
    pub my_devices: Vec<Device>,
    /// What the browser keeps is encrypted and may not be thrown away.
    pub store_persistent: bool,
}

/// The community as the sidebars see it. Drivers write every field.
#[derive(Clone, Copy)]
pub struct CommunityStore {
    /// Its name; empty until known.
    pub name: RwSignal<String>,
    /// Who I am, once signed in.
    pub me: RwSignal<Option<Me>>,
    /// Whether channels and members are here.
    pub load: RwSignal<Load>,
    /// All channels, in the order they are shown.
    pub channels: RwSignal<Vec<Channel>>,
    /// All members, in no particular order; the panel sorts.
    pub members: RwSignal<Vec<Member>>,
    /// What I may do.
    pub powers: RwSignal<Powers>,
    /// What must be said loudly.
    pub alerts: RwSignal<Vec<Alert>>,
    /// What the security details show.
    pub security: RwSignal<Security>,
}

impl CommunityStore {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            me: RwSignal::new(None),
            load: RwSignal::new(Load::Loading),
            channels: RwSignal::new(Vec::new()),
            members: RwSignal::new(Vec::new()),
            powers: RwSignal::new(Powers::default()),
            alerts: RwSignal::new(Vec::new()),
            security: RwSignal::new(Security::default()),
        }
    }

    /// The channel of that id.
    pub fn channel(&self, id: &ChannelId) -> Option<Channel> {
        self.channels
            .with(|all| all.iter().find(|c| c.id == *id).cloned())
    }

    /// The channels of one kind, in order.
    pub fn of_kind(&self, kind: ChannelKind) -> Vec<Channel> {
        self.channels
            .with(|all| all.iter().filter(|c| c.kind == kind).cloned().collect())
    }

    /// Adds an alert unless the same one is shown already.
    pub fn alert(&self, alert: Alert) {
        self.alerts.update(|all| {
            if !all.contains(&alert) {
                all.push(alert);
            }
        });
    }
}
