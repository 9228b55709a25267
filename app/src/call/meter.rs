//! How loud one's own microphone is, as a bar that moves.

use leptos::prelude::*;

use super::store::sound::sound;
use crate::stores::stores;
use crate::ui::reactive::{dynamic, reactive};

/// The level of one's own microphone.
#[component]
pub fn LevelMeter() -> impl IntoView {
    let call = stores().call;
    let threshold = sound().threshold;
    let mark = move || format!("{}%", (threshold.get().clamp(0.0, 1.0) * 100.0).round());
    let percent = move || (call.level.get().clamp(0.0, 1.0) * 100.0).round();
    let off = move || call.is_silent();
    let idle = move || call.mine.with(Option::is_none);
    view! {
        <div class="meter" class:off=off>
            <span class="field-label" id="meter-label">"Your microphone"</span>
            <span
                class="meter-track"
                role="meter"
                aria-labelledby="meter-label"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=reactive(move || percent().to_string())
            >
                <span class="meter-fill" style:width=reactive(move || format!("{}%", percent()))></span>
                <span class="meter-mark" style:left=reactive(mark)></span>
            </span>
            <span class="hint">{dynamic(move || if off() { "Your microphone is off." } else if idle() { "In a call, this bar shows how loud you are." } else { "Say something: the bar should move." })}</span>
        </div>
    }
}
