//! What was allowed at earlier sequence numbers of the log, so that a message is judged by the rules of its time.
//! Keeps only the numbers at which something changed. No rules.

use crate::entry::{Permission, Readers};
use crate::flat::{Flat, flat_fields};
use crate::ids::{ChannelId, RoleId, UserId};
use crate::map::{IdMap, IdSet};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Past {
    /// When a role gave a permission.
    giving_by_role: IdMap<(RoleId, Permission), Toggles>,
    /// When a member had a role.
    holding_by_role: IdMap<(UserId, RoleId), Toggles>,
    /// The readers of a channel, from which sequence number on.
    readers_by_channel: IdMap<ChannelId, Vec<(u64, Readers)>>,
    archived_at: IdMap<ChannelId, u64>,
    /// The last time a channel's past was opened to all who may read it.
    opened_at: IdMap<ChannelId, u64>,
    /// When a user or device lost the right to read all that everyone reads.
    losses: Vec<u64>,
    /// When a user or device lost the right to read one channel with readers of its own.
    losses_by_channel: IdMap<ChannelId, Vec<u64>>,
    /// After how many seconds messages of a channel disappear, from which sequence number on. Nothing before the first.
    expiries_by_channel: IdMap<ChannelId, Vec<(u64, Option<u32>)>>,
}

/// Something that is off at first, and the sequence numbers at which it was turned on and off, alternating.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Toggles(Vec<u64>);

flat_fields!(Past {
    giving_by_role,
    holding_by_role,
    readers_by_channel,
    archived_at,
    opened_at,
    losses,
    losses_by_channel,
    expiries_by_channel,
});

impl Flat for Toggles {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        Flat::take(rest).map(Self)
    }
}

impl Past {
    pub(super) fn role_gives(&mut self, role: RoleId, permission: Permission, on: bool, seq: u64) {
        let key = (role, permission);
        if on || self.giving_by_role.contains_key(&key) {
            self.giving_by_role.or_default(key).set(on, seq);
        }
    }

    pub(super) fn member_holds(&mut self, user: UserId, role: RoleId, holds: bool, seq: u64) {
        self.holding_by_role
            .or_default((user, role))
            .set(holds, seq);
    }

    pub(super) fn readers_are(&mut self, channel: ChannelId, readers: &Readers, seq: u64) {
        let before = self.readers_by_channel.or_default(channel);
        if before.last().is_none_or(|(_, last)| last != readers) {
            before.push((seq, readers.clone()));
        }
    }

    pub(super) fn archived(&mut self, channel: ChannelId, seq: u64) {
        self.archived_at.or_insert(channel, seq);
    }

    pub(super) fn opened(&mut self, channel: ChannelId, seq: u64) {
        self.opened_at.insert(channel, seq);
    }

    /// A member or a device was removed.
    pub(super) fn lost_by_all(&mut self, seq: u64) {
        self.losses.push(seq);
    }

    /// A channel with readers of its own lost one.
    pub(super) fn lost_by_one(&mut self, channel: ChannelId, seq: u64) {
        let losses = self.losses_by_channel.or_default(channel);
        if losses.last() != Some(&seq) {
            losses.push(seq);
        }
    }

    /// The first loss of a reader after `seq`.
    pub(super) fn first_loss_after(&self, channel: &ChannelId, seq: u64) -> Option<u64> {
        let own = self.losses_by_channel.get(channel);
        let shared = self.open_times(channel).filter_map(|(from, until)| {
            first_after(&self.losses, seq.max(from)).filter(|loss| *loss < until)
        });
        own.and_then(|own| first_after(own, seq))
            .into_iter()
            .chain(shared)
            .min()
    }

    /// The last loss of a reader, 0 if there is none.
    pub(super) fn last_loss(&self, channel: &ChannelId) -> u64 {
        let own = self.losses_by_channel.get(channel);
        let shared = self.open_times(channel).filter_map(|(from, until)| {
            let before = self.losses.partition_point(|loss| *loss < until);
            let last = self.losses.get(before.checked_sub(1)?)?;
            (*last > from).then_some(*last)
        });
        own.and_then(|own| own.last().copied())
            .into_iter()
            .chain(shared)
            .max()
            .unwrap_or(0)
    }

    /// The ranges, start included and end excluded, in which everyone read a channel.
    fn open_times(&self, channel: &ChannelId) -> impl Iterator<Item = (u64, u64)> {
        self.reader_times(channel)
            .filter(|(readers, _, _)| **readers == Readers::Everyone)
            .map(|(_, from, until)| (from, until))
    }

    /// The readers of a channel, with the range of each: start included, end excluded.
    fn reader_times(&self, channel: &ChannelId) -> impl Iterator<Item = (&Readers, u64, u64)> {
        let times = self
            .readers_by_channel
            .get(channel)
            .map_or(&[][..], Vec::as_slice);
        times.iter().enumerate().map(|(index, (from, readers))| {
            let next = times.get(index.saturating_add(1));
            (readers, *from, next.map_or(u64::MAX, |(next, _)| *next))
        })
    }

