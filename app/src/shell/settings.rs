//! The pages of the settings, each of its own feature.

use leptos::prelude::*;

use crate::call::devices::AudioDevices;
use crate::call::meter::LevelMeter;
use crate::chunk::chunk;
use crate::settings::appearance::Appearance;
use crate::settings::dialog::SettingsDialog;
use crate::settings::privacy::Privacy;
use crate::settings::store::Section;
use crate::stores::stores;
use crate::ui::lazy::{Draw, lazy};

chunk!(settings: fn settings() -> Draw = settings_view);

fn settings_view() -> Draw {
    draw_settings
}

fn draw_settings() -> AnyView {
    let dialog = stores().view.dialog;
    let close = Callback::new(move |()| dialog.set(None));
    view! { <SettingsDialog on_close=close draw=page/> }.into_any()
}

/// The settings, once they are loaded.
#[component]
pub fn Settings() -> impl IntoView {
    lazy(settings, || ().into_any())
}

fn page(section: Section) -> AnyView {
    match section {
        Section::Appearance => view! { <Appearance/> }.into_any(),
        Section::Sound => view! { <AudioDevices/><LevelMeter/><Privacy/> }.into_any(),
        Section::Account | Section::Security | Section::Devices | Section::Health => ().into_any(),
    }
}
