//! Who is in which voice channel.

use std::collections::{HashMap, HashSet};

use leptos::prelude::{Set, WithUntracked};
use parley_client::Engine;
use parley_protocol::voice::{Participant as Stay, Roster};

use super::Voice;
use crate::call::store::Participant;
use crate::ids::{ChannelId, DeviceId, UserId};
use crate::stores::Stores;

/// Shows all rosters, and who is speaking: in my call as heard here, elsewhere as the roster says.
pub fn show(engine: &Engine, stores: Stores, voice: &Voice) {
    let rosters: HashMap<ChannelId, Vec<Participant>> = engine
        .rosters()
        .map(|roster| shown(engine, roster))
        .collect();
    if stores
        .call
        .rosters
        .with_untracked(|shown| *shown != rosters)
    {
        stores.call.rosters.set(rosters);
    }
    let (_, me) = engine.me();
    let speaks = |stay: &&Stay| match voice.hears_speaking(&stay.device) {
        _ if stay.device == me => voice.speaks(),
        Some(heard) => heard && !stay.state.muted,
        None => stay.state.speaking && !stay.state.muted,
    };
    let speaking: HashSet<DeviceId> = engine
        .rosters()
        .flat_map(|roster| &roster.participants)
        .filter(speaks)
        .map(|stay| DeviceId::from(stay.device.to_string()))
        .collect();
    if stores
        .call
        .speaking
        .with_untracked(|shown| *shown != speaking)
    {
        stores.call.speaking.set(speaking);
    }
}

fn shown(engine: &Engine, roster: &Roster) -> (ChannelId, Vec<Participant>) {
    let members = engine.community().members();
    let participant = |stay: &Stay| Participant {
        device: DeviceId::from(stay.device.to_string()),
        user: UserId::from(stay.user.to_string()),
        name: members
            .get(&stay.user)
            .map(|member| member.name.clone())
            .unwrap_or_default(),
        muted: stay.state.muted,
        deafened: stay.state.deafened,
    };
    (
        ChannelId::from(roster.channel.to_string()),
        roster.participants.iter().map(participant).collect(),
    )
}
