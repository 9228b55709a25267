//! My devices.

use crate::ids::DeviceId;

/// One of my own devices.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    pub id: DeviceId,
    /// What its owner calls it, or what it says it is ("Firefox on Linux"), or empty.
    pub name: String,
    /// Its Ed25519 key in groups, for reading aloud.
    pub fingerprint: String,
    /// It is this browser.
    pub this: bool,
    /// `None` until the relay has said.
    pub seen: Option<Seen>,
}

/// When and where a device was last seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// In milliseconds since 1970, to within a quarter of an hour.
    pub at: f64,
    /// Such as `192.0.2.0/24`, or empty.
    pub network: String,
    /// When it signed in, in milliseconds since 1970; `None` if its session is over.
    pub signed_in_at: Option<f64>,
}
