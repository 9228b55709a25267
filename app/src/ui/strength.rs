//! How hard a new password is to guess: four steps that fill, and words for below the field.

use leptos::prelude::*;

/// Four steps that fill.
#[component]
pub fn StrengthSteps(password: RwSignal<String>) -> impl IntoView {
    let level = move || match password.with(|p| strength(p)) {
        Strength::TooShort => "0",
        Strength::Weak => "1",
        Strength::Good => "2",
        Strength::Strong => "3",
    };
    view! {
        <div class="strength" data-level=level aria-hidden="true">
            <span></span>
            <span></span>
            <span></span>
        </div>
    }
}

/// How hard a password is to guess, as far as its shape tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Not taken.
    TooShort,
    /// Taken, with a word of advice.
    Weak,
    /// Fine.
    Good,
    /// Very fine.
    Strong,
}

/// The shortest password that is taken. Stretching makes each guess cost about a second of a good machine.
pub const PASSWORD_MIN: usize = 10;

/// Judges a password by length and variety.
pub fn strength(password: &str) -> Strength {
    let length = password.chars().count();
    let mut distinct = Vec::new();
    for c in password.to_ascii_lowercase().chars() {
        if !distinct.contains(&c) {
            distinct.push(c);
        }
    }
    match (length, distinct.len()) {
        (0..PASSWORD_MIN, _) => Strength::TooShort,
        (20.., 8..) => Strength::Strong,
        (14.., 7..) => Strength::Good,
        _ => Strength::Weak,
    }
}

/// What to say next to the field.
pub fn strength_hint(strength: Strength) -> &'static str {
    match strength {
        Strength::TooShort => {
            "At least 10 characters. A few words in a row are easy to remember and hard to guess."
        }
        Strength::Weak => "Good enough to go on. One more word makes it much better.",
        Strength::Good => "A good password.",
        Strength::Strong => "A very good password.",
    }
}

#[cfg(test)]
mod tests {
    use super::{Strength, strength};

    #[test]
    fn long_beats_clever() {
        assert_eq!(strength("P4$$w0rd"), Strength::TooShort);
        assert_eq!(strength("aaaaaaaaaaaaaaaaaaaaaaaa"), Strength::Weak);
        assert_eq!(strength("marble orchard"), Strength::Good);
        assert_eq!(strength("marble orchard winter lamp"), Strength::Strong);
    }
}
