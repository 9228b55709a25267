//! What two devices must agree on for a verification to be worth anything: who they are, and all keys of both as each
//! finds them in its own log. Everything that is compared or authenticated is bound to it, so that two members who were
//! shown different keys see different emoji.

use parley_protocol::community::Community;
use parley_protocol::ids::{CommunityId, DeviceId, UserId, VerificationId};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash};
use vodozemac::sas::{EstablishedSas, Mac, SasBytes};

/// One side: a member by one of their devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Party {
    user: UserId,
    identity: Ed25519PublicKey,
    device: DeviceId,
    ed25519: Ed25519PublicKey,
    curve25519: Curve25519PublicKey,
}

impl Party {
    fn of(log: &Community, device: DeviceId) -> Option<Self> {
        let found = log.active_device(&device)?;
        Some(Self {
            user: found.user,
            identity: log.active_member(&found.user)?.identity,
            device,
            ed25519: found.ed25519,
            curve25519: found.curve25519,
        })
    }

    fn hash(&self) -> Hash {
        Hash::of_parts(&[
            self.user.as_bytes(),
            self.identity.as_bytes(),
            self.device.as_bytes(),
            self.ed25519.as_bytes(),
            self.curve25519.as_bytes(),
        ])
    }
}

/// Both sides of one verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transcript {
    id: VerificationId,
    community: CommunityId,
    asker: Party,
    answerer: Party,
}

impl Transcript {
    /// As the log has both devices. `None` if one of them is not active.
    pub(super) fn of(
        log: &Community,
        id: VerificationId,
        asker: DeviceId,
        answerer: DeviceId,
    ) -> Option<Self> {
        Some(Self {
            id,
            community: log.id(),
            asker: Party::of(log, asker)?,
            answerer: Party::of(log, answerer)?,
        })
    }

    fn hash(&self) -> Hash {
        Hash::of_parts(&[
            b"parley verification 1",
            self.id.as_bytes(),
            self.community.as_bytes(),
            self.asker.hash().as_bytes(),
            self.answerer.hash().as_bytes(),
        ])
    }

    /// What people compare: 42 bits as emoji, 39 as numbers.
    pub(super) fn short_string(
        &self,
        sas: &EstablishedSas,
        asker: &Curve25519PublicKey,
        answerer: &Curve25519PublicKey,
    ) -> SasBytes {
        let transcript = self.hash();
        sas.bytes(&format!(
            "parley verification sas 1|{transcript}|{asker}|{answerer}"
        ))
    }

    /// What a device sends when its person says that both screens show the same.
    pub(super) fn mac(&self, sas: &EstablishedSas, sender: DeviceId) -> Option<Hash> {
        let mac = sas.calculate_mac(&self.hash().to_string(), &mac_info(sender));
        mac.as_bytes().try_into().ok().map(Hash::from_bytes)
    }

    /// Whether the other side authenticated the same, in constant time.
    pub(super) fn is_mac_of(&self, mac: &Hash, sas: &EstablishedSas, sender: DeviceId) -> bool {
        let mac = Mac::from_slice(mac.as_bytes());
        sas.verify_mac(&self.hash().to_string(), &mac_info(sender), &mac)
            .is_ok()
    }
}

/// Each side's MAC is another one, so that none can be sent back.
fn mac_info(sender: DeviceId) -> String {
    format!("parley verification mac 1|{sender}")
}

/// Binds the answerer to a key before it has seen the asker's: without it, whoever stands between them could try keys
/// until the emoji agree.
pub(super) fn commitment(id: VerificationId, key: &Curve25519PublicKey) -> Hash {
    Hash::of_parts(&[
        b"parley verification commitment 1",
        id.as_bytes(),
        key.as_bytes(),
    ])
}
