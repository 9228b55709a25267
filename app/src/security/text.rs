//! What is said about work on one's own protection, and about messages that cannot be read.

use super::store::{Problem, Step};
use crate::timeline::store::Unreadable;

/// What is being done.
pub fn step(step: Step) -> &'static str {
    match step {
        Step::StretchingPassword => "Stretching your password…",
        Step::AskingRelay => "Asking the relay…",
        Step::AskingPasskey => "Your browser asks you for a passkey…",
        Step::Loading => "Loading the rest of Parley…",
    }
}

/// Why it was not done, and what to do.
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::WrongPassword => "That is not your password. Check it and try again.".to_owned(),
        Problem::WrongRecoveryKey => {
            "That is not your recovery key. If you made a new one since, use that.".to_owned()
        }
        Problem::WrongPasskey => {
            "That passkey is not one of yours here. Use another one.".to_owned()
        }
        Problem::NotARecoveryKey => {
            "That is not a whole recovery key: it has 13 groups of four letters and digits."
                .to_owned()
        }
        Problem::WrongCode => {
            "That code is not right, or was used already. Wait for the next one and type that."
                .to_owned()
        }
        Problem::TooManyTries { wait_seconds } => format!(
            "That was a lot of tries. Wait {}, then go on.",
            wait(*wait_seconds)
        ),
        Problem::RelayUnreachable => {
            "The relay can't be reached. Nothing was changed: try again in a moment.".to_owned()
        }
        Problem::Owner => {
            "This community is yours: without you nobody could look after it. That is why its owner can't leave."
                .to_owned()
        }
        Problem::Other { text, .. } => text.clone(),
    }
}

fn wait(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Messages that cannot be read for one reason: what it is, and what is being done.
pub fn unread(why: Unreadable) -> (&'static str, &'static str) {
    match why {
        Unreadable::KeyNotHere => (
            "Waiting for their keys",
            "Parley asks your vault, your other devices, the authors and other members, and asks again by itself.",
        ),
        Unreadable::TooNew => (
            "Written with a newer Parley",
            "Reload the page to get the newest version.",
        ),
        Unreadable::BeforeJoined => (
            "Written before you joined",
            "These channels don't share what was written before. Nothing is wrong.",
        ),
        Unreadable::SessionRetired => (
            "Locked with a retired key",
            "They are not shown, because somebody else may have written them.",
        ),
        Unreadable::NotPermitted => (
            "Author may not write there",
            "They are not shown. Nothing is wrong on your side.",
        ),
        Unreadable::Damaged => (
            "Changed on their way",
            "They are not shown. If there are many, tell whoever runs the relay.",
        ),
        Unreadable::Blocked => (
            "Written by somebody you blocked",
            "They are folded. Nothing is wrong.",
        ),
        Unreadable::TakenAway => (
            "Taken away by the relay",
            "Nobody who may delete them asked for that. Tell whoever runs the relay.",
        ),
    }
}

/// So many bytes, as people say it.
#[expect(clippy::cast_precision_loss, reason = "a unit's place in a short list")]
pub fn bytes(bytes: f64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let (place, unit) = UNITS
        .iter()
        .enumerate()
        .rev()
        .find(|(place, _)| bytes >= 1000_f64.powf(*place as f64 + 1.0))
        .unwrap_or((0, &"KB"));
    let value = bytes / 1000_f64.powf(place as f64 + 1.0);
    if value < 10.0 && place > 0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(bytes(0.0), "0 KB");
        assert_eq!(bytes(12_345.0), "12 KB");
        assert_eq!(bytes(2_500_000.0), "2.5 MB");
        assert_eq!(bytes(61_000_000_000.0), "61 GB");
    }
}
