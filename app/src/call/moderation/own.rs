//! In the call bar: why nobody hears me, with the hand to raise; and the way back from a stage.

use leptos::prelude::*;

use super::text;
use crate::call::store::CallIntent;
use crate::call::store::moderation::{ModerationIntent, Silence};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::dynamic;

/// Nothing, as long as I may speak as anybody may.
#[component]
pub fn OwnStanding() -> impl IntoView {
    let store = stores().call.moderation;
    dynamic(move || match store.silence.get() {
        Some(silence) => view! { <Silenced silence=silence/> }.into_any(),
        None if store.on_stage.get() => view! { <OnStage/> }.into_any(),
        None => ().into_any(),
    })
}

#[component]
fn Silenced(silence: Silence) -> impl IntoView {
    let stores = stores();
    let hand = stores.call.moderation.hand;
    let raise = move |_| {
        let raised = !hand.get_untracked();
        stores.actions.send(CallIntent::RaiseHand(raised));
    };
    view! {
        <div class="call-problem">
            <p role="status">{dynamic(move || text::silence(silence, hand.get()))}</p>
            {(silence == Silence::Audience).then(|| view! {
                <button type="button" class="quiet" on:click=raise>
                    <Icon name=IconName::Hand/>
                    {dynamic(move || if hand.get() { "Lower hand" } else { "Raise hand" })}
                </button>
            })}
        </div>
    }
}

#[component]
fn OnStage() -> impl IntoView {
    let stores = stores();
    let step_down = move |_| {
        let channel = stores.call.mine.get_untracked().map(|call| call.channel);
        let me = stores.community.me.get_untracked().map(|me| me.id);
        if let Some((channel, user)) = channel.zip(me) {
            stores.actions.send(ModerationIntent::LetSpeak {
                channel,
                user,
                speaks: false,
            });
        }
    };
    view! {
        <div class="call-problem">
            <p role="status">"You are on the stage: everybody hears you."</p>
            <button type="button" class="quiet" on:click=step_down>"Step down"</button>
        </div>
    }
}
