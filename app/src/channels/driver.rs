//! Making a channel, and showing the community and its channels.

mod show;

use leptos::prelude::GetUntracked;
use parley_client::Engine;
use parley_client::engine::AppendError;
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind as LogChannelKind, History, Readers,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, EntryId};
use parley_protocol::names;

use super::store::{ChannelIntent, ChannelKind};
use crate::driver::appends::{not_asked, refusal};
use crate::driver::convert::channel_id;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::ids;
use crate::stores::Stores;
use crate::ui::direction::isolated;

pub use self::show::{show, show_load, show_unread};

/// What the log was asked for.
pub enum Asked {
    New {
        name: String,
        id: ChannelId,
        kind: ChannelKind,
    },
    Change,
}

/// The entry that waits for the log's answer, if the intent made one.
pub fn handle_intent(
    intent: ChannelIntent,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) -> Option<(EntryId, Asked)> {
    match intent {
        ChannelIntent::CreateChannel { name, kind } => create(&name, kind, stores, engine, now),
        ChannelIntent::ChangeChannel {
            channel,
            topic,
            expires_after,
        } => {
            let channel = channel_id(&channel)?;
            let change = changed(channel, topic, expires_after, engine)?;
            let entry = asked_or_told(engine.append(change, now), stores)?;
            Some((entry, Asked::Change))
        }
    }
}

/// The log took an entry, or refused it.
pub fn handle_answer(asked: Asked, refused: Option<&ErrorCode>, stores: Stores) -> Wishes {
    if let Some(code) = refused {
        stores.view.notify_problem(refusal(code));
        return Wishes::new();
    }
    let Asked::New { name, id, kind } = asked else {
        stores.view.notify("The channel was changed");
        return Wishes::new();
    };
    stores.view.notify(format!("{} was made", isolated(&name)));
    let mut wishes = vec![Wish::Show(Matter::Community)];
    if kind == ChannelKind::Text {
        wishes.push(Wish::OpenChannel(ids::ChannelId::from(id.to_string())));
    }
    wishes
}

/// The channel to show first: the one last open here, or the first that carries text. `is_conversation`: whether the
/// store has a conversation of that id; it is shown once conversations are there.
pub fn first(
    stores: Stores,
    last: Option<String>,
    is_conversation: impl Fn(&str) -> bool,
) -> Option<ids::ChannelId> {
    let channels = stores.community.channels.get_untracked();
    let text = |id: &ids::ChannelId| {
        channels
            .iter()
            .any(|channel| channel.id == *id && channel.kind == ChannelKind::Text)
    };
    let last = last.map(ids::ChannelId::from);
    let last = last.filter(|id| text(id) || is_conversation(id.as_str()));
    last.or_else(|| channels.iter().map(|channel| channel.id.clone()).find(text))
}

fn changed(
    channel: ChannelId,
    topic: String,
    expires_after: Option<u32>,
    engine: &Engine,
) -> Option<Action> {
    let before = engine.community().channels().get(&channel)?;
    let details = ChannelDetails {
        topic,
        expires_after,
        ..before.details.clone()
    };
    Some(Action::ChannelChanged {
        channel,
        details,
        opens_past: false,
    })
}

fn create(
    name: &str,
    kind: ChannelKind,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) -> Option<(EntryId, Asked)> {
    let name = names::normalize(name.trim().trim_start_matches('#'));
    if names::check(&name).is_err() {
        stores.view.notify_problem(
            "That name can't be used. Please use 1 to 48 characters that can be seen.",
        );
        return None;
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
    let made = engine.create_channel(log_kind, details, now);
    let (entry, id) = asked_or_told(made, stores)?;
    Some((entry, Asked::New { name, id, kind }))
}

/// What the log was asked for; said where it could not be.
fn asked_or_told<T>(asked: Result<T, AppendError>, stores: Stores) -> Option<T> {
    let told = |error: &AppendError| stores.view.notify_problem(not_asked(*error));
    asked.inspect_err(told).ok()
}
