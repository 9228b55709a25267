//! What is said about roles.

use super::store::Right;

/// What a right is, in plain words.
pub fn right(right: Right) -> &'static str {
    match right {
        Right::Write => "Write messages",
        Right::Speak => "Talk in voice channels",
        Right::Invite => "Invite people",
        Right::Moderate => "Delete and pin what others wrote",
        Right::ModerateCalls => "Mute and move people in calls, and let them speak on stages",
        Right::ManageChannels => "Make and change channels and community emoji",
        Right::ManageRoles => "Make roles and give them",
        Right::RemoveMembers => "Remove people and take back invites",
    }
}

/// How many people have it.
pub fn holders(count: usize) -> String {
    match count {
        0 => "Nobody yet".to_owned(),
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    }
}

pub const NO_NAME: &str = "Please give the role a name.";
pub const TAKEN: &str = "There is a role of that name already.";
pub const A_PERSON: &str = "Somebody here has that name. Please choose another one.";
pub const RESERVED: &str = "That name means all members. Please choose another one.";
