//! How those in calls stand in the log, for the screen.

use parley_client::{Engine, sorted};
use parley_protocol::community::{Community, Silence};
use parley_protocol::entry::{CallRules, Permission};
use parley_protocol::ids::{ChannelId, UserId};

use crate::call::store::moderation::{self, ModerationStore, Standing};
use crate::driver::set_changed::set_changed;
use crate::ids;

/// Shows the rules of voice channels that have some.
pub(super) fn show_rules(store: ModerationStore, engine: &Engine) {
    let channels = engine.community().channels().iter();
    let ruled = channels.filter(|(_, channel)| channel.rules != CallRules::default());
    let shown = sorted::map(ruled.map(|(id, channel)| {
        let id = ids::ChannelId::from(id.to_string());
        let CallRules { limit, stage } = channel.rules;
        (id, moderation::CallRules { limit, stage })
    }));
    set_changed(store.rules, shown);
}

/// How somebody stands in a voice channel, as seen by `me`.
pub(super) fn standing(
    community: &Community,
    me: &UserId,
    user: &UserId,
    channel: &ChannelId,
) -> Standing {
    let found = community.channels().get(channel);
    let is_stage = found.is_some_and(|found| found.rules.stage);
    let calls = community.members().get(user).map(|member| member.calls);
    let calls = calls.unwrap_or_default();
    Standing {
        muted: calls.muted,
        deafened: calls.deafened,
        audience: community.silence_of(user, channel) == Some(Silence::Audience),
        speaker: is_stage && found.is_some_and(|found| found.speakers.contains(user)),
        moderated: me != user && community.may_moderate_call_of(me, user),
        lettable: is_stage && me != user && community.may(me, Permission::ModerateCalls),
    }
}
