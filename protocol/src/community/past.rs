//! What was allowed at earlier places in the log, so that a message can be judged where it belongs and not
//! by what is allowed when it is read. Only places at which something changed are kept. No rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Readers;
use crate::flat::{Flat, flat_fields};
use crate::ids::{ChannelId, RoleId, UserId};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Past {
    /// When a role permitted to send messages.
    sending_by_role: BTreeMap<RoleId, Turns>,
    /// When a member had a role.
    holding_by_role: BTreeMap<(UserId, RoleId), Turns>,
    /// Who could read a channel, from which place on.
    readers_by_channel: BTreeMap<ChannelId, Vec<(u64, Readers)>>,
    archived_at: BTreeMap<ChannelId, u64>,
    /// Where somebody last opened a channel's past to all who may read it.
    opened_at: BTreeMap<ChannelId, u64>,
    /// Where somebody or some device lost the right to read all that everyone reads.
    losses: Vec<u64>,
    /// Where somebody or some device lost the right to read one channel with readers of its own.
    losses_by_channel: BTreeMap<ChannelId, Vec<u64>>,
}

/// Something that is off at first, and the places at which it was turned on or off, by turns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Turns(Vec<u64>);

flat_fields!(Past {
    sending_by_role,
    holding_by_role,
    readers_by_channel,
    archived_at,
    opened_at,
    losses,
    losses_by_channel,
});

impl Flat for Turns {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        Flat::take(rest).map(Self)
    }
}

impl Past {
    pub(super) fn role_sends(&mut self, role: RoleId, sends: bool, place: u64) {
        self.sending_by_role
            .entry(role)
            .or_default()
            .turn(sends, place);
    }

    pub(super) fn member_holds(&mut self, user: UserId, role: RoleId, holds: bool, place: u64) {
        self.holding_by_role
            .entry((user, role))
            .or_default()
            .turn(holds, place);
    }

    pub(super) fn readers_are(&mut self, channel: ChannelId, readers: &Readers, place: u64) {
        let before = self.readers_by_channel.entry(channel).or_default();
        if before.last().is_none_or(|(_, last)| last != readers) {
            before.push((place, readers.clone()));
        }
    }

    pub(super) fn archived(&mut self, channel: ChannelId, place: u64) {
        self.archived_at.entry(channel).or_insert(place);
    }

    pub(super) fn opened(&mut self, channel: ChannelId, place: u64) {
        self.opened_at.insert(channel, place);
    }

    /// A member or a device is gone.
    pub(super) fn lost_by_all(&mut self, place: u64) {
        self.losses.push(place);
    }

    /// A channel with readers of its own lost one.
    pub(super) fn lost_by_one(&mut self, channel: ChannelId, place: u64) {
        let losses = self.losses_by_channel.entry(channel).or_default();
        if losses.last() != Some(&place) {
            losses.push(place);
        }
    }

    /// The first place after `place` at which a channel lost a reader.
    pub(super) fn first_loss_after(&self, channel: &ChannelId, place: u64) -> Option<u64> {
        let own = self.losses_by_channel.get(channel);
        let shared = self.open_times(channel).filter_map(|(from, until)| {
            first_after(&self.losses, place.max(from)).filter(|loss| *loss < until)
        });
        own.and_then(|own| first_after(own, place))
            .into_iter()
            .chain(shared)
            .min()
    }

    /// The last place at which a channel lost a reader, 0 if there is none.
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

    /// From which place until before which other one everyone read a channel.
    fn open_times(&self, channel: &ChannelId) -> impl Iterator<Item = (u64, u64)> {
        self.reader_times(channel)
            .filter(|(readers, _, _)| **readers == Readers::Everyone)
            .map(|(_, from, until)| (from, until))
    }

    /// Who read a channel, from which place until before which other one.
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

