//! Something that happened: "Ada joined".

use leptos::prelude::*;

use crate::behaviour::local_time;
use crate::stores::timeline::Event;
use crate::words::messages;

/// One quiet line.
#[component]
pub fn EventLine(
    /// When, in milliseconds since 1970.
    at: f64,
    /// What.
    event: Event,
) -> impl IntoView {
    view! {
        <p class="event-line">
            {messages::event(&event)}
            <time datetime=local_time::machine(at) title=local_time::full(at)>{local_time::clock(at)}</time>
        </p>
    }
}
