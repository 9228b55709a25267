//! Going to a message, and finding all that is pinned. What is not here is loaded page by page: out of the store, and
//! then from the relay.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::relations::Target;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::ChannelId;

use super::super::store::Goal;
use super::Timelines;
use crate::driver::convert::{channel_id, item_id, message_of};
use crate::driver::wish::{Wish, Wishes};
use crate::ids::{self, ItemId};
use crate::timeline::driver::TimelineInput;

/// What is looked for in the past of a channel.
pub struct Sought {
    channel: ChannelId,
    what: What,
}

enum What {
    Message(ItemId),
    Pins,
}

impl Sought {
    pub(super) fn is_in(&self, channel: ChannelId) -> bool {
        self.channel == channel
    }
}

impl Timelines {
    /// Goes to a message, now or once it is found.
    pub(super) fn show_message(
        &mut self,
        id: &ids::ChannelId,
        item: &ItemId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        self.seek_for(id, What::Message(item.clone()), engine, now)
    }

    /// Shows what is pinned, and what is found meanwhile.
    pub(super) fn seek_pins(
        &mut self,
        id: &ids::ChannelId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        self.seek_for(id, What::Pins, engine, now)
    }

    fn seek_for(
        &mut self,
        id: &ids::ChannelId,
        what: What,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        self.sought = channel_id(id).map(|channel| Sought { channel, what });
        self.seek(engine, now)
    }

    /// Looks whether what is sought is here now, and loads more if not.
    pub(super) fn seek(&mut self, engine: &mut Engine, now: u64) -> Wishes {
        let Some(sought) = self.sought.take() else {
            return Wishes::new();
        };
        let channel = sought.channel;
        let found = match &sought.what {
            What::Message(item) => self.go_to(channel, item, engine),
            What::Pins => (!self.show_pins(channel, engine)).then(Wishes::new),
        };
        let is_over = found.is_some() || !load_older(channel, engine, now);
        self.store.more_pins.set(!is_over);
        if let Some(wishes) = found {
            return wishes;
        }
        let has_older = engine.timeline(&channel).is_some_and(Timeline::has_older);
        match sought.what {
            _ if !is_over => {
                self.sought = Some(sought);
                Wishes::new()
            }
            What::Message(_) if has_older => vec![Wish::Say(
                "That message is not in this browser yet. It can be found when the relay is back.",
            )],
            What::Message(_) => vec![Wish::Say("That message is not here any more.")],
            What::Pins => Wishes::new(),
        }
    }

    /// Goes to a message, if it is here.
    fn go_to(&mut self, channel: ChannelId, item: &ItemId, engine: &Engine) -> Option<Wishes> {
        let (device, message) = message_of(item)?;
        let id = ids::ChannelId::from(channel.to_string());
        let mut is_here = false;
        let wishes = self.move_window(&id, engine, |window, slots, view| {
            let is_it = |item: &TimelineItem| item.device == device && item.id == message;
            let line = slots.index_of(is_it)?;
            is_here = true;
            window.show_around(&slots.order, line, view);
            Some(Goal::Line(item.clone()))
        });
        if is_here {
            return Some(wishes);
        }
        // It is no line of the channel itself.
        let timeline = engine.timeline(&channel)?;
        let found = timeline.find(Target {
            device,
            id: message,
        })?;
        Some(match timeline.thread_of(found) {
            Some(root) => vec![Wish::OpenThread {
                channel: id,
                root: item_id(root.device, root.id),
            }],
            None => vec![Wish::Say("That message was deleted.")],
        })
    }

    /// More of a channel may be here.
    pub(super) fn seek_on(&self, channel: ChannelId, timeline: &Timeline) {
        let is_sought = self.sought.as_ref().is_some_and(|it| it.is_in(channel));
        if is_sought && !timeline.is_loading_older() {
            self.port.put(TimelineInput::Seek);
        }
    }
}

/// Says whether more is on its way.
fn load_older(channel: ChannelId, engine: &mut Engine, now: u64) -> bool {
    engine.load_older(channel, now);
    let timeline = engine.timeline(&channel);
    timeline.is_some_and(Timeline::is_loading_older)
}
