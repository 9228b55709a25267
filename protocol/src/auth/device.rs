//! A further device of a member.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Ticket, Wrap};
use crate::Millis;
use crate::entry::Entry;
use crate::mail::Prekeys;

/// Body of `POST /auth/device`, sent with an access token or a [`LinkToken`]: adds a device of a member who has
/// just signed in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddDeviceRequest {
    /// A `device_added` entry.
    pub entry: Entry,
    /// Prekeys of the new device.
    pub prekeys: Prekeys,
    /// Wraps that the client opened, made anew with the newest head that the member has seen. Each replaces the
    /// stored one of its name, which must exist.
    pub wraps: Vec<Wrap>,
}

/// Response of `POST /auth/link/token`: lets one device be added without a password.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkToken {
    /// Sent as `Authorization: Link …` to `POST /auth/device`, once.
    pub token: Ticket,
    /// By the relay's clock.
    pub expires_at: Millis,
}

impl fmt::Debug for AddDeviceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            entry,
            prekeys: _,
            wraps,
        } = self;
        f.debug_struct("AddDeviceRequest")
            .field("entry", entry)
            .field("wraps", wraps)
            .finish_non_exhaustive()
    }
}
