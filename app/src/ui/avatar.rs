//! A round sign for a person: their initials on a colour that is always theirs. With a ring while they speak.

use leptos::prelude::*;
use parley_protocol::names::capital;

use super::reactive::reactive;
use crate::ids::UserId;

/// A person's round sign. A screen reader hears the name beside it instead.
#[component]
pub fn Avatar(
    /// Whose; decides the colour.
    user: UserId,
    /// Their name; gives the letters.
    #[prop(into)]
    name: String,
    /// Extra class for the size: `small`, `large`.
    #[prop(optional)]
    size: &'static str,
    /// Whether the ring is shown.
    #[prop(optional, into)]
    speaking: Signal<bool>,
) -> impl IntoView {
    let class = format!("avatar {size} tint-{}", colour(user.as_str()));
    view! {
        <span class=class class:speaking=reactive(move || speaking.get()) aria-hidden="true">{initials(&name)}</span>
    }
}

/// One or two letters that stand for a name.
fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.'))
        .filter(|w| !w.is_empty());
    let first = words.next().and_then(|w| w.chars().next());
    let second = words.next_back().and_then(|w| w.chars().next());
    first.into_iter().chain(second).map(capital).collect()
}

/// One of eight colours, the same for the same text in every browser.
fn colour(text: &str) -> u32 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mixed = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    (mixed ^ (mixed >> 16)) % 8
}

#[cfg(test)]
mod tests {
    use super::{colour, initials};

    #[test]
    fn people_spread_over_all_colours() {
        let mut people = [0; 8];
        for n in 0..800 {
            people[colour(&format!("member-{n}")) as usize] += 1;
        }
        assert!(people.iter().all(|n| (60..150).contains(n)), "{people:?}");
    }

    #[test]
    fn initials_come_from_first_and_last_word() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("grace brewster murray-hopper"), "GH");
        assert_eq!(initials("  ben "), "B");
        assert_eq!(initials(""), "");
        assert_eq!(initials("élan"), "É");
    }
}
