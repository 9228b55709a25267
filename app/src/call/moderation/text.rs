//! What is said about moderation.

use crate::call::store::moderation::Silence;

/// Why nobody hears me, and what I can do.
pub fn silence(silence: Silence, hand: bool) -> &'static str {
    match silence {
        Silence::Muted => {
            "Somebody who looks after calls has muted you. Nobody hears you, and your microphone is off."
        }
        Silence::Deafened => {
            "Somebody who looks after calls has deafened you. You hear nobody, and nobody hears you."
        }
        Silence::Audience if hand => {
            "Your hand is up. You can talk as soon as somebody lets you. Until then your microphone is off."
        }
        Silence::Audience => {
            "This is a stage, and you are listening. Your microphone is off. Raise your hand if you would like to talk."
        }
    }
}

/// I may be heard again.
pub fn may_speak(raised_hand: bool, mutes_themselves: bool) -> &'static str {
    match (raised_hand, mutes_themselves) {
        (true, false) => "You have the floor: the others hear you now.",
        (true, true) | (false, _) => "You can talk now. Turn your microphone on when you like.",
    }
}

/// I was moved, or put out of the call.
pub fn moved(by: &str, to: Option<&str>) -> String {
    match to {
        Some(to) => format!("{by} has moved you to {to}."),
        None => format!("{by} has ended your stay in the call."),
    }
}

pub const TAKEN_OVER: &str = "The call goes on on your other device.";
pub const FULL: &str = "This voice channel takes fewer people now, so your call has ended.";
pub const NOT_ALLOWED: &str =
    "You can't be in this voice channel any more, so your call has ended.";

/// What stands beside somebody who may not speak.
pub fn standing(muted: bool, deafened: bool, audience: bool) -> &'static str {
    match (deafened, muted, audience) {
        (true, _, _) => "Deafened by a moderator",
        (false, true, _) => "Muted by a moderator",
        (false, false, true) => "Listening",
        (false, false, false) => "",
    }
}

/// A limit of people.
pub fn limit(limit: u32) -> String {
    match limit {
        0 => "As many as a call can have".to_owned(),
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    }
}

#[cfg(test)]
mod tests {
    use super::{may_speak, moved, silence, standing};
    use crate::call::store::moderation::Silence;

    #[test]
    fn the_gravest_is_said() {
        assert_eq!(standing(true, true, true), "Deafened by a moderator");
        assert_eq!(standing(true, false, true), "Muted by a moderator");
        assert_eq!(standing(false, false, true), "Listening");
        assert_eq!(standing(false, false, false), "");
    }

    #[test]
    fn a_raised_hand_says_what_it_waits_for() {
        assert!(silence(Silence::Audience, true).contains("hand is up"));
        assert!(silence(Silence::Audience, false).contains("Raise your hand"));
        assert!(!silence(Silence::Muted, true).contains("hand"));
    }

    #[test]
    fn a_microphone_opens_by_itself_only_for_those_who_asked() {
        assert!(may_speak(true, false).contains("hear you now"));
        assert!(may_speak(true, true).contains("Turn your microphone on"));
        assert!(may_speak(false, false).contains("Turn your microphone on"));
    }

    #[test]
    fn being_moved_names_the_place() {
        assert_eq!(moved("Ada", Some("Den")), "Ada has moved you to Den.");
        assert!(moved("Ada", None).starts_with("Ada has ended"));
    }
}
