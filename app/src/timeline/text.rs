//! What is said about messages that are waiting, refused, unreadable or missing, and about what happened.

use super::rows::Locked;
use super::store::{CallOutcome, Delivery, Event, Failure, Fault, Gap, Unreadable};
use crate::ui::direction::isolated;

/// The state of a message of mine; nothing is said of one that arrived.
pub fn delivery(delivery: &Delivery) -> Option<&'static str> {
    match delivery {
        Delivery::Waiting => Some("Waiting for the relay"),
        Delivery::Sending => Some("Sending"),
        Delivery::Sent => None,
        Delivery::AtRelay => Some("At the relay"),
        Delivery::WithSome => Some("With some of them"),
        Delivery::Arrived => Some("At their devices"),
        Delivery::Failed(_) => Some("Not sent"),
    }
}

/// Why something could not be done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Gone,
    NotAllowed,
    TooLong,
    TooMany,
    PollClosed,
    OutboxFull,
    Impossible,
}

/// What is said of that.
pub fn refused(why: Refused) -> &'static str {
    match why {
        Refused::Gone => "That message was deleted meanwhile.",
        Refused::NotAllowed => "Your role doesn't let you do that here.",
        Refused::TooLong => "It is too long for one message. Make it shorter.",
        Refused::TooMany => "There are too many already. Take one away first.",
        Refused::PollClosed => "The poll was closed meanwhile.",
        Refused::OutboxFull => "A lot is waiting to be sent already. Wait for the relay first.",
        Refused::Impossible => "That can't be done with this message.",
    }
}

/// An emoji and whose it is: "👍 by Ada and Ben".
pub fn reaction(emoji: &str, names: &[String]) -> String {
    const NAMED: usize = 8;
    let first: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| isolated(name))
        .collect();
    let rest = names.len().saturating_sub(NAMED);
    let by = match (first.split_last(), rest) {
        (None, _) => return emoji.to_owned(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, before)), 0) => format!("{} and {last}", before.join(", ")),
        (Some(_), rest) => format!("{} and {rest} others", first.join(", ")),
    };
    format!("{emoji} by {by}")
}

/// How much hangs off a message.
pub fn in_thread(count: usize) -> String {
    match count {
        0 => "Thread".to_owned(),
        1 => "1 message in the thread".to_owned(),
        many => format!("{many} messages in the thread"),
    }
}

/// How many people voted.
pub fn voters(voters: usize) -> String {
    match voters {
        0 => "Nobody has voted yet".to_owned(),
        1 => "1 person voted".to_owned(),
        many => format!("{many} people voted"),
    }
}

/// How many chose an option.
pub fn votes(votes: usize, percent: usize) -> String {
    match votes {
        0 => String::new(),
        1 => format!("1 vote, {percent} %"),
        many => format!("{many} votes, {percent} %"),
    }
}

/// Why a message was refused.
pub fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::TooLong => "It is too long for one message. Split it in two.",
        Failure::NotAllowed => "Your role doesn't let you write here.",
        Failure::RelayFull => "The relay has no room left. Your message is kept here.",
        Failure::TooFast => "That was a lot in a short time. Try again in a moment.",
        Failure::Refused => "The relay didn't take it. Your message is kept here.",
    }
}

/// A message was saved, or is not any more.
pub const SAVED: &str = "Saved. Only you can see that";
pub const NOT_SAVED: &str = "Removed from your saved messages";
/// It could not be saved.
pub const SAVED_TOO_MANY: &str =
    "You have saved 500 messages, and there is no room for more. Remove one of them first.";
pub const NO_ROOM_TO_SAVE: &str = "There is no room left to save that.";

/// In the place of a message that was deleted.
pub const REMOVED: &str = "Message deleted";

