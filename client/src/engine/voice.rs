//! Voice channels: who is in them, and one's own stay. The mesh of connections is in [`crate::call`];
//! here its signals become mail, and the roster is checked against the log.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, Request};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId};
use parley_protocol::voice::{IceServers, Participant, Roster, VoiceState};

use super::Engine;
use super::requests::Asked;
use crate::call::{Call, CallConfig, CallEffect, CallSignal, PeerEvent, PeerId};
use crate::content::MailBody;
use crate::effect::Event;
use crate::sorted;

/// A relay that could not let us in is asked again after this.
const JOIN_AGAIN_AFTER: Millis = 2_000;

struct Stay {
    channel: ChannelId,
    session: CallSessionId,
    state: VoiceState,
    /// Begins with the relay's answer, which brings the ICE servers.
    call: Option<Call>,
    join_again_at: Option<Millis>,
}

/// Rosters, and one's own stay.
#[derive(Default)]
pub(super) struct Voice {
    /// As the relay tells them.
    told_by_channel: LiteMap<ChannelId, Roster>,
    /// The same without those whom the log does not name.
    rosters_by_channel: LiteMap<ChannelId, Roster>,
    stay: Option<Stay>,
    relay_only: bool,
}

impl Voice {
    pub(super) fn timeout(&self) -> Option<Millis> {
        let stay = self.stay.as_ref()?;
        stay.call
            .as_ref()
            .and_then(Call::poll_timeout)
            .into_iter()
            .chain(stay.join_again_at)
            .min()
    }
}

impl Engine {
    /// Who is in each voice channel, as far as the log knows them.
    pub fn rosters(&self) -> impl Iterator<Item = &Roster> {
        self.voice.rosters_by_channel.values()
    }

    /// The channel that this device is in or entering.
    pub fn voice_channel(&self) -> Option<ChannelId> {
        self.voice.stay.as_ref().map(|stay| stay.channel)
    }

    /// The call, once the relay let this device in.
    pub fn call(&self) -> Option<&Call> {
        self.voice.stay.as_ref()?.call.as_ref()
    }

    /// Enters a voice channel, leaving any other.
    pub fn join_voice(&mut self, channel: ChannelId, now: Millis) {
        if self.voice.stay.is_some() {
            self.end_call(now);
        }
        let session = CallSessionId::from_bytes(self.rng.bytes());
        let state = VoiceState::default();
        self.voice.stay = Some(Stay {
            channel,
            session,
            state,
            call: None,
            join_again_at: None,
        });
        self.ask_to_join();
        self.output.event(Event::Voice);
        self.output.flush();
    }

    /// Leaves the voice channel.
    pub fn leave_voice(&mut self, now: Millis) {
        if self.voice.stay.is_some() {
            self.end_call(now);
            if self.connection.is_open() {
                self.ask(Asked::LeaveVoice, Request::LeaveVoice);
            }
        }
        self.output.flush();
    }

    /// What others see of this device in its channel.
    pub fn set_voice_state(&mut self, state: VoiceState, _now: Millis) {
        if let Some(stay) = &mut self.voice.stay
            && stay.state != state
        {
            stay.state = state;
            if self.connection.is_open() {
                self.output.send(&ClientToRelay::VoiceState { state });
            }
        }
        self.output.flush();
    }

    /// Whether media goes only through TURN, so that members do not see this device's address.
    pub fn set_relay_only(&mut self, relay_only: bool, now: Millis) {
        self.voice.relay_only = relay_only;
        self.with_call(now, |call, now| call.set_relay_only(relay_only, now));
    }

    /// Something happened to a connection of the browser.
    pub fn handle_peer(&mut self, peer: PeerId, event: PeerEvent, now: Millis) {
        self.with_call(now, |call, now| call.handle_peer(peer, event, now));
    }

    /// The person asks to try a failed connection again.
    pub fn retry_peer(&mut self, device: DeviceId, now: Millis) {
        self.with_call(now, |call, now| call.retry(device, now));
    }

    fn ask_to_join(&mut self) {
        if !self.connection.is_open() {
            return;
        }
        if let Some(Stay {
            channel,
            session,
            state,
            ..
        }) = self.voice.stay
        {
            self.ask(
                Asked::JoinVoice,
                Request::JoinVoice {
                    channel,
                    session,
                    state,
                },
            );
        }
    }

    pub(super) fn resume_voice(&mut self, rosters: Vec<Roster>, now: Millis) {
        let forgotten = self.voice.stay.is_none() && seats(&rosters, self.device.id());
        let rosters = rosters.into_iter().map(|roster| (roster.channel, roster));
        self.voice.told_by_channel = sorted::map(rosters);
        self.check_rosters();
        self.with_call(now, Call::handle_relay_back);
        if forgotten {
            self.ask(Asked::LeaveVoice, Request::LeaveVoice);
        }
        self.ask_to_join();
    }

    fn check_rosters(&mut self) {
        let told = self.voice.told_by_channel.iter();
        let checked = sorted::map(
            told.map(|(channel, roster)| (*channel, known_only(&self.community, roster.clone()))),
        );
        if checked != self.voice.rosters_by_channel {
            self.voice.rosters_by_channel = checked;
            self.output.event(Event::Voice);
        }
    }

    pub(super) fn voice_relay_lost(&mut self, now: Millis) {
        self.with_call(now, Call::handle_relay_lost);
    }

