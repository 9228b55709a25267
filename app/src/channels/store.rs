//! The community on the screen: its name, its channels, and what this person may do.
//! Never: permissions being decided. The reducer in `protocol` does that; this holds its answers.

use leptos::prelude::*;
use parley_protocol::names::fold;

use crate::ids::{ChannelId, DeviceId, UserId};

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
    Text,
    /// A call that people come to and leave.
    Voice,
    /// No channel: a conversation of two people, or a group.
    Direct,
}

/// One channel in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub id: ChannelId,
    /// Its name, without the `#`; of a conversation, who is in it.
    pub name: String,
    pub kind: ChannelKind,
    /// One line about it, or empty.
    pub topic: String,
    /// Seconds after which messages are deleted everywhere.
    pub expires_after: Option<u32>,
    /// Messages that came after the last one seen here.
    pub unread: usize,
    /// Some of them name me.
    pub mentions_me: bool,
    /// I may write there.
    pub writable: bool,
}

impl Channel {
    /// What stands before its name in a sentence.
    pub fn mark(&self) -> &'static str {
        match self.kind {
            ChannelKind::Text | ChannelKind::Voice => "#",
            ChannelKind::Direct => "",
        }
    }
}

#[cfg(test)]
impl Channel {
    /// One of which a test needs no more than its name.
    pub fn named(name: &str, kind: ChannelKind) -> Self {
        Self {
            id: name.into(),
            name: name.into(),
            kind,
            topic: String::new(),
            expires_after: None,
            unread: 0,
            mentions_me: false,
            writable: true,
        }
    }
}

/// Who is using this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    pub id: UserId,
    /// What I am called here.
    pub name: String,
    /// What I sign in with.
    pub login: String,
    /// This browser.
    pub device: DeviceId,
}

/// What the log lets me do. Buttons for the rest are not shown.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is had or not, whatever the others are"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Powers {
    /// Make and take back invites.
    pub invite: bool,
    pub manage_channels: bool,
    pub remove_members: bool,
    pub manage_roles: bool,
    /// See how the relay is, and sign others out of it.
    pub administer: bool,
    /// Name all members in a message.
    pub call_everyone: bool,
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
    /// What I may do.
    pub powers: RwSignal<Powers>,
}

impl CommunityStore {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            me: RwSignal::new(None),
            load: RwSignal::new(Load::Loading),
            channels: RwSignal::new(Vec::new()),
            powers: RwSignal::new(Powers::default()),
        }
    }

    /// The channel of that id.
    pub fn channel(&self, id: &ChannelId) -> Option<Channel> {
        self.channels
            .with(|all| all.iter().find(|c| c.id == *id).cloned())
    }

    /// Whether there is something that was not seen.
    pub fn has_unread(&self) -> bool {
        self.channels.with(|all| all.iter().any(|it| it.unread > 0))
    }

    /// The text channel of that folded name.
    pub fn text_channel_named(&self, name: &str) -> Option<ChannelId> {
        self.channels.with(|all| {
            let is_it = |it: &&Channel| it.kind == ChannelKind::Text && fold(&it.name) == name;
            all.iter().find(is_it).map(|it| it.id.clone())
        })
    }

    /// The channels of one kind, in order.
    pub fn of_kind(&self, kind: ChannelKind) -> Vec<Channel> {
        self.channels
            .with(|all| all.iter().filter(|c| c.kind == kind).cloned().collect())
    }
}

/// What a person does about channels.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelIntent {
    CreateChannel {
        name: String,
        kind: ChannelKind,
    },
    /// Another purpose, or another time after which messages are deleted.
    ChangeChannel {
        channel: ChannelId,
        topic: String,
        /// Seconds; `None`: they stay.
        expires_after: Option<u32>,
    },
}
