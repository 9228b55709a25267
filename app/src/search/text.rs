//! What is said about finding messages.

use super::store::{IndexState, Results};

/// In place of what somebody wrote of whom the person wants nothing.
#[cfg(not(feature = "gallery"))]
pub const BLOCKED: &str = "From somebody you blocked";

/// A filter that says nothing.
#[cfg(not(feature = "gallery"))]
pub fn nobody(name: &str) -> String {
    format!("Nobody here is called “{name}”.")
}

/// The same with a channel.
#[cfg(not(feature = "gallery"))]
pub fn no_channel(name: &str) -> String {
    format!("There is no channel or conversation “{name}” that you can read.")
}

/// The same with what messages can have.
pub fn no_kind(value: &str) -> String {
    format!(
        "Messages can have a link, picture, video, audio, voice, file or poll. “{value}” is none of these."
    )
}

/// The same with what messages can be.
pub fn no_state(value: &str) -> String {
    format!("Messages can be pinned. “{value}” is not that.")
}

/// The same with a day.
pub fn no_day(value: &str) -> String {
    format!("“{value}” is no day. Write it like 2026-03-01, 2026-03, 2026 or yesterday.")
}

/// How far the index is, while that is worth saying.
pub fn state(state: IndexState) -> Option<String> {
    match state {
        IndexState::Opening => Some("Opening the index…".to_owned()),
        IndexState::Indexing(percent) => Some(format!("Indexing… {percent} %")),
        IndexState::Ready => None,
        IndexState::Failed => {
            Some("Messages can't be searched right now. Close this and try again.".to_owned())
        }
    }
}

/// How many were found.
pub fn count(results: &Results) -> String {
    match results.all {
        Some(0) => "No messages found".to_owned(),
        Some(1) => "1 message".to_owned(),
        Some(all) => format!("{all} messages"),
        None => format!("More than {} messages", results.lines.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::{IndexState, Results, count, state};

    #[test]
    fn numbers_read_well() {
        let found = |all| Results {
            all,
            ..Results::default()
        };
        assert_eq!(count(&found(Some(0))), "No messages found");
        assert_eq!(count(&found(Some(1))), "1 message");
        assert_eq!(count(&found(Some(12))), "12 messages");
        assert_eq!(
            state(IndexState::Indexing(40)).as_deref(),
            Some("Indexing… 40 %")
        );
        assert_eq!(state(IndexState::Ready), None);
    }
}
