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
    let stage_shown = stores().call.stage_shown;
    let begin = move || {
        stage_shown.set(true);
        PictureIntent::OpenPreview
    };
    view! {
        <Toggle
            state=pictures().camera
            labels=["Turn on camera", "Turn off camera"]
            icons=[IconName::CameraOff, IconName::Camera]
            begin
            end=PictureIntent::TurnCameraOff
        />
    }
}

/// "Share screen" or "Stop sharing", where the browser can do it.
#[component]
pub(in crate::call) fn ScreenButton() -> impl IntoView {
    let store = pictures();
    show_when(
        move || store.can_share.get(),
        move || {
            view! {
                <Toggle
                    state=store.screen
                    labels=["Share screen", "Stop sharing"]
                    icons=[IconName::Screen, IconName::Screen]
                    begin=|| PictureIntent::ShareScreen
                    end=PictureIntent::StopSharing
                />
            }
        },
    )
}

/// What is given or not. Labels and icons: for off, and for on.
#[component]
fn Toggle(
    state: RwSignal<Giving>,
    labels: [&'static str; 2],
    icons: [IconName; 2],
    begin: impl Fn() -> PictureIntent + 'static,
    end: PictureIntent,
) -> impl IntoView {
    let stores = stores();
    let on = Memo::new(move |_| state.get() == Giving::On);
    let [label_off, label_on] = labels;
    let label = move || if on.get() { label_on } else { label_off };
    let [icon_off, icon_on] = icons;
    let press = move |_| {
        let intent = if on.get_untracked() {
            end.clone()
        } else {
            begin()
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
            {dynamic(move || view! { <Icon name=if on.get() { icon_on } else { icon_off }/> })}
        </button>
    }
}
