//! One's own passkeys, as the relay lists them.

/// A passkey.
#[derive(Clone, Debug, PartialEq)]
pub struct Passkey {
    /// Its credential id in base64url.
    pub id: String,
    /// The device that it was made on.
    pub name: String,
    /// Milliseconds since 1970.
    pub created_at: f64,
    pub last_used_at: Option<f64>,
    /// It opens messages on a new device, and does not only sign in.
    pub opens_messages: bool,
}

/// What there is to know about passkeys.
#[derive(Clone, Debug, PartialEq)]
pub struct Passkeys {
    /// The browser makes passkeys for this address.
    pub possible: bool,
    /// The oldest first.
    pub all: Vec<Passkey>,
}
