//! The line below the tiles: microphone, ears, camera, screen, and the way out.

use leptos::prelude::*;

use super::toggles::{CameraButton, ScreenButton};
use crate::call::buttons::{DeafenButton, MuteButton};
use crate::call::store::CallIntent;
use crate::call::store::pictures::{Giving, PictureIntent, ScreenContent, pictures};
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{reactive, show_when};

/// What one does most in a call.
#[component]
pub(super) fn Controls() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    view! {
        <div class="stage-controls" role="toolbar" aria-label="What you give and hear">
            <MuteButton/>
            <DeafenButton/>
            <CameraButton/>
            {show_when(move || store.camera.get() == Giving::On, move || view! {
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Choose how you are seen"
                    title="Choose how you are seen"
                    on:click=move |_| stores.actions.send(CallIntent::Picture(PictureIntent::OpenPreview))
                >
                    <Icon name=IconName::Settings/>
                </button>
            })}
            <ScreenButton/>
            {show_when(move || store.screen.get() == Giving::On, || view! { <ContentChoice/> })}
            <button
                type="button"
                class="icon-button hang-up"
                aria-label="Leave call"
                title="Leave call"
                on:click=move |_| stores.actions.send(CallIntent::LeaveVoice)
            >
                <Icon name=IconName::HangUp/>
            </button>
        </div>
    }
}

/// What matters more in the screen that is shared.
#[component]
fn ContentChoice() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let choose = move |event| {
        let content = if event_target_value(&event) == "motion" {
            ScreenContent::Motion
        } else {
            ScreenContent::Detail
        };
        let intent = PictureIntent::SetContent(content);
        stores.actions.send(CallIntent::Picture(intent));
    };
    let is = move |content| reactive(move || store.content.get() == content);
    view! {
        <label class="stage-choice">
            <span class="unseen">"What you share is"</span>
            <select on:change=choose>
                <option value="detail" selected=is(ScreenContent::Detail)>"Sharp text"</option>
                <option value="motion" selected=is(ScreenContent::Motion)>"Smooth motion"</option>
            </select>
        </label>
    }
}
