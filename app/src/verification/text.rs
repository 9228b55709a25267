//! What is said about verifying.

use super::store::{Failure, ScanHint};
use crate::ui::direction::isolated;

/// Why a verification came to nothing, and what to do: a headline and advice.
pub fn failure(failure: Failure, name: &str) -> (String, String) {
    let who = isolated(name);
    match failure {
        Failure::Declined => (
            format!("{who} can't do this right now"),
            "Agree on a moment that suits you both, then ask again.".to_owned(),
        ),
        Failure::Closed => (
            format!("{who} closed this"),
            "Nothing was changed. You can ask again.".to_owned(),
        ),
        Failure::Mismatch => (
            "They don't match".to_owned(),
            format!(
                "{who} is not verified. If one of you chose the wrong button, try again. If it happens twice, somebody may be between you: don't send anything private, and tell whoever runs this community."
            ),
        ),
        Failure::TimedOut => (
            "It took too long".to_owned(),
            format!("Ask {who} to have Parley open, then try again."),
        ),
        Failure::OtherDevice => (
            "It goes on on another device".to_owned(),
            "You can close this here.".to_owned(),
        ),
        Failure::Busy => (
            format!("{who} has this open on another device"),
            "Finish it there, or close it there and ask again.".to_owned(),
        ),
        Failure::DeviceGone => (
            format!("{who}'s device lost track of this"),
            "Its page was probably loaded anew. Ask again.".to_owned(),
        ),
        Failure::KeysChanged => (
            format!("{who}'s keys changed meanwhile"),
            "Close this, look at the list of people, and ask again.".to_owned(),
        ),
        Failure::NoDevice => (
            format!("{who} has no device to ask"),
            "Try again when they have signed in.".to_owned(),
        ),
        Failure::NotKept => (
            "There is no room left to remember this".to_owned(),
            format!(
                "You have verified thousands of people. Take somebody back first, then verify {who} again."
            ),
        ),
        Failure::NotLoaded => (
            "This part of Parley could not be loaded".to_owned(),
            "Check your connection, then try again.".to_owned(),
        ),
    }
}

/// What was wrong with a code.
pub fn hint(hint: ScanHint, name: &str) -> String {
    let who = isolated(name);
    match hint {
        ScanHint::NotACode => {
            format!(
                "That is another kind of code. {who} finds the right one under \"Show my code\"."
            )
        }
        ScanHint::OtherCommunity => "That code belongs to another community.".to_owned(),
        ScanHint::OtherPerson => format!("That is somebody else's code, not {who}'s."),
        ScanHint::NotForMe => {
            format!("{who} made that code for somebody else. Ask for the one made for you.")
        }
    }
}
