//! What is said in an alert.

use super::store::Alert;

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
        Alert::LetBackIn => (
            "You were let back in with new keys elsewhere",
            "What you had read here stays until you sign out. To go on in this browser, sign out in the settings and sign in again with your new password.".into(),
            false,
        ),
        Alert::DeviceEnded => (
            "This browser was signed out",
            "That was done from elsewhere. What you had read here stays until you sign out in the settings; then you can sign in again.".into(),
            false,
        ),
        Alert::StoreDamaged { unsent, .. } => (
            "Part of what this browser kept was damaged",
            if *unsent {
                "A message that was not sent yet is lost. The rest comes back by itself. What doesn't is in your vault: sign out and in again."
            } else {
                "It comes back by itself. What doesn't is in your vault: sign out and in again."
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
        Alert::Removed | Alert::LetBackIn | Alert::DeviceEnded => None,
    }
}
