//! Voice channels: who is in them, and one's own stay. The mesh of connections is in [`crate::call`];
//! here its signals become to-device messages, and the roster is checked against the log.

mod endings;
mod rosters;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, Request};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::voice::{IceServers, Roster, VoiceState};

use super::context::Cx;
use super::output::Asked;
use crate::call::{
    Begin, Call, CallConfig, CallEffect, CallEnd, CallInput, CallMachine, CallSignal, PeerEvent,
    PeerId, PeerStatus, Rights,
};
use crate::content::ToDeviceBody;
use crate::effect::Event;
use rosters::Rosters;

/// A relay that could not let us in is asked again after this.
const JOIN_AGAIN_AFTER: Millis = 2_000;

struct Stay {
    channel: ChannelId,
    is_room: bool,
    session: CallSessionId,
    state: VoiceState,
    begin: Begin,
    /// Begins with the relay's answer, which brings the ICE servers.
    call: Option<Box<dyn CallMachine>>,
    join_again_at: Option<Millis>,
}

/// Rosters, and one's own stay.
#[derive(Default)]
pub(super) struct Voice {
    rosters: Rosters,
    stay: Option<Stay>,
    relay_only: bool,
    /// When the time of a guest in some call is over.
    guest_end: Option<Millis>,
}

impl Voice {
    pub(super) fn timeout(&self) -> Option<Millis> {
        let stay = self.stay.as_ref();
        let call = stay.and_then(|stay| stay.call.as_ref()?.poll_timeout());
        let again = stay.and_then(|stay| stay.join_again_at);
        [call, again, self.guest_end].into_iter().flatten().min()
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        if self.guest_end.is_some_and(|at| at <= cx.now) {
            // A guest is nobody from now on.
            self.handle_log_change(cx);
        }
        if let Some(stay) = &mut self.stay
            && stay.join_again_at.is_some_and(|at| at <= cx.now)
        {
            stay.join_again_at = None;
            self.ask_to_join(cx);
        }
        self.tell_call(CallInput::Timeout, cx);
    }

    pub(super) fn rosters(&self) -> impl Iterator<Item = &Roster> {
        self.rosters.known()
    }

    pub(super) fn channel(&self) -> Option<ChannelId> {
        self.stay.as_ref().map(|stay| stay.channel)
    }

    /// What this device does with sound in its call. `None`: it is in none, or the roster is not here.
    pub(super) fn rights(&self, log: &Community, me: (UserId, DeviceId)) -> Option<Rights> {
        let roster = self.rosters.get(&self.channel()?)?;
        let machine = self.machine()?;
        let connected =
            |device: &DeviceId| machine.status_of(device) == Some(PeerStatus::Connected);
        Some(Rights::of(log, me, roster, connected))
    }

    pub(super) fn call(&self) -> Option<&Call> {
        Some(self.machine()?.call())
    }

    /// The other devices in this one's call: those on its roster, and those whose connection stands although the roster does
    /// not name them, as it is when the relay was started anew and is told by one after the other.
    pub(super) fn company(&self, me: DeviceId) -> Vec<DeviceId> {
        let roster = self
            .channel()
            .and_then(|channel| self.rosters.get(&channel));
        let seated = roster.into_iter().flat_map(|it| &it.participants);
        let mut all: Vec<DeviceId> = seated.map(|it| it.device).collect();
        let connected = self.machine().map(CallMachine::devices);
        for device in connected.into_iter().flatten() {
            if !all.contains(&device) {
                all.push(device);
            }
        }
        all.retain(|device| *device != me);
        all
    }

    /// Enters a channel, or the room of a direct call with these people. Any other must have been left.
    pub(super) fn join(
        &mut self,
        channel: ChannelId,
        room_of: Option<Vec<UserId>>,
        begin: Begin,
        cx: &mut Cx<'_>,
    ) {
        let is_room = room_of.is_some();
        self.rosters
            .open_room(room_of.map(|people| (channel, people)));
        self.stay = Some(Stay {
            channel,
            is_room,
            session: CallSessionId::from_bytes(cx.rng.bytes()),
            state: VoiceState::default(),
            begin,
            call: None,
            join_again_at: None,
        });
        self.ask_to_join(cx);
        cx.output.event(Event::Voice);
    }

