//! What stands above or instead of the messages: the channel's beginning, grey bones while loading, a way on after a failure.

use leptos::prelude::*;

use super::store::TimelineIntent;
use crate::ids::ChannelId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, Sign};
use crate::ui::live::{part, when};

/// The top of a channel that is loaded to its start.
#[component]
pub fn Beginning(
    /// Which channel.
    channel: ChannelId,
    /// Nobody has written in it.
    empty: Memo<bool>,
) -> impl IntoView {
    let stores = stores();
    let name = move || {
        stores
            .community
            .channel(&channel)
            .map(|c| c.name)
            .unwrap_or_default()
    };
    let alone = Memo::new(move |_| stores.people.members.with(|all| all.len() < 2));
    view! {
            <div class="beginning">
                <span class="beginning-sign"><Icon sign=Sign::Hash/></span>
                <h2>{part(move || format!("This is the beginning of #{}", isolated(&name())))}</h2>
                {when(move || empty.get(), move || view! {
                    <p>"Nobody has written here yet. Say hello below."</p>
    })}
                <p>"What is written here can be read by its members, and by nobody else: not even by whoever runs the relay."</p>
                {when(move || alone.get() && stores.community.powers.get().invite, move || view! {
                    <button type="button" class="primary" on:click=move |_| stores.view.dialog.set(Some(Dialog::Invite))>
                        <Icon sign=Sign::Invite/>
                        "Invite somebody"
                    </button>
    })}
            </div>
        }
}

/// The shape of messages that are on their way.
#[component]
pub fn LoadingLines() -> impl IntoView {
    view! {
        <div class="bones" role="status" aria-label="Loading messages">
            <span class="bone short"></span>
            <span class="bone"></span>
            <span class="bone long"></span>
            <span class="bone short"></span>
            <span class="bone long"></span>
            <span class="bone"></span>
        </div>
    }
}

/// The messages could not be loaded.
#[component]
pub fn NotLoaded(
    /// Why, in plain words.
    words: String,
    /// Which channel.
    channel: ChannelId,
) -> impl IntoView {
    let actions = stores().actions;
    view! {
        <div class="list-problem" role="alert">
            <p>{words}</p>
            <button type="button" class="quiet" on:click=move |_| actions.send(TimelineIntent::ReloadChannel(channel.clone()))>
                "Try again"
            </button>
        </div>
    }
}
