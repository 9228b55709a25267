//! Sending what was typed, and keeping what was not sent for the next time the page opens. Drafts are encrypted like
//! everything else that is kept.

mod recent_emoji;
mod shared;

use leptos::prelude::{Effect, Set, Track, Update, WithUntracked};
use parley_client::engine::{Draft, SendError};
use parley_client::file::{FileDescription, FileOf};
use parley_client::relations::{Poll, Target};
use parley_client::{Engine, sorted};
use parley_protocol::ids::ChannelId;
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_TEXT_BYTES;

use super::store::{ComposerIntent, Desk};
use super::text;
use crate::driver::convert::{channel_id, message_of};
use crate::driver::keeper::{Loaded, Note, NoteWrite};
use crate::driver::port::Port;
use crate::ids;
use crate::platform::clock::Timer;
use crate::stores::Stores;
use crate::ui::direction::isolated;

pub use self::recent_emoji::{handle_intent as handle_emoji_intent, show as show_recent_emoji};
pub use self::shared::SharedDrafts;

/// A pause in typing, in milliseconds, after which the text is kept.
const PAUSE: u64 = 600;
/// After which the person's other devices get it.
const LONG_PAUSE: u64 = 4_000;

const _: () = assert!(super::store::LONGEST == MAX_TEXT_BYTES);

/// Typing has paused.
pub enum Paused {
    Shortly,
    Long,
}

/// Tells the driver when typing pauses. Called once, while the page is being built.
pub fn follow(stores: Stores, port: Port<Paused>) {
    Effect::new(move |timers: Option<[Option<Timer>; 2]>| {
        stores.composer.drafts.track();
        let after = |pause, paused: fn() -> Paused| {
            let port = port.clone();
            Timer::after(pause, move || port.put(paused()))
        };
        // Nothing was typed yet when this runs first; each later run ends the timers of the one before.
        match timers {
            None => [None, None],
            Some(_ended) => [
                after(PAUSE, || Paused::Shortly),
                after(LONG_PAUSE, || Paused::Long),
            ],
        }
    });
}

pub fn enter(stores: Stores, loaded: &Loaded) {
    let drafts: Vec<(String, String)> = loaded.note(Note::Drafts).unwrap_or_default();
    let drafts = drafts
        .into_iter()
        .map(|(channel, text)| (ids::ChannelId::from(channel), text));
    stores.composer.drafts.set(sorted::map(drafts));
}

/// The drafts, to be kept.
pub fn drafts(stores: Stores) -> NoteWrite {
    let drafts: Vec<(String, String)> = stores.composer.drafts.with_untracked(|drafts| {
        let written = drafts.iter().filter(|(_, text)| !text.is_empty());
        written
            .map(|(channel, text)| (channel.as_str().to_owned(), text.clone()))
            .collect()
    });
    Note::Drafts.with(&drafts)
}

pub fn handle_intent(intent: ComposerIntent, stores: Stores, engine: &mut Engine, now: u64) {
    match intent {
        ComposerIntent::SendMessage {
            channel,
            text,
            reply_to,
            thread,
        } => {
            let desk = Desk {
                channel: channel.clone(),
                thread: thread.clone(),
            };
            let draft = Draft {
                text,
                reply_to: reply_to.as_ref().and_then(target),
                thread: thread.as_ref().and_then(target),
                ..Draft::default()
            };
            send(&desk, draft, stores, engine, now);
        }
        ComposerIntent::SendPoll {
            channel,
            question,
            options,
            several,
            thread,
        } => {
            let draft = Draft {
                poll: Some(Poll {
                    question,
                    options,
                    several,
                }),
                thread: thread.as_ref().and_then(target),
                ..Draft::default()
            };
            send(&Desk::of(channel), draft, stores, engine, now);
        }
        ComposerIntent::Forward {
            channel,
            text,
            of,
            comment,
        } => {
            let (files, blobs) = of
                .and_then(|(place, item)| carried(&place, &item, engine))
                .unwrap_or_default();
            let draft = Draft {
                text,
                forwarded: true,
                files,
                blobs,
                ..Draft::default()
            };
            forward(channel, draft, comment, stores, engine, now);
        }
        // Of the picker, which nobody has open before what does this is here.
        ComposerIntent::Emoji(_) => {}
        ComposerIntent::Typing(channel) => {
            if let Some(channel) = channel_id(&channel) {
                engine.typing(channel, now);
            }
        }
    }
}

