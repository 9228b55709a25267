//! The rules: who may author an entry, and whether its action is allowed at this sequence number. [`super::change`]
//! applies it.

mod calls;
mod device;
mod readmission;
mod renaming;
mod vault;

use device::{Certifier, check_device};
use vault::check_vault_key;

use super::{Community, Rejection, check_signature};
use crate::entry::{
    Action, ChannelDetails, DeviceDetails, Entry, EntryBody, MemberDetails, Permission,
    Permissions, Readers,
};
use crate::ids::{ChannelId, CommunityId, RoleId, UserId};
use crate::limits::{
    EXPIRY_SECONDS, MAX_CHANNELS, MAX_DEVICES_EVER_PER_MEMBER, MAX_DEVICES_PER_MEMBER,
    MAX_INVITES_EVER_PER_MEMBER, MAX_JOINS_BY_INVITER, MAX_MEMBERS, MAX_MEMBERS_BY_INVITER,
    MAX_OPEN_INVITES, MAX_OPEN_INVITES_PER_MEMBER, MAX_ROLES, MAX_TOPIC_CHARS,
};
use crate::{Millis, names, signing};

impl Community {
    /// Verifies the entry's signature and returns its author. New members sign with the key that they bring.
    pub(super) fn check_author(&self, entry: &Entry, action: &Action) -> Result<UserId, Rejection> {
        match action {
            Action::MemberJoined { invite, member, .. } => {
                let invite = self.invites.get(invite);
                match invite.and_then(|invite| invite.readmits) {
                    Some(user) => self.check_readmitted(entry, user, member)?,
                    None => self.check_newcomer(entry, self.id, member)?,
                }
                Ok(member.user)
            }
            Action::DeviceAdded {
                user,
                device,
                linked_by,
            } => {
                let member = self.active_member(user).ok_or(Rejection::UnknownMember)?;
                let certifier = match linked_by {
                    None => Certifier::Identity(member.identity),
                    Some(linked_by) => Certifier::Device(
                        self.active_device(linked_by)
                            .filter(|it| it.user == *user)
                            .ok_or(Rejection::UnknownDevice)?
                            .ed25519,
                    ),
                };
                self.check_new_device(entry, *user, &certifier, device)?;
                Ok(*user)
            }
            Action::CommunityCreated { .. }
            | Action::InviteMade { .. }
            | Action::InviteRevoked { .. }
            | Action::MemberRemoved { .. }
            | Action::MemberRenamed { .. }
            | Action::DeviceRevoked { .. }
            | Action::VaultKeySet { .. }
            | Action::VaultNoted { .. }
            | Action::RoleDefined { .. }
            | Action::RoleGiven { .. }
            | Action::RoleTaken { .. }
            | Action::ChannelCreated { .. }
            | Action::ChannelChanged { .. }
            | Action::ChannelArchived { .. }
            | Action::CallsOrdered { .. } => {
                let device = self
                    .active_device(&entry.author)
                    .ok_or(Rejection::UnknownAuthor)?;
                check_signature(entry, &device.ed25519)?;
                Ok(device.user)
            }
        }
    }

    /// A new member's name must be free, their ids new, and their device certified.
    pub(super) fn check_newcomer(
        &self,
        entry: &Entry,
        community: CommunityId,
        member: &MemberDetails,
    ) -> Result<(), Rejection> {
        names::check_member(&member.name)?;
        at_most(self.index.active_member_count(), MAX_MEMBERS)?;
        if self.members.contains_key(&member.user) || self.guests.contains_key(&member.user) {
            return Err(Rejection::IdTaken);
        }
        if self.is_taken_by_another(&member.name, member.user) {
            return Err(Rejection::NameTaken);
        }
        self.check_new_keys(entry, community, member)
    }

    fn check_new_keys(
        &self,
        entry: &Entry,
        community: CommunityId,
        member: &MemberDetails,
    ) -> Result<(), Rejection> {
        if self.index.has_signing_key(&member.identity) || member.identity == member.device.ed25519
        {
            return Err(Rejection::IdTaken);
        }
        if let Some(vault) = &member.vault {
            check_vault_key(community, member.user, &member.identity, vault)?;
        }
        let certifier = Certifier::Identity(member.identity);
        check_device(community, member.user, &certifier, &member.device)?;
        self.check_device_author(entry, &member.device)
    }

    fn check_new_device(
        &self,
        entry: &Entry,
        user: UserId,
        certifier: &Certifier,
        device: &DeviceDetails,
    ) -> Result<(), Rejection> {
        at_most(
            self.index.active_device_count(&user),
            MAX_DEVICES_PER_MEMBER,
        )?;
        if self.is_bounded(user) {
            let devices = self.index.tally(&user).devices;
            at_most(devices, MAX_DEVICES_EVER_PER_MEMBER)?;
        }
        check_device(self.id, user, certifier, device)?;
        self.check_device_author(entry, device)
    }

