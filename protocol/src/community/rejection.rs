//! Why an entry may not stand at its place in the log.

use serde::{Deserialize, Serialize};

use crate::entry::Permission;
use crate::limits::MAX_ENTRY_BYTES;
use crate::names::NameError;

/// Why an entry was refused. The log is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The body is not an entry, or not written as [`crate::entry::EntryBody::to_text`] writes it.
    #[error("the entry cannot be read")]
    Malformed,
    /// The body is longer than [`MAX_ENTRY_BYTES`].
    #[error("the entry has {bytes} bytes, {MAX_ENTRY_BYTES} are allowed")]
    TooLarge {
        /// How many bytes the body has.
        bytes: usize,
    },
    /// The first entry must create the community.
    #[error("the log does not start with the creation of a community")]
    NotGenesis,
    /// The genesis names a community that is not [`crate::entry::EntryBody::founded_community`].
    #[error("the community's id is not that of its first entry")]
    WrongCommunityId,
    /// A community is created once.
    #[error("the community exists already")]
    AlreadyCreated,
    /// The entry was made for another community.
    #[error("the entry belongs to another community")]
    WrongCommunity,
    /// An entry with this id stands in the log.
    #[error("the entry stands in the log already")]
    Repeated,
    /// The head that the author saw is no place in this log, or (after genesis) the empty log.
    #[error("the author has seen another log")]
    UnknownHead,
    /// The author is not an active device.
    #[error("the author is not a device of a member")]
    UnknownAuthor,
    /// The entry's signature does not verify.
    #[error("the entry's signature does not verify")]
    BadSignature,
    /// The identity key did not sign the device's keys.
    #[error("the device's certificate does not verify")]
    BadCertificate,
    /// The author may not do this.
    #[error("the author lacks a permission")]
    NotPermitted {
        /// Which one.
        permission: Permission,
    },
    /// The owner cannot be removed, and their devices are only their own matter.
    #[error("this cannot be done to the owner")]
    Owner,
    /// The author may only touch roles and people that have no more permissions than they, and may only give
    /// a role that opens no channel they cannot read.
    #[error("the role or member has permissions that the author lacks")]
    AboveAuthor,
    /// No such invite.
    #[error("there is no such invite")]
    UnknownInvite,
    /// The invite was ended.
    #[error("the invite was ended")]
    InviteRevoked,
    /// The invite was used as often as it may be.
    #[error("the invite is used up")]
    InviteUsedUp,
    /// The invite's time is over.
    #[error("the invite has expired")]
    InviteExpired,
    /// The invite key did not sign the newcomer's identity.
    #[error("the invite's signature does not verify")]
    BadInviteSignature,
    /// A member has this name.
    #[error("the name is taken")]
    NameTaken,
    /// The name cannot be used.
    #[error("the name cannot be used")]
    BadName,
    /// A topic or label is too long or has characters that cannot be used.
    #[error("a text is too long")]
    BadText,
    /// The id or key is in use, or was.
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
    /// One more would be over a limit of [`crate::limits`].
    #[error("there are too many of these")]
    TooMany,
}

impl From<NameError> for Rejection {
    fn from(_: NameError) -> Self {
        Self::BadName
    }
}
