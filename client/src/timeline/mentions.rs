//! Whom a text names with an `@`: a member, those who have a role, or all.

use parley_protocol::community::Community;
use parley_protocol::ids::UserId;
use parley_protocol::names::fold;

use super::{Body, TimelineItem};

/// The name that means all members.
pub const EVERYONE: &str = "everyone";

/// What a member is called by, folded: their names, and those of their roles.
#[derive(Debug, Clone, Default)]
pub struct Called(Vec<String>);

impl Called {
    /// By the log as it is now.
    pub fn of(community: &Community, user: &UserId) -> Self {
        let Some(member) = community.members().get(user) else {
            return Self::default();
        };
        let roles = member.roles.iter();
        let roles = roles.filter_map(|role| community.roles().get(&role));
        let roles = roles.map(|role| fold(&role.name));
        // To call all members takes a right, whatever a role is called.
        let roles = roles.filter(|name| name != EVERYONE);
        let own = [&member.name, member.display_name()].map(fold);
        Self(roles.chain(own).collect())
    }

    /// Whether a message names them, as it was first written.
    pub fn by(&self, item: &TimelineItem) -> bool {
        let Body::Text {
            text, forwarded, ..
        } = &item.body
        else {
            return false;
        };
        // What somebody passes on speaks to nobody here.
        if *forwarded || !text.contains('@') {
            return false;
        }
        let text = fold(text);
        let Self(mine) = self;
        mine.iter().any(|name| names(&text, name))
            || (item.may_call_everyone() && names(&text, EVERYONE))
    }
}

/// Whether a text names all members. It counts of those who may pin for the channel, as
/// [`TimelineItem::may_call_everyone`](super::TimelineItem::may_call_everyone) says.
pub fn calls_everyone(text: &str) -> bool {
    text.contains('@') && names(&fold(text), EVERYONE)
}

/// Whether a folded text names somebody with that folded name: behind an `@` that begins a word, and up to the end of one.
pub fn names(text: &str, name: &str) -> bool {
    let mut found = text.match_indices('@');
    found.any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at.saturating_add(1)..).unwrap_or_default();
        let rest = after.strip_prefix(name).filter(|_| !name.is_empty());
        let ends = |rest: &str| !rest.chars().next().is_some_and(char::is_alphanumeric);
        rest.is_some_and(ends) && !before.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_whole_word_behind_its_sign() {
        for text in [
            "@everyone",
            "hi @Everyone!",
            "(@EVERYONE)",
            "@you @everyone.",
        ] {
            assert!(calls_everyone(text), "{text}");
        }
        for text in [
            "everyone",
            "@everyones",
            "a@everyone",
            "@ everyone",
            "@every one",
            "@",
        ] {
            assert!(!calls_everyone(text), "{text}");
        }
        assert!(names("@the crew, come", "the crew"));
        assert!(!names("@", ""));
    }
}
