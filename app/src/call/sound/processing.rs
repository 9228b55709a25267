//! What is done to one's own sound before it is sent.

use leptos::prelude::*;

use super::switch::{Switch, choose, chosen};
use crate::call::store::sound::{Noise, SoundChoices};
use crate::ui::reactive::reactive;

#[component]
pub(super) fn Processing() -> impl IntoView {
    let noise = chosen(SoundChoices::noise);
    let music = chosen(|choices| choices.music);
    let pick = move |event| {
        let noise = Noise::parse(&event_target_value(&event));
        choose(|choices| choices.set_noise(noise));
    };
    view! {
        <section class="matter voice-part">
            <h4>"Your sound"</h4>
            <label class="field">
                <span class="field-label">"Noise suppression"</span>
                <select on:change=pick prop:disabled=reactive(move || music.get())>
                    {Noise::ALL.map(|one| view! {
                        <option value=one.as_str() selected=reactive(move || noise.get() == one)>{named(one)}</option>
                    }).collect_view()}
                </select>
                <span class="hint">"Strong takes out typing and fans too. It makes your sound a hundredth of a second later."</span>
            </label>
            <Switch
                label="Echo cancellation"
                hint="Takes out what your loudspeaker plays. Without headphones, leave it on."
                is_on=|choices| choices.echo
                set=|choices, on| choices.echo = on
                off=music
            />
            <Switch
                label="Automatic loudness"
                hint="Makes you louder when you are quiet."
                is_on=|choices| choices.gain
                set=|choices, on| choices.gain = on
                off=music
            />
            <Switch
                label="Music mode"
                hint="For instruments and recordings: both channels and more detail, and nothing is done to the sound. Wear headphones."
                is_on=|choices| choices.music
                set=|choices, on| choices.music = on
            />
        </section>
    }
}

fn named(noise: Noise) -> &'static str {
    match noise {
        Noise::Browser => "The browser's",
        Noise::Strong => "Strong",
        Noise::Off => "Off",
    }
}
