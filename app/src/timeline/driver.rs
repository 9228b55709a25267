//! A channel's window on the screen: its newest stretch of messages, and what a person does with them.

mod elsewhere;
mod extras;
mod files;
mod intents;
mod keeping;
mod lines;
mod log_lines;
mod pending;
mod relating;
mod room;
mod saved;
mod seeking;
mod showing;
mod slots;
mod window;

use leptos::prelude::{ArcRwSignal, Set, UpdateUntracked, WithUntracked};
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::relations::Target;
use parley_client::store::Change;
use parley_client::timeline::Timeline;
use parley_protocol::ids::ChannelId;

use self::extras::Rights;
use self::lines::Lines;
use self::log_lines::LogLine;
pub use self::room::{Measured, Room, take_measure};
use self::slots::Slots;
use self::window::{Surroundings, Window};
use super::store::{Goal, TimelineIntent, TimelineStore, Window as Shown};
use crate::chunk::chunk;
use crate::driver::convert::{channel_id, message_of};
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
    let_go: fn(&Timelines, ChannelId, &mut Engine, u64),
}

fn work() -> Work {
    Work {
        show: Timelines::show_now,
        show_saved: Timelines::show_saved_again,
        handle_intent: Timelines::handle_now,
        seek: Timelines::seek,
        let_go: Timelines::let_go_now,
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

    /// The channel in which the community's own lines stand.
    pub fn home(engine: &Engine) -> Option<ChannelId> {
        log_lines::home(engine)
    }

    /// A channel comes on the screen: its newest stretch is shown, and the line above what is new stays where it is now.
    fn open(&mut self, id: &ids::ChannelId, engine: &mut Engine, now: u64) -> Wishes {
        let Some(channel) = channel_id(id) else {
            return Wishes::new();
        };
        self.leave(channel, engine, now);
        self.store.unfolded.set(None);
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

    /// What blocked members wrote shows until another channel is opened.
    fn unfold(&self, id: ids::ChannelId) -> Wishes {
        let channel = channel_id(&id);
        self.store.unfolded.set(Some(id));
        channel.map(shown_anew).into_iter().collect()
    }

    fn is_unfolded(&self, channel: ChannelId) -> bool {
        let unfolded = self.store.unfolded;
        unfolded.with_untracked(|id| id.as_ref().and_then(channel_id) == Some(channel))
    }

    fn handle_seen(
        &self,
        id: &ids::ChannelId,
        item: &ItemId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let seen = channel_id(id).and_then(|channel| {
            let window = self.windows.get(&channel);
            let shown = window.and_then(|window| window.seq_of(item));
            // The list may be there before its lines are laid out anew.
            let seq = shown.or_else(|| match message_of(item) {
                Some((device, id)) => {
                    let found = engine.timeline(&channel)?.find(Target { device, id })?;
                    Some(found.seq)
                }
                None => log_lines::seq_of(item, engine, &channel),
            });
            Some((channel, seq?))
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
        let folded = !self.is_unfolded(channel);
        let hidden = self.deleting_in(channel);
        let slots = lines(engine, &self.log, channel, hidden, folded).slots(timeline);
        let view = surroundings(&self.store.window(id));
        let window = self.windows.entry(channel).or_default();
        if let Some(goal) = act(window, &slots, view) {
            self.goal = Some((channel, goal));
        }
        vec![shown_anew(channel)]
    }
}

fn lines<'a>(
    engine: &'a Engine,
    log: &'a [LogLine],
    channel: ChannelId,
    hidden: Option<Target>,
    folds_blocked: bool,
) -> Lines<'a> {
    Lines {
        engine,
        channel,
        home: log_lines::home(engine),
        log,
        rights: Rights::of(engine, &channel),
        hidden,
        folds_blocked,
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
