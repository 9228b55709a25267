//! Names that are unknown, and which one was probably meant.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// The known name that differs from `given` in the fewest letters, if in few.
pub(super) fn nearest<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(given, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

/// Sentences about variables that look like settings and are none.
pub(super) fn unknown_variables<'a>(
    variables: &BTreeMap<OsString, OsString>,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Vec<String> {
    let names = variables.keys().filter_map(|name| name.to_str());
    names
        .filter(|name| name.starts_with("PARLEY_") && !is_of_kubernetes(name))
        .filter(|name| known.clone().into_iter().all(|known| known != *name))
        .map(|name| match nearest(name, known.clone()) {
            Some(meant) => format!(
                "the environment variable {name} is no setting and is ignored; did you mean {meant}?"
            ),
            None => format!("the environment variable {name} is no setting and is ignored"),
        })
        .collect()
}

/// Kubernetes tells every container where the services of its namespace are; one may be called `parley`.
fn is_of_kubernetes(name: &str) -> bool {
    name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT")
}

/// Letters that are added, taken away, changed or swapped between two words (Damerau and Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut left = None;
    for (row, letter) in one.chars().enumerate() {
        let mut next = vec![row + 1];
        for (column, of_other) in other.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX);
            let changed = at(&last, column) + usize::from(letter != *of_other);
            let mut fewest = changed
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let swapped = column
                .checked_sub(1)
                .is_some_and(|b| other.get(b) == Some(&letter) && left == Some(*of_other));
            if swapped {
                fewest = fewest.min(at(&before, column - 1) + 1);
            }
            next.push(fewest);
        }
        before = std::mem::replace(&mut last, next);
        left = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        let known = ["listen", "turn_listen", "login_burst", "data"];
        for (given, meant) in [
            ("listn", Some("listen")),
            ("lisetn", Some("listen")),
            ("turn-listen", Some("turn_listen")),
            ("loginburst", Some("login_burst")),
            ("dta", Some("data")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(given, known), meant, "{given}");
        }
    }

    #[test]
    fn a_variable_that_is_no_setting_is_named() {
        let variables = ["PARLEY_LISTN", "PARLEY_SERVICE_HOST", "PARLEY_DATA", "HOME"];
        let variables = variables.map(|name| (name.into(), "x".into())).into();
        let found = unknown_variables(&variables, ["PARLEY_LISTEN", "PARLEY_DATA"]);
        assert_eq!(
            found,
            [
                "the environment variable PARLEY_LISTN is no setting and is ignored; did you mean PARLEY_LISTEN?"
            ]
        );
    }
}
