//! What the store has of conversations: a record for each, and one for each message. Messages lie beside the items of
//! channels, with keys that sort by time.

use parley_protocol::ids::ChannelId;
use parley_protocol::json;
use parley_protocol::map::IdMap;

use super::conversation::{Conversation, ConversationRecord, item_of};
use super::stored::Kept;
use super::{Direct, calls, greeting, owing, receipts, receiving, sending, shares, vault, wanting};
use crate::content::direct::DirectCopy;
use crate::direct::CONVERSATION;
use crate::effect::{Effect, Event};
use crate::engine::account_data::AccountData;
use crate::engine::context::Cx;
use crate::store::{Change, Record, Table, number_key, of_table};
use crate::timeline::TimelineItem;

/// Messages that are read from the store at once.
const PAGE: u32 = 100;

impl Conversation {
    pub(super) fn store(&self, cx: &mut Cx<'_>) {
        let key = format!("{CONVERSATION}{}", self.id);
        cx.output
            .store(Change::put(Table::Direct, key, &self.record));
    }
}

impl Direct {
    pub(super) fn restore(records: &[Record], data: &AccountData, cx: &mut Cx<'_>) -> Self {
        let mut direct = Self {
            conversations: litemap::LiteMap::new(),
            outs: sending::Outs::restore(records),
            held: receiving::Held::restore(records),
            receipts: receipts::Receipts::default(),
            wanting: wanting::Wanting::default(),
            shares: shares::Shares::restore(records),
            greeting: greeting::Greeting::restore(records),
            owing: owing::Owing::restore(records),
            lacking: vault::Lacking::restore(records),
            calls: calls::restore(records, cx),
        };
        for record in of_table(records, Table::Direct) {
            let id = record.key.strip_prefix(CONVERSATION);
            let id: Option<ChannelId> = id.and_then(|id| id.parse().ok());
            if let Some(id) = id
                && let Some(kept) = record.read::<ConversationRecord>()
            {
                direct.conversations.insert(id, Conversation::new(id, kept));
            }
        }
        for kept in of_table(records, Table::Items).into_iter().filter_map(read) {
            direct.place_stored(&kept, cx);
        }
        let mut missing = Vec::new();
        for (id, conversation) in direct.conversations.iter_mut() {
            conversation.note_what_is_older();
            missing.push((*id, conversation.find_missing()));
        }
        for (id, missing) in missing {
            direct.want(&id, missing, cx);
        }
        direct.queue_restored(data, cx);
        direct
    }

    /// A conversation whose own record is lost is made anew of its messages.
    fn place_stored(&mut self, kept: &Kept, cx: &Cx<'_>) {
        let DirectCopy { author, message } = &kept.copy;
        let id = message.conversation;
        if !self.conversations.contains_key(&id) {
            let record = ConversationRecord::of(message, kept.user, cx.me.user);
            self.conversations.insert(id, Conversation::new(id, record));
        }
        if let Some(conversation) = self.conversations.get_mut(&id) {
            let record = &mut conversation.record;
            record.newest = record.newest.max(message.order);
            record.wrote |= kept.user == cx.me.user;
            if *author == cx.me.device {
                record.number = record.number.max(message.number);
            }
            conversation.place(kept);
        }
    }

    pub(super) fn look_into_store(&mut self, id: &ChannelId, cx: &mut Cx<'_>) {
        let Some(conversation) = self.conversations.get_mut(id) else {
            return;
        };
        let timeline = &mut conversation.timeline;
        if !timeline.has_older() || timeline.loading_older {
            return;
        }
        timeline.loading_older = true;
        timeline.looked_for = Some(timeline.known_after);
        cx.output.push(Effect::FindItems {
            channel: *id,
            first: format!("{id}/"),
            last: format!("{id}/{}~", number_key(timeline.known_after)),
            newest: Some(PAGE),
        });
        cx.output.event(Event::Timeline(*id));
    }

    pub(super) fn take_found(&mut self, id: &ChannelId, records: &[Record], cx: &mut Cx<'_>) {
        let Some(conversation) = self.conversations.get_mut(id) else {
            return;
        };
        let timeline = &mut conversation.timeline;
        let looked_for = timeline.looked_for.take();
        timeline.loading_older = false;
        cx.output.event(Event::Timeline(*id));
        if looked_for != Some(timeline.known_after) {
            return;
        }
        let found = records.iter().filter_map(read);
        let mut found_by_base: IdMap<_, Kept> = IdMap::new();
        for kept in found.filter(|kept| kept.copy.message.conversation == *id) {
            let target = kept.copy.target();
            found_by_base.insert((kept.base(), (target.device, target.id)), kept);
        }
        let first = found_by_base.keys().next().map(|(base, _)| *base);
        let is_all = found_by_base.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        let after = first.map_or(0, |first| first.saturating_sub(1));
        conversation.timeline.known_after = if is_all { 0 } else { after };
        for kept in found_by_base.values() {
            conversation.place(kept);
        }
        conversation.find_missing();
    }

    pub(super) fn let_go(&mut self, id: &ChannelId, newest: u64, cx: &mut Cx<'_>) {
        if let Some(conversation) = self.conversations.get_mut(id)
            && conversation.let_go(newest)
        {
            cx.output.event(Event::Timeline(*id));
        }
    }
}

/// A stored message as an item of its conversation, at the number under which it is stored. `None`: it is none.
pub(crate) fn stored_item(record: &Record) -> Option<TimelineItem> {
    let kept = read(record)?;
    Some(item_of(&kept, kept.base()))
}

/// The same as it is passed on.
pub fn stored_copy(record: &Record) -> Option<String> {
    read(record).map(|kept| json::write(&kept.copy))
}

pub(super) fn read(record: &Record) -> Option<Kept> {
    record.key.contains('.').then(|| record.read())?
}
