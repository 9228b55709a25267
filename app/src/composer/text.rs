//! What is said about those who are typing, and about what could not be sent.

use crate::ui::direction::isolated;

pub const TOO_LONG: &str = "It is too long for one message. Split it in two.";
/// What the field of a thread is called.
pub const IN_THREAD: &str = "Message in this thread";
pub const TOO_MUCH: &str =
    "That is too much for one message: about 16 pages fit. Paste it in parts.";
pub const FILES_NOT_READY: &str =
    "Not all files are ready. Wait a moment, or take out the one that can't be sent.";
pub const NOTHING_TO_DO: &str = "Say what you do: /me waves";
pub const NOT_ALLOWED: &str = "Your role doesn't let you write here.";
pub const BAD_POLL: &str = "A poll needs a question and two to twenty different options, each with at most 200 characters.";
pub const BAD_FILES: &str = "These files can't be sent together. Try fewer or smaller ones.";
pub const OUTBOX_FULL: &str = "A lot is waiting to be sent already. Wait for the relay first.";

/// What begins with a slash and is no command.
pub fn unknown_command(name: &str) -> String {
    format!("There is no command /{name}. To send it as it is, begin with two slashes.")
}

/// Who is writing; nothing when nobody is.
pub fn typing(names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| isolated(name)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is writing…")),
        [one, two] => Some(format!("{one} and {two} are writing…")),
        [one, two, three] => Some(format!("{one}, {two} and {three} are writing…")),
        _ => Some("Several people are writing…".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::typing;

    #[test]
    fn a_crowd_is_not_listed() {
        let names: Vec<String> = ["Ada", "Ben", "Cleo", "Dan"].map(String::from).to_vec();
        assert_eq!(typing(&names[..0]), None);
        assert_eq!(typing(&names[..1]).as_deref(), Some("Ada is writing…"));
        assert_eq!(
            typing(&names[..3]).as_deref(),
            Some("Ada, Ben and Cleo are writing…")
        );
        assert_eq!(
            typing(&names).as_deref(),
            Some("Several people are writing…")
        );
    }
}
