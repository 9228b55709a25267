//! Something that happened: "Ada joined".

use leptos::prelude::*;

use super::store::Event;
use super::text;
use crate::ui::hooks::local_time;

/// One quiet line.
#[component]
pub fn EventLine(
    /// When, in milliseconds since 1970.
    at: f64,
    event: Event,
) -> impl IntoView {
    view! {
        <p class="event-line">
            {text::event(&event)}
            <time datetime=local_time::machine(at) title=local_time::full(at)>{local_time::clock(at)}</time>
        </p>
    }
}