/// Why a message cannot be read: what is seen at once.
pub fn unreadable(why: Unreadable) -> &'static str {
    match why {
        Unreadable::KeyNotHere => "This message is still locked. Its key is on the way.",
        Unreadable::BeforeJoined => "Written before you joined.",
        Unreadable::SessionRetired => "Locked with a key that was retired before it was written.",
        Unreadable::NotPermitted => "Its author may not write here, so it isn't shown.",
        Unreadable::Damaged => "This message was changed on its way, so it isn't shown.",
        Unreadable::TooNew => "A newer version of Parley wrote this. Reload to read it.",
        Unreadable::TakenAway => {
            "The relay took this message away. Nobody who may delete it asked for that."
        }
        Unreadable::Blocked => "Written by somebody you blocked.",
    }
}

/// Several messages in a row that cannot be read: how many, why, and what is being done.
pub fn locked(locked: &Locked) -> String {
    let sentences: Vec<String> = locked
        .counts()
        .map(|(why, count)| locked_sentence(why, count))
        .collect();
    sentences.join(" ")
}

fn locked_sentence(why: Unreadable, count: usize) -> String {
    let (messages, are, were) = match count {
        1 => ("1 message".to_owned(), "is", "was"),
        _ => (format!("{count} messages"), "are", "were"),
    };
    match why {
        Unreadable::KeyNotHere if count == 1 => {
            "1 message is still locked. Parley is looking for its key.".to_owned()
        }
        Unreadable::KeyNotHere => {
            format!("{messages} are still locked. Parley is looking for their keys.")
        }
        Unreadable::TooNew => {
            format!("{messages} {were} written with a newer version of Parley. Reload to read it.")
        }
        Unreadable::BeforeJoined => format!("{messages} {were} written before you joined."),
        Unreadable::SessionRetired => {
            format!("{messages} {were} locked with a key that was retired before.")
        }
        Unreadable::NotPermitted => {
            format!("{messages} {are} not shown, because the author may not write here.")
        }
        Unreadable::Damaged => {
            format!("{messages} {are} not shown, because somebody changed them on the way.")
        }
        Unreadable::Blocked => format!("{messages} of somebody you blocked."),
        Unreadable::TakenAway => {
            format!(
                "{messages} {were} taken away by the relay, and nobody who may delete them asked for that."
            )
        }
    }
}

/// What helps, or the technical side of it; shown on request.
pub fn locked_detail(why: Unreadable) -> &'static str {
    match why {
        Unreadable::KeyNotHere => {
            "Each message has a key that only members' devices have. Parley asks for it by itself: your vault, your other devices, the author, then other members. You don't have to do anything. It is quickest when one of your other devices, or the author, is online."
        }
        Unreadable::BeforeJoined => {
            "This channel doesn't share what was written before somebody could read it, so no device hands over these keys."
        }
        Unreadable::SessionRetired => {
            "Its author had announced a newer Megolm session before, so this may be somebody else's doing."
        }
        Unreadable::NotPermitted => {
            "The community log doesn't let the author read or write here at any place that the message can belong to."
        }
        Unreadable::Damaged => {
            "Signature, session or place don't fit what the author announced, or the same message stood here before."
        }
        Unreadable::TooNew => "The decrypted message has a kind that this version doesn't know.",
        Unreadable::Blocked => {
            "You can unblock them in the list of people of a conversation with them."
        }
        Unreadable::TakenAway => {
            "Whoever deletes a message signs an order, and the relay keeps it in the message's place. Here it has none, or one that doesn't fit the message or the community log."
        }
    }
}

/// Messages that are missing here, or not in their order.
pub fn gap(gap: &Gap) -> String {
    let Gap { author_name, fault } = gap;
    let author_name = isolated(author_name);
    match fault {
        Fault::Missing(Some(1)) => {
            format!("A message from {author_name} is missing here: the relay kept it back.")
        }
        Fault::Missing(Some(n)) => {
            format!("{n} messages from {author_name} are missing here: the relay kept them back.")
        }
        Fault::Missing(None) => {
            format!("Messages from {author_name} are missing here: the relay kept them back.")
        }
        Fault::OutOfOrder => {
            format!("What {author_name} wrote here is not in the order they wrote it.")
        }
        Fault::Refused => format!(
            "The relay told {author_name} that something above was not sent, and shows it all the same."
        ),
    }
}

