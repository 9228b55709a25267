//! Sorting people: those who are here first, each group by name. Pure.

use parley_protocol::names::fold;

use super::store::{Member, Presence};

/// Under which title somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Connected, in whatever way.
    Here,
    /// The relay is away, so nobody knows.
    Unknown,
    Gone,
}

/// A title and the people below it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub group: Group,
    /// The people, by name.
    pub members: Vec<Member>,
}

/// Sorts everybody; groups without anybody are left out.
pub fn groups(members: &[Member]) -> Vec<Part> {
    let mut sorted: Vec<&Member> = members.iter().collect();
    sorted.sort_by_cached_key(|member| (group_of(member), fold(&member.name), member.id.clone()));
    sorted
        .chunk_by(|a, b| group_of(a) == group_of(b))
        .filter_map(|part| {
            let group = group_of(part.first()?);
            Some(Part {
                group,
                members: part.iter().map(|member| (*member).clone()).collect(),
            })
        })
        .collect()
}

fn group_of(member: &Member) -> Group {
    match member.presence {
        Presence::Online | Presence::Away | Presence::DoNotDisturb | Presence::Hidden => {
            Group::Here
        }
        Presence::Unknown => Group::Unknown,
        Presence::Offline => Group::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::{Group, groups};
    use crate::people::store::{Member, Presence};

    fn member(name: &str, presence: Presence) -> Member {
        Member {
            presence,
            ..Member::named(name)
        }
    }

    #[test]
    fn those_who_are_here_come_first_by_name() {
        let all = [
            member("zoe", Presence::Online),
            member("Ben", Presence::Offline),
            member("ada", Presence::Online),
            member("mo", Presence::Away),
            member("Cleo", Presence::Offline),
        ];
        let parts = groups(&all);
        let names: Vec<(Group, Vec<&str>)> = parts
            .iter()
            .map(|p| (p.group, p.members.iter().map(|m| m.name.as_str()).collect()))
            .collect();
        assert_eq!(
            names,
            [
                (Group::Here, vec!["ada", "mo", "zoe"]),
                (Group::Gone, vec!["Ben", "Cleo"])
            ]
        );
    }
}
