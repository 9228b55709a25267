//! When two names are equal, and when they look alike (UTS 39, section 4).

use super::normal::{compose, decompose, order_marks};
use super::unicode::tables;

/// The form in which names are compared: names that differ only in case are the same, also where a letter has
/// several small or capital forms (`ß`, `ẞ` and `ss`; `ς` and `σ`). Joiners are left out.
pub fn fold(name: &str) -> String {
    let mut folded = String::new();
    for c in name.chars().filter(|c| !super::invisible::is_joiner(*c)) {
        tables().push_folded(c, &mut folded);
    }
    folded
}

/// The capital of a letter, or the letter itself if it has none that is one letter.
pub fn capital(letter: char) -> char {
    tables().capital(letter).unwrap_or(letter)
}

/// The two forms in which names must be unique: names that share either look alike.
///
/// The first is the skeleton of the folded name, so `АУРА` is taken where `aypa` is. The second is that of the name
/// as written, because capitals look alike in other pairs: `Ian` and `lan`. It begins with a blank, so that the two
/// kinds never match each other.
pub fn skeletons(name: &str) -> [String; 2] {
    let folded = fold(&compose(name));
    [fold(&skeleton(&folded)), format!(" {}", skeleton(name))]
}

fn skeleton(name: &str) -> String {
    let mut seen = Vec::new();
    for c in decompose(name) {
        match tables().prototype(c) {
            Some(prototype) => seen.extend_from_slice(prototype),
            None if super::invisible::is_joiner(c) => {}
            None => seen.push(c),
        }
    }
    order_marks(&mut seen);
    seen.into_iter().collect()
}
