//! Whether the relay can be reached, and how much waits for it.

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;
use parley_client::effect::SignedOut;
use parley_client::engine::ConnectionState;
use parley_client::timeline::{OutboxState, Timeline};
use parley_protocol::ids::DeviceId;

use super::RelayLink;
use crate::connection::store::{ConnectionStore, Held, Link};
use crate::driver::convert::millis;
use crate::driver::set_changed::set_changed;
use crate::platform::clock;

impl RelayLink {
    /// Shows the connection. An attempt after a break still shows as offline, so that the banner does not flicker.
    pub fn show(&mut self, engine: &Engine) {
        let link = match *engine.connection() {
            ConnectionState::Online => {
                self.offline_since = None;
                self.store.obstacle.set(None);
                Link::Online
            }
            ConnectionState::Connecting => match self.offline_since {
                None => Link::Connecting,
                Some(since) => Link::Offline {
                    since,
                    next_try: None,
                },
            },
            ConnectionState::Offline { since, next_try } => {
                let since = *self.offline_since.insert(millis(since));
                Link::Offline {
                    since,
                    next_try: Some(millis(next_try)),
                }
            }
            ConnectionState::SignedOut(SignedOut::Removed) => Link::Out,
            ConnectionState::SignedOut(SignedOut::SessionEnded | SignedOut::Replaced) => {
                let since = *self.offline_since.get_or_insert(millis(clock::now()));
                Link::Offline {
                    since,
                    next_try: None,
                }
            }
        };
        if self.store.link.get_untracked() != link {
            self.store.link.set(link);
        }
    }

    /// Shows how many messages are in the outbox.
    pub fn show_waiting(&self, engine: &Engine) {
        let outboxes = engine
            .readable_channels()
            .filter_map(|channel| engine.timeline(&channel));
        let waiting = outboxes
            .flat_map(Timeline::outbox)
            .filter(|item| matches!(item.state, OutboxState::Waiting | OutboxState::Sending))
            .count();
        if self.store.waiting.get_untracked() != waiting {
            self.store.waiting.set(waiting);
        }
    }
}

/// Shows that messages wait for changes to the community, once that lasts.
pub fn show_hold(engine: &Engine, store: ConnectionStore) {
    let community = engine.community();
    let name = |device: &DeviceId| {
        let device = community.devices().get(device)?;
        let member = community.members().get(&device.user)?;
        Some(member.display_name().to_owned())
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
    set_changed(store.held, held);
}