    fn check_device_author(&self, entry: &Entry, device: &DeviceDetails) -> Result<(), Rejection> {
        if self.devices.contains_key(&device.id)
            || self.index.has_signing_key(&device.ed25519)
            || self.index.has_curve_key(&device.curve25519)
        {
            return Err(Rejection::IdTaken);
        }
        if entry.author != device.id {
            return Err(Rejection::UnknownAuthor);
        }
        check_signature(entry, &device.ed25519)
    }

    /// Whether `author` may do this now.
    pub(super) fn check_action(&self, author: UserId, body: &EntryBody) -> Result<(), Rejection> {
        match &body.action {
            Action::CommunityCreated { .. } => Err(Rejection::AlreadyCreated),
            Action::InviteMade {
                invite,
                max_uses,
                readmits,
                guest,
                expires_at,
                ..
            } => {
                self.require(author, Permission::Invite)?;
                if self.invites.contains_key(invite) {
                    return Err(Rejection::IdTaken);
                }
                if let Some(user) = readmits {
                    if *max_uses != Some(1) {
                        return Err(Rejection::TooMany);
                    }
                    self.check_readmission(author, *user)?;
                }
                if let Some(terms) = guest {
                    if readmits.is_some() {
                        return Err(Rejection::TooMany);
                    }
                    self.check_guest_invite(author, *terms, *max_uses, *expires_at, body.at)?;
                }
                self.check_invite_count(author, body.at)
            }
            Action::InviteRevoked { invite } => {
                let invite = self.invites.get(invite).ok_or(Rejection::UnknownInvite)?;
                if invite.revoked {
                    return Err(Rejection::InviteRevoked);
                }
                if invite.by == author {
                    Ok(())
                } else {
                    self.require(author, Permission::RemoveMembers)
                }
            }
            Action::MemberJoined {
                invite,
                invite_signature,
                member,
            } => {
                let found = self.check_invite(invite, body.at)?;
                match found.readmits {
                    Some(user) => self.check_readmission(found.by, user)?,
                    None => self.check_join_count(found.by)?,
                }
                if let Some(terms) = found.guest {
                    self.check_guest(terms, member, body.at)?;
                }
                let message = signing::invite_use(&self.id, invite, &member.user, &member.identity);
                found
                    .key
                    .verify(&message, invite_signature)
                    .map_err(|_| Rejection::BadInviteSignature)
            }
            Action::DeviceAdded { .. } => Ok(()),
            Action::MemberRemoved { user } => self.check_removal(author, *user),
            Action::MemberRenamed { name } => self.check_rename(author, name),
            Action::DeviceRevoked { device } => {
                let device = self.active_device(device).ok_or(Rejection::UnknownDevice)?;
                if device.user == author {
                    Ok(())
                } else {
                    Err(Rejection::UnknownDevice)
                }
            }
            Action::VaultKeySet { vault } => self.check_vault_key_set(author, vault),
            Action::VaultNoted { chains } => self.check_vault_note(author, chains),
            Action::RoleDefined {
                role,
                name,
                permissions,
            } => self.check_role_definition(author, *role, name, permissions),
            Action::RoleGiven { user, role } => {
                self.check_role_change(author, *user, *role)?;
                self.check_opened_channels(author, *role)
            }
            Action::RoleTaken { user, role } => self.check_role_change(author, *user, *role),
            Action::ChannelCreated {
                channel, details, ..
            } => {
                self.require(author, Permission::ManageChannels)?;
                if self.channels.contains_key(channel) {
                    return Err(Rejection::IdTaken);
                }
                at_most(self.channels.len(), MAX_CHANNELS)?;
                self.check_channel_details(details)
            }
            Action::ChannelChanged {
                channel,
                details,
                opens_past,
            } => {
                self.check_channel_author(author, channel)?;
                // Nobody may open what they cannot read.
                if *opens_past && self.reads_since(&author, channel) != Some(1) {
                    return Err(Rejection::AboveAuthor);
                }
                self.check_channel_details(details)
            }
            Action::ChannelArchived { channel } => self.check_channel_author(author, channel),
            Action::CallsOrdered { order } => self.check_call_order(author, order),
        }
    }

    fn require(&self, author: UserId, permission: Permission) -> Result<(), Rejection> {
        if self.may(&author, permission) {
            Ok(())
        } else {
            Err(Rejection::NotPermitted { permission })
        }
    }

    /// Whether what a member can add is limited for ever. Members who may remove members are trusted with more:
    /// they clean up after others.
    fn is_bounded(&self, user: UserId) -> bool {
        !self.may(&user, Permission::RemoveMembers)
    }

    fn check_invite_count(&self, author: UserId, at: Millis) -> Result<(), Rejection> {
        if !self.is_bounded(author) {
            return Ok(());
        }
        let made = self.index.tally(&author).invites;
        at_most(made, MAX_INVITES_EVER_PER_MEMBER)?;
        let open = self
            .index
            .open_invites_of(&author)
            .filter(|id| {
                let invite = self.invites.get(id);
                invite.is_some_and(|invite| invite.check(at).is_ok())
            })
            .count();
        at_most(open, MAX_OPEN_INVITES_PER_MEMBER)?;
        at_most(self.index.open_invite_count(at), MAX_OPEN_INVITES)
    }

