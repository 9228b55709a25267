//! What a member's vault needs to be opened: their identity, and the secret half of the vault's key. The relay keeps it
//! wrapped, once for each way in: under a key of the password, of the recovery key, of a passkey.

mod chain;
mod contents;
pub(crate) mod restore;
mod secret;
mod wrap_key;

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

pub(crate) use chain::{ChainEnd, ChainOf};
pub use contents::NamedValue;
pub(crate) use contents::{KeptKey, SegmentContents};
pub use restore::{Restore, RestoredBatch, RestoredValue, VaultProblem};
pub(crate) use restore::{direct_record, origin_of};
pub use secret::{OpenSealedError, VaultSecret, seal};
pub use wrap_key::{WrapKey, WrapUse};

use crate::identity::Identity;
use crate::rng::Rng;

/// Name of the record of a key that is to be put into the log.
pub(crate) const NEW_KEY: &str = "new key";

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
    /// What opens the segments of the vault. `None` for a member from before there were any.
    pub secret: Option<VaultSecret>,
    /// The community that it belongs to. Commits to the genesis entry.
    pub community: CommunityId,
    /// A head of the community log at a time when the member had seen it: every later log has it.
    pub head: Head,
}

/// The plaintext of a vault.
#[derive(Serialize, Deserialize)]
struct Contents {
    identity: String,
    #[serde(default)]
    secret: Option<String>,
    community: CommunityId,
    head: Head,
}

/// A vault that does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenVaultError {
    /// Not a wrapped vault, or of a version this client does not know.
    #[error("the vault cannot be read")]
    Malformed,
    /// Wrapped with another key, for another member or another way in, or changed by somebody.
    #[error("the vault does not open with this key")]
    WrongKey,
}

/// Seals a vault for one way in: XChaCha20-Poly1305, bound to the member's id and to the way.
///
/// # Errors
/// [`OpenVaultError::Malformed`] if the text cannot be made, which no input causes.
pub fn wrap(
    vault: &Vault,
    user: &UserId,
    key: &WrapKey,
    rng: &mut Rng,
) -> Result<String, OpenVaultError> {
    let nonce: [u8; 24] = rng.bytes();
    let contents = Contents {
        identity: URL_SAFE_NO_PAD.encode(vault.identity.to_secret().as_slice()),
        secret: vault
            .secret
            .as_ref()
            .map(|it| URL_SAFE_NO_PAD.encode(it.to_bytes().as_slice())),
        community: vault.community,
        head: vault.head,
    };
    let plaintext = Zeroizing::new(json::write(&contents));
    drop((
        Zeroizing::new(contents.identity),
        Zeroizing::new(contents.secret),
    ));
    let payload = Payload {
        msg: plaintext.as_bytes(),
        aad: &key.bound_to(user),
    };
    let ciphertext = XChaCha20Poly1305::new(key.as_bytes().into())
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
pub fn open(vault: &str, user: &UserId, key: &WrapKey) -> Result<Vault, OpenVaultError> {
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
        aad: &key.bound_to(user),
    };
    let plaintext = XChaCha20Poly1305::new(key.as_bytes().into())
        .decrypt(&XNonce::from(nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| OpenVaultError::WrongKey)?;
    let contents: Contents =
        json::read(plaintext.as_slice()).map_err(|_| OpenVaultError::Malformed)?;
    let identity = decode_key(contents.identity)?;
    let secret = contents.secret.map(decode_key).transpose()?;
    Ok(Vault {
        identity: Identity::from_secret(*identity),
        secret: secret.map(|it| VaultSecret::from_bytes(&it)),
        community: contents.community,
        head: contents.head,
    })
}

fn decode_key(text: String) -> Result<Zeroizing<[u8; 32]>, OpenVaultError> {
    let text = Zeroizing::new(text);
    let key = Zeroizing::new(decode(&text)?);
    let key: [u8; 32] = key
        .as_slice()
        .try_into()
        .map_err(|_| OpenVaultError::Malformed)?;
    Ok(Zeroizing::new(key))
}

fn decode(text: &str) -> Result<Vec<u8>, OpenVaultError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| OpenVaultError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(way: WrapUse, byte: u8) -> WrapKey {
        WrapKey::new(way, &[byte; 32])
    }

    #[test]
    fn opens_only_with_its_key_for_its_member_and_way_and_unchanged() {
        let mut rng = Rng::from_seed([7; 32]);
        let inside = Vault {
            identity: Identity::generate(&mut rng),
            secret: Some(VaultSecret::generate(&mut rng)),
            community: CommunityId::from_bytes([1; 32]),
            head: Head::EMPTY,
        };
        let user = UserId::from_bytes([2; 16]);
        let right = key(WrapUse::Password, 5);
        let vault = wrap(&inside, &user, &right, &mut rng).unwrap();

        let opened = open(&vault, &user, &right).unwrap();
        assert_eq!(opened.identity.public_key(), inside.identity.public_key());
        let public = |vault: &Vault| vault.secret.as_ref().map(VaultSecret::public_key);
        assert_eq!(public(&opened), public(&inside));
        assert_eq!(opened.community, inside.community);
        assert_eq!(opened.head, inside.head);
        for wrong in [key(WrapUse::Password, 6), key(WrapUse::Recovery, 5)] {
            let refused = open(&vault, &user, &wrong).unwrap_err();
            assert_eq!(refused, OpenVaultError::WrongKey);
        }
        let other = UserId::from_bytes([3; 16]);
        assert_eq!(
            open(&vault, &other, &right).unwrap_err(),
            OpenVaultError::WrongKey
        );
        assert_eq!(
            open("{}", &user, &right).unwrap_err(),
            OpenVaultError::Malformed
        );
    }
}
