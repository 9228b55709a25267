//! A channel's window on the screen: its newest stretch of messages, and what a person does with them.

mod elsewhere;
mod extras;
mod keeping;
mod lines;
mod log_lines;
mod pending;
mod relating;
mod room;
mod saved;
mod seeking;
mod slots;
mod window;

use leptos::prelude::{ArcRwSignal, Update, UpdateUntracked, WithUntracked};
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::effect::SignedOut;
use parley_client::engine::ConnectionState;
use parley_client::relations::Target;
use parley_client::store::Change;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::ChannelId;

use self::extras::Rights;
use self::lines::Lines;
use self::log_lines::LogLine;
use self::relating::Doing;
pub use self::room::{Measured, Room};
use self::slots::Slots;
use self::window::{Surroundings, Window};
use super::store::{
    Aim, Body, Goal, ItemKind, Pending, TimelineIntent, TimelineStore, Window as Shown,
};
use crate::channels::store::Load;
use crate::chunk::chunk;
use crate::driver::convert::{channel_id, item_id, message_of};
use crate::driver::keeper::{Loaded, Note};
use crate::driver::port::Port;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::ids::{self, ItemId};
use crate::platform::{location, task};

// Nobody waits for lines to type. They come with the part of the page that draws them.
chunk!(timeline: fn load_work() -> Work = work);

/// What makes lines, and does what people ask of them.
#[derive(Clone, Copy)]
pub struct Work {
    show: fn(&mut Timelines, &Engine, ChannelId),
    show_saved: fn(&Timelines, &Engine),
    handle_intent: fn(&mut Timelines, TimelineIntent, &mut Engine, u64) -> Wishes,
    seek: fn(&mut Timelines, &mut Engine, u64) -> Wishes,
}

fn work() -> Work {
    Work {
        show: Timelines::show_now,
        show_saved: Timelines::show_saved_again,
        handle_intent: Timelines::handle_now,
        seek: Timelines::seek,
    }
}

/// Something that timelines report to themselves.
pub enum TimelineInput {
    /// What makes lines was loaded, or was not to be had.
    Loaded(Option<Work>),
    /// More of a channel is here in which a message is looked for.
    Seek,
}

/// The channels on the screen, as far as they must be remembered.
pub struct Timelines {
    store: TimelineStore,
    port: Port<TimelineInput>,
    work: Option<Work>,
    is_loading: bool,
    /// What was asked before it was loaded, and the channels that were to be shown.
    waiting: Vec<TimelineIntent>,
    unshown: Vec<ChannelId>,
    log: Vec<LogLine>,
    windows: LiteMap<ChannelId, Window>,
    /// The message whose thread is open.
    thread: Option<(ChannelId, Target)>,
    /// The channels to whose messages those in a window link.
    links: LiteMap<ChannelId, Vec<ChannelId>>,
    /// Where a list is to go when it is shown next.
    goal: Option<(ChannelId, Goal)>,
    /// The message that is looked for in the past.
    sought: Option<seeking::Sought>,
    /// The channel on the screen.
    open: Option<ChannelId>,
    aims: u64,
}

impl Timelines {
    pub fn new(store: TimelineStore, port: Port<TimelineInput>) -> Self {
        Self {
            store,
            port,
            work: None,
            is_loading: false,
            waiting: Vec::new(),
            unshown: Vec::new(),
            log: Vec::new(),
            windows: LiteMap::new(),
            thread: None,
            links: LiteMap::new(),
            goal: None,
            sought: None,
            open: None,
            aims: 0,
        }
    }

    /// A device is here, with these records. What the page before did not live to see is asked for again.
    pub fn enter(&mut self, loaded: &Loaded) -> Option<TimelineIntent> {
        self.log = log_lines::read(&loaded.records);
        self.windows = LiteMap::new();
        pending::left(loaded).map(TimelineIntent::Finish)
    }

    /// The engine keeps something: entries of the log among it are lines.
    pub fn note(&mut self, changes: &[Change]) {
        log_lines::note(&mut self.log, changes);
    }

