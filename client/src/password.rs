//! From a password to two keys: one that proves it to the relay, one that opens the vault. The password
//! itself goes nowhere.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use parley_protocol::auth::LoginSecret;
use parley_protocol::ids::CommunityId;
use parley_protocol::keys::Hash;
use parley_protocol::names;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::vault::{WrapKey, WrapUse};

/// How hard the stretching is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// 64 MiB, 3 passes: above the second choice of RFC 9106 for one lane, about a second in a browser.
    /// A change locks everybody out: the cost would first have to stand in the community log.
    pub const STANDARD: Self = Self {
        memory: 64 * 1024,
        passes: 3,
    };
}

/// What a password gives.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
pub struct PasswordKeys {
    login: [u8; 32],
    vault: [u8; 32],
}

impl PasswordKeys {
    /// What the relay checks at login.
    pub fn login_secret(&self) -> LoginSecret {
        login_secret(&self.login)
    }

    /// What wraps the vault.
    pub fn wrap_key(&self) -> WrapKey {
        WrapKey::new(WrapUse::Password, &self.vault)
    }
}

impl std::fmt::Debug for PasswordKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { login: _, vault: _ } = self;
        f.write_str("PasswordKeys(..)")
    }
}

/// The stretching failed: not enough memory, or a cost out of Argon2's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be stretched")]
pub struct StretchError;

/// Stretches a password: Argon2id (RFC 9106), then HKDF-SHA-256 (RFC 5869) into two keys. The salt is made
/// from community and name, so that a new device needs nothing but these and the password. Slow on purpose.
///
/// # Errors
/// [`StretchError`] if there is not enough memory.
pub fn stretch(
    password: &str,
    name: &str,
    community: &CommunityId,
    cost: Cost,
) -> Result<PasswordKeys, StretchError> {
    let salt = Hash::of_parts(&[
        b"parley password 1",
        community.as_bytes(),
        names::fold(&names::normalize(name)).as_bytes(),
    ]);
    let params = Params::new(cost.memory, cost.passes, 1, Some(32)).map_err(|_| StretchError)?;
    let mut stretched = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(
            password.as_bytes(),
            salt.as_bytes(),
            stretched.as_mut_slice(),
        )
        .map_err(|_| StretchError)?;
    let hkdf = Hkdf::<Sha256>::new(None, stretched.as_slice());
    let mut keys = PasswordKeys {
        login: [0; 32],
        vault: [0; 32],
    };
    hkdf.expand(b"parley login 1", &mut keys.login)
        .map_err(|_| StretchError)?;
    hkdf.expand(b"parley vault 1", &mut keys.vault)
        .map_err(|_| StretchError)?;
    Ok(keys)
}

/// 32 derived bytes as the relay gets them.
pub(crate) fn login_secret(bytes: &[u8; 32]) -> LoginSecret {
    LoginSecret(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory: 64,
        passes: 1,
    };

    fn keys(password: &str, name: &str, community: u8) -> PasswordKeys {
        stretch(
            password,
            name,
            &CommunityId::from_bytes([community; 32]),
            CHEAP,
        )
        .unwrap()
    }

    #[test]
    fn same_password_gives_same_keys_whatever_the_case_of_the_name() {
        assert_eq!(keys("tulip", "Ada", 1).login, keys("tulip", "ada", 1).login);
    }

    #[test]
    fn another_password_name_or_community_gives_other_keys() {
        let one = keys("tulip", "ada", 1);
        for other in [
            keys("tulips", "ada", 1),
            keys("tulip", "bob", 1),
            keys("tulip", "ada", 2),
        ] {
            assert_ne!(one.login, other.login);
            assert_ne!(one.vault, other.vault);
        }
        assert_ne!(one.login, one.vault);
    }

    #[test]
    fn printing_shows_no_key() {
        let printed = format!("{:?}", keys("tulip", "ada", 1));
        assert_eq!(printed, "PasswordKeys(..)");
    }
}
