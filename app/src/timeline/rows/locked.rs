//! Messages that cannot be read take one line together, however many they are and whatever happened between them.

use crate::ids::ItemId;
use crate::timeline::store::{Body, Item, ItemKind, Message, Unreadable};

/// How many messages in a row cannot be read, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Locked([usize; Unreadable::ALL.len()]);

impl Locked {
    /// Each reason with its count, in the order in which they are told.
    pub fn counts(&self) -> impl Iterator<Item = (Unreadable, usize)> {
        let counts = Unreadable::ALL.into_iter().zip(self.0);
        counts.filter(|(_, count)| *count > 0)
    }

    /// How many they are together.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    pub fn has(&self, why: Unreadable) -> bool {
        self.counts().any(|(reason, _)| reason == why)
    }

    pub fn add(&mut self, why: Unreadable) {
        let counts = Unreadable::ALL.into_iter().zip(&mut self.0);
        for (_, count) in counts.filter(|(reason, _)| *reason == why) {
            *count += 1;
        }
    }
}

/// An item as it is, or the first of several that stand for one line.
pub(super) struct Line<'a> {
    pub item: &'a Item,
    pub locked: Option<Locked>,
}

/// Gathers what is locked next to each other. What happened between is told after it; a day that begins between is not
/// told, since nobody reads it. What is new begins a line of its own.
pub(super) fn gathered<'a>(items: &'a [Item], unread_from: Option<&ItemId>) -> Vec<Line<'a>> {
    let mut lines = Vec::with_capacity(items.len());
    let mut rest = items;
    while let [item, after @ ..] = rest {
        let (locked, length) = run(rest, unread_from);
        if locked.total() < 2 && !locked.has(Unreadable::Blocked) {
            lines.push(Line { item, locked: None });
            rest = after;
            continue;
        }
        let (gathered, after) = rest.split_at(length);
        lines.push(Line {
            item,
            locked: Some(locked),
        });
        let between = gathered.iter().filter(|item| unreadable(item).is_none());
        lines.extend(between.map(|item| Line { item, locked: None }));
        rest = after;
    }
    lines
}

/// What cannot be read from the first item on, and how many items that are, up to the last locked one.
fn run(items: &[Item], unread_from: Option<&ItemId>) -> (Locked, usize) {
    let mut locked = Locked::default();
    let mut length = 0;
    for (place, item) in items.iter().enumerate() {
        let begins_what_is_new = place > 0 && unread_from == Some(&item.id);
        match (unreadable(item), &item.kind) {
            _ if begins_what_is_new => break,
            (Some(why), _) => {
                locked.add(why);
                length = place + 1;
            }
            (None, ItemKind::Event(_)) if place > 0 => {}
            (None, _) => break,
        }
    }
    (locked, length)
}

fn unreadable(item: &Item) -> Option<Unreadable> {
    match &item.kind {
        ItemKind::Message(Message {
            body: Body::Unreadable(why),
            ..
        }) => Some(*why),
        ItemKind::Message(_) | ItemKind::Gap(_) | ItemKind::Event(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Locked, gathered};
    use crate::ids::ItemId;
    use crate::timeline::rows::{RowKind, rows};
    use crate::timeline::store::{
        Body, Delivery, Event, Fault, Gap, Item, ItemKind, Message, Unreadable,
    };

    const DAY: f64 = 86_400_000.0;

    fn message(id: &str, body: Body) -> Item {
        item(
            id,
            ItemKind::Message(Message {
                author: "ada".into(),
                author_name: "Ada".to_owned(),
                body,
                delivery: Delivery::Sent,
                extras: crate::timeline::store::Extras::default(),
            }),
        )
    }

    fn item(id: &str, kind: ItemKind) -> Item {
        Item {
            id: ItemId::from(id),
            at: 0.0,
            kind,
        }
    }

    fn locked(id: &str, why: Unreadable) -> Item {
        message(id, Body::Unreadable(why))
    }

    fn said(id: &str) -> Item {
        message(id, Body::Text("said".to_owned()))
    }

    fn joined(id: &str) -> Item {
        item(
            id,
            ItemKind::Event(Event::Joined {
                name: "Ben".to_owned(),
            }),
        )
    }

    fn told(lines: &[Line<'_>]) -> Vec<(String, usize)> {
        let total = |locked: Locked| locked.total();
        lines
            .iter()
            .map(|line| (line.item.id.to_string(), line.locked.map_or(0, total)))
            .collect()
    }

    #[test]
    fn a_wall_of_locked_messages_is_one_line_with_its_reasons() {
        let items = [
            said("1"),
            locked("2", Unreadable::BeforeJoined),
            locked("3", Unreadable::KeyNotHere),
            locked("4", Unreadable::BeforeJoined),
            said("5"),
        ];
        let lines = gathered(&items, None);
        assert_eq!(
            told(&lines),
            [("1".into(), 0), ("2".into(), 3), ("5".into(), 0)]
        );
        let counts: Vec<_> = lines[1].locked.unwrap().counts().collect();
        assert_eq!(
            counts,
            [(Unreadable::KeyNotHere, 1), (Unreadable::BeforeJoined, 2)]
        );
    }

    #[test]
    fn what_happened_between_is_told_after_the_line() {
        let items = [
            locked("1", Unreadable::KeyNotHere),
            joined("2"),
            locked("3", Unreadable::KeyNotHere),
            joined("4"),
            said("5"),
        ];
        let order = told(&gathered(&items, None));
        let ids: Vec<&str> = order.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["1", "2", "4", "5"]);
        assert_eq!(order[0].1, 2);
    }

    #[test]
    fn one_alone_is_shown_with_its_author_and_a_gap_breaks_a_line() {
        let gap = ItemKind::Gap(Gap {
            author_name: "Ada".to_owned(),
            fault: Fault::Missing(None),
        });
        let items = [
            locked("1", Unreadable::KeyNotHere),
            item("2", gap),
            locked("3", Unreadable::KeyNotHere),
        ];
        let order = told(&gathered(&items, None));
        assert!(order.iter().all(|(_, locked)| *locked == 0), "{order:?}");
        assert_eq!(order.len(), 3);
    }

    #[test]
    fn what_is_new_begins_a_line_of_its_own() {
        let items: Vec<Item> = ["1", "2", "3", "4"]
            .map(|id| locked(id, Unreadable::KeyNotHere))
            .into();
        let order = told(&gathered(&items, Some(&ItemId::from("3"))));
        assert_eq!(order, [("1".into(), 2), ("3".into(), 2)]);
    }

    #[test]
    fn a_line_stands_once_over_days_and_below_what_is_unread() {
        let mut items: Vec<Item> = ["1", "2", "3"]
            .map(|id| locked(id, Unreadable::KeyNotHere))
            .into();
        for (item, at) in items.iter_mut().zip([0.0, DAY, 2.0 * DAY]) {
            item.at = at;
        }
        #[expect(clippy::cast_possible_truncation, reason = "small days")]
        let day_of = |at: f64| (at / DAY).floor() as i64;
        let kinds: Vec<RowKind> = rows(&items, Some(&ItemId::from("1")), day_of)
            .into_iter()
            .map(|row| row.kind)
            .collect();
        assert!(
            matches!(
                kinds.as_slice(),
                [RowKind::Day, RowKind::Unread, RowKind::Locked(locked)] if locked.total() == 3
            ),
            "{kinds:?}"
        );
    }
}
