//! Who may be in a call, speak and hear there. Relay and clients ask the same functions, so that neither has to
//! believe the other.

use super::Community;
use crate::Millis;
use crate::entry::{CallOrder, ChannelKind, Permission};
use crate::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use crate::map::IdSet;
use crate::voice::{Participant, Roster};

/// What the log says about a member in calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restriction {
    /// Nobody hears them.
    pub muted: bool,
    /// They hear nobody, and nobody hears them.
    pub deafened: bool,
}

/// A stay that was ended by an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedStay {
    /// The stay.
    pub stay: CallSessionId,
    /// Where the device is to go on.
    pub to: Option<ChannelId>,
    /// Who ordered it.
    pub by: UserId,
}

/// Why a member is not heard in a call that they are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Silence {
    /// The channel is a stage, and nobody has let them speak.
    Audience,
    /// They were muted.
    Muted,
    /// They were deafened.
    Deafened,
}

impl Community {
    /// Whether a member may be in the call of a voice channel now.
    pub fn may_join(&self, user: &UserId, channel: &ChannelId) -> bool {
        self.may_read(user, channel)
            && self.may(user, Permission::Speak)
            && self
                .channels
                .get(channel)
                .is_some_and(|found| found.kind == ChannelKind::Voice && !found.archived)
    }

    /// Whether `author` may mute, deafen, move and disconnect `user`: by permission, and only whoever may do no more
    /// than they. Nobody does that to the owner.
    pub fn may_moderate_call_of(&self, author: &UserId, user: &UserId) -> bool {
        *user != self.owner
            && self.may(author, Permission::ModerateCalls)
            && self
                .permissions_of(user)
                .is_subset(&self.permissions_of(author))
    }

    /// Why a member is not heard in a voice channel; the gravest reason. `None`: they may speak, or it is no channel of
    /// the log.
    pub fn silence_of(&self, user: &UserId, channel: &ChannelId) -> Option<Silence> {
        let found = self.channels.get(channel)?;
        let restriction = self
            .members
            .get(user)
            .map_or_else(Restriction::default, |member| member.calls);
        if restriction.deafened {
            return Some(Silence::Deafened);
        }
        if restriction.muted {
            return Some(Silence::Muted);
        }
        let is_audience = found.rules.stage
            && !found.speakers.contains(user)
            && !self.may(user, Permission::ModerateCalls);
        is_audience.then_some(Silence::Audience)
    }

    /// Whether a device of a roster may be heard. `roster` need not have been checked.
    pub fn may_speak(&self, device: &DeviceId, roster: &Roster, now: Millis) -> bool {
        self.admitted(roster, now).any(|one| {
            one.device == *device && self.silence_of(&one.user, &roster.channel).is_none()
        })
    }

    /// Whether a device of a roster may hear the others. `roster` need not have been checked.
    pub fn may_hear(&self, device: &DeviceId, roster: &Roster, now: Millis) -> bool {
        self.admitted(roster, now).any(|one| {
            one.device == *device
                && self.silence_of(&one.user, &roster.channel) != Some(Silence::Deafened)
        })
    }

    /// The participants whom the log lets into the call, in their order: active devices of members who may join and of
    /// guests whose time is not over, whose stay was not ended, as many people as the channel takes.
    pub fn admitted(&self, roster: &Roster, now: Millis) -> impl Iterator<Item = Participant> {
        let channel = roster.channel;
        let rules = self.channels.get(&channel).map(|found| found.rules);
        let limit = rules.and_then(|rules| rules.limit);
        let mut people = IdSet::new();
        let allowed = roster
            .participants
            .iter()
            .filter(move |one| self.may_stay(one, &channel, now));
        let mut admitted = Vec::new();
        for one in allowed {
            let is_full = limit.is_some_and(|limit| people.len() >= limit as usize);
            if !is_full
                || people.contains(&one.user)
                || self.may(&one.user, Permission::ModerateCalls)
            {
                people.insert(one.user);
                admitted.push(*one);
            }
        }
        admitted.into_iter()
    }

    /// The roster as the log allows it: without whoever is not admitted, and nobody is shown speaking or with an open
    /// microphone who may not speak.
    #[must_use]
    pub fn checked_roster(&self, roster: &Roster, now: Millis) -> Roster {
        let participants = self.admitted(roster, now).map(|mut one| {
            let silence = self.silence_of(&one.user, &roster.channel);
            if silence.is_some() {
                one.state.muted = true;
                one.state.speaking = false;
            }
            if silence == Some(Silence::Deafened) {
                one.state.deafened = true;
            }
            one
        });
        Roster {
            channel: roster.channel,
            participants: participants.collect(),
        }
    }

    /// Changes the state by an allowed order.
    pub(super) fn perform_call_order(&mut self, author: UserId, order: &CallOrder) {
        match *order {
            CallOrder::Restrict {
                user,
                muted,
                deafened,
            } => {
                if let Some(member) = self.members.get_mut(&user) {
                    member.calls = Restriction { muted, deafened };
                }
            }
            CallOrder::Speaker {
                channel,
                user,
                speaks,
            } => {
                if let Some(channel) = self.channels.get_mut(&channel) {
                    if speaks {
                        channel.speakers.insert(user);
                    } else {
                        channel.speakers.remove(&user);
                    }
                }
            }
            CallOrder::End { device, stay, to } => {
                if let Some(device) = self.devices.get_mut(&device) {
                    device.ended_stay = Some(EndedStay {
                        stay,
                        to,
                        by: author,
                    });
                }
            }
            CallOrder::Rules { channel, rules } => {
                if let Some(channel) = self.channels.get_mut(&channel) {
                    channel.rules = rules;
                }
            }
        }
        if let Some(member) = self.members.get_mut(&author) {
            member.call_orders = member.call_orders.saturating_add(1);
        }
    }

    /// A member who goes is no speaker any more, and is none when they come back.
    pub(super) fn take_from_stages(&mut self, user: UserId) {
        let stages: Vec<ChannelId> = self.channels.iter().map(|(id, _)| *id).collect();
        for stage in stages {
            if let Some(channel) = self.channels.get_mut(&stage) {
                channel.speakers.remove(&user);
            }
        }
    }

    /// Whether a participant may be in the call at all, however full it is.
    pub fn may_stay(&self, one: &Participant, channel: &ChannelId, now: Millis) -> bool {
        let device = self.present_device(&one.device, now);
        device.is_some_and(|device| {
            device.user == one.user
                && device
                    .ended_stay
                    .is_none_or(|ended| ended.stay != one.session)
        }) && self.may_be_in_call(&one.user, channel, now)
    }
}
