//! What is said about people.

use super::store::{Own, Presence};

/// Whether somebody is here.
pub fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "Here",
        Presence::Away => "Away",
        Presence::DoNotDisturb => "Do not disturb",
        Presence::Hidden => "Hidden from others",
        Presence::Offline => "Not here",
        Presence::Unknown => "Not known right now",
    }
}

/// The name of its dot, for the style sheet.
pub fn look(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "online",
        Presence::Away => "away",
        Presence::DoNotDisturb => "busy",
        Presence::Offline | Presence::Hidden => "offline",
        Presence::Unknown => "unknown",
    }
}

/// How I am here.
pub fn own(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "Online",
        Presence::Hidden => "Hidden",
        Presence::Away | Presence::DoNotDisturb | Presence::Offline | Presence::Unknown => {
            self::presence(presence)
        }
    }
}

/// What a choice does.
pub fn choice_hint(presence: Presence) -> &'static str {
    match presence {
        Presence::Away => "Others see that you are not at it",
        Presence::DoNotDisturb => "No sounds, no notifications, no count in the tab",
        Presence::Online | Presence::Offline | Presence::Hidden | Presence::Unknown => {
            "Away by yourself after ten quiet minutes"
        }
    }
}

/// What I say of myself, in one line.
pub fn own_line(own: &Own) -> Option<String> {
    let status = own.status.as_ref()?;
    Some(
        format!("{} {}", status.emoji, status.text)
            .trim()
            .to_owned(),
    )
}
