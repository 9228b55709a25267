//! The screen's state, and everything a person can do. The border between the view and the drivers.
//!
//! Nothing here knows a key, a socket or the browser. Values are plain; signals are Leptos `RwSignal`s. [`Stores`] is a
//! handle of one word, and is passed around by value.
//!
//! # For whoever writes a driver
//!
//! `App` makes the stores with [`Stores::new`], starts the drivers once, and then only reads.
//! A driver attaches itself with `stores.actions.attach(|intent| …)`. The handler is called from event listeners, on
//! the one thread there is, and must return soon: it starts futures with `spawn_local`.
//!
//! | store | written by | holds |
//! |---|---|---|
//! | [`session`](SessionStore) | driver | `phase` chooses the page; `step` shows progress in a form; `problem` is shown at its field; `installable`; `update_ready` |
//! | [`connection`](ConnectionStore) | driver | `link`: connecting, catching up, online, offline; `waiting`: size of the outbox |
//! | [`community`](CommunityStore) | driver | `name`, `me`, `load`, `channels`, `powers` |
//! | [`people`](PeopleStore) | driver | `members` |
//! | [`roles`](RoleStore) | driver | `all`, `mine`, `refused` |
//! | [`admin`](AdminStore) | driver | `shown` |
//! | [`alerts`](AlertStore) | driver | `all` |
//! | [`security`](SecurityStore) | driver | `figures`, `recovery_key` |
//! | [`timeline`](TimelineStore) | driver; view writes `open` | `window(channel)`: `items`, `load`, `has_older`, `loading_older`, `unread_from` |
//! | [`composer`](ComposerStore) | driver; view writes `drafts` | `drafts`, `typing` |
//! | [`call`](CallStore) | driver | `rosters`, `speaking`, `mine`, `muted`, `deafened`, `peers`, `volumes`, `level`, `inputs`, `outputs`, `input`, `output`, `playback_blocked` |
//! | [`direct`](DirectStore) | driver | `conversations`, `blocked` |
//! | [`doctor`](DoctorStore) | driver | `run` |
//! | [`emoji`](EmojiStore) | driver | `all`, `waiting`, `problem` |
//! | [`files`](FilesStore) | driver | `attached`; `state(file)` |
//! | [`invites`](InviteStore) | driver | `making`, `open`, `load` |
//! | [`verification`](VerificationStore) | driver | `marks`, `asked_by`, `under_way`, `hint` |
//! | [`vault`](VaultStore) | driver; view dismisses | `reading`, `detail` |
//! | [`search`](SearchStore) | driver; view writes `typed`, `at` | `results`, `state`, `is_past_coming` |
//! | [`prefs`](PrefsStore) | view | theme, contrast, text size; kept by the view itself |
//! | [`view`](ViewStore) | view; drivers call `notify` | drawers, dialogs, the short notice |
//!
//! A form page sends its intent and waits: the driver sets `session.step` to `Some(…)` at once, changes it as work goes
//! on, and ends with either `phase = Ready` or `problem = Some(…)`; both times `step = None`.
//! When `phase` becomes `Ready`, `timeline.open` should hold the channel to show (the one last open, or the first text
//! channel); if it is `None` the page opens the first text channel itself and sends `OpenChannel`.
//! After `OpenChannel` the driver fills the window, sets its `unread_from`, and clears the channel's `unread` when
//! `SeenUpTo` says so.
//! Members and channels may be set as whole new lists each time; rows are keyed by id and only what differs is drawn.
//!
//! [`Intent`] lists everything that can be asked for, by feature; the features' stores say what is expected of the driver.

mod actions;
mod intent;

pub use actions::Actions;
pub use intent::Intent;

use std::ops::Deref;

use leptos::prelude::*;

use crate::admin::store::AdminStore;
use crate::alerts::store::AlertStore;
use crate::call::store::CallStore;
use crate::channels::store::CommunityStore;
use crate::composer::store::ComposerStore;
use crate::connection::store::ConnectionStore;
use crate::direct::store::DirectStore;
use crate::doctor::store::DoctorStore;
use crate::emoji::store::EmojiStore;
use crate::enrolment::store::SessionStore;
use crate::files::store::FilesStore;
use crate::ids::{ChannelId, ItemId};
use crate::invites::store::InviteStore;
use crate::linking::store::LinkingStore;
use crate::people::store::PeopleStore;
use crate::roles::store::RoleStore;
use crate::search::store::SearchStore;
use crate::security::store::SecurityStore;
use crate::settings::store::PrefsStore;
use crate::shell::store::{Dialog, ViewStore};
use crate::timeline::store::{TimelineIntent, TimelineStore};
use crate::vault::store::VaultStore;
use crate::verification::store::VerificationStore;

