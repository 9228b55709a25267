//! What is said about conversations.

use crate::ui::direction::isolated;

pub const UNKNOWN: &str = "That conversation is not here yet. Try again in a moment.";
pub const NO_MEMBER: &str = "One of them is no member any more.";
pub const TOO_MANY: &str = "A conversation has room for ten people.";
pub const TOO_FEW: &str = "Choose at least one person.";
pub const NAME: &str = "That name can't be used. Please use at most 48 plain characters.";
pub const NOT_PERMITTED: &str = "This conversation can't be changed from here.";

pub const CALL_OVER: &str = "The call is over.";
pub const ELSEWHERE: &str = "You took the call on another device.";
pub const LOST: &str = "The call broke off.";

/// Why a call did not come about.
pub fn declined(name: &str) -> String {
    format!("{} can't talk right now.", isolated(name))
}

/// The same.
pub fn busy(name: &str) -> String {
    format!("{} is in another call.", isolated(name))
}

/// The same.
pub fn no_answer(name: &str) -> String {
    format!("{} didn't answer.", isolated(name))
}

/// Names in a row: the first ones, and how many more.
pub fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const NAMED: usize = 3;
    let all: Vec<&str> = names.collect();
    let first: Vec<&str> = all.iter().take(NAMED).copied().collect();
    let rest = all.len().saturating_sub(NAMED);
    match (first.is_empty(), rest) {
        (true, _) => "Nobody else".to_owned(),
        (false, 0) => first.join(", "),
        (false, rest) => format!("{} and {rest} more", first.join(", ")),
    }
}

/// Somebody was blocked, or is not any more.
pub fn blocked(name: &str, on: bool) -> String {
    let name = isolated(name);
    if on {
        format!("{name} is blocked on all your devices")
    } else {
        format!("{name} is not blocked any more")
    }
}

/// Who asks, above what they wrote.
pub fn request(name: &str, invited_by: Option<&str>) -> String {
    match invited_by {
        Some(by) => format!("{} added you to this group.", isolated(by)),
        None => format!("{} wrote to you for the first time.", isolated(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn many_names_are_counted() {
        assert_eq!(names(["Ada"].into_iter()), "Ada");
        assert_eq!(names(["Ada", "Ben"].into_iter()), "Ada, Ben");
        let five = ["Ada", "Ben", "Cem", "Dan", "Eve"];
        assert_eq!(names(five.into_iter()), "Ada, Ben, Cem and 2 more");
        assert_eq!(names(std::iter::empty()), "Nobody else");
    }
}
