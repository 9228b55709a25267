//! The bounds that relay and client both enforce. Raising one costs memory for every connection or
//! member; lowering one breaks communities that already use it.

/// A frame on the socket, in bytes of JSON text. Holds the largest message and a page of small ones.
pub const MAX_FRAME_BYTES: usize = 256 * 1024;
/// One log entry's body, in bytes. Also bounds what a hostile member can add at once.
pub const MAX_ENTRY_BYTES: usize = 8 * 1024;
/// A channel message's ciphertext, in base64 characters.
pub const MAX_CIPHERTEXT_CHARS: usize = 64 * 1024;
/// A message's text, in bytes of UTF-8. About 16 pages; longer texts are files.
pub const MAX_TEXT_BYTES: usize = 32 * 1024;
/// An announcement's body, in bytes.
pub const MAX_ANNOUNCEMENT_BYTES: usize = 1024;
/// Mail ciphertext to one device, in base64 characters. A session description with many candidates fits.
pub const MAX_MAIL_CHARS: usize = 48 * 1024;
/// Devices that one batch of mail may go to.
pub const MAX_MAIL_RECIPIENTS: usize = 200;
/// Mail that waits for one device, in bytes: the ciphertexts, and [`MAIL_OVERHEAD_BYTES`] for each. Above it the
/// oldest mail of whoever has most there makes room; who has most there is refused.
pub const MAX_MAILBOX_BYTES: u64 = 24 * 1024 * 1024;
/// The share of one member, over all their devices, in the mail that waits for one device. Holds about 1,000
/// session keys: two weeks of a busy member. Smaller: keys for a device on holiday stay owed. Larger: fewer
/// members fill a mailbox.
pub const MAX_MAILBOX_SHARE_BYTES: u64 = 2 * 1024 * 1024;
/// What one piece of mail counts for beside its ciphertext.
pub const MAIL_OVERHEAD_BYTES: u64 = 1024;
/// One-time keys that a device may have at the relay.
pub const MAX_ONE_TIME_KEYS: usize = 100;
/// Items in one page of a channel, the log or the mailbox.
pub const MAX_PAGE_ITEMS: usize = 200;
/// Members in one `presence` frame. The relay leaves out the rest, so that the frame stays under its limit.
pub const MAX_PRESENCE_USERS: usize = 5_000;
/// Items of a channel that a device which has never seen it gets without asking.
pub const FIRST_PAGE_ITEMS: usize = 60;
/// Letters in a member's, channel's, role's or community's name.
pub const MAX_NAME_CHARS: usize = 48;
/// Letters in a channel's topic.
pub const MAX_TOPIC_CHARS: usize = 250;
/// Letters in a device's label.
pub const MAX_LABEL_CHARS: usize = 64;
/// Members of a community who are there. Removed ones do not count.
pub const MAX_MEMBERS: usize = 20_000;
/// Devices of one member that are not revoked.
pub const MAX_DEVICES_PER_MEMBER: usize = 16;
/// Devices that one member ever adds, unless they may remove members. One each day lasts for years; without
/// a bound, adding and revoking in a loop makes the log grow without end.
pub const MAX_DEVICES_EVER_PER_MEMBER: usize = 1_000;
/// Roles of a community.
pub const MAX_ROLES: usize = 100;
/// Channels of a community.
pub const MAX_CHANNELS: usize = 500;
/// Invites of a community that are neither ended, used up nor expired. Who may remove members may end any
/// invite, so only the others are held to this and to the next two.
pub const MAX_OPEN_INVITES: usize = 10_000;
/// Open invites of one member. Raised, fewer members are enough to reach [`MAX_OPEN_INVITES`].
pub const MAX_OPEN_INVITES_PER_MEMBER: usize = 50;
/// Invites that one member ever makes. One a day lasts for years; making and ending them in a loop does not.
pub const MAX_INVITES_EVER_PER_MEMBER: usize = 2_000;
/// People that one invite ever lets in, whoever made it: a link that got into wrong hands does not fill the
/// community. A larger one gets a new link.
pub const MAX_USES_PER_INVITE: u32 = 5_000;
/// People that the invites of one member let in and who are there, unless the member may remove them.
/// Raised, fewer members are enough to fill the community.
pub const MAX_MEMBERS_BY_INVITER: usize = 500;
/// People that the invites of one member ever let in, removed ones included, unless the member may remove
/// them: coming and going makes the log grow too.
pub const MAX_JOINS_BY_INVITER: usize = 2_000;
/// Devices in one voice channel. A mesh sends one stream to each of the others.
pub const MAX_VOICE_PARTICIPANTS: usize = 12;
/// The wrapped vault that the relay keeps for one member, in bytes of JSON text.
pub const MAX_VAULT_BYTES: usize = 16 * 1024;
/// A Megolm session is replaced after this many messages. Fewer: more key traffic. More: a stolen key reads more.
pub const SESSION_MAX_MESSAGES: u32 = 100;
/// A Megolm session is replaced after this long, in milliseconds: one week.
pub const SESSION_MAX_AGE: crate::Millis = 7 * 24 * 60 * 60 * 1000;