    /// When the present time began in which somebody who is not the owner may read a channel.
    pub(super) fn reads_since(&self, user: &UserId, channel: &ChannelId) -> u64 {
        let changes = self.changes(user, channel, 0, u64::MAX);
        let mut backwards = changes.iter().rev();
        backwards
            .find(|seq| !self.read_at(user, channel, seq.saturating_sub(1)))
            .unwrap_or(0)
    }

    /// Whether a channel was private at some point before `seq`, and nobody opened its past since.
    pub(super) fn was_private_before(&self, channel: &ChannelId, seq: u64) -> bool {
        let opened_at = self.opened_at.get(channel).copied().unwrap_or(0);
        self.reader_times(channel).any(|(readers, from, until)| {
            *readers != Readers::Everyone && from.max(opened_at) < seq.min(until)
        })
    }

    /// When a channel was archived.
    pub(super) fn archived_at(&self, channel: &ChannelId) -> Option<u64> {
        self.archived_at.get(channel).copied()
    }

    pub(super) fn expires_after(&mut self, channel: ChannelId, seconds: Option<u32>, seq: u64) {
        if self.expires_after_at(&channel, seq) != seconds {
            let expiries = self.expiries_by_channel.or_default(channel);
            expiries.push((seq, seconds));
        }
    }

    /// After how many seconds a channel's messages disappear that were written in sight of a sequence number.
    pub(super) fn expires_after_at(&self, channel: &ChannelId, seq: u64) -> Option<u32> {
        let expiries = self.expiries_by_channel.get(channel)?;
        let after = expiries.partition_point(|(from, _)| *from <= seq);
        let (_, seconds) = expiries.get(after.checked_sub(1)?)?;
        *seconds
    }

    /// The last change of when a channel's messages disappear, 0 if there is none.
    pub(super) fn expiry_changed_at(&self, channel: &ChannelId) -> u64 {
        let expiries = self.expiries_by_channel.get(channel);
        expiries
            .and_then(|expiries| expiries.last())
            .map_or(0, |(seq, _)| *seq)
    }

    /// Whether a user who is not the owner had a role that gives a permission.
    pub(super) fn had_at(&self, user: &UserId, permission: Permission, seq: u64) -> bool {
        let gives = |role: RoleId| {
            self.giving_by_role
                .get(&(role, permission))
                .is_some_and(|toggles| toggles.is_on_at(seq))
        };
        gives(RoleId::EVERYONE)
            || self
                .ever_held(user)
                .any(|(role, toggles)| toggles.is_on_at(seq) && gives(role))
    }

    /// Whether a user who is not the owner could read a channel.
    pub(super) fn read_at(&self, user: &UserId, channel: &ChannelId, seq: u64) -> bool {
        let readers = self.readers_by_channel.get(channel).and_then(|readers| {
            let after = readers.partition_point(|(from, _)| *from <= seq);
            readers.get(after.checked_sub(1)?)
        });
        match readers {
            None => false,
            Some((_, Readers::Everyone)) => true,
            Some((_, Readers::Roles { roles })) => roles.iter().any(|role| {
                self.holding_by_role
                    .get(&(*user, role))
                    .is_some_and(|toggles| toggles.is_on_at(seq))
            }),
        }
    }

    /// The sequence numbers after `from`, up to `until`, at which the right to send messages or [`Past::read_at`] may
    /// have changed.
    pub(super) fn changes(
        &self,
        user: &UserId,
        channel: &ChannelId,
        from: u64,
        until: u64,
    ) -> IdSet<u64> {
        let sending = self
            .ever_held(user)
            .map(|(role, _)| role)
            .chain([RoleId::EVERYONE])
            .filter_map(|role| self.giving_by_role.get(&(role, Permission::SendMessages)));
        let holding = self.ever_held(user).map(|(_, toggles)| toggles);
        let readers = self.readers_by_channel.get(channel).into_iter().flatten();
        sending
            .chain(holding)
            .flat_map(|toggles| toggles.0.iter().copied())
            .chain(readers.map(|(seq, _)| *seq))
            .filter(|seq| from < *seq && *seq <= until)
            .collect()
    }

    fn ever_held(&self, user: &UserId) -> impl Iterator<Item = (RoleId, &Toggles)> {
        let first = (*user, RoleId::from_bytes([0; 16]));
        let last = (*user, RoleId::from_bytes([255; 16]));
        self.holding_by_role
            .range(first..=last)
            .map(|((_, role), toggles)| (*role, toggles))
    }
}

/// The first of some ascending sequence numbers that is greater than `seq`.
fn first_after(seqs: &[u64], seq: u64) -> Option<u64> {
    let index = seqs.partition_point(|it| *it <= seq);
    seqs.get(index).copied()
}

impl Toggles {
    fn set(&mut self, on: bool, seq: u64) {
        if on == self.0.len().is_multiple_of(2) {
            self.0.push(seq);
        }
    }

    fn is_on_at(&self, seq: u64) -> bool {
        !self
            .0
            .partition_point(|toggled| *toggled <= seq)
            .is_multiple_of(2)
    }
}