    /// What makes lines is here, or could not be loaded: then it is asked for again when something is to be shown.
    pub fn handle(
        &mut self,
        input: TimelineInput,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match input {
            TimelineInput::Loaded(work) => {
                self.is_loading = false;
                self.work = self.work.or(work);
            }
            TimelineInput::Seek => {
                return match (self.work, engine) {
                    (Some(work), Some(engine)) => (work.seek)(self, engine, now),
                    (_, _) => Wishes::new(),
                };
            }
        }
        let (Some(work), Some(engine)) = (self.work, engine) else {
            return Wishes::new();
        };
        let mut wishes = Wishes::new();
        for intent in std::mem::take(&mut self.waiting) {
            wishes.extend((work.handle_intent)(self, intent, engine, now));
        }
        for channel in std::mem::take(&mut self.unshown) {
            (work.show)(self, engine, channel);
        }
        wishes
    }

    /// What a person asks. Done once what makes lines is here.
    pub fn handle_intent(
        &mut self,
        intent: TimelineIntent,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let Some(work) = self.work else {
            self.load();
            self.waiting.push(intent);
            return Wishes::new();
        };
        (work.handle_intent)(self, intent, engine, now)
    }

    /// Shows a channel's window as it is now, or once what makes lines is here.
    pub fn show(&mut self, engine: &Engine, channel: ChannelId) {
        if let Some(work) = self.work {
            return (work.show)(self, engine, channel);
        }
        self.load();
        if !self.unshown.contains(&channel) {
            self.unshown.push(channel);
        }
    }

    /// Shows what was saved as it is now, if somebody looks at it.
    pub fn refresh(&self, engine: &Engine) {
        if let Some(work) = self.work {
            (work.show_saved)(self, engine);
        }
    }

    fn load(&mut self) {
        if std::mem::replace(&mut self.is_loading, true) {
            return;
        }
        let port = self.port.clone();
        task::spawn(async move { port.put(TimelineInput::Loaded(load_work().await.ok())) });
    }

    fn handle_now(&mut self, intent: TimelineIntent, engine: &mut Engine, now: u64) -> Wishes {
        match intent {
            TimelineIntent::OpenChannel(channel) => self.open(&channel, engine, now),
            TimelineIntent::SeenUpTo { channel, item } => {
                self.handle_seen(&channel, &item, engine, now)
            }
            TimelineIntent::LoadOlder(channel) => self.load_older(&channel, engine, now),
            TimelineIntent::LoadNewer(channel) => {
                self.move_window(&channel, engine, |window, slots, view| {
                    window.show_newer(&slots.order, view);
                    None
                })
            }
            TimelineIntent::ShowOldest(channel) => self.show_oldest(&channel, engine, now),
            TimelineIntent::ShowNewest(channel) => {
                self.move_window(&channel, engine, |window, _, _| {
                    window.show_newest();
                    Some(Goal::Newest)
                })
            }
            TimelineIntent::ShowMessage { channel, item } => {
                self.show_message(&channel, &item, engine, now)
            }
            TimelineIntent::ReloadChannel(channel) => {
                engine.handle_online_hint(now);
                channel_id(&channel).map(shown_anew).into_iter().collect()
            }
            TimelineIntent::RetrySend { channel: _, item } => {
                if let Some((_, message)) = message_of(&item) {
                    engine.retry(message, now);
                }
                Wishes::new()
            }
            TimelineIntent::DiscardFailed { channel, item } => {
                self.discard(channel, &item, engine, now)
            }
            TimelineIntent::React {
                channel,
                item,
                emoji,
                on,
            } => {
                let doing = Doing::React { emoji, on };
                Self::relate(&channel, &item, doing, engine, now)
            }
            TimelineIntent::Edit {
                channel,
                item,
                text,
            } => Self::relate(&channel, &item, Doing::Edit(text), engine, now),
            TimelineIntent::Delete { channel, item } => {
                self.begin(Pending::Deletion { channel, item }, engine, now)
            }
            TimelineIntent::MarkRead(channel) => self.mark_read(channel, engine, now),
            TimelineIntent::Undo(pending) => self.undo(&pending),
            TimelineIntent::DoNow(pending) => self.do_now(&pending, engine, now),
            TimelineIntent::Finish(pending) => self.finish(&pending, engine, now),
            TimelineIntent::Pin { channel, item, on } => {
                Self::relate(&channel, &item, Doing::Pin(on), engine, now)
            }
            TimelineIntent::Vote {
                channel,
                item,
                options,
            } => Self::relate(&channel, &item, Doing::Vote(options), engine, now),
            TimelineIntent::OpenThread { channel, item } => {
                self.open_thread(&channel, &item, engine, now)
            }
            TimelineIntent::CloseThread => self.close_thread(engine, now),
            TimelineIntent::ShowPins(channel) => self.seek_pins(&channel, engine, now),
            TimelineIntent::ShowThreads(channel) => self.show_threads(&channel, engine),
            TimelineIntent::ShowSaved => self.show_saved(engine),
            TimelineIntent::Save { channel, item, on } => {
                self.save(&channel, &item, on, engine, now)
            }
            TimelineIntent::ShowEdits { channel, item } => self.show_edits(&channel, &item, engine),
            TimelineIntent::ClosePoll { channel, item } => {
                Self::relate(&channel, &item, Doing::ClosePoll, engine, now)
            }
        }
    }

