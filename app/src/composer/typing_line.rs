//! Who is writing, just above the composer. Its line is always there, so nothing jumps.

use leptos::prelude::*;

use super::text;
use crate::stores::stores;
use crate::ui::reactive::dynamic;

/// "Ada is writing…"
#[component]
pub fn TypingLine() -> impl IntoView {
    let stores = stores();
    let text = Memo::new(move |_| {
        let open = stores.timeline.open.get()?;
        stores
            .composer
            .typing
            .with(|all| all.get(&open).and_then(|names| text::typing(names)))
    });
    view! {
        <p class="typing-line" aria-live="polite">
            {dynamic(move || text.get().map(|text| view! { <span class="typing-dots" aria-hidden="true"></span> {text} }))}
        </p>
    }
}
