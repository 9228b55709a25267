//! Whom to ask for a key: its author, one's own devices, then a few others who are likely to be there. One
//! message asks for many keys.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId};

use super::pace::Pace;
use super::{KeyExchange, Lent};
use crate::content::ToDeviceBody;
use crate::engine::context::Cx;
use crate::megolm::SessionRef;

/// Keys that one message asks for. A receiver looks at no more.
pub(super) const SESSIONS_PER_REQUEST: usize = 50;
/// Readers asked at each try, beside the author.
const HELPERS_PER_TRY: usize = 2;
/// While many keys are asked for in vain, readers of a channel to whom a round writes.
const HELPERS_PER_ROUND: usize = 2;
/// Tries after which a key that is from before this member's time is not asked for any more.
const TRIES_OF_REFUSED: usize = 6;
/// Messages that ask, at once, and the time in which one more is added: whatever others announce, asking
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

/// Messages that ask, one a device unless it would be too long.
#[derive(Default)]
struct Questions(Vec<(DeviceId, Vec<SessionRef>)>);

impl Questions {
    fn has(&self, device: &DeviceId) -> bool {
        let mut questions = self.0.iter();
        questions.any(|(to, sessions)| to == device && sessions.len() < SESSIONS_PER_REQUEST)
    }

    /// Puts a session into a message, a new one if `may_begin` allows it.
    fn add(
        &mut self,
        device: DeviceId,
        session: SessionRef,
        may_begin: impl FnOnce() -> bool,
    ) -> bool {
        let begun = self
            .0
            .iter_mut()
            .find(|(to, sessions)| *to == device && sessions.len() < SESSIONS_PER_REQUEST);
        if let Some((_, sessions)) = begun {
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

impl KeyExchange {
    pub(super) fn ask_for_keys(&mut self, lent: &Lent<'_>, cx: &mut Cx<'_>) {
        let mut questions = Questions::default();
        let busy = self.wants.is_busy();
        let mut begun = 0;
        let mut helpers: Option<(ChannelId, Vec<DeviceId>)> = None;
        for session in self.wants.due(cx.now) {
            if self.is_hopeless(session, lent, cx) {
                self.wants.remove(session);
                continue;
            }
            let of_channel = match helpers.take() {
                Some((channel, devices)) if channel == session.channel => devices,
                Some(_) | None => {
                    begun = 0;
                    self.helpers(session.channel, lent, cx)
                }
            };
            let room = if busy {
                HELPERS_PER_ROUND.saturating_sub(begun)
            } else {
                HELPERS_PER_TRY
            };
            let (devices, more) =
                self.devices_to_ask(session, &of_channel, &questions, room, lent, cx);
            helpers = Some((session.channel, of_channel));
            let mut done = devices.is_empty() && !more;
            for device in devices {
                let is_new = !questions.has(&device);
                let requests = &mut self.requests;
                if questions.add(device, session, || requests.take(cx.now)) {
                    begun += usize::from(is_new && device != session.device);
                    self.wants.note_asked(session, device, cx.now);
                    done = true;
                }
            }
            if done {
                self.wants.end_try(session, busy, cx.now);
            } else {
                self.wants.postpone(session, busy, cx.now);
            }
        }
        let head = cx.log.head().seq;
        for (device, sessions) in questions.0 {
            cx.output
                .send_transient(device, ToDeviceBody::KeyRequest { sessions, head });
        }
    }

    /// Where newcomers do not see the past, everybody who could know was asked by now.
    fn is_hopeless(&self, session: SessionRef, lent: &Lent<'_>, cx: &Cx<'_>) -> bool {
        let limited = cx.log.reads_since(&cx.me.user, &session.channel) != Some(1);
        let answered = lent.ring.has_key(session) || lent.ring.is_refused(session);
        limited && answered && self.wants.tries(session) >= TRIES_OF_REFUSED
    }

    /// The author, if asking may help, and the first helpers of whom that is true: those who get a message anyway,
    /// and as many more as there is `room` for. Says also whether there are more for another time.
    fn devices_to_ask(
        &self,
        session: SessionRef,
        helpers: &[DeviceId],
        questions: &Questions,
        room: usize,
        lent: &Lent<'_>,
        cx: &Cx<'_>,
    ) -> (Vec<DeviceId>, bool) {
        let may_ask = |device: &DeviceId, first: bool| {
            let heard_at = self.heard.at(device);
            let wants = &self.wants;
            wants.may_ask(session, *device, first, heard_at, cx.now)
        };
        let author = session.device;
        let author_user = cx.log.active_device(&author).map(|it| it.user);
        let author_reads = author != cx.me.device
            && author_user.is_some_and(|user| cx.log.may_read(&user, &session.channel));
        let mut devices = Vec::new();
        if author_reads && may_ask(&author, true) {
            devices.push(author);
        }
        // An author who is likely to be there is asked alone at first.
        let alone = !devices.is_empty() && self.is_likely_here(&author, lent, cx);
        if alone && self.wants.tries(session) == 0 {
            return (devices, false);
        }
        // The author's other devices first: what one of them wrote is in the vault of all.
        let user_of = |device: &DeviceId| cx.log.devices().get(device).map(|it| it.user);
        let is_sibling = |device: &&DeviceId| user_of(device) == user_of(&author);
        let siblings = helpers.iter().filter(is_sibling);
        let others = siblings
            .chain(helpers.iter().filter(|device| !is_sibling(device)))
            .filter(|device| **device != author && may_ask(device, false));
        let begun = others.clone().filter(|device| questions.has(device));
        let further = others.filter(|device| !questions.has(device));
        let more = further.clone().nth(room).is_some();
        let chosen = begun.chain(further.take(room));
        devices.extend(chosen.take(HELPERS_PER_TRY));
        (devices, more)
    }

    /// A channel's other readers: one's own devices, those who are likely to be there, and, while it is not
    /// known who is, the rest; each in an order of chance.
    fn helpers(&self, channel: ChannelId, lent: &Lent<'_>, cx: &mut Cx<'_>) -> Vec<DeviceId> {
        let me = cx.me.device;
        let (mut own, mut lively, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for (id, device) in cx.log.reader_devices(&channel) {
            let devices = if device.user == cx.me.user {
                &mut own
            } else if self.is_likely_here(&id, lent, cx) {
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
            let start = usize::try_from(cx.rng.below(count as u64)).unwrap_or(0);
            devices.rotate_left(start.min(count));
        }
        own.extend(lively);
        if lent.online.is_none() {
            own.extend(rest);
        }
        own
    }

    fn is_likely_here(&self, device: &DeviceId, lent: &Lent<'_>, cx: &Cx<'_>) -> bool {
        self.heard
            .is_likely_here(device, lent.online, cx.log, cx.now)
    }
}
