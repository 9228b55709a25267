//! Direct conversations: of two people, or of a group. What is written goes over Olm to every device of everybody in it
//! and to the own other devices, the same text to each; each of them keeps it and puts it into the vault.
//!
//! What reads and writes conversations is not part of a program's beginning: [`Engine::begin_direct`] names it. What
//! comes before that is kept as it came.
//!
//! | file | what it does |
//! |---|---|
//! | `conversation` | one conversation: its messages in order, and what is missing |
//! | `order`, `placing` | where a message stands |
//! | `stored`, `kept` | what the store has of it |
//! | `part`, `intents` | how other parts, and a person, reach all of it |
//! | `receiving` | what other devices say: taken, put aside until more is known, or refused |
//! | `writing` | what a person writes and does, into the outbox |
//! | `sending` | from the outbox to every device |
//! | `people` | who is in it: begin, add, leave |
//! | `shares` | files: who waits for theirs, and whose are to go |
//! | `calls` | who rings, who is rung |
//! | `standing` | requests, and who is blocked |
//! | `receipts` | authors are told that a message is here |
//! | `wanting` | what is missing is asked for |
//! | `greeting` | devices that are new |
//! | `owing` | what is passed on to them, until the relay has it |
//! | `vault` | what goes into the vault and comes out of it |

mod calls;
mod conversation;
mod greeting;
mod intents;
mod kept;
mod order;
mod owing;
mod part;
mod people;
mod placing;
mod receipts;
mod receiving;
mod sending;
mod shares;
mod standing;
mod stored;
mod vault;
mod wanting;
mod writing;

use std::collections::VecDeque;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::json;
use parley_protocol::keys::Hash;
use parley_protocol::voice::Roster;
use serde::{Deserialize, Serialize};

pub use kept::stored_copy;
pub(crate) use kept::stored_item;

use super::account_data::AccountData;
use super::channel::{Draft, RelationError, SendError};
use super::context::Cx;
use crate::content::direct::DirectBody;
use crate::direct::{Conversation as Listed, Delivery, DirectError, GroupLine};
use crate::file::{FileDescription, FileFault};
use crate::ringing::Ringing;
use crate::store::{Change, Record, Table, number_key, of_table};
use crate::timeline::relations::{Act, Target};
use crate::timeline::{OutboxItem, Timeline, TimelineItem};
use conversation::Conversation;

/// What came before conversations were there. An own device sends more than that only if it was away for long.
const WAITING: usize = 2_000;
const WAITING_KEY: &str = "waiting/";

/// A message as text, and the segment of the vault that it is from; `None`: a device that was linked sent it.
pub(super) type RestoredCopy = (String, Option<(DeviceId, u64)>);

