//! Judging again. What was judged by less than is known now: because the log has grown, or because something
//! earlier in the channel turned out to name a newer head.

use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::map::IdSet;

use super::Channels;
use crate::alert::Alert;
use crate::content::ToDeviceBody;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::megolm::SessionRef;
use crate::timeline::{Body, TimelineItem, Unreadable};

impl Channels {
    /// The log has grown: what waited for it is judged by it.
    pub(in crate::engine) fn judge_what_waited(&mut self, cx: &mut Cx<'_>) {
        let mut reached = IdSet::new();
        for (of, rose) in self.inbound.reach(|head| cx.is_in_log(head)) {
            reached.insert(of.channel);
            if let Some(timeline) = self.timelines.get_mut(&of.channel) {
                timeline.note_heads_rose(rose);
            }
            self.store_inbound(of, cx);
        }
        for channel in &reached {
            self.note_dues(channel, cx);
        }
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            self.verify_what_waited(channel, cx);
            self.judge_waiting_items(channel, cx);
            self.reconcile_channel(channel, cx);
        }
    }

    /// Announcements of devices that were not in the log when they came.
    fn verify_what_waited(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        for (seq, device, announcement) in timeline.take_unverified() {
            let session = announcement.parse_body().map(|body| body.session);
            self.take_announcement(channel, device, announcement, seq, cx);
            if let Ok(session) = session {
                self.read_again(
                    SessionRef {
                        channel,
                        device,
                        session,
                    },
                    cx,
                );
            }
        }
    }

    fn judge_waiting_items(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        for seq in timeline.awaiting_log() {
            let found = self.timelines.get(&channel);
            let Some(mut item) = found.and_then(|found| found.item_at(seq)).cloned() else {
                continue;
            };
            if item.gone.is_some() {
                self.take_gone(channel, item, cx);
            } else if item.is_read() {
                let Some(named) = item.named.filter(|head| cx.is_in_log(*head)) else {
                    continue;
                };
                item.head_seq = named.seq;
                self.put_judged(channel, item, cx);
            } else {
                let read = self.read(channel, item, cx);
                self.put_item(channel, read.item, cx);
            }
            cx.output.event(Event::Timeline(channel));
        }
    }

    /// Something names a newer head than was known: what stands after it may have come too late.
    pub(super) fn judge_again(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let Some((after, last)) = timeline.take_heads_rose() else {
            return;
        };
        let later: Vec<u64> = timeline
            .all_items()
            .rev()
            .take_while(|item| item.seq > after)
            .filter(|item| item.seq <= last && (item.is_read() || item.is_removed()))
            .map(|item| item.seq)
            .collect();
        for seq in later.into_iter().rev() {
            let found = self.timelines.get(&channel);
            let removed = found
                .and_then(|found| found.item_at(seq))
                .filter(|item| item.gone.is_some());
            if let Some(removed) = removed.cloned() {
                self.take_gone(channel, removed, cx);
                continue;
            }
            let late = found
                .and_then(|found| found.item_at(seq))
                .filter(|item| {
                    self.why_refused(channel, item, cx).is_some()
                        || self.is_by_right(channel, item, cx) != item.by_right
                })
                .cloned();
            if let Some(item) = late {
                self.put_judged(channel, item, cx);
                cx.output.event(Event::Timeline(channel));
            }
        }
    }

    /// Puts a message back that was read, or what it is by what is known now.
    fn put_judged(&mut self, channel: ChannelId, mut item: TimelineItem, cx: &mut Cx<'_>) {
        if let Some(why) = self.why_refused(channel, &item, cx) {
            item.body = Body::Unreadable { why };
        }
        item.by_right = self.is_by_right(channel, &item, cx);
        self.put_item(channel, item, cx);
    }

    fn why_refused(
        &self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &Cx<'_>,
    ) -> Option<Unreadable> {
        self.check_place(channel, item, item.head_seq, cx).err()
    }

    /// Where the relay gave out more of an author than it told them, they hear of it, once.
    pub(super) fn tell_authors(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let me = cx.me.device;
        for (device, session) in timeline.take_untold() {
            let session = SessionRef {
                channel,
                device,
                session,
            };
            if device == me {
                self.handle_refused_but_delivered(me, session, cx);
            } else if cx.log.active_device(&device).is_some() {
                let body = ToDeviceBody::RefusedButDelivered { session };
                cx.output.send_to_device(device, body);
            }
        }
    }

    /// A reader has something of this device of which the relay said that it refused it. They may lie, so it is
    /// said who says so.
    pub(in crate::engine) fn handle_refused_but_delivered(
        &mut self,
        from: DeviceId,
        session: SessionRef,
        cx: &mut Cx<'_>,
    ) {
        let reader = cx.log.active_device(&from).map(|found| found.user);
        let channel = session.channel;
        let may_read = reader.is_some_and(|user| cx.log.may_read(&user, &channel));
        if may_read && session.device == cx.me.device && self.inbound.has_key(session) {
            cx.alert(Alert::RefusedButDelivered {
                channel,
                told_by: from,
            });
        }
    }
}
