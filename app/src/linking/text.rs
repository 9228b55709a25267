//! What is said about linking devices.

use super::store::LinkFailure;

/// What happened, and what to do.
pub fn failure(failure: LinkFailure) -> &'static str {
    match failure {
        LinkFailure::NotACode => {
            "That is no code for a new device. It has 16 letters, in four groups."
        }
        LinkFailure::Over => {
            "This code is not valid any more, or a letter of it is wrong. Check it, or make a new one on your other device."
        }
        LinkFailure::Taken => {
            "Another device has used this code already. If that was not you, close it on your other device and make a new one."
        }
        LinkFailure::WrongKey => {
            "Something answered that is not your other device, so nothing was done. Make a new code and try again; if it happens twice, tell whoever runs this community."
        }
        LinkFailure::Mismatch => {
            "The numbers were different, so nothing was given away. Make a new code and try again. If it happens twice, somebody may be between your devices."
        }
        LinkFailure::Ended => "It was closed on the other device. Nothing was changed there.",
        LinkFailure::Damaged => "Something went wrong on the way. Make a new code and try again.",
        LinkFailure::Unreachable => {
            "The relay can't be reached right now. Check your connection, then try again."
        }
        LinkFailure::Refused => {
            "The community doesn't take this device. You may have too many: sign one out, then try again."
        }
        LinkFailure::TooMany => {
            "That was a lot of tries in a short time. Wait a minute, then try again."
        }
        LinkFailure::NotLoaded => {
            "This part of Parley could not be loaded. Check your connection, then try again."
        }
    }
}
