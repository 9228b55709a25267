//! The figures that two people compare to know that they see the same, and the recovery key while it is shown.

use leptos::prelude::*;

use crate::ids::DeviceId;

/// One of my own devices, or of somebody else's, in the security details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    /// What it says it is ("Firefox on Linux"), or empty.
    pub label: String,
    /// Its Ed25519 key in groups, for reading aloud.
    pub fingerprint: String,
    /// It is this browser.
    pub this: bool,
}

/// What the security details show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Hash of the genesis entry, in hex.
    pub genesis: String,
    /// Number of the newest log entry.
    pub log_height: u64,
    /// Hash of the newest log entry, in hex.
    pub log_head: String,
    /// My devices that the log knows.
    pub my_devices: Vec<Device>,
    /// What the browser keeps is encrypted and may not be thrown away.
    pub store_persistent: bool,
}

/// The security details as their dialogs see them. Drivers write every field.
#[derive(Clone, Copy)]
pub struct SecurityStore {
    /// What the security details show.
    pub figures: RwSignal<Security>,
    /// `Some` until the person says that they kept it: the recovery key, shown once.
    pub recovery_key: RwSignal<Option<String>>,
}

impl SecurityStore {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            figures: RwSignal::new(Security::default()),
            recovery_key: RwSignal::new(None),
        }
    }
}

/// What the security dialogs ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum SecurityIntent {
    /// The recovery key was put somewhere safe.
    RecoveryKeyKept,
}
