//! What a device shows.

use parley_client::alert::Alert;
use parley_client::engine::Engine;
use parley_client::timeline::{Body, Mark, OutboxItem, Timeline, TimelineItem, Unreadable};
use parley_protocol::ids::ChannelId;

use super::Bench;

impl Bench {
    pub(in crate::engine) fn engine(&self, index: usize) -> &Engine {
        self.devices[index].engine.as_ref().expect("it is on")
    }

    /// What a device warns of.
    pub(in crate::engine) fn alerts(&self, index: usize) -> Vec<Alert> {
        let noted = self.engine(index).alerts().iter();
        noted.map(|noted| noted.alert).collect()
    }

    /// The first text channel.
    pub(in crate::engine) fn general(&self) -> ChannelId {
        let community = self.engine(0).community();
        let mut channels = community.channels().iter();
        let general = channels.find(|(_, channel)| channel.details.name == "general");
        *general.expect("general").0
    }

    pub(in crate::engine) fn items(&self, index: usize, channel: ChannelId) -> Vec<TimelineItem> {
        let timeline = self.engine(index).timeline(&channel);
        timeline
            .map(|timeline| timeline.items().cloned().collect())
            .unwrap_or_default()
    }

    /// Where a device says that something is wrong in the order of a channel.
    pub(in crate::engine) fn marks(&self, index: usize, channel: ChannelId) -> Vec<(u64, Mark)> {
        let timeline = self.engine(index).timeline(&channel);
        let marks = timeline.into_iter().flat_map(Timeline::marks);
        marks.map(|place| (place.seq, place.mark)).collect()
    }

    /// What a device shows of a channel: texts, and reasons in brackets.
    pub(in crate::engine) fn shown(&self, index: usize, channel: ChannelId) -> Vec<String> {
        let show = |item: TimelineItem| match item.body {
            Body::Text { text, .. } => text,
            Body::Removed { .. } => "[removed]".to_owned(),
            Body::Poll { poll, .. } => poll.question,
            Body::Relation(relation) => format!("[{relation:?}]"),
            Body::CustomEmoji(change) => format!("[{change:?}]"),
            Body::Status(status) => format!("[{status:?}]"),
            Body::Void => "[]".to_owned(),
            Body::Unreadable { why } => format!("[{why:?}]"),
        };
        self.items(index, channel).into_iter().map(show).collect()
    }

    pub(in crate::engine) fn reasons(&self, index: usize, channel: ChannelId) -> Vec<Unreadable> {
        let items = self.items(index, channel).into_iter();
        items
            .filter_map(|item| match item.body {
                Body::Unreadable { why } => Some(why),
                Body::Text { .. }
                | Body::Poll { .. }
                | Body::Relation(_)
                | Body::CustomEmoji(_)
                | Body::Status(_)
                | Body::Void
                | Body::Removed { .. } => None,
            })
            .collect()
    }

    pub(in crate::engine) fn outbox(&self, index: usize, channel: ChannelId) -> Vec<OutboxItem> {
        let timeline = self.engine(index).timeline(&channel);
        timeline
            .map(|timeline| timeline.outbox().cloned().collect())
            .unwrap_or_default()
    }
}
