//! Camera and screen: their labels say what a press does.

use leptos::prelude::*;

use crate::call::store::CallIntent;
use crate::call::store::pictures::{Giving, PictureIntent, pictures};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive, show_when};

/// "Turn on camera", which shows a preview first, or "Turn off camera".
#[component]
pub(in crate::call) fn CameraButton() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let on = Memo::new(move |_| store.camera.get() == Giving::On);
    let label = move || {
        if on.get() {
            "Turn off camera"
        } else {
            "Turn on camera"
        }
    };
    let press = move |_| {
        let intent = if on.get_untracked() {
            PictureIntent::TurnCameraOff
        } else {
            stores.call.stage_shown.set(true);
            PictureIntent::OpenPreview
        };
        stores.actions.send(CallIntent::Picture(intent));
    };
    view! {
        <button
            type="button"
            class="icon-button toggle"
            class:on=reactive(move || on.get())
            aria-label=label
            disabled=reactive(move || stores.call.moderation.is_audience())
            title=label
            on:click=press
        >
            {dynamic(move || view! { <Icon name=if on.get() { IconName::Camera } else { IconName::CameraOff }/> })}
        </button>
    }
}

/// "Share screen" or "Stop sharing", where the browser can do it.
#[component]
pub(in crate::call) fn ScreenButton() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let on = Memo::new(move |_| store.screen.get() == Giving::On);
    let label = move || {
        if on.get() {
            "Stop sharing"
        } else {
            "Share screen"
        }
    };
    let press = move |_| {
        let intent = if on.get_untracked() {
            PictureIntent::StopSharing
        } else {
            PictureIntent::ShareScreen
        };
        stores.actions.send(CallIntent::Picture(intent));
    };
    show_when(
        move || store.can_share.get(),
        move || {
            view! {
                <button
                    type="button"
                    class="icon-button toggle"
                    class:on=reactive(move || on.get())
                    aria-label=label
                    disabled=reactive(move || stores.call.moderation.is_audience())
                    title=label
                    on:click=press
                >
                    <Icon name=IconName::Screen/>
                </button>
            }
        },
    )
}
