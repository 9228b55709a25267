//! Before anything is known: the frame of `index.html` stays as it is. Later, between two pages, the mark.

use leptos::prelude::*;

use crate::ui::hooks::boot_frame;
use crate::ui::mark::Mark;

/// The mark in the middle.
#[component]
pub fn Loading() -> impl IntoView {
    if boot_frame::is_there() {
        return view! { <p class="unseen" role="status">"Opening Parley…"</p> }.into_any();
    }
    view! {
        <main class="splash" aria-busy="true">
            <Mark/>
            <p class="unseen" role="status">"Opening Parley…"</p>
        </main>
    }
    .into_any()
}
