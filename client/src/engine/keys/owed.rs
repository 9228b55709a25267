//! Keys of one's own sessions that the relay has not taken yet for everybody: a crash lost the message, a
//! mailbox was full, or the relay refused it. They stay owed, and are tried again.

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;

use super::{KeyExchange, Lent};
use crate::engine::channel::{OwedShares, Verdict};
use crate::engine::context::Cx;
use crate::engine::wish::{Share, Wish};

/// Waits between tries, the last one for ever.
const AGAIN_AFTER: [Millis; 5] = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
/// While the log is known to lag, nothing is shared.
const LOG_WAIT: Millis = 5_000;

/// When what is owed is tried again.
#[derive(Default)]
pub(super) struct Owed {
    due: Option<Millis>,
    tries: usize,
}

impl Owed {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.due
    }

    pub(super) fn resume(&mut self, now: Millis) {
        self.due = Some(now);
    }

    fn wait(&mut self, now: Millis) {
        let wait = AGAIN_AFTER.get(self.tries).or(AGAIN_AFTER.last()).copied();
        self.due = wait.map(|wait| now + wait);
        self.tries += 1;
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl KeyExchange {
    /// Keys are on their way: looks later whether the relay took them all.
    pub(in crate::engine) fn look_after_shares(&mut self, now: Millis) {
        if self.owed.due.is_none() {
            self.owed.wait(now);
        }
    }

    pub(super) fn share_what_is_due(&mut self, lent: &mut Lent<'_>, cx: &mut Cx<'_>) {
        if self.owed.due.is_none_or(|due| due > cx.now) {
            return;
        }
        if !cx.is_log_whole() {
            self.owed.due = Some(cx.now + LOG_WAIT);
            return;
        }
        let (mut remains, mut shares) = (false, Vec::new());
        for owed in lent.ring.owed() {
            let mut no_more = Vec::new();
            for device in &owed.devices {
                match share_once_more(&owed, *device, lent, cx) {
                    StillOwed::Sent(share) => shares.push(share),
                    StillOwed::Waits => {}
                    StillOwed::No => {
                        no_more.push((*device, owed.session));
                        continue;
                    }
                }
                remains = true;
            }
            lent.ring.end_shares(&no_more, cx);
        }
        if remains {
            self.owed.wait(cx.now);
        } else {
            self.owed.clear();
        }
        if !shares.is_empty() {
            cx.output.wish(Wish::Share(shares));
        }
    }
}

/// Whether a key is still owed to a device.
enum StillOwed {
    /// It is, and goes out again.
    Sent(Share),
    /// It is, and waits.
    Waits,
    No,
}

fn share_once_more(owed: &OwedShares, to: DeviceId, lent: &mut Lent<'_>, cx: &Cx<'_>) -> StillOwed {
    let session = owed.session;
    if lent.to_device.is_share_on_its_way(&to, session) {
        return StillOwed::Waits;
    }
    match lent.ring.judge_letting(session, to, 0, cx) {
        // They were readers before what is still unsent was encrypted.
        Verdict::Release { since } => {
            let known = Some(owed.first_unsent);
            match lent.ring.key_since(session, since, known) {
                Some(handed) => StillOwed::Sent(Share {
                    to,
                    session,
                    handed,
                }),
                None => StillOwed::No,
            }
        }
        Verdict::Wait => StillOwed::Waits,
        Verdict::Refuse(_) => StillOwed::No,
    }
}
