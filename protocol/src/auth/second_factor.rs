//! The second factor: time-based one-time passwords (RFC 6238: SHA-1, six digits, 30 seconds), and recovery codes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Code, Ticket};

/// The relay asks for a code.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorNeeded {
    /// For [`VerifySecondFactorRequest`]; good for five minutes and for nothing else.
    pub ticket: Ticket,
}

/// Body of `POST /auth/mfa/verify`, which answers with a [`super::SessionResponse`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifySecondFactorRequest {
    /// From [`SecondFactorNeeded`].
    pub ticket: Ticket,
    /// Each code is good for one use.
    pub code: Code,
}

/// Response of `GET /auth/mfa`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorStatus {
    /// Whether a code is asked for at sign-in.
    pub enabled: bool,
    /// Recovery codes that are unused.
    pub recovery_codes_left: u32,
}

/// Response of `POST /auth/mfa/setup`. Nothing changes at sign-in before `POST /auth/mfa/enable`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorSetup {
    /// The shared secret in base32 (RFC 4648), to be typed into an authenticator app.
    pub secret: String,
    /// The same as an `otpauth://` address, for a QR code.
    pub uri: String,
}

/// Body of `POST /auth/mfa/enable`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnableSecondFactorRequest {
    /// Of the authenticator app that was set up.
    pub code: Code,
}

/// Response of `POST /auth/mfa/enable`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// Ten codes, each good for one sign-in. The relay does not show them again.
    pub recovery_codes: Vec<Code>,
}

impl fmt::Debug for SecondFactorSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secret: _, uri: _ } = self;
        f.debug_struct("SecondFactorSetup").finish_non_exhaustive()
    }
}
