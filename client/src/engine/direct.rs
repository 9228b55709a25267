//! Direct conversations: of two people, or of a group. What is written goes over Olm to every device of everybody in it
//! and to the own other devices, the same text to each; each of them keeps it and puts it into the vault.
//!
//! What reads and writes conversations is not part of a program's beginning: [`Engine::begin_direct`] names it. What
//! comes before that is kept as it came.
//!
//! | file | what it does |
//! |---|---|
//! | `conversation` | one conversation: its messages in order, and what is missing |
//! | `order` | where a message stands |
//! | `kept` | what the store has of it |
//! | `receiving` | what other devices say: taken, put aside until more is known, or refused |
//! | `writing` | what a person writes and does, into the outbox |
//! | `sending` | from the outbox to every device |
//! | `people` | who is in it: begin, add, leave |
//! | `shares` | files: who waits for theirs, and whose are to go |
//! | `standing` | requests, and who is blocked |
//! | `receipts` | authors are told that a message is here |
//! | `wanting` | what is missing is asked for |
//! | `greeting` | devices that are new |
//! | `vault` | what goes into the vault and comes out of it |

mod conversation;
mod greeting;
mod kept;
mod order;
mod people;
mod receipts;
mod receiving;
mod sending;
mod shares;
mod standing;
mod vault;
mod wanting;
mod writing;

use std::collections::VecDeque;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::json;
use parley_protocol::keys::Hash;
use serde::{Deserialize, Serialize};

pub(super) use standing::{blocked_name, is_blocked};

use super::account_data::AccountData;
use super::channel::{Draft, RelationError, SendError};
use super::context::Cx;
use super::{Engine, SetDataError};
use crate::content::direct::DirectBody;
use crate::direct::{Conversation as Listed, Delivery, DirectError};
use crate::effect::Event;
use crate::file::{FileDescription, FileFault};
use crate::store::{Change, Record, Table, number_key, of_table};
use crate::timeline::relations::{Act, Target};
use crate::timeline::{OutboxItem, Timeline, TimelineItem};
use conversation::Conversation;

