//! Files of conversations. Their blobs live at the relay as long as a share names them, which the driver puts there
//! before the message goes out, under the message's own id. Here is which messages wait for that, and which shares are
//! to end because their message was deleted.

use parley_protocol::ids::MessageId;
use parley_protocol::keys::Hash;

use super::Direct;
use crate::effect::Event;
use crate::engine::channel::check_blobs;
use crate::engine::context::Cx;
use crate::file::{FileDescription, FileFault};
use crate::store::{Change, Record, Table, of_table};
use crate::timeline::{Body, OutboxItem, OutboxState};

const ENDED: &str = "unshared/";
/// Shares that are to end. More are left to the relay's quota.
const MOST: usize = 5_000;

/// Shares that are to end.
#[derive(Default)]
pub(super) struct Shares {
    ended: Vec<MessageId>,
}

impl Shares {
    pub(super) fn restore(records: &[Record]) -> Self {
        let all = of_table(records, Table::Direct).into_iter();
        let ids = all.filter_map(|record| record.key.strip_prefix(ENDED));
        Self {
            ended: ids.filter_map(|id| id.parse().ok()).collect(),
        }
    }

    pub(super) fn ended(&self) -> &[MessageId] {
        &self.ended
    }

    /// A message with files is gone.
    pub(super) fn end(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        if self.ended.len() < MOST && !self.ended.contains(&message) {
            self.ended.push(message);
            let key = format!("{ENDED}{message}");
            cx.output.store(Change::put(Table::Direct, key, &true));
            cx.output.event(Event::Direct);
        }
    }

    /// The relay knows of it.
    pub(super) fn note_end(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        self.ended.retain(|it| *it != message);
        let key = format!("{ENDED}{message}");
        cx.output.store(Change::delete(Table::Direct, key));
    }
}

impl Direct {
    /// What waits for its files to be at the relay and shared.
    pub(super) fn waiting_for_files(&self) -> impl Iterator<Item = &OutboxItem> {
        let items = self.outs.iter().map(|out| &out.item);
        items.filter(|item| item.state == OutboxState::Uploading)
    }

    /// The files of a message are at the relay and shared with everybody in the conversation: it goes out. Says whether
    /// the message is one of a conversation.
    pub(super) fn release_files(
        &mut self,
        message: MessageId,
        files: &[FileDescription],
        blobs: &[Hash],
        cx: &mut Cx<'_>,
    ) -> Result<bool, FileFault> {
        if !self.is_out(message) {
            return Ok(false);
        }
        check_blobs(files, blobs)?;
        if let Some(item) = self.outs.release(message, files, blobs, cx) {
            self.show_waiting(&item, cx);
        }
        Ok(true)
    }

    pub(super) fn take_out_file(
        &mut self,
        message: MessageId,
        index: usize,
        cx: &mut Cx<'_>,
    ) -> bool {
        let item = self.outs.drop_file(message, index, cx);
        if let Some(item) = &item {
            self.show_waiting(item, cx);
        }
        item.is_some()
    }

    /// What waits is another one now.
    fn show_waiting(&mut self, item: &OutboxItem, cx: &mut Cx<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&item.channel) {
            conversation.timeline.change_outbox(cx.me.device, |shown| {
                if shown.id == item.id {
                    *shown = item.clone();
                }
            });
        }
        cx.output.event(Event::Timeline(item.channel));
    }

    /// A message is deleted: if it has files, nobody is to read them any more.
    pub(super) fn end_share_of(&mut self, message: MessageId, body: &Body, cx: &mut Cx<'_>) {
        if !body.files().is_empty() {
            self.shares.end(message, cx);
        }
    }
}
