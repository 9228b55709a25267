//! What is done in a moment, unless somebody thinks again: deletions, and marks of what was read.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::direct::Standing;
use parley_client::relations::Target;
use parley_client::timeline::Timeline;
use parley_protocol::ids::ChannelId;
use serde::{Deserialize, Serialize};

use super::extras::{threads_mark, unread_threads};
use super::relating::{Doing, names};
use super::{Timelines, shown_anew};
use crate::driver::convert::channel_id;
use crate::driver::keeper::{Loaded, Note};
use crate::driver::wish::{Wish, Wishes};
use crate::ids;
use crate::timeline::store::Pending;

/// As it is kept: asked for again when the page opens next, should it go away before.
#[derive(Serialize, Deserialize)]
enum Kept {
    Deletion(String, String),
    Read(Vec<(String, u64)>, bool),
    Nothing,
}

impl Kept {
    fn of(pending: &Pending) -> Self {
        match pending {
            Pending::Deletion { channel, item } => {
                Self::Deletion(channel.to_string(), item.to_string())
            }
            Pending::Read { up_to, everything } => {
                let up_to = up_to.iter().map(|(id, seq)| (id.to_string(), *seq));
                Self::Read(up_to.collect(), *everything)
            }
        }
    }

    fn note(&self) -> Wish {
        Wish::Keep(Note::Pending.with(self))
    }
}

/// What was about to be done when the page before went away.
pub(super) fn left(loaded: &Loaded) -> Option<Pending> {
    match loaded.note(Note::Pending)? {
        Kept::Deletion(channel, item) => Some(Pending::Deletion {
            channel: channel.into(),
            item: item.into(),
        }),
        Kept::Read(all, everything) => {
            let mut up_to = LiteMap::new();
            for (channel, seq) in all {
                up_to.insert(channel.into(), seq);
            }
            Some(Pending::Read { up_to, everything })
        }
        Kept::Nothing => None,
    }
}

impl Timelines {
    /// Shows something as done that will be in a moment. What waited before is done now.
    pub(super) fn begin(&mut self, pending: Pending, engine: &mut Engine, now: u64) -> Wishes {
        let mut wishes = Wishes::new();
        if let Some(before) = self.store.pending.get_untracked() {
            wishes = self.do_now(&before, engine, now);
        }
        wishes.push(Kept::of(&pending).note());
        wishes.extend(concerned(&pending));
        self.store.pending.set(Some(pending));
        wishes
    }

    /// Marks of a channel or of all. What is read already is left out.
    pub(super) fn mark_read(
        &mut self,
        channel: Option<ids::ChannelId>,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let everything = channel.is_none();
        let conversations = engine.conversations();
        let counts_more = |id: &ChannelId| {
            let mut conversations = conversations.iter();
            conversations.any(|it| it.id == *id && it.late + it.missed > 0)
        };
        let asked: Vec<ChannelId> = if let Some(channel) = channel {
            channel_id(&channel).into_iter().collect()
        } else {
            let wanted = conversations.iter();
            let wanted = wanted.filter(|it| it.standing == Standing::Accepted);
            let channels = engine.readable_channels();
            channels.chain(wanted.map(|it| it.id)).collect()
        };
        let mut up_to = LiteMap::new();
        for channel in asked {
            let Some(timeline) = engine.timeline(&channel) else {
                continue;
            };
            if has_unread(engine, timeline)
                || counts_more(&channel)
                || (everything && unread_threads(engine, channel, timeline))
            {
                up_to.insert(id(channel), timeline.position());
            }
        }
        if up_to.is_empty() {
            return Wishes::new();
        }
        self.begin(Pending::Read { up_to, everything }, engine, now)
    }

    /// Somebody has thought again.
    pub(super) fn undo(&self, pending: &Pending) -> Wishes {
        if !self.is_pending(pending) {
            return Wishes::new();
        }
        self.store.pending.set(None);
        let mut wishes = concerned(pending);
        wishes.push(Kept::Nothing.note());
        wishes
    }

