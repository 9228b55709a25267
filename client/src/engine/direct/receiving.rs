//! What other devices say about conversations. A message counts if the device that wrote it is in the log, or was when it
//! was written, and its member is in the conversation, as far as that is known here. What may count later is put aside.

use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::json;
use serde::{Deserialize, Serialize};

use super::Direct;
use super::conversation::{Conversation, ConversationRecord};
use super::stored::Kept;
use crate::content::direct::{DirectBody, DirectCopy, DirectMessage, With};
use crate::direct::{Standing, is_of_group, of_two};
use crate::effect::Event;
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::engine::wish::Wish;
use crate::ringing::About;
use crate::store::{Change, Record, Table, number_key, of_table};
use crate::timeline::TimelineItem;

const HELD: &str = "held/";
/// Messages that wait for the log or for news of a group, of all devices and of one.
const MOST_HELD: usize = 200;
const MOST_HELD_OF_ONE: usize = 20;
/// The same, with what own devices pass on.
const MOST_HELD_OF_OWN: usize = 2_000;

/// Messages that cannot be judged yet.
pub(super) struct Held {
    messages: Vec<HeldMessage>,
    last: u64,
    /// Something came that may let them count.
    is_news: bool,
    /// The head of the log up to which that was looked at.
    judged_at: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct HeldMessage {
    #[serde(skip)]
    key: String,
    from: DeviceId,
    copy: DirectCopy,
    #[serde(default)]
    lacks: bool,
}

/// What becomes of a message.
enum Verdict {
    Counts(UserId),
    Waits,
    Refused,
}

impl Held {
    pub(super) fn restore(records: &[Record]) -> Self {
        let mut held = Self {
            messages: Vec::new(),
            last: 0,
            is_news: true,
            judged_at: 0,
        };
        for record in of_table(records, Table::Direct) {
            let Some(number) = record.key.strip_prefix(HELD) else {
                continue;
            };
            held.last = number.parse().unwrap_or_default();
            if let Some(mut message) = record.read::<HeldMessage>() {
                message.key.clone_from(&record.key);
                held.messages.push(message);
            }
        }
        held
    }

    fn put(&mut self, (from, lacks): (DeviceId, bool), copy: DirectCopy, cx: &mut Cx<'_>) {
        let of_one = self.messages.iter().filter(|it| it.from == from).count();
        let is_there = |it: &HeldMessage| it.copy.target() == copy.target();
        let is_own = user_of(&from, cx) == Some(cx.me.user);
        let is_full = of_one >= MOST_HELD_OF_ONE || self.messages.len() >= MOST_HELD;
        if (is_full && !is_own)
            || self.messages.len() >= MOST_HELD_OF_OWN
            || self.messages.iter().any(is_there)
        {
            return;
        }
        self.last += 1;
        let key = format!("{HELD}{}", number_key(self.last));
        let message = HeldMessage {
            key,
            from,
            copy,
            lacks,
        };
        cx.output
            .store(Change::put(Table::Direct, message.key.clone(), &message));
        self.messages.push(message);
    }
}

/// Whose device it is. The own one may read its vault before the log here has come to its entry.
fn user_of(device: &DeviceId, cx: &Cx<'_>) -> Option<UserId> {
    if *device == cx.me.device {
        return Some(cx.me.user);
    }
    cx.log.devices().get(device).map(|it| it.user)
}

impl Direct {
    pub(super) fn take_body(
        &mut self,
        from: DeviceId,
        content: &str,
        data: &AccountData,
        cx: &mut Cx<'_>,
    ) {
        let Ok(body) = json::read::<DirectBody>(content) else {
            return;
        };
        let is_here = cx.log.active_device(&from).is_some();
        match body {
            DirectBody::Message(message) => {
                let copy = DirectCopy {
                    author: from,
                    message: *message,
                };
                self.take_copy((from, false), copy, data, cx);
            }
            DirectBody::Copies(copies) if is_here => {
                for copy in copies {
                    self.take_copy((from, false), copy, data, cx);
                }
            }
            DirectBody::Received {
                conversation,
                device,
                messages,
            } if is_here => {
                self.note_received(from, conversation, device, messages, cx);
            }
            DirectBody::Wanted {
                conversation,
                device,
                numbers,
                messages,
            } if is_here => {
                self.answer_wanted(from, conversation, device, (&numbers, &messages), cx);
            }
            DirectBody::Typing { conversation } if is_here => {
                let user = cx.log.active_device(&from).map(|it| it.user);
                let known = self.conversations.get(&conversation);
                if let Some(user) = user
                    && known.is_some_and(|it| it.has(&user, cx.me.user))
                    && self.standing(&conversation, data, cx) == Standing::Accepted
                {
                    cx.output.wish(Wish::NoteTyping(conversation, user));
                }
            }
            DirectBody::Call {
                conversation,
                room,
                says,
            } if is_here => self.hear_call(from, About { conversation, room }, says, data, cx),
            DirectBody::Copies(_)
            | DirectBody::Received { .. }
            | DirectBody::Wanted { .. }
            | DirectBody::Typing { .. }
            | DirectBody::Call { .. } => {}
        }
    }

