//! What changed among the channels' items, for whoever follows them: the worker that keeps the index of words, which is
//! not always there. Each change leaves a record that says where, in the same transaction; the worker reads what stands
//! there by then, and takes the records away together with keeping what it made of them. So nothing is missed, whenever
//! the page is closed.

use parley_client::store::Table;

use crate::platform::store::{Kept, Write};

/// What the names of the records begin with. It comes after all that a start reads.
pub const NEWS: &str = "words_new/";

/// Items of a channel in a row, from one number to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub place: String,
    pub first: u64,
    pub last: u64,
}

/// A record that says where items are changed, if some are. Its name is one that no other has.
pub(super) fn news(writes: &[Write], name: impl FnOnce() -> String) -> Option<Write> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for write in writes {
        let (Write::Put(Kept { name, .. }) | Write::Delete(name)) = write;
        let Some((place, seq)) = place(name) else {
            continue;
        };
        match stretches.last_mut() {
            Some(last) if last.place == place && is_next(last.last, seq) => {
                last.last = seq;
            }
            Some(_) | None => stretches.push(Stretch {
                place: place.to_owned(),
                first: seq,
                last: seq,
            }),
        }
    }
    let line = |it: &Stretch| format!("{} {} {}\n", it.place, it.first, it.last);
    let lines: String = stretches.iter().map(line).collect();
    (!lines.is_empty()).then(|| {
        Write::Put(Kept {
            name: format!("{NEWS}{}", name()),
            value: lines.into_bytes(),
        })
    })
}

/// Whether nothing is between two.
fn is_next(last: u64, seq: u64) -> bool {
    seq == last || last.checked_add(1) == Some(seq)
}

/// Channel and number in the name of an item's record.
pub fn place(name: &str) -> Option<(&str, u64)> {
    let key = name
        .strip_prefix(Table::Items.as_str())?
        .strip_prefix('/')?;
    let (place, seq) = key.split_once('/')?;
    // Of a message in a conversation more follows.
    let seq = seq.split('.').next()?;
    Some((place, seq.parse().ok()?))
}

/// The stretches in such a record.
pub fn read(record: &Kept) -> Vec<Stretch> {
    let text = String::from_utf8_lossy(&record.value);
    let stretch = |line: &str| {
        let mut parts = line.split(' ');
        Some(Stretch {
            place: parts.next()?.to_owned(),
            first: parts.next()?.parse().ok()?,
            last: parts.next()?.parse().ok()?,
        })
    };
    text.lines().filter_map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::{Kept, NEWS, Stretch, Write, news, read};

    fn put(name: &str) -> Write {
        Write::Put(Kept {
            name: name.to_owned(),
            value: Vec::new(),
        })
    }

    #[test]
    fn items_in_a_row_are_one_stretch() {
        let writes = [
            put("items/a/00001"),
            put("state/x"),
            put("items/a/00002"),
            Write::Delete("items/a/00003".to_owned()),
            put("items/b/00004"),
            put("items/a/00009"),
        ];
        let Some(Write::Put(record)) = news(&writes, || "7".to_owned()) else {
            panic!("no record");
        };
        assert_eq!(record.name, format!("{NEWS}7"));
        let stretch = |place: &str, first, last| Stretch {
            place: place.to_owned(),
            first,
            last,
        };
        assert_eq!(
            read(&record),
            [stretch("a", 1, 3), stretch("b", 4, 4), stretch("a", 9, 9)]
        );
    }

    #[test]
    fn other_changes_leave_nothing() {
        assert!(news(&[put("state/x"), put("words/1")], String::new).is_none());
    }

    #[test]
    fn a_start_does_not_read_them() {
        let end = super::super::end();
        assert!(NEWS > end.as_str() && "words/" > end.as_str());
    }
}
