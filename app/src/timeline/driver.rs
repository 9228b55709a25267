//! A channel's window on the screen: its newest stretch of messages, and what a person does with them.

mod lines;
mod log_lines;
mod window;

use leptos::prelude::{Update, WithUntracked};
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::store::{Change, Record};
use parley_client::timeline::Timeline;
use parley_protocol::ids::ChannelId;

use self::lines::Lines;
use self::log_lines::LogLine;
use self::window::Window;
use super::store::{Body, ItemKind, TimelineIntent, TimelineStore};
use crate::channels::store::Load;
use crate::driver::convert::{channel_id, message_id};
use crate::driver::keeper::Note;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::ids::{self, ItemId};

/// The channels on the screen, as far as they must be remembered.
pub struct Timelines {
    store: TimelineStore,
    log: Vec<LogLine>,
    windows: LiteMap<ChannelId, Window>,
}

impl Timelines {
    pub fn new(store: TimelineStore) -> Self {
        Self {
            store,
            log: Vec::new(),
            windows: LiteMap::new(),
        }
    }

    /// A device is here, with these records.
    pub fn enter(&mut self, records: &[Record]) {
        self.log = log_lines::read(records);
        self.windows = LiteMap::new();
    }

    /// The engine keeps something: entries of the log among it are lines.
    pub fn note(&mut self, changes: &[Change]) {
        log_lines::note(&mut self.log, changes);
    }

    pub fn handle_intent(
        &mut self,
        intent: TimelineIntent,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        match intent {
            TimelineIntent::OpenChannel(channel) => self.open(&channel, engine, now),
            TimelineIntent::SeenUpTo { channel, item } => {
                self.handle_seen(&channel, &item, engine, now)
            }
            TimelineIntent::LoadOlder(channel) => self.load_older(&channel, engine, now),
            TimelineIntent::ReloadChannel(channel) => {
                engine.handle_online_hint(now);
                channel_id(&channel).map(shown_anew).into_iter().collect()
            }
            TimelineIntent::RetrySend { channel: _, item } => {
                if let Some(message) = message_id(&item) {
                    engine.retry(message, now);
                }
                Wishes::new()
            }
            TimelineIntent::DiscardFailed { channel, item } => {
                self.discard(channel, &item, engine, now)
            }
        }
    }

    /// The channel in which the community's own lines stand.
    pub fn home(engine: &Engine) -> Option<ChannelId> {
        log_lines::home(engine)
    }

    /// Shows a channel's window as it is now.
    pub fn show(&mut self, engine: &Engine, channel: ChannelId) {
        let nothing = Timeline::default();
        let timeline = engine.timeline(&channel).unwrap_or(&nothing);
        let window = self.windows.entry(channel).or_default();
        let from = window.first_seq(timeline);
        let has_older =
            timeline.has_older() || timeline.items().next().is_some_and(|item| item.seq < from);
        let lines = Lines {
            engine,
            channel,
            home: log_lines::home(engine),
            log: &self.log,
        };
        let (items, seqs) = lines.build(timeline, from, has_older);
        let unread_from = window.first_unread(timeline, engine.me().0);
        window.set_lines(seqs);
        self.store
            .window(&ids::ChannelId::from(channel.to_string()))
            .update(|shown| {
                shown.items = items;
                shown.load = load(engine.connection(), timeline);
                shown.has_older = has_older;
                shown.loading_older = timeline.is_loading_older();
                shown.unread_from = unread_from;
            });
    }

    /// A channel comes on the screen: its newest stretch is shown, and the line above what is new stays where it is now.
    fn open(&mut self, id: &ids::ChannelId, engine: &mut Engine, now: u64) -> Wishes {
        let Some(channel) = channel_id(id) else {
            return Wishes::new();
        };
        self.windows.insert(channel, Window::default());
        engine.watch(Some(channel), true, now);
        vec![
            shown_anew(channel),
            Wish::Keep(Note::OpenChannel.with(&id.as_str())),
        ]
    }

    fn handle_seen(
        &self,
        id: &ids::ChannelId,
        item: &ItemId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let seen = channel_id(id).and_then(|channel| {
            let window = self.windows.get(&channel)?;
            Some((channel, window.seq_of(item)?))
        });
        let Some((channel, seq)) = seen else {
            return Wishes::new();
        };
        engine.mark_read(channel, seq, now);
        vec![shown_anew(channel)]
    }

    fn load_older(&mut self, id: &ids::ChannelId, engine: &mut Engine, now: u64) -> Wishes {
        let Some(channel) = channel_id(id) else {
            return Wishes::new();
        };
        let window = self.windows.entry(channel).or_default();
        let is_all_shown = engine
            .timeline(&channel)
            .is_none_or(|timeline| window.grow(timeline));
        if is_all_shown {
            engine.load_older(channel, now);
        }
        vec![shown_anew(channel)]
    }

    fn discard(
        &self,
        channel: ids::ChannelId,
        item: &ItemId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let Some(message) = message_id(item) else {
            return Wishes::new();
        };
        let text = self.store.window(&channel).with_untracked(|window| {
            let found = window.items.iter().find(|shown| shown.id == *item)?;
            match &found.kind {
                ItemKind::Message(message) => match &message.body {
                    Body::Text(text) => Some(text.clone()),
                    Body::Removed | Body::Unreadable(_) => None,
                },
                ItemKind::Gap(_) | ItemKind::Event(_) => None,
            }
        });
        engine.discard(message, now);
        let given_back = text.map(|text| Wish::GiveBack { channel, text });
        given_back.into_iter().collect()
    }
}

fn shown_anew(channel: ChannelId) -> Wish {
    Wish::Show(Matter::Timeline(channel))
}

/// Messages that never came here cannot be shown without the relay, and that is said.
fn load(connection: &ConnectionState, timeline: &Timeline) -> Load {
    if timeline.is_known() {
        return Load::Loaded;
    }
    match connection {
        ConnectionState::Online | ConnectionState::Connecting => Load::Loading,
        ConnectionState::Offline { .. } | ConnectionState::SignedOut(_) => Load::Failed(
            "These messages are not in this browser yet. They come when the relay is back."
                .to_owned(),
        ),
    }
}
