//! Every durable change is a [`Command`]. Applying one is deterministic: the time and all random values
//! are inside it. Nothing else writes to the database.

mod announce;
mod append;
mod item;
mod mail;
mod mailbox;
mod post;
mod prekeys;
mod register;
mod scope;
mod session;

pub(crate) use announce::Announce;
pub(crate) use append::{AddDevice, Append};
pub(crate) use mail::{ForgetMail, SendMail, check as check_mail};
pub(crate) use post::Post;
pub(crate) use prekeys::{ClaimPrekeys, PublishPrekeys};
pub(crate) use register::{Applicant, Register, check as check_applicant, newcomer, setup_token};
pub(crate) use scope::{Scope, channel_owner, device_owner};
pub(crate) use session::{
    BindSession, EndSession, NewSession, OpenSession, RotateSession, has_device, is_live,
};

use parley_protocol::Millis;
use parley_protocol::channel::ChannelItem;
use parley_protocol::entry::Entry;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::mail::{ClaimedPrekey, InboundMail};

use crate::refusal::Failure;

/// A login that lasts until it is ended: all refresh tokens that followed from one another.
pub(crate) type FamilyId = [u8; 16];

/// One durable change.
#[derive(Debug)]
pub(crate) enum Command {
    Register(Box<Register>),
    AddDevice(Box<AddDevice>),
    OpenSession(OpenSession),
    RotateSession(RotateSession),
    EndSession(EndSession),
    BindSession(BindSession),
    Append(Append),
    Announce(Announce),
    Post(Post),
    SendMail(SendMail),
    ForgetMail(ForgetMail),
    ClaimPrekeys(ClaimPrekeys),
    PublishPrekeys(PublishPrekeys),
}

impl Command {
    /// Whether it may add to the community log.
    pub(crate) fn changes_log(&self) -> bool {
        matches!(
            self,
            Self::Register(_) | Self::AddDevice(_) | Self::Append(_)
        )
    }
}

/// What a command came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Nothing that others hear of.
    Done,
    /// Entries stand in the log, from number `first` on. `fresh` is false for a repetition.
    Appended {
        first: u64,
        entries: Vec<Entry>,
        fresh: bool,
    },
    /// An item stands in a channel.
    Posted {
        channel: ChannelId,
        item: ChannelItem,
        fresh: bool,
    },
    /// Mail is in mailboxes, but for those that were full.
    Mailed {
        deliveries: Vec<(DeviceId, InboundMail)>,
        full: Vec<DeviceId>,
        fresh: bool,
    },
    /// Keys were taken from devices, which have so many left.
    Claimed {
        prekeys: Vec<ClaimedPrekey>,
        left: Vec<KeysLeft>,
    },
    /// A session begins or goes on.
    Session { user: UserId, family: FamilyId },
    /// A session is over: it was logged out, or its token was used twice.
    SessionOver { family: FamilyId, misused: bool },
    /// The token is not one of ours, or it is too old.
    NoSession,
}

/// Keys that a device has left at the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeysLeft {
    pub(crate) device: DeviceId,
    pub(crate) one_time: u32,
    pub(crate) fresh_fallback: bool,
}

/// Carries out one command inside a transaction. On an error the caller undoes what was begun.
pub(crate) fn apply(scope: &mut Scope<'_>, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Register(command) => register::apply(scope, command),
        Command::AddDevice(command) => append::add_device(scope, command),
        Command::OpenSession(command) => session::open(scope, command),
        Command::RotateSession(command) => session::rotate(scope, command),
        Command::EndSession(command) => session::end(scope, command),
        Command::BindSession(command) => session::bind(scope, command),
        Command::Append(command) => append::apply(scope, command),
        Command::Announce(command) => announce::apply(scope, command),
        Command::Post(command) => post::apply(scope, command),
        Command::SendMail(command) => mail::send(scope, command),
        Command::ForgetMail(command) => mail::forget(scope, command),
        Command::ClaimPrekeys(command) => prekeys::claim(scope, command),
        Command::PublishPrekeys(command) => prekeys::publish(scope, command),
    }
}

/// When and by which device something was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) by: DeviceId,
    pub(crate) at: Millis,
}
