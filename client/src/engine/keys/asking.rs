//! Whom to ask for a key: its author, one's own devices, then a few others who are likely to be there. One
//! letter asks for many keys.

use std::collections::BTreeSet;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::pace::Pace;
use crate::content::MailBody;
use crate::engine::Engine;
use crate::megolm::SessionRef;

/// Keys that one letter asks for. A receiver looks at no more.
pub(super) const SESSIONS_PER_REQUEST: usize = 50;
/// Readers asked at each try, beside the author.
const HELPERS_PER_TRY: usize = 2;
/// While many keys are asked for in vain, readers of a channel to whom a round writes.
const HELPERS_PER_ROUND: usize = 2;
/// Tries after which a key that is from before this member's time is not asked for any more.
const SETTLED_AFTER: usize = 6;
/// Who was heard of within this is likely to answer.
const HEARD_WITHIN: Millis = 600_000;
/// Devices of which it is remembered when they were heard of.
const HEARD_OF: usize = 5_000;
/// Letters that ask, at once, and the time in which one more is added: whatever others announce, asking
/// costs no more than this.
const REQUESTS_AT_ONCE: u32 = 60;
const ONE_MORE_REQUEST_IN: Millis = 60_000;

/// What asking may cost still.
pub(super) struct Requests(Pace);

impl Default for Requests {
    fn default() -> Self {
        Self(Pace::full(REQUESTS_AT_ONCE, 0))
    }
}

impl Requests {
    fn take(&mut self, now: Millis) -> bool {
        self.0.take(REQUESTS_AT_ONCE, ONE_MORE_REQUEST_IN, now)
    }
}

/// Letters to be sent, one a device unless it would be too long.
#[derive(Default)]
struct Letters(Vec<(DeviceId, Vec<SessionRef>)>);

impl Letters {
    fn has(&self, device: &DeviceId) -> bool {
        let mut letters = self.0.iter();
        letters.any(|(to, sessions)| to == device && sessions.len() < SESSIONS_PER_REQUEST)
    }

    /// Puts a question into a letter, a new one if `may_begin` allows it.
    fn add(
        &mut self,
        device: DeviceId,
        session: SessionRef,
        may_begin: impl FnOnce() -> bool,
    ) -> bool {
        let letter = self
            .0
            .iter_mut()
            .find(|(to, sessions)| *to == device && sessions.len() < SESSIONS_PER_REQUEST);
        if let Some((_, sessions)) = letter {
            sessions.push(session);
            return true;
        }
        let begins = may_begin();
        if begins {
            self.0.push((device, vec![session]));
        }
        begins
    }
}

impl Engine {
    /// A device was heard of: by mail, by what it wrote, or because its user is said to be here.
    pub(in crate::engine) fn hear_of(&mut self, device: DeviceId, now: Millis) {
        let Self {
            keys, community, ..
        } = self;
        let Some(user) = community.active_device(&device).map(|found| found.user) else {
            return;
        };
        let before = keys.heard_at.insert(device, now);
        if keys.heard_at.len() > HEARD_OF {
            keys.heard_at.retain(|_, at| now < *at + HEARD_WITHIN);
        }
        if before.is_none_or(|at| now >= at + HEARD_WITHIN) {
            keys.wants.wake(device, now, |session| {
                community.may_read(&user, &session.channel)
            });
        }
    }

    /// Somebody wrote, by the relay's clock: news only if it was just now.
    pub(in crate::engine) fn hear_of_writing(&mut self, device: DeviceId, at: Millis, now: Millis) {
        if now < at.saturating_add(HEARD_WITHIN) {
            self.hear_of(device, now);
        }
    }

    /// The relay says who is here.
    pub(in crate::engine) fn hear_of_arrivals(
        &mut self,
        before: Option<&BTreeSet<UserId>>,
        now: Millis,
    ) {
        let arrived = |user: &&UserId| before.is_none_or(|before| !before.contains(user));
        let online = self.online().into_iter().flatten();
        let devices: Vec<DeviceId> = online
            .filter(arrived)
            .flat_map(|user| self.community.devices_of(user))
            .map(|(device, _)| device)
            .collect();
        for device in devices {
            self.hear_of(device, now);
        }
    }

