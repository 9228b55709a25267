//! What a person wrote or did, and what became of it, until it stands in its channel. How it goes out is in
//! `writing`.

use parley_protocol::channel::EncryptedMessage;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_TEXT_BYTES;

use super::Channels;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::file::{self, FileDescription, FileFault};
use crate::store::{Change, Table, number_key};
use crate::timeline::relations::{Poll, PollFault, Target};
use crate::timeline::{Body, OutboxItem, OutboxState, Timeline};

/// Messages that may wait in all channels together.
const OUTBOX: usize = 1_000;

/// What a person writes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// What it says. At most [`MAX_TEXT_BYTES`]; a poll goes without.
    pub text: String,
    /// The message that it answers.
    pub reply_to: Option<Target>,
    /// The message whose thread it goes to.
    pub thread: Option<Target>,
    /// What is asked, in place of a text.
    pub poll: Option<Poll>,
    /// The text is taken from elsewhere.
    pub forwarded: bool,
    /// Files that go with the text, which may be empty then.
    pub files: Vec<FileDescription>,
    /// Their blobs, if they are at the relay already. Otherwise the message waits for
    /// [`crate::Engine::files_are_up`], and the roots say nothing yet.
    pub blobs: Vec<Hash>,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing that anybody would see.
    #[error("there is nothing to send")]
    Empty,
    /// More than [`MAX_TEXT_BYTES`].
    #[error("the message has {bytes} bytes, {MAX_TEXT_BYTES} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The member may not write there.
    #[error("this channel cannot be written to")]
    NotPermitted,
    /// Too much is waiting already.
    #[error("{OUTBOX} messages are waiting already")]
    OutboxFull,
    /// A poll that cannot be sent.
    #[error(transparent)]
    Poll(PollFault),
    /// Files that cannot be sent.
    #[error(transparent)]
    Files(#[from] FileFault),
    /// A message of a thread carries no thread.
    #[error("no thread can hang off this message")]
    NoThread,
}

impl Channels {
    /// Takes a message to send. It is kept at once, and goes out when it can.
    pub(in crate::engine) fn send_message(
        &mut self,
        channel: ChannelId,
        draft: Draft,
        cx: &mut Cx<'_>,
    ) -> Result<MessageId, SendError> {
        let blobs = draft.blobs.clone();
        let body = to_body(draft)?;
        if !cx.log.may_write(&cx.me.user, &channel) {
            return Err(SendError::NotPermitted);
        }
        let timeline = self.timelines.get(&channel);
        let carries = |root| timeline.is_none_or(|timeline| timeline.can_carry_thread(root));
        if !body.thread().is_none_or(carries) {
            return Err(SendError::NoThread);
        }
        if self.is_outbox_full() {
            return Err(SendError::OutboxFull);
        }
        Ok(self.queue_with(channel, body, blobs, cx))
    }

    pub(super) fn is_outbox_full(&self) -> bool {
        let waiting = self.timelines.values().map(|it| it.outbox().count());
        waiting.sum::<usize>() >= OUTBOX
    }

    /// Keeps something to be sent.
    pub(super) fn queue(&mut self, channel: ChannelId, body: Body, cx: &mut Cx<'_>) -> MessageId {
        self.queue_with(channel, body, Vec::new(), cx)
    }

    fn queue_with(
        &mut self,
        channel: ChannelId,
        body: Body,
        blobs: Vec<Hash>,
        cx: &mut Cx<'_>,
    ) -> MessageId {
        let is_held = !body.files().is_empty() && blobs.is_empty();
        self.outbox_order += 1;
        let id = MessageId::from_bytes(cx.rng.bytes());
        let order = self.outbox_order;
        let item = OutboxItem {
            id,
            channel,
            body,
            at: cx.now,
            state: if is_held {
                OutboxState::Uploading
            } else {
                OutboxState::Waiting
            },
            blobs,
            order,
            encrypted: None,
            refused: Vec::new(),
        };
        cx.output
            .store(Change::put(Table::Outbox, number_key(order), &item));
        let timeline = self.timelines.entry(channel).or_default();
        timeline.queue(item, cx.me.device);
        cx.output.event(Event::Timeline(channel));
        id
    }

