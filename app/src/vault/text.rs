//! What is said about a vault that is read.

use super::store::Reading;

/// A headline, and what it means; `None` if there is nothing to say.
pub fn reading(reading: Reading) -> Option<(String, &'static str)> {
    match reading {
        Reading::None => None,
        Reading::Running { done, total } => {
            let headline = match percent(done, total) {
                Some(percent) => format!("Your messages are coming back: {percent} %"),
                None => "Your messages are coming back".to_owned(),
            };
            Some((
                headline,
                "The newest come first. You can read and write meanwhile.",
            ))
        }
        Reading::Waiting => Some((
            "Your messages are coming back when the connection does".to_owned(),
            "It goes on by itself.",
        )),
        Reading::Damaged { .. } => Some((
            "Some of your older messages may be missing".to_owned(),
            "The relay did not give out all that your devices had kept there. Your other devices and the other members are asked for what is missing. Whoever runs the relay may have restored an old copy of it: ask them.",
        )),
    }
}

/// How much of it is done; `None` while that is not known.
pub fn percent(done: u64, total: u64) -> Option<u64> {
    let percent = done.saturating_mul(100).checked_div(total)?;
    Some(percent.min(99))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_percent_is_for_the_end() {
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(1, 3), Some(33));
        assert_eq!(percent(3, 3), Some(99));
        assert_eq!(percent(u64::MAX, 1), Some(99));
    }
}
