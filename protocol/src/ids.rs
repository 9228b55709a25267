//! Ids: 16 random bytes each, chosen by the client that creates the thing. Only a community's id is a hash: it
//! commits to the genesis entry.

byte_type!(/// A community: the hash of its genesis, see [`crate::entry::EntryBody::founded_community`]. Every signature
    /// that names it is thereby bound to this genesis.
    CommunityId, 32);
byte_type!(/// A member of the community.
    UserId, 16);
byte_type!(/// One browser (or other client) of a member.
    DeviceId, 16);
byte_type!(/// A text or voice channel.
    ChannelId, 16);
byte_type!(/// A role: a named set of permissions.
    RoleId, 16);
byte_type!(/// An invite. Its secret half is only in the link.
    InviteId, 16);
byte_type!(/// One entry of the community log. Makes a retry harmless.
    EntryId, 16);
byte_type!(/// One channel message. Makes a retry harmless.
    MessageId, 16);
byte_type!(/// One batch of mail. Makes a retry harmless.
    MailId, 16);
byte_type!(/// One stay of one device in a voice channel, so that a device that left and came back is told apart.
    CallSessionId, 16);
byte_type!(/// What a member shares with a few others beside the channels: see [`crate::files::ShareRequest`].
    ShareId, 16);
byte_type!(/// One time that two members check that each sees the other's true identity.
    VerificationId, 16);

impl RoleId {
    /// The role that every member has. Its permissions are set at genesis and changed like those of any role.
    pub const EVERYONE: Self = Self::from_bytes([0; 16]);
}
