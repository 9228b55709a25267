//! The end of a form on these pages: what went wrong, the button, and what is being done once it was pressed.

use leptos::prelude::*;

use super::store::{Problem, Work};
use super::text;
use crate::stores::stores;
use crate::ui::reactive::{dynamic, reactive};

/// The button; while the form is worked on, the step it is at in the same place.
#[component]
pub fn WorkArea(
    /// What the button says.
    label: &'static str,
    /// It cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// The form is filled in.
    #[prop(optional, into)]
    ready: Option<Signal<bool>>,
) -> impl IntoView {
    let work = stores().security.work;
    let busy = Memo::new(move |_| work.with(|work| matches!(work, Work::Busy(_))));
    let kind = if danger { "danger big" } else { "primary big" };
    let off = move || busy.get() || ready.is_some_and(|ready| !ready.get());
    view! {
        <div role="alert">
            {dynamic(move || match work.get() {
                Work::Refused(problem) => view! { <Refused problem=problem/> }.into_any(),
                Work::Idle | Work::Busy(_) => ().into_any(),
            })}
        </div>
        <div class="submit-area">
            <button type="submit" class=kind class:gone=reactive(move || busy.get()) disabled=reactive(off)>{label}</button>
            <div class="form-progress" class:gone=reactive(move || !busy.get()) role="status">
                {dynamic(move || match work.get() {
                    Work::Busy(step) => view! {
                        <span class="spinner" aria-hidden="true"></span>
                        <span><strong>{text::step(step)}</strong></span>
                    }.into_any(),
                    Work::Idle | Work::Refused(_) => ().into_any(),
                })}
            </div>
        </div>
    }
}

#[component]
fn Refused(problem: Problem) -> impl IntoView {
    let detail = match &problem {
        Problem::Other { detail, .. } => Some(detail.clone()),
        Problem::WrongPassword
        | Problem::WrongRecoveryKey
        | Problem::WrongPasskey
        | Problem::NotARecoveryKey
        | Problem::WrongCode
        | Problem::TooManyTries { .. }
        | Problem::RelayUnreachable
        | Problem::Owner => None,
    };
    view! {
        <div class="form-problem">
            <p>{text::problem(&problem)}</p>
            {detail.map(|detail| view! {
                <details><summary>"Technical detail"</summary><code class="break">{detail}</code></details>
            })}
        </div>
    }
}
