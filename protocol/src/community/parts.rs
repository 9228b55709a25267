//! What a community is made of, as the log made it so far.

use std::collections::BTreeSet;

use super::Rejection;
use crate::Millis;
use crate::entry::{ChannelDetails, ChannelKind, Permissions};
use crate::ids::{InviteId, RoleId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey};
use crate::limits::MAX_USES_PER_INVITE;

/// Somebody who is or was a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their name, also the login name.
    pub name: String,
    /// The key that certifies their devices.
    pub identity: Ed25519PublicKey,
    /// Roles beside the one that everybody has.
    pub roles: BTreeSet<RoleId>,
    /// Where in the log they came in.
    pub joined_at: u64,
    /// Where in the log they were removed.
    pub removed_at: Option<u64>,
    /// The invite by which they came in. `None` for the owner.
    pub invite: Option<InviteId>,
}

impl Member {
    /// Whether they are a member now.
    pub fn is_active(&self) -> bool {
        self.removed_at.is_none()
    }
}

/// A device that is or was a member's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whose it is.
    pub user: UserId,
    /// The key that signs.
    pub ed25519: Ed25519PublicKey,
    /// The key that starts Olm sessions.
    pub curve25519: Curve25519PublicKey,
    /// What its user calls it.
    pub label: String,
    /// Where in the log it was added.
    pub added_at: u64,
    /// Where in the log it was revoked, by itself or with its user.
    pub revoked_at: Option<u64>,
}

/// A named set of permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// What people call it.
    pub name: String,
    /// What it permits.
    pub permissions: Permissions,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Text or voice.
    pub kind: ChannelKind,
    /// Name, topic, readers, history.
    pub details: ChannelDetails,
    /// Whether it is closed.
    pub archived: bool,
    /// Where in the log it was made.
    pub created_at: u64,
}

/// An invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Who made it.
    pub by: UserId,
    /// Public half of the key in the link.
    pub key: Ed25519PublicKey,
    /// Not usable after this time.
    pub expires_at: Option<Millis>,
    /// How many people may use it, at most [`MAX_USES_PER_INVITE`].
    pub max_uses: Option<u32>,
    /// How many have.
    pub uses: u32,
    /// Whether it was ended.
    pub revoked: bool,
}

impl Invite {
    pub(super) fn is_used_up(&self) -> bool {
        let most = self.max_uses.unwrap_or(MAX_USES_PER_INVITE);
        self.uses >= most.min(MAX_USES_PER_INVITE)
    }

    /// Whether it is neither ended nor used up. It may have expired.
    pub(super) fn is_open(&self) -> bool {
        !self.revoked && !self.is_used_up()
    }

    /// Whether somebody may use it at a time.
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
