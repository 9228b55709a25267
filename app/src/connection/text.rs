//! What is said while messages wait although the relay is there.

use super::store::Held;
use crate::ui::direction::isolated;

/// What is written waits, and for what.
pub fn hold(held: &Held) -> String {
    let who = match held.by.as_slice() {
        [] => return "The relay has changes to this community that it doesn't send. What you write is kept here until they come, so that nobody gets it who was removed meanwhile.".to_owned(),
        [one] => isolated(one),
        [one, two] => format!("{} and {}", isolated(one), isolated(two)),
        [one, rest @ ..] => format!("{} and {} others", isolated(one), rest.len()),
    };
    format!(
        "{who} wrote with changes to this community that are not here: either the relay keeps them back, or they were made up. What you write is kept here until this is settled, so that nobody gets it who was removed meanwhile."
    )
}
