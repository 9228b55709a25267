//! Mute and deafen. Their labels say what a press does; `aria-pressed` would say it twice.

use leptos::prelude::*;

use super::store::CallIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// "Mute microphone" or "Unmute microphone".
#[component]
pub fn MuteButton() -> impl IntoView {
    let stores = stores();
    let off = Memo::new(move |_| stores.call.is_silent());
    let label = move || {
        if off.get() {
            "Unmute microphone"
        } else {
            "Mute microphone"
        }
    };
    view! {
        <button
            type="button"
            class="icon-button toggle"
            class:off=reactive(move || off.get())
            aria-label=label
            disabled=reactive(move || stores.call.moderation.silence.get().is_some())
            title=reactive(move || format!("{} (Ctrl+Shift+M)", label()))
            on:click=move |_| stores.actions.send(CallIntent::SetMuted(!off.get_untracked()))
        >
            {dynamic(move || view! { <Icon name=if off.get() { IconName::MicOff } else { IconName::Mic }/> })}
        </button>
    }
}

/// "Deafen" or "Undeafen".
#[component]
pub fn DeafenButton() -> impl IntoView {
    let stores = stores();
    let off = stores.call.deafened;
    let label = move || if off.get() { "Undeafen" } else { "Deafen" };
    view! {
        <button
            type="button"
            class="icon-button toggle"
            class:off=reactive(move || off.get())
            aria-label=label
            title=reactive(move || format!("{} (Ctrl+Shift+D)", label()))
            on:click=move |_| stores.actions.send(CallIntent::SetDeafened(!off.get_untracked()))
        >
            {dynamic(move || view! { <Icon name=if off.get() { IconName::HearOff } else { IconName::Hear }/> })}
        </button>
    }
}
