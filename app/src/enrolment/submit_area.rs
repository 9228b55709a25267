//! The button at the end of a form, what is being done once it was pressed, and what went wrong altogether.

use leptos::prelude::*;

use super::store::FormProblem;
use super::text;
use crate::stores::stores;
use crate::ui::live::{live, part};

/// The button; while the form is worked on, the step it is at in the same place.
#[component]
pub fn SubmitArea(
    /// What the button says.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let session = stores().session;
    let general = Memo::new(move |_| {
        let problem = session.problem.get()?;
        let (field, words) = text::problem(&problem);
        field.is_none().then_some((words, detail(&problem)))
    });
    let working = Memo::new(move |_| session.step.with(Option::is_some));
    view! {
        <div role="alert">
            {part(move || general.get().map(|(words, detail)| view! {
                <div class="form-problem">
                    <p>{words}</p>
                    {detail.map(|detail| view! {
                        <details><summary>"Technical detail"</summary><code class="break">{detail}</code></details>
                    })}
                </div>
            }))}
        </div>
        <div class="submit-area">
            <button type="submit" class="primary big" class:gone=live(move || working.get()) disabled=live(move || working.get())>{label}</button>
            <div class="form-progress" class:gone=live(move || !working.get()) role="status">
                {part(move || session.step.get().map(|step| view! {
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
