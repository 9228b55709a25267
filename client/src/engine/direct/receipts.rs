//! Authors are told that their messages are here: all devices of the author, a few seconds' messages at once. Nobody is
//! told of a conversation that the person has not taken, or if they switched it off.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

use super::{Direct, tell};
use crate::content::direct::DirectBody;
use crate::direct::Standing;
use crate::effect::Event;
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::engine::presence::Habit;
use crate::timeline::relations::Target;

/// What came is told after this, with what comes meanwhile.
const TELL_AFTER: Millis = 1_500;
/// Messages that are told of at once.
const AT_ONCE: usize = 200;

/// What is to be told.
#[derive(Default)]
pub(super) struct Receipts {
    owed: LiteMap<(ChannelId, DeviceId), (UserId, Vec<MessageId>)>,
    pub(super) due: Option<Millis>,
}

impl Direct {
    pub(super) fn owe_receipt(
        &mut self,
        id: &ChannelId,
        user: UserId,
        target: Target,
        data: &AccountData,
        cx: &Cx<'_>,
    ) {
        let is_told = user != cx.me.user
            && Habit::SendReceipts.is_kept(data)
            && self.standing(id, data, cx) == Standing::Accepted;
        if !is_told {
            return;
        }
        let owed = &mut self.receipts.owed;
        let key = (*id, target.device);
        if !owed.contains_key(&key) {
            owed.insert(key, (user, Vec::new()));
        }
        if let Some((_, messages)) = owed.get_mut(&key)
            && messages.len() < AT_ONCE
            && !messages.contains(&target.id)
        {
            messages.push(target.id);
        }
        self.receipts.due.get_or_insert(cx.now + TELL_AFTER);
    }

    pub(super) fn tell_receipts(&mut self, cx: &mut Cx<'_>) {
        if self.receipts.due.is_none_or(|due| cx.now < due) || !cx.is_open() {
            return;
        }
        self.receipts.due = None;
        for ((conversation, device), (user, messages)) in std::mem::take(&mut self.receipts.owed) {
            let devices: Vec<DeviceId> = cx.log.devices_of(&user).map(|(id, _)| id).collect();
            let body = DirectBody::Received {
                conversation,
                device,
                messages,
            };
            for to in devices {
                tell(to, &body, cx);
            }
        }
    }

    /// A device says that messages are there.
    pub(super) fn note_received(
        &mut self,
        from: DeviceId,
        id: ChannelId,
        device: DeviceId,
        messages: Vec<MessageId>,
        cx: &mut Cx<'_>,
    ) {
        let is_own = cx.log.devices().get(&device).map(|it| it.user) == Some(cx.me.user);
        let user = cx.log.active_device(&from).map(|it| it.user);
        let conversation = self.conversations.get_mut(&id).filter(|_| is_own);
        let (Some(conversation), Some(user)) = (conversation, user) else {
            return;
        };
        if user == cx.me.user || !conversation.has(&user, cx.me.user) {
            return;
        }
        for id in messages.into_iter().take(AT_ONCE) {
            let target = Target { device, id };
            let entry = conversation.entry(target);
            if entry.is_none_or(|entry| entry.reached.contains(&user)) {
                continue;
            }
            let kept = conversation.change(target, |entry| entry.reached.push(user));
            if let Some(kept) = kept {
                kept.store(cx);
            }
        }
        cx.output.event(Event::Timeline(id));
    }
}
