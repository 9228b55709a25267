//! From the outbox to every device. A message is made once, with its number and what its author had seen, and stored with
//! the devices that are owed it before it goes out; after a crash those get it again, under the same id. Once each device's
//! mailbox was tried it stands in the conversation; whoever could not be reached is tried again later.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::json;
use parley_protocol::keys::{Hash, SessionId};
use serde::{Deserialize, Serialize};

use super::Direct;
use crate::content::direct::{DirectBody, DirectCopy, DirectMessage, GroupChange, TIME_END, With};
use crate::effect::Event;
use crate::engine::account_data::{AccountData, other_devices};
use crate::engine::channel::{can_drop_file, remove_file};
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::file::FileDescription;
use crate::ringing::CallMark;
use crate::store::{Change, Record, Table, number_key, of_table};
use crate::timeline::{Body, OutboxItem, OutboxState};

const OUT: &str = "out/";
/// Devices that could not be reached are tried again after this.
const AGAIN_AFTER: Millis = 600_000;
/// How far beyond the own clock another one's time is followed. Further: a wrong clock may put its messages after all
/// that is written from now on. Less: answers stand before what they answer if clocks differ by more.
const FOLLOWED: Millis = 7 * 86_400_000;

/// A message on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Out {
    pub(super) item: OutboxItem,
    #[serde(default)]
    change: GroupChange,
    #[serde(default)]
    call: Option<CallMark>,
    /// As it goes to each device, once that is decided.
    message: Option<DirectMessage>,
    owed: Vec<DeviceId>,
    /// It stands in the conversation.
    settled: bool,
    /// Devices to which it is on its way.
    #[serde(skip)]
    sent: Vec<DeviceId>,
    /// Devices that could not be reached.
    #[serde(skip)]
    tried: Vec<DeviceId>,
}

/// All messages on their way, in the order in which they were written.
#[derive(Default)]
pub(super) struct Outs {
    all: Vec<Out>,
    last: u64,
    /// Something changed.
    is_news: bool,
    again_at: Option<Millis>,
}

impl Out {
    pub(super) fn new(item: OutboxItem, change: GroupChange, call: Option<CallMark>) -> Self {
        Self {
            item,
            change,
            call,
            message: None,
            owed: Vec::new(),
            settled: false,
            sent: Vec::new(),
            tried: Vec::new(),
        }
    }

    fn key(&self) -> String {
        format!("{OUT}{}", number_key(self.item.order))
    }

    pub(super) fn store(&self, cx: &mut Cx<'_>) {
        cx.output
            .store(Change::put(Table::Direct, self.key(), self));
    }
}

impl Outs {
    pub(super) fn restore(records: &[Record]) -> Self {
        let mut outs = Self {
            is_news: true,
            ..Self::default()
        };
        for record in of_table(records, Table::Direct) {
            let is_out = record.key.starts_with(OUT);
            if let Some(out) = is_out.then(|| record.read::<Out>()).flatten() {
                outs.last = outs.last.max(out.item.order);
                outs.all.push(out);
            }
        }
        outs
    }

