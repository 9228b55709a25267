//! The community log as it grows: every entry is checked by the same rules as at the relay, and the heads
//! that other members name in their messages must be places in the same log.

use parley_protocol::Millis;
use parley_protocol::entry::{Action, ChannelKind, Entry, Head};
use parley_protocol::ids::{ChannelId, DeviceId};

use super::Engine;
use crate::alert::Alert;
use crate::effect::{Event, SignedOut};
use crate::store::{Change, Table, number_key};

/// Heads that others have seen and this device has not yet. More are not checked.
const HEADS_AHEAD: usize = 1_000;
/// And so many of one device, so that none takes the room of all.
const HEADS_AHEAD_OF_DEVICE: usize = 20;
/// The relay sends the log before all that rests on it: an entry that others know is here sooner than this.
const LOG_MAY_LAG: Millis = 30_000;

/// Heads beyond our own, to be compared when the log gets there.
#[derive(Default)]
pub(super) struct SeenHeads {
    ahead: Vec<(DeviceId, Head)>,
    /// Since when there are any, while everything that the relay tells of is here.
    since: Option<Millis>,
}

impl Engine {
    pub(super) fn heads_timeout(&self) -> Option<Millis> {
        let since = self.heads.since;
        self.waits_for_heads()
            .then(|| since.map_or(0, |since| since.saturating_add(LOG_MAY_LAG)))
    }

    /// Entries that others know and that do not come: the relay keeps them back, or the others made them up.
    pub(super) fn heads_timeout_reached(&mut self, now: Millis) {
        if !self.waits_for_heads() {
            self.heads.since = None;
            return;
        }
        let since = *self.heads.since.get_or_insert(now);
        if now < since.saturating_add(LOG_MAY_LAG) {
            return;
        }
        for (device, head) in std::mem::take(&mut self.heads).ahead {
            self.alert(Alert::LogFork {
                seen_by: Some(device),
                seq: head.seq,
            });
        }
    }

    fn waits_for_heads(&self) -> bool {
        !self.heads.ahead.is_empty() && self.connection.is_open() && self.is_log_current()
    }

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
        self.log_has_grown(now);
        self.output.event(Event::Community);
        self.check_heads_ahead();
        if self.is_removed() {
            return self.stop(SignedOut::Removed, now);
        }
        self.subscribe_to_new_channels();
        self.judge_what_waited(now);
        self.voice_log_changed(now);
        self.forget_removed_devices();
        self.release_held(now);
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
            self.alert(Alert::LogFork { seen_by: None, seq });
        }
    }

    pub(super) fn check_relay_head(&mut self, head: Head) {
        let own = self.community.head();
        if head.seq < own.seq {
            self.alert(Alert::LogShorter { seq: head.seq });
        }
        if self
            .community
            .hash_at(head.seq)
            .is_some_and(|hash| hash != head.hash)
        {
            self.alert(Alert::LogFork {
                seen_by: None,
                seq: head.seq,
            });
        }
    }

    /// Compares the head that an author names with our log, now or when our log gets there. Says whether it
    /// is in our log.
    pub(super) fn check_seen_head(&mut self, device: DeviceId, head: Head) -> bool {
        let known = self.community.hash_at(head.seq);
        match known {
            Some(hash) if hash == head.hash => {}
            Some(_) => self.alert(Alert::LogFork {
                seen_by: Some(device),
                seq: head.seq,
            }),
            None => self.note_head_ahead(device, head),
        }
        known == Some(head.hash)
    }

    fn note_head_ahead(&mut self, device: DeviceId, head: Head) {
        let ahead = &mut self.heads.ahead;
        let of_device = ahead.iter().filter(|(other, _)| *other == device).count();
        if of_device < HEADS_AHEAD_OF_DEVICE
            && ahead.len() < HEADS_AHEAD
            && !ahead.contains(&(device, head))
        {
            ahead.push((device, head));
        }
    }

    fn check_heads_ahead(&mut self) {
        for (device, head) in std::mem::take(&mut self.heads.ahead) {
            self.check_seen_head(device, head);
        }
        if self.heads.ahead.is_empty() {
            self.heads.since = None;
        }
    }

    /// Whether the log is as new as it was at the relay when this connection began. Before that, writing
    /// could use a session that was retired meanwhile.
    pub(super) fn is_log_current(&self) -> bool {
        self.community.head().seq >= self.connection.log_target
    }

    /// Whether nothing says that the log goes on beyond what is here.
    pub(super) fn is_log_whole(&self) -> bool {
        self.is_log_current() && self.heads.ahead.is_empty()
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
