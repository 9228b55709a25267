//! What a device shows of messages and of what was done with them, apart from what is its own alone.

use parley_client::Engine;
use parley_client::timeline::TimelineItem;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) seq: u64,
    pub(super) says: Option<String>,
    pub(super) edits: Vec<(Millis, String)>,
    pub(super) reactions: Vec<(String, Vec<UserId>)>,
    pub(super) deleted: Option<UserId>,
    pub(super) pinned: bool,
    pub(super) thread: Option<(usize, u64)>,
    pub(super) is_in_thread: bool,
    /// Who chose each option, and whether the poll is closed.
    pub(super) poll: Option<(Vec<Vec<UserId>>, bool)>,
}

/// Every message of a channel that is here.
pub(super) fn seen(engine: &Engine, channel: &ChannelId) -> Vec<Seen> {
    let timeline = engine.timeline(channel).into_iter();
    let items = timeline.flat_map(parley_client::timeline::Timeline::items);
    items.map(|item| seen_of(engine, channel, item)).collect()
}

fn seen_of(engine: &Engine, channel: &ChannelId, item: &TimelineItem) -> Seen {
    let timeline = engine.timeline(channel).expect("it has an item");
    let summary = timeline.summary(item, engine.me());
    let me = engine.me().0;
    let reactions = summary.reactions.iter().map(|it| {
        assert_eq!(it.mine, it.users.contains(&me));
        (it.emoji.clone(), it.users.iter().collect())
    });
    let poll = summary.poll.as_ref().map(|tally| {
        let choices = tally.choices.iter().map(|it| it.users.iter().collect());
        (choices.collect(), tally.closed)
    });
    Seen {
        seq: item.seq,
        says: summary.says(&item.body).map(str::to_owned),
        edits: summary
            .edits
            .iter()
            .map(|edit| (edit.at, edit.text.clone()))
            .collect(),
        reactions: reactions.collect(),
        deleted: summary.deleted,
        pinned: summary.pinned,
        thread: summary.thread.map(|it| (it.count, it.last_seq)),
        is_in_thread: timeline.thread_of(item).is_some(),
        poll,
    }
}
