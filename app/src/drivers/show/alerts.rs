//! The engine's warnings about the relay, as the page says them.

use leptos::prelude::WithUntracked;
use parley_client::Engine;
use parley_client::alert::Alert as Warning;

use crate::stores::Stores;
use crate::stores::community::Alert;

/// Shows each warning that was not dismissed since the page opened.
pub(super) fn show(engine: &Engine, stores: Stores, dismissed: &[Alert]) {
    for warning in engine.alerts() {
        let alert = alert(engine, warning);
        let is_new = stores
            .community
            .alerts
            .with_untracked(|all| !all.contains(&alert));
        if is_new && !dismissed.contains(&alert) {
            stores.community.alert(alert);
        }
    }
}

fn alert(engine: &Engine, warning: &Warning) -> Alert {
    let community = engine.community();
    let refused = |detail: String| Alert::RelayRefused { detail };
    match *warning {
        Warning::LogFork { seen_by, seq } => {
            let device = seen_by.and_then(|device| community.devices().get(&device));
            let member = device.and_then(|device| community.members().get(&device.user));
            let with = member.map_or_else(|| "the relay".to_owned(), |member| member.name.clone());
            let here = community
                .hash_at(seq)
                .map_or_else(|| "nothing".to_owned(), |hash| hash.to_string());
            Alert::LogFork {
                with,
                detail: format!("Entry {seq} has the hash {here} here, and another one there."),
            }
        }
        Warning::LogShorter { seq } => {
            let known = community.head().seq;
            refused(format!(
                "The relay's log ends at entry {seq}; this browser knows it up to {known}."
            ))
        }
        Warning::LogInvalid { seq, rejection } => {
            refused(format!("Entry {seq} of the log: {rejection}."))
        }
        Warning::ChannelShorter => refused("A channel has fewer messages than it had.".to_owned()),
        Warning::MailboxShorter => {
            refused("The mailbox of this browser has less in it than it had.".to_owned())
        }
        Warning::LogWithheld { seq } => {
            let known = community.head().seq;
            refused(format!(
                "The relay says that the log has {seq} entries, and sends only {known}."
            ))
        }
        Warning::RefusedButDelivered { channel, told_by } => {
            let device = community.devices().get(&told_by);
            let member = device.and_then(|device| community.members().get(&device.user));
            let by = member.map_or("somebody", |member| member.name.as_str());
            let name = community
                .channels()
                .get(&channel)
                .map_or("a channel", |channel| channel.details.name.as_str());
            refused(format!(
                "In {name} the relay shows something of yours that it told you was not sent. {by} has it."
            ))
        }
        Warning::HistoryBroken { channel } => {
            let name = community
                .channels()
                .get(&channel)
                .map_or("a channel", |channel| channel.details.name.as_str());
            refused(format!(
                "The relay leaves holes in older messages of {name}."
            ))
        }
        Warning::ImpossiblePlace => {
            refused("The relay numbers things in a way that cannot be.".to_owned())
        }
    }
}
