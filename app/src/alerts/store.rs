//! What must not be missed, until it is dismissed.

use leptos::prelude::*;

/// Something the person must know and cannot miss. Stays until dismissed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Alert {
    /// The relay does what an honest one does not, or a member's device says what cannot be.
    Warning {
        /// What is the matter, without a full stop.
        headline: &'static str,
        /// What it means and what to do.
        advice: String,
        /// For those who look closer.
        detail: String,
    },
    /// I was removed from the community.
    Removed,
    /// I was let back in with new keys, which are in another browser.
    LetBackIn,
    /// Something ended this device, and the log that says what did not come.
    DeviceEnded,
    /// Some of what this browser kept could not be read.
    StoreDamaged {
        /// Messages that were not sent are among it.
        unsent: bool,
        detail: String,
    },
}

/// The alerts that are shown. Drivers write them.
#[derive(Clone, Copy)]
pub struct AlertStore {
    /// In the order in which they came.
    pub all: RwSignal<Vec<Alert>>,
}

impl AlertStore {
    /// None.
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
        }
    }

    /// Adds an alert unless the same one is shown already.
    pub fn add(&self, alert: Alert) {
        self.all.update(|all| {
            if !all.contains(&alert) {
                all.push(alert);
            }
        });
    }

    /// An alert was read.
    pub fn dismiss(&self, alert: &Alert) {
        self.all.update(|all| all.retain(|shown| shown != alert));
    }
}

/// What can be done about an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertIntent {
    /// An alert was read.
    DismissAlert(Alert),
}
