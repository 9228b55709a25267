//! People and devices of the tests: their keys, ids and certificates.

use ed25519_dalek::{Signer as _, SigningKey};
use parley_protocol::Millis;
use parley_protocol::entry::{Action, DeviceDetails, MemberDetails, VaultKey};
use parley_protocol::ids::{
    CallSessionId, ChannelId, CommunityId, DeviceId, EntryId, InviteId, MessageId, RoleId, UserId,
};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash, Signature};
use parley_protocol::signing;

/// A counter that every id and key of a test comes from.
#[derive(Debug, Clone, Default)]
pub struct Numbers(u64);

impl Numbers {
    pub fn bytes(&mut self) -> [u8; 32] {
        self.0 += 1;
        *Hash::of_parts(&[&self.0.to_be_bytes()]).as_bytes()
    }

    pub fn id<T: From16>(&mut self) -> T {
        let bytes = self.bytes();
        T::from_16(std::array::from_fn(|index| bytes[index]))
    }

    pub fn key(&mut self) -> SigningKey {
        SigningKey::from_bytes(&self.bytes())
    }
}

/// Ids of any kind.
pub trait From16 {
    fn from_16(bytes: [u8; 16]) -> Self;
}

macro_rules! from_16 {
    ($($id:ident)*) => {
        $(impl From16 for $id {
            fn from_16(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        })*
    };
}

from_16!(CallSessionId ChannelId DeviceId EntryId InviteId MessageId RoleId UserId);

#[derive(Clone)]
pub struct TestDevice {
    pub id: DeviceId,
    pub key: SigningKey,
    pub curve25519: Curve25519PublicKey,
}

impl TestDevice {
    pub fn uncertified(&self) -> DeviceDetails {
        DeviceDetails {
            id: self.id,
            ed25519: Ed25519PublicKey::from_bytes(self.key.to_bytes()),
            curve25519: self.curve25519,
            label: "Firefox on Linux".to_owned(),
            certificate: Signature::from_bytes([0; 64]),
        }
    }

    pub fn new(numbers: &mut Numbers) -> Self {
        Self {
            id: numbers.id(),
            key: numbers.key(),
            curve25519: Curve25519PublicKey::from_bytes(numbers.bytes()),
        }
    }

    pub fn ed25519(&self) -> Ed25519PublicKey {
        public(&self.key)
    }
}

#[derive(Clone)]
pub struct Person {
    pub user: UserId,
    pub name: String,
    pub identity: SigningKey,
    pub device: TestDevice,
}

impl Person {
    pub fn new(numbers: &mut Numbers, name: &str) -> Self {
        Self {
            user: numbers.id(),
            name: name.to_owned(),
            identity: numbers.key(),
            device: TestDevice::new(numbers),
        }
    }

    pub fn identity_key(&self) -> Ed25519PublicKey {
        public(&self.identity)
    }

    /// A key for this person's vault, certified.
    pub fn vault_key(&self, community: CommunityId, key: Curve25519PublicKey) -> VaultKey {
        let message = signing::vault_key(&community, &self.user, &key);
        VaultKey {
            key,
            certificate: sign(&self.identity, &message),
        }
    }

    /// A device with the certificate of another one of this person.
    pub fn link(
        &self,
        community: CommunityId,
        by: &TestDevice,
        device: &TestDevice,
    ) -> DeviceDetails {
        let message = signing::linked_device(
            &community,
            &self.user,
            &device.id,
            &device.ed25519(),
            &device.curve25519,
        );
        DeviceDetails {
            ed25519: device.ed25519(),
            certificate: sign(&by.key, &message),
            ..device.uncertified()
        }
    }

    pub fn details(&self, community: CommunityId) -> MemberDetails {
        MemberDetails {
            user: self.user,
            name: self.name.clone(),
            identity: self.identity_key(),
            vault: None,
            device: self.certify(community, &self.device),
        }
    }

    /// As [`Person::details`] and [`Person::certify`], where nobody looks at the certificate.
    pub fn uncertified(&self) -> MemberDetails {
        MemberDetails {
            user: self.user,
            name: self.name.clone(),
            identity: Ed25519PublicKey::from_bytes(self.identity.to_bytes()),
            vault: None,
            device: self.device.uncertified(),
        }
    }

    /// A device with this person's certificate.
    pub fn certify(&self, community: CommunityId, device: &TestDevice) -> DeviceDetails {
        let message = signing::device_certificate(
            &community,
            &self.user,
            &device.id,
            &device.ed25519(),
            &device.curve25519,
        );
        DeviceDetails {
            id: device.id,
            ed25519: device.ed25519(),
            curve25519: device.curve25519,
            label: "Firefox on Linux".to_owned(),
            certificate: sign(&self.identity, &message),
        }
    }
}

#[derive(Clone)]
pub struct TestInvite {
    pub id: InviteId,
    pub key: SigningKey,
}

impl TestInvite {
    pub fn made(&self, expires_at: Option<Millis>, max_uses: Option<u32>) -> Action {
        Action::InviteMade {
            invite: self.id,
            key: public(&self.key),
            expires_at,
            max_uses,
            readmits: None,
            guest: None,
        }
    }
}

pub fn public(key: &SigningKey) -> Ed25519PublicKey {
    Ed25519PublicKey::from_bytes(key.verifying_key().to_bytes())
}

pub fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::from_bytes(key.sign(message).to_bytes())
}
