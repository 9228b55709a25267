//! A password with its label, and a way to look at it.

use crate::ui::icon::{Icon, Sign};
use crate::ui::live::{live, part};
use leptos::prelude::*;

/// A labelled password.
#[component]
pub fn PasswordField(
    /// Its name in the page.
    id: &'static str,
    /// What it asks for.
    label: &'static str,
    /// What was typed.
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
    let told = format!("{id}-told");
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <div class="field-with-button">
                <input
                    id=id
                    name=id
                    type=live(move || if shown.get() { "text" } else { "password" })
                    maxlength="256"
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=live(move || value.get())
                    aria-describedby=told.clone()
                    aria-invalid=live(move || problem.get().is_some().then_some("true"))
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <button
                    type="button"
                    class="icon-button"
                    aria-pressed=live(move || if shown.get() { "true" } else { "false" })
                    aria-label=format!("Show {}", label.to_lowercase())
                    title="Show what was typed"
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {part(move || view! { <Icon sign=if shown.get() { Sign::EyeOff } else { Sign::Eye }/> })}
                </button>
            </div>
            <p id=told class="hint" class:problem=live(move || problem.get().is_some())>
                {part(move || problem.get().unwrap_or_else(|| hint.get()))}
            </p>
        </div>
    }
}