    /// Ends one's own stay; the others in the call hear of it. Says whether there was one.
    pub(super) fn end(&mut self, cx: &mut Cx<'_>) -> bool {
        self.tell_call(CallInput::Leave, cx);
        let was_in = self.stay.take().is_some();
        if was_in {
            self.rosters.open_room(None);
            self.rosters.check(cx);
            cx.output.event(Event::Voice);
        }
        was_in
    }

    /// Has the relay take this device off the roster.
    pub(super) fn ask_to_leave(cx: &mut Cx<'_>) {
        if cx.is_open() {
            cx.output.ask(Asked::LeaveVoice, Request::LeaveVoice);
        }
    }

    pub(super) fn set_state(&mut self, state: VoiceState, cx: &mut Cx<'_>) {
        if let Some(stay) = &mut self.stay
            && stay.state != state
        {
            stay.state = state;
            if cx.is_open() {
                cx.output.send(&ClientToRelay::VoiceState { state });
            }
        }
    }

    pub(super) fn set_relay_only(&mut self, relay_only: bool, cx: &mut Cx<'_>) {
        self.relay_only = relay_only;
        self.tell_call(CallInput::RelayOnly(relay_only), cx);
    }

    pub(super) fn handle_peer(&mut self, peer: PeerId, event: PeerEvent, cx: &mut Cx<'_>) {
        self.tell_call(CallInput::Peer { peer, event }, cx);
    }

    pub(super) fn retry_peer(&mut self, device: DeviceId, cx: &mut Cx<'_>) {
        self.tell_call(CallInput::Retry(device), cx);
    }

    fn ask_to_join(&mut self, cx: &mut Cx<'_>) {
        if !cx.is_open() {
            return;
        }
        if let Some(Stay {
            channel,
            is_room,
            session,
            state,
            ..
        }) = self.stay
        {
            let request = if is_room {
                Request::JoinRoom {
                    room: channel,
                    session,
                    state,
                }
            } else {
                Request::JoinVoice {
                    channel,
                    session,
                    state,
                }
            };
            cx.output.ask(Asked::JoinVoice, request);
        }
    }

    /// A new connection: the relay has forgotten who is in, or remembers somebody who is out.
    pub(super) fn resume(&mut self, rosters: Vec<Roster>, cx: &mut Cx<'_>) {
        let forgotten = self.stay.is_none() && rosters::seats(&rosters, cx.me.device);
        self.rosters.replace(rosters, cx);
        if self.is_elsewhere(cx) {
            self.end_because(CallEnd::TakenOver, cx);
        }
        self.guest_end = self.rosters.next_guest_end(cx.log, cx.now);
        self.tell_call(CallInput::RelayBack, cx);
        if forgotten {
            cx.output.ask(Asked::LeaveVoice, Request::LeaveVoice);
        }
        self.ask_to_join(cx);
    }

    pub(super) fn handle_relay_lost(&mut self, cx: &mut Cx<'_>) {
        self.tell_call(CallInput::RelayLost, cx);
    }

    pub(super) fn handle_network_change(&mut self, cx: &mut Cx<'_>) {
        self.tell_call(CallInput::NetworkChange, cx);
    }

    pub(super) fn is_in_call(&self) -> bool {
        self.stay.is_some()
    }

    pub(super) fn handle_roster(&mut self, roster: Roster, cx: &mut Cx<'_>) {
        let checked = self.rosters.put(roster, cx);
        self.guest_end = self.rosters.next_guest_end(cx.log, cx.now);
        self.tell_roster(&checked, cx);
        self.obey(cx);
    }

    fn tell_roster(&mut self, roster: &Roster, cx: &mut Cx<'_>) {
        if self.channel() == Some(roster.channel) {
            self.tell_call(CallInput::Roster(roster), cx);
        }
    }

    pub(super) fn handle_joined(&mut self, ice: IceServers, cx: &mut Cx<'_>) {
        let Some(stay) = &mut self.stay else {
            return;
        };
        stay.join_again_at = None;
        if stay.call.is_some() {
            return self.handle_ice_servers(ice, cx);
        }
        let Stay {
            channel, session, ..
        } = *stay;
        stay.call = Some((stay.begin)(
            CallConfig {
                me: cx.me.device,
                session,
                channel,
                ice,
                relay_only: self.relay_only,
            },
            cx.now,
        ));
        let roster = self.rosters.get(&channel).cloned();
        match roster {
            Some(roster) => self.tell_call(CallInput::Roster(&roster), cx),
            None => self.drain(cx),
        }
    }

