//! Three small bars for how good a connection is.

use super::text::quality;
use crate::ui::reactive::{dynamic, reactive};
use leptos::prelude::*;

/// The bars, with their meaning in words for screen readers.
#[component]
pub fn SignalBars(
    /// 0 (not connected) to 3 (good).
    #[prop(into)]
    bars: Signal<u8>,
) -> impl IntoView {
    view! {
        <span class="signal" data-bars=reactive(move || bars.get().to_string()) title=reactive(move || format!("Connection: {}", quality(bars.get())))>
            <span></span>
            <span></span>
            <span></span>
            <span class="unseen">{dynamic(move || format!("Connection {}", quality(bars.get())))}</span>
        </span>
    }
}