    pub(super) fn next_order(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(super) fn push(&mut self, out: Out) {
        self.all.push(out);
        self.is_news = true;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Out> {
        self.all.iter()
    }

    /// How many are not in their conversation.
    pub(super) fn waiting(&self) -> usize {
        self.all.iter().filter(|out| !out.settled).count()
    }

    pub(super) fn remove(&mut self, message: MessageId, cx: &mut Cx<'_>) {
        self.all.retain(|out| {
            let goes = out.item.id == message;
            if goes {
                cx.output.store(Change::delete(Table::Direct, out.key()));
            }
            !goes
        });
    }

    pub(super) fn timeout(&self) -> Option<Millis> {
        self.again_at
    }

    /// A message goes without one of its files. `None`: it does not wait for that one and for others.
    pub(super) fn drop_file(
        &mut self,
        message: MessageId,
        index: usize,
        cx: &mut Cx<'_>,
    ) -> Option<OutboxItem> {
        let out = self.all.iter_mut().find(|it| it.item.id == message)?;
        if !can_drop_file(&out.item, index) {
            return None;
        }
        remove_file(&mut out.item, index);
        out.store(cx);
        Some(out.item.clone())
    }

    /// A message that waited for its files goes out. `None`: it waits for none.
    pub(super) fn release(
        &mut self,
        message: MessageId,
        files: &[FileDescription],
        blobs: &[Hash],
        cx: &mut Cx<'_>,
    ) -> Option<OutboxItem> {
        let out = self.all.iter_mut().find(|it| it.item.id == message)?;
        if out.item.state != OutboxState::Uploading {
            return None;
        }
        if let Body::Text { files: before, .. } = &mut out.item.body {
            *before = files.to_vec();
        }
        out.item.blobs = blobs.to_vec();
        out.item.state = OutboxState::Waiting;
        out.store(cx);
        self.is_news = true;
        Some(out.item.clone())
    }
}

impl Direct {
    /// What was on its way when the page was closed goes out again.
    pub(super) fn queue_restored(&mut self, _: &AccountData, cx: &mut Cx<'_>) {
        for out in &self.outs.all {
            let conversation = self.conversations.get_mut(&out.item.channel);
            if let Some(conversation) = conversation.filter(|_| !out.settled) {
                conversation.timeline.queue(out.item.clone(), cx.me.device);
            }
        }
    }

    /// A new connection, or a later time: whoever could not be reached is tried again.
    pub(super) fn try_again(&mut self) {
        self.outs.again_at = None;
        for out in &mut self.outs.all {
            out.tried.clear();
        }
        self.outs.is_news = true;
        self.owing.try_again();
    }

    /// The same once it is time for that.
    pub(super) fn try_again_in_time(&mut self, cx: &Cx<'_>) {
        if self.outs.again_at.is_some_and(|at| at <= cx.now) {
            self.try_again();
        }
    }

    /// Sends what can be sent now.
    pub(super) fn send_outs(&mut self, cx: &mut Cx<'_>) {
        if !self.outs.is_news || !cx.is_open() || !cx.is_log_whole() {
            return;
        }
        self.outs.is_news = false;
        let mut outs = std::mem::take(&mut self.outs.all);
        for out in &mut outs {
            if out.message.is_none() && out.item.state != OutboxState::Uploading {
                self.decide(out, cx);
            }
            send_out(out, cx);
        }
        self.outs.all = outs;
    }

    /// Makes the message and says who is owed it. Nobody: it waits.
    fn decide(&mut self, out: &mut Out, cx: &mut Cx<'_>) {
        let id = out.item.channel;
        let me = cx.me.user;
        let Some(conversation) = self.conversations.get_mut(&id) else {
            return;
        };
        let people = conversation.people(me);
        let theirs = people.iter().filter(|user| **user != me);
        let theirs = theirs.flat_map(|user| cx.log.devices_of(user));
        let mut owed: Vec<DeviceId> = theirs.map(|(device, _)| device).collect();
        if owed.is_empty() {
            return;
        }
        owed.extend(other_devices(cx));
        let record = &mut conversation.record;
        record.number += 1;
        let seen = record.newest.min(cx.now.saturating_add(FOLLOWED));
        let order = out.item.at.max(seen.saturating_add(1)).min(TIME_END - 1);
        let message = DirectMessage {
            conversation: id,
            with: record.with.clone(),
            id: out.item.id,
            number: record.number,
            at: out.item.at.min(TIME_END - 1),
            order,
            after: record.heads.clone(),
            head: cx.log.head(),
            quiet: matches!(out.item.body, Body::Void),
            change: out.change.clone(),
            call: out.call,
            blobs: out.item.blobs.clone(),
            body: out.item.body.clone(),
        };
        let author = cx.me.device;
        let copy = DirectCopy {
            author,
            message: message.clone(),
        };
        conversation.note_new(copy.target(), &message);
        conversation.store(cx);
        self.lack(copy, cx);
        out.message = Some(message);
        out.owed = owed;
        out.item.state = OutboxState::Sending;
        out.item.encrypted = Some((SessionId::from_bytes([0; 32]), String::new()));
        out.store(cx);
        self.show_state(&id, &out.item, cx);
    }

    fn show_state(&mut self, id: &ChannelId, item: &OutboxItem, cx: &mut Cx<'_>) {
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.timeline.change_outbox(cx.me.device, |shown| {
                if shown.id == item.id {
                    shown.state = item.state.clone();
                    shown.encrypted.clone_from(&item.encrypted);
                }
            });
        }
        cx.output.event(Event::Timeline(*id));
    }

    /// The relay has messages for devices, or those could not be reached.
    pub(super) fn note_outcome(
        &mut self,
        messages: &[(DeviceId, MessageId)],
        taken: bool,
        cx: &mut Cx<'_>,
    ) {
        for (device, message) in messages {
            if self.owing.note_outcome(*message, taken, cx).is_some() {
                if !taken {
                    self.outs.again_at.get_or_insert(cx.now + AGAIN_AFTER);
                }
                continue;
            }
            let found = self.outs.all.iter_mut().find(|it| it.item.id == *message);
            let Some(out) = found else {
                continue;
            };
            out.sent.retain(|it| it != device);
            if taken {
                out.owed.retain(|it| it != device);
                out.store(cx);
            } else if out.owed.contains(device) && !out.tried.contains(device) {
                out.tried.push(*device);
                self.outs.again_at.get_or_insert(cx.now + AGAIN_AFTER);
            }
        }
        self.settle_outs(cx);
    }

    /// A device is new: what is on its way to its member goes to it as well.
    pub(super) fn owe_to_new(&mut self, to: DeviceId, user: UserId, cx: &mut Cx<'_>) {
        for out in self.outs.all.iter_mut().filter(|out| !out.settled) {
            let is_for = match out.message.as_ref().map(|message| &message.with) {
                Some(With::Person(other)) => *other == user || user == cx.me.user,
                Some(With::Group(group)) => group.has(&user) || user == cx.me.user,
                // Who gets it is not decided.
                None => false,
            };
            if is_for && !out.owed.contains(&to) {
                out.owed.push(to);
                out.store(cx);
                self.outs.is_news = true;
            }
        }
    }

    /// Devices that are gone are owed nothing.
    pub(super) fn forget_gone_devices(&mut self, cx: &mut Cx<'_>) {
        for out in &mut self.outs.all {
            let before = out.owed.len();
            out.owed
                .retain(|device| cx.log.active_device(device).is_some());
            out.sent
                .retain(|device| cx.log.active_device(device).is_some());
            if out.owed.len() != before {
                out.store(cx);
            }
        }
        self.owing.forget_gone_devices(cx);
        self.settle_outs(cx);
        self.outs.is_news = true;
    }

    /// What was tried with everybody stands in its conversation.
    fn settle_outs(&mut self, cx: &mut Cx<'_>) {
        let me = cx.me.user;
        let outs = std::mem::take(&mut self.outs.all);
        for mut out in outs {
            let Some(message) = &out.message else {
                self.outs.all.push(out);
                continue;
            };
            let is_tried = out.owed.iter().all(|device| out.tried.contains(device));
            let owed_user = |user: &UserId| {
                let mut devices = cx.log.devices_of(user).map(|(device, _)| device);
                devices.any(|device| !out.owed.contains(&device))
            };
            let people = match &message.with {
                With::Person(other) => vec![*other],
                With::Group(group) => group.members().filter(|user| *user != me).collect(),
            };
            let reaches_somebody = people.iter().any(owed_user) || out.owed.is_empty();
            if is_tried && reaches_somebody && !out.settled {
                let copy = DirectCopy {
                    author: cx.me.device,
                    message: message.clone(),
                };
                let id = out.item.id;
                let conversation = self.conversations.get_mut(&message.conversation);
                if let Some(conversation) = conversation {
                    conversation
                        .timeline
                        .drain_outbox(cx.me.device, |item| item.id == id);
                }
                self.keep(me, copy, cx);
                out.settled = true;
                out.store(cx);
            }
            if out.settled && out.owed.is_empty() {
                cx.output.store(Change::delete(Table::Direct, out.key()));
            } else {
                self.outs.all.push(out);
            }
        }
    }

    /// Whether a message stands in the outbox; a refused one does not, since nobody refuses.
    pub(super) fn is_out(&self, message: MessageId) -> bool {
        self.outs.iter().any(|out| out.item.id == message)
    }
}

fn send_out(out: &mut Out, cx: &mut Cx<'_>) {
    let Some(message) = &out.message else {
        return;
    };
    let mut content = String::new();
    for to in &out.owed {
        if out.sent.contains(to) || out.tried.contains(to) {
            continue;
        }
        if content.is_empty() {
            content = json::write(&DirectBody::Message(Box::new(message.clone())));
        }
        out.sent.push(*to);
        cx.output.wish(Wish::SendDirect {
            to: *to,
            content: content.clone(),
            message: out.item.id,
        });
    }
}
