//! What is wrong with the way between people and the relay: found in what requests lack, said once an hour in the log
//! with the lines to add, and kept for the operator's page. No addresses, no names of people.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use parley_protocol::Millis;
use serde::Serialize;

pub mod held_back;
mod lines;
mod silences;

pub use lines::Lines;
use silences::Silences;

/// Minimum time between log lines about one fault: every page that cannot connect keeps trying.
const SAY_AGAIN: Millis = 60 * 60 * 1000;

/// A fault of a proxy in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It takes the upgrade out of requests for a WebSocket: nobody can connect.
    UpgradeStripped,
    /// It asks for another host than people do: every request that changes something is refused.
    HostRewritten,
    /// It does not say from whom a request comes: everybody shares the limits of one address.
    AddressesHidden,
    /// It says so, and is not in `trusted_proxies`: the same.
    ProxyNotTrusted,
    /// It closes connections that are silent for a while: people are cut off again and again.
    IdleCut,
    /// It keeps requests or answers until the whole of them is there: files wait on its disk first.
    HeldBack,
}

/// Those that show in what people ask; the doctor finds the others by asking itself.
const FAULTS: [Fault; 5] = [
    Fault::UpgradeStripped,
    Fault::HostRewritten,
    Fault::AddressesHidden,
    Fault::ProxyNotTrusted,
    Fault::IdleCut,
];

impl Fault {
    /// What is wrong, in one sentence, and what follows from it.
    pub fn text(self) -> &'static str {
        match self {
            Self::UpgradeStripped => {
                "WebSocket request without upgrade: the proxy in front removed `Upgrade` and `Connection`, so nobody \
                 can connect"
            }
            Self::HostRewritten => {
                "the proxy in front replaced the `Host` of a request, so what people do is refused as if it came from \
                 another site"
            }
            Self::AddressesHidden => {
                "the proxy in front does not say for whom it asks (`X-Forwarded-For`), so everybody shares the limits \
                 of one address"
            }
            Self::ProxyNotTrusted => {
                "requests come with forwarding headers from an address that is not in `trusted_proxies`: if that is \
                 your proxy, add it there, or set `behind_proxy = true` if it is on this machine or in a private \
                 network; until then everybody shares the limits of one address"
            }
            Self::IdleCut => {
                "the proxy in front closes WebSockets that are silent for a while, so people are cut off again and \
                 again"
            }
            Self::HeldBack => {
                "the proxy in front keeps requests or answers until the whole of them is there, so files wait on its disk before \
                 they go on"
            }
        }
    }

    /// What to add to the configuration of the usual proxies.
    pub fn lines(self) -> Lines {
        lines::of(self)
    }
}

/// A fault that was found since the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// What it is.
    pub fault: Fault,
    /// In words.
    pub text: &'static str,
    /// What to add.
    pub lines: Lines,
    /// How often it was met.
    pub count: u64,
    /// When it was met last (milliseconds since the Unix epoch).
    pub last_at: Millis,
}

/// All faults, and when they were met.
#[derive(Debug, Default)]
pub(crate) struct Diagnosis {
    met: [Met; FAULTS.len()],
    silences: Mutex<Silences>,
}

#[derive(Debug, Default)]
struct Met {
    count: AtomicU64,
    last_at: AtomicU64,
    quiet_until: AtomicU64,
}

impl Diagnosis {
    /// A fault was met.
    pub(crate) fn meet(&self, fault: Fault, now: Millis) {
        let Some(met) = self.met(fault) else {
            return;
        };
        met.count.fetch_add(1, Ordering::Relaxed);
        met.last_at.store(now, Ordering::Relaxed);
        if met.may_say(now) {
            let Lines {
                nginx,
                caddy,
                traefik,
            } = fault.lines();
            tracing::warn!(
                "{}. nginx: {nginx} Caddy: {caddy} Traefik: {traefik}",
                fault.text()
            );
        }
    }

    /// The connection of somebody who was let in broke off after it was silent for so long.
    pub(crate) fn broke_off(&self, silent: Duration, now: Millis) {
        let mut silences = self.silences.lock().unwrap_or_else(PoisonError::into_inner);
        let is_cut = silences.add(silent);
        drop(silences);
        if is_cut {
            self.meet(Fault::IdleCut, now);
        }
    }

    /// What was met since the start.
    pub(crate) fn found(&self) -> Vec<Found> {
        let all = FAULTS.iter().zip(&self.met).map(|(fault, met)| Found {
            fault: *fault,
            text: fault.text(),
            lines: fault.lines(),
            count: met.count.load(Ordering::Relaxed),
            last_at: met.last_at.load(Ordering::Relaxed),
        });
        all.filter(|found| found.count > 0).collect()
    }

    fn met(&self, fault: Fault) -> Option<&Met> {
        let mut all = FAULTS.iter().zip(&self.met);
        all.find(|(known, _)| **known == fault).map(|(_, met)| met)
    }
}

impl Met {
    fn may_say(&self, now: Millis) -> bool {
        let next = |quiet_until| (now >= quiet_until).then(|| now.saturating_add(SAY_AGAIN));
        self.quiet_until
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once_an_hour() {
        let met = Met::default();
        assert!(met.may_say(1000));
        assert!(!met.may_say(1001));
        assert!(!met.may_say(1000 + SAY_AGAIN - 1));
        assert!(met.may_say(1000 + SAY_AGAIN));
    }

    #[test]
    fn what_was_met_is_kept_with_what_to_do() {
        let diagnosis = Diagnosis::default();
        assert!(diagnosis.found().is_empty());
        diagnosis.meet(Fault::HostRewritten, 5);
        diagnosis.meet(Fault::HostRewritten, 7);
        let found = diagnosis.found();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].count, found[0].last_at), (2, 7));
        assert!(found[0].lines.nginx.contains("proxy_set_header Host"));
    }
}