/// What other parts of the engine want of conversations.
pub(super) trait Conversations {
    fn has(&self, id: &ChannelId) -> bool;
    fn timeline(&self, id: &ChannelId) -> Option<&Timeline>;
    fn list(&self, data: &AccountData, cx: &Look<'_>) -> Vec<Listed>;
    fn delivery(&self, id: &ChannelId, item: &TimelineItem, me: UserId) -> Option<Delivery>;
    fn take(&mut self, from: DeviceId, content: &str, data: &AccountData, cx: &mut Cx<'_>);
    fn settle(&mut self, messages: &[(DeviceId, MessageId)], taken: bool, cx: &mut Cx<'_>);
    fn pump(&mut self, data: &AccountData, cx: &mut Cx<'_>);
    fn resume(&mut self, cx: &mut Cx<'_>);
    fn handle_log_change(&mut self, cx: &mut Cx<'_>);
    fn timeout(&self, is_open: bool) -> Option<Millis>;
    fn open(&mut self, with: UserId, cx: &mut Cx<'_>) -> Result<ChannelId, DirectError>;
    fn begin(
        &mut self,
        with: &[UserId],
        name: String,
        cx: &mut Cx<'_>,
    ) -> Result<ChannelId, DirectError>;
    fn add(&mut self, id: &ChannelId, users: &[UserId], cx: &mut Cx<'_>)
    -> Result<(), DirectError>;
    fn leave(&mut self, id: &ChannelId, cx: &mut Cx<'_>) -> Result<(), DirectError>;
    fn rename(&mut self, id: &ChannelId, name: String, cx: &mut Cx<'_>) -> Result<(), DirectError>;
    /// What changed about a group, as far as that is in memory.
    fn lines(&self, id: &ChannelId) -> Vec<GroupLine>;
    fn write(
        &mut self,
        id: ChannelId,
        draft: Draft,
        cx: &mut Cx<'_>,
    ) -> Result<MessageId, SendError>;
    fn relate(
        &mut self,
        id: ChannelId,
        to: Target,
        act: Act,
        cx: &mut Cx<'_>,
    ) -> Result<(), RelationError>;
    /// Says whether the message is one of a conversation.
    fn retry(&mut self, message: MessageId, cx: &mut Cx<'_>) -> bool;
    /// The same.
    fn discard(&mut self, message: MessageId, cx: &mut Cx<'_>) -> bool;
    /// What waits for its files.
    fn uploading(&self) -> Vec<&OutboxItem>;
    /// Says whether a message waited for this file and for others.
    fn drop_file(&mut self, message: MessageId, index: usize, cx: &mut Cx<'_>) -> bool;
    /// Says whether the message is one of a conversation.
    fn files_are_up(
        &mut self,
        message: MessageId,
        files: &[FileDescription],
        blobs: &[Hash],
        cx: &mut Cx<'_>,
    ) -> Result<bool, FileFault>;
    /// Everybody in it.
    fn people(&self, id: &ChannelId, me: UserId) -> Vec<UserId>;
    /// Messages with files that are gone, whose shares are to end.
    fn ended_shares(&self) -> &[MessageId];
    fn note_share_ended(&mut self, message: MessageId, cx: &mut Cx<'_>);
    /// Whether it is read up to there.
    fn is_read(&self, id: &ChannelId, seq: u64) -> bool;
    fn mark_read(&mut self, id: &ChannelId, seq: u64, cx: &mut Cx<'_>);
    fn load_older(&mut self, id: &ChannelId, cx: &mut Cx<'_>);
    fn take_kept(&mut self, id: &ChannelId, records: &[Record], cx: &mut Cx<'_>);
    fn end_looking(&mut self, cx: &mut Cx<'_>);
    fn release_past(&mut self, id: &ChannelId, newest: u64, cx: &mut Cx<'_>);
    fn tell_typing(&mut self, id: &ChannelId, data: &AccountData, cx: &mut Cx<'_>);
    fn take_restored(&mut self, copies: Vec<RestoredCopy>, data: &AccountData, cx: &mut Cx<'_>);
    /// Calls of this device, and those that ring here.
    fn calls(&self) -> &Ringing;
    fn act_on_call(&mut self, act: CallAct, cx: &mut Cx<'_>) -> Result<(), DirectError>;
    /// Where this device is at the relay, and who is there.
    fn note_room(&mut self, roster: Option<&Roster>, cx: &mut Cx<'_>);
    /// Messages that the vault lacks.
    fn lacking_vault(&self) -> usize;
    fn take_for_vault(&mut self, bytes: usize, cx: &mut Cx<'_>) -> Vec<String>;
    /// The vault lost what was in it, or may have.
    fn forget_vault(&mut self, cx: &mut Cx<'_>);
}

/// What a person does about a call.
pub(super) enum CallAct {
    /// Call everybody else in a conversation.
    Call(ChannelId),
    /// Take the call with that room.
    Answer(ChannelId),
    Decline(ChannelId),
    /// Leave the own call, unless it is the one with that room.
    LeaveBut(Option<ChannelId>),
}

/// What a view looks at beside the conversations.
pub(super) struct Look<'a> {
    pub(super) log: &'a parley_protocol::community::Community,
    pub(super) me: UserId,
}

/// The conversations, or what is kept for them until they are there.
#[derive(Default)]
pub(super) struct Slot {
    part: Option<Box<dyn Conversations>>,
    records: Vec<Record>,
    waiting: VecDeque<Waiting>,
    last_waiting: u64,
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    from: DeviceId,
    content: String,
}

impl Slot {
    pub(super) fn restore(records: &[Record]) -> Self {
        let of_direct = records.iter().filter(|record| {
            let is_message = record.table == Table::Items && record.key.contains('.');
            record.table == Table::Direct || is_message
        });
        let mut slot = Self {
            records: of_direct.cloned().collect(),
            ..Self::default()
        };
        for record in of_table(records, Table::Direct) {
            let Some(number) = record.key.strip_prefix(WAITING_KEY) else {
                continue;
            };
            slot.last_waiting = number.parse().unwrap_or_default();
            slot.waiting.extend(record.read::<Waiting>());
        }
        slot
    }

    pub(super) fn part(&mut self) -> Option<&mut (dyn Conversations + 'static)> {
        self.part.as_deref_mut()
    }

    pub(super) fn look(&self) -> Option<&(dyn Conversations + 'static)> {
        self.part.as_deref()
    }

    /// The conversations, if this is one of them.
    pub(super) fn with(&mut self, id: &ChannelId) -> Option<&mut (dyn Conversations + 'static)> {
        self.part.as_deref_mut().filter(|part| part.has(id))
    }

    pub(super) fn has(&self, id: &ChannelId) -> bool {
        self.look().is_some_and(|part| part.has(id))
    }

    /// A device says something about a conversation.
    pub(super) fn take(
        &mut self,
        from: DeviceId,
        content: String,
        data: &AccountData,
        cx: &mut Cx<'_>,
    ) {
        if let Some(part) = &mut self.part {
            return part.take(from, &content, data, cx);
        }
        if self.waiting.len() < WAITING {
            self.last_waiting += 1;
            let key = format!("{WAITING_KEY}{}", number_key(self.last_waiting));
            let waiting = Waiting { from, content };
            cx.output.store(Change::put(Table::Direct, key, &waiting));
            self.waiting.push_back(waiting);
        }
    }
}

/// All conversations.
pub(super) struct Direct {
    conversations: LiteMap<ChannelId, Conversation>,
    outs: sending::Outs,
    held: receiving::Held,
    receipts: receipts::Receipts,
    wanting: wanting::Wanting,
    greeting: greeting::Greeting,
    owing: owing::Owing,
    lacking: vault::Lacking,
    shares: shares::Shares,
    calls: Ringing,
}

/// Sends something about a conversation to a device.
fn tell(to: DeviceId, body: &DirectBody, cx: &mut Cx<'_>) {
    let content = json::write(body);
    let body = crate::content::ToDeviceBody::Direct { content };
    cx.output.send_to_device(to, body);
}
