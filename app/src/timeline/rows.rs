//! From items to rows: where a day begins, where reading had stopped, and which messages stand under one name.
//! Pure: the calendar comes in as a function.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::store::{Body, Event, Gap, Item, ItemKind, Message, Unreadable};
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
    },
    /// Several messages in a row that cannot be read, for the same reason.
    Locked {
        count: usize,
        why: Unreadable,
    },
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
            RowKind::Locked { count, why } => (4_u8, count, *why as u8).hash(&mut hasher),
            RowKind::Event(event) => format!("{event:?}").hash(&mut hasher),
            RowKind::Message {
                author_name,
                body,
                head,
                ..
            } => {
                (3_u8, author_name, head, std::mem::discriminant(body)).hash(&mut hasher);
                match body {
                    Body::Text(text) => text.hash(&mut hasher),
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
    let mut rest = items;
    while let [item, after @ ..] = rest {
        let locked = locked_run(rest, unread_from);
        rest = rest.get(locked.max(1)..).unwrap_or(after);
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
        let kind = match &item.kind {
            ItemKind::Message(Message {
                body: Body::Unreadable(why),
                ..
            }) if locked > 1 => {
                group = None;
                RowKind::Locked {
                    count: locked,
                    why: *why,
                }
            }
            ItemKind::Message(message) => {
                let head = group.is_none_or(|(author, at)| {
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

/// How many messages from here on cannot be read, for the reason of the first. A day that begins between them is not
/// told: nobody reads them.
fn locked_run(items: &[Item], unread_from: Option<&ItemId>) -> usize {
    let why = items.first().and_then(unreadable);
    let same = |(at, item): &(usize, &Item)| {
        let begins_what_is_new = *at > 0 && unread_from == Some(&item.id);
        why.is_some() && unreadable(item) == why && !begins_what_is_new
    };
    items.iter().enumerate().take_while(same).count()
}

fn unreadable(item: &Item) -> Option<Unreadable> {
    match &item.kind {
        ItemKind::Message(Message {
            body: Body::Unreadable(why),
            ..
        }) => Some(*why),
        ItemKind::Message(_) | ItemKind::Gap { .. } | ItemKind::Event(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, RowKind, rows};
    use crate::ids::{ItemId, UserId};
    use crate::timeline::store::{Body, Delivery, Item, ItemKind, Message, Unreadable};

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

    fn locked(id: &str, at: f64, why: Unreadable) -> Item {
        let mut item = said(id, "ada", at);
        if let ItemKind::Message(message) = &mut item.kind {
            message.body = Body::Unreadable(why);
        }
        item
    }

    #[test]
    fn what_is_locked_in_a_row_is_one_line_with_a_count_also_over_days() {
        let items = [
            said("1", "ada", 0.0),
            locked("2", MINUTE, Unreadable::KeyNotHere),
            locked("3", DAY, Unreadable::KeyNotHere),
            locked("4", 2.0 * DAY, Unreadable::KeyNotHere),
            locked("5", 2.0 * DAY, Unreadable::BeforeJoined),
            said("6", "ada", 2.0 * DAY),
        ];
        let laid = rows(&items, None, day_of);
        let kinds: Vec<RowKind> = laid.into_iter().map(|row| row.kind).collect();
        let count = |kind: &RowKind| matches!(kind, RowKind::Locked { count: 3, .. });
        assert_eq!(kinds.iter().filter(|kind| count(kind)).count(), 1);
        let messages = kinds
            .iter()
            .filter(|kind| matches!(kind, RowKind::Message { .. }));
        assert_eq!(messages.count(), 3, "one alone is shown with its author");
        let days = kinds.iter().filter(|kind| **kind == RowKind::Day);
        assert_eq!(days.count(), 2);
    }

    #[test]
    fn an_unread_line_stands_above_what_is_locked() {
        let items = [
            locked("1", 0.0, Unreadable::KeyNotHere),
            locked("2", 1.0, Unreadable::KeyNotHere),
        ];
        let laid = rows(&items, Some(&ItemId::from("2")), day_of);
        assert!(laid.iter().any(|row| row.kind == RowKind::Unread));
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
