//! What a person saved for themselves, on all their devices. Each message is a value of its own, so that two devices
//! can save at the same time; the names are few and used again, since a name that was set once is kept for good.

use leptos::prelude::{Set, WithUntracked};
use parley_client::Engine;
use parley_client::relations::Target;
use parley_client::sorted;
use parley_protocol::ids::ChannelId;

use super::elsewhere::{Here, find, name_of};
use super::relating::names;
use super::{Timelines, lines, shown_anew};
use crate::driver::convert::item_id;
use crate::driver::wish::{Wish, Wishes};
use crate::ids::{self, ItemId};
use crate::timeline::store::{Found, Saved};
use crate::timeline::text;

const NAME: &str = "saved/";
/// Messages at a time.
const MOST: usize = 500;
/// Names for them. More than messages: two devices that save at the same time seldom take the same.
const PLACES: usize = 1_000;

/// A message that was saved, and when, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    channel: ChannelId,
    target: Target,
    at: u64,
}

impl Kept {
    fn read(value: &str) -> Option<Self> {
        let (message, at) = value.split_once(' ')?;
        let mut ids = message.split('/');
        let kept = Self {
            channel: ids.next()?.parse().ok()?,
            target: Target {
                device: ids.next()?.parse().ok()?,
                id: ids.next()?.parse().ok()?,
            },
            at: at.parse().ok()?,
        };
        ids.next().is_none().then_some(kept)
    }

    fn write(&self) -> String {
        let Self {
            channel,
            target: Target { device, id },
            at,
        } = self;
        format!("{channel}/{device}/{id} {at}")
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.channel, self.target) == (other.channel, other.target)
    }
}

/// What was saved in a channel.
pub(super) fn targets_in(engine: &Engine, channel: ChannelId) -> Vec<Target> {
    let all = kept(engine).into_iter();
    all.filter(|(_, it)| it.channel == channel)
        .map(|(_, it)| it.target)
        .collect()
}

fn kept(engine: &Engine) -> Vec<(String, Kept)> {
    let values = engine.account_data_beginning_with(NAME);
    let kept = values.filter_map(|(name, value)| Some((name.to_owned(), Kept::read(value)?)));
    kept.collect()
}

/// A place for a message: always the same one, or the next that is free.
fn free_place(message: &str, is_taken: impl Fn(usize) -> bool) -> Option<usize> {
    let first = message.bytes().fold(0, |sum: usize, byte| {
        (sum * 31 + usize::from(byte)) % PLACES
    });
    let mut places = (0..PLACES).map(|step| (first + step) % PLACES);
    places.find(|place| !is_taken(*place))
}

impl Timelines {
    /// Saves a message, or no more.
    pub(super) fn save(
        &self,
        channel: &ids::ChannelId,
        item: &ItemId,
        on: bool,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let Some((channel, target)) = names(channel, item) else {
            return Wishes::new();
        };
        let asked = Kept {
            channel,
            target,
            at: now,
        };
        let all = kept(engine);
        let before: Vec<&String> = all
            .iter()
            .filter(|(_, it)| it.is_same(&asked))
            .map(|(name, _)| name)
            .collect();
        let said = if !on {
            for name in before {
                // A name that is known takes no new room.
                engine.set_account_data(name, "", now).ok();
            }
            text::NOT_SAVED
        } else if before.is_empty() {
            let is_taken = |place: usize| engine.account_data(&name(place)).is_some();
            let place = free_place(&format!("{}/{}", target.device, target.id), is_taken);
            match place.filter(|_| all.len() < MOST) {
                None => text::SAVED_TOO_MANY,
                Some(place) => match engine.set_account_data(name(place), asked.write(), now) {
                    Ok(()) => text::SAVED,
                    Err(_) => text::NO_ROOM_TO_SAVE,
                },
            }
        } else {
            text::SAVED
        };
        self.show_saved_again(engine);
        vec![shown_anew(channel), Wish::Say(said)]
    }

    /// All that was saved, as far as it is here.
    pub(super) fn show_saved(&self, engine: &Engine) -> Wishes {
        let all = kept(engine).into_iter().map(|(_, it)| it);
        let newest_first = sorted::by_number(all, |it| u64::MAX - it.at);
        let shown = newest_first.into_iter().map(|it| Saved {
            channel: ids::ChannelId::from(it.channel.to_string()),
            item: item_id(it.target.device, it.target.id),
            channel_name: name_of(engine, it.channel),
            found: self.found(engine, &it),
        });
        let shown = Some(shown.collect());
        if self.store.saved.with_untracked(|before| *before != shown) {
            self.store.saved.set(shown);
        }
        Wishes::new()
    }

    /// The same, if somebody looks at it.
    pub(super) fn show_saved_again(&self, engine: &Engine) {
        if self.store.saved.with_untracked(Option::is_some) {
            self.show_saved(engine);
        }
    }

    fn found(&self, engine: &Engine, kept: &Kept) -> Found {
        match find(engine, kept.channel, kept.target) {
            Here::Message(timeline, item) => {
                let lines = lines(engine, &self.log, kept.channel, None, false);
                Found::Here(Box::new(lines.message(timeline, item)))
            }
            Here::Deleted => Found::Deleted,
            Here::Not => Found::NotHere,
            Here::NotReadable => Found::NotReadable,
        }
    }
}

fn name(place: usize) -> String {
    format!("{NAME}{place}")
}

#[cfg(test)]
mod tests {
    use super::{Kept, PLACES, free_place};
    use parley_client::relations::Target;
    use parley_protocol::ids::{ChannelId, DeviceId, MessageId};

    #[test]
    fn what_was_saved_is_read_again_and_nothing_else_is() {
        let kept = Kept {
            channel: ChannelId::from_bytes([1; 16]),
            target: Target {
                device: DeviceId::from_bytes([2; 16]),
                id: MessageId::from_bytes([3; 16]),
            },
            at: 1_700_000_000_000,
        };
        let written = kept.write();
        assert_eq!(Kept::read(&written), Some(kept));
        for wrong in ["", "7", "a/b/c 7", &written[1..], &format!("{written}x")] {
            assert_eq!(Kept::read(wrong), None, "{wrong}");
        }
        let (message, at) = written.split_once(' ').unwrap();
        assert_eq!(Kept::read(&format!("{message}/x {at}")), None);
    }

    #[test]
    fn a_message_has_its_place_and_goes_on_from_there() {
        let first = free_place("a message", |_| false).unwrap();
        assert_eq!(free_place("a message", |_| false), Some(first));
        assert_ne!(free_place("another one", |_| false), Some(first));
        let next = (first + 1) % PLACES;
        assert_eq!(free_place("a message", |it| it == first), Some(next));
        assert_eq!(free_place("a message", |_| true), None);
    }
}
