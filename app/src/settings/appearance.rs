//! Theme, contrast and text size. A choice is seen at once.

use leptos::prelude::*;

use super::store::{Contrast, TextSize, Theme};
use crate::stores::stores;
use crate::ui::reactive::reactive;

/// Three rows of choices.
#[component]
pub fn Appearance() -> impl IntoView {
    let prefs = stores().prefs;
    view! {
        <Choices legend="Colours" name="theme" all=Theme::ALL chosen=prefs.theme text=|theme| match theme {
            Theme::System => "As the system",
            Theme::Dark => "Dark",
            Theme::Light => "Light",
        }/>
        <Choices legend="Contrast" name="contrast" all=Contrast::ALL chosen=prefs.contrast text=|contrast| match contrast {
            Contrast::System => "As the system",
            Contrast::High => "High",
        }/>
        <Choices legend="Text" name="text" all=TextSize::ALL chosen=prefs.text_size text=|size| match size {
            TextSize::Normal => "Normal",
            TextSize::Large => "Large",
            TextSize::Larger => "Larger",
        }/>
    }
}

#[component]
fn Choices<T: Copy + PartialEq + Send + Sync + 'static>(
    legend: &'static str,
    name: &'static str,
    all: &'static [T],
    chosen: RwSignal<T>,
    text: fn(T) -> &'static str,
) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend class="field-label">{legend}</legend>
            {all.iter().map(|value| {
                let value = *value;
                view! {
                    <label class="choice">
                        <input type="radio" name=name prop:checked=reactive(move || chosen.get() == value) on:change=move |_| chosen.set(value)/>
                        <span>{text(value)}</span>
                    </label>
                }
            }).collect_view()}
        </fieldset>
    }
}
