//! Bodies of the HTTP endpoints. The password never comes here: only the login secret made from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::entry::{Entry, Head};
use crate::ids::{CommunityId, UserId};
use crate::mail::Prekeys;

/// 32 bytes that the client made from the password. The relay stores only a hash of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginSecret(pub String);

impl fmt::Debug for LoginSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginSecret(..)")
    }
}

/// Answer of `GET /community`: what a visitor may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityInfo {
    /// Nothing before the set-up.
    pub community: Option<CommunityName>,
    /// The relay's clock now, for the proof that somebody has an invite.
    pub now: Millis,
}

/// The community behind a relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityName {
    /// Its id, part of the salt for passwords.
    pub id: CommunityId,
    /// What people call it.
    pub name: String,
}

/// Body of `POST /auth/register`. A founder brings the set-up token and several entries, genesis first;
/// a joiner brings one `member_joined` entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// From the set-up link, for the founder.
    pub setup_token: Option<String>,
    /// All are applied, or none.
    pub entries: Vec<Entry>,
    /// Made from the password.
    pub login_secret: LoginSecret,
    /// The first device's keys.
    pub prekeys: Prekeys,
    /// The member's secrets, wrapped by the client. Opaque to the relay.
    pub vault: String,
}

/// Body of `POST /auth/login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRequest {
    /// The member's name.
    pub name: String,
    /// Made from the password.
    pub login_secret: LoginSecret,
}

/// Body of `POST /auth/device`, with an access token: adds a device to a member who just logged in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddDeviceRequest {
    /// A `device_added` entry.
    pub entry: Entry,
    /// The device's keys.
    pub prekeys: Prekeys,
    /// The vault wrapped anew, in place of the one before: it names the newest head that the member has seen.
    pub vault: String,
}

/// Answer of register, login and refresh. The refresh token is in a cookie.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionResponse {
    /// For the socket and for `Authorization: Bearer`. Kept in memory only.
    pub access_token: String,
    /// When the access token ends, by the relay's clock.
    pub expires_at: Millis,
    /// The relay's clock now.
    pub now: Millis,
    /// Who is logged in.
    pub user: UserId,
    /// The wrapped vault, at login.
    pub vault: Option<String>,
}

/// Answer of `GET /log?from=<seq>`, with an [`crate::invite::InviteProof`] or the access token of a session that
/// has no device yet: entries from a number on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// Number of the first entry.
    pub from: u64,
    /// At most a page of them.
    pub entries: Vec<Entry>,
    /// The log's head at the relay. Ask again from `from + entries.len()` until it is reached.
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