/// Messages beyond these are counted, not read aloud.
const ALOUD: usize = 3;
/// Letters of a message that are read aloud by itself.
const ALOUD_LETTERS: usize = 300;

/// New messages, as a screen reader says them.
pub fn announced(messages: &[String]) -> String {
    if messages.len() > ALOUD {
        return format!("{} new messages", messages.len());
    }
    let short = |text: &String| text.chars().take(ALOUD_LETTERS).collect::<String>();
    messages.iter().map(short).collect::<Vec<_>>().join("\n")
}

pub fn event(event: &Event) -> String {
    match event {
        Event::CommunityCreated { by } => format!("{} started this community", isolated(by)),
        Event::Joined { name } => format!("{} joined", isolated(name)),
        Event::GuestCame { name } => format!("{} came into a call as a guest", isolated(name)),
        Event::CameBack { name } => format!("{} is back with new keys", isolated(name)),
        Event::Removed { name, by } => format!("{} removed {}", isolated(by), isolated(name)),
        Event::Renamed { login, name } if login == name => {
            format!("{} has their own name again", isolated(login))
        }
        Event::Renamed { login, name } => {
            format!("{} is called {} now", isolated(login), isolated(name))
        }
        Event::ChannelCreated { channel, by } => {
            format!("{} made #{}", isolated(by), isolated(channel))
        }
        Event::DeviceAdded { name } => format!("{} added a device", isolated(name)),
        Event::GroupAdded { by, names } => {
            format!("{} added {} to this group", isolated(by), list(names))
        }
        Event::GroupLeft { name } => format!("{} left this group", isolated(name)),
        Event::GroupRenamed { by, name } if name.is_empty() => {
            format!("{} took this group's name away", isolated(by))
        }
        Event::GroupRenamed { by, name } => {
            format!("{} named this group {}", isolated(by), isolated(name))
        }
        Event::Called { by, mine, outcome } => called(by, *mine, *outcome),
    }
}

/// What became of a call, as the one who made it and the others read it.
fn called(by: &str, mine: bool, outcome: CallOutcome) -> String {
    let by = isolated(by);
    match (outcome, mine) {
        (CallOutcome::Missed, true) => "You called, and nobody answered".to_owned(),
        (CallOutcome::Missed, false) => format!("Missed call from {by}"),
        (CallOutcome::Declined, true) => "You called, and it was declined".to_owned(),
        (CallOutcome::Declined, false) => format!("Declined call from {by}"),
        (CallOutcome::Lasted(seconds), true) => format!("You called: {}", lasted(seconds)),
        (CallOutcome::Lasted(seconds), false) => format!("{by} called: {}", lasted(seconds)),
    }
}

/// How long something took, in its two largest units.
fn lasted(seconds: u32) -> String {
    let minutes = seconds / 60;
    match (minutes / 60, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {} min", minutes % 60),
    }
}

/// Names in a row.
fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| isolated(name)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{called, lasted, locked};
    use crate::timeline::rows::Locked;
    use crate::timeline::store::{CallOutcome, Unreadable};

    #[test]
    fn a_call_is_said_as_each_of_them_saw_it() {
        assert_eq!(lasted(59), "59 s");
        assert_eq!(lasted(12 * 60 + 40), "12 min");
        assert_eq!(lasted(3_600 + 300), "1 h 5 min");
        let missed = called("Ada", false, CallOutcome::Missed);
        assert!(missed.starts_with("Missed call from"), "{missed}");
        let talked = called("Ada", true, CallOutcome::Lasted(720));
        assert_eq!(talked, "You called: 12 min");
    }

    #[test]
    fn one_line_says_how_many_why_and_what_is_being_done() {
        let mut run = Locked::default();
        for _ in 0..12 {
            run.add(Unreadable::KeyNotHere);
        }
        assert_eq!(
            locked(&run),
            "12 messages are still locked. Parley is looking for their keys."
        );
        run.add(Unreadable::BeforeJoined);
        assert_eq!(
            locked(&run),
            "12 messages are still locked. Parley is looking for their keys. 1 message was written before you joined."
        );
    }
}
