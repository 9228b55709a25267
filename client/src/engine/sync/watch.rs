//! The watch over the log: whether it is the log of the others, and warnings. While it is not, nothing is written or
//! given away until the log is whole or the person decides to go on. Other parts see this through their context.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::entry::Head;
use parley_protocol::ids::DeviceId;

use super::lag::{Finding, LogLag};
use crate::alert::{Alert, Alerts, Noted};
use crate::effect::Event;
use crate::engine::output::Output;
use crate::store::{Change, Record, Table, read_state};

const ALERTS: &str = "alerts";
const LOG_LAG: &str = "log lag";

/// Writing and giving away keys waits for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHold {
    /// Members' devices that name entries which are not here. Empty: it rests on what the relay itself told.
    pub devices: Vec<DeviceId>,
    /// Whether it lasts for longer than a moment, so that the person should know.
    pub lasts: bool,
}

/// What speaks against the log that is here, and the warnings.
pub(in crate::engine) struct Watch {
    lag: LogLag,
    alerts: Alerts,
}

impl Watch {
    pub(super) fn restore(records: &[Record]) -> Self {
        Self {
            lag: read_state(records, LOG_LAG).unwrap_or_default(),
            alerts: read_state(records, ALERTS).unwrap_or_default(),
        }
    }

    /// Why nothing is sent although there is a connection. `None`: nothing is held back.
    pub(in crate::engine) fn hold(&self) -> Option<LogHold> {
        self.holds().then(|| LogHold {
            devices: self.lag.holding_devices(),
            lasts: self.lag.is_known_to_person(),
        })
    }

    pub(in crate::engine) fn holds(&self) -> bool {
        self.lag.holds()
    }

    /// The person goes on with the log that is here.
    pub(in crate::engine) fn overrule(&mut self, output: &mut Output) {
        self.lag.overrule();
        self.store_lag(output);
        output.event(Event::Alerts);
    }

    pub(super) fn told_seq(&self) -> Option<u64> {
        self.lag.told_seq()
    }

    /// A connection begins: the relay names `head`, the log here ends with `own`.
    pub(super) fn open(&mut self, head: Head, own: Head, now: Millis, output: &mut Output) {
        self.lag.open(head, own, now);
        self.store_lag(output);
    }

    pub(super) fn close(&mut self, now: Millis, output: &mut Output) {
        let waits = self.lag.is_waiting();
        self.lag.close(now);
        if waits {
            self.store_lag(output);
        }
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        self.lag.timeout()
    }

    /// Says whether the relay withholds what it told of, so that this connection is of no use.
    pub(super) fn handle_timeout(
        &mut self,
        now: Millis,
        log: &Community,
        output: &mut Output,
    ) -> bool {
        if self.lag.timeout().is_none_or(|due| due > now) {
            return false;
        }
        let findings = self.lag.count(now);
        self.store_lag(output);
        self.warn_of(&findings, log, output);
        let mut findings = findings.iter();
        findings.any(|finding| matches!(finding, Finding::Withheld { .. }))
    }

    /// The log has grown: what was named and not here may be here now.
    pub(super) fn compare(&mut self, log: &Community, output: &mut Output) {
        let held = self.lag.holds();
        let before = self.lag.clone();
        let findings = self.lag.compare(
            |head| log.hash_at(head.seq).map(|hash| hash == head.hash),
            |device| log.active_device(&device).is_some(),
        );
        if self.lag != before {
            self.store_lag(output);
        }
        self.warn_of(&findings, log, output);
        if held && !self.lag.holds() {
            output.event(Event::Alerts);
        }
    }

    fn warn_of(&mut self, findings: &[Finding], log: &Community, output: &mut Output) {
        for finding in findings {
            let alert = match *finding {
                Finding::Withheld { seq } => Alert::LogWithheld { seq },
                Finding::Behind { device, seq } => Alert::LogBehind {
                    seen_by: device,
                    seq,
                },
                Finding::Fork { device, seq } => Alert::LogFork {
                    seen_by: Some(device),
                    seq,
                },
                Finding::RelayFork { seq } => Alert::LogFork { seen_by: None, seq },
            };
            self.alert(alert, log, output);
        }
    }

    pub(super) fn note_relay_fork(&mut self, seq: u64, log: &Community, output: &mut Output) {
        self.lag.note_relay_fork();
        self.store_lag(output);
        self.alert(Alert::LogFork { seen_by: None, seq }, log, output);
    }

    /// Compares the head that an author names with the log, now or when the log gets there. Says whether it is in
    /// the log.
    pub(in crate::engine) fn check_named_head(
        &mut self,
        device: DeviceId,
        head: Head,
        log: &Community,
        output: &mut Output,
    ) -> bool {
        let known = log.hash_at(head.seq);
        if known == Some(head.hash) {
            return true;
        }
        // Whoever is out of the log may say what they like.
        if log.active_device(&device).is_some() {
            match known {
                Some(_) => self.note_fork(device, head, log, output),
                None => self.note_ahead(device, head, output),
            }
        }
        false
    }

    fn note_fork(&mut self, device: DeviceId, head: Head, log: &Community, output: &mut Output) {
        if self.lag.note_fork(device, head) {
            self.store_lag(output);
        }
        let alert = Alert::LogFork {
            seen_by: Some(device),
            seq: head.seq,
        };
        self.alert(alert, log, output);
    }

    fn note_ahead(&mut self, device: DeviceId, head: Head, output: &mut Output) {
        if self.lag.note_ahead(device, head) {
            self.store_lag(output);
            output.event(Event::Alerts);
        }
    }

    fn store_lag(&self, output: &mut Output) {
        output.store(Change::put(Table::State, LOG_LAG, &self.lag));
    }

    pub(in crate::engine) fn alerts(&self) -> &[Noted] {
        self.alerts.all()
    }

    pub(in crate::engine) fn alert(&mut self, alert: Alert, log: &Community, output: &mut Output) {
        let device = alert.device();
        let found = device.and_then(|device| log.devices().get(&device));
        let user = found.map(|found| found.user);
        if self.alerts.note(alert, user) {
            self.store_alerts(output);
        }
    }

    /// The person has seen a warning.
    pub(in crate::engine) fn dismiss(&mut self, alert: &Alert, output: &mut Output) {
        if self.alerts.dismiss(alert) {
            self.store_alerts(output);
        }
    }

    fn store_alerts(&self, output: &mut Output) {
        output.store(Change::put(Table::State, ALERTS, &self.alerts));
        output.event(Event::Alerts);
    }
}
