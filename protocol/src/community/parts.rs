//! The parts of a community's state.

use super::Rejection;
use super::calls::{EndedStay, Restriction};
use crate::Millis;
use crate::entry::{CallRules, ChannelDetails, ChannelKind, GuestTerms, Permissions};
use crate::ids::{DeviceId, InviteId, RoleId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash};
use crate::limits::MAX_USES_PER_INVITE;
use crate::map::IdSet;

/// A present or former member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Login name, and display name unless there is another one.
    pub name: String,
    /// What they are called instead.
    pub nickname: Option<String>,
    /// Times that they took another name.
    pub renames: u32,
    /// The key that certifies their devices.
    pub identity: Ed25519PublicKey,
    /// The identity keys before it, each with the sequence number of the entry that replaced it.
    pub former_identities: Vec<(Ed25519PublicKey, u64)>,
    /// The public half of their vault's key.
    pub vault: Option<Curve25519PublicKey>,
    /// Times that the vault's key was set.
    pub vault_keys_set: u32,
    /// Times that they noted how far the vault went.
    pub vault_notes: u32,
    /// Roles beside [`RoleId::EVERYONE`].
    pub roles: IdSet<RoleId>,
    /// Sequence number of the entry by which they joined, or came back with new keys.
    pub joined_at: u64,
    /// Sequence number of the entry by which they were removed.
    pub removed_at: Option<u64>,
    /// The invite by which they joined. `None` for the owner.
    pub invite: Option<InviteId>,
    /// What they may do in calls.
    pub calls: Restriction,
    /// Orders about calls that they gave.
    pub call_orders: u32,
}

impl Member {
    /// What they are called.
    pub fn display_name(&self) -> &str {
        self.nickname.as_ref().unwrap_or(&self.name)
    }

    /// Whether they are a member now.
    pub fn is_active(&self) -> bool {
        self.removed_at.is_none()
    }
}

/// A present or former device of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The member whose device it is.
    pub user: UserId,
    /// The key that signs entries, announcements and hellos.
    pub ed25519: Ed25519PublicKey,
    /// The identity key for Olm sessions.
    pub curve25519: Curve25519PublicKey,
    /// Label that its user chose.
    pub label: String,
    /// Sequence number of the entry that added it.
    pub added_at: u64,
    /// Sequence number of the entry that revoked it, removed its user, or brought them back with new keys.
    pub revoked_at: Option<u64>,
    /// The own device that it was linked to. `None`: the identity key certified it.
    pub linked_by: Option<DeviceId>,
    /// How far its chain in the vault went, as noted in the log.
    pub vault: Option<VaultPosition>,
    /// The last stay of it in a call that was ended by an order.
    pub ended_stay: Option<EndedStay>,
}

/// A segment of a device's chain in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultPosition {
    /// Its number, from 1.
    pub counter: u64,
    /// Its hash.
    pub hash: Hash,
}

/// A named set of permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Display name.
    pub name: String,
    /// Permissions of members with this role.
    pub permissions: Permissions,
}

/// A text or voice channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Text or voice.
    pub kind: ChannelKind,
    /// Name, topic, readers, history.
    pub details: ChannelDetails,
    /// Whether it is archived: readable, but closed for new items.
    pub archived: bool,
    /// Sequence number of the entry that created it.
    pub created_at: u64,
    /// Its rules, if it is a voice channel.
    pub rules: CallRules,
    /// Who was let speak there while it is a stage.
    pub speakers: IdSet<UserId>,
}

/// An invite of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// The member who made it.
    pub by: UserId,
    /// Public half of the key in the link.
    pub key: Ed25519PublicKey,
    /// Not usable after this time.
    pub expires_at: Option<Millis>,
    /// Maximum number of joins, at most [`MAX_USES_PER_INVITE`].
    pub max_uses: Option<u32>,
    /// Joins so far.
    pub uses: u32,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The member whom it brings back with new keys; it lets in nobody else.
    pub readmits: Option<UserId>,
    /// It lets in guests, and nobody as a member.
    pub guest: Option<GuestTerms>,
}

/// Somebody who was let into one call for a time. No member: no rule and no list knows of them but those of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// What they call themselves. No member was called so, or in a way that resembles it, when they came.
    pub name: String,
    /// The key that certifies their device.
    pub identity: Ed25519PublicKey,
    /// Their only device, which is among [`super::Community::devices`].
    pub device: DeviceId,
    /// The invite by which they came.
    pub invite: InviteId,
}

impl Invite {
    pub(super) fn is_used_up(&self) -> bool {
        let most = self.max_uses.unwrap_or(MAX_USES_PER_INVITE);
        self.uses >= most.min(MAX_USES_PER_INVITE)
    }

    /// Whether it is not revoked and not used up. It may have expired.
    pub(super) fn is_open(&self) -> bool {
        !self.revoked && !self.is_used_up()
    }

    /// Whether it is usable at time `now`.
    ///
    /// # Errors
    /// [`Rejection::InviteRevoked`], [`Rejection::InviteUsedUp`] or [`Rejection::InviteExpired`].
    pub fn check(&self, now: Millis) -> Result<(), Rejection> {
        if self.revoked {
            return Err(Rejection::InviteRevoked);
        }
        if self.is_used_up() {
            return Err(Rejection::InviteUsedUp);
        }
        if self.expires_at.is_some_and(|end| now > end) {
            return Err(Rejection::InviteExpired);
        }
        Ok(())
    }
}
