//! The line where reading had stopped.

use leptos::prelude::*;

/// "New".
#[component]
pub fn UnreadLine() -> impl IntoView {
    view! { <div class="unread-line" role="separator"><span>"New"</span></div> }
}
