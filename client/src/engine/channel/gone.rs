//! What the relay has no more. In place of a message stands the order by which it was deleted, or the relay's word
//! that its time is over. Either is checked: who ordered it could do so by the log, and the session was announced in
//! sight of a time after which its messages disappear. What is neither is shown as taken away, and leaves a gap in its
//! author's chain.

use parley_protocol::Millis;
use parley_protocol::channel::{
    ChannelItem, ExpiredMessage, ItemContent, Redaction, SignedRedaction,
};
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::Channels;
use super::placing::refuse;
use crate::engine::context::Cx;
use crate::timeline::{Body, Gone, StoredItem, TimelineItem, Unreadable};

/// The relay's clock is known only so well.
const TOLERANCE: Millis = 30 * 1_000;

/// What is found of a message that the relay has no more.
enum Verdict {
    Removed {
        by: UserId,
        quiet: bool,
    },
    Expired,
    /// Nothing allows it.
    TakenAway,
}

impl Channels {
    pub(super) fn take_gone(
        &mut self,
        channel: ChannelId,
        mut item: TimelineItem,
        cx: &mut Cx<'_>,
    ) {
        let verdict = self.judge_gone(channel, &mut item, cx);
        let known = self.timelines.get(&channel);
        let known = known.and_then(|timeline| timeline.item_at(item.seq));
        if known.is_some_and(|known| stays(known, &item, &verdict)) {
            return;
        }
        match verdict {
            Verdict::TakenAway => {
                self.put_item(channel, refuse(item, Unreadable::TakenAway), cx);
            }
            Verdict::Removed { by, quiet } => {
                self.leave_outbox_as_gone(channel, &item, cx);
                self.link_gone(channel, &item);
                item.body = Body::Removed { by, quiet };
                self.put_item(channel, item, cx);
            }
            Verdict::Expired => {
                self.leave_outbox_as_gone(channel, &item, cx);
                self.link_gone(channel, &item);
                self.forget_expired(channel, &item, cx);
            }
        }
    }

    fn link_gone(&mut self, channel: ChannelId, item: &TimelineItem) {
        if let (Some(timeline), Some((device, link))) =
            (self.timelines.get_mut(&channel), item.as_signed())
        {
            timeline.link(item.seq, device, link);
        }
    }

    /// Takes a message out whose time is over; where it stood in its author's chain stays.
    pub(super) fn forget_expired(
        &mut self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &mut Cx<'_>,
    ) {
        let stored = match item.as_signed().filter(|_| !item.is_taken_away()) {
            Some(_) => StoredItem::Gone {
                device: item.device,
                session: item.session,
                index: item.index,
                head: item.head_seq,
            },
            None => StoredItem::Void,
        };
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.forget_at(item.seq);
        }
        self.forget_emoji(channel, item.seq, cx);
        self.note_gone(channel, item, cx);
        self.store_item(channel, item.seq, &stored, cx);
    }

    fn judge_gone(
        &mut self,
        channel: ChannelId,
        item: &mut TimelineItem,
        cx: &mut Cx<'_>,
    ) -> Verdict {
        item.named = None;
        let session = item.session_in(channel);
        let Some(announced) = self.inbound.announced(session) else {
            self.announcements.want(session, item.seq, cx.now);
            return Verdict::TakenAway;
        };
        if announced.seq > item.seq {
            return Verdict::TakenAway;
        }
        match item.gone.as_deref().cloned() {
            Some(Gone::Order(order)) => self
                .judge_order(channel, item, &order, announced.head.seq, cx)
                .unwrap_or(Verdict::TakenAway),
            Some(Gone::Expired) if self.is_over(channel, item, cx) => Verdict::Expired,
            Some(Gone::Expired) | None => Verdict::TakenAway,
        }
    }

    /// Whose order it is, if they could give it. Whoever deletes a message has seen it, and so every head that it or
    /// something before it names: an order in sight of less is one from before a right was lost.
    fn judge_order(
        &self,
        channel: ChannelId,
        item: &mut TimelineItem,
        order: &SignedRedaction,
        announced: u64,
        cx: &mut Cx<'_>,
    ) -> Option<Verdict> {
        let redaction = order.parse_body().ok()?;
        let device = cx.log.devices().get(&redaction.by)?;
        order.verify(&device.ed25519).ok()?;
        let is_here = redaction.community == cx.log.id() && redaction.channel == channel;
        if !is_here || !describes(&redaction, item) {
            return None;
        }
        let (by, head) = (redaction.by, redaction.head);
        let is_known = if cx.log.active_device(&by).is_some() {
            cx.check_named_head(by, head)
        } else {
            cx.is_in_log(head)
        };
        if !is_known {
            item.named = Some(head);
            return None;
        }
        let seen = self.newest_head_before(channel, item.seq).max(announced);
        let could = cx.log.could_delete(&channel, &by, &item.device, head.seq);
        (seen <= head.seq && could).then_some(Verdict::Removed {
            by: device.user,
            quiet: redaction.quiet,
        })
    }

    /// Whether an honest relay can have dropped a message for its time.
    fn is_over(&self, channel: ChannelId, item: &TimelineItem, cx: &Cx<'_>) -> bool {
        let lasts = self.lasts(channel, item, cx);
        let now = self.clock.at(cx.now).saturating_add(TOLERANCE);
        lasts.is_some_and(|lasts| item.at.saturating_add(lasts) <= now)
    }

    /// A message of this device was deleted or expired before it came back: it is out of the outbox for good.
    fn leave_outbox_as_gone(&mut self, channel: ChannelId, item: &TimelineItem, cx: &mut Cx<'_>) {
        if item.device == cx.me.device {
            self.drop_waiting(channel, |waiting| waiting.was_sent_as(item), cx);
        }
    }
}