    pub(super) fn handle_ice_servers(&mut self, ice: IceServers, cx: &mut Cx<'_>) {
        self.tell_call(CallInput::IceServers(ice), cx);
    }

    pub(super) fn handle_refused(&mut self, error: ApiError, cx: &mut Cx<'_>) {
        match (error.code.clone(), &mut self.stay) {
            (
                ErrorCode::RateLimited { .. } | ErrorCode::StorageFailed | ErrorCode::Internal,
                Some(stay),
            ) => {
                stay.join_again_at = Some(cx.now + JOIN_AGAIN_AFTER);
            }
            (_, Some(_)) => {
                self.end(cx);
                cx.output.event(Event::VoiceRefused { error });
            }
            (_, None) => {}
        }
    }

    pub(super) fn handle_signal(&mut self, from: DeviceId, signal: CallSignal, cx: &mut Cx<'_>) {
        self.tell_call(CallInput::Signal { from, signal }, cx);
    }

    /// The log changed: who is out of it is out of the call, and so is this device if the log says so.
    pub(super) fn handle_log_change(&mut self, cx: &mut Cx<'_>) {
        let before = self.rosters.clone_of(self.channel());
        self.rosters.check(cx);
        self.guest_end = self.rosters.next_guest_end(cx.log, cx.now);
        let now_known = self.rosters.clone_of(self.channel());
        if let Some(roster) = now_known.filter(|roster| before.as_ref() != Some(roster)) {
            self.tell_roster(&roster, cx);
        }
        let gone: Vec<DeviceId> = self
            .machine()
            .map(CallMachine::devices)
            .unwrap_or_default()
            .into_iter()
            .filter(|device| !self.may_be_with(*device, cx))
            .collect();
        for device in gone {
            self.tell_call(CallInput::Removed(device), cx);
        }
        self.obey(cx);
    }

    /// Who is where this device is. `None`: it is nowhere, or the relay is away.
    pub(super) fn own_roster(&self, cx: &Cx<'_>) -> Option<&Roster> {
        let channel = self.channel().filter(|_| cx.is_open())?;
        self.rosters.get(&channel)
    }

    /// Whether a device may be in the call that this one is in.
    fn may_be_with(&self, device: DeviceId, cx: &Cx<'_>) -> bool {
        let Some((found, channel)) = cx.log.present_device(&device, cx.now).zip(self.channel())
        else {
            return false;
        };
        let stay = self.machine().and_then(|machine| machine.stay_of(&device));
        let is_room = self.stay.as_ref().is_some_and(|stay| stay.is_room);
        let is_ended = found
            .ended_stay
            .is_some_and(|ended| Some(ended.stay) == stay && !is_room);
        self.rosters.lets_in(cx.log, &found.user, &channel, cx.now) && !is_ended
    }

    /// Hands something to the call, and carries out what it wants.
    fn tell_call(&mut self, input: CallInput<'_>, cx: &mut Cx<'_>) {
        if let Some(call) = self.machine_mut() {
            call.handle(input, cx.now);
            self.drain(cx);
        }
    }

    fn drain(&mut self, cx: &mut Cx<'_>) {
        let mut is_taken_over = false;
        while let Some(effect) = self.machine_mut().and_then(CallMachine::poll_effect) {
            is_taken_over |= matches!(effect, CallEffect::TakenOver);
            carry_out(effect, cx);
        }
        if is_taken_over {
            self.end_because(CallEnd::TakenOver, cx);
        }
    }

    fn machine(&self) -> Option<&dyn CallMachine> {
        self.stay.as_ref()?.call.as_deref()
    }

    fn machine_mut(&mut self) -> Option<&mut (dyn CallMachine + 'static)> {
        self.stay.as_mut()?.call.as_deref_mut()
    }
}

fn carry_out(effect: CallEffect, cx: &mut Cx<'_>) {
    match effect {
        CallEffect::Send { to, signal } => {
            cx.output.send_transient(to, ToDeviceBody::Call { signal });
        }
        CallEffect::RefreshIceServers => {
            if cx.is_open() {
                cx.output.ask(Asked::IceServers, Request::IceServers);
            }
        }
        CallEffect::Status(_) | CallEffect::PeerStatus { .. } | CallEffect::PeerGone { .. } => {
            cx.output.call(effect);
            cx.output.event(Event::Voice);
        }
        CallEffect::Peer { .. } | CallEffect::Ignored { .. } => cx.output.call(effect),
        CallEffect::TakenOver => {}
    }
}
