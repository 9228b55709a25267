//! What protects this member: figures to compare, recovery key, second factor, devices, and the health of encryption.

mod devices;
mod health;
mod intent;
mod passkeys;
mod providers;
mod work;

use leptos::prelude::*;

pub use self::devices::{Device, Seen};
pub use self::health::{Health, Stored, Unread, Vault, VaultTrouble};
pub use self::intent::{Proving, SavedText, SecurityIntent};
pub use self::passkeys::{Passkey, Passkeys};
pub use self::providers::OwnProvider;
pub use self::work::{Problem, Step, Work};

/// What two people compare to know that they see the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Hash of the genesis entry, in hex.
    pub genesis: String,
    /// Hash of the newest log entry, in hex.
    pub log_head: String,
}

/// How somebody gets in, as far as the relay has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// False for somebody who came by an identity provider and set none.
    pub has_password: bool,
    pub has_recovery_key: bool,
    /// Unused codes of the second factor; `None` if it is off.
    pub codes_left: Option<u32>,
}

/// How far somebody is with a second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FactorStep {
    /// The password is asked for.
    #[default]
    Proof,
    /// Shown, to be scanned and answered with a code.
    Scan {
        /// In base32, for typing.
        secret: String,
        /// The same as an address for a QR code.
        uri: String,
    },
    /// It is on: the codes for a lost phone, shown once.
    Codes(Vec<String>),
}

/// What is asked of somebody about the recovery key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reminder {
    #[default]
    None,
    /// There is none yet.
    Make,
    /// The same, and the person said "later".
    Later,
}

/// The security details as their dialogs see them. Drivers write every field.
#[derive(Clone, Copy)]
pub struct SecurityStore {
    /// What two people compare.
    pub figures: RwSignal<Security>,
    /// Number of the newest log entry.
    pub log_height: RwSignal<u64>,
    /// `None` until the relay has said.
    pub entrance: RwSignal<Option<Entrance>>,
    /// My devices that the log knows.
    pub devices: RwSignal<Vec<Device>>,
    /// The recovery key that was just made, in groups. Shown once.
    pub recovery_key: RwSignal<Option<String>>,
    pub reminder: RwSignal<Reminder>,
    pub factor: RwSignal<FactorStep>,
    /// `None` until the relay has said.
    pub passkeys: RwSignal<Option<Passkeys>>,
    /// Those of the relay; empty until it has said.
    pub providers: RwSignal<Vec<OwnProvider>>,
    pub health: RwSignal<Health>,
    /// What was asked for last, and what became of it.
    pub work: RwSignal<Work>,
}

impl SecurityStore {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            figures: RwSignal::new(Security::default()),
            log_height: RwSignal::new(0),
            entrance: RwSignal::new(None),
            devices: RwSignal::new(Vec::new()),
            recovery_key: RwSignal::new(None),
            reminder: RwSignal::new(Reminder::None),
            factor: RwSignal::new(FactorStep::Proof),
            passkeys: RwSignal::new(None),
            providers: RwSignal::new(Vec::new()),
            health: RwSignal::new(Health::default()),
            work: RwSignal::new(Work::Idle),
        }
    }
}