    /// A message of its author's device, or as another device passes it on. `lacks`: the vault may lose it, although an
    /// own device had it.
    pub(super) fn take_copy(
        &mut self,
        (from, lacks): (DeviceId, bool),
        copy: DirectCopy,
        data: &AccountData,
        cx: &mut Cx<'_>,
    ) {
        let DirectCopy { author, message } = copy;
        let Some(message) = message.into_sound() else {
            return;
        };
        let copy = DirectCopy { author, message };
        match self.judge(from, &copy, cx) {
            Verdict::Counts(user) => self.take_message((from, lacks), user, copy, data, cx),
            Verdict::Waits => self.held.put((from, lacks), copy, cx),
            Verdict::Refused => {}
        }
    }

    fn judge(&mut self, from: DeviceId, copy: &DirectCopy, cx: &mut Cx<'_>) -> Verdict {
        let DirectCopy { author, message } = copy;
        let Some(passed_on_by) = user_of(&from, cx) else {
            return Verdict::Refused;
        };
        if message.head.seq > cx.log.head().seq {
            cx.check_named_head(*author, message.head);
            return Verdict::Waits;
        }
        let Some(device) = cx.log.devices().get(author) else {
            return Verdict::Refused;
        };
        let user = device.user;
        // What devices of others say of a third one's words is worth nothing.
        let may_pass_on = from == *author || passed_on_by == user || passed_on_by == cx.me.user;
        // Whoever was out by then wrote nothing.
        let was_here = device.added_at <= message.head.seq
            && device.revoked_at.is_none_or(|at| message.head.seq < at);
        let is_channel = cx.log.channels().contains_key(&message.conversation);
        if !may_pass_on || !was_here || is_channel {
            return Verdict::Refused;
        }
        if !cx.check_named_head(*author, message.head) {
            return Verdict::Refused;
        }
        self.judge_people(passed_on_by, user, message, cx)
    }

    /// Whether its author is in the conversation.
    fn judge_people(
        &self,
        passed_on_by: UserId,
        user: UserId,
        message: &DirectMessage,
        cx: &Cx<'_>,
    ) -> Verdict {
        let me = cx.me.user;
        match &message.with {
            With::Person(other) => {
                let is_ours = user == me || *other == me;
                let id = of_two(&cx.log.id(), &user, other);
                if user == *other || !is_ours || id != message.conversation {
                    return Verdict::Refused;
                }
                Verdict::Counts(user)
            }
            With::Group(_) if !is_of_group(&message.conversation) => Verdict::Refused,
            With::Group(told) => match self.conversations.get(&message.conversation) {
                // An own device has judged it when more was known.
                None if passed_on_by == me => Verdict::Counts(user),
                None if told.has(&user) && told.has(&me) => Verdict::Counts(user),
                None => Verdict::Refused,
                Some(known) => match &known.record.with {
                    With::Person(_) => Verdict::Refused,
                    With::Group(_) if passed_on_by == me => Verdict::Counts(user),
                    With::Group(group) if group.has(&user) => Verdict::Counts(user),
                    With::Group(_) => Verdict::Waits,
                },
            },
        }
    }