    pub(super) fn handle_roster(&mut self, roster: Roster, now: Millis) {
        let channel = roster.channel;
        let checked = known_only(&self.community, roster.clone());
        if roster.participants.is_empty() {
            self.voice.told_by_channel.remove(&channel);
        } else {
            self.voice.told_by_channel.insert(channel, roster);
        }
        self.check_rosters();
        self.tell_call(&checked, now);
    }

    fn tell_call(&mut self, roster: &Roster, now: Millis) {
        let channel = roster.channel;
        if self.voice_channel() == Some(channel) {
            self.with_call(now, |call, now| call.handle_roster(roster, now));
        }
    }

    pub(super) fn handle_voice_joined(&mut self, ice: IceServers, now: Millis) {
        let (me, relay_only) = (self.device.id(), self.voice.relay_only);
        let Some(stay) = &mut self.voice.stay else {
            return;
        };
        stay.join_again_at = None;
        if stay.call.is_some() {
            return self.with_call(now, |call, now| call.handle_ice_servers(ice, now));
        }
        let Stay {
            channel, session, ..
        } = *stay;
        stay.call = Some(Call::new(
            CallConfig {
                me,
                session,
                channel,
                ice,
                relay_only,
            },
            now,
        ));
        let roster = self.voice.rosters_by_channel.get(&channel).cloned();
        self.with_call(now, |call, now| {
            if let Some(roster) = roster {
                call.handle_roster(&roster, now);
            }
        });
    }

    pub(super) fn handle_ice_servers(&mut self, ice: IceServers, now: Millis) {
        self.with_call(now, |call, now| call.handle_ice_servers(ice, now));
    }

    pub(super) fn handle_voice_refused(&mut self, error: ApiError, now: Millis) {
        match (error.code.clone(), &mut self.voice.stay) {
            (
                ErrorCode::RateLimited { .. } | ErrorCode::StorageFailed | ErrorCode::Internal,
                Some(stay),
            ) => {
                stay.join_again_at = Some(now + JOIN_AGAIN_AFTER);
            }
            (_, Some(_)) => {
                self.end_call(now);
                self.output.event(Event::VoiceRefused { error });
            }
            (_, None) => {}
        }
    }

    pub(super) fn handle_call_signal(&mut self, from: DeviceId, signal: CallSignal, now: Millis) {
        self.with_call(now, |call, now| call.handle_signal(from, signal, now));
    }

    /// The log changed: who is out of it is out of the call.
    pub(super) fn voice_log_changed(&mut self, now: Millis) {
        let before = self.voice.rosters_by_channel.clone();
        self.check_rosters();
        let own = self
            .voice_channel()
            .filter(|channel| before.get(channel) != self.voice.rosters_by_channel.get(channel))
            .and_then(|channel| self.voice.rosters_by_channel.get(&channel).cloned());
        if let Some(roster) = own {
            self.tell_call(&roster, now);
        }
        let gone: Vec<DeviceId> = self
            .call()
            .into_iter()
            .flat_map(Call::peers)
            .map(|peer| peer.id.device)
            .filter(|device| !self.may_hear(*device))
            .collect();
        for device in gone {
            self.with_call(now, |call, _| call.handle_removed(device));
        }
        let may_stay = self
            .voice_channel()
            .is_none_or(|channel| self.community.may_speak(&self.user, &channel));
        if !may_stay {
            self.leave_voice(now);
        }
    }

    /// Whether a device may be in the call that this one is in.
    fn may_hear(&self, device: DeviceId) -> bool {
        let found = self.community.active_device(&device);
        let channel = self.voice_channel();
        found
            .zip(channel)
            .is_some_and(|(found, channel)| self.community.may_speak(&found.user, &channel))
    }

    pub(super) fn voice_timeout(&mut self, now: Millis) {
        if let Some(stay) = &mut self.voice.stay
            && stay.join_again_at.is_some_and(|at| at <= now)
        {
            stay.join_again_at = None;
            self.ask_to_join();
        }
        self.with_call(now, Call::handle_timeout);
    }

    pub(super) fn end_call(&mut self, now: Millis) {
        self.with_call(now, Call::leave);
        self.voice.stay = None;
        self.output.event(Event::Voice);
    }

    /// Lets the call do something, and carries out what it wants.
    fn with_call(&mut self, now: Millis, act: impl FnOnce(&mut Call, Millis)) {
        let Some(call) = self.voice.stay.as_mut().and_then(|stay| stay.call.as_mut()) else {
            return;
        };
        act(call, now);
        let effects: Vec<CallEffect> = std::iter::from_fn(|| call.poll_effect()).collect();
        for effect in effects {
            match effect {
                CallEffect::Send { to, signal } => {
                    self.queue_mail(to, MailBody::Call { signal }, true);
                }
                CallEffect::RefreshIceServers => {
                    if self.connection.is_open() {
                        self.ask(Asked::IceServers, Request::IceServers);
                    }
                }
                CallEffect::Status(_)
                | CallEffect::PeerStatus { .. }
                | CallEffect::PeerGone { .. } => {
                    self.output.call(effect);
                    self.output.event(Event::Voice);
                }
                CallEffect::Peer { .. } | CallEffect::Ignored { .. } => self.output.call(effect),
            }
        }
        self.pump_mail(now);
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
fn seats(rosters: &[Roster], me: DeviceId) -> bool {
    rosters
        .iter()
        .flat_map(|roster| &roster.participants)
        .any(|participant| participant.device == me)
}
