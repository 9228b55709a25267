//! Before anything is known: the mark, quietly. Looks the same as what `index.html` shows before the app runs.

use leptos::prelude::*;

use crate::ui::mark::Mark;

/// The mark in the middle.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <main class="splash" aria-busy="true">
            <Mark/>
            <p class="unseen" role="status">"Opening Parley…"</p>
        </main>
    }
}
