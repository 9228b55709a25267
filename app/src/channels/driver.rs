//! Making a channel, and showing the community and its channels.

mod show;

use leptos::prelude::GetUntracked;
use parley_client::Engine;
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind as LogChannelKind, History, Readers,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, EntryId};
use parley_protocol::names;

use super::store::{ChannelIntent, ChannelKind};
use crate::driver::appends::{Appends, not_asked, refusal};
use crate::driver::convert::channel_id;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::ids;
use crate::stores::Stores;
use crate::ui::direction::isolated;

pub use self::show::{show, show_load, show_unread};

/// The channels that were asked for.
pub struct Channels {
    stores: Stores,
    asked: Appends<NewChannel>,
    changed: Appends<()>,
}

struct NewChannel {
    name: String,
    id: ChannelId,
    kind: ChannelKind,
}

impl Channels {
    pub fn new(stores: Stores) -> Self {
        Self {
            stores,
            asked: Appends::default(),
            changed: Appends::default(),
        }
    }

    pub fn handle_intent(&mut self, intent: ChannelIntent, engine: &mut Engine, now: u64) {
        match intent {
            ChannelIntent::CreateChannel { name, kind } => self.create(&name, kind, engine, now),
            ChannelIntent::ChangeChannel {
                channel,
                topic,
                expires_after,
            } => self.change(&channel, topic, expires_after, engine, now),
        }
    }

    /// The log took an entry.
    pub fn handle_appended(&mut self, entry: EntryId) -> Wishes {
        if self.changed.take(entry).is_some() {
            self.stores.view.notify("The channel was changed");
        }
        let Some(NewChannel { name, id, kind }) = self.asked.take(entry) else {
            return Wishes::new();
        };
        self.stores
            .view
            .notify(format!("{} was made", isolated(&name)));
        let mut wishes = vec![Wish::Show(Matter::Community)];
        if kind == ChannelKind::Text {
            wishes.push(Wish::OpenChannel(ids::ChannelId::from(id.to_string())));
        }
        wishes
    }

    /// The log refused an entry.
    pub fn handle_refused(&mut self, entry: EntryId, code: &ErrorCode) {
        if self.asked.take(entry).is_some() || self.changed.take(entry).is_some() {
            self.stores.view.notify_problem(refusal(code));
        }
    }

    /// The channel to show first: the one last open here, or the first that carries text. `is_conversation`: whether the
    /// store has a conversation of that id; it is shown once conversations are there.
    pub fn first(
        &self,
        last: Option<String>,
        is_conversation: impl Fn(&str) -> bool,
    ) -> Option<ids::ChannelId> {
        let channels = self.stores.community.channels.get_untracked();
        let text = |id: &ids::ChannelId| {
            channels
                .iter()
                .any(|channel| channel.id == *id && channel.kind == ChannelKind::Text)
        };
        let last = last.map(ids::ChannelId::from);
        let last = last.filter(|id| text(id) || is_conversation(id.as_str()));
        last.or_else(|| channels.iter().map(|channel| channel.id.clone()).find(text))
    }

    fn change(
        &mut self,
        channel: &ids::ChannelId,
        topic: String,
        expires_after: Option<u32>,
        engine: &mut Engine,
        now: u64,
    ) {
        let Some(channel) = channel_id(channel) else {
            return;
        };
        let Some(before) = engine.community().channels().get(&channel) else {
            return;
        };
        let details = ChannelDetails {
            topic,
            expires_after,
            ..before.details.clone()
        };
        let change = Action::ChannelChanged {
            channel,
            details,
            opens_past: false,
        };
        match engine.append(change, now) {
            Ok(entry) => self.changed.ask(entry, ()),
            Err(error) => self.stores.view.notify_problem(not_asked(error)),
        }
    }

    fn create(&mut self, name: &str, kind: ChannelKind, engine: &mut Engine, now: u64) {
        let name = names::normalize(name.trim().trim_start_matches('#'));
        if names::check(&name).is_err() {
            return self.stores.view.notify_problem(
                "That name can't be used. Please use 1 to 48 characters that can be seen.",
            );
        }
        let log_kind = match kind {
            ChannelKind::Text | ChannelKind::Direct => LogChannelKind::Text,
            ChannelKind::Voice => LogChannelKind::Voice,
        };
        let details = ChannelDetails {
            name: name.clone(),
            topic: String::new(),
            readers: Readers::Everyone,
            history: History::Shared,
            expires_after: None,
        };
        match engine.create_channel(log_kind, details, now) {
            Ok((entry, id)) => self.asked.ask(entry, NewChannel { name, id, kind }),
            Err(error) => self.stores.view.notify_problem(not_asked(error)),
        }
    }
}
