//! The line between two days.

use leptos::prelude::*;

use crate::ui::hooks::local_time;

/// "Today", "Yesterday", or the date.
#[component]
pub fn DayLine(
    /// Any moment of that day.
    at: f64,
) -> impl IntoView {
    view! { <div class="day-line" role="separator"><span>{local_time::day(at)}</span></div> }
}
