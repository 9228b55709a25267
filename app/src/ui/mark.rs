//! Parley's mark: a speech bubble that holds a voice.

use leptos::prelude::*;

/// The mark. The name stands beside it.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
            <path
                class="mark-bubble"
                d="M20 8h24a14 14 0 0 1 14 14v14a14 14 0 0 1-14 14H30L17.500 59.500a2 2 0 0 1-3.300-1.500v-9.200A14 14 0 0 1 6 36V22A14 14 0 0 1 20 8z"
            ></path>
            <path class="mark-voice" d="M20 25v8M28 19v20M36 23v12M44 26v6"></path>
        </svg>
    }
}
