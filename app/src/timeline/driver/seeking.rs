//! Going to a message. If it is not here, the past is loaded page by page until it is: out of the store, and then from
//! the relay.

use parley_client::Engine;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::ChannelId;

use super::super::store::Goal;
use super::Timelines;
use crate::driver::convert::{channel_id, message_of};
use crate::driver::wish::{Wish, Wishes};
use crate::ids::{self, ItemId};
use crate::timeline::driver::TimelineInput;

/// A message that is looked for.
pub struct Sought {
    channel: ChannelId,
    item: ItemId,
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
        self.sought = None;
        if let Some(wishes) = self.go_to(id, item, engine) {
            return wishes;
        }
        let Some(channel) = channel_id(id) else {
            return Wishes::new();
        };
        self.sought = Some(Sought {
            channel,
            item: item.clone(),
        });
        self.seek(engine, now)
    }

    /// Goes there, if it is here.
    fn go_to(&mut self, id: &ids::ChannelId, item: &ItemId, engine: &Engine) -> Option<Wishes> {
        let (device, message) = message_of(item)?;
        let mut is_here = false;
        let wishes = self.move_window(id, engine, |window, slots, view| {
            let is_it = |item: &TimelineItem| item.device == device && item.id == message;
            let line = slots.index_of(is_it)?;
            is_here = true;
            window.show_around(&slots.order, line, view);
            Some(Goal::Line(item.clone()))
        });
        is_here.then_some(wishes)
    }

    /// Looks whether what is sought is here now, and loads more if not.
    pub(super) fn seek(&mut self, engine: &mut Engine, now: u64) -> Wishes {
        let Some(Sought { channel, item }) = self.sought.take() else {
            return Wishes::new();
        };
        if let Some(wishes) = self.go_to(&ids::ChannelId::from(channel.to_string()), &item, engine)
        {
            return wishes;
        }
        engine.load_older(channel, now);
        let timeline = engine.timeline(&channel);
        if timeline.is_some_and(Timeline::is_loading_older) {
            self.sought = Some(Sought { channel, item });
            return Wishes::new();
        }
        vec![Wish::Say(if timeline.is_some_and(Timeline::has_older) {
            "That message is not in this browser yet. It can be found when the relay is back."
        } else {
            "That message is not here any more."
        })]
    }

    /// More of a channel may be here.
    pub(super) fn seek_on(&self, channel: ChannelId, timeline: &Timeline) {
        let is_sought = self.sought.as_ref().is_some_and(|it| it.is_in(channel));
        if is_sought && !timeline.is_loading_older() {
            self.port.put(TimelineInput::Seek);
        }
    }
}