    fn check_join_count(&self, inviter: UserId) -> Result<(), Rejection> {
        if !self.is_bounded(inviter) {
            return Ok(());
        }
        let tally = self.index.tally(&inviter);
        at_most(tally.members, MAX_MEMBERS_BY_INVITER)?;
        at_most(tally.joins, MAX_JOINS_BY_INVITER)
    }

    /// Anybody but the owner may leave; removing others needs the permission, and no fewer permissions than theirs.
    fn check_removal(&self, author: UserId, user: UserId) -> Result<(), Rejection> {
        if user == self.owner {
            return Err(Rejection::Owner);
        }
        self.active_member(&user).ok_or(Rejection::UnknownMember)?;
        if user == author {
            return Ok(());
        }
        self.require(author, Permission::RemoveMembers)?;
        self.require_at_least(author, &self.permissions_of(&user))
    }

    fn check_role_definition(
        &self,
        author: UserId,
        role: RoleId,
        name: &str,
        permissions: &Permissions,
    ) -> Result<(), Rejection> {
        self.require(author, Permission::ManageRoles)?;
        names::check(name)?;
        self.require_at_least(author, permissions)?;
        match self.roles.get(&role) {
            Some(before) => self.require_at_least(author, &before.permissions),
            None => at_most(self.roles.len(), MAX_ROLES),
        }
    }

    fn check_role_change(
        &self,
        author: UserId,
        user: UserId,
        role: RoleId,
    ) -> Result<(), Rejection> {
        self.require(author, Permission::ManageRoles)?;
        self.active_member(&user).ok_or(Rejection::UnknownMember)?;
        let found = self
            .roles
            .get(&role)
            .filter(|_| self.is_given_role(&role))
            .ok_or(Rejection::UnknownRole)?;
        self.require_at_least(author, &found.permissions)
    }

    /// A role that is given to members. [`RoleId::EVERYONE`] is not given, and opens no channel by its id.
    fn is_given_role(&self, role: &RoleId) -> bool {
        *role != RoleId::EVERYONE && self.roles.contains_key(role)
    }

    /// A role gives access to the channels that name it: nobody may give access to a channel that they cannot read.
    fn check_opened_channels(&self, author: UserId, role: RoleId) -> Result<(), Rejection> {
        let mut opened = self
            .channels
            .iter()
            .filter(|(_, channel)| names_role(&channel.details.readers, role));
        if opened.all(|(id, _)| self.may_read(&author, id)) {
            Ok(())
        } else {
            Err(Rejection::AboveAuthor)
        }
    }

    fn require_at_least(&self, author: UserId, permissions: &Permissions) -> Result<(), Rejection> {
        if permissions.is_subset(&self.permissions_of(&author)) {
            Ok(())
        } else {
            Err(Rejection::AboveAuthor)
        }
    }

    /// Managing a channel needs the permission, and the right to see it.
    fn check_channel_author(&self, author: UserId, channel: &ChannelId) -> Result<(), Rejection> {
        self.channels
            .get(channel)
            .filter(|found| !found.archived)
            .ok_or(Rejection::UnknownChannel)?;
        if !self.may_read(&author, channel) {
            return Err(Rejection::UnknownChannel);
        }
        self.require(author, Permission::ManageChannels)
    }

    fn check_channel_details(&self, details: &ChannelDetails) -> Result<(), Rejection> {
        names::check(&details.name)?;
        check_text(&details.topic, MAX_TOPIC_CHARS)?;
        let mut expiry = details.expires_after.into_iter();
        if !expiry.all(|seconds| EXPIRY_SECONDS.contains(&seconds)) {
            return Err(Rejection::BadExpiry);
        }
        match &details.readers {
            Readers::Everyone => Ok(()),
            Readers::Roles { roles } if roles.iter().all(|role| self.is_given_role(&role)) => {
                Ok(())
            }
            Readers::Roles { .. } => Err(Rejection::UnknownRole),
        }
    }
}

fn names_role(readers: &Readers, role: RoleId) -> bool {
    match readers {
        Readers::Everyone => false,
        Readers::Roles { roles } => roles.contains(&role),
    }
}

fn at_most(count: usize, limit: usize) -> Result<(), Rejection> {
    if count < limit {
        Ok(())
    } else {
        Err(Rejection::TooMany)
    }
}

fn check_text(text: &str, max_chars: usize) -> Result<(), Rejection> {
    let is_hidden = !text.is_empty() && names::is_blank(text);
    let is_long = text.chars().count() > max_chars;
    if is_hidden || is_long || text.chars().any(names::is_control_or_override) {
        return Err(Rejection::BadText);
    }
    Ok(())
}
