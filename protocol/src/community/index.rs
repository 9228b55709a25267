//! Indexes derived from the rest of the state, so that no check has to scan all members, devices, invites or keys.
//! No rules.

use super::{Community, Device, Guest, Invite, Member};
use crate::ids::{DeviceId, InviteId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash};
use crate::map::{IdMap, IdSet};
use crate::{Millis, names};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Index {
    /// Active members by both skeletons of the name, hashed.
    users_by_skeleton: IdMap<Hash, UserId>,
    /// The skeletons of what each member, present or former, is called and signs in with.
    called: IdSet<(Hash, UserId)>,
    active_members: usize,
    active_devices_by_user: IdMap<UserId, IdSet<DeviceId>>,
    tally_by_user: IdMap<UserId, Tally>,
    signing_keys: IdSet<Ed25519PublicKey>,
    curve_keys: IdSet<Curve25519PublicKey>,
    open_invites: IdSet<(UserId, InviteId)>,
    /// Open invites by expiry; those without one last.
    open_invites_by_end: IdSet<(Millis, InviteId)>,
}

/// What one member has added to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// Invites ever made.
    pub(super) invites: usize,
    /// Devices ever added.
    pub(super) devices: usize,
    /// Members ever invited who joined.
    pub(super) joins: usize,
    /// Those of them who are active.
    pub(super) members: usize,
}

impl Index {
    /// Rebuilds the index of a state that was stored without it.
    pub(super) fn of(community: &Community) -> Self {
        let mut index = Self::default();
        for (user, member) in &community.members {
            index.add_member(*user, member, community.inviter_of(member));
        }
        for (id, device) in &community.devices {
            if !community.guests.contains_key(&device.user) {
                index.add_device(*id, device);
            }
        }
        for guest in community.guests.values() {
            let device = community.devices.get(&guest.device);
            index.add_guest(guest, device, community.inviter_of_guest(guest));
        }
        for (id, invite) in &community.invites {
            index.add_invite(*id, invite);
        }
        index
    }

    /// The active member with this name, or one that resembles it.
    pub(super) fn user_named(&self, name: &str) -> Option<UserId> {
        skeletons(name)
            .find_map(|skeleton| self.users_by_skeleton.get(&skeleton))
            .copied()
    }

    /// The members, present and former, who are called so, sign in so, or in a way that resembles it.
    pub(super) fn users_called(&self, name: &str) -> impl Iterator<Item = UserId> {
        skeletons(name).flat_map(|skeleton| {
            let first = (skeleton, UserId::from_bytes([0; 16]));
            let last = (skeleton, UserId::from_bytes([255; 16]));
            self.called.range(first..=last).map(|(_, user)| user)
        })
    }

    pub(super) fn add_name(&mut self, user: UserId, name: &str) {
        for skeleton in skeletons(name) {
            self.called.insert((skeleton, user));
        }
    }

    /// A member is no more called so. What they sign in with stays theirs, even if it resembles it.
    pub(super) fn drop_nickname(&mut self, user: UserId, login: &str, nickname: &str) {
        for skeleton in skeletons(nickname) {
            self.called.remove(&(skeleton, user));
        }
        self.add_name(user, login);
    }

    pub(super) fn active_member_count(&self) -> usize {
        self.active_members
    }

    pub(super) fn tally(&self, user: &UserId) -> Tally {
        self.tally_by_user.get(user).copied().unwrap_or_default()
    }

    pub(super) fn active_devices(&self, user: &UserId) -> impl Iterator<Item = DeviceId> {
        self.active_devices_by_user.get(user).into_iter().flatten()
    }

    pub(super) fn active_device_count(&self, user: &UserId) -> usize {
        self.active_devices_by_user.get(user).map_or(0, IdSet::len)
    }

    /// Whether an identity or device, present or former, has this key.
    pub(super) fn has_signing_key(&self, key: &Ed25519PublicKey) -> bool {
        self.signing_keys.contains(key)
    }

    pub(super) fn has_curve_key(&self, key: &Curve25519PublicKey) -> bool {
        self.curve_keys.contains(key)
    }

