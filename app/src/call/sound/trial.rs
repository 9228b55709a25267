//! The test of the microphone: a button that records some seconds and plays them back.

use leptos::prelude::*;

use crate::call::store::CallIntent;
use crate::call::store::sound::{SoundIntent, Trial, sound};
use crate::call::text;
use crate::stores::stores;
use crate::ui::reactive::dynamic;

#[component]
pub(super) fn MicrophoneTrial() -> impl IntoView {
    let actions = stores().actions;
    let trial = sound().trial;
    let state = Memo::new(move |_| trial.get());
    let press = move |_| {
        let on = !matches!(state.get_untracked(), Trial::Recording | Trial::Playing);
        actions.send(CallIntent::Sound(SoundIntent::Try(on)));
    };
    view! {
        <div class="microphone-trial">
            <button type="button" class="quiet" on:click=press>
                {dynamic(move || match state.get() {
                    Trial::Recording => "Enough, play it",
                    Trial::Playing => "Stop playing",
                    Trial::Idle | Trial::Failed(_) => "Hear yourself",
                })}
            </button>
            <span class="hint" role="status">
                {dynamic(move || match state.get() {
                    Trial::Recording => "Say something. After five seconds you hear it as others would.",
                    Trial::Playing => "This is how you sound.",
                    Trial::Idle => "Records five seconds, plays them back, and keeps nothing.",
                    Trial::Failed(problem) => text::problem(problem),
                })}
            </span>
        </div>
    }
}
