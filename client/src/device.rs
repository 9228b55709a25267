//! A device's own keys: its id, and the vodozemac account that signs and starts Olm sessions. Made on
//! the device and never leaving it.

use parley_protocol::entry::DeviceDetails;
use parley_protocol::ids::{CommunityId, DeviceId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Signature};
use parley_protocol::mail::{Prekeys, SignedPrekey};
use parley_protocol::signing;
use serde::{Deserialize, Serialize};
use vodozemac::olm::{Account, AccountPickle};

use crate::identity::Identity;
use crate::rng::Rng;

/// One-time keys published at once.
const ONE_TIME_KEYS: usize = 50;

/// Who this device is, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnDevice {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
}

/// A device's id and account.
pub(crate) struct DeviceKeys {
    id: DeviceId,
    account: Account,
}

impl DeviceKeys {
    pub(crate) fn generate(rng: &mut Rng) -> Self {
        Self {
            id: DeviceId::from_bytes(rng.bytes()),
            account: Account::new(),
        }
    }

    pub(crate) fn from_pickle(id: DeviceId, pickle: AccountPickle) -> Self {
        Self {
            id,
            account: Account::from_pickle(pickle),
        }
    }

    pub(crate) fn pickle(&self) -> AccountPickle {
        self.account.pickle()
    }

    pub(crate) fn id(&self) -> DeviceId {
        self.id
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn account_mut(&mut self) -> &mut Account {
        &mut self.account
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature::from_bytes(self.account.sign(message).to_bytes())
    }

    pub(crate) fn ed25519(&self) -> Ed25519PublicKey {
        Ed25519PublicKey::from_bytes(*self.account.ed25519_key().as_bytes())
    }

    pub(crate) fn curve25519(&self) -> Curve25519PublicKey {
        Curve25519PublicKey::from_bytes(self.account.curve25519_key().to_bytes())
    }

    /// How the device stands in the log, certified by its user's identity.
    pub(crate) fn details(
        &self,
        identity: &Identity,
        community: &CommunityId,
        user: &UserId,
        label: String,
    ) -> DeviceDetails {
        let (ed25519, curve25519) = (self.ed25519(), self.curve25519());
        let message = signing::device_certificate(community, user, &self.id, &ed25519, &curve25519);
        DeviceDetails {
            id: self.id,
            ed25519,
            curve25519,
            label,
            certificate: identity.sign(&message),
        }
    }

    /// Makes fresh keys to leave at the relay. Keep the account before they are sent.
    pub(crate) fn make_prekeys(
        &mut self,
        community: &CommunityId,
        one_time: bool,
        fallback: bool,
    ) -> Prekeys {
        if one_time {
            self.account.generate_one_time_keys(ONE_TIME_KEYS);
        }
        if fallback {
            self.account.generate_fallback_key();
        }
        let prekeys = Prekeys {
            one_time: self
                .account
                .one_time_keys()
                .values()
                .map(|key| self.sign_prekey(community, *key, false))
                .collect(),
            fallback: self
                .account
                .fallback_key()
                .values()
                .next()
                .map(|key| self.sign_prekey(community, *key, true)),
        };
        self.account.mark_keys_as_published();
        prekeys
    }

    fn sign_prekey(
        &self,
        community: &CommunityId,
        key: vodozemac::Curve25519PublicKey,
        fallback: bool,
    ) -> SignedPrekey {
        let key = Curve25519PublicKey::from_bytes(key.to_bytes());
        SignedPrekey {
            key,
            signature: self.sign(&signing::prekey(community, &self.id, &key, fallback)),
        }
    }
}

impl std::fmt::Debug for DeviceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, account: _ } = self;
        f.debug_struct("DeviceKeys")
            .field("id", id)
            .finish_non_exhaustive()
    }
}
