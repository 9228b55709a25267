//! What is coming, blurred, in the place of a picture or video.

use leptos::html;
use leptos::prelude::*;

use crate::ui::hooks::preview;

/// Fills what it is in. Says nothing to a screen reader.
#[component]
pub fn Preview(text: std::sync::Arc<str>) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            preview::draw(&canvas, &text);
        }
    });
    view! { <canvas class="file-preview" node_ref=canvas aria-hidden="true" width="1" height="1"></canvas> }
}
