//! What is new in a channel or a conversation.

use leptos::prelude::WithUntracked;
use parley_client::Engine;
use parley_client::timeline::mentions::Called;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::ChannelId;

use crate::ids;
use crate::stores::Stores;

/// How many messages of others came after the last one seen, and whether one names me.
pub fn unread(engine: &Engine, stores: Stores, channel: &ChannelId) -> (usize, bool) {
    let Some(timeline) = engine.timeline(channel) else {
        return (0, false);
    };
    let (me, _) = engine.me();
    let called = Called::of(engine.community(), &me);
    let unread: Vec<&TimelineItem> = unseen(timeline, marked(stores, channel))
        .filter(|item| item.user != me && !engine.is_blocked(&item.user))
        .filter(|item| timeline.thread_of(item).is_none())
        .collect();
    let mentions_me = unread.iter().any(|item| called.by(item));
    (unread.len(), mentions_me)
}

fn unseen(timeline: &Timeline, marked: u64) -> impl Iterator<Item = &TimelineItem> {
    let seen = timeline.read_up_to().max(marked);
    timeline.items().rev().take_while(move |it| it.seq > seen)
}

/// Up to where a channel will count as read in a moment.
fn marked(stores: Stores, channel: &ChannelId) -> u64 {
    stores.timeline.pending.with_untracked(|pending| {
        let id = || ids::ChannelId::from(channel.to_string());
        pending.as_ref().map_or(0, |it| it.read_up_to(&id()))
    })
}
