//! What is open on the screen: drawers, dialogs, short notices. Only the view uses the first two.
//! Drivers may say something short with [`ViewStore::notify`].

use leptos::prelude::*;

use crate::channels::store::ChannelKind;
use crate::ids::{ChannelId, DeviceId, ItemId, UserId};
use crate::settings::store::Section;

/// The column that slides in on a narrow screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// Channels, on the left.
    Channels,
    /// Members, on the right.
    People,
}

/// The dialog that is open. One at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Make and take back invites.
    Invite,
    /// The page of them is in `settings`.
    Settings,
    /// What is encrypted, and the figures to compare.
    Security,
    /// Go to a channel or person by typing.
    Switcher,
    /// Find messages.
    Search,
    /// All shortcuts.
    Shortcuts,
    NewChannel(ChannelKind),
    /// Choose whom to write to.
    NewConversation,
    /// Who wrote for the first time.
    Requests,
    /// Who is in the open conversation, and what can be done about it.
    Conversation,
    /// What the open channel is for, and how long its messages stay.
    Channel,
    /// In the open channel, or in the thread of a message.
    NewPoll(Option<ItemId>),
    /// The community's own emoji.
    Emoji,
    /// Names for some of the members, and what they may do.
    Roles,
    /// How the relay is, who is on it, and who did what.
    Admin,
    /// A message, and what hangs off it.
    Thread,
    /// Pinned messages of the open channel.
    Pins,
    /// Threads of the open channel.
    Threads,
    /// What the person saved for themselves.
    Saved,
    /// What a message said before.
    Edits,
    /// A text goes to another channel.
    Forward {
        text: String,
        of: (ChannelId, ItemId),
        /// What its files are called, which go along.
        files: Vec<String>,
    },
    /// The call: people, volumes, devices, connections.
    Call,
    /// What can be done about somebody in a call.
    CallMember {
        channel: ChannelId,
        device: DeviceId,
    },
    /// How many fit into a voice channel, and whether it is a stage.
    CallRules(ChannelId),
    /// Why a call does not work.
    Doctor,
    /// How I am here, and what I say of it.
    OwnStatus,
    /// Asks once before somebody is removed.
    RemoveMember {
        id: UserId,
        name: String,
    },
    /// A link for somebody who lost all keys.
    LetBackIn {
        id: UserId,
        name: String,
    },
    /// Link a further device.
    LinkDevice,
    /// Verify a person.
    Verify {
        id: UserId,
        name: String,
    },
    /// Asks once before signing out.
    SignOut,
    /// A recovery key is made, shown and confirmed.
    RecoveryKey,
    /// A second step is set up.
    SecondFactor,
    EndSecondFactor,
    AddPasskey,
    RemovePasskey {
        id: String,
        name: String,
    },
    /// An account at an identity provider.
    LinkProvider {
        id: String,
        name: String,
    },
    UnlinkProvider {
        id: String,
        name: String,
    },
    ChangePassword,
    DeleteAccount,
    /// Asks once before one of my devices is signed out.
    EndDevice {
        id: DeviceId,
        name: String,
    },
}

/// A line that comes and goes: "Invite link copied".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Counts up, so that the same words twice are two notices.
    pub number: u64,
    pub text: String,
    /// Something did not work.
    pub problem: bool,
    /// The channel that it is about, to go there.
    pub about: Option<ChannelId>,
}

/// What is open on the screen.
#[derive(Clone, Copy)]
pub struct ViewStore {
    /// The drawer on a narrow screen.
    pub drawer: RwSignal<Option<Drawer>>,
    /// Whether the people column is shown on a wide screen.
    pub people_shown: RwSignal<bool>,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The page of the settings that is shown; `None`: the list of them on a phone, the first one elsewhere.
    pub settings: RwSignal<Option<Section>>,
    /// The short notice that is shown.
    pub notice: RwSignal<Option<Notice>>,
    noticed: StoredValue<u64>,
}

impl ViewStore {
    /// Everything closed.
    pub fn new() -> Self {
        Self {
            drawer: RwSignal::new(None),
            people_shown: RwSignal::new(true),
            dialog: RwSignal::new(None),
            settings: RwSignal::new(None),
            notice: RwSignal::new(None),
            noticed: StoredValue::new(0),
        }
    }

    /// Opens the settings at that page.
    pub fn open_settings(&self, section: Option<Section>) {
        self.settings.set(section);
        self.dialog.set(Some(Dialog::Settings));
    }

    /// Says something short. It goes away by itself.
    pub fn notify(&self, text: impl Into<String>) {
        self.show(text.into(), false, None);
    }

    /// Says that something did not work. It goes away by itself, later.
    pub fn notify_problem(&self, text: impl Into<String>) {
        self.show(text.into(), true, None);
    }

    /// Says something short about a channel, with a way there.
    pub fn notify_about(&self, channel: ChannelId, text: impl Into<String>) {
        self.show(text.into(), false, Some(channel));
    }

    fn show(&self, text: String, problem: bool, about: Option<ChannelId>) {
        self.noticed.update_value(|n| *n += 1);
        self.notice.set(Some(Notice {
            number: self.noticed.get_value(),
            text,
            problem,
            about,
        }));
    }
}

/// What concerns the page as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum ShellIntent {
    /// Another tab holds the keys: take them here.
    TakeOver,
    /// Fatal page: start again.
    Reload,
    /// Fatal page: forget what this browser kept, and sign in.
    BeginAnew,
    /// Put text on the clipboard, then say so with `view.notify`.
    Copy {
        text: String,
        /// What to say when it is there.
        said: &'static str,
    },
    /// Install the page as an app.
    InstallApp,
    /// Reload into the version that waits.
    ApplyUpdate,
}