/// Puts a text back into the composer, if nothing else was typed meanwhile.
pub fn give_back(stores: Stores, channel: ids::ChannelId, text: String) {
    stores.composer.drafts.update(|drafts| {
        let draft = drafts.entry(channel).or_default();
        if draft.is_empty() {
            *draft = text;
        }
    });
}

/// Shows who writes in a channel.
pub fn show_typing(engine: &Engine, stores: Stores, channel: ChannelId) {
    let members = engine.community().members();
    let typists = engine.typists(&channel);
    let names: Vec<String> = typists
        .iter()
        .filter_map(|user| members.get(user))
        .map(|m| m.display_name().to_owned())
        .collect();
    let id = ids::ChannelId::from(channel.to_string());
    stores.composer.typing.update(|typing| {
        if names.is_empty() {
            typing.remove(&id);
        } else {
            typing.insert(id, names);
        }
    });
}

fn target(item: &ids::ItemId) -> Option<Target> {
    let (device, id) = message_of(item)?;
    Some(Target { device, id })
}

fn send(desk: &Desk, draft: Draft, stores: Stores, engine: &mut Engine, now: u64) {
    let Some(channel) = channel_id(&desk.channel) else {
        return;
    };
    let text = draft.text.clone();
    let Err(error) = engine.send_message(channel, draft, now) else {
        return;
    };
    if let Some(said) = said(error) {
        stores.view.notify_problem(said);
        give_back(stores, desk.key(), text);
    }
}

/// The files of a message, which are not sent again: the relay has them.
fn carried(
    place: &ids::ChannelId,
    item: &ids::ItemId,
    engine: &Engine,
) -> Option<(Vec<FileDescription>, Vec<Hash>)> {
    let (device, id) = message_of(item)?;
    let found = engine.timeline(&channel_id(place)?)?;
    let found = found.find(Target { device, id })?;
    let (mut files, mut all) = (Vec::new(), Vec::new());
    for FileOf { file, blobs } in found.files() {
        all.extend_from_slice(blobs.ok()?);
        files.push(file.clone());
    }
    Some((files, all))
}

/// Sends what was taken from elsewhere, then the comment. The way there is shown.
fn forward(
    id: ids::ChannelId,
    draft: Draft,
    comment: String,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) {
    let Some(channel) = channel_id(&id) else {
        return;
    };
    if let Err(error) = engine.send_message(channel, draft, now) {
        if let Some(said) = said(error) {
            stores.view.notify_problem(said);
        }
        return;
    }
    let draft = Draft {
        text: comment,
        ..Draft::default()
    };
    send(&Desk::of(id.clone()), draft, stores, engine, now);
    let channels = engine.community().channels();
    let name = channels.get(&channel).map(|it| isolated(&it.details.name));
    let said = format!("Forwarded to #{}", name.unwrap_or_default());
    stores.view.notify_about(id, said);
}

/// What is said of a message that was not taken.
fn said(error: SendError) -> Option<&'static str> {
    Some(match error {
        SendError::Empty => return None,
        SendError::TooLong { .. } => text::TOO_LONG,
        SendError::NotPermitted | SendError::NoThread => text::NOT_ALLOWED,
        SendError::Poll(_) => text::BAD_POLL,
        SendError::Files(_) => text::BAD_FILES,
        SendError::OutboxFull => text::OUTBOX_FULL,
    })
}
