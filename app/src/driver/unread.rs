//! What is new in a channel or a conversation.

use parley_client::Engine;
use parley_client::timeline::mentions::Called;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::ChannelId;

/// How many messages of others came after the last one seen, and whether one names me. Up to `marked` they will count as
/// read in a moment.
pub fn unread(engine: &Engine, channel: &ChannelId, marked: u64) -> (usize, bool) {
    let Some(timeline) = engine.timeline(channel) else {
        return (0, false);
    };
    let (me, _) = engine.me();
    let called = Called::of(engine.community(), &me);
    let unread: Vec<&TimelineItem> = unseen(timeline, marked)
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
