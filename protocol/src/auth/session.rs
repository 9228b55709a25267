//! Sessions: what a sign-in gives, and the list of those that a member has.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Wrap;
use crate::Millis;
use crate::ids::{DeviceId, UserId};

/// Response of every sign-in, of register and of refresh. The refresh token is in a cookie.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionResponse {
    /// JWT for the hello and for `Authorization: Bearer`. Kept in memory only.
    pub access_token: String,
    /// Expiry of the access token, by the relay's clock.
    pub expires_at: Millis,
    /// The relay's clock.
    pub now: Millis,
    /// The member who is signed in.
    pub user: UserId,
    /// The wraps that this way of signing in can open; empty after register and refresh.
    pub wraps: Vec<Wrap>,
}

/// Response of `GET /auth/sessions`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsResponse {
    /// The member's own sessions, and devices that were seen before; the last seen first.
    pub sessions: Vec<SessionInfo>,
}

/// One session or device of the member who asks.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// `None` if it has not added a device.
    pub device: Option<DeviceId>,
    /// When it signed in; `None` if it is signed out.
    pub signed_in_at: Option<Millis>,
    /// To within a quarter of an hour, by the relay's clock.
    pub last_seen_at: Millis,
    /// The network that it was last seen in, such as `192.0.2.0/24` or `2001:db8:1::/48`; empty if unknown.
    pub network: String,
    /// Whether it is the session that asks.
    pub current: bool,
}

/// Body of `POST /auth/sessions/end`. A device that is still in the log can only sign in again with a secret of the
/// member; to end it for good, append a `device_revoked` entry.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSessionRequest {
    /// The device whose sessions end. `None` ends those of the member that have no device, except for the one that
    /// asks.
    pub device: Option<DeviceId>,
}

impl fmt::Debug for SessionResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            access_token: _,
            expires_at,
            now,
            user,
            wraps,
        } = self;
        f.debug_struct("SessionResponse")
            .field("expires_at", expires_at)
            .field("now", now)
            .field("user", user)
            .field("wraps", wraps)
            .finish_non_exhaustive()
    }
}