    fn take_message(
        &mut self,
        (from, lacks): (DeviceId, bool),
        user: UserId,
        copy: DirectCopy,
        data: &AccountData,
        cx: &mut Cx<'_>,
    ) {
        let id = copy.message.conversation;
        let me = cx.me.user;
        if !self.conversations.contains_key(&id) {
            let is_own = user_of(&from, cx) == Some(me);
            if !is_own && !self.has_room_for_request(&user, data, cx) {
                return;
            }
            let record = ConversationRecord::of(&copy.message, user, me);
            self.conversations.insert(id, Conversation::new(id, record));
        }
        let changed = self.merge_people(&id, user, &copy.message);
        let target = copy.target();
        let is_known = self
            .conversations
            .get(&id)
            .is_some_and(|it| it.entry(target).is_some());
        if is_known {
            self.owe_receipt(&id, user, target, data, cx);
            return;
        }
        let bytes = json::write(&copy).len();
        let is_from_own = user_of(&from, cx) == Some(me);
        if !is_from_own && !self.has_room(&id, bytes, data, cx) {
            return;
        }
        self.keep(user, copy.clone(), cx);
        self.owe_receipt(&id, user, target, data, cx);
        // What an own device has said is in the vault by that one.
        if (!is_from_own || lacks) && self.standing(&id, data, cx) == Standing::Accepted {
            self.lack(copy.clone(), cx);
        }
        if from == copy.author {
            self.pass_on(&copy, cx);
            if user != me {
                cx.output.wish(Wish::NoteWritten {
                    channel: id,
                    device: from,
                    at: cx.now,
                });
            }
        }
        if changed {
            self.held.is_news = true;
        }
    }

    /// What its author tells of who is in the group. Says whether that is news.
    fn merge_people(&mut self, id: &ChannelId, by: UserId, message: &DirectMessage) -> bool {
        let Some(conversation) = self.conversations.get_mut(id) else {
            return false;
        };
        match (&mut conversation.record.with, &message.with) {
            (With::Group(known), With::Group(told)) => known.merge(told, &by),
            (With::Person(_) | With::Group(_), _) => false,
        }
    }

    /// Keeps a message that is here for the first time.
    pub(super) fn keep(&mut self, user: UserId, copy: DirectCopy, cx: &mut Cx<'_>) {
        let id = copy.message.conversation;
        let target = copy.target();
        let Some(conversation) = self.conversations.get_mut(&id) else {
            return;
        };
        let is_mine = user == cx.me.user;
        conversation.record.wrote |= is_mine;
        let kept = Kept {
            copy,
            user,
            reached: Vec::new(),
            removed: false,
        };
        kept.store(cx);
        conversation.note_new(target, &kept.copy.message);
        let seq = conversation.place(&kept);
        conversation.note_late(seq, is_mine);
        for kept in conversation.expunge(target) {
            kept.store(cx);
        }
        conversation.store(cx);
        let missing = conversation.find_missing();
        self.want(&id, missing, cx);
        cx.output.event(Event::Timeline(id));
        cx.output.event(Event::Direct);
    }

    /// What was put aside may count by now.
    pub(super) fn judge_held(&mut self, data: &AccountData, cx: &mut Cx<'_>) {
        let head = cx.log.head().seq;
        if !self.held.is_news && self.held.judged_at == head {
            return;
        }
        while std::mem::take(&mut self.held.is_news) || self.held.judged_at != head {
            self.held.judged_at = head;
            for held in std::mem::take(&mut self.held.messages) {
                match self.judge(held.from, &held.copy, cx) {
                    Verdict::Waits => self.held.messages.push(held),
                    Verdict::Refused => {
                        cx.output.store(Change::delete(Table::Direct, held.key));
                    }
                    Verdict::Counts(user) => {
                        cx.output.store(Change::delete(Table::Direct, held.key));
                        let from = (held.from, held.lacks);
                        self.take_message(from, user, held.copy, data, cx);
                    }
                }
            }
        }
    }
}

impl Conversation {
    /// Something of somebody else stands above what was read: it is not to be overlooked.
    fn note_late(&mut self, seq: Option<u64>, is_mine: bool) {
        /// More are not counted.
        const LATE: usize = 100;
        let Some(seq) = seq.filter(|_| !is_mine) else {
            return;
        };
        let item = self.timeline.item_at(seq);
        let shows = item.is_some_and(TimelineItem::is_line);
        let is_late = shows && seq <= self.timeline.read_up_to;
        if is_late && self.record.late.len() < LATE {
            self.record.late.push(seq);
        }
    }
}
