//! Why an entry is rejected at its sequence number.

use serde::{Deserialize, Serialize};

use crate::entry::Permission;
use crate::limits::MAX_ENTRY_BYTES;
use crate::names::NameError;

/// Why an entry was rejected. The log is unchanged.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The body is not an entry, or not the text of [`crate::entry::EntryBody::to_text`].
    #[error("the entry cannot be read")]
    Malformed,
    /// The body is longer than [`MAX_ENTRY_BYTES`].
    #[error("the entry has {bytes} bytes, {MAX_ENTRY_BYTES} are allowed")]
    TooLarge {
        /// Length of the body in bytes.
        bytes: usize,
    },
    /// The first entry must create the community.
    #[error("the log does not start with the creation of a community")]
    NotGenesis,
    /// The genesis names a community other than [`crate::entry::EntryBody::founded_community`].
    #[error("the community's id is not that of its first entry")]
    WrongCommunityId,
    /// The community is already created.
    #[error("the community exists already")]
    AlreadyCreated,
    /// The entry was made for another community.
    #[error("the entry belongs to another community")]
    WrongCommunity,
    /// An entry with this id is in the log.
    #[error("the entry stands in the log already")]
    Repeated,
    /// The head that the author saw is not one of this log, or is the empty log after genesis.
    #[error("the author has seen another log")]
    UnknownHead,
    /// The author is not an active device.
    #[error("the author is not a device of a member")]
    UnknownAuthor,
    /// The entry's signature is invalid.
    #[error("the entry's signature does not verify")]
    BadSignature,
    /// The certificate of the device or the vault's key is not signed by the right key.
    #[error("the certificate does not verify")]
    BadCertificate,
    /// The author lacks a permission.
    #[error("the author lacks a permission")]
    NotPermitted {
        /// The missing permission.
        permission: Permission,
    },
    /// The owner cannot be removed, and only the owner may revoke their devices.
    #[error("this cannot be done to the owner")]
    Owner,
    /// The author may only change roles and members that have no more permissions than they, and may only give
    /// roles that open no channel they cannot read.
    #[error("the role or member has permissions that the author lacks")]
    AboveAuthor,
    /// No such invite.
    #[error("there is no such invite")]
    UnknownInvite,
    /// The invite was revoked.
    #[error("the invite was ended")]
    InviteRevoked,
    /// The invite has reached its maximum number of uses.
    #[error("the invite is used up")]
    InviteUsedUp,
    /// The invite has expired.
    #[error("the invite has expired")]
    InviteExpired,
    /// The new member's identity is not signed by the invite key.
    #[error("the invite's signature does not verify")]
    BadInviteSignature,
    /// A member has this name, or one that resembles it.
    #[error("the name is taken")]
    NameTaken,
    /// The name is not allowed, see [`crate::names`].
    #[error("the name cannot be used")]
    BadName,
    /// A topic or label is too long or has characters that are not allowed.
    #[error("a text is too long")]
    BadText,
    /// The time after which messages disappear is outside of [`crate::limits::EXPIRY_SECONDS`].
    #[error("messages cannot disappear after this time")]
    BadExpiry,
    /// The limit of a voice channel is outside of 1 to [`crate::limits::MAX_CALL_LIMIT`].
    #[error("a voice channel cannot have this limit")]
    BadLimit,
    /// The id or key is or was in use.
    #[error("the id or key is in use")]
    IdTaken,
    /// No such member, or they were removed.
    #[error("there is no such member")]
    UnknownMember,
    /// No such device, or it was revoked.
    #[error("there is no such device")]
    UnknownDevice,
    /// No such role.
    #[error("there is no such role")]
    UnknownRole,
    /// No such channel, or it is archived.
    #[error("there is no such channel")]
    UnknownChannel,
    /// A limit of [`crate::limits`] is reached.
    #[error("there are too many of these")]
    TooMany,
}

impl From<NameError> for Rejection {
    fn from(_: NameError) -> Self {
        Self::BadName
    }
}
