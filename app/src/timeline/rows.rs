//! From items to rows: where a day begins, where reading had stopped, and which messages stand under one name.
//! Pure: the calendar comes in as a function.

mod locked;

use std::hash::{DefaultHasher, Hash, Hasher};

pub use self::locked::Locked;
use self::locked::{Line, gathered};
use super::store::{Body, Event, Extras, Gap, Item, ItemKind};
use crate::ids::{ItemId, UserId};

/// Messages of one author within this time stand under one name. Longer, and a time would be missing where it matters.
const GROUP_MS: f64 = 7.0 * 60.0 * 1000.0;

/// One row of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The item it shows, or stands above.
    pub item: ItemId,
    /// Its time, in milliseconds since 1970.
    pub at: f64,
    pub kind: RowKind,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A new day.
    Day,
    /// What follows was not seen before.
    Unread,
    /// A message.
    Message {
        author: UserId,
        author_name: String,
        /// What it says, or why it cannot be read.
        body: Body,
        /// The first of its group: with name and time.
        head: bool,
        extras: Box<Extras>,
    },
    /// Several messages in a row that cannot be read.
    Locked(Locked),
    /// Messages are missing or in a wrong place.
    Gap(Gap),
    Event(Event),
}

impl Row {
    /// A row with the same key is not drawn again. How far a message has come is no part of it.
    pub fn key(&self) -> (ItemId, u64) {
        let mut hasher = DefaultHasher::new();
        match &self.kind {
            RowKind::Day => 0_u8.hash(&mut hasher),
            RowKind::Unread => 1_u8.hash(&mut hasher),
            RowKind::Gap(gap) => (2_u8, gap).hash(&mut hasher),
            RowKind::Locked(locked) => (4_u8, locked).hash(&mut hasher),
            RowKind::Event(event) => format!("{event:?}").hash(&mut hasher),
            RowKind::Message {
                author_name,
                body,
                head,
                extras,
                ..
            } => {
                (
                    3_u8,
                    author_name,
                    head,
                    extras,
                    std::mem::discriminant(body),
                )
                    .hash(&mut hasher);
                match body {
                    Body::Text(text) => text.hash(&mut hasher),
                    Body::Removed => 0_u8.hash(&mut hasher),
                    Body::Unreadable(why) => std::mem::discriminant(why).hash(&mut hasher),
                }
            }
        }
        (self.item.clone(), hasher.finish())
    }
}

/// Lays out items, oldest first.
pub fn rows(items: &[Item], unread_from: Option<&ItemId>, day_of: impl Fn(f64) -> i64) -> Vec<Row> {
    let mut rows = Vec::with_capacity(items.len() + 4);
    let mut day = None;
    let mut group: Option<(&UserId, f64)> = None;
    for Line { item, locked } in gathered(items, unread_from) {
        let row = |kind| Row {
            item: item.id.clone(),
            at: item.at,
            kind,
        };
        let today = day_of(item.at);
        if day != Some(today) {
            day = Some(today);
            group = None;
            rows.push(row(RowKind::Day));
        }
        if unread_from == Some(&item.id) {
            group = None;
            rows.push(row(RowKind::Unread));
        }
        if let Some(locked) = locked {
            group = None;
            rows.push(row(RowKind::Locked(locked)));
            continue;
        }
        let kind = match &item.kind {
            ItemKind::Message(message) => {
                let head = message.extras.reply.is_some()
                    || group.is_none_or(|(author, at)| {
                        *author != message.author || item.at - at > GROUP_MS
                    });
                group = Some((
                    &message.author,
                    if head {
                        item.at
                    } else {
                        group.map_or(item.at, |(_, at)| at)
                    },
                ));
                RowKind::Message {
                    author: message.author.clone(),
                    author_name: message.author_name.clone(),
                    body: message.body.clone(),
                    head,
                    extras: Box::new(message.extras.clone()),
                }
            }
            ItemKind::Gap(gap) => {
                group = None;
                RowKind::Gap(gap.clone())
            }
            ItemKind::Event(event) => {
                group = None;
                RowKind::Event(event.clone())
            }
        };
        rows.push(row(kind));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::{Row, RowKind, rows};
    use crate::ids::{ItemId, UserId};
    use crate::timeline::store::{Body, Delivery, Extras, Item, ItemKind, Message};

    const MINUTE: f64 = 60_000.0;
    const DAY: f64 = 86_400_000.0;

    #[expect(clippy::cast_possible_truncation, reason = "small days")]
    fn day_of(at: f64) -> i64 {
        (at / DAY).floor() as i64
    }

    fn said(id: &str, author: &str, at: f64) -> Item {
        let message = Message {
            author: UserId::from(author),
            author_name: author.to_owned(),
            body: Body::Text(format!("text of {id}")),
            delivery: Delivery::Sent,
            extras: Extras::default(),
        };
        Item {
            id: ItemId::from(id),
            at,
            kind: ItemKind::Message(message),
        }
    }

    fn heads(rows: &[Row]) -> Vec<&str> {
        let is_head = |row: &&Row| matches!(row.kind, RowKind::Message { head: true, .. });
        rows.iter()
            .filter(is_head)
            .map(|row| row.item.as_str())
            .collect()
    }

    #[test]
    fn a_name_stands_once_for_messages_close_together() {
        let items = [
            said("1", "ada", 0.0),
            said("2", "ada", MINUTE),
            said("3", "ben", 2.0 * MINUTE),
            said("4", "ada", 3.0 * MINUTE),
        ];
        assert_eq!(heads(&rows(&items, None, day_of)), ["1", "3", "4"]);
    }

    #[test]
    fn a_long_group_shows_its_name_again() {
        let items: Vec<Item> = (0..10)
            .map(|n| said(&n.to_string(), "ada", f64::from(n) * 2.0 * MINUTE))
            .collect();
        assert_eq!(heads(&rows(&items, None, day_of)), ["0", "4", "8"]);
    }

    #[test]
    fn a_day_line_stands_before_the_first_message_of_a_day() {
        let items = [
            said("1", "ada", DAY - MINUTE),
            said("2", "ada", DAY + MINUTE),
        ];
        let laid = rows(&items, None, day_of);
        let kinds: Vec<bool> = laid.iter().map(|row| row.kind == RowKind::Day).collect();
        assert_eq!(kinds, [true, false, true, false]);
        assert_eq!(heads(&laid), ["1", "2"]);
    }

    #[test]
    fn the_unread_line_breaks_a_group() {
        let items = [said("1", "ada", 0.0), said("2", "ada", MINUTE)];
        let laid = rows(&items, Some(&ItemId::from("2")), day_of);
        assert_eq!(
            laid.iter().position(|row| row.kind == RowKind::Unread),
            Some(2)
        );
        assert_eq!(heads(&laid), ["1", "2"]);
    }

    #[test]
    fn a_row_is_the_same_while_its_message_is_on_its_way() {
        let mut item = said("1", "ada", 0.0);
        let before = rows(std::slice::from_ref(&item), None, day_of);
        if let ItemKind::Message(message) = &mut item.kind {
            message.delivery = Delivery::Waiting;
        }
        assert_eq!(before, rows(std::slice::from_ref(&item), None, day_of));
        if let ItemKind::Message(message) = &mut item.kind {
            message.body = Body::Text("other".into());
        }
        let after = rows(&[item], None, day_of);
        assert_ne!(before[1].key(), after[1].key());
    }
}
