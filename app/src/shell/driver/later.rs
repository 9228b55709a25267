//! What nobody waits for to write a first message: members, invites, new channels, emoji, roles, who is verified, warnings. What shows
//! them, and does what people ask about some of them, comes with the rest of the conversation.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::Engine;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;

use crate::call::driver::Call;
use crate::chunk::chunk;
use crate::composer::store::ComposerIntent;
use crate::driver::appends::Appends;
use crate::driver::convert::channel_id;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::ids::ChannelId;
use crate::platform::task;
use crate::stores::{Intent, Stores};
use crate::timeline::driver::{Measured, take_measure};
use crate::{
    alerts, call, channels, composer, connection, direct, emoji, invites, people, roles,
    verification,
};

chunk!(conversation_rest: fn load_work() -> Work = work);

#[derive(Clone, Copy)]
struct Work {
    show: fn(Stores, &Engine, Changed),
    show_call: fn(&mut Call, &Engine),
    handle_intent: fn(Intent, Stores, &mut Engine, u64) -> Waiting,
    handle_answer: fn(Asked, Option<&ErrorCode>, Stores) -> Wishes,
    take_measure: fn(&Measured, &mut Engine, u64),
    begin: fn(&mut Engine, u64),
}

/// What is not shown yet.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of matters, each either changed or not"
)]
pub struct Changed {
    /// The log, or what own devices share.
    pub community: bool,
    pub emoji: bool,
    pub direct: bool,
    /// Who is here, and how.
    pub people: bool,
    pub alerts: bool,
}

impl Changed {
    pub fn any(self) -> bool {
        self.community || self.emoji || self.direct || self.people || self.alerts
    }
}

/// What the log was asked for.
enum Asked {
    Calls,
    Channels(channels::driver::Asked),
    Invites(invites::driver::Asked),
    Roles,
    People(people::driver::Asked),
}

/// The entry that waits for the log's answer, if an intent made one.
type Waiting = Option<(EntryId, Asked)>;

fn work() -> Work {
    Work {
        show: show_now,
        show_call: Call::show,
        handle_intent: handle_now,
        handle_answer: answered,
        take_measure,
        begin: Engine::begin_direct,
    }
}

/// It was loaded, or was not to be had.
pub struct LaterInput(Option<Work>);

pub struct Later {
    stores: Stores,
    port: Port<LaterInput>,
    work: Option<Work>,
    is_loading: bool,
    waiting: Vec<Intent>,
    asked: Appends<Asked>,
}

impl Later {
    pub fn new(stores: Stores, port: Port<LaterInput>) -> Self {
        Self {
            stores,
            port,
            work: None,
            is_loading: false,
            waiting: Vec::new(),
            asked: Appends::default(),
        }
    }

    pub fn handle(&mut self, input: LaterInput, engine: Option<&mut Engine>, now: u64) {
        self.is_loading = false;
        self.work = self.work.or(input.0);
        let (Some(work), Some(engine)) = (self.work, engine) else {
            return;
        };
        (work.begin)(engine, now);
        for intent in std::mem::take(&mut self.waiting) {
            self.handle_intent(intent, engine, now);
        }
        let everything = Changed {
            community: true,
            emoji: true,
            direct: true,
            people: true,
            alerts: true,
        };
        (work.show)(self.stores, engine, everything);
        self.show_conversation(engine);
    }

    /// A conversation that was open before is shown from now on.
    fn show_conversation(&self, engine: &Engine) {
        let open = self.stores.timeline.open.get_untracked();
        let is_there = |id: &ChannelId| {
            let channels = self.stores.community.channels;
            channels.with_untracked(|all| all.iter().any(|channel| channel.id == *id))
        };
        if let Some(id) = open {
            if channel_id(&id).is_some_and(|id| engine.is_conversation(&id)) {
                self.stores.open_channel_anew(&id);
            } else if !is_there(&id) {
                // The page opens the first one.
                self.stores.timeline.open.set(None);
            }
        }
    }

    /// An engine may be new: what belongs to it and comes later is there from now on.
    pub fn begin(&self, engine: Option<&mut Engine>, now: u64) {
        if let (Some(work), Some(engine)) = (self.work, engine) {
            (work.begin)(engine, now);
        }
    }

    pub fn handle_intent(&mut self, intent: Intent, engine: &mut Engine, now: u64) {
        let Some(work) = self.work else {
            self.waiting.push(intent);
            return self.load();
        };
        if let Some((entry, asked)) = (work.handle_intent)(intent, self.stores, engine, now) {
            self.asked.ask(entry, asked);
        }
    }

