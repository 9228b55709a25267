//! Who is writing, just above the composer. Its line is always there, so nothing jumps.

use leptos::prelude::*;

use super::text;
use crate::stores::stores;
use crate::ui::live::part;

/// "Ada is writing…"
#[component]
pub fn TypingLine() -> impl IntoView {
    let stores = stores();
    let words = Memo::new(move |_| {
        let open = stores.timeline.open.get()?;
        stores
            .composer
            .typing
            .with(|all| all.get(&open).and_then(|names| text::typing(names)))
    });
    view! {
        <p class="typing-line" aria-live="polite">
            {part(move || words.get().map(|words| view! { <span class="typing-dots" aria-hidden="true"></span> {words} }))}
        </p>
    }
}
