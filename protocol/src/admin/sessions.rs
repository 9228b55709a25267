//! `GET /admin/sessions`: who is signed in, and `POST /admin/sessions/end`, which ends that.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::{DeviceId, UserId};

byte_type!(/// A session's place in the list: where a page goes on. It opens nothing.
    SessionPlace, 24);

/// Some of the sessions, the newest sign-in first.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsPage {
    /// At most [`super::PAGE_ROWS`].
    pub sessions: Vec<SessionRow>,
    /// Ask for those after this place next. `None`: these were the last.
    pub next: Option<SessionPlace>,
    /// All sessions that are good, of the wanted member.
    pub total: u64,
}

/// One session.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The member who signed in.
    pub user: UserId,
    /// What they are called.
    pub name: String,
    /// The device that it belongs to. `None`: it has not added one.
    pub device: Option<DeviceId>,
    /// What the device says it is, as in the log.
    pub label: String,
    /// The day of the sign-in.
    pub signed_in_on: Millis,
    /// The day on which it was last seen.
    pub seen_on: Millis,
    /// Whether whoever asks may end it.
    pub may_end: bool,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// Body of `POST /admin/sessions/end`. The device stays in the log: its member signs in again with their own secret. To
/// end it for good, its member appends a `device_revoked` entry, or the member is removed.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndMemberSessionsRequest {
    /// The member.
    pub user: UserId,
    /// The device whose sessions end. `None` ends those of the member that have no device.
    pub device: Option<DeviceId>,
}
