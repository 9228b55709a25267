//! Authenticates TURN requests: credentials, nonce, and whether the device still has a session.

use std::sync::Arc;

use turn_server::codec::{
    crypto::{Password, generate_password},
    message::attributes::PasswordAlgorithm,
};

use super::client::Client;
use super::credentials::{TurnSecret, Username};
use super::message::{Message, names};
use super::nonce::Nonces;

/// Knows which devices have a session now.
///
/// Asked while a request is answered, so it must be quick, and must not call
/// back into the TURN server.
pub trait LiveDevices: Send + Sync + 'static {
    /// Whether this device (22 characters of base64url) has a live session.
    fn is_live(&self, device_id: &str) -> bool;
}

impl<F> LiveDevices for F
where
    F: Fn(&str) -> bool + Send + Sync + 'static,
{
    fn is_live(&self, device_id: &str) -> bool {
        self(device_id)
    }
}

/// The long-term credential mechanism (RFC 8489, section 9.2) over
/// [`TurnSecret`].
pub(super) struct Authority {
    secret: TurnSecret,
    nonces: Nonces,
    realm: String,
    live: Arc<dyn LiveDevices>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum AuthRefused {
    #[error("missing attribute")]
    BadRequest,
    #[error("missing, wrong or expired credentials")]
    Unauthorized,
    #[error("stale nonce")]
    StaleNonce,
    #[error("the allocation was made with other credentials")]
    WrongCredentials,
}

/// An authenticated request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Authenticated<'a> {
    pub(super) username: &'a str,
    pub(super) device: &'a str,
    pub(super) key: [u8; 16],
}

/// The credentials of an existing allocation.
pub(super) struct Held<'a> {
    pub(super) username: &'a str,
    pub(super) key: [u8; 16],
}

impl Authority {
    pub(super) fn new(secret: TurnSecret, realm: String, live: Arc<dyn LiveDevices>) -> Self {
        Self {
            nonces: Nonces::new(&secret),
            secret,
            realm,
            live,
        }
    }

    pub(super) fn realm(&self) -> &str {
        &self.realm
    }

    pub(super) fn nonce(&self, client: Client, unix: u64) -> String {
        self.nonces.issue(client, unix)
    }

    /// Authenticates a request. If the client has an allocation, the request must carry its credentials, which may
    /// have expired since.
    pub(super) fn check<'a>(
        &self,
        message: &Message<'a>,
        from: Client,
        held: Option<Held<'_>>,
        unix: u64,
    ) -> Result<Authenticated<'a>, AuthRefused> {
        if !message.is_signed() {
            return Err(AuthRefused::Unauthorized);
        }
        let text = |kind| message.text(kind).ok_or(AuthRefused::BadRequest);
        let username = text(names::USERNAME)?;
        let realm = text(names::REALM)?;
        if !self.nonces.is_fresh(text(names::NONCE)?, from, unix) {
            return Err(AuthRefused::StaleNonce);
        }
        if realm != self.realm {
            return Err(AuthRefused::Unauthorized);
        }
        let parsed = Username::parse(username).ok_or(AuthRefused::Unauthorized)?;
        let key = match held {
            Some(held) if held.username != username => return Err(AuthRefused::WrongCredentials),
            Some(held) => held.key,
            None if parsed.expires_at <= unix => return Err(AuthRefused::Unauthorized),
            None => self.key(username),
        };
        if !message.is_signed_with(&key) || !self.live.is_live(parsed.device) {
            return Err(AuthRefused::Unauthorized);
        }
        Ok(Authenticated {
            username,
            device: parsed.device,
            key,
        })
    }

    /// The key of a username whose credentials may make allocations now.
    pub(super) fn key_for_allocation(&self, username: &str, unix: u64) -> Option<[u8; 16]> {
        let parsed = Username::parse(username)?;
        let may = parsed.expires_at > unix && self.live.is_live(parsed.device);
        may.then(|| self.key(username))
    }

    /// RFC 8489, section 9.2.2: MD5 of username, realm and password.
    fn key(&self, username: &str) -> [u8; 16] {
        let password = self.secret.password(username);
        let algorithm = PasswordAlgorithm::Md5;
        match generate_password(username, &password, &self.realm, algorithm) {
            Password::Md5(key) => key,
            Password::Sha256(_) => unreachable!("MD5 was asked for"),
        }
    }
}
