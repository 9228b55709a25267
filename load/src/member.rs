//! Made-up members and devices with real signatures. Their ciphertext is random: a relay cannot tell the
//! difference.

use std::sync::Arc;

use anyhow::{Context, Result};
use ed25519_dalek::{Signer, SigningKey};
use parley_protocol::entry::{
    Action, DeviceDetails, Entry, EntryBody, Head, MemberDetails, Permission,
};
use parley_protocol::ids::{CommunityId, DeviceId, EntryId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Signature};
use parley_protocol::mail::{Prekeys, SignedPrekey};
use parley_protocol::signing;

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system has no randomness: {error}"))?;
    Ok(bytes)
}

/// A signing key pair.
pub(crate) struct Key(SigningKey);

impl Key {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(SigningKey::from_bytes(&random()?)))
    }

    pub(crate) fn public(&self) -> Ed25519PublicKey {
        Ed25519PublicKey::from_bytes(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature::from_bytes(self.0.sign(message).to_bytes())
    }
}

/// One device with its key.
pub(crate) struct Device {
    pub(crate) community: CommunityId,
    pub(crate) id: DeviceId,
    pub(crate) key: Arc<Key>,
    curve25519: Curve25519PublicKey,
}

impl Device {
    pub(crate) fn new(community: CommunityId) -> Result<Self> {
        Ok(Self {
            community,
            id: DeviceId::from_bytes(random()?),
            key: Arc::new(Key::new()?),
            curve25519: Curve25519PublicKey::from_bytes(random()?),
        })
    }

    /// Signs a log entry.
    pub(crate) fn entry(&self, head: Head, action: Action) -> Result<Entry> {
        self.sign(&self.body(head, action)?)
    }

    fn body(&self, head: Head, action: Action) -> Result<EntryBody> {
        Ok(EntryBody {
            community: self.community,
            id: EntryId::from_bytes(random()?),
            at: 1_700_000_000_000,
            head,
            action,
        })
    }

    /// Signs the genesis of a community that `owner` founds. This device belongs to it from now on.
    pub(crate) fn genesis(&mut self, owner: &Member, name: &str) -> Result<Entry> {
        let mut body = self.body(
            Head::EMPTY,
            Action::CommunityCreated {
                name: name.into(),
                owner: owner.details(self),
                everyone: [Permission::SendMessages].into(),
            },
        )?;
        self.community = body.founded_community().context("not a genesis")?;
        body.community = self.community;
        if let Action::CommunityCreated { owner: details, .. } = &mut body.action {
            *details = owner.details(self);
        }
        self.sign(&body)
    }

    fn sign(&self, body: &EntryBody) -> Result<Entry> {
        let body = serde_json::to_string(body).context("cannot write JSON")?;
        let signature = self.key.sign(&signing::entry(&body));
        Ok(Entry {
            body,
            author: self.id,
            signature,
        })
    }

    /// The minimum that a device publishes: its fallback key.
    pub(crate) fn prekeys(&self) -> Result<Prekeys> {
        let key = Curve25519PublicKey::from_bytes(random()?);
        let signature = self
            .key
            .sign(&signing::prekey(&self.community, &self.id, &key, true));
        Ok(Prekeys {
            one_time: Vec::new(),
            fallback: Some(SignedPrekey { key, signature }),
        })
    }
}

/// One member, who certifies devices.
pub(crate) struct Member {
    pub(crate) user: UserId,
    identity: Key,
    name: String,
}

impl Member {
    pub(crate) fn new(name: String) -> Result<Self> {
        Ok(Self {
            user: UserId::from_bytes(random()?),
            identity: Key::new()?,
            name,
        })
    }

    pub(crate) fn identity(&self) -> Ed25519PublicKey {
        self.identity.public()
    }

    /// The member's details for the log, with their first device.
    pub(crate) fn details(&self, device: &Device) -> MemberDetails {
        MemberDetails {
            user: self.user,
            name: self.name.clone(),
            identity: self.identity(),
            vault: None,
            device: self.certified(device),
        }
    }

    /// The details of a device of this member for the log.
    pub(crate) fn certified(&self, device: &Device) -> DeviceDetails {
        let ed25519 = device.key.public();
        let certificate = self.identity.sign(&signing::device_certificate(
            &device.community,
            &self.user,
            &device.id,
            &ed25519,
            &device.curve25519,
        ));
        DeviceDetails {
            id: device.id,
            ed25519,
            curve25519: device.curve25519,
            label: "load".into(),
            certificate,
        }
    }
}
