//! The community log as it grows: every entry is checked by the same rules as at the relay. The heads that other
//! members name in their messages are compared in `watch`.

use parley_protocol::entry::{Action, Entry, Head};

use super::SyncState;
use crate::alert::Alert;
use crate::effect::Event;
use crate::engine::output::Output;
use crate::store::{Change, Table, number_key};

/// How a page of the log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum LogEnd {
    /// All of it is in the log.
    Whole,
    /// An entry is missing in between.
    Gap,
    /// An entry is not allowed. What came before it stands.
    Invalid,
}

impl SyncState {
    pub(in crate::engine) fn handle_log(
        &mut self,
        from: u64,
        entries: Vec<Entry>,
        output: &mut Output,
    ) -> LogEnd {
        for (index, entry) in (0..).zip(entries) {
            let seq = from.saturating_add(index);
            let head = self.community.head();
            if seq <= head.seq {
                self.check_known_entry(seq, &entry, output);
                continue;
            }
            if seq != head.seq + 1 {
                return LogEnd::Gap;
            }
            match self.community.apply(&entry) {
                Ok(body) => {
                    output.store(Change::put(Table::Log, number_key(seq), &entry));
                    self.note_lost_channels(&body.action);
                }
                Err(rejection) => {
                    self.alert(Alert::LogInvalid { seq, rejection }, output);
                    return LogEnd::Invalid;
                }
            }
        }
        LogEnd::Whole
    }

    /// The log has grown: keeps what it makes of the community, and compares what others named.
    pub(in crate::engine) fn after_log_change(&mut self, output: &mut Output) {
        self.keep_checkpoint(output);
        output.event(Event::Community);
        self.watch.compare(&self.community, output);
    }

    /// The relay ends the stream of a channel that this member may no longer read. If they may again, it is
    /// asked for anew.
    fn note_lost_channels(&mut self, action: &Action) {
        if let Action::RoleTaken { .. } | Action::ChannelChanged { .. } = action {
            let channels = self.community.channels().keys();
            let unreadable =
                channels.filter(|channel| !self.community.may_read(&self.me.user, channel));
            self.lost_channels.extend(unreadable.copied());
        }
    }

    /// An entry that is here already must be the same one.
    fn check_known_entry(&mut self, seq: u64, entry: &Entry, output: &mut Output) {
        let before = seq.checked_sub(1).and_then(|before| {
            Some(Head {
                seq: before,
                hash: self.community.hash_at(before)?,
            })
        });
        let same = before
            .is_some_and(|before| Some(before.after(entry).hash) == self.community.hash_at(seq));
        if !same {
            self.watch.note_relay_fork(seq, &self.community, output);
        }
    }

    /// Compares the head that the relay names with the log that is here, and with what it named before.
    pub(super) fn check_relay_head(&mut self, head: Head, output: &mut Output) {
        let own = self.community.head();
        let told = self.watch.told_seq().unwrap_or(0);
        if head.seq < own.seq.max(told) {
            self.alert(Alert::LogShorter { seq: head.seq }, output);
        }
        if self
            .community
            .hash_at(head.seq)
            .is_some_and(|hash| hash != head.hash)
        {
            self.watch
                .note_relay_fork(head.seq, &self.community, output);
        }
    }
}
