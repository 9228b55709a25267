//! What follows when the log here is not the log of the others: warnings, and that nothing is written or
//! given away until the log is whole or the person decides to go on.

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::DeviceId;

use super::log_lag::Finding;
use super::{Engine, state};
use crate::alert::Alert;
use crate::effect::Event;
use crate::store::{Change, Table};

/// Writing and giving away keys waits for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHold {
    /// Members' devices that name entries which are not here. Empty: it rests on what the relay itself told.
    pub devices: Vec<DeviceId>,
    /// Whether it lasts for longer than a moment, so that the person should know.
    pub lasts: bool,
}

impl Engine {
    /// Why nothing is sent although there is a connection. `None`: nothing is held back.
    pub fn log_hold(&self) -> Option<LogHold> {
        self.lag.holds().then(|| LogHold {
            devices: self.lag.holding_devices(),
            lasts: self.lag.is_known_to_person(),
        })
    }

    /// The person goes on with the log that is here. What the same devices say of other logs holds nothing back
    /// any more; the warnings stay.
    pub fn write_anyway(&mut self, now: Millis) {
        self.lag.overrule();
        self.store_lag();
        self.output.event(Event::Alerts);
        self.log_is_whole_again(now);
        self.output.flush();
    }

    /// What waited for the log goes on, if nothing speaks against it any more.
    fn log_is_whole_again(&mut self, now: Millis) {
        if self.is_log_whole() {
            self.go_on_with_keys(now);
            self.pump_writing(now);
        }
    }

    pub(super) fn begin_lag(&mut self, head: Head, now: Millis) {
        let own = self.community.head();
        self.lag.open(head, own, now);
        self.store_lag();
    }

    pub(super) fn end_lag(&mut self, now: Millis) {
        let waits = self.lag.is_waiting();
        self.lag.close(now);
        if waits {
            self.store_lag();
        }
    }

    pub(super) fn lag_timeout(&mut self, now: Millis) {
        if self.lag.timeout().is_some_and(|due| due <= now) {
            let findings = self.lag.count(now);
            self.store_lag();
            self.tell_findings(findings, now);
        }
    }

    /// The log has grown: what was named and not here may be here now.
    pub(super) fn compare_named_heads(&mut self, now: Millis) {
        let held = self.lag.holds();
        let before = self.lag.clone();
        let Self { lag, community, .. } = self;
        let findings = lag.compare(
            |head| community.hash_at(head.seq).map(|hash| hash == head.hash),
            |device| community.active_device(&device).is_some(),
        );
        if self.lag != before {
            self.store_lag();
        }
        self.tell_findings(findings, now);
        if held && !self.lag.holds() {
            self.output.event(Event::Alerts);
        }
    }

    fn tell_findings(&mut self, findings: Vec<Finding>, now: Millis) {
        for finding in findings {
            match finding {
                Finding::Withheld { seq } => {
                    self.alert(Alert::LogWithheld { seq });
                    self.drop_and_wait_long(now);
                }
                Finding::Behind { device, seq } => self.alert(Alert::LogBehind {
                    seen_by: device,
                    seq,
                }),
                Finding::Fork { device, seq } => self.alert(Alert::LogFork {
                    seen_by: Some(device),
                    seq,
                }),
                Finding::RelayFork { seq } => self.alert(Alert::LogFork { seen_by: None, seq }),
            }
        }
    }

    pub(super) fn note_relay_fork(&mut self, seq: u64) {
        self.lag.note_relay_fork();
        self.store_lag();
        self.alert(Alert::LogFork { seen_by: None, seq });
    }

    pub(super) fn note_fork(&mut self, device: DeviceId, head: Head) {
        if self.lag.note_fork(device, head) {
            self.store_lag();
        }
        self.alert(Alert::LogFork {
            seen_by: Some(device),
            seq: head.seq,
        });
    }

    pub(super) fn note_head_ahead(&mut self, device: DeviceId, head: Head) {
        if self.lag.note_ahead(device, head) {
            self.store_lag();
            self.output.event(Event::Alerts);
        }
    }

    fn store_lag(&mut self) {
        let change = Change::put(Table::State, state::LOG_LAG, &self.lag);
        self.output.store(change);
    }

    pub(super) fn alert(&mut self, alert: Alert) {
        let device = alert.device();
        let found = device.and_then(|device| self.community.devices().get(&device));
        let user = found.map(|found| found.user);
        if self.alerts.note(alert, user) {
            self.store_alerts();
        }
    }

    /// The person has seen a warning.
    pub fn dismiss_alert(&mut self, alert: &Alert) {
        if self.alerts.dismiss(alert) {
            self.store_alerts();
        }
        self.output.flush();
    }

    fn store_alerts(&mut self) {
        let change = Change::put(Table::State, state::ALERTS, &self.alerts);
        self.output.store(change);
        self.output.event(Event::Alerts);
    }
}
