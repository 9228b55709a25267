//! Whether the relay can be reached, and how much waits for it.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::timeline::{OutboxState, Timeline};
use parley_protocol::ids::DeviceId;

use crate::connection::store::{Held, Link};
use crate::platform::clock;
use crate::shell::driver::screen::millis;
use crate::stores::Stores;

/// Shows the connection. An attempt after a break still shows as offline, so that the banner does not flicker.
pub fn show(engine: &Engine, stores: Stores, offline_since: &mut Option<f64>) {
    let link = match *engine.connection() {
        ConnectionState::Online => {
            *offline_since = None;
            stores.connection.sockets_blocked.set(false);
            Link::Online
        }
        ConnectionState::Connecting => match *offline_since {
            None => Link::Connecting,
            Some(since) => Link::Offline {
                since,
                next_try: None,
            },
        },
        ConnectionState::Offline { since, next_try } => {
            let since = *offline_since.insert(millis(since));
            Link::Offline {
                since,
                next_try: Some(millis(next_try)),
            }
        }
        ConnectionState::SignedOut(_) => {
            let since = *offline_since.get_or_insert(millis(clock::now()));
            Link::Offline {
                since,
                next_try: None,
            }
        }
    };
    if stores.connection.link.get_untracked() != link {
        stores.connection.link.set(link);
    }
}

/// Shows that messages wait for changes to the community, once that lasts.
pub fn show_hold(engine: &Engine, stores: Stores) {
    let community = engine.community();
    let name = |device: &DeviceId| {
        let device = community.devices().get(device)?;
        let member = community.members().get(&device.user)?;
        Some(member.name.clone())
    };
    let held = engine.log_hold().filter(|hold| hold.lasts).map(|hold| {
        let mut by: Vec<String> = Vec::new();
        for name in hold.devices.iter().filter_map(name) {
            if !by.contains(&name) {
                by.push(name);
            }
        }
        Held { by }
    });
    if stores
        .connection
        .held
        .with_untracked(|shown| *shown != held)
    {
        stores.connection.held.set(held);
    }
}

/// Shows how many messages are in the outbox.
pub fn show_waiting(engine: &Engine, stores: Stores) {
    let outboxes = engine
        .readable_channels()
        .filter_map(|channel| engine.timeline(&channel));
    let waiting = outboxes
        .flat_map(Timeline::outbox)
        .filter(|item| matches!(item.state, OutboxState::Waiting | OutboxState::Sending))
        .count();
    if stores.connection.waiting.get_untracked() != waiting {
        stores.connection.waiting.set(waiting);
    }
}
