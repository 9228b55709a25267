//! Passkeys (Web Authentication level 3): the ceremonies under way, and the check of what authenticators sign. Every
//! ceremony requires user verification, so a passkey counts as two factors. What the PRF extension gives stays in the
//! browser.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::Millis;
use parley_protocol::auth::{PasskeyAssertion, PasskeyOptions, Ticket};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use serde_json::json;
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, DiscoverableKey, Passkey,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, Webauthn,
    WebauthnBuilder,
};

use super::once::OnceStore;
use crate::entropy::Entropy;
use crate::storage::credentials::{NewPasskey, StoredPasskey};

/// Time for a ceremony, in milliseconds: some people have to look for their phone (Web Authentication, section 15.1).
const CEREMONY: Millis = 5 * 60 * 1000;

/// Makes and checks ceremonies.
pub(crate) struct Passkeys {
    /// `None` if the origin has no domain: browsers make no passkeys for IP addresses.
    webauthn: Option<Webauthn>,
    ceremonies: Mutex<OnceStore<Ceremony>>,
}

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passkeys").finish_non_exhaustive()
    }
}

/// A challenge that an authenticator has not yet answered.
enum Ceremony {
    Registration(UserId, Box<PasskeyRegistration>),
    Assertion(Box<DiscoverableAuthentication>),
}

/// Who asks for a ceremony, and from where.
pub(crate) struct Asking<'a> {
    pub(crate) from: IpAddr,
    pub(crate) entropy: &'a mut dyn Entropy,
    pub(crate) now: Millis,
}

impl Passkeys {
    /// For the relay at an origin: its host is the relying party's id, so passkeys work nowhere else, and are lost if
    /// it changes.
    pub(crate) fn new(origin: &str, host: &str) -> Self {
        let webauthn = Url::parse(origin).ok().and_then(|url| {
            let builder = WebauthnBuilder::new(host, &url).ok()?;
            builder.rp_name("Parley").build().ok()
        });
        Self {
            webauthn,
            ceremonies: Mutex::new(OnceStore::new(CEREMONY)),
        }
    }

    /// Whether browsers can make passkeys for the relay's origin.
    pub(crate) fn are_possible(&self) -> bool {
        self.webauthn.is_some()
    }

    /// Begins to make a passkey for a member, who has those of `existing` already.
    pub(crate) fn start_registration(
        &self,
        user: UserId,
        name: &str,
        existing: Vec<Vec<u8>>,
        asking: Asking<'_>,
    ) -> Result<PasskeyOptions, ErrorCode> {
        let uuid = Uuid::from_bytes(*user.as_bytes());
        let (options, state) = self
            .webauthn()?
            .start_passkey_registration(uuid, name, name, Some(existing))
            .map_err(|error| internal(&error))?;
        let ceremony = Ceremony::Registration(user, Box::new(state));
        let ticket = self.begin(ceremony, asking)?;
        Ok(PasskeyOptions {
            ticket,
            options: creation(&options).to_string(),
        })
    }

    /// What the browser made for the same member.
    pub(crate) fn finish_registration(
        &self,
        user: &UserId,
        ticket: &Ticket,
        credential: &str,
        now: Millis,
    ) -> Result<NewPasskey, ErrorCode> {
        let credential: RegisterPublicKeyCredential =
            serde_json::from_str(credential).map_err(|_| ErrorCode::Malformed)?;
        let Some(Ceremony::Registration(expected, state)) = self.ceremonies().take(ticket, now)
        else {
            return Err(ErrorCode::TicketExpired);
        };
        if expected != *user {
            return Err(ErrorCode::NotPermitted);
        }
        let passkey = self
            .webauthn()?
            .finish_passkey_registration(&credential, &state)
            .map_err(|error| {
                tracing::debug!(%error, "a passkey was refused");
                ErrorCode::WrongCredentials
            })?;
        Ok(NewPasskey {
            id: passkey.cred_id().clone(),
            key: serde_json::to_string(&passkey).map_err(|error| internal(&error))?,
        })
    }

