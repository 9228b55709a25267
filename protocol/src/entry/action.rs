//! The actions of log entries, and the values they carry. Plain data; the rules are in [`crate::community`].

use serde::{Deserialize, Serialize};

use super::calls::CallOrder;
use crate::Millis;
use crate::flat::take_bytes;
use crate::ids::{ChannelId, DeviceId, InviteId, RoleId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash, Signature};
use crate::map::{IdSet, Key, KeyBytes};

/// The change that an entry makes to the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The first entry, signed by the owner's first device.
    CommunityCreated {
        /// Display name of the community.
        name: String,
        /// The owner, who has every permission and cannot be removed.
        owner: MemberDetails,
        /// Initial permissions of [`RoleId::EVERYONE`].
        everyone: Permissions,
    },
    /// An invite is created.
    InviteMade {
        /// Id of the invite, part of the link.
        invite: InviteId,
        /// Public half of the key in the link.
        key: Ed25519PublicKey,
        /// Not usable after this time.
        expires_at: Option<Millis>,
        /// Maximum number of joins.
        max_uses: Option<u32>,
        /// Brings this member back, present or former, with new keys, and nobody else in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        readmits: Option<UserId>,
        /// Lets guests into one voice channel for a time, and nobody in as a member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guest: Option<GuestTerms>,
    },
    /// An invite is revoked.
    InviteRevoked {
        /// The invite to revoke.
        invite: InviteId,
    },
    /// A member joins, or comes back with new keys by an invite that says so; or a guest comes. Signed by the first
    /// device that they bring.
    MemberJoined {
        /// The invite that is used.
        invite: InviteId,
        /// Signature by the invite key, over [`crate::signing::invite_use`].
        invite_signature: Signature,
        /// The new member.
        member: MemberDetails,
    },
    /// A member leaves or is removed.
    MemberRemoved {
        /// The member who goes.
        user: UserId,
    },
    /// A member adds a device. Signed by that device.
    DeviceAdded {
        /// The device's member.
        user: UserId,
        /// The new device.
        device: DeviceDetails,
        /// The member's own device that certifies it, over [`crate::signing::linked_device`]. `None`: the identity
        /// key does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        linked_by: Option<DeviceId>,
    },
    /// The author is called something else from here on. They sign in as before, and may always go back to that name.
    MemberRenamed {
        /// Unlike the names of all others, present and former; see [`crate::names::check_member`].
        name: String,
    },
    /// A device is revoked.
    DeviceRevoked {
        /// The device to revoke.
        device: DeviceId,
    },
    /// A member's vault gets a key, in place of the one before.
    VaultKeySet {
        /// The new key.
        vault: VaultKey,
    },
    /// How far the chains of the author's vault went, so that a relay cannot serve shorter ones.
    VaultNoted {
        /// Chains of the author's devices, each further than noted before.
        chains: Vec<VaultChain>,
    },
    /// A role is created or replaced.
    RoleDefined {
        /// The role's id. [`RoleId::EVERYONE`] changes what every member may do.
        role: RoleId,
        /// Display name of the role.
        name: String,
        /// Permissions of members with this role.
        permissions: Permissions,
    },
    /// A member is given a role.
    RoleGiven {
        /// The member who gets it.
        user: UserId,
        /// The role to give.
        role: RoleId,
    },
    /// A role is taken from a member.
    RoleTaken {
        /// The member who loses it.
        user: UserId,
        /// The role to take.
        role: RoleId,
    },
    /// A channel is created.
    ChannelCreated {
        /// The channel's id.
        channel: ChannelId,
        /// Text or voice. Never changes.
        kind: ChannelKind,
        /// Name, topic, readers, history.
        details: ChannelDetails,
    },
    /// A channel's details are replaced.
    ChannelChanged {
        /// The channel to change.
        channel: ChannelId,
        /// The complete new details.
        details: ChannelDetails,
        /// Whether everything up to here becomes readable to all who may read the channel, also what was written
        /// while it was private. Takes effect with [`History::Shared`] only.
        opens_past: bool,
    },
    /// A channel is archived: it stays readable, but takes no new items.
    ChannelArchived {
        /// The channel to archive.
        channel: ChannelId,
    },
    /// Somebody is muted, moved, let speak: what concerns calls.
    CallsOrdered {
        /// What is ordered.
        order: CallOrder,
    },
}

