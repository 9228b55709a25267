//! What can be worked out from the rest of the state, kept ready so that no check looks at every device,
//! invite or key there ever was. No rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::DeviceDetails;
use crate::ids::{DeviceId, InviteId, RoleId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Index {
    active_devices_by_user: BTreeMap<UserId, BTreeSet<DeviceId>>,
    signing_keys: BTreeSet<Ed25519PublicKey>,
    curve_keys: BTreeSet<Curve25519PublicKey>,
    open_invites: BTreeSet<(UserId, InviteId)>,
    role_given_at: BTreeMap<(UserId, RoleId), u64>,
}

impl Index {
    pub(super) fn active_devices(&self, user: &UserId) -> impl Iterator<Item = DeviceId> {
        self.active_devices_by_user
            .get(user)
            .into_iter()
            .flatten()
            .copied()
    }

    pub(super) fn active_device_count(&self, user: &UserId) -> usize {
        self.active_devices_by_user
            .get(user)
            .map_or(0, BTreeSet::len)
    }

    /// Whether an identity or a device, also a gone one, has this key.
    pub(super) fn has_signing_key(&self, key: &Ed25519PublicKey) -> bool {
        self.signing_keys.contains(key)
    }

    pub(super) fn has_curve_key(&self, key: &Curve25519PublicKey) -> bool {
        self.curve_keys.contains(key)
    }

    pub(super) fn add_identity(&mut self, identity: Ed25519PublicKey) {
        self.signing_keys.insert(identity);
    }

    pub(super) fn add_device(&mut self, user: UserId, device: &DeviceDetails) {
        self.signing_keys.insert(device.ed25519);
        self.curve_keys.insert(device.curve25519);
        self.active_devices_by_user
            .entry(user)
            .or_default()
            .insert(device.id);
    }

    pub(super) fn drop_device(&mut self, user: &UserId, device: &DeviceId) {
        if let Some(devices) = self.active_devices_by_user.get_mut(user) {
            devices.remove(device);
        }
    }

    /// Forgets somebody who is gone, and says what they leave behind. Their keys stay in use for ever.
    pub(super) fn drop_member(&mut self, user: &UserId) -> (BTreeSet<DeviceId>, Vec<InviteId>) {
        let devices = self.active_devices_by_user.remove(user).unwrap_or_default();
        let invites: Vec<InviteId> = self
            .open_invites
            .iter()
            .filter(|(by, _)| by == user)
            .map(|(_, invite)| *invite)
            .collect();
        self.open_invites.retain(|(by, _)| by != user);
        self.role_given_at
            .retain(|(given_to, _), _| given_to != user);
        (devices, invites)
    }

    /// Invites that are neither ended nor used up.
    pub(super) fn open_invite_count(&self) -> usize {
        self.open_invites.len()
    }

    pub(super) fn open_invite(&mut self, by: UserId, invite: InviteId) {
        self.open_invites.insert((by, invite));
    }

    pub(super) fn close_invite(&mut self, by: UserId, invite: InviteId) {
        self.open_invites.remove(&(by, invite));
    }

    /// Where the first of these roles was given to a member who has it.
    pub(super) fn first_given_at(&self, user: &UserId, roles: &BTreeSet<RoleId>) -> Option<u64> {
        roles
            .iter()
            .filter_map(|role| self.role_given_at.get(&(*user, *role)))
            .min()
            .copied()
    }

    /// A role that is given again keeps its first place.
    pub(super) fn give_role(&mut self, user: UserId, role: RoleId, place: u64) {
        self.role_given_at.entry((user, role)).or_insert(place);
    }

    pub(super) fn take_role(&mut self, user: UserId, role: RoleId) {
        self.role_given_at.remove(&(user, role));
    }
}