    pub(super) fn add_member(&mut self, user: UserId, member: &Member, inviter: Option<UserId>) {
        self.signing_keys.insert(member.identity);
        for (identity, _) in &member.former_identities {
            self.signing_keys.insert(*identity);
        }
        if let Some(inviter) = inviter {
            let tally = self.tally_by_user.or_default(inviter);
            tally.joins += 1;
            tally.members += usize::from(member.is_active());
        }
        self.add_name(user, &member.name);
        if let Some(nickname) = &member.nickname {
            self.add_name(user, nickname);
        }
        if member.is_active() {
            self.note_active(user, member);
        }
    }

    /// The keys of a guest are theirs for ever. They are no member.
    pub(super) fn add_guest(
        &mut self,
        guest: &Guest,
        device: Option<&Device>,
        inviter: Option<UserId>,
    ) {
        self.signing_keys.insert(guest.identity);
        if let Some(device) = device {
            self.signing_keys.insert(device.ed25519);
            self.curve_keys.insert(device.curve25519);
        }
        if let Some(inviter) = inviter {
            self.tally_by_user.or_default(inviter).joins += 1;
        }
    }

    /// A member who is not active comes back.
    pub(super) fn readmit_member(
        &mut self,
        user: UserId,
        member: &Member,
        inviter: Option<UserId>,
    ) {
        self.signing_keys.insert(member.identity);
        if let Some(inviter) = inviter {
            self.tally_by_user.or_default(inviter).members += 1;
        }
        self.note_active(user, member);
    }

    fn note_active(&mut self, user: UserId, member: &Member) {
        self.active_members += 1;
        for skeleton in skeletons(&member.name) {
            self.users_by_skeleton.insert(skeleton, user);
        }
    }

    pub(super) fn add_device(&mut self, id: DeviceId, device: &Device) {
        self.signing_keys.insert(device.ed25519);
        self.curve_keys.insert(device.curve25519);
        self.tally_by_user.or_default(device.user).devices += 1;
        if device.revoked_at.is_none() {
            self.active_devices_by_user
                .or_default(device.user)
                .insert(id);
        }
    }

    pub(super) fn drop_device(&mut self, user: &UserId, device: &DeviceId) {
        if let Some(devices) = self.active_devices_by_user.get_mut(user) {
            devices.remove(device);
            if devices.is_empty() {
                self.active_devices_by_user.remove(user);
            }
        }
    }

    /// Removes a member and returns what they leave behind. Their keys stay in use for ever.
    pub(super) fn drop_member(
        &mut self,
        user: &UserId,
        member: &Member,
        inviter: Option<UserId>,
    ) -> (IdSet<DeviceId>, Vec<InviteId>) {
        self.active_members = self.active_members.saturating_sub(1);
        for skeleton in skeletons(&member.name) {
            self.users_by_skeleton.remove(&skeleton);
        }
        if let Some(tally) = inviter.and_then(|by| self.tally_by_user.get_mut(&by)) {
            tally.members = tally.members.saturating_sub(1);
        }
        let devices = self.active_devices_by_user.remove(user).unwrap_or_default();
        (devices, self.open_invites_of(user).collect())
    }

    pub(super) fn open_invites_of(&self, user: &UserId) -> impl Iterator<Item = InviteId> {
        let first = (*user, InviteId::from_bytes([0; 16]));
        let last = (*user, InviteId::from_bytes([255; 16]));
        self.open_invites
            .range(first..=last)
            .map(|(_, invite)| invite)
    }

    /// Invites that are not revoked, used up, or expired at `at`.
    pub(super) fn open_invite_count(&self, at: Millis) -> usize {
        let first = (at, InviteId::from_bytes([0; 16]));
        self.open_invites_by_end.range(first..).count()
    }

    pub(super) fn add_invite(&mut self, id: InviteId, invite: &Invite) {
        self.tally_by_user.or_default(invite.by).invites += 1;
        if invite.is_open() {
            self.open_invites.insert((invite.by, id));
            self.open_invites_by_end.insert((end(invite), id));
        }
    }

    pub(super) fn close_invite(&mut self, id: InviteId, invite: &Invite) {
        self.open_invites.remove(&(invite.by, id));
        self.open_invites_by_end.remove(&(end(invite), id));
    }
}

fn skeletons(name: &str) -> impl Iterator<Item = Hash> {
    let found = names::skeletons(name);
    found.into_iter().map(|text| Hash::of(text.as_bytes()))
}

fn end(invite: &Invite) -> Millis {
    invite.expires_at.unwrap_or(Millis::MAX)
}
