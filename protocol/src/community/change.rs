//! Applies an allowed entry to the state. [`super::rules`] has checked it before.

use super::{Channel, Community, Device, Invite, Member, Restriction, Role, VaultPosition};
use crate::entry::{
    Action, CallRules, ChannelDetails, ChannelKind, DeviceDetails, EntryBody, MemberDetails,
    Readers, VaultChain,
};
use crate::ids::{ChannelId, DeviceId, InviteId, RoleId, UserId};
use crate::map::IdSet;

impl Community {
    /// Changes the state. Cannot fail: everything was checked before.
    pub(super) fn perform(&mut self, body: &EntryBody, author: UserId) {
        let seq = self.head().seq.saturating_add(1);
        match &body.action {
            Action::CommunityCreated { .. } => {}
            Action::InviteMade {
                invite,
                key,
                expires_at,
                max_uses,
                readmits,
                guest,
            } => {
                let made = Invite {
                    by: author,
                    key: *key,
                    expires_at: *expires_at,
                    max_uses: *max_uses,
                    uses: 0,
                    revoked: false,
                    readmits: *readmits,
                    guest: *guest,
                };
                self.index.add_invite(*invite, &made);
                self.invites.insert(*invite, made);
            }
            Action::InviteRevoked { invite } => self.revoke_invite(*invite),
            Action::MemberJoined { invite, member, .. } => {
                self.use_invite(*invite);
                let lets_in_guests = self
                    .invites
                    .get(invite)
                    .is_some_and(|it| it.guest.is_some());
                if lets_in_guests {
                    self.insert_guest(member, *invite, seq);
                } else if self.members.contains_key(&member.user) {
                    self.readmit_member(member, seq);
                } else {
                    self.insert_member(member, Some(*invite), seq);
                }
            }
            Action::MemberRemoved { user } => self.remove_member(*user, seq),
            Action::DeviceAdded {
                user,
                device,
                linked_by,
            } => self.insert_device(*user, device, *linked_by, seq),
            Action::MemberRenamed { name } => self.rename_member(author, name),
            Action::DeviceRevoked { device } => self.revoke_device(*device, seq),
            Action::VaultKeySet { vault } => {
                if let Some(member) = self.members.get_mut(&author) {
                    member.vault = Some(vault.key);
                    member.vault_keys_set = member.vault_keys_set.saturating_add(1);
                }
            }
            Action::VaultNoted { chains } => self.note_vault(author, chains),
            Action::RoleDefined {
                role,
                name,
                permissions,
            } => {
                let defined = Role {
                    name: name.clone(),
                    permissions: permissions.clone(),
                };
                self.roles.insert(*role, defined);
                self.note_permissions(*role, seq);
            }
            Action::RoleGiven { user, role } => self.give_role(*user, *role, seq),
            Action::RoleTaken { user, role } => self.take_role(*user, *role, seq),
            Action::ChannelCreated {
                channel,
                kind,
                details,
            } => self.insert_channel(*channel, *kind, details, seq),
            Action::ChannelChanged {
                channel,
                details,
                opens_past,
            } => {
                self.change_channel(*channel, details, seq);
                if *opens_past {
                    self.past.opened(*channel, seq);
                }
            }
            Action::ChannelArchived { channel } => {
                if let Some(found) = self.channels.get_mut(channel) {
                    found.archived = true;
                    self.past.archived(*channel, seq);
                }
            }
            Action::CallsOrdered { order } => self.perform_call_order(author, order),
        }
    }

    pub(super) fn insert_member(
        &mut self,
        details: &MemberDetails,
        invite: Option<InviteId>,
        seq: u64,
    ) {
        let member = Member {
            name: details.name.clone(),
            nickname: None,
            renames: 0,
            identity: details.identity,
            former_identities: Vec::new(),
            vault: details.vault.map(|vault| vault.key),
            vault_keys_set: 0,
            vault_notes: 0,
            roles: IdSet::new(),
            joined_at: seq,
            removed_at: None,
            invite,
            calls: Restriction::default(),
            call_orders: 0,
        };
        let inviter = self.inviter_of(&member);
        self.index.add_member(details.user, &member, inviter);
        self.members.insert(details.user, member);
        self.insert_device(details.user, &details.device, None, seq);
    }

    /// A member comes back with new keys. Roles stay; what they had added under the keys before ends, and as a reader
    /// they begin anew.
    fn readmit_member(&mut self, details: &MemberDetails, seq: u64) {
        let user = details.user;
        if self.active_member(&user).is_some() {
            self.remove_member(user, seq);
        }
        let Some(member) = self.members.get_mut(&user) else {
            return;
        };
        if let Some(nickname) = member.nickname.take() {
            // Somebody else may have joined under it meanwhile.
            self.index.drop_nickname(user, &member.name, &nickname);
        }
        member.former_identities.push((member.identity, seq));
        member.identity = details.identity;
        member.vault = details.vault.map(|vault| vault.key);
        member.joined_at = seq;
        member.removed_at = None;
        if let Some(member) = self.members.get(&user) {
            let inviter = self.inviter_of(member);
            self.index.readmit_member(user, member, inviter);
        }
        self.insert_device(user, &details.device, None, seq);
    }

