//! Who is in each voice channel: as the relay tells it, and without those whom the log does not let in.

use litemap::LiteMap;
use parley_protocol::community::Community;
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::voice::Roster;

use crate::effect::Event;
use crate::engine::context::Cx;
use crate::sorted;

/// All rosters that are not empty.
#[derive(Default)]
pub(super) struct Rosters {
    told_by_channel: LiteMap<ChannelId, Roster>,
    known_by_channel: LiteMap<ChannelId, Roster>,
}

impl Rosters {
    pub(super) fn known(&self) -> impl Iterator<Item = &Roster> {
        self.known_by_channel.values()
    }

    pub(super) fn get(&self, channel: &ChannelId) -> Option<&Roster> {
        self.known_by_channel.get(channel)
    }

    /// Whether the relay says that this stay is on a roster.
    pub(super) fn is_told(&self, channel: &ChannelId, stay: CallSessionId) -> bool {
        let told = self.told_by_channel.get(channel);
        told.is_some_and(|roster| roster.participants.iter().any(|it| it.session == stay))
    }

    pub(super) fn clone_of(&self, channel: Option<ChannelId>) -> Option<Roster> {
        self.get(&channel?).cloned()
    }

    /// Whether somebody may be in a channel.
    pub(super) fn lets_in(&self, log: &Community, user: &UserId, id: &ChannelId) -> bool {
        log.may_join(user, id)
    }

    /// The relay tells of all channels at once.
    pub(super) fn replace(&mut self, rosters: Vec<Roster>, cx: &mut Cx<'_>) {
        let rosters = rosters.into_iter().map(|roster| (roster.channel, roster));
        self.told_by_channel = sorted::map(rosters);
        self.check(cx);
    }

    /// The relay tells of one channel. Gives back what the log makes of it.
    pub(super) fn put(&mut self, roster: Roster, cx: &mut Cx<'_>) -> Roster {
        let channel = roster.channel;
        let known = self.checked(cx.log, &roster);
        if roster.participants.is_empty() {
            self.told_by_channel.remove(&channel);
        } else {
            self.told_by_channel.insert(channel, roster);
        }
        self.check(cx);
        known
    }

    /// Checks everybody against the log as it is now.
    pub(super) fn check(&mut self, cx: &mut Cx<'_>) {
        let told = self.told_by_channel.iter();
        let known =
            sorted::map(told.map(|(channel, roster)| (*channel, self.checked(cx.log, roster))));
        if known != self.known_by_channel {
            self.known_by_channel = known;
            cx.output.event(Event::Voice);
        }
    }

    /// The roster as the log allows it: the relay cannot put anybody into a call, nor let anybody speak.
    fn checked(&self, log: &Community, roster: &Roster) -> Roster {
        log.checked_roster(roster)
    }
}

/// Whether a device is in one of these rosters.
pub(super) fn seats(rosters: &[Roster], device: DeviceId) -> bool {
    rosters
        .iter()
        .flat_map(|roster| &roster.participants)
        .any(|participant| participant.device == device)
}
