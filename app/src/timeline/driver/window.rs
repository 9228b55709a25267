//! What of a channel is on the screen.

use parley_client::timeline::Timeline;
use parley_protocol::ids::UserId;

use crate::ids::ItemId;

/// Messages in a window that was just opened, and added to it each time somebody scrolls to its top.
const STRETCH: usize = 100;

/// The newest stretch of a channel, longer each time somebody scrolls to its top.
#[derive(Default)]
pub(super) struct Window {
    /// The first sequence number shown, once it was decided.
    from: Option<u64>,
    /// What had been read when the window was opened.
    read_at_opening: Option<u64>,
    /// Each line, with the sequence number up to which the channel has been seen when the line is.
    seqs: Vec<(ItemId, u64)>,
}

impl Window {
    /// The first sequence number shown.
    pub(super) fn first_seq(&mut self, timeline: &Timeline) -> u64 {
        *self.from.get_or_insert_with(|| first_of_stretch(timeline))
    }

    /// Shows one more stretch of what this browser has. Whether all of that is shown, so that the relay is to be asked.
    pub(super) fn grow(&mut self, timeline: &Timeline) -> bool {
        let from = self.from.unwrap_or(u64::MAX);
        let above = timeline
            .items()
            .rev()
            .filter(|item| item.seq < from)
            .nth(STRETCH - 1);
        self.from = Some(above.map_or(0, |item| item.seq));
        above.is_none()
    }

    /// The first message of somebody else that was not read when the window was opened. In a channel of which nothing was
    /// ever read here, everything is new: a line above it all would say nothing.
    pub(super) fn first_unread(&mut self, timeline: &Timeline, me: UserId) -> Option<ItemId> {
        let read = *self.read_at_opening.get_or_insert(timeline.read_up_to());
        if read == 0 {
            return None;
        }
        let unread = timeline.items().rev().take_while(|item| item.seq > read);
        unread
            .filter(|item| item.user != me)
            .last()
            .map(|item| ItemId::from(item.id.to_string()))
    }

    pub(super) fn set_lines(&mut self, seqs: Vec<(ItemId, u64)>) {
        self.seqs = seqs;
    }

    pub(super) fn seq_of(&self, item: &ItemId) -> Option<u64> {
        self.seqs
            .iter()
            .rev()
            .find(|(id, _)| id == item)
            .map(|(_, seq)| *seq)
    }
}

fn first_of_stretch(timeline: &Timeline) -> u64 {
    timeline
        .items()
        .rev()
        .nth(STRETCH - 1)
        .map_or(0, |item| item.seq)
}