    /// Begins a sign-in or a proof, which any passkey of this relay can answer.
    pub(crate) fn start_assertion(&self, asking: Asking<'_>) -> Result<PasskeyOptions, ErrorCode> {
        let (options, state) = self
            .webauthn()?
            .start_discoverable_authentication()
            .map_err(|error| internal(&error))?;
        let ticket = self.begin(Ceremony::Assertion(Box::new(state)), asking)?;
        let request = &options.public_key;
        let options = json!({
            "publicKey": {
                "challenge": URL_SAFE_NO_PAD.encode(&request.challenge),
                "rpId": request.rp_id,
                "timeout": request.timeout,
                "userVerification": request.user_verification,
            }
        });
        Ok(PasskeyOptions {
            ticket,
            options: options.to_string(),
        })
    }

    /// Reads an assertion, so that the passkey can be looked up.
    pub(crate) fn read(assertion: &PasskeyAssertion) -> Result<Asserted, ErrorCode> {
        let credential: PublicKeyCredential =
            serde_json::from_str(&assertion.credential).map_err(|_| ErrorCode::Malformed)?;
        Ok(Asserted {
            ticket: assertion.ticket.clone(),
            credential,
        })
    }

    /// Checks an assertion with the passkey that it names. Returns the member, and the passkey's new text if it
    /// changed. Whatever is wrong with it, the challenge is used up.
    pub(crate) fn check(
        &self,
        asserted: &Asserted,
        stored: Option<&StoredPasskey>,
        now: Millis,
    ) -> Result<(UserId, Option<String>), ErrorCode> {
        let Asserted { ticket, credential } = asserted;
        let Some(Ceremony::Assertion(state)) = self.ceremonies().take(ticket, now) else {
            return Err(ErrorCode::TicketExpired);
        };
        let refuse = || ErrorCode::WrongCredentials;
        let StoredPasskey { user, key } = stored.ok_or_else(refuse)?;
        // The authenticator says whose passkey it is; it must be the member for whom it was made.
        if credential.get_user_unique_id() != Some(user.as_bytes()) {
            return Err(refuse());
        }
        let mut passkey: Passkey = serde_json::from_str(key).map_err(|error| internal(&error))?;
        let result = self
            .webauthn()?
            .finish_discoverable_authentication_v2(
                credential,
                *state,
                DiscoverableKey::from(&passkey),
            )
            .map_err(|error| {
                tracing::debug!(%error, "an assertion was refused");
                refuse()
            })?;
        if !result.user_verified() {
            return Err(refuse());
        }
        let changed = match passkey.update_credential(&result) {
            Some(true) => Some(serde_json::to_string(&passkey).map_err(|error| internal(&error))?),
            Some(false) | None => None,
        };
        Ok((*user, changed))
    }

    fn webauthn(&self) -> Result<&Webauthn, ErrorCode> {
        self.webauthn.as_ref().ok_or(ErrorCode::NotPermitted)
    }

    fn begin(&self, ceremony: Ceremony, asking: Asking<'_>) -> Result<Ticket, ErrorCode> {
        let Asking { from, entropy, now } = asking;
        self.ceremonies().put(ceremony, from, entropy, now)
    }

    fn ceremonies(&self) -> MutexGuard<'_, OnceStore<Ceremony>> {
        let ceremonies = self.ceremonies.lock();
        ceremonies.unwrap_or_else(PoisonError::into_inner)
    }
}

/// An assertion that was read and not checked.
pub(crate) struct Asserted {
    ticket: Ticket,
    credential: PublicKeyCredential,
}

impl Asserted {
    /// The credential id that the assertion names.
    pub(crate) fn id(&self) -> &[u8] {
        self.credential.get_credential_id()
    }
}

/// A passkey must be discoverable: it signs in without a name. The browser decides how to keep it; the library's own
/// options would ask it not to.
fn creation(options: &CreationChallengeResponse) -> serde_json::Value {
    let made = &options.public_key;
    let excluded = made.exclude_credentials.iter().flatten();
    let excluded: Vec<_> = excluded
        .map(|known| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(&known.id) }))
        .collect();
    json!({
        "publicKey": {
            "rp": made.rp,
            "user": {
                "id": URL_SAFE_NO_PAD.encode(&made.user.id),
                "name": made.user.name,
                "displayName": made.user.display_name,
            },
            "challenge": URL_SAFE_NO_PAD.encode(&made.challenge),
            "pubKeyCredParams": made.pub_key_cred_params,
            "timeout": made.timeout,
            "excludeCredentials": excluded,
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        }
    })
}

fn internal(error: &impl fmt::Display) -> ErrorCode {
    tracing::error!(%error, "a passkey ceremony failed");
    ErrorCode::Internal
}
