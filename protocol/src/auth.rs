//! Bodies of the HTTP endpoints. The password never reaches the relay, only the login secret derived from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::entry::{Entry, Head};
use crate::ids::{CommunityId, UserId};
use crate::mail::Prekeys;

/// 32 bytes that the client derives from the password, in base64url. The relay stores only a hash of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginSecret(pub String);

impl fmt::Debug for LoginSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginSecret(..)")
    }
}

/// Response of `GET /community`, which anybody may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityInfo {
    /// `None` before the community is created.
    pub community: Option<CommunityName>,
    /// The relay's clock, used in the invite proof.
    pub now: Millis,
}

/// Id and name of the relay's community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityName {
    /// The community's id, part of the salt for passwords.
    pub id: CommunityId,
    /// The community's display name.
    pub name: String,
}

/// Body of `POST /auth/register`. A founder sends the setup token and several entries, genesis first; a joiner
/// sends one `member_joined` entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// Token of the setup link; founder only.
    pub setup_token: Option<String>,
    /// Entries to append; all are accepted, or none.
    pub entries: Vec<Entry>,
    /// Derived from the new member's password.
    pub login_secret: LoginSecret,
    /// Prekeys of the first device.
    pub prekeys: Prekeys,
    /// The member's secrets, wrapped by the client; at most [`crate::limits::MAX_VAULT_BYTES`]. Opaque to the
    /// relay.
    pub vault: String,
}

/// Body of `POST /auth/login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRequest {
    /// The member's name, without regard to case.
    pub name: String,
    /// Derived from the member's password.
    pub login_secret: LoginSecret,
}

/// Body of `POST /auth/device`, sent with an access token: adds a device of a member who has just logged in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddDeviceRequest {
    /// A `device_added` entry.
    pub entry: Entry,
    /// Prekeys of the new device.
    pub prekeys: Prekeys,
    /// The vault, wrapped anew with the newest head that the member has seen. Replaces the stored one.
    pub vault: String,
}

/// Response of register, login and refresh. The refresh token is in a cookie.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionResponse {
    /// JWT for the hello and for `Authorization: Bearer`. Kept in memory only.
    pub access_token: String,
    /// Expiry of the access token, by the relay's clock.
    pub expires_at: Millis,
    /// The relay's clock.
    pub now: Millis,
    /// The member who is logged in.
    pub user: UserId,
    /// The wrapped vault; in the response of login only.
    pub vault: Option<String>,
}

/// Response of `GET /log?from=<sequence number>`, which needs a [`crate::invite::InviteProof`] or the access token
/// of a session without a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// Sequence number of the first entry.
    pub from: u64,
    /// Consecutive entries, at most a page of them.
    pub entries: Vec<Entry>,
    /// The relay's head of the log. Request again from `from + entries.len()` until it is reached.
    pub head: Head,
}

impl fmt::Debug for RegisterRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setup_token,
            entries,
            login_secret: _,
            prekeys: _,
            vault: _,
        } = self;
        f.debug_struct("RegisterRequest")
            .field("founder", &setup_token.is_some())
            .field("entries", &entries.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AddDeviceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            entry,
            prekeys: _,
            vault: _,
        } = self;
        f.debug_struct("AddDeviceRequest")
            .field("entry", entry)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name: _,
            login_secret: _,
        } = self;
        f.debug_struct("LoginRequest").finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            access_token: _,
            expires_at,
            now,
            user,
            vault: _,
        } = self;
        f.debug_struct("SessionResponse")
            .field("expires_at", expires_at)
            .field("now", now)
            .field("user", user)
            .finish_non_exhaustive()
    }
}