    /// The channel in which the community's own lines stand.
    pub fn home(engine: &Engine) -> Option<ChannelId> {
        log_lines::home(engine)
    }

    fn show_now(&mut self, engine: &Engine, channel: ChannelId) {
        self.show_window(engine, channel);
        // Messages elsewhere that show something of this one's.
        for other in self.linking_to(channel) {
            self.show_window(engine, other);
        }
        self.show_saved_again(engine);
        let open = self.store.threads;
        let open = open.with_untracked(|open| open.as_ref().map(|(of, _)| of.clone()));
        if let Some(id) = open.filter(|of| channel_id(of) == Some(channel)) {
            self.show_threads(&id, engine);
        }
    }

    fn show_window(&mut self, engine: &Engine, channel: ChannelId) {
        let nothing = Timeline::default();
        let timeline = engine.timeline(&channel).unwrap_or(&nothing);
        let lines = lines(engine, &self.log, channel, self.deleting_in(channel));
        let slots = lines.slots(timeline);
        let shown = self
            .store
            .window(&ids::ChannelId::from(channel.to_string()));
        let marked = self.pending_read(channel);
        let window = self.windows.entry(channel).or_default();
        if window.note_written(timeline.outbox().last().map(|item| item.id)) {
            self.goal = Some((channel, Goal::Newest));
        }
        if let Some((_, root)) = self.thread.filter(|(of, _)| *of == channel) {
            relating::show_thread(&lines, timeline, root, self.store);
        }
        let range = window.range(&slots.order, surroundings(&shown));
        let unread = window.first_unread(timeline, engine.me().0, marked);
        let unread_from = unread.map(|item| item_id(item.device, item.id));
        let above = |unread: &TimelineItem| slots.index_of(|item| item.seq == unread.seq);
        let unread_above = unread.and_then(above).is_some_and(|at| at < range.start);
        let has_older = timeline.has_older() || range.start > 0;
        let has_newer = range.end < slots.order.len();
        let (items, seqs) = lines.build(timeline, &slots, range);
        window.set_lines(seqs);
        let aim = self
            .goal
            .take_if(|(of, _)| *of == channel)
            .map(|(_, goal)| {
                self.aims += 1;
                let number = self.aims;
                Aim { number, goal }
            });
        self.seek_on(channel, timeline);
        self.note_links(channel, &items);
        shown.update(|shown| {
            shown.items = items;
            shown.load = load(engine.connection(), timeline);
            shown.has_older = has_older;
            shown.loading_older = timeline.is_loading_older();
            shown.has_newer = has_newer;
            shown.unread_from = unread_from;
            shown.unread_above = unread_above;
            shown.aim = aim.or(shown.aim.take());
        });
    }

