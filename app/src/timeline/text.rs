//! What is said about messages that are waiting, refused, unreadable or missing, and about what happened.

use super::rows::Locked;
use super::store::{Delivery, Event, Failure, Fault, Gap, Unreadable};
use crate::ui::direction::isolated;

/// The state of a message of mine; nothing is said of one that arrived.
pub fn delivery(delivery: &Delivery) -> Option<&'static str> {
    match delivery {
        Delivery::Waiting => Some("Waiting for the relay"),
        Delivery::Sending => Some("Sending"),
        Delivery::Sent => None,
        Delivery::Failed(_) => Some("Not sent"),
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
        Unreadable::TakenAway => "The relay took this message away. Nobody who may delete it asked for that.",
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
        Unreadable::TakenAway => {
            format!("{messages} {were} taken away by the relay, and nobody who may delete them asked for that.")
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

pub fn event(event: &Event) -> String {
    match event {
        Event::CommunityCreated { by } => format!("{} started this community", isolated(by)),
        Event::Joined { name } => format!("{} joined", isolated(name)),
        Event::CameBack { name } => format!("{} is back with new keys", isolated(name)),
        Event::Removed { name, by } => format!("{} removed {}", isolated(by), isolated(name)),
        Event::ChannelCreated { channel, by } => {
            format!("{} made #{}", isolated(by), isolated(channel))
        }
        Event::DeviceAdded { name } => format!("{} added a device", isolated(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::locked;
    use crate::timeline::rows::Locked;
    use crate::timeline::store::Unreadable;

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
