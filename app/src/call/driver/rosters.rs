//! Who is in which voice channel.

use leptos::prelude::{Set, WithUntracked};
use parley_client::{Engine, sorted};
use parley_protocol::community::Community;
use parley_protocol::ids::UserId as UserKey;
use parley_protocol::voice::{Participant as Stay, Roster};

use super::Call;
use super::running::RunningCall;
use super::standing::{show_rules, standing};
use crate::call::store::Participant;
use crate::driver::set_changed::set_changed;
use crate::ids::{ChannelId, DeviceId, UserId};

impl Call {
    /// Shows all rosters, and who is speaking: in my call as heard here, elsewhere as the roster says.
    pub fn show(&mut self, engine: &Engine) {
        if let Some(running) = &mut self.running {
            running.listen(engine);
        }
        let rosters = sorted::map(engine.rosters().map(|roster| shown(engine, roster)));
        set_changed(self.store.rosters, rosters);
        show_rules(self.store.moderation, engine);
        let (_, me) = engine.me();
        let running = self.running.as_deref();
        let speaks =
            |stay: &&Stay| match running.and_then(|running| running.hears_speaking(&stay.device)) {
                _ if stay.device == me => running.is_some_and(RunningCall::speaks),
                Some(heard) => heard && !stay.state.muted,
                None => stay.state.speaking && !stay.state.muted,
            };
        let speaking: Vec<DeviceId> = engine
            .rosters()
            .flat_map(|roster| &roster.participants)
            .filter(speaks)
            .map(|stay| DeviceId::from(stay.device.to_string()))
            .collect();
        if self
            .store
            .speaking
            .with_untracked(|shown| *shown != speaking)
        {
            self.store.speaking.set(speaking);
        }
    }
}

fn shown(engine: &Engine, roster: &Roster) -> (ChannelId, Vec<Participant>) {
    let community = engine.community();
    let (me, _) = engine.me();
    let participant = |stay: &Stay| Participant {
        device: DeviceId::from(stay.device.to_string()),
        user: UserId::from(stay.user.to_string()),
        name: name(community, &stay.user),
        muted: stay.state.muted,
        deafened: stay.state.deafened,
        hand: stay.state.hand,
        camera: stay.state.camera,
        screen: stay.state.screen,
        standing: standing(community, &me, &stay.user, &roster.channel),
    };
    (
        ChannelId::from(roster.channel.to_string()),
        roster.participants.iter().map(participant).collect(),
    )
}

/// What somebody is called. A guest chose their name a moment ago, and it is seen.
fn name(community: &Community, user: &UserKey) -> String {
    let name = community.name_in_call(user).unwrap_or_default();
    if community.guest(user).is_some() {
        format!("{name} · guest")
    } else {
        name.to_owned()
    }
}
