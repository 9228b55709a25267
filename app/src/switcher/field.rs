//! The field above a list of what fits: what is typed narrows the list, arrows choose in it.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::ui::reactive::reactive;

/// A field for the list with this id, whose options are called after it, each with its number. `typed`: what stands in
/// it. `at`: the number of the chosen option. `on_enter`: Enter was pressed.
#[component]
pub fn ChoiceField(
    list: &'static str,
    label: &'static str,
    typed: RwSignal<String>,
    at: RwSignal<usize>,
    #[prop(into)] count: Signal<usize>,
    on_enter: Callback<()>,
) -> impl IntoView {
    let key = move |event: KeyboardEvent| {
        let count = count.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => on_enter.run(()),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <input
            type="text"
            class="switcher-field"
            role="combobox"
            aria-label=label
            aria-expanded="true"
            aria-controls=format!("{list}-list")
            aria-activedescendant=reactive(move || format!("{list}-{}", at.get()))
            placeholder=label
            autocomplete="off"
            spellcheck="false"
            autofocus
            prop:value=reactive(move || typed.get())
            on:input=move |event| {
                typed.set(event_target_value(&event));
                at.set(0);
            }
            on:keydown=key
        />
    }
}
