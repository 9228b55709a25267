//! The wrapped vault: what the relay keeps for a member so that a new device can prove whose it is, and know
//! that it was led to the right community. Sealed under the password's vault key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use parley_protocol::entry::Head;
use parley_protocol::ids::{CommunityId, UserId};
use parley_protocol::json;
use parley_protocol::limits::MAX_VAULT_BYTES;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::identity::Identity;
use crate::password::PasswordKeys;
use crate::rng::Rng;

#[derive(Serialize, Deserialize)]
struct WrappedVault {
    version: u8,
    nonce: String,
    ciphertext: String,
}

/// What is in a vault.
#[derive(Debug)]
pub struct Vault {
    /// The member's identity.
    pub identity: Identity,
    /// The community that it belongs to. Commits to the genesis entry.
    pub community: CommunityId,
    /// A head of the community log at a time when the member had seen it: every later log has it.
    pub head: Head,
}

/// The plaintext of a vault.
#[derive(Serialize, Deserialize)]
struct Contents {
    identity: String,
    community: CommunityId,
    head: Head,
}

/// A vault that does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenVaultError {
    /// Not a wrapped vault, or of a version this client does not know.
    #[error("the vault cannot be read")]
    Malformed,
    /// Wrapped with another password, for another member, or changed by somebody.
    #[error("the vault does not open with this password")]
    WrongKey,
}

/// Seals a vault under a password: XChaCha20-Poly1305, bound to the member's id.
///
/// # Errors
/// [`OpenVaultError::Malformed`] if the text cannot be made, which no input causes.
pub fn wrap(
    vault: &Vault,
    user: &UserId,
    keys: &PasswordKeys,
    rng: &mut Rng,
) -> Result<String, OpenVaultError> {
    let nonce: [u8; 24] = rng.bytes();
    let contents = Contents {
        identity: URL_SAFE_NO_PAD.encode(vault.identity.to_secret().as_slice()),
        community: vault.community,
        head: vault.head,
    };
    let plaintext = Zeroizing::new(json::write(&contents));
    drop(Zeroizing::new(contents.identity));
    let payload = Payload {
        msg: plaintext.as_bytes(),
        aad: user.as_bytes(),
    };
    let ciphertext = XChaCha20Poly1305::new(keys.vault_key().into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| OpenVaultError::Malformed)?;
    let wrapped = WrappedVault {
        version: 1,
        nonce: URL_SAFE_NO_PAD.encode(nonce),
        ciphertext: URL_SAFE_NO_PAD.encode(ciphertext),
    };
    Ok(json::write(&wrapped))
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// [`OpenVaultError`]
pub fn open(vault: &str, user: &UserId, keys: &PasswordKeys) -> Result<Vault, OpenVaultError> {
    if vault.len() > MAX_VAULT_BYTES {
        return Err(OpenVaultError::Malformed);
    }
    let wrapped: WrappedVault = json::read(vault).map_err(|_| OpenVaultError::Malformed)?;
    let nonce: [u8; 24] = decode(&wrapped.nonce)?
        .try_into()
        .map_err(|_| OpenVaultError::Malformed)?;
    let ciphertext = decode(&wrapped.ciphertext)?;
    if wrapped.version != 1 {
        return Err(OpenVaultError::Malformed);
    }
    let payload = Payload {
        msg: &ciphertext,
        aad: user.as_bytes(),
    };
    let plaintext = XChaCha20Poly1305::new(keys.vault_key().into())
        .decrypt(&XNonce::from(nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| OpenVaultError::WrongKey)?;
    let contents: Contents =
        json::read(plaintext.as_slice()).map_err(|_| OpenVaultError::Malformed)?;
    let text = Zeroizing::new(contents.identity);
    let secret: [u8; 32] = Zeroizing::new(decode(&text)?)
        .as_slice()
        .try_into()
        .map_err(|_| OpenVaultError::Malformed)?;
    Ok(Vault {
        identity: Identity::from_secret(secret),
        community: contents.community,
        head: contents.head,
    })
}

fn decode(text: &str) -> Result<Vec<u8>, OpenVaultError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| OpenVaultError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{Cost, stretch};
    use parley_protocol::ids::CommunityId;

    fn keys(password: &str) -> PasswordKeys {
        let community = CommunityId::from_bytes([1; 32]);
        stretch(
            password,
            "ada",
            &community,
            Cost {
                memory: 64,
                passes: 1,
            },
        )
        .unwrap()
    }

    #[test]
    fn opens_only_with_its_password_for_its_member_and_unchanged() {
        let mut rng = Rng::from_seed([7; 32]);
        let inside = Vault {
            identity: Identity::generate(&mut rng),
            community: CommunityId::from_bytes([1; 32]),
            head: Head::EMPTY,
        };
        let user = UserId::from_bytes([2; 16]);
        let vault = wrap(&inside, &user, &keys("tulip"), &mut rng).unwrap();

        let opened = open(&vault, &user, &keys("tulip")).unwrap();
        assert_eq!(opened.identity.public_key(), inside.identity.public_key());
        assert_eq!(opened.community, inside.community);
        assert_eq!(opened.head, inside.head);
        assert_eq!(
            open(&vault, &user, &keys("rose")).unwrap_err(),
            OpenVaultError::WrongKey
        );
        let other = UserId::from_bytes([3; 16]);
        assert_eq!(
            open(&vault, &other, &keys("tulip")).unwrap_err(),
            OpenVaultError::WrongKey
        );
        assert_eq!(
            open("{}", &user, &keys("tulip")).unwrap_err(),
            OpenVaultError::Malformed
        );
    }
}