    /// The moment is over.
    pub(super) fn do_now(&mut self, pending: &Pending, engine: &mut Engine, now: u64) -> Wishes {
        if !self.is_pending(pending) {
            return Wishes::new();
        }
        self.store.pending.set(None);
        match pending {
            Pending::Deletion { channel, item } => {
                Self::relate(channel, item, Doing::Delete, engine, now)
            }
            Pending::Read { up_to, everything } => {
                self.mark(up_to, *everything, engine, now);
                concerned(pending)
            }
        }
    }

    /// What the page before did not live to see. Nobody waits for word of it any more.
    pub(super) fn finish(&mut self, pending: &Pending, engine: &mut Engine, now: u64) -> Wishes {
        match pending {
            Pending::Deletion { channel, item } => {
                if let Some((channel, target)) = names(channel, item) {
                    // It may be gone already, or not allowed any more: then there is nothing to do.
                    engine.delete(channel, target, now).ok();
                }
            }
            Pending::Read { up_to, everything } => self.mark(up_to, *everything, engine, now),
        }
        let mut wishes = concerned(pending);
        wishes.push(Kept::Nothing.note());
        wishes
    }

    fn mark(
        &mut self,
        up_to: &LiteMap<ids::ChannelId, u64>,
        everything: bool,
        engine: &mut Engine,
        now: u64,
    ) {
        for (channel, seq) in up_to.iter() {
            let Some(channel) = channel_id(channel) else {
                continue;
            };
            mark(channel, *seq, everything, engine, now);
            if let Some(window) = self.windows.get_mut(&channel) {
                window.note_marked(*seq);
            }
        }
    }

    /// Another channel comes on the screen: what is deleted in the one before is deleted now.
    pub(super) fn leave_deletion(
        &mut self,
        opened: &ids::ChannelId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        match self.store.pending.get_untracked() {
            Some(Pending::Deletion { channel, item }) if channel != *opened => {
                self.do_now(&Pending::Deletion { channel, item }, engine, now)
            }
            Some(Pending::Deletion { .. } | Pending::Read { .. }) | None => Wishes::new(),
        }
    }

    /// The message that will be deleted in a moment, if it is in this channel.
    pub(super) fn deleting_in(&self, channel: ChannelId) -> Option<Target> {
        self.store.pending.with_untracked(|pending| match pending {
            Some(Pending::Deletion { channel: of, item }) => {
                let (of, target) = names(of, item)?;
                (of == channel).then_some(target)
            }
            Some(Pending::Read { .. }) | None => None,
        })
    }

    /// The sequence number up to which a channel will count as read.
    pub(super) fn pending_read(&self, channel: ChannelId) -> u64 {
        let pending = self.store.pending;
        pending
            .with_untracked(|pending| pending.as_ref().map_or(0, |it| it.read_up_to(&id(channel))))
    }

    fn is_pending(&self, asked: &Pending) -> bool {
        let pending = self.store.pending;
        pending.with_untracked(|pending| pending.as_ref() == Some(asked))
    }
}

/// Whether there is a message of somebody else that was not seen.
fn has_unread(engine: &Engine, timeline: &Timeline) -> bool {
    let unseen = timeline.items().rev();
    let mut unseen = unseen.take_while(|it| it.seq > timeline.read_up_to());
    unseen.any(|it| it.user != engine.me().0 && timeline.thread_of(it).is_none())
}

fn mark(channel: ChannelId, seq: u64, everything: bool, engine: &mut Engine, now: u64) {
    engine.mark_read(channel, seq, now);
    let timeline = engine.timeline(&channel);
    if everything && timeline.is_some_and(|it| unread_threads(engine, channel, it)) {
        // Without it threads look unread, which harms nobody.
        let _ = engine.set_account_data(threads_mark(channel), seq.to_string(), now);
    }
}

/// Where it shows.
fn concerned(pending: &Pending) -> Wishes {
    let shown = |channel: &ids::ChannelId| channel_id(channel).map(shown_anew);
    match pending {
        Pending::Deletion { channel, .. } => shown(channel).into_iter().collect(),
        Pending::Read { up_to, .. } => up_to.keys().filter_map(shown).collect(),
    }
}

fn id(channel: ChannelId) -> ids::ChannelId {
    ids::ChannelId::from(channel.to_string())
}
