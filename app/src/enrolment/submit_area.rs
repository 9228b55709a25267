//! The button at the end of a form, what is being done once it was pressed, and what went wrong altogether.

use leptos::prelude::*;

use super::store::FormProblem;
use super::text;
use crate::stores::stores;
use crate::ui::hooks::location;
use crate::ui::reactive::{dynamic, reactive};

/// The button; while the form is worked on, the step it is at in the same place.
#[component]
pub fn SubmitArea(
    /// What the button says.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let session = stores().session;
    let general = Memo::new(move |_| {
        let problem = session.problem.get()?;
        let (field, text) = text::problem(&problem);
        let is_outdated = problem == FormProblem::Outdated;
        field
            .is_none()
            .then_some((text, detail(&problem), is_outdated))
    });
    let working = Memo::new(move |_| session.step.with(Option::is_some));
    view! {
        <div role="alert">
            {dynamic(move || general.get().map(|(text, detail, is_outdated)| view! {
                <div class="form-problem">
                    <p>{text}</p>
                    {detail.map(|detail| view! {
                        <details><summary>"Technical detail"</summary><code class="break">{detail}</code></details>
                    })}
                    {is_outdated.then(|| view! {
                        <button type="button" class="quiet" on:click=move |_| location::reload()>"Load the new version"</button>
                    })}
                </div>
            }))}
        </div>
        <div class="submit-area">
            <button type="submit" class="primary big" class:gone=reactive(move || working.get()) disabled=reactive(move || working.get())>{label}</button>
            <div class="form-progress" class:gone=reactive(move || !working.get()) role="status">
                {dynamic(move || session.step.get().map(|step| view! {
                    <span class="spinner" aria-hidden="true"></span>
                    <span><strong>{text::step(step)}</strong> <span class="hint">{text::step_detail(step)}</span></span>
                }))}
            </div>
        </div>
    }
}

fn detail(problem: &FormProblem) -> Option<String> {
    if let FormProblem::Other { detail, .. } = problem {
        Some(detail.clone()).filter(|d| !d.is_empty())
    } else {
        None
    }
}
