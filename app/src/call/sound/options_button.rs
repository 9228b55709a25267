//! The way from a call to the settings about voice.

use leptos::prelude::*;

use crate::settings::store::Section;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};

#[component]
pub fn VoiceOptionsButton() -> impl IntoView {
    let view = stores().view;
    view! {
        <button type="button" class="quiet" on:click=move |_| view.open_settings(Some(Section::Sound))>
            <Icon name=IconName::Voice/>
            "Voice options"
        </button>
    }
}
