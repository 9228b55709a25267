//! A line of text with its label.

use crate::ui::reactive::{dynamic, reactive};
use leptos::prelude::*;

/// A labelled line of text.
#[component]
pub fn TextField(
    /// Its name in the page.
    id: &'static str,
    /// What it asks for.
    label: &'static str,
    value: RwSignal<String>,
    /// For the browser's own help: `username`, `off`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// A word of advice below.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong with it.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// The longest text, in characters.
    #[prop(default = 64)]
    max: u32,
    /// It has the focus when the page opens.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <input
                id=id
                name=id
                type="text"
                dir="auto"
                maxlength=max.to_string()
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                autofocus=first
                prop:value=reactive(move || value.get())
                aria-describedby=hint_id.clone()
                aria-invalid=reactive(move || problem.get().is_some().then_some("true"))
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p id=hint_id class="hint" class:problem=reactive(move || problem.get().is_some())>
                {dynamic(move || problem.get().unwrap_or_else(|| hint.to_owned()))}
            </p>
        </div>
    }
}
