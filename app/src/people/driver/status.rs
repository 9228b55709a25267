//! Saying something of oneself, and showing what others say.

use parley_client::Engine;
use parley_client::engine::StatusError;
use parley_client::relations::is_emoji;
use parley_client::status::{MAX_STATUS_CHARS, Status as OwnStatus, StatusFault};
use parley_protocol::ids::UserId;

use crate::driver::convert::millis;
use crate::people::store::{Ends, Status};
use crate::platform::local_time;
use crate::stores::Stores;

const MINUTE: u64 = 60 * 1_000;

/// What a member says of themselves now.
pub fn shown(engine: &Engine, user: &UserId, now: u64) -> Option<Status> {
    let status = engine.status(user, now)?;
    Some(Status {
        emoji: status.emoji.clone().unwrap_or_default(),
        text: status.text.clone(),
        ends: status.until.map(|until| local_time::full(millis(until))),
    })
}

/// A text as it is typed behind a command: what begins with an emoji has it as its sign.
pub fn typed(text: &str) -> (String, String) {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if is_emoji(first) {
        (first.to_owned(), rest.trim().to_owned())
    } else {
        (String::new(), text.to_owned())
    }
}

pub fn set(
    (emoji, text): (String, String),
    ends: Ends,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) {
    let me = engine.me().0;
    let before = engine.status(&me, now).and_then(|status| status.until);
    let status = OwnStatus {
        emoji: Some(emoji).filter(|emoji| !emoji.is_empty()),
        text,
        until: None,
    };
    let status = if status.is_nothing() {
        OwnStatus::default()
    } else {
        OwnStatus {
            until: until(ends, before, now),
            ..status
        }
    };
    let is_cleared = status.is_nothing();
    match engine.set_status(status, now) {
        Ok(()) if is_cleared => stores.view.notify("Your status is cleared"),
        Ok(()) => stores.view.notify("Your status is set"),
        Err(error) => stores.view.notify_problem(problem(error)),
    }
}

fn until(ends: Ends, before: Option<u64>, now: u64) -> Option<u64> {
    let after = |minutes: u64| Some(now + minutes * MINUTE);
    match ends {
        Ends::Never => None,
        Ends::AsBefore => before,
        Ends::InMinutes(minutes) => after(minutes),
        Ends::Today => Some(local_time::end_of_day(now)),
    }
}

fn problem(error: StatusError) -> String {
    match error {
        StatusError::Fault(StatusFault::TooLong) => {
            format!("A status has at most {MAX_STATUS_CHARS} characters. Try a shorter one.")
        }
        StatusError::Fault(StatusFault::NotALine) => "A status is one line of text.".to_owned(),
        StatusError::Fault(StatusFault::NoEmoji) => "That is no emoji. Choose one from the list.".to_owned(),
        StatusError::NoBoard => "A status goes through a text channel that everybody reads, and there is none in which you may write. Ask somebody who manages channels for one.".to_owned(),
        StatusError::OutboxFull => "A lot is waiting to be sent already. Wait for the relay first.".to_owned(),
    }
}