/// What a guest may do: be in the call of one channel for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestTerms {
    /// The voice channel.
    pub channel: ChannelId,
    /// From then on they are nobody.
    pub until: Millis,
}

/// A member as first added to the log, or a guest, who has no vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberDetails {
    /// The member's id.
    pub user: UserId,
    /// Login name, and display name until they take another one. Unique without regard to case; see [`crate::names::check_member`].
    pub name: String,
    /// The identity key that certifies their devices. Shared with no other member or device.
    pub identity: Ed25519PublicKey,
    /// The key of their vault. `None` for members from before there were vaults of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<VaultKey>,
    /// Their first device.
    pub device: DeviceDetails,
}

/// The public half of a vault's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultKey {
    /// Every device of the member seals to it.
    pub key: Curve25519PublicKey,
    /// Signature by the user's identity key, over [`crate::signing::vault_key`].
    pub certificate: Signature,
}

/// How far the chain of one device in a vault went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultChain {
    /// The device that writes it.
    pub device: DeviceId,
    /// Number of its newest segment, from 1.
    pub counter: u64,
    /// Hash of that segment. See [`crate::vault::Segment::hash`].
    pub hash: Hash,
}

/// A device as first added to the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceDetails {
    /// The device's id.
    pub id: DeviceId,
    /// The key that signs entries, announcements and hellos.
    pub ed25519: Ed25519PublicKey,
    /// The identity key for Olm sessions.
    pub curve25519: Curve25519PublicKey,
    /// Label that its user chose, such as "Firefox on Linux".
    pub label: String,
    /// Signature by the user's identity key, over [`crate::signing::device_certificate`].
    pub certificate: Signature,
}

/// The kind of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Encrypted messages.
    Text,
    /// Calls.
    Voice,
}

/// The details of a channel that can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelDetails {
    /// Display name.
    pub name: String,
    /// Purpose of the channel. May be empty.
    pub topic: String,
    /// Who may see and read it.
    pub readers: Readers,
    /// What members may read who become readers later.
    pub history: History,
    /// Seconds after which a message is deleted everywhere, within [`crate::limits::EXPIRY_SECONDS`]. Counts for what
    /// is written from then on. `None`: messages stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after: Option<u32>,
}

/// The readers of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// Every member.
    Everyone,
    /// Members with one of these roles, and the owner.
    Roles {
        /// The roles. Never contains [`RoleId::EVERYONE`].
        roles: IdSet<RoleId>,
    },
}

/// What a member may read of a channel who becomes a reader later. See
/// [`crate::community::Community::reads_since`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Everything; of a channel that was private, what was written in their present time as a reader.
    Shared,
    /// What was written in their present time as a reader.
    SinceJoined,
}

/// A permission that a role can have.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Post in text channels.
    SendMessages,
    /// Join calls in voice channels.
    Speak,
    /// Make invites.
    Invite,
    /// Create, change and archive channels.
    ManageChannels,
    /// Define, give and take roles, up to one's own permissions.
    ManageRoles,
    /// Revoke other members' invites, and remove members.
    RemoveMembers,
    /// Remove other members' messages.
    ModerateMessages,
    /// Mute, deafen, move and disconnect others in calls, let people speak on stages, and come into full channels.
    ModerateCalls,
}

impl Permission {
    /// Every permission, in order.
    pub const ALL: [Self; 8] = [
        Self::SendMessages,
        Self::Speak,
        Self::Invite,
        Self::ManageChannels,
        Self::ManageRoles,
        Self::RemoveMembers,
        Self::ModerateMessages,
        Self::ModerateCalls,
    ];
}

impl Key for Permission {
    const LENGTH: usize = 1;

    fn pack(&self, out: &mut KeyBytes) {
        out.push([*self as u8]);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        let [number] = take_bytes(bytes)?;
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// A set of permissions.
pub type Permissions = IdSet<Permission>;
