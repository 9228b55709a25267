//! How somebody is here, as a device says it and as the relay tells it to others. Never stored.

use serde::{Deserialize, Serialize};

/// What a device says of the person in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Here.
    #[default]
    Online,
    /// Connected, but nobody sits in front of it.
    Away,
    /// Here, and not to be disturbed.
    DoNotDisturb,
    /// Connected, and the relay is not to say so.
    Hidden,
}

impl PresenceState {
    /// Whether it is what the relay assumes of a device that says nothing.
    pub fn is_online(&self) -> bool {
        *self == Self::Online
    }
}
