//! Where a message list stands. The list is laid out in reverse (`column-reverse`), so the browser itself keeps it at
//! the newest line, and keeps what is read in its place when older lines come on top: offset 0 is the bottom, and the
//! offset grows below zero towards the top. Only a new line at the bottom, while somebody reads further up, needs help;
//! the browsers' own anchoring is off (timeline.css), since some of them take a redrawn day line for the anchor.

use leptos::html;
use leptos::prelude::*;

/// Where the list stands, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the newest line.
    pub from_bottom: i32,
    /// To the oldest loaded line.
    pub from_top: i32,
}

impl Place {
    /// Close enough to the newest line to call it seen.
    pub fn at_bottom(self) -> bool {
        self.from_bottom < 48
    }

    /// Close enough to the oldest loaded line to ask for more.
    pub fn near_top(self) -> bool {
        self.from_top < 600
    }
}

/// Reads where the list stands.
pub fn place(list: NodeRef<html::Div>) -> Option<Place> {
    let list = list.get_untracked()?;
    let from_bottom = list.scroll_top().abs();
    Some(Place {
        from_bottom,
        from_top: list.scroll_height() - list.client_height() - from_bottom,
    })
}

/// How high all loaded lines are together.
pub fn height(list: NodeRef<html::Div>) -> i32 {
    list.get_untracked().map_or(0, |list| list.scroll_height())
}

/// Keeps what is read where it is, after lines came at the bottom. `before` is the height without them.
pub fn stay(list: NodeRef<html::Div>, before: i32) {
    if let Some(list) = list.get_untracked() {
        list.set_scroll_top(list.scroll_top() - (list.scroll_height() - before));
    }
}

/// Goes to the newest line.
pub fn to_bottom(list: NodeRef<html::Div>) {
    if let Some(list) = list.get_untracked() {
        list.set_scroll_top(0);
    }
}

/// Moves by whole pages, for Page Up and Page Down while typing.
pub fn by_page(selector: &str, up: bool) {
    if let Some(list) = document().query_selector(selector).ok().flatten() {
        let page = list.client_height() * 9 / 10;
        list.set_scroll_top(list.scroll_top() + if up { -page } else { page });
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn the_bottom_has_a_little_play() {
        assert!(
            Place {
                from_bottom: 0,
                from_top: 900
            }
            .at_bottom()
        );
        assert!(
            !Place {
                from_bottom: 60,
                from_top: 900
            }
            .at_bottom()
        );
        assert!(
            Place {
                from_bottom: 900,
                from_top: 10
            }
            .near_top()
        );
    }
}
