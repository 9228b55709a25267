//! I am in a call on another of my devices: it can go on here.

use leptos::prelude::*;

use super::store::CallIntent;
use crate::ids::ChannelId;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};

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