/// What came before conversations were there. An own device sends more than that only if it was away for long.
const WAITING: usize = 2_000;
const WAITING_KEY: &str = "waiting/";

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
    fn take_restored(&mut self, copies: Vec<String>, data: &AccountData, cx: &mut Cx<'_>);
    /// Messages that the vault lacks.
    fn lacking_vault(&self) -> usize;
    fn take_for_vault(&mut self, bytes: usize, cx: &mut Cx<'_>) -> Vec<String>;
    /// The vault lost what was in it, or may have.
    fn forget_vault(&mut self, cx: &mut Cx<'_>);
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
    lacking: vault::Lacking,
    shares: shares::Shares,
}

/// Direct conversations.
impl Engine {
    /// Conversations are there from now on. What came before is taken. Harmless the second time.
    pub fn begin_direct(&mut self, now: Millis) {
        if self.parts.direct.part.is_some() {
            return;
        }
        let records = std::mem::take(&mut self.parts.direct.records);
        self.with(now, |parts, cx| {
            let direct = Direct::restore(&records, &parts.account_data, cx);
            parts.direct.part = Some(Box::new(direct));
            for waiting in std::mem::take(&mut parts.direct.waiting) {
                let Waiting { from, content } = waiting;
                parts.direct.take(from, content, &parts.account_data, cx);
            }
            for record in &records {
                if record.key.starts_with(WAITING_KEY) && record.table == Table::Direct {
                    cx.output
                        .store(Change::delete(Table::Direct, record.key.clone()));
                }
            }
            let last = parts.direct.last_waiting;
            for number in 1..=last {
                let key = format!("{WAITING_KEY}{}", number_key(number));
                if !records.iter().any(|record| record.key == key) {
                    cx.output.store(Change::delete(Table::Direct, key));
                }
            }
            parts.apply_read_marks(cx);
            cx.output.event(Event::Direct);
        });
        self.finish(now);
    }

    /// Whether conversations are there.
    pub fn has_direct(&self) -> bool {
        self.parts.direct.look().is_some()
    }

    /// All conversations in which something was written, or that were opened. Empty before [`Engine::begin_direct`].
    pub fn conversations(&self) -> Vec<Listed> {
        let look = Look {
            log: self.community(),
            me: self.sync.me().user,
        };
        let part = self.parts.direct.look();
        part.map_or_else(Vec::new, |part| part.list(&self.parts.account_data, &look))
    }

    /// Whether this is the id of a conversation.
    pub fn is_conversation(&self, id: &ChannelId) -> bool {
        self.parts.direct.has(id)
    }

    /// The conversation with another member, there to be written in.
    ///
    /// # Errors
    /// [`DirectError`]
    pub fn open_direct(&mut self, with: UserId, now: Millis) -> Result<ChannelId, DirectError> {
        self.change_direct(now, |part, cx| part.open(with, cx))
    }

    /// A group with two others or more. They hear of it with its first message.
    ///
    /// # Errors
    /// [`DirectError`]
    pub fn begin_group(
        &mut self,
        with: &[UserId],
        name: String,
        now: Millis,
    ) -> Result<ChannelId, DirectError> {
        self.change_direct(now, |part, cx| part.begin(with, name, cx))
    }

    /// Brings others into a group.
    ///
    /// # Errors
    /// [`DirectError`]
    pub fn add_to_group(
        &mut self,
        group: ChannelId,
        users: &[UserId],
        now: Millis,
    ) -> Result<(), DirectError> {
        self.change_direct(now, |part, cx| part.add(&group, users, cx))
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// [`DirectError`]
    pub fn leave_group(&mut self, group: ChannelId, now: Millis) -> Result<(), DirectError> {
        self.change_direct(now, |part, cx| part.leave(&group, cx))
    }

    /// Everybody in a conversation, this member among them: who may read the files of its messages. Empty if there is no
    /// such conversation.
    pub fn people_of(&self, conversation: &ChannelId) -> Vec<UserId> {
        let me = self.sync.me().user;
        let part = self.parts.direct.look();
        part.map_or_else(Vec::new, |part| part.people(conversation, me))
    }

    /// Messages of conversations whose shares at the relay are to end, since they were deleted. Each stays until
    /// [`Engine::note_share_ended`].
    pub fn ended_shares(&self) -> Vec<MessageId> {
        let part = self.parts.direct.look();
        part.map_or_else(Vec::new, |part| part.ended_shares().to_vec())
    }

    /// The relay ended a share, or has none.
    pub fn note_share_ended(&mut self, message: MessageId, now: Millis) {
        self.with(now, |parts, cx| {
            if let Some(part) = parts.direct.part() {
                part.note_share_ended(message, cx);
            }
        });
        self.finish(now);
    }

    fn change_direct<R>(
        &mut self,
        now: Millis,
        act: impl FnOnce(&mut dyn Conversations, &mut Cx<'_>) -> Result<R, DirectError>,
    ) -> Result<R, DirectError> {
        let done = self.with(now, |parts, cx| {
            let part = parts.direct.part().ok_or(DirectError::Unknown)?;
            let done = act(part, cx)?;
            cx.output.event(Event::Direct);
            Ok(done)
        });
        self.finish(now);
        done
    }

    /// How far an own message of a conversation has come. `None`: it is none.
    pub fn delivery(&self, conversation: &ChannelId, item: &TimelineItem) -> Option<Delivery> {
        let me = self.sync.me().user;
        self.parts.direct.look()?.delivery(conversation, item, me)
    }

    /// The person takes a conversation, or wants to hear nothing of it, on all their devices.
    ///
    /// # Errors
    /// [`SetDataError`]
    pub fn answer_request(
        &mut self,
        conversation: ChannelId,
        accept: bool,
        now: Millis,
    ) -> Result<(), SetDataError> {
        let value = if accept {
            standing::ACCEPTED
        } else {
            standing::IGNORED
        };
        self.set_account_data(standing::name(&conversation), value, now)?;
        self.output.event(Event::Direct);
        self.output.flush();
        Ok(())
    }

    /// Whether the person wants nothing of a member.
    pub fn is_blocked(&self, user: &UserId) -> bool {
        is_blocked(&self.parts.account_data, user)
    }

    /// Blocks a member on all own devices, or no more.
    ///
    /// # Errors
    /// [`SetDataError`]
    pub fn set_blocked(
        &mut self,
        user: UserId,
        blocked: bool,
        now: Millis,
    ) -> Result<(), SetDataError> {
        let value = if blocked { standing::BLOCKED } else { "" };
        self.set_account_data(blocked_name(&user), value, now)?;
        self.output.event(Event::Direct);
        self.output.flush();
        Ok(())
    }
}

/// Sends something about a conversation to a device.
fn tell(to: DeviceId, body: &DirectBody, cx: &mut Cx<'_>) {
    let content = json::write(body);
    let body = crate::content::ToDeviceBody::Direct { content };
    cx.output.send_to_device(to, body);
}

impl Conversations for Direct {
    fn has(&self, id: &ChannelId) -> bool {
        self.conversations.contains_key(id)
    }

    fn timeline(&self, id: &ChannelId) -> Option<&Timeline> {
        self.conversations.get(id).map(|it| &it.timeline)
    }

    fn list(&self, data: &AccountData, look: &Look<'_>) -> Vec<Listed> {
        self.listed(data, look)
    }

    fn delivery(&self, id: &ChannelId, item: &TimelineItem, me: UserId) -> Option<Delivery> {
        self.delivered(id, item, me)
    }

    fn take(&mut self, from: DeviceId, content: &str, data: &AccountData, cx: &mut Cx<'_>) {
        self.take_body(from, content, data, cx);
    }

    fn settle(&mut self, messages: &[(DeviceId, MessageId)], taken: bool, cx: &mut Cx<'_>) {
        self.note_outcome(messages, taken, cx);
    }

    fn pump(&mut self, data: &AccountData, cx: &mut Cx<'_>) {
        self.judge_held(data, cx);
        self.lack_accepted(data, cx);
        self.greet(cx);
        self.send_outs(cx);
        self.tell_receipts(cx);
        self.ask_for_missing(data, cx);
    }

    fn resume(&mut self, _: &mut Cx<'_>) {
        self.try_again();
    }

    fn handle_log_change(&mut self, cx: &mut Cx<'_>) {
        self.forget_gone_devices(cx);
    }

    fn timeout(&self, is_open: bool) -> Option<Millis> {
        let times = [
            self.outs.timeout(),
            self.receipts.due,
            self.wanting.timeout(),
        ];
        times.into_iter().flatten().min().filter(|_| is_open)
    }

    fn open(&mut self, with: UserId, cx: &mut Cx<'_>) -> Result<ChannelId, DirectError> {
        self.open_with(with, cx)
    }

    fn begin(
        &mut self,
        with: &[UserId],
        name: String,
        cx: &mut Cx<'_>,
    ) -> Result<ChannelId, DirectError> {
        self.begin_group(with, name, cx)
    }

    fn add(
        &mut self,
        id: &ChannelId,
        users: &[UserId],
        cx: &mut Cx<'_>,
    ) -> Result<(), DirectError> {
        self.add_people(id, users, cx)
    }

    fn leave(&mut self, id: &ChannelId, cx: &mut Cx<'_>) -> Result<(), DirectError> {
        self.go(id, cx)
    }

    fn write(
        &mut self,
        id: ChannelId,
        draft: Draft,
        cx: &mut Cx<'_>,
    ) -> Result<MessageId, SendError> {
        self.send(id, draft, cx)
    }

    fn relate(
        &mut self,
        id: ChannelId,
        to: Target,
        act: Act,
        cx: &mut Cx<'_>,
    ) -> Result<(), RelationError> {
        self.act(id, to, act, cx)
    }

    fn retry(&mut self, message: MessageId, _: &mut Cx<'_>) -> bool {
        let is_out = self.is_out(message);
        if is_out {
            self.try_again();
        }
        is_out
    }

    fn discard(&mut self, message: MessageId, cx: &mut Cx<'_>) -> bool {
        self.take_back(message, cx) || self.is_out(message)
    }

    fn uploading(&self) -> Vec<&OutboxItem> {
        self.waiting_for_files().collect()
    }

    fn files_are_up(
        &mut self,
        message: MessageId,
        files: &[FileDescription],
        blobs: &[Hash],
        cx: &mut Cx<'_>,
    ) -> Result<bool, FileFault> {
        self.release_files(message, files, blobs, cx)
    }

    fn people(&self, id: &ChannelId, me: UserId) -> Vec<UserId> {
        let conversation = self.conversations.get(id);
        conversation.map_or_else(Vec::new, |it| it.people(me))
    }

    fn ended_shares(&self) -> &[MessageId] {
        self.shares.ended()
    }

    fn note_share_ended(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        self.shares.note_end(message, cx);
    }

    fn is_read(&self, id: &ChannelId, seq: u64) -> bool {
        let conversation = self.conversations.get(id);
        conversation.is_some_and(|it| seq <= it.timeline.read_up_to)
    }

    fn mark_read(&mut self, id: &ChannelId, seq: u64, cx: &mut Cx<'_>) {
        let Some(conversation) = self.conversations.get_mut(id) else {
            return;
        };
        let timeline = &mut conversation.timeline;
        let had_late = !std::mem::take(&mut conversation.record.late).is_empty();
        if seq > timeline.read_up_to {
            timeline.read_up_to = seq;
        } else if !had_late {
            return;
        }
        conversation.record.read_up_to = timeline.read_up_to;
        conversation.store(cx);
        cx.output.event(Event::Timeline(*id));
        cx.output.event(Event::Direct);
    }

    fn load_older(&mut self, id: &ChannelId, cx: &mut Cx<'_>) {
        self.look_into_store(id, cx);
    }

    fn take_kept(&mut self, id: &ChannelId, records: &[Record], cx: &mut Cx<'_>) {
        self.take_found(id, records, cx);
    }

    fn end_looking(&mut self, cx: &mut Cx<'_>) {
        for (id, conversation) in &mut self.conversations {
            conversation.timeline.looked_for = None;
            if std::mem::take(&mut conversation.timeline.loading_older) {
                cx.output.event(Event::Timeline(*id));
            }
        }
    }

    fn release_past(&mut self, id: &ChannelId, newest: u64, cx: &mut Cx<'_>) {
        self.let_go(id, newest, cx);
    }

    fn tell_typing(&mut self, id: &ChannelId, data: &AccountData, cx: &mut Cx<'_>) {
        let is_wanted = self.standing(id, data, cx) == crate::direct::Standing::Accepted;
        let Some(conversation) = self.conversations.get(id).filter(|_| is_wanted) else {
            return;
        };
        let conversation = (*id, conversation.people(cx.me.user));
        let (id, people) = conversation;
        let body = DirectBody::Typing { conversation: id };
        let content = json::write(&body);
        for user in people.into_iter().filter(|user| *user != cx.me.user) {
            let devices: Vec<DeviceId> = cx.log.devices_of(&user).map(|(id, _)| id).collect();
            for to in devices {
                let content = content.clone();
                let body = crate::content::ToDeviceBody::Direct { content };
                cx.output.send_transient(to, body);
            }
        }
    }

    fn take_restored(&mut self, copies: Vec<String>, data: &AccountData, cx: &mut Cx<'_>) {
        let copies = copies.iter().filter_map(|copy| json::read(copy).ok());
        for copy in copies {
            self.take_copy(cx.me.device, copy, data, cx);
        }
    }

    fn lacking_vault(&self) -> usize {
        self.lacking.len()
    }

    fn take_for_vault(&mut self, bytes: usize, cx: &mut Cx<'_>) -> Vec<String> {
        self.hand_to_vault(bytes, cx)
    }

    fn forget_vault(&mut self, cx: &mut Cx<'_>) {
        self.lack_everything(cx);
    }
}
