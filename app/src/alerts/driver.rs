//! The engine's warnings, as the page says them.

mod warnings;

use leptos::prelude::Update;
use parley_client::Engine;
use parley_client::alert::{Alert as Warning, Noted};
use parley_protocol::ids::ChannelId;

use super::store::{Alert, AlertIntent};
use crate::stores::Stores;
use crate::ui::direction::isolated;

/// Shows the engine's warnings in place of those that are shown.
pub fn show(engine: &Engine, stores: Stores) {
    let warnings: Vec<Alert> = engine
        .alerts()
        .iter()
        .map(|noted| alert(engine, noted))
        .collect();
    stores.alerts.all.update(|all| {
        all.retain(|alert| !matches!(alert, Alert::Warning { .. }));
        all.extend(warnings);
    });
}

/// An alert was read.
pub fn handle_intent(intent: AlertIntent, stores: Stores, engine: &mut Engine) {
    let AlertIntent::DismissAlert(alert) = intent;
    stores.alerts.dismiss(&alert);
    if let Some(warning) = behind(engine, &alert) {
        engine.dismiss_alert(&warning);
    }
}

/// The engine's warning behind one that is shown.
fn behind(engine: &Engine, shown: &Alert) -> Option<Warning> {
    let mut noted = engine.alerts().iter();
    noted
        .find(|noted| alert(engine, noted) == *shown)
        .map(|noted| noted.alert)
}

fn alert(engine: &Engine, noted: &Noted) -> Alert {
    let member = noted.user.as_ref();
    let member = member.and_then(|user| engine.community().members().get(user));
    let who = member.map_or_else(
        || "the relay".to_owned(),
        |member| isolated(member.display_name()),
    );
    let times = match noted.times {
        0 | 1 => String::new(),
        times => format!(" This happened {times} times."),
    };
    Alert::Warning {
        headline: warnings::headline(&noted.alert),
        advice: warnings::advice(&noted.alert, &who),
        detail: format!("{}{times}", detail(engine, &noted.alert)),
    }
}

fn detail(engine: &Engine, warning: &Warning) -> String {
    let community = engine.community();
    match *warning {
        Warning::LogFork { seq, .. } => {
            let here = community
                .hash_at(seq)
                .map_or_else(|| "nothing".to_owned(), |hash| hash.to_string());
            format!("Entry {seq} has the hash {here} here, and another one there.")
        }
        Warning::LogBehind { seq, .. } => {
            let known = community.head().seq;
            format!("A message names entry {seq}; the log ends at {known} here.")
        }
        Warning::LogShorter { seq } => {
            let known = community.head().seq;
            format!("The relay's log ends at entry {seq}; this browser knows it up to {known}.")
        }
        Warning::LogInvalid { seq, rejection } => format!("Entry {seq} of the log: {rejection}."),
        Warning::ChannelShorter => "A channel has fewer messages than it had.".to_owned(),
        Warning::MailboxShorter => {
            "The mailbox of this browser has less in it than it had.".to_owned()
        }
        Warning::LogWithheld { seq } => {
            let known = community.head().seq;
            format!("The relay says that the log has {seq} entries, and sends only {known}.")
        }
        Warning::RefusedButDelivered { channel, .. } => format!(
            "In {} the relay shows something of yours that it told you was not sent.",
            channel_name(engine, &channel)
        ),
        Warning::HistoryBroken { channel } => format!(
            "The relay leaves holes in older messages of {}.",
            channel_name(engine, &channel)
        ),
        Warning::ImpossiblePlace => "The relay numbers things in a way that cannot be.".to_owned(),
    }
}

fn channel_name(engine: &Engine, channel: &ChannelId) -> String {
    let found = engine.community().channels().get(channel);
    found.map_or_else(
        || "a channel".to_owned(),
        |channel| isolated(&channel.details.name),
    )
}
