//! What is said about people.

use super::store::Presence;

/// Whether somebody is here.
pub fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "Here",
        Presence::Offline => "Not here",
        Presence::Unknown => "Not known right now",
    }
}
