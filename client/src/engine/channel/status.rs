//! Statuses of members. The newest one of each on the board stands, and is kept apart, so that a start needs no old
//! items; what is deleted or turns out not to be theirs stands no more.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::map::IdMap;
use serde::{Deserialize, Serialize};

use super::{Channels, board};
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::store::{Change, Record, Restored, Table};
use crate::timeline::status::{Status, StatusFault};
use crate::timeline::{Body, OutboxItem, OutboxState, TimelineItem};

const RECORD: &str = "status/";

/// Why a status was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// It cannot be sent.
    #[error(transparent)]
    Fault(#[from] StatusFault),
    /// There is no channel that everybody reads and in which this member may write.
    #[error("no channel carries statuses")]
    NoBoard,
    /// Too much is waiting already.
    #[error("too much is waiting already")]
    OutboxFull,
}

/// A status, and where it stands.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    channel: ChannelId,
    seq: u64,
    status: Status,
    /// Its end was not told yet.
    #[serde(skip)]
    ends: bool,
}

/// The newest status of each member.
pub(super) struct Statuses(IdMap<UserId, Kept>);

impl Restored for Statuses {
    type With = ();

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::State && record.key.starts_with(RECORD)
    }

    fn restore((): (), records: &[Record]) -> Self {
        let kept = records.iter().filter_map(|record| {
            let user: UserId = record.key.strip_prefix(RECORD)?.parse().ok()?;
            let mut kept: Kept = record.read()?;
            kept.ends = kept.status.until.is_some();
            Some((user, kept))
        });
        let mut all = IdMap::new();
        for (user, kept) in kept {
            all.insert(user, kept);
        }
        Self(all)
    }
}

impl Channels {
    /// What a member says of themselves now. Of oneself also what waits to be sent.
    pub(in crate::engine) fn status(
        &self,
        user: &UserId,
        me: &UserId,
        log: &Community,
        now: Millis,
    ) -> Option<&Status> {
        let kept = self.statuses.0.get(user);
        if kept.is_none() && user != me {
            return None;
        }
        log.active_member(user)?;
        let channel = board(log, user)?;
        let stands = kept.filter(|kept| kept.channel == channel);
        let status = self
            .waiting_status(channel)
            .filter(|_| user == me)
            .or_else(|| stands.map(|kept| &kept.status))?;
        (!status.is_nothing() && status.lasts_at(now)).then_some(status)
    }

    fn waiting_status(&self, channel: ChannelId) -> Option<&Status> {
        let outbox = self.timelines.get(&channel)?.outbox();
        let goes_out = |item: &&OutboxItem| !matches!(item.state, OutboxState::Failed { .. });
        let statuses = outbox.filter(goes_out).filter_map(|item| {
            if let Body::Status(status) = &item.body {
                Some(status)
            } else {
                None
            }
        });
        statuses.last()
    }

    /// Says something of oneself, in place of what was said before.
    pub(in crate::engine) fn set_status(
        &mut self,
        status: Status,
        cx: &mut Cx<'_>,
    ) -> Result<(), StatusError> {
        status.check()?;
        let channel = board(cx.log, &cx.me.user).ok_or(StatusError::NoBoard)?;
        let is_replaced =
            |item: &OutboxItem| matches!(item.body, Body::Status(_)) && !item.is_on_its_way();
        self.drop_waiting(channel, is_replaced, cx);
        cx.output.event(Event::Presence);
        let kept = self.statuses.0.get(&cx.me.user);
        let stands = kept.filter(|kept| kept.channel == channel);
        let now = self
            .waiting_status(channel)
            .or_else(|| stands.map(|kept| &kept.status));
        if now == Some(&status) {
            return Ok(());
        }
        if self.is_outbox_full() {
            return Err(StatusError::OutboxFull);
        }
        self.queue(channel, Body::Status(status), cx);
        Ok(())
    }

