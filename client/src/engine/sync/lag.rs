//! Signs that the log here is not the log of the others: the relay told of entries that it does not send, or a
//! member's device names a head that is not here. Kept over connections and restarts, so that cutting the
//! connection silences nothing. Pure: no alert is raised and nothing is held back here.

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::DeviceId;
use serde::{Deserialize, Serialize};

/// The relay sends the log before all that rests on it: an entry that others know is here sooner than this,
/// counted over all connections.
const LOG_MAY_LAG: Millis = 30_000;
/// A log that does not come up to what the relay told within this, in all, is kept back.
const LOG_COMES_WITHIN: Millis = 60_000;
/// Each connection counts as at least this long: a relay that cuts at once is not outside of time.
const CONNECTION_COUNTS: Millis = 2_000;
/// While something waits, time is kept at least this often, so that a restart loses no more.
const KEEP_EVERY: Millis = 10_000;
/// Heads of one device that are compared when the log gets there.
const CLAIMS_OF_DEVICE: usize = 8;
/// And of all devices.
const CLAIMS: usize = 1_000;
/// Devices whose word was set aside by the person.
const OVERRULED: usize = 1_000;

/// A head that a device named and that is not in this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Claim {
    device: DeviceId,
    head: Head,
    waited: Millis,
    alerted: bool,
    /// The log has got there and has another hash.
    fork: bool,
    /// Its waiting begins with the next look at the clock.
    #[serde(skip)]
    fresh: bool,
}

/// What the relay told of and did not send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    head: Head,
    waited: Millis,
    alerted: bool,
}

/// What speaks against the log that is here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LogLag {
    told: Option<Told>,
    /// The relay itself showed two logs.
    relay_fork: bool,
    claims: Vec<Claim>,
    overruled: Vec<DeviceId>,
    /// Up to when waiting is counted, while connected.
    #[serde(skip)]
    counted_until: Option<Millis>,
}

/// What a look at the clock or the log brought to light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// The relay does not send what it told of.
    Withheld { seq: u64 },
    /// Entries that a device names do not come.
    Behind { device: DeviceId, seq: u64 },
    /// A device names another log.
    Fork { device: DeviceId, seq: u64 },
    /// The relay told of another log than it sent.
    RelayFork { seq: u64 },
}

impl LogLag {
    /// A connection begins, whose welcome names `head`; `own` is the head here.
    pub(super) fn open(&mut self, head: Head, own: Head, now: Millis) {
        self.counted_until = Some(now);
        self.wait(CONNECTION_COUNTS);
        // A relay that takes back what it told has been warned of; no lie outlasts the relay that told it.
        self.told.take_if(|told| told.head.seq > head.seq);
        if head.seq > own.seq && self.told.is_none_or(|told| told.head.seq < head.seq) {
            self.told = Some(Told {
                head,
                waited: 0,
                alerted: false,
            });
        }
    }

    pub(super) fn close(&mut self, now: Millis) {
        self.count(now);
        self.counted_until = None;
    }

    /// The furthest entry of which the relay told and which is not here.
    pub(super) fn told_seq(&self) -> Option<u64> {
        self.told.map(|told| told.head.seq)
    }

    pub(super) fn note_relay_fork(&mut self) {
        self.relay_fork = true;
    }

    /// A device names a head that is not here (yet).
    pub(super) fn note_ahead(&mut self, device: DeviceId, head: Head) -> bool {
        self.note(device, head, false)
    }

    /// A device names a head where this log has another.
    pub(super) fn note_fork(&mut self, device: DeviceId, head: Head) -> bool {
        self.note(device, head, true)
    }

    fn note(&mut self, device: DeviceId, head: Head, fork: bool) -> bool {
        let known = |claim: &Claim| claim.device == device && claim.head == head;
        let of_device = self.claims.iter().filter(|it| it.device == device).count();
        if self.claims.iter().any(known)
            || of_device >= CLAIMS_OF_DEVICE
            || self.claims.len() >= CLAIMS
        {
            return false;
        }
        self.claims.push(Claim {
            device,
            head,
            waited: 0,
            alerted: fork,
            fork,
            fresh: true,
        });
        true
    }

