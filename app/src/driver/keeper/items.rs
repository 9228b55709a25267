//! The channels' items in the store. A start reads the newest of each channel; older ones wait until somebody scrolls
//! there.

use std::ops::Range;

use parley_client::store::{LOADED_ITEMS, Table};

use super::{end, name};
use crate::platform::store::{Store, StoreError};

/// Items that are taken away at once when there is no room.
const DROPPED: usize = 2_000;

/// What a start reads.
pub(super) async fn ranges_at_start(store: &Store) -> Result<Vec<Range<String>>, StoreError> {
    let all = all();
    let names = store.names_between(&all).await?;
    let mut ranges = vec![String::new()..all.start];
    for of_channel in channels(&names) {
        let newest = of_channel.iter().rev().take(loaded()).next_back();
        if let (Some(first), Some(last)) = (newest, of_channel.last()) {
            ranges.push(first.clone()..after(last));
        }
    }
    ranges.push(all.end..end());
    Ok(ranges)
}

/// Names of the oldest items, as far as a start does not read them.
pub(super) async fn oldest(store: &Store) -> Result<Vec<String>, StoreError> {
    let names = store.names_between(&all()).await?;
    let spare = channels(&names).flat_map(|of_channel| {
        // Messages of a conversation are nowhere else.
        let of_channel = if of_channel.iter().any(|it| it.contains('.')) {
            &[]
        } else {
            of_channel
        };
        let spare = of_channel.len().saturating_sub(loaded());
        of_channel.iter().take(spare)
    });
    Ok(spare.take(DROPPED).cloned().collect())
}

/// The name with which the `newest` so many begin.
pub(super) fn newest(mut names: Vec<String>, newest: u32) -> Option<String> {
    let most = usize::try_from(newest).unwrap_or(usize::MAX);
    let skipped = names.len().saturating_sub(most);
    (skipped < names.len()).then(|| names.swap_remove(skipped))
}

/// The names between two keys, both included.
pub(super) fn range(first: &str, last: &str) -> Range<String> {
    let table = Table::Items.as_str();
    name(table, first)..after(&name(table, last))
}

fn all() -> Range<String> {
    let table = Table::Items.as_str();
    name(table, "")..format!("{table}0")
}

/// The names of each channel.
fn channels(names: &[String]) -> impl Iterator<Item = &[String]> {
    names.chunk_by(|a, b| channel(a) == channel(b))
}

fn channel(name: &str) -> Option<&str> {
    Some(name.rsplit_once('/')?.0)
}

/// The first name after this one.
fn after(name: &str) -> String {
    format!("{name}\0")
}

fn loaded() -> usize {
    usize::try_from(LOADED_ITEMS).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{all, channels, range};

    #[test]
    fn a_range_has_both_its_ends_and_lies_among_the_items() {
        let range = range("c/0001", "c/0100");
        assert!(range.contains(&"items/c/0001".to_owned()));
        assert!(range.contains(&"items/c/0100".to_owned()));
        assert!(!range.contains(&"items/c/0101".to_owned()));
        assert!(all().contains(&range.start) && all().contains(&range.end));
        assert!(!all().contains(&"log/1".to_owned()));
        assert!(!all().contains(&"inbound_sessions/1".to_owned()));
    }

    #[test]
    fn each_channel_has_its_own_names() {
        let names = ["items/a/1", "items/a/2", "items/b/1"].map(str::to_owned);
        let of_channel: Vec<usize> = channels(&names).map(<[String]>::len).collect();
        assert_eq!(of_channel, [2, 1]);
    }
}
