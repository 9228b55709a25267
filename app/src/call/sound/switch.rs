//! One of the choices about sound: read, changed, and as a line to switch on and off.

use leptos::prelude::*;

use crate::call::store::CallIntent;
use crate::call::store::sound::{SoundChoices, SoundIntent, sound};
use crate::stores::stores;
use crate::ui::reactive::reactive;

/// Changes some of the choices.
pub(super) fn choose(change: impl FnOnce(&mut SoundChoices)) {
    let mut choices = sound().choices.get_untracked();
    change(&mut choices);
    let intent = SoundIntent::Choose(Box::new(choices));
    stores().actions.send(CallIntent::Sound(intent));
}

/// One of the choices, for what is shown.
pub(super) fn chosen<T: Clone + PartialEq + Send + Sync + 'static>(
    read: fn(&SoundChoices) -> T,
) -> Memo<T> {
    let choices = sound().choices;
    Memo::new(move |_| choices.with(read))
}

/// A choice that is on or off, and what that means.
#[component]
pub(super) fn Switch(
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    is_on: fn(&SoundChoices) -> bool,
    set: fn(&mut SoundChoices, bool),
    /// It means nothing now.
    #[prop(optional, into)]
    off: Option<Signal<bool>>,
) -> impl IntoView {
    let on = chosen(is_on);
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=reactive(move || on.get())
                prop:disabled=reactive(move || off.is_some_and(|off| off.get()))
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    choose(|choices| set(choices, on));
                }
            />
            <span>{label}</span>
        </label>
        {(!hint.is_empty()).then(|| view! { <p class="hint check-hint">{hint}</p> })}
    }
}
