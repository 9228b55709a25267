//! A channel's past out of the store, when somebody scrolls up. Where the store has holes, as where something was
//! deleted or has disappeared, the relay is asked.

use parley_protocol::ids::ChannelId;
use parley_protocol::map::IdMap;

use super::Channels;
use super::history::HISTORY_PAGE;
use super::receiving::item_key;
use crate::effect::{Effect, Event};
use crate::engine::context::Cx;
use crate::store::Record;
use crate::timeline::StoredItem;

impl Channels {
    /// Looks into the store for the page before what is known. Says whether it may be there.
    pub(super) fn look_into_store(&mut self, channel: ChannelId, cx: &mut Cx<'_>) -> bool {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return false;
        };
        let through = timeline.known_after;
        if timeline.kept_after >= through || timeline.store_lacks == Some(through) {
            return false;
        }
        timeline.loading_older = true;
        timeline.looked_for = Some(through);
        let page = through.saturating_sub(u64::from(HISTORY_PAGE));
        let after = page.max(timeline.kept_after);
        cx.output.push(Effect::FindItems {
            channel,
            first: item_key(channel, after.saturating_add(1)),
            last: item_key(channel, through),
            newest: None,
        });
        cx.output.event(Event::Timeline(channel));
        true
    }

    /// What the store has of a channel. Only what joins what is known is taken.
    pub(in crate::engine) fn take_kept(
        &mut self,
        channel: ChannelId,
        records: &[Record],
        cx: &mut Cx<'_>,
    ) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let Some(looked_for) = timeline.looked_for.take() else {
            return;
        };
        timeline.loading_older = false;
        cx.output.event(Event::Timeline(channel));
        // The relay went back meanwhile.
        if looked_for != timeline.known_after {
            return;
        }
        let mut kept: IdMap<u64, StoredItem> = IdMap::new();
        for record in records {
            if let Some((of, seq)) = super::restore::seq_of(record)
                && of == channel
                && let Some(item) = record.read()
            {
                kept.insert(seq, item);
            }
        }
        let known_after = timeline.known_after;
        let mut page = Vec::new();
        let mut seq = known_after;
        while let Some(item) = kept.remove(&seq) {
            page.push((seq, item));
            seq = seq.saturating_sub(1);
        }
        if page.is_empty() {
            timeline.store_lacks = Some(known_after);
            return self.load_older(channel, cx);
        }
        timeline.grow_back(seq);
        for (seq, item) in page.into_iter().rev() {
            self.take_kept_item(channel, seq, item, cx);
        }
        self.reconcile_channel(channel, cx);
        if !self.shows_any_up_to(channel, known_after) {
            self.load_older(channel, cx);
        }
    }

    fn take_kept_item(
        &mut self,
        channel: ChannelId,
        seq: u64,
        stored: StoredItem,
        cx: &mut Cx<'_>,
    ) {
        let link = stored.as_link();
        let message = match stored {
            StoredItem::Unverified {
                device,
                announcement,
            } => return self.take_announcement(channel, device, announcement, seq, cx),
            StoredItem::Message(item) if item.seq == seq => Some(*item),
            StoredItem::Gone { head, .. } => {
                if let Some(timeline) = self.timelines.get_mut(&channel) {
                    let rose = timeline.note_head(seq, head);
                    timeline.note_heads_rose(rose);
                }
                None
            }
            StoredItem::Message(_) | StoredItem::Announcement { .. } | StoredItem::Void => None,
        };
        match message {
            Some(item) if item.is_taken_away() => return self.take_gone(channel, item, cx),
            Some(item) if item.ciphertext.is_some() => return self.take_message(channel, item, cx),
            Some(_) | None => {}
        }
        let due = message.as_ref().map(|item| self.due(channel, item, cx));
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if let Some((device, link)) = link {
            timeline.link(seq, device, link);
        }
        if let (Some(item), Some(due)) = (message, due) {
            timeline.put(item.clone());
            timeline.set_due(seq, due);
            self.expunge_deleted(channel, &item, cx);
        }
    }

    /// Lets go of what is in the store as well, but for the `newest`: nobody looks at it any more.
    pub(in crate::engine) fn release_past(
        &mut self,
        channel: ChannelId,
        newest: u64,
        cx: &mut Cx<'_>,
    ) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        let after = timeline.position.saturating_sub(newest);
        if timeline.loading_older || timeline.known_after >= after {
            return;
        }
        timeline.store_lacks = None;
        timeline.trim(after);
        cx.output.event(Event::Timeline(channel));
    }
}
