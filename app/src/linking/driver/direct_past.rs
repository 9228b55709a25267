//! All messages of the conversations, newest first in each, as they go to the device that is linked: read from the store
//! page by page, so that no more is held than a page.

use std::collections::VecDeque;

use parley_client::engine::stored_copy;
use parley_client::linking::take_copies;
use parley_protocol::ids::ChannelId;

use crate::driver::keeper::Keeper;

/// Messages that are read at once.
const PAGE: u32 = 100;
/// Bytes that go over in all. A meeting at the relay carries little more, keys included.
const MOST_BYTES: usize = 48 * 1024 * 1024;

pub(super) struct DirectPast {
    conversations: Vec<ChannelId>,
    /// The key of the last record that was read of the last of them.
    before: Option<String>,
    ready: VecDeque<String>,
    count: usize,
    given: usize,
    bytes: usize,
}

impl DirectPast {
    pub(super) async fn of(conversations: Vec<ChannelId>, keeper: &Keeper) -> Self {
        let mut count = 0;
        for id in &conversations {
            let (first, last) = (format!("{id}/"), format!("{id}/~"));
            count += keeper.count_items(&first, &last).await.unwrap_or_default();
        }
        Self {
            conversations,
            before: None,
            ready: VecDeque::new(),
            count,
            given: 0,
            bytes: 0,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many went over.
    pub(super) fn given(&self) -> usize {
        self.given.min(self.count)
    }

    /// What goes into the next piece; nothing once all went over.
    pub(super) async fn next(&mut self, keeper: &Keeper) -> Vec<String> {
        while self.ready.is_empty() && self.bytes < MOST_BYTES {
            let Some(id) = self.conversations.last() else {
                break;
            };
            let last = self.before.clone().unwrap_or_else(|| format!("{id}/~"));
            let first = format!("{id}/");
            let found = keeper.find_items(&first, &last, Some(PAGE));
            let found = found.await.unwrap_or_default();
            // The last one of the page before is among them.
            let older = found
                .iter()
                .filter(|it| Some(&it.key) != self.before.as_ref());
            self.ready = older.rev().filter_map(stored_copy).collect();
            let first = found.first().map(|it| it.key.clone());
            if first.is_none() || first == self.before {
                self.conversations.pop();
                self.before = None;
            } else {
                self.before = first;
            }
        }
        let taken = take_copies(&mut self.ready);
        self.given += taken.len();
        self.bytes += taken.iter().map(String::len).sum::<usize>();
        taken
    }
}
