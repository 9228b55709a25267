//! Which key means what. Reading keys is here; doing what they ask is the page's.

use leptos::ev;
use leptos::prelude::*;

use crate::platform::{early_keys, focus};

/// With Control: what browsers have a meaning of their own for.
const EARLY: &[&str] = &["f", "k"];

/// What a key on the conversation page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Alt+Up: the channel above.
    PreviousChannel,
    /// Alt+Down: the channel below.
    NextChannel,
    /// Ctrl+K: go somewhere by typing.
    Switcher,
    /// Ctrl+F: find messages.
    Search,
    /// Ctrl+Shift+M: microphone off or on.
    ToggleMute,
    /// Ctrl+Shift+D: hear nobody, or hear again.
    ToggleDeafen,
    /// Ctrl+,: settings.
    Settings,
    /// F6: the next region of the page.
    NextRegion,
    /// Shift+F6: the region before.
    PreviousRegion,
    /// Escape: close what is open; where nothing is, the channel is read.
    Close,
    /// Shift+Escape: everything is read.
    MarkAllRead,
    /// `?`: this list.
    Shortcuts,
    /// Page Up: older messages, also while typing.
    PageUp,
    /// Page Down: newer messages, also while typing.
    PageDown,
    /// A letter with the focus nowhere: it is meant for the composer.
    Type,
}

/// The list in the shortcut sheet: what to press, and what it does.
pub const SHEET: &[(&[&str], &str)] = &[
    (&["Ctrl", "K"], "Go to a channel or a person"),
    (&["Ctrl", "F"], "Find messages"),
    (&["Alt", "↑"], "Channel above"),
    (&["Alt", "↓"], "Channel below"),
    (&["Ctrl", "Shift", "M"], "Mute or unmute the microphone"),
    (&["Ctrl", "Shift", "D"], "Deafen or undeafen"),
    (&["Enter"], "Send what you wrote"),
    (&["Shift", "Enter"], "Begin a new line"),
    (&["@", "#", ":", "/"], "Names, channels, emoji and commands"),
    (&["Page Up"], "Older messages"),
    (&["Page Down"], "Newer messages"),
    (&["Home"], "Oldest message, in the list of messages"),
    (&["End"], "Newest message, in the list of messages"),
    (&["F6"], "Next part of the page"),
    (&["Ctrl", ","], "Settings"),
    (&["Esc"], "Close what is open, or mark the channel as read"),
    (&["Shift", "Esc"], "Mark everything as read"),
    (&["?"], "This list"),
];

/// A key press, and where the focus was.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four modifiers and places that are either so or not"
)]
pub struct Press<'a> {
    /// The key's name, as browsers write it.
    pub key: &'a str,
    /// Control, or Command on a Mac.
    pub ctrl: bool,
    /// Alt, or Option on a Mac.
    pub alt: bool,
    pub shift: bool,
    /// The focus is where text is typed.
    pub in_text: bool,
    /// Nothing in particular has the focus.
    pub nowhere: bool,
}

/// What that key press means, if anything.
pub fn meaning(press: Press<'_>) -> Option<Shortcut> {
    let Press {
        key,
        ctrl,
        alt,
        shift,
        in_text,
        nowhere,
    } = press;
    let lower = key.to_ascii_lowercase();
    match (ctrl, alt, shift, lower.as_str()) {
        (false, true, false, "arrowup") => Some(Shortcut::PreviousChannel),
        (false, true, false, "arrowdown") => Some(Shortcut::NextChannel),
        (true, false, false, "k") => Some(Shortcut::Switcher),
        (true, false, false, "f") => Some(Shortcut::Search),
        (true, false, true, "m") => Some(Shortcut::ToggleMute),
        (true, false, true, "d") => Some(Shortcut::ToggleDeafen),
        (true, false, false, ",") => Some(Shortcut::Settings),
        (false, false, false, "f6") => Some(Shortcut::NextRegion),
        (false, false, true, "f6") => Some(Shortcut::PreviousRegion),
        (false, false, false, "escape") => Some(Shortcut::Close),
        (false, false, true, "escape") => Some(Shortcut::MarkAllRead),
        (false, false, false, "pageup") => Some(Shortcut::PageUp),
        (false, false, false, "pagedown") => Some(Shortcut::PageDown),
        (false, false, _, "?") if !in_text => Some(Shortcut::Shortcuts),
        (false, false, _, letter) if nowhere && letter.chars().count() == 1 && letter != " " => {
            Some(Shortcut::Type)
        }
        _ => None,
    }
}

/// Holds what is pressed until [`listen`] hears it, as long as the component is on the page.
pub fn hold_early() {
    early_keys::hold(EARLY);
    on_cleanup(|| drop(early_keys::release()));
}

/// Calls `act` for every shortcut pressed while the component is on the page.
pub fn listen(act: impl Fn(Shortcut) + 'static) {
    let heed = move |event: ev::KeyboardEvent| {
        // A dialog has its own keys; a key that composes a letter is not a shortcut.
        let dialog_open = document()
            .query_selector("dialog[open]")
            .ok()
            .flatten()
            .is_some();
        if event.is_composing() || dialog_open {
            return;
        }
        let key = event.key();
        let press = Press {
            key: &key,
            ctrl: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            in_text: focus::is_in_text(),
            nowhere: focus::is_nowhere(),
        };
        let Some(shortcut) = meaning(press) else {
            return;
        };
        // The letter itself must still reach the composer, and Escape the browser.
        if !matches!(shortcut, Shortcut::Type | Shortcut::Close) {
            event.prevent_default();
        }
        act(shortcut);
    };
    if let Some(early) = early_keys::release() {
        heed(early);
    }
    let handle = window_event_listener(ev::keydown, move |event| {
        if !event.default_prevented() {
            heed(event);
        }
    });
    on_cleanup(move || handle.remove());
}

#[cfg(test)]
mod tests {
    use super::{Press, Shortcut, meaning};

    #[test]
    fn letters_typed_in_a_field_stay_there() {
        let press = Press {
            key: "?",
            shift: true,
            in_text: true,
            ..Press::default()
        };
        assert_eq!(meaning(press), None);
        assert_eq!(
            meaning(Press {
                in_text: false,
                ..press
            }),
            Some(Shortcut::Shortcuts)
        );
    }

    #[test]
    fn capitals_and_small_letters_are_one_key() {
        for key in ["m", "M"] {
            let press = Press {
                key,
                ctrl: true,
                shift: true,
                in_text: true,
                ..Press::default()
            };
            assert_eq!(meaning(press), Some(Shortcut::ToggleMute));
        }
    }

    #[test]
    fn a_letter_without_a_place_goes_to_the_composer() {
        assert_eq!(
            meaning(Press {
                key: "h",
                nowhere: true,
                ..Press::default()
            }),
            Some(Shortcut::Type)
        );
        assert_eq!(
            meaning(Press {
                key: "h",
                ..Press::default()
            }),
            None
        );
        assert_eq!(
            meaning(Press {
                key: " ",
                nowhere: true,
                ..Press::default()
            }),
            None
        );
        assert_eq!(
            meaning(Press {
                key: "Tab",
                nowhere: true,
                ..Press::default()
            }),
            None
        );
    }
}