    /// Shows what has changed, or all of it once what does so is here.
    pub fn show(&mut self, engine: &Engine, changed: Changed) {
        match self.work {
            Some(work) => (work.show)(self.stores, engine, changed),
            None => self.load(),
        }
    }

    /// Shows who is in which call.
    pub fn show_call(&mut self, call: &mut Call, engine: &Engine) {
        match self.work {
            Some(work) => (work.show_call)(call, engine),
            None => self.load(),
        }
    }

    /// How much room the browser leaves.
    pub fn take_measure(&self, measured: &Measured, engine: Option<&mut Engine>, now: u64) {
        if let (Some(work), Some(engine)) = (self.work, engine) {
            (work.take_measure)(measured, engine, now);
        }
    }

    /// The log took an entry, or refused it.
    pub fn handle_answer(&mut self, entry: EntryId, refused: Option<&ErrorCode>) -> Wishes {
        let asked = self.asked.take(entry);
        let Some((work, asked)) = self.work.zip(asked) else {
            return Wishes::new();
        };
        (work.handle_answer)(asked, refused, self.stores)
    }

    fn load(&mut self) {
        if !std::mem::replace(&mut self.is_loading, true) {
            let port = self.port.clone();
            task::spawn(async move { port.put(LaterInput(load_work().await.ok())) });
        }
    }
}

fn show_now(stores: Stores, engine: &Engine, changed: Changed) {
    if changed.community {
        people::driver::show_names(engine, stores);
        invites::driver::show(engine, stores);
        verification::driver::show_marks(engine, stores);
        roles::driver::show(stores.roles, engine);
        composer::driver::show_recent_emoji(engine, stores);
    }
    if changed.community || changed.people {
        people::driver::show(engine, stores);
    }
    if changed.community || changed.emoji {
        emoji::driver::show(stores.emoji, engine);
    }
    if changed.direct {
        direct::driver::show(engine, stores);
    }
    if changed.alerts {
        alerts::driver::show(engine, stores);
    }
    if changed.alerts || changed.community || changed.people {
        connection::driver::show_hold(engine, stores.connection);
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the others are led to their own parts before"
)]
fn handle_now(intent: Intent, stores: Stores, engine: &mut Engine, now: u64) -> Waiting {
    match intent {
        Intent::People(intent) => {
            let (entry, asked) = people::driver::handle_intent(intent, stores, engine, now)?;
            Some((entry, Asked::People(asked)))
        }
        Intent::Moderation(intent) => {
            let entry = call::driver::moderation::handle_intent(intent, stores, engine, now)?;
            Some((entry, Asked::Calls))
        }
        Intent::Roles(intent) => {
            let entry = roles::driver::handle_intent(intent, stores, engine, now)?;
            Some((entry, Asked::Roles))
        }
        Intent::Channels(intent) => {
            let (entry, asked) = channels::driver::handle_intent(intent, stores, engine, now)?;
            Some((entry, Asked::Channels(asked)))
        }
        Intent::Invites(intent) => {
            let (entry, asked) = invites::driver::handle_intent(intent, stores, engine, now)?;
            Some((entry, Asked::Invites(asked)))
        }
        Intent::Composer(ComposerIntent::Emoji(choice)) => {
            composer::driver::handle_emoji_intent(choice, stores, engine, now);
            None
        }
        Intent::Direct(intent) => {
            direct::driver::handle_intent(intent, stores, engine, now);
            None
        }
        Intent::Emoji(intent) => {
            emoji::driver::handle_intent(stores.emoji, intent, engine, now);
            None
        }
        Intent::Alerts(intent) => {
            alerts::driver::handle_intent(intent, stores, engine);
            None
        }
        _ => None,
    }
}

fn answered(asked: Asked, refused: Option<&ErrorCode>, stores: Stores) -> Wishes {
    match asked {
        Asked::Calls => call::driver::moderation::handle_answer(refused, stores),
        Asked::Channels(asked) => return channels::driver::handle_answer(asked, refused, stores),
        Asked::Invites(asked) => return invites::driver::handle_answer(asked, refused, stores),
        Asked::Roles => roles::driver::handle_answer(refused, stores),
        Asked::People(asked) => people::driver::handle_answer(asked, refused, stores),
    }
    Wishes::new()
}
