//! What is said about each of the engine's warnings. The threat model quotes these sentences, and a test holds
//! it to them.

use parley_client::alert::Alert;

/// What is the matter, without a full stop.
pub(super) fn headline(alert: &Alert) -> &'static str {
    match alert {
        Alert::LogFork { .. } => "This relay shows different people different histories",
        Alert::LogBehind { .. } => "Somebody knows of changes that the relay has not sent here",
        Alert::LogWithheld { .. } => "The relay keeps changes to this community back",
        Alert::LogShorter { .. } => "The relay has forgotten changes to this community",
        Alert::LogInvalid { .. } => "The relay sent something that breaks the community's rules",
        Alert::ChannelShorter | Alert::MailboxShorter => "The relay has lost messages",
        Alert::RefusedButDelivered { .. } => {
            "The relay told you that a message was not sent, and gave it to others"
        }
        Alert::HistoryBroken { .. } => "The relay leaves holes in older messages",
        Alert::ImpossiblePlace => "The relay sent something that makes no sense",
    }
}

/// What it means and what to do. `who` is the member on whose word it rests.
pub(super) fn advice(alert: &Alert, who: &str) -> String {
    match alert {
        Alert::LogFork { .. } => format!(
            "A message from {who} names a history that isn't the one shown here. Don't trust the member list until you have talked to {who} another way."
        ),
        Alert::LogBehind { .. } => format!(
            "A message from {who} names changes that are not here: either the relay keeps them back, or {who} made them up. Your messages wait until this is settled, or until you choose to write anyway."
        ),
        Alert::LogWithheld { .. } => {
            "What you write waits until they come. Ask whoever runs the relay.".to_owned()
        }
        Alert::LogShorter { .. } => {
            "It may have been restored from a backup. This browser still knows them. Ask whoever runs the relay.".to_owned()
        }
        Alert::LogInvalid { .. } => {
            "It was left out. If it happens again, ask whoever runs the relay.".to_owned()
        }
        Alert::ChannelShorter | Alert::MailboxShorter => {
            "It may have been restored from a backup. What you had read is still here. Ask whoever runs the relay.".to_owned()
        }
        Alert::RefusedButDelivered { .. } => format!(
            "{who} has it: either the relay is not to be trusted, or {who} made it up. Before you send it again, ask {who}."
        ),
        Alert::HistoryBroken { .. } => {
            "What it sent was left out. Ask whoever runs the relay.".to_owned()
        }
        Alert::ImpossiblePlace => {
            "It was left out, and the connection was closed. If it happens again, ask whoever runs the relay.".to_owned()
        }
    }
}
