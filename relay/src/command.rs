//! Every durable change is a [`Command`]. Applying one is deterministic: time and random values are inside it.
//! Nothing else writes to the database.

mod account;
mod announce;
mod append;
mod asked_by;
mod blobs;
mod ending;
mod expire_items;
mod forget;
mod item;
mod mail;
mod mailbox;
mod passkey;
mod person;
mod post;
mod prekeys;
mod probe;
mod redact;
mod register;
mod scope;
mod second_factor;
mod session;
mod vault;
mod ways_left;
mod wraps;

pub(crate) use account::{ChangePassword, ChangeWraps, DeleteAccount};
pub(crate) use announce::Announce;
pub(crate) use append::{AddDevice, Append};
pub(crate) use asked_by::AskedBy;
pub(crate) use blobs::{
    EndShare, ExpireUploads, ForgetGone, ForgetMissing, PutShare, RecordBlob, size as blob_size,
};
pub(crate) use ending::{EndMemberSessions, EndSessions};
pub(crate) use expire_items::ExpireItems;
pub(crate) use mail::{ExpireMail, ForgetMail, SendMail, check as check_mail};
pub(crate) use passkey::ChangePasskey;
pub(crate) use person::{ChangePerson, PersonChange};
pub(crate) use post::Post;
pub(crate) use prekeys::{ClaimPrekeys, PublishPrekeys};
pub(crate) use redact::Redact;
pub(crate) use register::{Applicant, Register, check as check_applicant, newcomer, setup_token};
pub(crate) use scope::{Scope, channel_stream, device_stream, vault_stream};
pub(crate) use second_factor::{
    DisableSecondFactor, EnableSecondFactor, PassSecondFactor, SetUpSecondFactor,
};
pub(crate) use session::{
    BindSession, EndSession, NewSession, OpenSession, RotateSession, Seen, device_of, has_device,
    is_live,
};
pub(crate) use vault::{AppendVault, CompactVault};

use parley_protocol::Millis;
use parley_protocol::channel::ChannelItem;
use parley_protocol::entry::Entry;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::mail::{ClaimedPrekey, InboundMail};

use crate::refusal::Failure;
use crate::storage::values::StreamId;

/// Id of a login: the family of refresh tokens that were rotated from one another.
pub(crate) type FamilyId = [u8; 16];

#[derive(Debug)]
pub(crate) enum Command {
    Register(Box<Register>),
    AddDevice(Box<AddDevice>),
    OpenSession(OpenSession),
    RotateSession(RotateSession),
    EndSession(EndSession),
    BindSession(BindSession),
    EndSessions(EndSessions),
    EndMemberSessions(EndMemberSessions),
    ChangeWraps(ChangeWraps),
    ChangePassword(Box<ChangePassword>),
    DeleteAccount(Box<DeleteAccount>),
    SetUpSecondFactor(SetUpSecondFactor),
    EnableSecondFactor(EnableSecondFactor),
    DisableSecondFactor(DisableSecondFactor),
    PassSecondFactor(Box<PassSecondFactor>),
    Append(Append),
    Announce(Announce),
    Post(Post),
    Redact(Box<Redact>),
    ExpireItems(ExpireItems),
    SendMail(SendMail),
    ForgetMail(ForgetMail),
    ExpireMail(ExpireMail),
    ClaimPrekeys(ClaimPrekeys),
    PublishPrekeys(PublishPrekeys),
    AppendVault(AppendVault),
    CompactVault(CompactVault),
    ChangePasskey(Box<ChangePasskey>),
    ChangePerson(ChangePerson),
    RecordBlob(RecordBlob),
    ExpireUploads(ExpireUploads),
    ForgetGone(ForgetGone),
    ForgetMissing(ForgetMissing),
    PutShare(Box<PutShare>),
    EndShare(EndShare),
    /// Writes the time (milliseconds since the Unix epoch), to see whether the disk takes it.
    Probe(Millis),
}

impl Command {
    /// Whether the command may append to the community log.
    pub(crate) fn changes_log(&self) -> bool {
        matches!(
            self,
            Self::Register(_) | Self::AddDevice(_) | Self::DeleteAccount(_) | Self::Append(_)
        )
    }

    /// Whether blobs may be other ones after the command.
    pub(crate) fn changes_blobs(&self) -> bool {
        matches!(
            self,
            Self::Register(_)
                | Self::DeleteAccount(_)
                | Self::Append(_)
                | Self::Redact(_)
                | Self::ExpireItems(_)
                | Self::RecordBlob(_)
                | Self::ExpireUploads(_)
                | Self::ForgetMissing(_)
                | Self::PutShare(_)
                | Self::EndShare(_)
        )
    }
}

