//! When the microphone is open: by itself for whoever speaks, or while a key is held.

use leptos::prelude::*;

use super::keys::Button;
use super::switch::{Switch, choose, chosen};
use crate::call::store::CallIntent;
use crate::call::store::sound::{HeldKey, SoundIntent, sound};
use crate::stores::stores;
use crate::ui::reactive::{dynamic, reactive, show_when};

/// What the threshold is when one begins to set it by hand, in decibels.
const FIRST_GATE: i32 = -50;
const QUIETEST: i32 = -80;
const LOUDEST: i32 = -10;
/// How long a key may count as held, in milliseconds.
const LONGEST: u32 = 2_000;

#[component]
pub(super) fn Talking() -> impl IntoView {
    let by_key = chosen(|choices| choices.push_to_talk);
    view! {
        <section class="matter voice-part">
            <h4>"How you talk"</h4>
            <fieldset class="choices">
                <legend class="field-label">"Your microphone is open"</legend>
                <Way label="When I speak" by_key=false chosen=by_key/>
                <Way label="While I hold a key" by_key=true chosen=by_key/>
            </fieldset>
            {show_when(move || by_key.get(), || view! { <ByKey/> })}
            {show_when(move || !by_key.get(), || view! { <ByVoice/> })}
            <KeyChoice key=HeldKey::Mute label="Key that mutes while it is held" read=|choices| choices.mute_key.clone() forget=|choices| choices.mute_key.clear()/>
            <Switch
                label="Begin every call with the microphone off"
                is_on=|choices| choices.join_muted
                set=|choices, on| choices.join_muted = on
            />
            <p class="hint">"Ctrl+Shift+M mutes and Ctrl+Shift+D deafens, wherever the focus is."</p>
        </section>
    }
}

#[component]
fn Way(label: &'static str, by_key: bool, chosen: Memo<bool>) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="radio"
                name="talk"
                prop:checked=reactive(move || chosen.get() == by_key)
                on:change=move |_| choose(|choices| choices.push_to_talk = by_key)
            />
            <span>{label}</span>
        </label>
    }
}

#[component]
fn ByVoice() -> impl IntoView {
    let gate = chosen(|choices| choices.gate);
    let set = move |event| {
        if let Ok(decibels) = event_target_value(&event).parse::<i32>() {
            choose(|choices| choices.gate = Some(decibels.clamp(QUIETEST, LOUDEST)));
        }
    };
    view! {
        <Switch
            label="Find out by itself when I speak"
            hint="It follows how loud your room is. The mark in the bar above shows from where on you are heard."
            is_on=|choices| choices.gate.is_none()
            set=|choices, on| choices.gate = (!on).then_some(FIRST_GATE)
        />
        {show_when(move || gate.get().is_some(), move || view! {
            <label class="field">
                <span class="field-label">"Heard from this loudness on"</span>
                <span class="range">
                    <input
                        type="range"
                        min=QUIETEST.to_string()
                        max=LOUDEST.to_string()
                        step="1"
                        prop:value=reactive(move || gate.get().unwrap_or(FIRST_GATE).to_string())
                        aria-valuetext=reactive(move || format!("{} decibels", gate.get().unwrap_or(FIRST_GATE)))
                        on:input=set
                    />
                    <span class="range-figure" aria-hidden="true">{dynamic(move || format!("{} dB", gate.get().unwrap_or(FIRST_GATE)))}</span>
                </span>
            </label>
        })}
    }
}

#[component]
fn ByKey() -> impl IntoView {
    let release = chosen(|choices| choices.release_ms);
    let set = move |event| {
        if let Ok(milliseconds) = event_target_value(&event).parse::<u32>() {
            choose(|choices| choices.release_ms = milliseconds.min(LONGEST));
        }
    };
    view! {
        <KeyChoice key=HeldKey::Talk label="Key to talk" read=|choices| choices.talk_key.clone() forget=|choices| choices.talk_key.clear()/>
        <label class="field">
            <span class="field-label">"Goes on after letting go"</span>
            <span class="range">
                <input
                    type="range"
                    min="0"
                    max=LONGEST.to_string()
                    step="50"
                    prop:value=reactive(move || release.get().to_string())
                    aria-valuetext=reactive(move || format!("{} milliseconds", release.get()))
                    on:input=set
                />
                <span class="range-figure" aria-hidden="true">{dynamic(move || format!("{} ms", release.get()))}</span>
            </span>
        </label>
        <p class="hint">"A page hears keys only while its window is in front: in a game or another tab your key does nothing here."</p>
    }
}

#[component]
fn KeyChoice(
    key: HeldKey,
    label: &'static str,
    read: fn(&crate::call::store::sound::SoundChoices) -> String,
    forget: fn(&mut crate::call::store::sound::SoundChoices),
) -> impl IntoView {
    let actions = stores().actions;
    let learning = sound().learning;
    let button = chosen(read);
    let bound = Memo::new(move |_| Button::parse(&button.get()));
    let is_learning = Memo::new(move |_| learning.get() == Some(key));
    let learn = move |_| {
        let next = (!is_learning.get_untracked()).then_some(key);
        actions.send(CallIntent::Sound(SoundIntent::Learn(next)));
    };
    let called = move || match bound.get() {
        _ if is_learning.get() => "Press a key or mouse button…".to_owned(),
        Some(button) => button.name(),
        None => "None yet".to_owned(),
    };
    let name = move || format!("{label}: {}", called());
    view! {
        <div class="field">
            <span class="field-label">{label}</span>
            <span class="button-row">
                <button type="button" class="quiet key-choice" class:learning=reactive(move || is_learning.get()) aria-label=reactive(name) on:click=learn>
                    {dynamic(called)}
                </button>
                {show_when(move || bound.with(Option::is_some) && !is_learning.get(), move || view! {
                    <button type="button" class="quiet" aria-label=format!("No {}", label.to_lowercase()) on:click=move |_| choose(forget)>"Take away"</button>
                })}
            </span>
            {show_when(move || bound.with(|it| it.as_ref().is_some_and(Button::types)), || view! {
                <span class="hint">"This key also types. While you write, it does nothing else."</span>
            })}
        </div>
    }
}
