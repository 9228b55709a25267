//! Presence. Never stored, sent only to clients that show it, and rate-limited twice: what one device says counts
//! at most every few seconds, and everybody is told at most once a second, whatever devices say.

use std::collections::{BTreeMap, HashMap};

use parley_protocol::Millis;
use parley_protocol::frame::{PresenceState, RelayToClient};
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::limits::MAX_PRESENCE_USERS;

use super::{Connection, ConnectionId, Core};
use crate::outgoing::{Frame, StateKey};

/// Presence is sent at most this often (ms). Shorter makes a morning's arrivals expensive: the list is complete
/// each time.
const PRESENCE_INTERVAL: Millis = 1000;
/// What one device says counts at most this often (ms); the last word of that time counts then. Shorter gives
/// somebody who says something else all the time more of everybody's bandwidth.
const STATE_INTERVAL: Millis = 3000;

#[derive(Debug, Default)]
pub(super) struct Presence {
    devices_by_user: HashMap<UserId, Devices>,
    /// What connections said too early, and when it counts. At most one for each.
    pub(super) early: BTreeMap<ConnectionId, (Millis, PresenceState)>,
    /// The first time at which something of it counts.
    pub(super) early_due: Option<Millis>,
    pub(super) sent_at: Millis,
    pub(super) due: Option<Millis>,
    /// Serialised once for all receivers until the next change.
    frame: Option<Frame>,
    /// What all who want it have. `None`: some have something else.
    sent: Option<Frame>,
}

/// How many devices of a member say what.
#[derive(Debug, Default)]
struct Devices {
    online: u32,
    away: u32,
    do_not_disturb: u32,
    hidden: u32,
}

impl Devices {
    fn saying(&mut self, state: PresenceState) -> &mut u32 {
        match state {
            PresenceState::Online => &mut self.online,
            PresenceState::Away => &mut self.away,
            PresenceState::DoNotDisturb => &mut self.do_not_disturb,
            PresenceState::Hidden => &mut self.hidden,
        }
    }

    /// What others see of the member. One device is enough to hide: another may not have heard of it yet.
    fn shown(&self) -> PresenceState {
        if self.hidden > 0 {
            PresenceState::Hidden
        } else if self.do_not_disturb > 0 {
            PresenceState::DoNotDisturb
        } else if self.online > 0 {
            PresenceState::Online
        } else {
            PresenceState::Away
        }
    }

    fn is_none(&self) -> bool {
        self.online == 0 && self.away == 0 && self.do_not_disturb == 0 && self.hidden == 0
    }
}

impl Presence {
    /// A device of a member says this now instead of that. `None`: it is not connected.
    pub(super) fn turn(
        &mut self,
        user: UserId,
        before: Option<PresenceState>,
        after: Option<PresenceState>,
        now: Millis,
    ) {
        let shown =
            |devices: Option<&Devices>| devices.map_or(PresenceState::Hidden, Devices::shown);
        let shown_before = shown(self.devices_by_user.get(&user));
        let devices = self.devices_by_user.entry(user).or_default();
        if let Some(before) = before {
            let count = devices.saying(before);
            *count = count.saturating_sub(1);
        }
        if let Some(after) = after {
            let count = devices.saying(after);
            *count = count.saturating_add(1);
        }
        if devices.is_none() {
            self.devices_by_user.remove(&user);
        }
        if shown(self.devices_by_user.get(&user)) != shown_before {
            self.frame = None;
            let next = self.sent_at.saturating_add(PRESENCE_INTERVAL).max(now);
            self.due.get_or_insert(next);
        }
    }

    /// A connection is gone.
    pub(super) fn leave(
        &mut self,
        connection: ConnectionId,
        user: UserId,
        state: PresenceState,
        now: Millis,
    ) {
        self.early.remove(&connection);
        self.turn(user, Some(state), None, now);
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        [self.due, self.early_due].into_iter().flatten().min()
    }

    /// What counts by now of what was said too early.
    fn take_early(&mut self, now: Millis) -> Vec<(ConnectionId, PresenceState)> {
        if self.early_due.is_none_or(|due| due > now) {
            return Vec::new();
        }
        let due = self.early.extract_if(.., |_, (at, _)| *at <= now);
        let due = due.map(|(id, (_, state))| (id, state)).collect();
        self.early_due = self.early.values().map(|(at, _)| *at).min();
        due
    }

    fn frame(&mut self) -> Frame {
        if let Some(frame) = &self.frame {
            return frame.clone();
        }
        let mut shown: Vec<(UserId, PresenceState)> = self
            .devices_by_user
            .iter()
            .map(|(user, devices)| (*user, devices.shown()))
            .filter(|(_, state)| *state != PresenceState::Hidden)
            .collect();
        shown.sort_unstable();
        shown.truncate(MAX_PRESENCE_USERS);
        let who = |wanted| {
            let users = shown.iter().filter(|(_, state)| *state == wanted);
            users.map(|(user, _)| *user).collect()
        };
        let frame = Frame::new(&RelayToClient::Presence {
            online: who(PresenceState::Online),
            away: who(PresenceState::Away),
            do_not_disturb: who(PresenceState::DoNotDisturb),
        });
        self.frame = Some(frame.clone());
        frame
    }

    /// What goes to one who wants it from now on.
    fn first_frame(&mut self) -> Frame {
        let frame = self.frame();
        if self.sent.as_ref() != Some(&frame) {
            self.sent = None;
        }
        frame
    }

    /// What goes to all who want it, if it is time and there are news.
    fn due_frame(&mut self, now: Millis) -> Option<Frame> {
        self.due.take_if(|due| *due <= now)?;
        let frame = self.frame();
        if self.sent.as_ref() == Some(&frame) {
            return None;
        }
        self.sent_at = now;
        self.sent = Some(frame.clone());
        Some(frame)
    }
}

impl Core {
    pub(super) fn watch(
        &mut self,
        connection: ConnectionId,
        channel: Option<ChannelId>,
        presence: bool,
    ) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        found.watches = channel;
        let wanted_before = std::mem::replace(&mut found.wants_presence, presence);
        if presence && !wanted_before {
            let frame = self.presence.first_frame();
            self.send_state(connection, StateKey::Presence, frame);
        }
    }

    /// A device says how its member is here.
    pub(super) fn state_presence(
        &mut self,
        connection: ConnectionId,
        state: PresenceState,
        now: Millis,
    ) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        let counts_at = found.stated_at.saturating_add(STATE_INTERVAL);
        if now < counts_at {
            self.presence.early.insert(connection, (counts_at, state));
            let due = self.presence.early_due.get_or_insert(counts_at);
            *due = counts_at.min(*due);
            return;
        }
        self.presence.early.remove(&connection);
        let before = std::mem::replace(&mut found.presence, state);
        if before != state {
            found.stated_at = now;
            let user = found.user;
            self.presence.turn(user, Some(before), Some(state), now);
        }
    }

    pub(super) fn presence_timeout(&mut self, now: Millis) {
        for (connection, state) in self.presence.take_early(now) {
            self.state_presence(connection, state, now);
        }
        let wants = |connection: &&Connection| connection.wants_presence;
        if !self
            .connections
            .values()
            .any(|connection| wants(&connection))
        {
            // Who wants it later gets what is then.
            self.presence.due.take_if(|due| *due <= now);
            self.presence.sent = None;
            return;
        }
        let Some(frame) = self.presence.due_frame(now) else {
            return;
        };
        for connection in self.connections.values().filter(wants) {
            connection.send_state(StateKey::Presence, frame.clone(), &self.out);
        }
    }
}
