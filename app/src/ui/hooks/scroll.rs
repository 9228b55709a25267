//! Where a message list stands. The list is laid out in reverse (`column-reverse`), so the browser itself keeps it at
//! its last line: offset 0 is the bottom, and the offset grows below zero towards the top. While somebody reads further
//! up, an anchor keeps what can be seen in its place (`platform/anchor.rs`); the browsers' own anchoring is off
//! (timeline.css), since some of them take a redrawn day line for the anchor.

use std::cmp::Ordering;

use leptos::html;
use leptos::prelude::*;

use super::element;
use crate::platform::anchor::{self, Anchor};

/// The lines of a message list. What stands above them all is none: held in its place, it would push away what comes
/// below it.
const LINES: &str = ".timeline-lines > :not(.timeline-head)";
/// A line is at least this high, in CSS pixels.
const LINE: i32 = 20;

/// Where the list stands, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the last line of the list.
    pub from_bottom: i32,
    /// To the first line of the list.
    pub from_top: i32,
    /// How much of it can be seen.
    pub height: i32,
}

impl Place {
    /// Close enough to the last line to call it seen.
    pub fn at_bottom(self) -> bool {
        self.from_bottom < 48
    }

    /// Close enough to the first line to ask for more.
    pub fn near_top(self) -> bool {
        self.from_top < self.margin()
    }

    /// Close enough to the last line to ask for more.
    pub fn near_bottom(self) -> bool {
        self.from_bottom < self.margin()
    }

    /// How many lines can be seen at most.
    pub fn fits(self) -> usize {
        usize::try_from(self.height / LINE).unwrap_or(0)
    }

    /// On a screen that shows much of the list, less: what is added at one end must not take away what is seen at the other.
    fn margin(self) -> i32 {
        600.min((self.from_top + self.from_bottom) / 4).max(1)
    }
}

/// Reads where the list stands.
pub fn place(list: NodeRef<html::Div>) -> Option<Place> {
    let list = element::of(list)?;
    let from_bottom = list.scroll_top().abs();
    let height = list.client_height();
    Some(Place {
        from_bottom,
        from_top: list.scroll_height() - height - from_bottom,
        height,
    })
}

/// Remembers what can be seen, before lines come or go.
pub fn hold(list: NodeRef<html::Div>) -> Anchor {
    let list = element::of(list);
    list.map(|list| Anchor::hold(&list, LINES))
        .unwrap_or_default()
}

/// Puts it back to where it was.
pub fn settle(list: NodeRef<html::Div>, anchor: &Anchor) {
    if let Some(list) = element::of(list) {
        anchor.settle(&list);
    }
}

/// Goes to a line, and marks it.
pub fn to_line(list: NodeRef<html::Div>, name: &str) {
    if let Some(list) = element::of(list) {
        anchor::show(&list, name);
    }
}

/// Where the first element that matches is, seen from what is on the screen.
pub fn side(list: NodeRef<html::Div>, selector: &str) -> Option<Ordering> {
    let list = element::of(list)?;
    anchor::side(&list, selector)
}

/// Goes to the last line.
pub fn to_bottom(list: NodeRef<html::Div>) {
    if let Some(list) = element::of(list) {
        list.set_scroll_top(0);
    }
}

/// Goes to the first line.
pub fn to_top(list: NodeRef<html::Div>) {
    if let Some(list) = element::of(list) {
        list.set_scroll_top(-list.scroll_height());
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

    fn place(from_bottom: i32, from_top: i32) -> Place {
        Place {
            from_bottom,
            from_top,
            height: 800,
        }
    }

    #[test]
    fn the_bottom_has_a_little_play() {
        assert!(place(0, 900).at_bottom());
        assert!(!place(60, 900).at_bottom());
        assert!(place(2_900, 10).near_top());
    }

    #[test]
    fn no_place_is_near_both_ends_unless_all_of_it_can_be_seen() {
        for from_top in 0..=2_000 {
            let place = place(2_000 - from_top, from_top);
            assert!(!(place.near_top() && place.near_bottom()));
        }
        assert!(place(0, 0).near_top());
    }
}