    /// Takes out of a channel's outbox what is not to go out. Says how much that was.
    pub(super) fn drop_waiting(
        &mut self,
        channel: ChannelId,
        is_over: impl Fn(&OutboxItem) -> bool,
        cx: &mut Cx<'_>,
    ) -> usize {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return 0;
        };
        let over = timeline.drain_outbox(cx.me.device, is_over);
        for item in &over {
            let key = number_key(item.order);
            cx.output.store(Change::delete(Table::Outbox, key));
            if let Body::CustomEmoji(_) = item.body {
                cx.output.event(Event::Emoji);
            }
        }
        over.len()
    }

    /// Tries a refused message again.
    pub(in crate::engine) fn retry(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        let Some(channel) = self.outbox_channel(message) else {
            return;
        };
        self.change_outbox(
            channel,
            message,
            |item| {
                let OutboxState::Failed { error } = &item.state else {
                    return;
                };
                let lacks_blob = matches!(error, ErrorCode::UnknownBlob { .. });
                // What was taken from elsewhere is not here to be sent again.
                if lacks_blob && !item.body.is_forwarded() {
                    item.blobs = Vec::new();
                    item.state = OutboxState::Uploading;
                } else {
                    item.state = OutboxState::Waiting;
                }
            },
            cx,
        );
    }

    /// What waits for its files to be at the relay.
    pub(in crate::engine) fn uploading(&self) -> impl Iterator<Item = &OutboxItem> {
        let items = self.timelines.values().flat_map(Timeline::outbox);
        items.filter(|item| item.state == OutboxState::Uploading)
    }

    /// The files of a message that waits for them are at the relay.
    pub(in crate::engine) fn files_are_up(
        &mut self,
        message: MessageId,
        files: Vec<FileDescription>,
        blobs: Vec<Hash>,
        cx: &mut Cx<'_>,
    ) -> Result<(), FileFault> {
        check_blobs(&files, &blobs)?;
        let Some(channel) = self.outbox_channel(message) else {
            return Ok(());
        };
        self.change_outbox(
            channel,
            message,
            |item| {
                if item.state == OutboxState::Uploading
                    && let Body::Text { files: before, .. } = &mut item.body
                {
                    before.clone_from(&files);
                    item.blobs.clone_from(&blobs);
                    item.state = OutboxState::Waiting;
                }
            },
            cx,
        );
        Ok(())
    }

    /// One of several files of a message that waits for them does not go along after all. Says whether that was so.
    pub(in crate::engine) fn drop_file(
        &mut self,
        message: MessageId,
        index: usize,
        cx: &mut Cx<'_>,
    ) -> bool {
        let Some(channel) = self.outbox_channel(message) else {
            return false;
        };
        let can = self.timelines.get(&channel).is_some_and(|timeline| {
            let mut outbox = timeline.outbox();
            outbox.any(|item| item.id == message && can_drop_file(item, index))
        });
        if can {
            self.change_outbox(channel, message, |item| remove_file(item, index), cx);
        }
        can
    }

    /// Takes back a message that has not gone out: one that waits or was refused. What waits to be done with it goes
    /// with it.
    pub(in crate::engine) fn discard(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        let Some(channel) = self.outbox_channel(message) else {
            return;
        };
        let me = cx.me.device;
        let is_discarded = |item: &OutboxItem| item.id == message && !item.is_on_its_way();
        if self.drop_waiting(channel, is_discarded, cx) > 0 {
            let target = Target {
                device: me,
                id: message,
            };
            let concerns = |item: &OutboxItem| item.is_about(target) && !item.is_on_its_way();
            self.drop_waiting(channel, concerns, cx);
        }
        cx.output.event(Event::Timeline(channel));
    }

    /// A message of this device stands in its channel: it is out of the outbox for good.
    pub(super) fn leave_outbox(
        &mut self,
        channel: ChannelId,
        author: DeviceId,
        message: &EncryptedMessage,
        cx: &mut Cx<'_>,
    ) {
        let me = cx.me.device;
        let stands = |item: &OutboxItem| author == me && item.is_sent_as(message);
        self.redact_if_deletion(channel, stands, cx);
        if self.drop_waiting(channel, stands, cx) > 0 {
            self.own_sessions.change(channel, cx, |session| {
                session.note_standing(message.session, &message.ciphertext);
            });
        }
    }

    fn outbox_channel(&self, message: MessageId) -> Option<ChannelId> {
        let holds = |timeline: &Timeline| timeline.outbox().any(|item| item.id == message);
        self.timelines
            .iter()
            .find(|(_, timeline)| holds(timeline))
            .map(|(channel, _)| *channel)
    }

    pub(super) fn change_outbox(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        change: impl Fn(&mut OutboxItem),
        cx: &mut Cx<'_>,
    ) {
        self.change_every_outbox_item(
            channel,
            |item| {
                if item.id == message {
                    change(item);
                }
            },
            cx,
        );
    }

    pub(super) fn change_every_outbox_item(
        &mut self,
        channel: ChannelId,
        change: impl Fn(&mut OutboxItem),
        cx: &mut Cx<'_>,
    ) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        for item in timeline.change_outbox(cx.me.device, change) {
            cx.output
                .store(Change::put(Table::Outbox, number_key(item.order), &item));
            cx.output.event(Event::Timeline(channel));
            if let Body::CustomEmoji(_) = item.body {
                cx.output.event(Event::Emoji);
            }
        }
    }
}

