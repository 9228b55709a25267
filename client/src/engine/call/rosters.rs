//! Who is in each voice channel: as the relay tells it, and without those whom the log does not let in.

use litemap::LiteMap;
use parley_protocol::Millis;
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
    /// The room of the direct call that this device is in, and who may be there.
    room: Option<(ChannelId, Vec<UserId>)>,
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

    /// From now on this is the one room that counts.
    pub(super) fn open_room(&mut self, room: Option<(ChannelId, Vec<UserId>)>) {
        if let Some((left, _)) = std::mem::replace(&mut self.room, room) {
            self.told_by_channel.remove(&left);
        }
    }

    /// Whether somebody may be in a channel by the log, or in the room by its conversation.
    pub(super) fn lets_in(
        &self,
        log: &Community,
        user: &UserId,
        id: &ChannelId,
        now: Millis,
    ) -> bool {
        let room = self.room.as_ref().filter(|(room, _)| room == id);
        match room {
            Some((_, people)) if !log.channels().contains_key(id) => {
                people.contains(user) && log.active_member(user).is_some()
            }
            Some(_) | None => log.may_be_in_call(user, id, now),
        }
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
        let known = self.checked(&roster, cx);
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
        let known = sorted::map(told.map(|(channel, roster)| (*channel, self.checked(roster, cx))));
        if known != self.known_by_channel {
            self.known_by_channel = known;
            cx.output.event(Event::Voice);
        }
    }

    /// When the time of the next guest is over.
    pub(super) fn next_guest_end(&self, log: &Community, now: Millis) -> Option<Millis> {
        let all = self.known_by_channel.values();
        let all = all.flat_map(|roster| &roster.participants);
        let ends = all.filter_map(|it| log.guest_terms(&it.user, now));
        ends.map(|terms| terms.until).min()
    }

    /// The roster as the log or the conversation allows it: the relay cannot put anybody into a call, nor let anybody
    /// speak.
    fn checked(&self, roster: &Roster, cx: &Cx<'_>) -> Roster {
        let channel = roster.channel;
        if cx.log.channels().contains_key(&channel) {
            return cx.log.checked_roster(roster, cx.now);
        }
        let there = roster.participants.iter().filter(|one| {
            let device = cx.log.active_device(&one.device);
            device.is_some_and(|found| found.user == one.user)
                && self.lets_in(cx.log, &one.user, &channel, cx.now)
        });
        Roster {
            channel,
            participants: there.copied().collect(),
        }
    }
}

/// Whether a device is in one of these rosters.
pub(super) fn seats(rosters: &[Roster], device: DeviceId) -> bool {
    rosters
        .iter()
        .flat_map(|roster| &roster.participants)
        .any(|participant| participant.device == device)
}
