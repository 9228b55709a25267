//! Error responses: codes, reason phrases and encoding.

use bytes::BytesMut;

use super::authority::AuthRefused;
use super::encode::Encoder;
use super::message::{Message, names};
use super::table::BindRefused;

/// Error codes (RFC 8489, 14.8; RFC 8656, 19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    BadRequest = 400,
    Unauthorized = 401,
    Forbidden = 403,
    UnknownAttribute = 420,
    AllocationMismatch = 437,
    StaleNonce = 438,
    AddressFamilyNotSupported = 440,
    WrongCredentials = 441,
    UnsupportedTransport = 442,
    PeerAddressFamilyMismatch = 443,
    QuotaReached = 486,
    InsufficientCapacity = 508,
}

impl Refusal {
    fn reason(self) -> &'static str {
        match self {
            Self::BadRequest => "Bad Request",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::UnknownAttribute => "Unknown Attribute",
            Self::AllocationMismatch => "Allocation Mismatch",
            Self::StaleNonce => "Stale Nonce",
            Self::AddressFamilyNotSupported => "Address Family not Supported",
            Self::WrongCredentials => "Wrong Credentials",
            Self::UnsupportedTransport => "Unsupported Transport Protocol",
            Self::PeerAddressFamilyMismatch => "Peer Address Family Mismatch",
            Self::QuotaReached => "Allocation Quota Reached",
            Self::InsufficientCapacity => "Insufficient Capacity",
        }
    }

    /// Whether the client should retry with the realm and nonce of the response.
    pub(super) fn is_challenge(self) -> bool {
        matches!(self, Self::Unauthorized | Self::StaleNonce)
    }

    /// ERROR-CODE encodes the hundreds apart from the rest.
    fn attribute(self) -> Vec<u8> {
        let code = self as u16;
        let class = u8::try_from(code / 100).unwrap_or(0);
        let number = u8::try_from(code % 100).unwrap_or(0);
        let mut value = vec![0, 0, class, number];
        value.extend_from_slice(self.reason().as_bytes());
        value
    }

    /// Writes the error response to `message`.
    pub(super) fn write(
        self,
        message: &Message<'_>,
        challenge: Option<(&str, &str)>,
        key: Option<&[u8; 16]>,
        reply: &mut BytesMut,
    ) {
        let kind = message.kind | names::ERROR;
        let mut encoder = Encoder::new(reply, kind, *message.transaction)
            .attribute(names::ERROR_CODE, &self.attribute());
        if let Some((realm, nonce)) = challenge {
            encoder = encoder
                .attribute(names::REALM, realm.as_bytes())
                .attribute(names::NONCE, nonce.as_bytes());
        }
        if self == Self::UnknownAttribute {
            let unknown: Vec<u8> = message
                .unknown_attributes()
                .take(16)
                .flat_map(u16::to_be_bytes)
                .collect();
            encoder = encoder.attribute(names::UNKNOWN_ATTRIBUTES, &unknown);
        }
        match key {
            Some(key) => encoder.finish_signed(key),
            None => encoder.finish(),
        }
    }
}

impl From<AuthRefused> for Refusal {
    fn from(refused: AuthRefused) -> Self {
        match refused {
            AuthRefused::BadRequest => Self::BadRequest,
            AuthRefused::Unauthorized => Self::Unauthorized,
            AuthRefused::StaleNonce => Self::StaleNonce,
            AuthRefused::WrongCredentials => Self::WrongCredentials,
        }
    }
}

impl From<BindRefused> for Refusal {
    fn from(refused: BindRefused) -> Self {
        match refused {
            BindRefused::Taken => Self::BadRequest,
            BindRefused::Full => Self::InsufficientCapacity,
        }
    }
}
