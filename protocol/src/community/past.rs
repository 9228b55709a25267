//! What was allowed at earlier places in the log, so that a message can be judged where it belongs and not
//! by what is allowed when it is read. Only places at which something changed are kept. No rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Readers;
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
}

/// Something that is off at first, and the places at which it was turned on or off, by turns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Turns(Vec<u64>);

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
