//! The conversations as other parts of the engine reach them.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::json;
use parley_protocol::keys::Hash;
use parley_protocol::voice::Roster;

use super::conversation::Conversation;
use super::{CallAct, Conversations, Direct, Look, RestoredCopy, vault};
use crate::content::ToDeviceBody;
use crate::content::direct::{DirectBody, DirectCopy};
use crate::direct::{Conversation as Listed, Delivery, DirectError, GroupLine, Standing};
use crate::effect::Event;
use crate::engine::account_data::AccountData;
use crate::engine::channel::{Draft, RelationError, SendError};
use crate::engine::context::Cx;
use crate::file::{FileDescription, FileFault};
use crate::ringing::Ringing;
use crate::store::Record;
use crate::timeline::relations::{Act, Target};
use crate::timeline::{OutboxItem, Timeline, TimelineItem};

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
        self.try_again_in_time(cx);
        self.send_owed(cx);
        self.send_outs(cx);
        self.tell_receipts(cx);
        self.ask_for_missing(data, cx);
        self.tend_calls(cx);
    }

    fn resume(&mut self, _: &mut Cx<'_>) {
        self.try_again();
    }

    fn handle_log_change(&mut self, cx: &mut Cx<'_>) {
        self.forget_gone_devices(cx);
        let log = cx.log;
        let is_here = |device: &DeviceId| log.active_device(device).is_some();
        self.calls.drop_gone(is_here, cx.now);
    }

    fn timeout(&self, is_open: bool) -> Option<Millis> {
        let times = [
            self.outs.timeout(),
            self.receipts.due,
            self.wanting.timeout(),
        ];
        let times = times.into_iter().flatten().filter(|_| is_open);
        times.chain(self.calls.poll_timeout()).min()
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

    fn rename(&mut self, id: &ChannelId, name: String, cx: &mut Cx<'_>) -> Result<(), DirectError> {
        self.rename_group(id, &name, cx)
    }

    fn lines(&self, id: &ChannelId) -> Vec<GroupLine> {
        let conversation = self.conversations.get(id);
        conversation.map_or_else(Vec::new, Conversation::lines)
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

    fn drop_file(&mut self, message: MessageId, index: usize, cx: &mut Cx<'_>) -> bool {
        self.take_out_file(message, index, cx)
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
        let is_wanted = self.standing(id, data, cx) == Standing::Accepted;
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
                let body = ToDeviceBody::Direct { content };
                cx.output.send_transient(to, body);
            }
        }
    }

    fn take_restored(&mut self, copies: Vec<RestoredCopy>, data: &AccountData, cx: &mut Cx<'_>) {
        for (copy, origin) in copies {
            if let Ok(copy) = json::read::<DirectCopy>(&copy) {
                let lacks = vault::lacks(&copy, origin, cx);
                self.take_copy((cx.me.device, lacks), copy, data, cx);
            }
        }
    }

    fn calls(&self) -> &Ringing {
        &self.calls
    }

    fn act_on_call(&mut self, act: CallAct, cx: &mut Cx<'_>) -> Result<(), DirectError> {
        self.act_on(act, cx)
    }

    fn note_room(&mut self, roster: Option<&Roster>, cx: &mut Cx<'_>) {
        self.note_who_is_in(roster, cx);
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
