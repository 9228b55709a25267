//! How encryption is doing: counts of what this browser has, and what the browser says of its storage. Counts only.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use parley_client::Engine;
use parley_client::engine::{ConnectionState, VaultState, VaultTrouble as EngineTrouble};
use parley_client::timeline::{Body, OutboxState, Unreadable as EngineUnreadable};

use crate::platform::persist::Measure;
use crate::security::store::{Stored, Unread, Vault, VaultTrouble};
use crate::stores::Stores;
use crate::timeline::store::Unreadable;

/// Counts.
pub(super) fn show(engine: &mut Engine, stores: Stores) {
    let vault = vault(engine.vault_state());
    let mut readable = 0;
    let mut unsent = 0;
    let mut channels = 0;
    let mut counts = [0; Unreadable::ALL.len()];
    let timelines = engine
        .readable_channels()
        .filter_map(|channel| engine.timeline(&channel));
    for timeline in timelines {
        channels += 1;
        let waits = |item: &&_| !matches!(outbox_state(item), OutboxState::Sent);
        unsent += count(timeline.outbox().filter(waits).count());
        for item in timeline.items() {
            match &item.body {
                Body::Text { .. } | Body::Poll { .. } => readable += 1,
                Body::Relation(_)
                | Body::CustomEmoji(_)
                | Body::Status(_)
                | Body::Void
                | Body::Removed { .. } => {}
                Body::Unreadable { why } => {
                    let why = reason(*why);
                    let place = Unreadable::ALL.iter().position(|it| *it == why);
                    if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
                        *count += 1;
                    }
                }
            }
        }
    }
    let unread = Unreadable::ALL.into_iter().zip(counts);
    let unread = unread
        .filter(|(_, count)| *count > 0)
        .map(|(why, count)| Unread { why, count })
        .collect();
    let (user, _) = engine.me();
    let community = engine.community();
    let shown = stores.security.health;
    let mut health = shown.get_untracked();
    health.readable = readable;
    health.unread = unread;
    health.unsent = unsent;
    health.channels = channels;
    health.log_entries = community.head().seq;
    health.devices = count(community.devices_of(&user).count());
    health.is_held = engine.log_hold().is_some();
    health.is_online = matches!(engine.connection(), ConnectionState::Online);
    let past = engine.past_progress();
    health.kept = past.kept;
    health.all = past.all;
    health.vault = Some(vault);
    health.one_time_keys = engine.one_time_keys();
    health.warnings = count(stores.alerts.all.with_untracked(Vec::len));
    if shown.with_untracked(|before| *before != health) {
        shown.set(health);
    }
}

fn vault(state: VaultState) -> Vault {
    Vault {
        exists: state.exists,
        waiting: count(state.waiting + state.on_way),
        trouble: state.trouble.map(|trouble| match trouble {
            EngineTrouble::Full => VaultTrouble::Full,
            EngineTrouble::Refused => VaultTrouble::Refused,
        }),
    }
}

/// What the browser says.
pub(super) fn stored(measure: Measure) -> Stored {
    Stored {
        is_persistent: measure.is_persistent,
        used: measure.used,
        quota: measure.quota,
    }
}

fn outbox_state(item: &parley_client::timeline::OutboxItem) -> &OutboxState {
    &item.state
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn reason(why: EngineUnreadable) -> Unreadable {
    match why {
        EngineUnreadable::KeyNotHereYet => Unreadable::KeyNotHere,
        EngineUnreadable::BeforeYouJoined => Unreadable::BeforeJoined,
        EngineUnreadable::SessionRetired => Unreadable::SessionRetired,
        EngineUnreadable::NotPermitted => Unreadable::NotPermitted,
        EngineUnreadable::NotAnnounced | EngineUnreadable::Damaged | EngineUnreadable::Repeated => {
            Unreadable::Damaged
        }
        EngineUnreadable::Newer => Unreadable::TooNew,
        EngineUnreadable::TakenAway => Unreadable::TakenAway,
    }
}
