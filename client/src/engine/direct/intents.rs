//! What a person asks of conversations.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, MessageId, UserId};

use super::{CallAct, Conversations, Direct, Look, WAITING_KEY, Waiting, standing};
use crate::direct::{Conversation as Listed, Delivery, DirectError, GroupLine};
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::{Engine, SetDataError};
use crate::ringing::RingingView;
use crate::store::{Change, Table, number_key};
use crate::timeline::TimelineItem;

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

    /// Gives a group another name, or none.
    ///
    /// # Errors
    /// [`DirectError`]
    pub fn rename_group(
        &mut self,
        group: ChannelId,
        name: String,
        now: Millis,
    ) -> Result<(), DirectError> {
        self.change_direct(now, |part, cx| part.rename(&group, name, cx))
    }

    /// Who came and went in a group and how it was named, between its messages and as far as those are in memory.
    pub fn group_lines(&self, conversation: &ChannelId) -> Vec<GroupLine> {
        let part = self.parts.direct.look();
        part.map_or_else(Vec::new, |part| part.lines(conversation))
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

    /// Calls that ring, and the one that this device makes or is in. While it is in one, it is to be in that room, by
    /// [`Engine::join_voice`]; a caller's devices are rung once it is there.
    pub fn ringing(&self) -> RingingView {
        let part = self.parts.direct.look();
        part.map_or_else(RingingView::default, |part| part.calls().view())
    }

    /// Calls everybody else in a conversation, or answers whoever calls there.
    ///
    /// # Errors
    /// [`DirectError`]
    pub fn call_conversation(
        &mut self,
        conversation: ChannelId,
        now: Millis,
    ) -> Result<(), DirectError> {
        let act = CallAct::Call(conversation);
        self.change_direct(now, |part, cx| part.act_on_call(act, cx))
    }

    /// Takes the call with that room, leaving any other.
    ///
    /// # Errors
    /// [`DirectError::Unknown`]: it does not ring any more.
    pub fn answer_call(&mut self, room: ChannelId, now: Millis) -> Result<(), DirectError> {
        let act = CallAct::Answer(room);
        self.change_direct(now, |part, cx| part.act_on_call(act, cx))
    }

    /// Does not take it, on all own devices.
    pub fn decline_call(&mut self, room: ChannelId, now: Millis) {
        let act = CallAct::Decline(room);
        // One that does not ring any more needs no answer.
        self.change_direct(now, |part, cx| part.act_on_call(act, cx))
            .ok();
    }

    pub(in crate::engine) fn leave_calls_but(&mut self, room: Option<ChannelId>, now: Millis) {
        let act = CallAct::LeaveBut(room);
        self.with(now, |parts, cx| {
            let part = parts.direct.part();
            part.map(|part| part.act_on_call(act, cx))
        });
    }

    /// Who may be in the room of the own call. `None`: that is not its room.
    pub(in crate::engine) fn people_of_room(&self, room: &ChannelId) -> Option<Vec<UserId>> {
        let part = self.parts.direct.look()?;
        let about = part.calls().mine().filter(|it| it.room == *room)?;
        Some(part.people(&about.conversation, self.sync.me().user))
    }

    /// Whether the person wants nothing of a member.
    pub fn is_blocked(&self, user: &UserId) -> bool {
        standing::is_blocked(&self.parts.account_data, user)
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
        self.set_account_data(standing::blocked_name(&user), value, now)?;
        self.output.event(Event::Direct);
        self.output.flush();
        Ok(())
    }
}
