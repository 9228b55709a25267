//! A password with its label, and a way to look at it.

use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};
use leptos::prelude::*;

/// A labelled password.
#[component]
pub fn PasswordField(
    /// Its name in the page.
    id: &'static str,
    /// What it asks for.
    label: &'static str,
    value: RwSignal<String>,
    /// `new-password` or `current-password`.
    autocomplete: &'static str,
    /// What is wrong with it.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// A word of advice below.
    #[prop(optional, into)]
    hint: Signal<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <div class="field-with-button">
                <input
                    id=id
                    name=id
                    type=reactive(move || if shown.get() { "text" } else { "password" })
                    maxlength="256"
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=reactive(move || value.get())
                    aria-describedby=hint_id.clone()
                    aria-invalid=reactive(move || problem.get().is_some().then_some("true"))
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <button
                    type="button"
                    class="icon-button"
                    aria-pressed=reactive(move || if shown.get() { "true" } else { "false" })
                    aria-label=format!("Show {}", label.to_ascii_lowercase())
                    title="Show what was typed"
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {dynamic(move || view! { <Icon name=if shown.get() { IconName::EyeOff } else { IconName::Eye }/> })}
                </button>
            </div>
            <p id=hint_id class="hint" class:problem=reactive(move || problem.get().is_some())>
                {dynamic(move || problem.get().unwrap_or_else(|| hint.get()))}
            </p>
        </div>
    }
}
