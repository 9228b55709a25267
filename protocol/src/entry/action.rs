//! What an entry can do, and the values it carries. Plain data: the rules are in [`crate::community`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::ids::{ChannelId, DeviceId, InviteId, RoleId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey, Signature};

/// What an entry does to the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The first entry, signed by the owner's first device.
    CommunityCreated {
        /// What people call it.
        name: String,
        /// Who owns it. Owners may do everything and cannot be removed.
        owner: MemberDetails,
        /// What everybody may do from the start.
        everyone: Permissions,
    },
    /// Somebody may come in.
    InviteMade {
        /// Its id, in the link.
        invite: InviteId,
        /// Public half of the key in the link.
        key: Ed25519PublicKey,
        /// Not usable after this time.
        expires_at: Option<Millis>,
        /// How many people may use it.
        max_uses: Option<u32>,
    },
    /// An invite ends before its time.
    InviteRevoked {
        /// Which one.
        invite: InviteId,
    },
    /// Somebody came in. Signed by the new member's first device.
    MemberJoined {
        /// By which invite.
        invite: InviteId,
        /// By the invite key, over [`crate::signing::invite_use`].
        invite_signature: Signature,
        /// Who.
        member: MemberDetails,
    },
    /// A member is gone, by their own wish or somebody else's.
    MemberRemoved {
        /// Who.
        user: UserId,
    },
    /// A member has one more device. Signed by that device.
    DeviceAdded {
        /// Whose.
        user: UserId,
        /// Its keys.
        device: DeviceDetails,
    },
    /// A device is no longer a member's.
    DeviceRevoked {
        /// Which one.
        device: DeviceId,
    },
    /// A role is made or changed.
    RoleDefined {
        /// Which one. [`RoleId::EVERYONE`] changes what everybody may do.
        role: RoleId,
        /// What people call it.
        name: String,
        /// What it permits.
        permissions: Permissions,
    },
    /// A member gets a role.
    RoleGiven {
        /// Who.
        user: UserId,
        /// Which role.
        role: RoleId,
    },
    /// A member loses a role.
    RoleTaken {
        /// Who.
        user: UserId,
        /// Which role.
        role: RoleId,
    },
    /// A new channel.
    ChannelCreated {
        /// Its id.
        channel: ChannelId,
        /// Text or voice. Never changes.
        kind: ChannelKind,
        /// Name, topic, readers, history.
        details: ChannelDetails,
    },
    /// A channel's details are replaced.
    ChannelChanged {
        /// Which one.
        channel: ChannelId,
        /// All of them, anew.
        details: ChannelDetails,
        /// Whether the past up to here is open to all who may read the channel, also what was written while
        /// it was private. Only with [`History::Shared`] does it show.
        opens_past: bool,
    },
    /// A channel is closed: it can be read, nothing can be added.
    ChannelArchived {
        /// Which one.
        channel: ChannelId,
    },
}

/// A member as they come into the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberDetails {
    /// Their id.
    pub user: UserId,
    /// Their name, also the login name. Unique without regard to case; see [`crate::names::check_member`].
    pub name: String,
    /// The identity key that certifies their devices. Nobody else's, and no device's.
    pub identity: Ed25519PublicKey,
    /// Their first device.
    pub device: DeviceDetails,
}

/// A device as it comes into the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceDetails {
    /// Its id.
    pub id: DeviceId,
    /// The key that signs.
    pub ed25519: Ed25519PublicKey,
    /// The key that starts Olm sessions.
    pub curve25519: Curve25519PublicKey,
    /// What its user calls it, such as "Firefox on Linux".
    pub label: String,
    /// By the user's identity key, over [`crate::signing::device_certificate`].
    pub certificate: Signature,
}

/// What a channel carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Messages.
    Text,
    /// A place to talk.
    Voice,
}

/// What can be changed about a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelDetails {
    /// What people call it.
    pub name: String,
    /// What it is for. May be empty.
    pub topic: String,
    /// Who may see and read it.
    pub readers: Readers,
    /// What somebody who comes later may read.
    pub history: History,
}

/// Who may read a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// Every member.
    Everyone,
    /// Members with one of these roles, and the owner. Never names [`RoleId::EVERYONE`].
    Roles {
        /// The roles.
        roles: BTreeSet<RoleId>,
    },
}

/// What somebody who comes later may read of a channel. See [`crate::community::Community::reads_since`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Everything; of a channel that was private, what was written since their present time as a reader began.
    Shared,
    /// What was written since their present time as a reader began.
    SinceJoined,
}

/// Something a role can permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Write in text channels.
    SendMessages,
    /// Talk in voice channels.
    Speak,
    /// Make invites.
    Invite,
    /// Make, change and archive channels.
    ManageChannels,
    /// Define, give and take roles, up to one's own permissions.
    ManageRoles,
    /// Revoke other people's invites and remove members.
    RemoveMembers,
    /// Remove other people's messages.
    ModerateMessages,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SendMessages,
        Self::Speak,
        Self::Invite,
        Self::ManageChannels,
        Self::ManageRoles,
        Self::RemoveMembers,
        Self::ModerateMessages,
    ];
}

/// A set of permissions.
pub type Permissions = BTreeSet<Permission>;
