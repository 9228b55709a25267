//! Sorting and filling sorted collections, with one sort for all.
//!
//! `sort_by_key`, and `collect` into a sorted set or map, bring a sort of their own for every type, about
//! 4 KB each in the page that every visitor downloads.

use std::cmp::Ordering;

use litemap::LiteMap;

/// A map, filled one by one; of two values for a key, the later one stays. For small maps: each place that
/// is not at the end moves what comes after it.
pub fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> LiteMap<K, V> {
    let mut map = LiteMap::new();
    for (key, value) in items {
        map.insert(key, value);
    }
    map
}

/// The items by their numbers, the smallest first; those with the same number stay in their order.
pub fn by_number<T>(items: impl IntoIterator<Item = T>, number: impl Fn(&T) -> u64) -> Vec<T> {
    let items: Vec<T> = items.into_iter().collect();
    let numbers: Vec<u64> = items.iter().map(number).collect();
    let order = order(numbers.len(), &|a, b| numbers.get(a).cmp(&numbers.get(b)));
    in_order(items, order)
}

/// The items by their texts; those with the same text stay in their order.
pub fn by_text<T>(items: Vec<T>, text: impl Fn(&T) -> &str) -> Vec<T> {
    let text = |place| items.get(place).map(&text);
    let order = order(items.len(), &|a, b| text(a).cmp(&text(b)));
    in_order(items, order)
}

fn in_order<T>(items: Vec<T>, order: Vec<usize>) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let next = |place| items.get_mut(place).and_then(Option::take);
    order.into_iter().filter_map(next).collect()
}

/// The places from 0 on, sorted by a comparison of two: the only sort there is.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_number_keeps_the_order_of_equals() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        let sorted = by_number(items, |(number, _)| *number);
        assert_eq!(sorted, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
    }

    #[test]
    fn a_map_keeps_the_later_value() {
        let map = map([(2, 'a'), (1, 'b'), (2, 'c')]);
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [(1, 'b'), (2, 'c')]);
    }
}
