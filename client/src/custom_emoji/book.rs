//! All changes to the community's emoji that their authors could make, by where they stand. What stands by them does not
//! depend on the order in which they came: every device that knows the same changes sees the same emoji.

use std::cell::OnceCell;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::map::IdMap;
use serde::{Deserialize, Serialize};

use super::{CustomEmoji, EmojiChange, MAX_CHANGES, MAX_STANDING};
use crate::sorted;
use crate::store::{Change, Record, Table};

const EMOJI: &str = "emoji/";

/// A change, where it stands in the log of its channel.
pub(crate) type Place = (ChannelId, u64);

/// A change that its author could make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) change: EmojiChange,
    pub(crate) by: UserId,
    pub(crate) at: Millis,
}

/// All of them. What was kept is read when somebody looks: a start needs none of it.
#[derive(Default)]
pub(crate) struct Book {
    kept: Vec<Record>,
    noted_by_place: OnceCell<LiteMap<Place, Noted>>,
}

/// What stands, and what one member did for it.
pub(crate) struct Standing<'a> {
    emoji_by_name: LiteMap<&'a str, (ChannelId, CustomEmoji<'a>)>,
    changes_by_member: IdMap<UserId, usize>,
}

impl Book {
    pub(crate) fn restore(records: &[Record]) -> Self {
        let kept = records.iter();
        let kept = kept.filter(|it| it.table == Table::State && it.key.starts_with(EMOJI));
        Self {
            kept: kept.cloned().collect(),
            noted_by_place: OnceCell::new(),
        }
    }

    fn noted(&self) -> &LiteMap<Place, Noted> {
        self.noted_by_place.get_or_init(|| {
            let kept = self.kept.iter();
            sorted::map(kept.filter_map(|it| Some((place_of(&it.key)?, it.read()?))))
        })
    }

    /// Notes a change that counts where it stands. Gives the changes to what is kept.
    pub(crate) fn note(&mut self, place: Place, noted: Noted) -> Vec<Change> {
        if self.noted().get(&place) == Some(&noted) {
            return Vec::new();
        }
        let by = noted.by;
        let mut changes = vec![Change::put(Table::State, key(place), &noted)];
        self.change(|all| {
            all.insert(place, noted);
        });
        if let Some(over) = self.beyond(place.0, by) {
            // It counts nothing, whatever comes before it.
            changes.retain(|_| over != place);
            changes.extend(self.forget(over).filter(|_| over != place));
        }
        changes
    }

    /// Nothing that counts stands at a place any more. Gives the change to what is kept, if there is one.
    pub(crate) fn forget(&mut self, place: Place) -> Option<Change> {
        let key = key(place);
        let was_kept = self.kept.iter().any(|it| it.key == key);
        self.kept.retain(|it| it.key != key);
        let noted = self.noted_by_place.get_mut();
        let was_noted = noted.is_some_and(|all| all.remove(&place).is_some());
        (was_kept || was_noted).then(|| Change::delete(Table::State, key))
    }

    fn change(&mut self, change: impl FnOnce(&mut LiteMap<Place, Noted>)) {
        self.noted();
        self.kept = Vec::new();
        if let Some(all) = self.noted_by_place.get_mut() {
            change(all);
        }
    }

    /// The numbers of a channel's changes after one.
    pub(crate) fn after(&self, channel: ChannelId, seq: u64) -> Vec<u64> {
        let places = self.noted().keys();
        let later = places.filter(|(of, it)| *of == channel && *it > seq);
        later.map(|(_, it)| *it).collect()
    }

    /// The last change of a member in a channel, if there are more before it than count.
    fn beyond(&self, channel: ChannelId, by: UserId) -> Option<Place> {
        let places = self.noted().iter();
        let mut places = places
            .filter(|((of, _), noted)| *of == channel && noted.by == by)
            .map(|(place, _)| *place);
        places.nth(MAX_CHANGES)?;
        let last = self.noted().iter().rev();
        last.map(|(place, noted)| (*place, noted.by))
            .find(|((of, _), author)| *of == channel && *author == by)
            .map(|(place, _)| place)
    }

    /// What stands. `order`: where a channel is among those that count, if it does.
    pub(crate) fn standing(&self, order: impl Fn(&ChannelId) -> Option<u64>) -> Standing<'_> {
        let counted = self.noted().iter();
        let counted =
            counted.filter_map(|((channel, _), noted)| Some((order(channel)?, *channel, noted)));
        let mut standing = Standing {
            emoji_by_name: LiteMap::new(),
            changes_by_member: IdMap::new(),
        };
        // In each channel they are in their order already.
        for (_, channel, noted) in sorted::by_number(counted, |(order, _, _)| *order) {
            standing.take(channel, noted);
        }
        standing
    }
}

impl<'a> Standing<'a> {
    fn take(&mut self, channel: ChannelId, noted: &'a Noted) {
        let Noted { change, by, at } = noted;
        let changes = self.changes_by_member.or_default(*by);
        *changes = changes.saturating_add(1);
        if *changes > MAX_CHANGES {
            return;
        }
        let name = change.name.as_str();
        let Some(image) = &change.image else {
            self.emoji_by_name.remove(name);
            return;
        };
        if self.has_room_for(1) || self.emoji_by_name.contains_key(name) {
            let (by, at) = (*by, *at);
            let emoji = CustomEmoji {
                name,
                image,
                by,
                at,
            };
            self.emoji_by_name.insert(name, (channel, emoji));
        }
    }

    /// Whether so many more can be added.
    pub(crate) fn has_room_for(&self, more: usize) -> bool {
        self.emoji_by_name.len().saturating_add(more) <= MAX_STANDING
    }

    /// An emoji, and the channel that it was written into.
    pub(crate) fn find(&self, name: &str) -> Option<(ChannelId, CustomEmoji<'a>)> {
        self.emoji_by_name.get(name).copied()
    }

    /// What one member did so far.
    pub(crate) fn changes_of(&self, user: &UserId) -> usize {
        self.changes_by_member.get(user).copied().unwrap_or(0)
    }

    /// All that stand, by name.
    pub(crate) fn into_emoji(self) -> impl Iterator<Item = CustomEmoji<'a>> {
        let all = self.emoji_by_name.into_iter();
        all.map(|(_, (_, emoji))| emoji)
    }
}

fn key((channel, seq): Place) -> String {
    format!("{EMOJI}{channel}/{seq:020}")
}

fn place_of(key: &str) -> Option<Place> {
    let (channel, seq) = key.strip_prefix(EMOJI)?.split_once('/')?;
    Some((channel.parse().ok()?, seq.parse().ok()?))
}

#[cfg(test)]
mod tests;
