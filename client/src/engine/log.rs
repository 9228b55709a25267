//! The community log as it grows: every entry is checked by the same rules as at the relay, and the heads
//! that other members name in their messages must be places in the same log. What follows when they are not is
//! in `log_hold`.

use parley_protocol::Millis;
use parley_protocol::entry::{Action, ChannelKind, Entry, Head};
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Engine;
use crate::alert::Alert;
use crate::effect::{Event, SignedOut};
use crate::store::{Change, Table, number_key};

impl Engine {
    pub(super) fn handle_log(&mut self, from: u64, entries: Vec<Entry>, now: Millis) {
        for (place, entry) in (0..).zip(entries) {
            let seq = from.saturating_add(place);
            let head = self.community.head();
            if seq <= head.seq {
                self.check_known_entry(seq, &entry);
                continue;
            }
            if seq != head.seq + 1 {
                return self.drop_connection(now);
            }
            match self.community.apply(&entry) {
                Ok(body) => {
                    self.output
                        .store(Change::put(Table::Log, number_key(seq), &entry));
                    self.note_lost_channels(&body.action);
                }
                Err(rejection) => {
                    self.alert(Alert::LogInvalid { seq, rejection });
                    // What came before it stands: who is out must not hear on.
                    self.after_log_change(now);
                    return self.drop_and_wait_long(now);
                }
            }
        }
        self.after_log_change(now);
    }

    fn after_log_change(&mut self, now: Millis) {
        self.keep_checkpoint();
        self.output.event(Event::Community);
        self.compare_named_heads(now);
        if self.is_removed() {
            return self.stop(SignedOut::Removed, now);
        }
        self.subscribe_to_new_channels();
        self.judge_what_waited(now);
        self.voice_log_changed(now);
        self.forget_removed_devices();
        self.release_held(now);
        self.open_kept_mail(now);
        self.go_on_with_keys(now);
        self.pump_writing(now);
    }

    /// The relay ends the stream of a channel that this member may no longer read. If they may again, it is
    /// asked for anew.
    fn note_lost_channels(&mut self, action: &Action) {
        if let Action::RoleTaken { .. } | Action::ChannelChanged { .. } = action {
            let Self {
                requests,
                community,
                user,
                ..
            } = self;
            requests
                .subscribed
                .retain(|channel| community.may_read(user, channel));
        }
    }

    /// Whether this device was in the log and is no more. A new one may not have seen its own entry yet.
    pub(super) fn is_removed(&self) -> bool {
        let known = self.community.devices().get(&self.device.id());
        known.is_some_and(|device| device.revoked_at.is_some())
    }

    /// An entry that is here already must be the same one.
    fn check_known_entry(&mut self, seq: u64, entry: &Entry) {
        let before = seq.checked_sub(1).and_then(|before| {
            Some(Head {
                seq: before,
                hash: self.community.hash_at(before)?,
            })
        });
        let same = before
            .is_some_and(|before| Some(before.after(entry).hash) == self.community.hash_at(seq));
        if !same {
            self.note_relay_fork(seq);
        }
    }

    pub(super) fn check_relay_head(&mut self, head: Head) {
        let own = self.community.head();
        let told = self.lag.told_seq().unwrap_or(0);
        if head.seq < own.seq.max(told) {
            self.alert(Alert::LogShorter { seq: head.seq });
        }
        if self
            .community
            .hash_at(head.seq)
            .is_some_and(|hash| hash != head.hash)
        {
            self.note_relay_fork(head.seq);
        }
    }

    /// Compares the head that an author names with our log, now or when our log gets there. Says whether it
    /// is in our log.
    pub(super) fn check_seen_head(&mut self, device: DeviceId, head: Head) -> bool {
        let known = self.community.hash_at(head.seq);
        if known == Some(head.hash) {
            return true;
        }
        // Whoever is out of the log may say what they like.
        if self.community.active_device(&device).is_some() {
            match known {
                Some(_) => self.note_fork(device, head),
                None => self.note_head_ahead(device, head),
            }
        }
        false
    }

    /// Whether the log is as new as it was at the relay when this connection began. Before that, writing
    /// could use a session that was retired meanwhile.
    pub(super) fn is_log_current(&self) -> bool {
        self.community.head().seq >= self.connection.log_target
    }

    /// Whether nothing speaks against the log that is here: the relay sent all that it told of, and no member
    /// names entries that are not here. Before that no key is let out, nothing is written, and nothing is
    /// judged for good.
    pub(super) fn is_log_whole(&self) -> bool {
        self.is_log_current() && !self.lag.holds()
    }

    /// The text channels that this member may read now.
    pub fn readable_channels(&self) -> impl Iterator<Item = ChannelId> {
        self.community
            .channels()
            .iter()
            .filter(|(id, channel)| {
                channel.kind == ChannelKind::Text && self.community.may_read(&self.user, id)
            })
            .map(|(id, _)| *id)
    }
}