    pub(super) fn ask_for_keys(&mut self, now: Millis) {
        let mut letters = Letters::default();
        let busy = self.keys.wants.is_busy();
        let mut begun = 0;
        let mut helpers: Option<(ChannelId, Vec<DeviceId>)> = None;
        for session in self.keys.wants.due(now) {
            if self.is_settled(session) {
                self.keys.wants.remove(session);
                continue;
            }
            let of_channel = match helpers.take() {
                Some((channel, devices)) if channel == session.channel => devices,
                Some(_) | None => {
                    begun = 0;
                    self.helpers(session.channel, now)
                }
            };
            let room = if busy {
                HELPERS_PER_ROUND.saturating_sub(begun)
            } else {
                HELPERS_PER_TRY
            };
            let (devices, more) = self.devices_to_ask(session, &of_channel, &letters, room, now);
            helpers = Some((session.channel, of_channel));
            let mut done = devices.is_empty() && !more;
            for device in devices {
                let is_new = !letters.has(&device);
                let requests = &mut self.keys.requests;
                if letters.add(device, session, || requests.take(now)) {
                    begun += usize::from(is_new && device != session.device);
                    self.keys.wants.note_asked(session, device, now);
                    done = true;
                }
            }
            if done {
                self.keys.wants.end_try(session, busy, now);
            } else {
                self.keys.wants.postpone(session, busy, now);
            }
        }
        let head = self.community.head().seq;
        for (device, sessions) in letters.0 {
            self.queue_mail(device, MailBody::KeyRequest { sessions, head }, true);
        }
        self.pump_mail(now);
    }

    /// Where newcomers do not see the past, everybody who could know was asked by now.
    fn is_settled(&self, session: SessionRef) -> bool {
        let limited = self.community.reads_since(&self.user, &session.channel) != Some(1);
        let answered = self.inbound.has_key(session) || self.keys.is_refused(session);
        limited && answered && self.keys.wants.tries(session) >= SETTLED_AFTER
    }

    /// The author, if asking may help, and the first helpers of whom that is true: those who get a letter anyway,
    /// and as many more as there is `room` for. Says also whether there are more for another time.
    fn devices_to_ask(
        &self,
        session: SessionRef,
        helpers: &[DeviceId],
        letters: &Letters,
        room: usize,
        now: Millis,
    ) -> (Vec<DeviceId>, bool) {
        let may_ask = |device: &DeviceId, first: bool| {
            let heard_at = self.keys.heard_at.get(device).copied();
            let wants = &self.keys.wants;
            wants.may_ask(session, *device, first, heard_at, now)
        };
        let author = session.device;
        let author_user = self.community.active_device(&author).map(|it| it.user);
        let author_reads = author != self.device.id()
            && author_user.is_some_and(|user| self.community.may_read(&user, &session.channel));
        let mut devices = Vec::new();
        if author_reads && may_ask(&author, true) {
            devices.push(author);
        }
        // An author who is likely to be there is asked alone at first.
        let alone = !devices.is_empty() && self.is_likely_here(&author, now);
        if alone && self.keys.wants.tries(session) == 0 {
            return (devices, false);
        }
        let others = helpers
            .iter()
            .filter(|device| **device != author && may_ask(device, false));
        let begun = others.clone().filter(|device| letters.has(device));
        let further = others.filter(|device| !letters.has(device));
        let more = further.clone().nth(room).is_some();
        let chosen = begun.chain(further.take(room));
        devices.extend(chosen.take(HELPERS_PER_TRY));
        (devices, more)
    }

    /// A channel's other readers: one's own devices, those who are likely to be there, and, while it is not
    /// known who is, the rest; each in an order of chance.
    fn helpers(&mut self, channel: ChannelId, now: Millis) -> Vec<DeviceId> {
        let me = self.device.id();
        let (mut own, mut lively, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for (id, device) in self.community.reader_devices(&channel) {
            let devices = if device.user == self.user {
                &mut own
            } else if self.is_likely_here(&id, now) {
                &mut lively
            } else {
                &mut rest
            };
            if id != me {
                devices.push(id);
            }
        }
        for devices in [&mut own, &mut lively, &mut rest] {
            let count = devices.len();
            let start = usize::try_from(self.rng.below(count as u64)).unwrap_or(0);
            devices.rotate_left(start.min(count));
        }
        own.extend(lively);
        if self.online().is_none() {
            own.extend(rest);
        }
        own
    }

    fn is_likely_here(&self, device: &DeviceId, now: Millis) -> bool {
        let heard_at = self.keys.heard_at.get(device);
        let user = self.community.devices().get(device).map(|it| it.user);
        let online = self.online().zip(user);
        heard_at.is_some_and(|at| now < at.saturating_add(HEARD_WITHIN))
            || online.is_some_and(|(online, user)| online.contains(&user))
    }
}
