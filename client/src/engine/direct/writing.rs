//! What a person writes and does in a conversation: checked, put into the outbox and shown at once. How it goes out is in
//! `sending`.

use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::json;
use parley_protocol::keys::Hash;

use super::Direct;
use super::sending::Out;
use crate::content::direct::{GroupChange, With};
use crate::effect::Event;
use crate::engine::channel::{Draft, Now, RelationError, SendError, to_body};
use crate::engine::context::Cx;
use crate::ringing::CallMark;
use crate::timeline::relations::limits::MAX_ACTS;
use crate::timeline::relations::{Act, Relation, Target};
use crate::timeline::{Body, OutboxItem, OutboxState};

/// Messages that may wait in all conversations together.
const OUTBOX: usize = 1_000;
/// Bytes of a text as it stands inside a to-device message, where quotes and line ends take more than one. More does not
/// go through a mailbox.
const TEXT_BYTES: usize = 33 * 1024;
/// Bytes of the name of a blob there.
const NAME_BYTES: usize = 48;

impl Direct {
    /// Whether this member can write there now.
    pub(super) fn is_writable(&self, id: &ChannelId, cx: &Cx<'_>) -> bool {
        let Some(conversation) = self.conversations.get(id) else {
            return false;
        };
        let me = cx.me.user;
        let is_here = |user: &parley_protocol::ids::UserId| cx.log.active_member(user).is_some();
        match &conversation.record.with {
            With::Person(other) => is_here(other),
            With::Group(group) => {
                group.has(&me) && group.members().any(|it| it != me && is_here(&it))
            }
        }
    }

    pub(super) fn send(
        &mut self,
        id: ChannelId,
        draft: Draft,
        cx: &mut Cx<'_>,
    ) -> Result<MessageId, SendError> {
        let blobs = draft.blobs.clone();
        let body = to_body(draft)?;
        if !self.is_writable(&id, cx) {
            return Err(SendError::NotPermitted);
        }
        if let Body::Text { text, files, .. } = &body {
            let bytes = text.len();
            let chunks = files.iter().map(|file| u64::from(file.chunks)).sum::<u64>();
            let names = usize::try_from(chunks).unwrap_or(usize::MAX);
            let files = json::write(&json::write(files)).len();
            let text = json::write(&json::write(text)).len();
            let all = text
                .saturating_add(files)
                .saturating_add(names.saturating_mul(NAME_BYTES));
            if all > TEXT_BYTES {
                return Err(SendError::TooLong { bytes });
            }
        }
        let conversation = self.conversations.get(&id);
        let carries = |root| conversation.is_none_or(|it| it.timeline.can_carry_thread(root));
        if !body.thread().is_none_or(carries) {
            return Err(SendError::NoThread);
        }
        if self.outs.waiting() >= OUTBOX {
            return Err(SendError::OutboxFull);
        }
        Self::accept(&id, cx);
        Ok(self.queue_with(id, body, blobs, cx))
    }

    /// Keeps something to be sent.
    pub(super) fn queue(&mut self, id: ChannelId, body: Body, cx: &mut Cx<'_>) -> MessageId {
        self.queue_with(id, body, Vec::new(), cx)
    }

    /// Tells the group what became of it.
    pub(super) fn queue_change(&mut self, id: ChannelId, change: GroupChange, cx: &mut Cx<'_>) {
        self.queue_out(id, (Body::Void, change, None), Vec::new(), cx);
    }

    /// Tells the others what became of a call.
    pub(super) fn queue_call(&mut self, id: ChannelId, call: CallMark, cx: &mut Cx<'_>) {
        let quiet = (Body::Void, GroupChange::default(), Some(call));
        self.queue_out(id, quiet, Vec::new(), cx);
    }

    /// Blobs that are at the relay already are to be shared, too, before the message goes out.
    fn queue_with(
        &mut self,
        id: ChannelId,
        body: Body,
        blobs: Vec<Hash>,
        cx: &mut Cx<'_>,
    ) -> MessageId {
        self.queue_out(id, (body, GroupChange::default(), None), blobs, cx)
    }

