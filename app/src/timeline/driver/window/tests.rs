//! What of a long channel is on the screen.

use super::{FIRST, MOST, STEP, Surroundings, Window};
use crate::timeline::driver::slots::{Kind, Place, Slot};

const AT_END: Surroundings = Surroundings {
    at_end: true,
    fits: 30,
};
const READING: Surroundings = Surroundings {
    at_end: false,
    ..AT_END
};

fn slot(seq: u64) -> Slot {
    let kind = Kind::Message;
    Slot {
        place: Place { seq, kind },
        counts: true,
    }
}

fn channel(seqs: impl Iterator<Item = u64>) -> Vec<Slot> {
    seqs.map(slot).collect()
}

#[test]
fn a_channel_opens_at_its_end_and_follows_it() {
    let mut window = Window::default();
    let mut slots = channel(1..=10_000);
    assert_eq!(window.range(&slots, AT_END), 10_000 - FIRST..10_000);
    for seq in 10_001..=11_000 {
        slots.push(slot(seq));
        let shown = window.range(&slots, AT_END);
        assert_eq!(shown.end, slots.len());
        assert!(shown.len() <= MOST);
    }
}

#[test]
fn scrolling_through_everything_shows_each_line_and_never_many() {
    let mut window = Window::default();
    let slots = channel(1..=1_000);
    let mut shown = window.range(&slots, READING);
    while !window.show_older(&slots, READING) {
        let now = window.range(&slots, READING);
        assert!(now.start < shown.start && now.end > shown.start && now.len() <= MOST);
        shown = now;
    }
    assert_eq!(shown.start, 0);
    while shown.end < slots.len() {
        window.show_newer(&slots, READING);
        let now = window.range(&slots, READING);
        assert!(now.end > shown.end && now.start < shown.end && now.len() <= MOST);
        shown = now;
    }
}

#[test]
fn what_comes_while_somebody_reads_further_up_moves_nothing() {
    let mut window = Window::default();
    let mut slots = channel(1..=500);
    window.range(&slots, READING);
    window.show_older(&slots, READING);
    window.show_older(&slots, READING);
    let before = window.range(&slots, READING);
    for seq in 501..=900 {
        slots.push(slot(seq));
        assert_eq!(window.range(&slots, READING).start, before.start);
    }
    assert_eq!(window.range(&slots, READING).len(), MOST);
    window.show_newest();
    assert_eq!(window.range(&slots, AT_END), 900 - FIRST..900);
}

#[test]
fn a_page_of_the_past_is_shown_once_it_comes() {
    let mut window = Window::default();
    let slots = channel(101..=160);
    assert_eq!(window.range(&slots, READING), 0..60);
    assert!(window.show_older(&slots, READING));
    let slots = channel(1..=160);
    assert_eq!(window.range(&slots, READING), 100 - STEP..160);
    assert_eq!(window.range(&slots, READING), 100 - STEP..160);
}

#[test]
fn whatever_is_aimed_at_is_in_the_window() {
    let mut window = Window::default();
    let slots = channel(1..=10_000);
    for line in [0, 1, 4_000, 9_950, 9_999] {
        window.show_around(&slots, line, READING);
        let shown = window.range(&slots, READING);
        assert!(shown.contains(&line) && shown.len() <= MOST, "{shown:?}");
    }
    window.show_oldest(&slots, READING);
    assert_eq!(window.range(&slots, READING), 0..MOST);
}

#[test]
fn what_is_locked_in_a_row_takes_one_line() {
    let mut slots = channel(1..=400);
    for slot in slots.iter_mut().skip(100).take(200) {
        slot.counts = slot.place.seq == 101;
    }
    let shown = Window::default().range(&slots, AT_END);
    assert_eq!(shown, 400 - FIRST..400);
    let mut window = Window::default();
    window.range(&slots, READING);
    window.show_older(&slots, READING);
    let shown = window.range(&slots, READING);
    assert_eq!((shown.start, shown.end), (91, 400));
}

#[test]
fn a_channel_with_little_in_it_is_shown_whole() {
    let mut window = Window::default();
    assert_eq!(window.range(&[], AT_END), 0..0);
    let slots = channel(1..=3);
    assert_eq!(window.range(&slots, AT_END), 0..3);
    assert!(window.show_older(&slots, AT_END));
    window.show_newer(&slots, AT_END);
    assert_eq!(window.range(&slots, AT_END), 0..3);
}

#[test]
fn a_line_that_went_away_is_replaced_by_what_stands_there() {
    let mut window = Window::default();
    window.range(&channel(1..=500), READING);
    window.show_around(&channel(1..=500), 250, READING);
    let slots = channel((1..=500).filter(|seq| seq % 2 == 0));
    let shown = window.range(&slots, READING);
    assert!(!shown.is_empty() && shown.len() <= MOST, "{shown:?}");
}
