//! Judging again. What was judged by less than is known now: because the log has grown, or because something
//! earlier in the channel turned out to name a newer head.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Engine;
use crate::alert::Alert;
use crate::content::MailBody;
use crate::effect::Event;
use crate::megolm::SessionRef;
use crate::timeline::{TimelineItem, Unreadable};

impl Engine {
    /// The log has grown: what waited for it is judged by it.
    pub(super) fn judge_what_waited(&mut self, now: Millis) {
        let Self {
            inbound, community, ..
        } = self;
        for (of, rose) in inbound.reach(|head| community.hash_at(head.seq) == Some(head.hash)) {
            if let Some(timeline) = self.timelines.get_mut(&of.channel) {
                timeline.note_heads_rose(rose);
            }
            self.store_inbound(of);
        }
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            self.verify_what_waited(channel, now);
            self.judge_waiting_items(channel, now);
            self.settle_channel(channel, now);
        }
    }

    /// Announcements of devices that were not in the log when they came.
    fn verify_what_waited(&mut self, channel: ChannelId, now: Millis) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        for (seq, device, announcement) in timeline.take_unverified() {
            let session = announcement.parse_body().map(|body| body.session);
            self.take_announcement(channel, device, announcement, seq);
            if let Ok(session) = session {
                self.read_again(
                    SessionRef {
                        channel,
                        device,
                        session,
                    },
                    now,
                );
            }
        }
    }

    fn judge_waiting_items(&mut self, channel: ChannelId, now: Millis) {
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        for seq in timeline.awaiting_log() {
            let found = self.timelines.get(&channel);
            let Some(mut item) = found.and_then(|found| found.item_at(seq)).cloned() else {
                continue;
            };
            if item.is_read() {
                let named = item
                    .named
                    .filter(|head| self.community.hash_at(head.seq) == Some(head.hash));
                let Some(named) = named else {
                    continue;
                };
                item.head_seq = named.seq;
                self.put_judged(channel, item);
            } else {
                let read = self.read(channel, item, now);
                self.put_item(channel, read);
            }
            self.output.event(Event::Timeline(channel));
        }
    }

    /// Something names a newer head than was known: what stands after it may have come too late.
    pub(super) fn judge_again(&mut self, channel: ChannelId) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let Some((after, last)) = timeline.take_heads_rose() else {
            return;
        };
        let later: Vec<u64> = timeline
            .items()
            .rev()
            .take_while(|item| item.seq > after)
            .filter(|item| item.seq <= last && item.is_read())
            .map(|item| item.seq)
            .collect();
        for seq in later.into_iter().rev() {
            let found = self.timelines.get(&channel);
            let late = found
                .and_then(|found| found.item_at(seq))
                .filter(|item| self.why_refused(channel, item).is_some())
                .cloned();
            if let Some(item) = late {
                self.put_judged(channel, item);
                self.output.event(Event::Timeline(channel));
            }
        }
    }

    /// Puts a message back that was read, or what it is by what is known now.
    fn put_judged(&mut self, channel: ChannelId, mut item: TimelineItem) {
        if let Some(why) = self.why_refused(channel, &item) {
            item.body = crate::timeline::Body::Unreadable { why };
        }
        self.put_item(channel, item);
    }

    fn why_refused(&self, channel: ChannelId, item: &TimelineItem) -> Option<Unreadable> {
        self.check_place(channel, item, item.head_seq).err()
    }

    /// Where the relay gave out more of an author than it told them, they hear of it, once.
    pub(super) fn tell_authors(&mut self, channel: ChannelId, now: Millis) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let me = self.device.id();
        for (device, session) in timeline.take_untold() {
            let session = SessionRef {
                channel,
                device,
                session,
            };
            if device == me {
                self.handle_refused_but_delivered(me, session);
            } else if self.community.active_device(&device).is_some() {
                self.send_mail(
                    device,
                    MailBody::RefusedButDelivered { session },
                    false,
                    now,
                );
            }
        }
    }

    /// A reader has something of this device of which the relay said that it refused it. They may lie, so it is
    /// said who says so.
    pub(super) fn handle_refused_but_delivered(&mut self, from: DeviceId, session: SessionRef) {
        let reader = self.community.active_device(&from).map(|found| found.user);
        let channel = session.channel;
        let may_read = reader.is_some_and(|user| self.community.may_read(&user, &channel));
        if may_read && session.device == self.device.id() && self.inbound.has_key(session) {
            self.alert(Alert::RefusedButDelivered {
                channel,
                told_by: from,
            });
        }
    }
}
