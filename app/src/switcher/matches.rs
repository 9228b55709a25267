//! What fits a few typed letters, best first. Pure.

use parley_protocol::names::fold;

use crate::channels::store::{Channel, ChannelKind};
use crate::ids::{ChannelId, UserId};
use crate::people::store::Member;

/// More would not be looked at.
const SHOWN: usize = 12;

/// How well something can fit.
const RANKS: usize = 3;

/// Where somebody can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Open a text channel.
    Text(ChannelId),
    /// Join a voice channel.
    Voice(ChannelId),
    /// Find a person.
    Person(UserId),
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub goal: Goal,
    pub name: String,
    pub said: &'static str,
}

/// Channels and people whose name fits: at its beginning first, then at the beginning of a word, then anywhere.
/// With nothing typed: unread channels first, then the others.
pub fn matches(typed: &str, channels: &[Channel], members: &[Member]) -> Vec<Target> {
    let typed = fold(typed.trim().trim_start_matches(['#', '@']));
    let mut found: [Vec<Target>; RANKS] = Default::default();
    let mut put = |rank: Option<usize>, target: Target| {
        if let Some(found) = rank.and_then(|rank| found.get_mut(rank)) {
            found.push(target);
        }
    };
    for channel in channels {
        let (goal, said) = match channel.kind {
            // Those that wait for an answer are found among the requests.
            ChannelKind::Direct if !channel.writable => continue,
            ChannelKind::Text | ChannelKind::Direct => (
                Goal::Text(channel.id.clone()),
                if channel.unread > 0 { "unread" } else { "" },
            ),
            ChannelKind::Voice => (Goal::Voice(channel.id.clone()), "join voice"),
        };
        let rank = if typed.is_empty() {
            Some(usize::from(channel.unread == 0))
        } else {
            rank(&channel.name, &typed)
        };
        let target = Target {
            goal,
            name: channel.name.clone(),
            said,
        };
        put(rank, target);
    }
    if !typed.is_empty() {
        for member in members {
            let target = Target {
                goal: Goal::Person(member.id.clone()),
                name: member.name.clone(),
                said: "person",
            };
            put(rank(&member.name, &typed), target);
        }
    }
    found.into_iter().flatten().take(SHOWN).collect()
}

/// The smaller, the better.
fn rank(name: &str, typed: &str) -> Option<usize> {
    let name = fold(name);
    if name.starts_with(typed) {
        return Some(0);
    }
    if name
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word.starts_with(typed))
    {
        return Some(1);
    }
    name.contains(typed).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::channels::store::{Channel, ChannelKind};
    use crate::people::store::Member;

    fn channel(name: &str, unread: usize) -> Channel {
        Channel {
            unread,
            ..Channel::named(name, ChannelKind::Text)
        }
    }

    fn member(name: &str) -> Member {
        Member::named(name)
    }

    fn names(typed: &str) -> Vec<String> {
        let channels = [
            channel("general", 0),
            channel("big-generator", 2),
            channel("agenda", 0),
        ];
        matches(typed, &channels, &[member("Gen Urobuchi")])
            .into_iter()
            .map(|t| t.name)
            .collect()
    }

    #[test]
    fn the_beginning_of_a_name_counts_most() {
        assert_eq!(
            names("gen"),
            ["general", "Gen Urobuchi", "big-generator", "agenda"]
        );
        assert_eq!(names("#GENERAL"), ["general"]);
        assert!(names("xyz").is_empty());
    }

    #[test]
    fn with_nothing_typed_unread_channels_come_first() {
        assert_eq!(names(""), ["big-generator", "general", "agenda"]);
    }
}