/// Every store, as one small handle. They live as long as the page.
#[derive(Clone, Copy)]
pub struct Stores(&'static All);

impl Deref for Stores {
    type Target = All;

    fn deref(&self) -> &All {
        self.0
    }
}

/// The stores themselves.
pub struct All {
    /// Which page, and how far a form is.
    pub session: SessionStore,
    /// Whether the relay can be reached.
    pub connection: ConnectionStore,
    /// Its name, me, my powers, channels.
    pub community: CommunityStore,
    pub people: PeopleStore,
    pub roles: RoleStore,
    /// For whoever runs the community.
    pub admin: AdminStore,
    /// What must not be missed.
    pub alerts: AlertStore,
    /// Figures to compare.
    pub security: SecurityStore,
    pub timeline: TimelineStore,
    /// Drafts, and who is typing.
    pub composer: ComposerStore,
    pub call: CallStore,
    /// Conversations of two and of groups.
    pub direct: DirectStore,
    /// Why a call does not work.
    pub doctor: DoctorStore,
    /// The community's own.
    pub emoji: EmojiStore,
    /// What is attached, and how far files of messages are.
    pub files: FilesStore,
    pub invites: InviteStore,
    pub verification: VerificationStore,
    pub linking: LinkingStore,
    pub vault: VaultStore,
    /// Finding messages.
    pub search: SearchStore,
    /// How it looks here.
    pub prefs: PrefsStore,
    /// Drawers, dialogs, notices.
    pub view: ViewStore,
    /// What people do.
    pub actions: Actions,
}

impl Stores {
    /// All empty, as when the page has just opened.
    pub fn new() -> Self {
        Self(Box::leak(Box::new(All {
            session: SessionStore::new(),
            connection: ConnectionStore::new(),
            community: CommunityStore::new(),
            people: PeopleStore::new(),
            roles: RoleStore::new(),
            admin: AdminStore::new(),
            alerts: AlertStore::new(),
            security: SecurityStore::new(),
            timeline: TimelineStore::new(),
            composer: ComposerStore::new(),
            call: CallStore::new(),
            direct: DirectStore::new(),
            doctor: DoctorStore::new(),
            emoji: EmojiStore::new(),
            files: FilesStore::new(),
            invites: InviteStore::new(),
            verification: VerificationStore::new(),
            linking: LinkingStore::new(),
            vault: VaultStore::new(),
            search: SearchStore::new(),
            prefs: PrefsStore::new(),
            view: ViewStore::new(),
            actions: Actions::new(),
        })))
    }

    /// Sends what a form asks for. Before the driver is there, the form says what it waits for.
    pub fn submit(self, intent: crate::enrolment::store::SessionIntent) {
        if !self.actions.is_attached() {
            self.session
                .step
                .set(Some(crate::enrolment::store::Step::LoadingProgram));
        }
        self.actions.send(intent);
    }

    /// Shows a channel, closes what lies over it, and tells the driver.
    pub fn open_channel(self, id: &ChannelId) {
        self.view.drawer.set(None);
        self.call.stage_shown.set(false);
        if self
            .timeline
            .open
            .with_untracked(|open| open.as_ref() != Some(id))
        {
            self.open_channel_anew(id);
        }
    }

    /// Shows a message in its channel, marked for a moment.
    pub fn show_message(self, channel: &ChannelId, item: ItemId) {
        self.open_channel(channel);
        let channel = channel.clone();
        self.actions
            .send(TimelineIntent::ShowMessage { channel, item });
    }

    /// Shows a message with what hangs off it.
    pub fn open_thread(self, channel: &ChannelId, item: &ItemId) {
        self.timeline.thread.set(None);
        self.actions.send(TimelineIntent::OpenThread {
            channel: channel.clone(),
            item: item.clone(),
        });
        self.view.dialog.set(Some(Dialog::Thread));
    }

    /// The same also for the channel that is open: a new driver has not heard of it.
    pub fn open_channel_anew(self, id: &ChannelId) {
        self.timeline.open.set(Some(id.clone()));
        self.actions.send(TimelineIntent::OpenChannel(id.clone()));
    }
}

/// The stores that `App` put in context.
pub fn stores() -> Stores {
    expect_context::<Stores>()
}