    /// Where the present time began in which somebody who is not the owner may read a channel.
    pub(super) fn reads_since(&self, user: &UserId, channel: &ChannelId) -> u64 {
        let changes = self.changes(user, channel, 0, u64::MAX);
        let mut backwards = changes.into_iter().rev();
        backwards
            .find(|place| !self.read_at(user, channel, place.saturating_sub(1)))
            .unwrap_or(0)
    }

    /// Whether a channel was private at some place before `place`, and nobody opened its past since.
    pub(super) fn was_private_before(&self, channel: &ChannelId, place: u64) -> bool {
        let opened_at = self.opened_at.get(channel).copied().unwrap_or(0);
        self.reader_times(channel).any(|(readers, from, until)| {
            *readers != Readers::Everyone && from.max(opened_at) < place.min(until)
        })
    }

    /// Where in the log a channel was closed.
    pub(super) fn archived_at(&self, channel: &ChannelId) -> Option<u64> {
        self.archived_at.get(channel).copied()
    }

    /// Whether somebody had a role that permits to send messages.
    pub(super) fn sent_at(&self, user: &UserId, place: u64) -> bool {
        let sends = |role: &RoleId| {
            self.sending_by_role
                .get(role)
                .is_some_and(|turns| turns.is_on_at(place))
        };
        sends(&RoleId::EVERYONE)
            || self
                .ever_held(user)
                .any(|(role, turns)| turns.is_on_at(place) && sends(&role))
    }

    /// Whether somebody who is not the owner could read a channel.
    pub(super) fn read_at(&self, user: &UserId, channel: &ChannelId, place: u64) -> bool {
        let readers = self.readers_by_channel.get(channel).and_then(|readers| {
            let after = readers.partition_point(|(from, _)| *from <= place);
            readers.get(after.checked_sub(1)?)
        });
        match readers {
            None => false,
            Some((_, Readers::Everyone)) => true,
            Some((_, Readers::Roles { roles })) => roles.iter().any(|role| {
                self.holding_by_role
                    .get(&(*user, *role))
                    .is_some_and(|turns| turns.is_on_at(place))
            }),
        }
    }

    /// The places after `from`, up to `until`, at which [`Past::sent_at`] or [`Past::read_at`] may have changed.
    pub(super) fn changes(
        &self,
        user: &UserId,
        channel: &ChannelId,
        from: u64,
        until: u64,
    ) -> BTreeSet<u64> {
        let sending = self
            .ever_held(user)
            .map(|(role, _)| role)
            .chain([RoleId::EVERYONE])
            .filter_map(|role| self.sending_by_role.get(&role));
        let holding = self.ever_held(user).map(|(_, turns)| turns);
        let readers = self.readers_by_channel.get(channel).into_iter().flatten();
        // Not `collect`, which brings a sort of its own into the page for each type.
        let mut places = BTreeSet::new();
        places.extend(
            sending
                .chain(holding)
                .flat_map(|turns| turns.0.iter().copied())
                .chain(readers.map(|(place, _)| *place))
                .filter(|place| from < *place && *place <= until),
        );
        places
    }

    fn ever_held(&self, user: &UserId) -> impl Iterator<Item = (RoleId, &Turns)> {
        let first = (*user, RoleId::from_bytes([0; 16]));
        let last = (*user, RoleId::from_bytes([255; 16]));
        self.holding_by_role
            .range(first..=last)
            .map(|((_, role), turns)| (*role, turns))
    }
}

/// The first of some rising places that is beyond another.
fn first_after(places: &[u64], place: u64) -> Option<u64> {
    let index = places.partition_point(|it| *it <= place);
    places.get(index).copied()
}

impl Turns {
    fn turn(&mut self, on: bool, place: u64) {
        if on == self.0.len().is_multiple_of(2) {
            self.0.push(place);
        }
    }

    fn is_on_at(&self, place: u64) -> bool {
        !self
            .0
            .partition_point(|turned| *turned <= place)
            .is_multiple_of(2)
    }
}
