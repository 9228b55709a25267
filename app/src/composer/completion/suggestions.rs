//! What fits a typed word, best first. Pure.

use std::sync::Arc;

use parley_protocol::names::fold;

use crate::channels::store::{Channel, ChannelKind};
use crate::composer::commands::COMMANDS;
use crate::composer::trigger::Trigger;
use crate::people::store::{Member, Presence};
use crate::roles::store::EVERYONE;
use crate::ui::emoji::Found;

/// More would not be looked at.
pub(super) const SHOWN: usize = 8;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub sign: String,
    /// In place of the sign, a picture.
    pub picture: Option<Arc<str>>,
    pub name: String,
    pub hint: String,
    /// What is put in the place of what was typed.
    pub text: String,
}

impl Suggestion {
    pub(super) fn of_emoji(found: Found) -> Self {
        Self {
            text: format!("{} ", found.emoji),
            name: format!(":{}:", found.name),
            sign: found.emoji,
            picture: found.address,
            hint: String::new(),
        }
    }
}

/// What fits: at the beginning of a name first, then at the beginning of a word, then anywhere; who is here before who is
/// not.
pub fn suggestions(
    trigger: &Trigger,
    channels: &[Channel],
    members: &[Member],
    groups: &[String],
) -> Vec<Suggestion> {
    let typed = fold(&trigger.word);
    match trigger.sign {
        '@' => people(&typed, members, groups),
        '#' => best(channels.iter().filter_map(|channel| {
            let rank = rank(&channel.name, &typed)?;
            (channel.kind == ChannelKind::Text).then(|| {
                let name = &channel.name;
                (rank, line("#", name, &channel.topic, format!("#{name} ")))
            })
        })),
        '/' => best(COMMANDS.iter().filter_map(|command| {
            let rank = rank(command.name, &typed).filter(|rank| *rank == 0)?;
            let name = format!("/{} [{}]", command.name, command.takes);
            Some((
                rank,
                line("/", &name, command.says, format!("/{} ", command.name)),
            ))
        })),
        _ => Vec::new(),
    }
}

fn people(typed: &str, members: &[Member], groups: &[String]) -> Vec<Suggestion> {
    let people = members.iter().filter_map(|member| {
        let (away, hint) = match member.presence {
            Presence::Online | Presence::Hidden => (0, "here"),
            Presence::Away => (0, "away"),
            Presence::DoNotDisturb => (0, "do not disturb"),
            Presence::Offline | Presence::Unknown => (1, ""),
        };
        let rank = rank(&member.name, typed)? * 2 + away;
        let name = &member.name;
        Some((rank, line("@", name, hint, format!("@{name} "))))
    });
    let groups = groups.iter().filter_map(|name| {
        let hint = if name == EVERYONE {
            "all members"
        } else {
            "role"
        };
        let rank = rank(name, typed)? * 2 + 1;
        Some((rank, line("@", name, hint, format!("@{name} "))))
    });
    best(people.chain(groups))
}

fn line(sign: &str, name: &str, hint: &str, text: String) -> Suggestion {
    Suggestion {
        sign: sign.to_owned(),
        picture: None,
        name: name.to_owned(),
        hint: hint.to_owned(),
        text,
    }
}

/// Those with the smallest ranks, by name among equals.
fn best(found: impl Iterator<Item = (usize, Suggestion)>) -> Vec<Suggestion> {
    let mut found: Vec<(usize, Suggestion)> = found.collect();
    found.sort_unstable_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.name.cmp(&b.name)));
    found.truncate(SHOWN);
    found.into_iter().map(|(_, it)| it).collect()
}

/// The smaller, the better.
fn rank(name: &str, typed: &str) -> Option<usize> {
    let name = fold(name);
    if name.starts_with(typed) {
        return Some(0);
    }
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    if words.any(|word| word.starts_with(typed)) {
        return Some(1);
    }
    name.contains(typed).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::{EVERYONE, suggestions};
    use crate::channels::store::{Channel, ChannelKind};
    use crate::composer::trigger::Trigger;
    use crate::people::store::{Member, Presence};

    fn channel(name: &str, kind: ChannelKind) -> Channel {
        Channel::named(name, kind)
    }

    fn member(name: &str, presence: Presence) -> Member {
        Member {
            presence,
            ..Member::named(name)
        }
    }

    fn texts(sign: char, word: &str) -> Vec<String> {
        let trigger = Trigger {
            sign,
            word: word.into(),
            from: 0,
        };
        let channels = [
            channel("general", ChannelKind::Text),
            channel("Lounge", ChannelKind::Voice),
            channel("big-generator", ChannelKind::Text),
        ];
        let members = [
            member("Mira Halden", Presence::Offline),
            member("Mirko", Presence::Online),
            member("Hal", Presence::Unknown),
            member("Amir", Presence::Online),
        ];
        let groups = ["Mirror crew".to_owned(), EVERYONE.to_owned()];
        let found = suggestions(&trigger, &channels, &members, &groups);
        found.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn people_channels_and_commands_are_found() {
        assert_eq!(
            texts('@', "mir"),
            ["@Mirko ", "@Mira Halden ", "@Mirror crew ", "@Amir "]
        );
        assert_eq!(texts('@', "every"), ["@everyone "]);
        assert_eq!(texts('@', "HAL"), ["@Hal ", "@Mira Halden "]);
        assert_eq!(texts('#', "gen"), ["#general ", "#big-generator "]);
        assert_eq!(texts('#', "lou"), [""; 0]);
        assert_eq!(texts('/', "s"), ["/shrug ", "/status "]);
        assert_eq!(texts('/', ""), ["/me ", "/nick ", "/shrug ", "/status "]);
        assert_eq!(texts('@', "zz"), [""; 0]);
    }

    #[test]
    fn a_crowd_is_cut_short() {
        let members: Vec<Member> = (0..20_000)
            .map(|n| member(&format!("Ann {n}"), Presence::Online))
            .collect();
        let trigger = Trigger {
            sign: '@',
            word: "an".into(),
            from: 0,
        };
        assert_eq!(suggestions(&trigger, &[], &members, &[]).len(), 8);
    }
}
