//! Keys of one's own sessions that the relay has not taken yet for everybody: a crash lost the letter, a
//! mailbox was full, or the relay refused it. They stay owed, and are tried again.

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;

use super::gate::Verdict;
use crate::engine::Engine;
use crate::megolm::SessionRef;

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

    fn settled(&mut self) {
        *self = Self::default();
    }
}

impl Engine {
    /// Keys are on their way: looks later whether the relay took them all.
    pub(in crate::engine) fn look_after_shares(&mut self, now: Millis) {
        if self.keys.owed.due.is_none() {
            self.keys.owed.wait(now);
        }
    }

    pub(super) fn share_what_is_due(&mut self, now: Millis) {
        if self.keys.owed.due.is_none_or(|due| due > now) {
            return;
        }
        if !self.is_log_whole() {
            self.keys.owed.due = Some(now + LOG_WAIT);
            return;
        }
        let owed: Vec<(SessionRef, u32, Vec<DeviceId>)> = self
            .outbound
            .iter()
            .map(|(channel, own)| (own.named_in(*channel), own.first_unsent(), own.owed()))
            .collect();
        let mut left = false;
        for (session, first_unsent, devices) in owed {
            let mut settled = Vec::new();
            for device in devices {
                if self.share_once_more(session, first_unsent, device) {
                    left = true;
                } else {
                    settled.push((device, session));
                }
            }
            self.settle_shares(settled);
        }
        if left {
            self.keys.owed.wait(now);
        } else {
            self.keys.owed.settled();
        }
        self.pump_mail(now);
    }

    /// Says whether the key is still owed to the device.
    fn share_once_more(
        &mut self,
        session: SessionRef,
        first_unsent: u32,
        device: DeviceId,
    ) -> bool {
        if self.mail.is_share_on_its_way(&device, session) {
            return true;
        }
        match self.judge_letting(session, device, 0) {
            // They were readers before what is still unsent was encrypted.
            Verdict::Release { since } => {
                let key = self.key_since(session, since, Some(first_unsent));
                let found = key.is_some();
                if let Some(key) = key {
                    self.queue_share(device, session, key);
                }
                found
            }
            Verdict::Wait => true,
            Verdict::Refuse(_) => false,
        }
    }
}