/// What a person wrote, as it goes out.
pub(in crate::engine) fn to_body(draft: Draft) -> Result<Body, SendError> {
    let Draft {
        text,
        reply_to,
        thread,
        poll,
        forwarded,
        files,
        blobs,
    } = draft;
    if let Some(poll) = poll {
        poll.check().map_err(SendError::Poll)?;
        return Ok(Body::Poll { poll, thread });
    }
    if file::is_nothing(&text, &files) {
        return Err(SendError::Empty);
    }
    file::check(&files)?;
    if !blobs.is_empty() {
        check_blobs(&files, &blobs)?;
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(SendError::TooLong { bytes: text.len() });
    }
    Ok(Body::Text {
        text,
        reply: reply_to,
        thread,
        forwarded,
        files,
    })
}

/// Whether a message waits for this file, and for others.
pub(in crate::engine) fn can_drop_file(item: &OutboxItem, index: usize) -> bool {
    let count = item.body.files().len();
    // What is passed on has its blobs from before, in one list.
    item.state == OutboxState::Uploading && item.blobs.is_empty() && count > 1 && index < count
}

pub(in crate::engine) fn remove_file(item: &mut OutboxItem, index: usize) {
    if let Body::Text { files, .. } = &mut item.body
        && index < files.len()
    {
        files.remove(index);
    }
}

pub(in crate::engine) fn check_blobs(
    files: &[FileDescription],
    blobs: &[Hash],
) -> Result<(), FileFault> {
    file::check(files)?;
    let mut faults = file::files_of(files, blobs).filter_map(|it| it.blobs.err());
    let is_whole = !files.is_empty() || blobs.is_empty();
    faults
        .next()
        .or((!is_whole).then_some(FileFault::Chunks))
        .map_or(Ok(()), Err)
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            text,
            reply_to,
            thread,
            poll,
            forwarded,
            files,
            blobs,
        } = self;
        f.debug_struct("Draft")
            .field("text", &text.len())
            .field("reply_to", reply_to)
            .field("thread", thread)
            .field("poll", poll)
            .field("forwarded", forwarded)
            .field("files", files)
            .field("blobs", &blobs.len())
            .finish()
    }
}
