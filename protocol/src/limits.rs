//! Limits that relay and client both enforce. Raising one costs memory for every connection or member; lowering one
//! breaks communities that already use it.

/// Bytes of a frame's JSON text. Holds the largest message, or a page of small ones.
pub const MAX_FRAME_BYTES: usize = 256 * 1024;
/// Bytes of an entry's body. Also limits what a hostile member can add at once.
pub const MAX_ENTRY_BYTES: usize = 8 * 1024;
/// Characters of a channel message's ciphertext in base64.
pub const MAX_CIPHERTEXT_CHARS: usize = 64 * 1024;
/// Bytes of a message's text in UTF-8. About 16 pages; longer texts are files.
pub const MAX_TEXT_BYTES: usize = 32 * 1024;
/// Bytes of all files of one message together. The relay may allow less.
pub const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// The least bytes into which a file is cut, but for its end. Smaller: more blobs for the same file. Larger: more is
/// lost when a connection is cut.
pub const CHUNK_BYTES_LEAST: u32 = 1024 * 1024;
/// Bytes of one blob: a chunk of 4 MiB, and the tag of AES-256-GCM.
pub const MAX_BLOB_BYTES: u64 = 4 * 1024 * 1024 + 16;
/// Blobs that one item names: 2 GiB in chunks of 4 MiB, and some for the shorter ends of several files.
pub const MAX_BLOBS_PER_ITEM: usize = 530;
/// Members who may read the blobs of one share.
pub const MAX_SHARE_READERS: usize = 10;
/// Shares of one member at a time. Each waits until the others have fetched what it is about.
pub const MAX_SHARES_PER_MEMBER: usize = 4_000;
/// Bytes of an announcement's body.
pub const MAX_ANNOUNCEMENT_BYTES: usize = 1024;
/// Bytes of the body of an order to delete a message.
pub const MAX_REDACTION_BYTES: usize = 1024;
/// Seconds after which messages of a channel may disappear: a minute to a year. Shorter, and a device that is off for a
/// moment never sees them.
pub const EXPIRY_SECONDS: std::ops::RangeInclusive<u32> = 60..=365 * 24 * 60 * 60;
/// Characters of a to-device ciphertext in base64. A session description with many candidates fits.
pub const MAX_MAIL_CHARS: usize = 48 * 1024;
/// Devices in one batch of to-device messages.
pub const MAX_MAIL_RECIPIENTS: usize = 200;
/// Bytes of the to-device messages stored for one device: ciphertexts, and [`MAIL_OVERHEAD_BYTES`] for each. Above
/// it, the oldest messages of the member with the largest share are evicted; that member's own are refused.
pub const MAX_MAILBOX_BYTES: u64 = 24 * 1024 * 1024;
/// Bytes of [`MAX_MAILBOX_BYTES`] that one member may use, over all their devices. Holds about 1,000 session keys:
/// two weeks of a busy member. Smaller: keys for a device on holiday are refused. Larger: fewer members fill a
/// mailbox.
pub const MAX_MAILBOX_SHARE_BYTES: u64 = 2 * 1024 * 1024;
/// Bytes that one to-device message counts for beside its ciphertext.
pub const MAIL_OVERHEAD_BYTES: u64 = 1024;
/// One-time keys of one device at the relay.
pub const MAX_ONE_TIME_KEYS: usize = 100;
/// Items in one page of a channel, the log or the mailbox.
pub const MAX_PAGE_ITEMS: usize = 200;
/// Members in one `presence` frame. The relay leaves out the rest, so that the frame stays below its limit.
pub const MAX_PRESENCE_USERS: usize = 5_000;
/// Items of a channel that a device without a position in it gets first.
pub const FIRST_PAGE_ITEMS: usize = 60;
/// Characters of a member's, channel's, role's or community's name.
pub const MAX_NAME_CHARS: usize = 48;
/// Characters of a channel's topic.
pub const MAX_TOPIC_CHARS: usize = 250;
/// Characters of a device's label.
pub const MAX_LABEL_CHARS: usize = 64;
/// Active members of a community.
pub const MAX_MEMBERS: usize = 20_000;
/// Active devices of one member.
pub const MAX_DEVICES_PER_MEMBER: usize = 16;
/// Devices that one member ever adds, unless they may remove members. One per day lasts for years; without a limit,
/// adding and revoking in a loop would grow the log for ever.
pub const MAX_DEVICES_EVER_PER_MEMBER: usize = 1_000;
/// Times that one member ever takes another name, unless they may remove members.
pub const MAX_RENAMES_EVER_PER_MEMBER: u32 = 500;
/// Roles of a community.
pub const MAX_ROLES: usize = 100;
/// Channels of a community.
pub const MAX_CHANNELS: usize = 500;
/// Invites of a community that are not revoked, used up or expired. Members who may remove members can revoke any
/// invite; only the others are held to this and the next two limits.
pub const MAX_OPEN_INVITES: usize = 10_000;
/// Open invites of one member. Raised, fewer members are enough to reach [`MAX_OPEN_INVITES`].
pub const MAX_OPEN_INVITES_PER_MEMBER: usize = 50;
/// Invites that one member ever makes. One per day lasts for years; making and revoking them in a loop does not.
pub const MAX_INVITES_EVER_PER_MEMBER: usize = 2_000;
/// Joins by one invite, whoever made it: a leaked link does not fill the community. Larger groups get a new link.
pub const MAX_USES_PER_INVITE: u32 = 5_000;
/// Active members who joined by one member's invites, unless that member may remove members. Raised, fewer members
/// are enough to fill the community.
pub const MAX_MEMBERS_BY_INVITER: usize = 500;
/// Joins ever made by one member's invites, unless that member may remove members: joining and leaving grows the
/// log, too.
pub const MAX_JOINS_BY_INVITER: usize = 2_000;
/// Guests whom one invite lets in.
pub const MAX_GUESTS_PER_INVITE: u32 = 10;
/// How long an invite for guests is good, in milliseconds: a week.
pub const MAX_GUEST_TIME: crate::Millis = 7 * 24 * 60 * 60 * 1000;
/// Devices in one voice channel. In a mesh, each sends one stream to each of the others.
pub const MAX_VOICE_PARTICIPANTS: usize = 12;
/// The highest limit of people that a voice channel can be given.
pub const MAX_CALL_LIMIT: u32 = 99;
/// Members at a time who were let speak on one stage.
pub const MAX_SPEAKERS: usize = 200;
/// Orders about calls that one member ever gives, unless they may remove members. Twenty a day last for more than a
/// year; muting and unmuting in a loop does not.
pub const MAX_CALL_ORDERS_EVER_PER_MEMBER: u32 = 10_000;
/// Bytes of one wrap of a member's secrets.
pub const MAX_VAULT_BYTES: usize = 16 * 1024;
/// Bytes of a wrap's id: a credential id of 1023 bytes (Web Authentication, section 4) in base64url.
pub const MAX_WRAP_ID_BYTES: usize = 1364;
/// Passkeys of one member, and so wraps of that kind.
pub const MAX_PASSKEYS_PER_MEMBER: usize = 16;
/// Bytes of a message from one device to another while it is linked. Holds about 200 keys.
pub const MAX_LINK_MESSAGE_BYTES: usize = 128 * 1024;
/// Messages after which a Megolm session is replaced. Fewer: more key traffic. More: a stolen key reads more.
pub const SESSION_MAX_MESSAGES: u32 = 100;
/// Age in milliseconds after which a Megolm session is replaced: one week.
pub const SESSION_MAX_AGE: crate::Millis = 7 * 24 * 60 * 60 * 1000;
/// Times that one member ever sets the key of their vault. Each needs the identity key.
pub const MAX_VAULT_KEYS_EVER_PER_MEMBER: u32 = 100;
/// Times that one member ever notes how far their vault went, unless they may remove members. One per day lasts for
/// ten years.
pub const MAX_VAULT_NOTES_EVER_PER_MEMBER: u32 = 4_000;
/// Chains that one entry notes.
pub const MAX_VAULT_CHAINS_PER_NOTE: usize = 32;
/// Characters of a sealed vault segment in base64: some 150 session keys. A segment and its surroundings fit into a
/// frame.
pub const MAX_SEGMENT_CHARS: usize = 128 * 1024;
/// Bytes of all vault segments of one member, each with [`SEGMENT_OVERHEAD_BYTES`]. About 400,000 session keys.
pub const MAX_SEGMENTS_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes that a segment counts for beside its sealed text.
pub const SEGMENT_OVERHEAD_BYTES: u64 = 256;
/// Characters of the segments in one page of a vault, each with [`SEGMENT_OVERHEAD_BYTES`].
pub const VAULT_PAGE_CHARS: usize = 512 * 1024;
