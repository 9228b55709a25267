//! What a person wrote and what became of it, until it stands in its channel. How it goes out is in
//! `writing`.

use parley_protocol::channel::EncryptedMessage;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId};
use parley_protocol::limits::MAX_TEXT_BYTES;
use parley_protocol::names;

use super::Channels;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::store::{Change, Table, number_key};
use crate::timeline::{OutboxItem, OutboxState, Timeline};

/// Messages that may wait in all channels together.
const OUTBOX: usize = 1_000;

/// Why a text was not taken.
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
}

impl Channels {
    /// Takes a text to send. It is kept at once, and goes out when it can.
    pub(in crate::engine) fn send_text(
        &mut self,
        channel: ChannelId,
        text: String,
        cx: &mut Cx<'_>,
    ) -> Result<MessageId, SendError> {
        if names::is_blank(&text) {
            return Err(SendError::Empty);
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(SendError::TooLong { bytes: text.len() });
        }
        if !cx.log.may_write(&cx.me.user, &channel) {
            return Err(SendError::NotPermitted);
        }
        if self
            .timelines
            .values()
            .map(|timeline| timeline.outbox.len())
            .sum::<usize>()
            >= OUTBOX
        {
            return Err(SendError::OutboxFull);
        }
        self.outbox_order += 1;
        let id = MessageId::from_bytes(cx.rng.bytes());
        let order = self.outbox_order;
        let item = OutboxItem {
            id,
            channel,
            text,
            at: cx.now,
            state: OutboxState::Waiting,
            order,
            encrypted: None,
            refused: Vec::new(),
        };
        cx.output
            .store(Change::put(Table::Outbox, number_key(order), &item));
        self.timelines
            .entry(channel)
            .or_default()
            .outbox
            .push_back(item);
        cx.output.event(Event::Timeline(channel));
        Ok(id)
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
                if let OutboxState::Failed { .. } = item.state {
                    item.state = OutboxState::Waiting;
                }
            },
            cx,
        );
    }

    /// Takes back a message that has not gone out: one that waits or was refused.
    pub(in crate::engine) fn discard(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        let Some(channel) = self.outbox_channel(message) else {
            return;
        };
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        timeline.outbox.retain(|item| {
            let on_its_way =
                item.encrypted.is_some() && !matches!(item.state, OutboxState::Failed { .. });
            let keep = item.id != message || on_its_way;
            if !keep {
                cx.output
                    .store(Change::delete(Table::Outbox, number_key(item.order)));
            }
            keep
        });
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
        if author == cx.me.device
            && self.leave_outbox_if(channel, |item| item.is_sent_as(message), cx)
        {
            self.own_sessions.change(channel, cx, |session| {
                session.note_standing(message.session, &message.ciphertext);
            });
        }
    }

    /// Takes out of the outbox what stands in the channel. Says whether there was any.
    pub(super) fn leave_outbox_if(
        &mut self,
        channel: ChannelId,
        stands: impl Fn(&OutboxItem) -> bool,
        cx: &mut Cx<'_>,
    ) -> bool {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return false;
        };
        let waiting = timeline.outbox.len();
        timeline.outbox.retain(|item| {
            let stands = stands(item);
            if stands {
                cx.output
                    .store(Change::delete(Table::Outbox, number_key(item.order)));
            }
            !stands
        });
        timeline.outbox.len() < waiting
    }

    fn outbox_channel(&self, message: MessageId) -> Option<ChannelId> {
        let holds = |timeline: &Timeline| timeline.outbox.iter().any(|item| item.id == message);
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
        for item in &mut timeline.outbox {
            let before = item.clone();
            change(item);
            if *item != before {
                cx.output
                    .store(Change::put(Table::Outbox, number_key(item.order), item));
                cx.output.event(Event::Timeline(channel));
            }
        }
    }
}
