//! The health of encryption: numbers and states only, so that a report of it can hold nothing else.

use crate::timeline::store::Unreadable;

/// How encryption is doing in this browser.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// Messages that can be read.
    pub readable: u32,
    /// Messages that cannot be read, by reason; reasons without any are left out.
    pub unread: Vec<Unread>,
    /// Messages that were written here and wait for the relay.
    pub unsent: u32,
    pub channels: u32,
    pub log_entries: u64,
    /// My own, this one included.
    pub devices: u32,
    /// Messages are not sent because the log here may not be that of the others.
    pub is_held: bool,
    pub is_online: bool,
    /// Warnings that are shown.
    pub warnings: u32,
    pub storage: Option<Stored>,
    /// Messages and what was done with them, in this browser.
    pub kept: u64,
    /// The same, with what the relay has beside it.
    pub all: u64,
    pub vault: Option<Vault>,
    /// One-time keys of this browser that the relay holds, for others to begin with.
    pub one_time_keys: Option<u32>,
}

/// How the vault is, as this browser writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vault {
    /// There is one.
    pub exists: bool,
    /// Keys that are not in it yet.
    pub waiting: u32,
    /// Why it does not go on.
    pub trouble: Option<VaultTrouble>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultTrouble {
    /// The relay keeps no more.
    Full,
    /// The relay refuses, for now.
    Refused,
}

/// Messages that cannot be read, for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    pub why: Unreadable,
    pub count: u32,
}

/// What the browser says about what Parley keeps in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stored {
    /// The browser promised not to throw it away.
    pub is_persistent: bool,
    /// In bytes, with everything of this page.
    pub used: f64,
    /// In bytes: how much the page may keep.
    pub quota: f64,
}