/// The result of a command that was applied.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Nothing to announce to others.
    Done,
    /// Entries were appended from sequence number `first` on. `fresh` is false if they were in the log already.
    Appended {
        first: u64,
        entries: Vec<Entry>,
        fresh: bool,
    },
    /// An item was added to a channel. `fresh` is false if it was there already.
    Posted {
        channel: ChannelId,
        item: ChannelItem,
        fresh: bool,
    },
    /// A message was deleted, and this stands in its place.
    Redacted {
        channel: ChannelId,
        item: ChannelItem,
    },
    /// Messages were dropped whose time is over. `next` is when the next one's is.
    ItemsExpired { dropped: u64, next: Option<Millis> },
    /// To-device messages were stored, except for the devices in `full`, whose mailbox has no room.
    Mailed {
        deliveries: Vec<(DeviceId, InboundMail)>,
        full: Vec<DeviceId>,
        fresh: bool,
    },
    /// To-device messages that waited too long were dropped. `next` is the mailbox after which to go on, if any is left.
    MailExpired {
        dropped: u64,
        next: Option<StreamId>,
    },
    /// Prekeys were claimed; `left` counts what each device still has.
    Claimed {
        prekeys: Vec<ClaimedPrekey>,
        left: Vec<KeysLeft>,
    },
    /// A blob is stored, and waits so long to be named.
    BlobRecorded { waits_until: Millis },
    /// Uploads were let go that nothing named in time. `first` is when the first of the others came.
    UploadsExpired { first: Option<Millis> },
    /// A segment is in a vault; `follows` if it named the one before it.
    VaultAppended { follows: bool },
    /// A session was opened or refreshed.
    Session { user: UserId, family: FamilyId },
    /// A session ended: by logout, or because a refresh token was used twice (`misused`).
    SessionOver { family: FamilyId, misused: bool },
    /// Several sessions ended at the member's wish.
    SessionsOver { families: Vec<FamilyId> },
    /// The refresh token is unknown or expired.
    NoSession,
}

/// Prekeys that a device has left at the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeysLeft {
    pub(crate) device: DeviceId,
    pub(crate) one_time: u32,
    pub(crate) fresh_fallback: bool,
}

/// Applies one command inside a transaction. On an error the caller rolls back to the savepoint.
pub(crate) fn apply(scope: &mut Scope<'_>, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Register(command) => register::apply(scope, command),
        Command::AddDevice(command) => append::add_device(scope, command),
        Command::OpenSession(command) => session::open(scope, command),
        Command::RotateSession(command) => session::rotate(scope, command),
        Command::EndSession(command) => session::end(scope, command),
        Command::BindSession(command) => session::bind(scope, command),
        Command::EndSessions(command) => ending::end_sessions(scope, command),
        Command::EndMemberSessions(command) => ending::end_member_sessions(scope, command),
        Command::ChangeWraps(command) => account::change_wraps(scope, command),
        Command::ChangePassword(command) => account::change_password(scope, command),
        Command::DeleteAccount(command) => account::delete(scope, command),
        Command::SetUpSecondFactor(command) => second_factor::set_up(scope, command),
        Command::EnableSecondFactor(command) => second_factor::enable(scope, command),
        Command::DisableSecondFactor(command) => second_factor::disable(scope, command),
        Command::PassSecondFactor(command) => second_factor::pass(scope, command),
        Command::Append(command) => append::apply(scope, command),
        Command::Announce(command) => announce::apply(scope, command),
        Command::Post(command) => post::apply(scope, command),
        Command::Redact(command) => redact::apply(scope, command),
        Command::ExpireItems(command) => expire_items::apply(scope, command),
        Command::SendMail(command) => mail::send(scope, command),
        Command::ForgetMail(command) => mail::forget(scope, command),
        Command::ExpireMail(command) => mail::expire(scope, command),
        Command::ClaimPrekeys(command) => prekeys::claim(scope, command),
        Command::PublishPrekeys(command) => prekeys::publish(scope, command),
        Command::AppendVault(command) => vault::append(scope, command),
        Command::CompactVault(command) => vault::compact(scope, command),
        Command::ChangePasskey(command) => passkey::apply(scope, command),
        Command::ChangePerson(command) => person::apply(scope, command),
        Command::RecordBlob(command) => blobs::record(scope, command),
        Command::ExpireUploads(command) => blobs::expire_uploads(scope, command),
        Command::ForgetGone(command) => blobs::forget_gone(scope, command),
        Command::ForgetMissing(command) => blobs::forget_missing(scope, command),
        Command::PutShare(command) => blobs::put_share(scope, command),
        Command::EndShare(command) => blobs::end_share(scope, command),
        Command::Probe(at) => probe::apply(scope, *at),
    }
}

/// Who issued a command, and when (milliseconds since the Unix epoch).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) by: DeviceId,
    pub(crate) at: Millis,
}
