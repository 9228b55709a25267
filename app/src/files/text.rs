//! What is said of files.

use super::store::MOST;

pub const UNREADABLE: &str = "This file can't be read any more. Please choose it again.";
pub const OFFLINE: &str = "Goes on when you are online again.";
pub const RELAY_AWAY: &str = "The relay doesn't answer. Goes on by itself when it does.";
pub const QUOTA: &str = "Your files take all the room that the relay gives you. Delete some messages with files, then try again.";
pub const DISK_FULL: &str =
    "The relay has no room left for files. Tell whoever runs it, then try again.";
pub const DEVICE_FULL: &str =
    "This device has no room left to send that file. Make some, then try again.";
pub const NO_STORAGE: &str =
    "This browser keeps nothing for Parley, so files can't be sent. Try an ordinary window.";
pub const TOO_LARGE: &str = "The relay takes no files as large as this.";
pub const CHANGED: &str =
    "The file was changed or moved while it was read. Please attach it again.";
pub const LOST: &str = "The page was closed before the file was read. Please attach it again.";
pub const REFUSED: &str = "The relay didn't take the file.";
pub const DAMAGED: &str =
    "What the relay has isn't what was sent. Nothing of it is shown: ask for it again.";
pub const GONE: &str = "The relay doesn't have this file any more.";
pub const NOT_FETCHED: &str = "That didn't work. Please try again.";
pub const NO_SAVING: &str = "This browser can't save a file as large as this from here.";
pub const NOT_SENT: &str = "These files can't be sent. Please try again.";
pub const NOT_READY: &str = "A file isn't ready yet. Wait a moment, or take it out.";
pub const NOT_ALLOWED: &str = "Your role doesn't let you write here.";
pub const TOO_MANY_POINTS: &str = "This picture is very large, so it is sent as a file.";
pub const MAY_HOLD_LOCATION: &str = "This picture may say where it was taken.";
pub const FILM_MAY_HOLD_LOCATION: &str = "This film may say where it was taken.";
pub const TOO_MANY_POINTS_TO_SHOW: &str =
    "This picture is too large to be shown here. You can save it.";
pub const TOO_LARGE_TO_SHOW: &str = "This file is too large to be shown here. You can save it.";
pub const LIES: &str = "This isn't the kind of file it says it is. You can still save it.";

/// More files than one message has.
pub fn too_many() -> String {
    format!("One message holds {MOST} files at most.")
}

/// All files of a message together are too large.
pub fn too_large(largest: u64) -> String {
    let megabytes = largest / (1024 * 1024);
    if megabytes >= 1024 && megabytes.is_multiple_of(1024) {
        let gigabytes = megabytes / 1024;
        return format!("All files of one message together can have {gigabytes} GB at most.");
    }
    format!("All files of one message together can have {megabytes} MB at most.")
}

#[cfg(test)]
mod tests {
    use super::too_large;

    #[test]
    fn a_limit_is_said_in_round_figures() {
        assert!(too_large(2 << 30).contains(" 2 GB "));
        assert!(too_large(300 << 20).contains(" 300 MB "));
        assert!(too_large((3 << 30) / 2).contains(" 1536 MB "));
    }
}
