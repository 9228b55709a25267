//! The code that one person shows and the other scans. The screen is a way that nobody between them can change: the one
//! who scans learns the true key of the one who shows, and sees whether that one has the true key of theirs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::ids::{CommunityId, DeviceId, UserId, VerificationId};
use parley_protocol::keys::Ed25519PublicKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use crate::rng::Rng;

/// Before the bytes, so that other codes are told apart.
const PREFIX: &str = "parley-verify:1:";

/// 16 random bytes that only somebody who saw the screen knows.
#[derive(Clone, Zeroize)]
#[zeroize(drop)]
pub struct CodeSecret([u8; 16]);

impl CodeSecret {
    pub(super) fn generate(rng: &mut Rng) -> Self {
        Self(rng.bytes())
    }
}

/// In constant time.
impl PartialEq for CodeSecret {
    fn eq(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        pairs.fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

impl Eq for CodeSecret {}

impl std::fmt::Debug for CodeSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(_) = self;
        f.write_str("CodeSecret(..)")
    }
}

impl Serialize for CodeSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for CodeSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || serde::de::Error::custom("expected 16 bytes as base64url");
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        Ok(Self(bytes.try_into().map_err(|_| wrong())?))
    }
}

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) id: VerificationId,
    pub(super) community: CommunityId,
    /// Who shows it, on which device, with their identity.
    pub(super) user: UserId,
    pub(super) device: DeviceId,
    pub(super) identity: Ed25519PublicKey,
    /// For whom it is, with their identity as the one who shows it knows it.
    pub(super) scanner: UserId,
    pub(super) scanner_identity: Ed25519PublicKey,
    pub(super) secret: CodeSecret,
}

impl Code {
    pub(super) fn to_text(&self) -> String {
        let Self {
            id,
            community,
            user,
            device,
            identity,
            scanner,
            scanner_identity,
            secret,
        } = self;
        let bytes = [
            id.as_bytes().as_slice(),
            community.as_bytes(),
            user.as_bytes(),
            device.as_bytes(),
            identity.as_bytes(),
            scanner.as_bytes(),
            scanner_identity.as_bytes(),
            &secret.0,
        ]
        .concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// `None` if the text is something else.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let mut rest = bytes.as_slice();
        let code = Self {
            id: VerificationId::from_bytes(take(&mut rest)?),
            community: CommunityId::from_bytes(take(&mut rest)?),
            user: UserId::from_bytes(take(&mut rest)?),
            device: DeviceId::from_bytes(take(&mut rest)?),
            identity: Ed25519PublicKey::from_bytes(take(&mut rest)?),
            scanner: UserId::from_bytes(take(&mut rest)?),
            scanner_identity: Ed25519PublicKey::from_bytes(take(&mut rest)?),
            secret: CodeSecret(take(&mut rest)?),
        };
        rest.is_empty().then_some(code)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, others) = rest.split_first_chunk::<N>()?;
    *rest = others;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> Code {
        Code {
            id: VerificationId::from_bytes([1; 16]),
            community: CommunityId::from_bytes([2; 32]),
            user: UserId::from_bytes([3; 16]),
            device: DeviceId::from_bytes([4; 16]),
            identity: Ed25519PublicKey::from_bytes([5; 32]),
            scanner: UserId::from_bytes([6; 16]),
            scanner_identity: Ed25519PublicKey::from_bytes([7; 32]),
            secret: CodeSecret([8; 16]),
        }
    }

    #[test]
    fn a_code_is_read_as_it_was_written() {
        let text = code().to_text();
        assert_eq!(Code::from_text(&text), Some(code()));
    }

    #[test]
    fn what_is_no_code_is_none() {
        let text = code().to_text();
        for other in [
            "",
            "https://parley.example/join#abc",
            PREFIX,
            &text[..text.len() - 1],
            &format!("{text}AAAA"),
        ] {
            assert_eq!(Code::from_text(other), None, "{other}");
        }
    }

    #[test]
    fn the_secret_is_never_printed() {
        let printed = format!("{:?}", code());
        assert!(printed.contains("CodeSecret(..)"));
        assert!(!printed.contains("8, 8"), "{printed}");
    }
}