    fn queue_out(
        &mut self,
        id: ChannelId,
        (body, change, call): (Body, GroupChange, Option<CallMark>),
        blobs: Vec<Hash>,
        cx: &mut Cx<'_>,
    ) -> MessageId {
        let has_files = !body.files().is_empty();
        let message = MessageId::from_bytes(cx.rng.bytes());
        let item = OutboxItem {
            id: message,
            channel: id,
            body,
            at: cx.now,
            state: if has_files {
                OutboxState::Uploading
            } else {
                OutboxState::Waiting
            },
            order: self.outs.next_order(),
            blobs,
            encrypted: None,
            refused: Vec::new(),
        };
        let out = Out::new(item.clone(), change, call);
        out.store(cx);
        self.outs.push(out);
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.store(cx);
            conversation.timeline.queue(item, cx.me.device);
        }
        cx.output.event(Event::Timeline(id));
        cx.output.event(Event::Direct);
        message
    }

    /// Does something with a message. `Ok` also when it is done already.
    pub(super) fn act(
        &mut self,
        id: ChannelId,
        to: Target,
        act: Act,
        cx: &mut Cx<'_>,
    ) -> Result<(), RelationError> {
        self.check(&id, to, &act, cx)?;
        if act == Act::Delete && to.device == cx.me.device && self.take_back(to.id, cx) {
            return Ok(());
        }
        let replaced = |item: &OutboxItem| {
            !item.is_on_its_way()
                && matches!(&item.body, Body::Relation(it) if it.to == to && it.act.is_undone_by(&act))
        };
        self.drop_waiting(&id, replaced, cx);
        cx.output.event(Event::Timeline(id));
        let me = (cx.me.user, cx.me.device);
        let timeline = self.conversations.get(&id).map(|it| &it.timeline);
        let now = timeline.and_then(|timeline| Now::of(timeline, to, me));
        if now.is_none_or(|now| now.is_done(&act, cx.me.user)) {
            return Ok(());
        }
        if self.outs.waiting() >= OUTBOX {
            return Err(RelationError::OutboxFull);
        }
        Self::accept(&id, cx);
        if act == Act::Delete {
            let timeline = self.conversations.get(&id).map(|it| &it.timeline);
            let found = timeline.and_then(|timeline| timeline.find(to));
            if let Some(body) = found.map(|item| item.body.clone()) {
                self.end_share_of(to.id, &body, cx);
            }
        }
        self.queue(id, Body::Relation(Relation { to, act }), cx);
        Ok(())
    }

    fn check(
        &self,
        id: &ChannelId,
        to: Target,
        act: &Act,
        cx: &Cx<'_>,
    ) -> Result<(), RelationError> {
        let me = (cx.me.user, cx.me.device);
        let timeline = self.conversations.get(id).map(|it| &it.timeline);
        let now = timeline.and_then(|timeline| Now::of(timeline, to, me));
        let now = now.ok_or(RelationError::UnknownMessage)?;
        if now.summary.deleted.is_some() && *act != Act::Delete {
            return Err(RelationError::Deleted);
        }
        let is_permitted = *act != Act::Delete || now.author == me.0;
        if !is_permitted || !self.is_writable(id, cx) {
            return Err(RelationError::NotPermitted);
        }
        if now.summary.own_acts >= MAX_ACTS && *act != Act::Delete {
            return Err(RelationError::TooMany);
        }
        now.check(act, me.0)
    }

    /// Takes back a message that has not gone out, with what waits to be done with it. Says whether there was one.
    pub(super) fn take_back(&mut self, message: MessageId, cx: &mut Cx<'_>) -> bool {
        let found = self
            .outs
            .iter()
            .find(|out| out.item.id == message && !out.item.is_on_its_way())
            .map(|out| (out.item.channel, out.item.body.clone()));
        let Some((id, body)) = found else {
            return false;
        };
        self.end_share_of(message, &body, cx);
        let target = Target {
            device: cx.me.device,
            id: message,
        };
        self.drop_waiting(
            &id,
            |item| !item.is_on_its_way() && (item.id == message || item.is_about(target)),
            cx,
        );
        cx.output.event(Event::Timeline(id));
        true
    }

    fn drop_waiting(
        &mut self,
        id: &ChannelId,
        is_over: impl Fn(&OutboxItem) -> bool,
        cx: &mut Cx<'_>,
    ) {
        let Some(conversation) = self.conversations.get_mut(id) else {
            return;
        };
        for item in conversation.timeline.drain_outbox(cx.me.device, is_over) {
            self.outs.remove(item.id, cx);
        }
    }
}
