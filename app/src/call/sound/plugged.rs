//! What is to be done when microphones and loudspeakers come or go.

/// A device as the browser lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugged {
    pub id: String,
    pub label: String,
}

/// What to do about one kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Go on as before.
    Nothing,
    /// What was chosen is gone: take what the system chooses, and say so.
    Gone,
    /// The system chooses another one now: take it.
    Moved,
}

/// The id under which some browsers list what the system chooses.
const SYSTEM: &str = "default";

/// Compares two lists. A list is empty where a browser does not tell.
pub fn change(chosen: Option<&str>, before: &[Plugged], now: &[Plugged]) -> Change {
    if now.is_empty() {
        return Change::Nothing;
    }
    let there = |list: &[Plugged], id: &str| list.iter().any(|device| device.id == id);
    match chosen {
        Some(id) if !there(now, id) => Change::Gone,
        Some(_) => Change::Nothing,
        None if before.is_empty() => Change::Nothing,
        None if system(before) == system(now) => Change::Nothing,
        None => Change::Moved,
    }
}

/// What the system chooses: named so, or the first one.
fn system(list: &[Plugged]) -> Option<&Plugged> {
    list.iter()
        .find(|device| device.id == SYSTEM)
        .or(list.first())
}

#[cfg(test)]
mod tests {
    use super::{Change, Plugged, change};

    fn list(devices: &[(&str, &str)]) -> Vec<Plugged> {
        let plugged = |(id, label): &(&str, &str)| Plugged {
            id: (*id).into(),
            label: (*label).into(),
        };
        devices.iter().map(plugged).collect()
    }

    #[test]
    fn a_chosen_headset_that_is_pulled_out_is_gone() {
        let before = list(&[
            ("default", "Default - Headset"),
            ("a", "Headset"),
            ("b", "Built-in"),
        ]);
        let now = list(&[("default", "Default - Built-in"), ("b", "Built-in")]);
        assert_eq!(change(Some("a"), &before, &now), Change::Gone);
        assert_eq!(change(Some("b"), &before, &now), Change::Nothing);
    }

    #[test]
    fn what_the_system_chooses_may_move() {
        let before = list(&[
            ("default", "Default - Headset"),
            ("a", "Headset"),
            ("b", "Built-in"),
        ]);
        let now = list(&[("default", "Default - Built-in"), ("b", "Built-in")]);
        assert_eq!(change(None, &before, &now), Change::Moved);
        let more = list(&[
            ("default", "Default - Headset"),
            ("a", "Headset"),
            ("b", "Built-in"),
            ("c", "Camera"),
        ]);
        assert_eq!(change(None, &before, &more), Change::Nothing);
        let firefox = [
            list(&[("a", "Headset"), ("b", "Built-in")]),
            list(&[("b", "Built-in")]),
        ];
        assert_eq!(change(None, &firefox[0], &firefox[1]), Change::Moved);
    }

    #[test]
    fn where_nothing_is_listed_nothing_is_known() {
        let some = list(&[("a", "Headset")]);
        assert_eq!(change(Some("a"), &some, &[]), Change::Nothing);
        assert_eq!(change(None, &[], &some), Change::Nothing);
        assert_eq!(change(Some("b"), &[], &some), Change::Gone);
    }
}
