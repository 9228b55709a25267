//! A message gets its place among the others of its conversation.

use super::conversation::Conversation;
use super::order::Rank;
use crate::timeline::TimelineItem;

impl Conversation {
    /// Makes a place for a message, and says which. What comes after it in a row moves on.
    pub(super) fn make_place(&mut self, rank: Rank) -> u64 {
        let mut seq = rank.0;
        while let Some(item) = self.timeline.item_at(seq)
            && self.rank_of(item) < rank
        {
            seq += 1;
        }
        let mut row: Vec<TimelineItem> = Vec::new();
        let mut next = seq;
        while let Some(item) = self.timeline.item_at(next) {
            row.push(item.clone());
            next += 1;
        }
        for mut item in row.into_iter().rev() {
            self.timeline.forget_at(item.seq);
            item.seq += 1;
            self.timeline.position = self.timeline.position.max(item.seq);
            self.timeline.put(item);
        }
        seq
    }

    fn rank_of(&self, item: &TimelineItem) -> Rank {
        let target = item.target();
        let base = self.entry(target).map_or(item.seq, |entry| entry.base);
        (base, target.device, target.id)
    }
}

#[cfg(test)]
mod tests {
    use parley_protocol::Millis;
    use parley_protocol::entry::Head;
    use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
    use proptest::prelude::*;

    use super::super::conversation::ConversationRecord;
    use super::super::order::HASH_BITS;
    use super::super::stored::Kept;
    use super::*;
    use crate::content::direct::{DirectCopy, DirectMessage, GroupChange, With};
    use crate::timeline::Body;
    use crate::timeline::relations::Target;

    fn kept((device, id, order): (u8, u8, Millis)) -> Kept {
        Kept {
            copy: DirectCopy {
                author: DeviceId::from_bytes([device; 16]),
                message: DirectMessage {
                    blobs: Vec::new(),
                    conversation: ChannelId::from_bytes([1; 16]),
                    with: With::Person(UserId::from_bytes([2; 16])),
                    id: MessageId::from_bytes([id; 16]),
                    number: u32::from(id) + 1,
                    at: order,
                    order,
                    after: Vec::new(),
                    head: Head::EMPTY,
                    quiet: false,
                    change: GroupChange::default(),
                    call: None,
                    body: Body::text("hello"),
                },
            },
            user: UserId::from_bytes([device; 16]),
            reached: Vec::new(),
            removed: false,
        }
    }

    fn fill(messages: impl Iterator<Item = Kept>) -> Conversation {
        let with = With::Person(UserId::from_bytes([2; 16]));
        let id = ChannelId::from_bytes([1; 16]);
        let mut conversation = Conversation::new(id, ConversationRecord::new(with));
        for message in messages {
            conversation.place(&message);
        }
        conversation
    }

    fn places(conversation: &Conversation) -> Vec<(u64, Target)> {
        let items = conversation.timeline.all_items();
        items.map(|item| (item.seq, item.target())).collect()
    }

    /// A message that stands where it is told, whatever its hash.
    fn crowd(conversation: &mut Conversation, (device, id): (u8, u8), base: u64) {
        let kept = kept((device, id, base >> HASH_BITS));
        conversation.place_at(&kept, base);
    }

    #[test]
    fn of_two_with_one_number_none_hides_the_other() {
        let base = 1_000 << HASH_BITS;
        let all = [(1, 1), (1, 2), (2, 1), (3, 3), (2, 9)];
        let mut forwards = fill(std::iter::empty());
        let mut backwards = fill(std::iter::empty());
        for who in all {
            crowd(&mut forwards, who, base);
        }
        crowd(&mut forwards, (0, 0), base + 2);
        crowd(&mut backwards, (0, 0), base + 2);
        for who in all.into_iter().rev() {
            crowd(&mut backwards, who, base);
        }
        assert_eq!(places(&forwards).len(), all.len() + 1);
        assert_eq!(places(&forwards), places(&backwards));
        for (_, target) in places(&forwards) {
            assert!(forwards.timeline.find(target).is_some());
        }
    }

    proptest! {
        #[test]
        fn places_follow_from_the_messages_alone(
            messages in proptest::collection::vec((0..4_u8, 0..20_u8, 0..4_u64), 0..40),
            turn in any::<prop::sample::Index>(),
        ) {
            let forwards = fill(messages.iter().copied().map(kept));
            // The same message twice is the first one; each of these is made once.
            let mut once = Vec::new();
            for message in messages {
                let is_there = |it: &&(u8, u8, u64)| (it.0, it.1) == (message.0, message.1);
                if once.iter().find(is_there).is_none() {
                    once.push(message);
                }
            }
            if !once.is_empty() {
                let at = turn.index(once.len());
                once.rotate_left(at);
            }
            let turned = fill(once.iter().copied().map(kept));
            let backwards = fill(once.iter().rev().copied().map(kept));
            prop_assert_eq!(places(&forwards), places(&turned));
            prop_assert_eq!(places(&forwards), places(&backwards));
            prop_assert_eq!(places(&forwards).len(), once.len());
        }
    }
}
