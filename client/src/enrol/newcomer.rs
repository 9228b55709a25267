//! Somebody new, and entries that are signed before there is an engine.

use parley_protocol::Millis;
use parley_protocol::auth::{RecoverySecret, RegisterRequest, Ticket, Wrap};
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, Entry, EntryBody, Head, MemberDetails, VaultKey};
use parley_protocol::ids::{CommunityId, EntryId, UserId};
use parley_protocol::signing;

use super::{EnrolError, Enrolment, records};
use crate::device::DeviceKeys;
use crate::identity::Identity;
use crate::password::PasswordKeys;
use crate::recovery::RecoveryKey;
use crate::rng::Rng;
use crate::vault::{self, Vault, VaultSecret};

/// How somebody new will sign in again.
pub(super) enum FirstWay<'a> {
    Password(&'a PasswordKeys),
    /// At an identity provider, which vouches for them by a ticket; the recovery key opens the vault.
    Provider(&'a RecoveryKey, Ticket),
    /// Not at all.
    Guest,
}

/// Somebody new, with all their keys.
pub(super) struct Newcomer {
    identity: Identity,
    vault: VaultSecret,
    pub(super) device: DeviceKeys,
    pub(super) details: MemberDetails,
}

impl Newcomer {
    pub(super) fn generate(
        community: CommunityId,
        user: UserId,
        name: String,
        label: String,
        rng: &mut Rng,
    ) -> Self {
        let identity = Identity::generate(rng);
        let vault = VaultSecret::generate(rng);
        let device = DeviceKeys::generate(rng);
        let details = MemberDetails {
            user,
            name,
            identity: identity.public_key(),
            vault: Some(vault_key(&identity, &community, &user, &vault)),
            device: device.details(&identity, &community, &user, label),
        };
        Self {
            identity,
            vault,
            device,
            details,
        }
    }

    /// Certifies the device and the vault for a community that has its id only now.
    pub(super) fn certify_for(&mut self, community: &CommunityId) {
        let MemberDetails {
            user,
            device,
            vault,
            ..
        } = &mut self.details;
        *vault = Some(vault_key(&self.identity, community, user, &self.vault));
        let label = std::mem::take(&mut device.label);
        *device = self.device.details(&self.identity, community, user, label);
    }

    pub(super) fn sign(
        &self,
        community: CommunityId,
        head: Head,
        action: Action,
        rng: &mut Rng,
        now: Millis,
    ) -> Entry {
        sign(&self.device, community, head, action, rng, now)
    }

    pub(super) fn enrol(
        mut self,
        log: &Community,
        setup_token: Option<String>,
        new: Vec<Entry>,
        entries: Vec<Entry>,
        way: &FirstWay<'_>,
        rng: &mut Rng,
    ) -> Result<Enrolment, EnrolError> {
        let user = self.details.user;
        let prekeys = self.device.make_prekeys(&log.id(), true, true);
        let vault = Vault {
            identity: self.identity,
            secret: Some(self.vault),
            community: log.id(),
            head: log.head(),
        };
        let mut request = RegisterRequest {
            setup_token,
            entries: new,
            login_secret: None,
            prekeys,
            wraps: Vec::new(),
            recovery_secret: None,
            oidc: None,
        };
        match way {
            FirstWay::Password(keys) => {
                let wrap = vault::wrap(&vault, &user, &keys.wrap_key(), rng)?;
                request.wraps.push(Wrap::password(wrap));
                request.login_secret = Some(keys.login_secret());
            }
            FirstWay::Provider(key, ticket) => {
                let keys = key.keys();
                let wrap = vault::wrap(&vault, &user, &keys.wrap, rng)?;
                request.wraps.push(Wrap::recovery(wrap));
                request.recovery_secret = Some(RecoverySecret(keys.secret.0));
                request.oidc = Some(ticket.clone());
            }
            FirstWay::Guest => {}
        }
        Ok(Enrolment {
            request,
            records: records(user, &self.device, log, &entries),
            user,
        })
    }
}

/// A vault's public key, certified.
pub(super) fn vault_key(
    identity: &Identity,
    community: &CommunityId,
    user: &UserId,
    secret: &VaultSecret,
) -> VaultKey {
    let key = secret.public_key();
    VaultKey {
        key,
        certificate: identity.sign(&signing::vault_key(community, user, &key)),
    }
}

pub(super) fn sign(
    device: &DeviceKeys,
    community: CommunityId,
    head: Head,
    action: Action,
    rng: &mut Rng,
    now: Millis,
) -> Entry {
    let body = EntryBody {
        community,
        id: EntryId::from_bytes(rng.bytes()),
        at: now,
        head,
        action,
    };
    sign_body(device, &body)
}

pub(super) fn sign_body(device: &DeviceKeys, body: &EntryBody) -> Entry {
    let body = body.to_text();
    Entry {
        signature: device.sign(&signing::entry(&body)),
        author: device.id(),
        body,
    }
}