    /// A channel comes on the screen: its newest stretch is shown, and the line above what is new stays where it is now.
    fn open(&mut self, id: &ids::ChannelId, engine: &mut Engine, now: u64) -> Wishes {
        let Some(channel) = channel_id(id) else {
            return Wishes::new();
        };
        self.leave(channel, engine, now);
        self.windows.insert(channel, Window::default());
        self.store.window(id).update_untracked(|shown| {
            shown.at_end = true;
            shown.aim = None;
        });
        engine.watch(Some(channel), true, now);
        let mut wishes = self.leave_deletion(id, engine, now);
        wishes.push(shown_anew(channel));
        wishes.push(Wish::Keep(Note::OpenChannel.with(&id.as_str())));
        wishes
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

    fn is_at_end(&self, channel: ChannelId) -> bool {
        let shown = self
            .store
            .window(&ids::ChannelId::from(channel.to_string()));
        shown.with_untracked(|shown| shown.at_end)
    }

    fn load_older(&mut self, id: &ids::ChannelId, engine: &mut Engine, now: u64) -> Wishes {
        let mut is_all_shown = true;
        let wishes = self.move_window(id, engine, |window, slots, view| {
            is_all_shown = window.show_older(&slots.order, view);
            None
        });
        if let Some(channel) = channel_id(id).filter(|_| is_all_shown) {
            engine.load_older(channel, now);
        }
        wishes
    }

    fn show_oldest(&mut self, id: &ids::ChannelId, engine: &mut Engine, now: u64) -> Wishes {
        let wishes = self.move_window(id, engine, |window, slots, view| {
            window.show_oldest(&slots.order, view);
            Some(Goal::Oldest)
        });
        if let Some(channel) = channel_id(id) {
            engine.load_older(channel, now);
        }
        wishes
    }

    /// Moves a channel's window, and its list with it.
    fn move_window(
        &mut self,
        id: &ids::ChannelId,
        engine: &Engine,
        act: impl FnOnce(&mut Window, &Slots<'_>, Surroundings) -> Option<Goal>,
    ) -> Wishes {
        let Some(channel) = channel_id(id) else {
            return Wishes::new();
        };
        let nothing = Timeline::default();
        let timeline = engine.timeline(&channel).unwrap_or(&nothing);
        let slots = lines(engine, &self.log, channel, self.deleting_in(channel)).slots(timeline);
        let view = surroundings(&self.store.window(id));
        let window = self.windows.entry(channel).or_default();
        if let Some(goal) = act(window, &slots, view) {
            self.goal = Some((channel, goal));
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
        let Some((_, message)) = message_of(item) else {
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

fn lines<'a>(
    engine: &'a Engine,
    log: &'a [LogLine],
    channel: ChannelId,
    hidden: Option<Target>,
) -> Lines<'a> {
    Lines {
        engine,
        channel,
        home: log_lines::home(engine),
        log,
        rights: Rights::of(engine, &channel),
        hidden,
        saved: saved::targets_in(engine, channel),
        origin: location::origin(),
    }
}

fn surroundings(shown: &ArcRwSignal<Shown>) -> Surroundings {
    shown.with_untracked(|shown| Surroundings {
        at_end: shown.at_end,
        fits: shown.fits,
    })
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
        ConnectionState::SignedOut(SignedOut::Removed) => {
            Load::Failed("These messages are not in this browser.".to_owned())
        }
        ConnectionState::Offline { .. }
        | ConnectionState::SignedOut(SignedOut::SessionEnded | SignedOut::Replaced) => {
            Load::Failed(
                "These messages are not in this browser yet. They come when the relay is back."
                    .to_owned(),
            )
        }
    }
}
