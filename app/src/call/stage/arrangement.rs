//! Which tiles there are, in which order, and which of them is large.

use crate::call::store::Participant;
use crate::call::store::pictures::{Layout, Picture, PictureKind, TileId};
use crate::ids::DeviceId;

/// What is shown where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arrangement {
    /// Screens first, then people in the order in which they came. What gets large keeps its place here, so that no
    /// picture begins anew.
    pub(super) all: Vec<TileId>,
    /// One of them, above the others. `None`: all alike.
    pub(super) large: Option<TileId>,
}

/// What a person chose about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub(super) layout: Option<Layout>,
    pub(super) pinned: Option<TileId>,
    pub(super) spoke: Option<DeviceId>,
    pub(super) me: Option<DeviceId>,
}

/// Lays the tiles out.
pub(super) fn arrange(
    people: &[Participant],
    pictures: &[Picture],
    choice: &Choice,
) -> Arrangement {
    let is_here = |device: &DeviceId| people.iter().any(|person| person.device == *device);
    let screens: Vec<TileId> = pictures
        .iter()
        .filter(|it| it.id.kind == PictureKind::Screen && is_here(&it.id.device))
        .map(|it| TileId::Screen(it.id.device.clone()))
        .collect();
    let all: Vec<TileId> = screens
        .iter()
        .cloned()
        .chain(people.iter().map(|it| TileId::Person(it.device.clone())))
        .collect();
    let large = large(people, &screens, &all, choice);
    Arrangement { all, large }
}

fn large(
    people: &[Participant],
    screens: &[TileId],
    all: &[TileId],
    choice: &Choice,
) -> Option<TileId> {
    if let Some(pinned) = choice.pinned.as_ref().filter(|tile| all.contains(tile)) {
        return Some(pinned.clone());
    }
    let is_mine = |device: &DeviceId| choice.me.as_ref() == Some(device);
    let others_screen = screens
        .iter()
        .rev()
        .find(|tile| matches!(tile, TileId::Screen(device) if !is_mine(device)));
    match choice.layout {
        Some(Layout::Grid) => None,
        None => others_screen.cloned(),
        Some(Layout::Speaker) => {
            let spoke = choice.spoke.as_ref();
            let spoke = spoke.filter(|device| people.iter().any(|it| it.device == **device));
            let first = || people.iter().map(|it| &it.device).find(|it| !is_mine(it));
            let person = spoke.or_else(first).map(|it| TileId::Person(it.clone()));
            others_screen
                .cloned()
                .or(person)
                .or_else(|| all.first().cloned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::store::pictures::PictureId;

    fn people(names: &[&str]) -> Vec<Participant> {
        let person = |name: &&str| Participant::named(name);
        names.iter().map(person).collect()
    }

    fn screen(device: &str) -> Picture {
        Picture {
            id: PictureId {
                device: device.into(),
                kind: PictureKind::Screen,
            },
            stream: Some(1),
        }
    }

    fn person(device: &str) -> TileId {
        TileId::Person(device.into())
    }

    fn of_screen(device: &str) -> TileId {
        TileId::Screen(device.into())
    }

    fn chosen(layout: Option<Layout>) -> Choice {
        Choice {
            layout,
            me: Some("ada".into()),
            ..Choice::default()
        }
    }

    #[test]
    fn all_are_alike_until_somebody_shares() {
        let people = people(&["ada", "ben", "cy"]);
        let alike = arrange(&people, &[], &chosen(None));
        assert_eq!(alike.large, None);
        assert_eq!(alike.all, [person("ada"), person("ben"), person("cy")]);
        let shared = arrange(&people, &[screen("ben")], &chosen(None));
        assert_eq!(shared.large, Some(of_screen("ben")));
        assert_eq!(shared.all.len(), 4);
    }

    #[test]
    fn ones_own_screen_is_not_large_by_itself() {
        let people = people(&["ada", "ben"]);
        let shared = arrange(&people, &[screen("ada")], &chosen(None));
        assert_eq!(shared.large, None);
        assert_eq!(shared.all.first(), Some(&of_screen("ada")));
    }

    #[test]
    fn the_newest_of_several_screens_is_large() {
        let people = people(&["ada", "ben", "cy"]);
        let shared = arrange(&people, &[screen("ben"), screen("cy")], &chosen(None));
        assert_eq!(shared.large, Some(of_screen("cy")));
        assert_eq!(shared.all.first(), Some(&of_screen("ben")));
    }

    #[test]
    fn a_grid_that_was_chosen_stays_one() {
        let people = people(&["ada", "ben"]);
        let shared = arrange(&people, &[screen("ben")], &chosen(Some(Layout::Grid)));
        assert_eq!(shared.large, None);
        assert_eq!(shared.all.len(), 3);
    }

    #[test]
    fn the_speaker_view_follows_who_spoke_last() {
        let people = people(&["ada", "ben", "cy"]);
        let mut choice = chosen(Some(Layout::Speaker));
        assert_eq!(arrange(&people, &[], &choice).large, Some(person("ben")));
        choice.spoke = Some("cy".into());
        assert_eq!(arrange(&people, &[], &choice).large, Some(person("cy")));
        choice.spoke = Some("gone".into());
        assert_eq!(arrange(&people, &[], &choice).large, Some(person("ben")));
    }

    #[test]
    fn what_is_pinned_stays_large_as_long_as_it_is_there() {
        let people = people(&["ada", "ben"]);
        let mut choice = chosen(Some(Layout::Grid));
        choice.pinned = Some(of_screen("ben"));
        assert_eq!(arrange(&people, &[], &choice).large, None);
        let shared = arrange(&people, &[screen("ben")], &choice);
        assert_eq!(shared.large, Some(of_screen("ben")));
    }

    #[test]
    fn alone_one_sees_oneself() {
        let people = people(&["ada"]);
        let alone = arrange(&people, &[], &chosen(Some(Layout::Speaker)));
        assert_eq!(alone.large, Some(person("ada")));
        assert_eq!(alone.all.len(), 1);
    }
}
