//! What is said about people, and about what stays loud until it was read.

use crate::stores::community::{Alert, Presence};

/// Whether somebody is here.
pub fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "Here",
        Presence::Offline => "Not here",
        Presence::Unknown => "Not known right now",
    }
}

/// An alert: headline, what it means and what to do, and whether it is a danger.
pub fn alert(alert: &Alert) -> (&'static str, String, bool) {
    match alert {
        Alert::Warning {
            headline, advice, ..
        } => (headline, advice.clone(), true),
        Alert::Removed => (
            "You are no longer a member here",
            "What you had read stays on this device. Nothing new will come.".into(),
            false,
        ),
        Alert::StoreDamaged { unsent, .. } => (
            "Part of what this browser kept was damaged",
            if *unsent {
                "A message that was not sent yet is lost. The rest comes back by itself, from the relay and the other members."
            } else {
                "It comes back by itself, from the relay and the other members."
            }
            .into(),
            false,
        ),
    }
}

/// The technical part of an alert, shown on request.
pub fn alert_detail(alert: &Alert) -> Option<&str> {
    match alert {
        Alert::Warning { detail, .. } | Alert::StoreDamaged { detail, .. } => Some(detail),
        Alert::Removed => None,
    }
}

/// One or two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.'))
        .filter(|w| !w.is_empty());
    let first = words.next().and_then(|w| w.chars().next());
    let second = words.next_back().and_then(|w| w.chars().next());
    first
        .into_iter()
        .chain(second)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of eight colours, the same for the same text in every browser.
pub fn colour(text: &str) -> u32 {
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