    /// The log has grown or was looked at again: `hash_matches` says of a head whether it is here (`None`: not
    /// yet). Devices that are out of the log say nothing any more.
    pub(super) fn compare(
        &mut self,
        hash_matches: impl Fn(Head) -> Option<bool>,
        is_active: impl Fn(DeviceId) -> bool,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(told) = &mut self.told {
            told.waited = 0;
            match hash_matches(told.head) {
                None => {}
                Some(true) => self.told = None,
                Some(false) => {
                    let seq = told.head.seq;
                    findings.push(Finding::RelayFork { seq });
                    self.relay_fork = true;
                    self.told = None;
                }
            }
        }
        self.claims.retain_mut(|claim| {
            match hash_matches(claim.head) {
                Some(true) => return false,
                Some(false) if !claim.fork => {
                    claim.fork = true;
                    claim.alerted = true;
                    findings.push(Finding::Fork {
                        device: claim.device,
                        seq: claim.head.seq,
                    });
                }
                Some(false) | None => {}
            }
            is_active(claim.device)
        });
        findings
    }

    /// Whether anything waits for a look at the clock, and until when.
    pub(super) fn timeout(&self) -> Option<Millis> {
        let counted = self.counted_until?;
        let claims = self.claims.iter().filter(|claim| !claim.alerted);
        if claims.clone().any(|claim| claim.fresh) {
            return Some(counted);
        }
        let left = claims.map(|claim| LOG_MAY_LAG.saturating_sub(claim.waited));
        let told = self
            .told
            .map(|told| LOG_COMES_WITHIN.saturating_sub(told.waited));
        let next = left.chain(told).min()?;
        Some(counted.saturating_add(next.clamp(1, KEEP_EVERY)))
    }

    /// Counts the time until `now` and says what has waited too long.
    pub(super) fn count(&mut self, now: Millis) -> Vec<Finding> {
        let Some(counted) = self.counted_until else {
            return Vec::new();
        };
        self.counted_until = Some(now);
        self.wait(now.saturating_sub(counted));
        let mut findings = Vec::new();
        if let Some(told) = &mut self.told
            && told.waited >= LOG_COMES_WITHIN
        {
            told.alerted = true;
            told.waited = 0;
            findings.push(Finding::Withheld { seq: told.head.seq });
        }
        for claim in &mut self.claims {
            if claim.waited >= LOG_MAY_LAG && !std::mem::replace(&mut claim.alerted, true) {
                findings.push(Finding::Behind {
                    device: claim.device,
                    seq: claim.head.seq,
                });
            }
        }
        findings
    }

    fn wait(&mut self, more: Millis) {
        if let Some(told) = &mut self.told {
            told.waited = told.waited.saturating_add(more);
        }
        for claim in &mut self.claims {
            if !std::mem::take(&mut claim.fresh) {
                claim.waited = claim.waited.saturating_add(more);
            }
        }
    }

    /// Whether anything waits, so that time has to be kept.
    pub(super) fn is_waiting(&self) -> bool {
        self.told.is_some() || self.claims.iter().any(|claim| !claim.alerted)
    }

    /// Whether something says that this log is not the log of the others, and was not set aside.
    pub(super) fn holds(&self) -> bool {
        self.told.is_some() || self.relay_fork || self.holding().next().is_some()
    }

    /// Whether the person was told by now why things are held back.
    pub(super) fn is_known_to_person(&self) -> bool {
        self.relay_fork
            || self.told.is_some_and(|told| told.alerted)
            || self.holding().any(|claim| claim.alerted)
    }

    /// The devices on whose word things are held back.
    pub(super) fn holding_devices(&self) -> Vec<DeviceId> {
        let mut devices: Vec<DeviceId> = self.holding().map(|claim| claim.device).collect();
        devices.dedup();
        devices
    }

    fn holding(&self) -> impl Iterator<Item = &Claim> {
        self.claims
            .iter()
            .filter(|claim| !self.overruled.contains(&claim.device))
    }

    /// The person goes on with the log that is here. The word of these devices holds nothing back any more.
    pub(super) fn overrule(&mut self) {
        for device in self.holding_devices() {
            self.overruled.push(device);
        }
        let over = self.overruled.len().saturating_sub(OVERRULED);
        self.overruled.drain(..over);
        self.told = None;
        self.relay_fork = false;
    }
}

#[cfg(test)]
mod tests;
