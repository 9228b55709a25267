//! Three small bars for how good a connection is.

use leptos::prelude::*;

use crate::words::calls::quality;

/// The bars, with their meaning in words for screen readers.
#[component]
pub fn SignalBars(
    /// 0 (not connected) to 3 (good).
    #[prop(into)]
    bars: Signal<u8>,
) -> impl IntoView {
    view! {
        <span class="signal" data-bars=move || bars.get().to_string() title=move || format!("Connection: {}", quality(bars.get()))>
            <span></span>
            <span></span>
            <span></span>
            <span class="unseen">{move || format!("Connection {}", quality(bars.get()))}</span>
        </span>
    }
}