/// Whether what is known stays, in spite of what the relay shows now.
fn stays(known: &TimelineItem, item: &TimelineItem, verdict: &Verdict) -> bool {
    if known.is_removed() {
        return known.gone != item.gone;
    }
    let is_refused = matches!(verdict, Verdict::TakenAway);
    known.gone.is_none() && (!known.can_be(item) || (is_refused && known.is_read()))
}

fn describes(redaction: &Redaction, item: &TimelineItem) -> bool {
    redaction.seq == item.seq
        && redaction.author == item.device
        && redaction.message == item.id
        && redaction.session == item.session
        && redaction.index == item.is_signed.then_some(item.index)
}

/// An item that stands in place of a message. `None`: it is none.
pub(super) fn gone_item(item: &ChannelItem, cx: &Cx<'_>) -> Option<TimelineItem> {
    let (left, gone) = match &item.content {
        ItemContent::Announcement(_) | ItemContent::Message(_) => return None,
        ItemContent::Tombstone(order) => (left_of(order), Gone::Order(order.clone())),
        ItemContent::Expired(expired) => (Some(*expired), Gone::Expired),
    };
    let left = left.unwrap_or(ExpiredMessage {
        id: parley_protocol::ids::MessageId::from_bytes([0; 16]),
        session: parley_protocol::keys::SessionId::from_bytes([0; 32]),
        index: None,
    });
    Some(TimelineItem {
        seq: item.seq,
        id: left.id,
        device: item.author,
        user: user_of(item.author, cx),
        at: item.at,
        body: Body::Unreadable {
            why: Unreadable::TakenAway,
        },
        session: left.session,
        named: None,
        head_seq: 0,
        index: left.index.unwrap_or(0),
        is_signed: left.index.is_some(),
        by_right: false,
        ciphertext: None,
        taken_at: None,
        gone: Some(Box::new(gone)),
        blobs: Vec::new(),
    })
}

fn left_of(order: &SignedRedaction) -> Option<ExpiredMessage> {
    let redaction = order.parse_body().ok()?;
    Some(ExpiredMessage {
        id: redaction.message,
        session: redaction.session,
        index: redaction.index,
    })
}

/// Whose device it is. Nobody's, if it is not in the log.
pub(super) fn user_of(device: DeviceId, cx: &Cx<'_>) -> UserId {
    let found = cx.log.devices().get(&device);
    found.map_or(UserId::from_bytes([0; 16]), |found| found.user)
}
