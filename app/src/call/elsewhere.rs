//! I am in a call on another of my devices: it can go on here.

use leptos::prelude::*;

use super::store::{CallIntent, Participant};
use crate::ids::ChannelId;
use crate::stores::{Stores, stores};
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};

/// The voice channel that another device of mine is in, while this one is in none.
pub fn channel(stores: Stores) -> Option<ChannelId> {
    let me = stores.community.me.get()?;
    if stores.call.mine.with(Option::is_some) || !stores.call.is_possible.get() {
        return None;
    }
    let is_other = |one: &Participant| one.user == me.id && one.device != me.device;
    stores.call.rosters.with(|all| {
        let mut found = all.iter();
        let found = found.find(|(_, roster)| roster.iter().any(is_other));
        found.map(|(channel, _)| channel.clone())
    })
}

/// In the place of the call bar.
#[component]
pub fn ContinueHere(channel: ChannelId) -> impl IntoView {
    let stores = stores();
    let name = untrack(|| stores.community.channel(&channel))
        .map(|channel| channel.name)
        .unwrap_or_default();
    let join = move |_| {
        stores.actions.send(CallIntent::JoinVoice(channel.clone()));
    };
    view! {
        <div class="call-bar" role="group" aria-label="Call on another device">
            <p class="call-elsewhere">{format!("You are in {} on another device.", isolated(&name))}</p>
            <button type="button" class="primary" on:click=join>
                <Icon name=IconName::Voice/>
                "Continue here"
            </button>
        </div>
    }
}