    fn rename_member(&mut self, user: UserId, name: &str) {
        let Some(member) = self.members.get_mut(&user) else {
            return;
        };
        let nickname = (name != member.name).then(|| name.to_owned());
        member.renames = member.renames.saturating_add(1);
        if let Some(before) = std::mem::replace(&mut member.nickname, nickname) {
            self.index.drop_nickname(user, &member.name, &before);
        }
        self.index.add_name(user, name);
    }

    fn note_vault(&mut self, author: UserId, chains: &[VaultChain]) {
        for chain in chains {
            if let Some(device) = self.devices.get_mut(&chain.device) {
                device.vault = Some(VaultPosition {
                    counter: chain.counter,
                    hash: chain.hash,
                });
            }
        }
        if let Some(member) = self.members.get_mut(&author) {
            member.vault_notes = member.vault_notes.saturating_add(1);
        }
    }

    fn insert_device(
        &mut self,
        user: UserId,
        details: &DeviceDetails,
        linked_by: Option<DeviceId>,
        seq: u64,
    ) {
        let device = Device {
            user,
            ed25519: details.ed25519,
            curve25519: details.curve25519,
            label: details.label.clone(),
            added_at: seq,
            revoked_at: None,
            linked_by,
            vault: None,
            ended_stay: None,
        };
        self.index.add_device(details.id, &device);
        self.devices.insert(details.id, device);
    }

    /// A removed member's devices and open invites end with them.
    fn remove_member(&mut self, user: UserId, seq: u64) {
        self.note_loss(&user, seq);
        let Some(member) = self.members.get(&user) else {
            return;
        };
        let let_in_by = self.inviter_of(member);
        let (devices, invites) = self.index.drop_member(&user, member, let_in_by);
        if let Some(member) = self.members.get_mut(&user) {
            member.removed_at = Some(seq);
        }
        for device in &devices {
            if let Some(device) = self.devices.get_mut(&device) {
                device.revoked_at = Some(seq);
            }
        }
        for invite in invites {
            self.revoke_invite(invite);
        }
        self.take_from_stages(user);
    }

    fn revoke_device(&mut self, device: DeviceId, seq: u64) {
        if let Some(found) = self.devices.get_mut(&device) {
            found.revoked_at = Some(seq);
            let user = found.user;
            self.index.drop_device(&user, &device);
            self.note_loss(&user, seq);
        }
    }

    fn revoke_invite(&mut self, id: InviteId) {
        if let Some(invite) = self.invites.get_mut(&id) {
            invite.revoked = true;
            self.index.close_invite(id, invite);
        }
    }

    fn use_invite(&mut self, id: InviteId) {
        if let Some(invite) = self.invites.get_mut(&id) {
            invite.uses = invite.uses.saturating_add(1);
            if invite.is_used_up() {
                self.index.close_invite(id, invite);
            }
        }
    }

    fn give_role(&mut self, user: UserId, role: RoleId, seq: u64) {
        if let Some(member) = self.members.get_mut(&user) {
            member.roles.insert(role);
            self.past.member_holds(user, role, true, seq);
        }
    }

    fn take_role(&mut self, user: UserId, role: RoleId, seq: u64) {
        let before = self.private_channels_of(&user);
        if let Some(member) = self.members.get_mut(&user) {
            member.roles.remove(&role);
            self.past.member_holds(user, role, false, seq);
        }
        for channel in before {
            if !self.may_read(&user, &channel) {
                self.past.lost_by_one(channel, seq);
            }
        }
    }

    fn insert_channel(
        &mut self,
        id: ChannelId,
        kind: ChannelKind,
        details: &ChannelDetails,
        seq: u64,
    ) {
        let channel = Channel {
            kind,
            details: details.clone(),
            archived: false,
            created_at: seq,
            rules: CallRules::default(),
            speakers: IdSet::new(),
        };
        self.past.readers_are(id, &details.readers, seq);
        self.past.expires_after(id, details.expires_after, seq);
        self.channels.insert(id, channel);
    }

    /// Conservative: a change from everyone to certain roles counts as a loss, whoever has them.
    fn change_channel(&mut self, id: ChannelId, details: &ChannelDetails, seq: u64) {
        if let Some(channel) = self.channels.get_mut(&id) {
            if channel.details.readers != details.readers && details.readers != Readers::Everyone {
                self.past.lost_by_one(id, seq);
            }
            channel.details = details.clone();
            self.past.readers_are(id, &details.readers, seq);
            self.past.expires_after(id, details.expires_after, seq);
        }
    }

    /// Records that a user, or one of their devices, loses the right to read everywhere.
    fn note_loss(&mut self, user: &UserId, seq: u64) {
        self.past.lost_by_all(seq);
        for channel in self.private_channels_of(user) {
            self.past.lost_by_one(channel, seq);
        }
    }

    fn private_channels_of(&self, user: &UserId) -> Vec<ChannelId> {
        self.channels
            .iter()
            .filter(|(id, channel)| {
                channel.details.readers != Readers::Everyone && self.may_read(user, id)
            })
            .map(|(id, _)| *id)
            .collect()
    }
}
