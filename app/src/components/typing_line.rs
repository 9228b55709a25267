//! Who is writing, just above the composer. Its line is always there, so nothing jumps.

use leptos::prelude::*;

use crate::components::live::part;
use crate::stores::stores;
use crate::words::messages;

/// "Ada is writing…"
#[component]
pub fn TypingLine() -> impl IntoView {
    let timeline = stores().timeline;
    let words = Memo::new(move |_| {
        let open = timeline.open.get()?;
        timeline
            .typing
            .with(|all| all.get(&open).and_then(|names| messages::typing(names)))
    });
    view! {
        <p class="typing-line" aria-live="polite">
            {part(move || words.get().map(|words| view! { <span class="typing-dots" aria-hidden="true"></span> {words} }))}
        </p>
    }
}