    /// Something stands in a channel that did not stand there before.
    pub(super) fn note_status(&mut self, channel: ChannelId, item: &TimelineItem, cx: &mut Cx<'_>) {
        let known = self.statuses.0.get(&item.user);
        if let Body::Status(status) = &item.body {
            let is_newer = known.is_none_or(|kept| {
                let is_same = kept.seq == item.seq && kept.status == *status;
                kept.channel != channel || (kept.seq <= item.seq && !is_same)
            });
            if is_newer && board(cx.log, &item.user) == Some(channel) {
                self.keep_status(item.user, (channel, item.seq, status.clone()), cx);
            }
        } else if known.is_some_and(|kept| kept.channel == channel && kept.seq == item.seq) {
            self.lose_status(channel, item.user, cx);
        }
    }

    /// What stood in a channel is gone.
    pub(super) fn note_gone(&mut self, channel: ChannelId, item: &TimelineItem, cx: &mut Cx<'_>) {
        let known = self.statuses.0.get(&item.user);
        if known.is_some_and(|kept| kept.channel == channel && kept.seq == item.seq) {
            self.lose_status(channel, item.user, cx);
        }
    }

    /// The relay went back: what came after comes again, or does not.
    pub(super) fn forget_statuses_after(&mut self, channel: ChannelId, last: u64, cx: &mut Cx<'_>) {
        let all = self.statuses.0.iter();
        let after = all.filter(|(_, kept)| kept.channel == channel && kept.seq > last);
        let users: Vec<UserId> = after.map(|(user, _)| *user).collect();
        for user in users {
            self.lose_status(channel, user, cx);
        }
    }

    /// The one before it stands, as far as it is here.
    fn lose_status(&mut self, channel: ChannelId, user: UserId, cx: &mut Cx<'_>) {
        let timeline = self.timelines.get(&channel);
        let before = timeline.and_then(|timeline| timeline.newest_status(&user));
        if let Some((seq, status)) = before {
            let before = (channel, seq, status.clone());
            return self.keep_status(user, before, cx);
        }
        self.statuses.0.remove(&user);
        let key = format!("{RECORD}{user}");
        cx.output.store(Change::delete(Table::State, key));
        cx.output.event(Event::Presence);
    }

    fn keep_status(
        &mut self,
        user: UserId,
        (channel, seq, status): (ChannelId, u64, Status),
        cx: &mut Cx<'_>,
    ) {
        let kept = Kept {
            channel,
            seq,
            ends: status.until.is_some(),
            status,
        };
        let key = format!("{RECORD}{user}");
        cx.output.store(Change::put(Table::State, key, &kept));
        self.statuses.0.insert(user, kept);
        cx.output.event(Event::Presence);
    }

    /// When the next status ends that somebody has seen.
    pub(in crate::engine) fn next_status_end(&self) -> Option<Millis> {
        let all = self.statuses.seen()?.0.values();
        let ending = all.filter(|kept| kept.ends);
        ending.filter_map(|kept| kept.status.until).min()
    }

    /// Says that statuses are over whose time has come.
    pub(in crate::engine) fn end_statuses(&mut self, cx: &mut Cx<'_>) {
        let Some(statuses) = self.statuses.seen_mut() else {
            return;
        };
        for kept in statuses.0.values_mut() {
            if kept.ends && !kept.status.lasts_at(cx.now) {
                kept.ends = false;
                cx.output.event(Event::Presence);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_status_is_refused() {
        let of = |emoji: Option<&str>, text: &str| {
            let status = Status {
                emoji: emoji.map(str::to_owned),
                text: text.to_owned(),
                until: None,
            };
            status.check()
        };
        assert_eq!(of(Some("🌴"), "on holiday"), Ok(()));
        assert_eq!(of(None, &"ä".repeat(100)), Ok(()));
        assert_eq!(of(None, &"a".repeat(101)), Err(StatusFault::TooLong));
        assert_eq!(of(None, "two\nlines"), Err(StatusFault::NotALine));
        assert_eq!(of(Some("no"), ""), Err(StatusFault::NoEmoji));
        assert_eq!(
            of(Some("🌴🌴🌴🌴🌴🌴🌴🌴🌴🌴🌴"), ""),
            Err(StatusFault::NoEmoji)
        );
    }
}
