//! Who is in each voice channel: as the relay tells it, and without those whom the log does not let in.

use litemap::LiteMap;
use parley_protocol::community::Community;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::voice::{Participant, Roster};

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

    pub(super) fn clone_of(&self, channel: Option<ChannelId>) -> Option<Roster> {
        self.get(&channel?).cloned()
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
        let known = known_only(cx.log, roster.clone());
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
        let known = sorted::map(
            told.map(|(channel, roster)| (*channel, known_only(cx.log, roster.clone()))),
        );
        if known != self.known_by_channel {
            self.known_by_channel = known;
            cx.output.event(Event::Voice);
        }
    }
}

/// Leaves out participants that the log does not let in: the relay cannot put anybody into a call.
fn known_only(community: &Community, mut roster: Roster) -> Roster {
    let channel = roster.channel;
    roster
        .participants
        .retain(|Participant { device, user, .. }| {
            community
                .active_device(device)
                .is_some_and(|found| found.user == *user)
                && community.may_speak(user, &channel)
        });
    roster
}

/// Whether a device is in one of these rosters.
pub(super) fn seats(rosters: &[Roster], device: DeviceId) -> bool {
    rosters
        .iter()
        .flat_map(|roster| &roster.participants)
        .any(|participant| participant.device == device)
}
