//! The field of the panel: what is typed there is looked for at once. Arrows choose in the list below, Enter takes what is
//! chosen, Tab completes a filter.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::stores::stores;
use crate::ui::reactive::reactive;

/// A field for the list with this id, whose options are called after it, each with its number. `count`: how many there
/// are. `on_enter`: one was chosen. `on_tab`: whether Tab took one.
#[component]
pub(super) fn SearchField(
    list: &'static str,
    #[prop(into)] count: Signal<usize>,
    on_type: Callback<String>,
    on_enter: Callback<()>,
    on_tab: Callback<(), bool>,
) -> impl IntoView {
    let search = stores().search;
    let at = search.at;
    let key = move |event: KeyboardEvent| {
        let count = count.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" if !event.is_composing() => on_enter.run(()),
            "Tab" if !event.shift_key() && on_tab.run(()) => {}
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <input
            type="text"
            id="search-field"
            class="search-field"
            dir="auto"
            role="combobox"
            aria-label="Words to find"
            aria-expanded=reactive(move || if count.get() > 0 { "true" } else { "false" })
            aria-controls=list
            aria-activedescendant=reactive(move || (count.get() > 0).then(|| format!("{list}-{}", at.get())))
            placeholder="Words, or from: in: has: before:"
            autocomplete="off"
            spellcheck="false"
            enterkeyhint="search"
            autofocus
            prop:value=reactive(move || search.typed.get())
            on:input=move |event| on_type.run(event_target_value(&event))
            on:keydown=key
        />
    }
}
